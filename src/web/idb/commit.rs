//! Committing: guards first, then every step, then the commit itself, in one transaction.

use super::connection::{Connection, Ended};
use super::deadline::{Limits, within};
use super::{Failure, fault, value};
use indexed_db_futures::error::Error;
use indexed_db_futures::future::BasicRequest;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use rapport_store::{Batch, Durability, Fault, Guard, Receipt, Space, Step};
use wasm_bindgen::JsValue;

/// Does all of a batch, or nothing.
pub(super) async fn all(
    connection: &Connection,
    limits: Limits,
    batch: &Batch,
) -> Result<Receipt, Failure> {
    let spaces = batch.spaces();
    if spaces.is_empty() {
        return Ok(Receipt::default());
    }
    let transaction = begin(connection, &spaces, batch.durability)?;
    let committed = within(limits.transaction_ms, run(transaction, batch)).await;
    committed.map_err(|fault| {
        if fault == Fault::Timeout {
            // It may still happen: a transaction that is asked to commit cannot be called back.
            connection.end(Ended::Lost);
            return Failure::Because(fault);
        }
        Failure::Because(connection.fault(fault))
    })
}

fn begin<'c>(
    connection: &'c Connection,
    spaces: &[Space],
    durability: Durability,
) -> Result<Transaction<'c>, Failure> {
    let names: Vec<&str> = spaces.iter().map(|space| space.as_str()).collect();
    let options = TransactionOptions::new().with_durability(match durability {
        Durability::Strict => TransactionDurability::Strict,
        Durability::Relaxed => TransactionDurability::Relaxed,
    });
    connection
        .database()
        .transaction(names)
        .with_mode(TransactionMode::Readwrite)
        .with_options(options)
        .build()
        .map_err(|error| connection.not_begun(&error))
}

async fn run(transaction: Transaction<'_>, batch: &Batch) -> Result<Receipt, Fault> {
    // Committing consumes the transaction; its own error, which alone tells a full disk at the very
    // end, is read from the browser's object.
    let raw = transaction.as_sys().clone();
    let explain = |error: Error| match raw.error() {
        Some(exception) => fault::of_exception(&exception),
        None => match fault::of(&error) {
            // The browser says this of a transaction that is over before we know.
            Fault::Closed(said) => Fault::Other(said),
            fault => fault,
        },
    };
    if !guards_hold(&transaction, &batch.guards)
        .await
        .map_err(&explain)?
    {
        return Err(Fault::Guard);
    }
    let appended = issue(&transaction, &batch.steps).map_err(&explain)?;
    transaction.commit().await.map_err(&explain)?;
    let mut receipt = Receipt::default();
    for request in appended {
        receipt.appended.push(read_number(request.await)?);
    }
    Ok(receipt)
}

/// Whether every row is as it is expected to be.
async fn guards_hold(
    transaction: &Transaction<'_>,
    guards: &[Guard],
) -> indexed_db_futures::Result<bool> {
    let mut asked = Vec::with_capacity(guards.len());
    for guard in guards {
        let store = transaction.object_store(guard.space.as_str())?;
        let request: BasicRequest<Option<JsValue>> =
            store.get(value::key(&guard.key)).primitive()?;
        asked.push(request);
    }
    let mut hold = true;
    for (request, guard) in asked.into_iter().zip(guards) {
        let found = request.await?;
        let found = found.as_ref().map(value::read_bytes).transpose();
        hold &= found.is_ok_and(|found| found == guard.value);
    }
    Ok(hold)
}

/// Asks for every step. Nothing is awaited: requests of one transaction happen in order.
fn issue(
    transaction: &Transaction<'_>,
    steps: &[Step],
) -> indexed_db_futures::Result<Vec<BasicRequest<f64>>> {
    let mut appended = Vec::new();
    for step in steps {
        match step {
            Step::Put(space, key, bytes) => {
                let store = transaction.object_store(space.as_str())?;
                store
                    .put(value::bytes(bytes))
                    .with_key(value::key(key))
                    .without_key_type()
                    .primitive()?;
            }
            Step::Append(space, bytes) => {
                let store = transaction.object_store(space.as_str())?;
                let request = store
                    .add(value::bytes(bytes))
                    .with_key_type::<f64>()
                    .primitive()?;
                appended.push(request);
            }
            Step::Delete(space, key) => {
                let store = transaction.object_store(space.as_str())?;
                store.delete(value::key(key)).primitive()?;
            }
            Step::DeleteRange(space, from, to) => {
                if let Some(range) = value::range(from, Some(to)) {
                    let store = transaction.object_store(space.as_str())?;
                    store.delete::<JsValue, _>(range).primitive()?;
                }
            }
        }
    }
    Ok(appended)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "keys that the browser gives are whole numbers from 1 to 2^53"
)]
fn read_number(key: indexed_db_futures::Result<f64>) -> Result<u64, Fault> {
    key.map(|key| key as u64).map_err(|error| fault::of(&error))
}
