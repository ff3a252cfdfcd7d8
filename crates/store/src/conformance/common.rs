//! What cases of the tables have in common.

use super::samples::op;
use crate::columns;
use crate::fault::Fault;
use crate::fold::{self, Folded, Sizes};
use crate::kv::Store;
use crate::log;
use crate::meta;
use crate::query::QueryResult;
use crate::writes;
use rapport_domain::{Entity, Intent, RecordKey};

pub(super) const SMALL: Sizes = Sizes {
    first: 3,
    full: 8,
    entries: 64,
};

pub(super) async fn pull<S: Store>(
    store: &S,
    records: &[Entity],
    gone: &[RecordKey],
) -> Result<(), Fault> {
    let rows = store.read(&[meta::read(meta::SEQUENCE)]).await?;
    let sequence = meta::decode(meta::SEQUENCE, rows.first().and_then(meta::value))?;
    store
        .commit(log::append(sequence + 1, records, gone)?)
        .await?;
    Ok(())
}

pub(super) async fn save<S: Store>(store: &S, number: u32, intent: &Intent) -> Result<u64, Fault> {
    let batch = writes::submit(op(number), intent, vec![number as u8], Vec::new())?;
    let receipt = store.commit(batch).await?;
    receipt
        .appended
        .first()
        .copied()
        .ok_or_else(|| Fault::Other("no outbox row".into()))
}

pub(super) async fn fold_all<S: Store>(store: &S) -> Result<Folded, Fault> {
    let generation = writes::take_over(store).await?;
    fold::fold(store, &generation, SMALL).await
}

pub(super) fn subjects(result: &QueryResult) -> Vec<&str> {
    let rows = result.rows.iter();
    rows.map(|shown| shown.row.text(columns::ticket::SUBJECT))
        .collect()
}

pub(super) fn numbers(result: &QueryResult) -> Vec<u32> {
    let rows = result.rows.iter();
    rows.map(|shown| shown.row.key.id.as_u128() as u32)
        .collect()
}
