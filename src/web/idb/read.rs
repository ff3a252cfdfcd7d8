//! Reading: all questions in one transaction, so that all answers are of one state.

use super::connection::{Connection, Ended};
use super::deadline::{Limits, within};
use super::{Failure, fault, value};
use indexed_db_futures::KeyRange;
use indexed_db_futures::future::GetAllPrimitiveRequest;
use indexed_db_futures::iter::ArrayMapIter;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use rapport_store::{Fault, Key, Read, Rows, Space};
use std::collections::BTreeSet;
use wasm_bindgen::JsValue;

/// Answers all reads.
pub(super) async fn all(
    connection: &Connection,
    limits: Limits,
    reads: &[Read],
) -> Result<Vec<Rows>, Failure> {
    if reads.is_empty() {
        return Ok(Vec::new());
    }
    let spaces: BTreeSet<Space> = reads.iter().map(space).collect();
    let names: Vec<&str> = spaces.into_iter().map(Space::as_str).collect();
    let transaction = connection
        .database()
        .transaction(names)
        .with_mode(TransactionMode::Readonly)
        .build()
        .map_err(|error| connection.not_begun(&error))?;
    let answered = within(limits.transaction_ms, async {
        answer(&transaction, reads).await.map_err(Refused::fault)
    });
    answered.await.map_err(|fault| {
        if fault == Fault::Timeout {
            connection.end(Ended::Lost);
            return Failure::Because(fault);
        }
        match connection.ended() {
            // Reading again does no harm.
            Some(Ended::Lost) => Failure::NotBegun,
            _ => Failure::Because(connection.fault(fault)),
        }
    })
}

/// What can go wrong with an answer.
enum Refused {
    Browser(indexed_db_futures::error::Error),
    Value(Fault),
}

impl Refused {
    fn fault(self) -> Fault {
        match self {
            Self::Browser(error) => fault::of(&error),
            Self::Value(fault) => fault,
        }
    }
}

impl From<indexed_db_futures::error::Error> for Refused {
    fn from(error: indexed_db_futures::error::Error) -> Self {
        Self::Browser(error)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Value(fault)
    }
}

async fn answer(transaction: &Transaction<'_>, reads: &[Read]) -> Result<Vec<Rows>, Refused> {
    // Every request is issued before the first is awaited.
    let mut asked = Vec::with_capacity(reads.len());
    for read in reads {
        let store = transaction.object_store(space(read).as_str())?;
        asked.push(ask(&store, read)?);
    }
    let mut answers = Vec::with_capacity(asked.len());
    for (asked, read) in asked.into_iter().zip(reads) {
        answers.push(asked.rows(read).await?);
    }
    Ok(answers)
}

const fn space(read: &Read) -> Space {
    match read {
        Read::One(space, _) | Read::All(space) | Read::Keys(space) => *space,
        Read::Range { space, .. } => *space,
    }
}

type Many = GetAllPrimitiveRequest<JsValue>;

/// What was asked of the browser for one read.
enum Asked {
    One(indexed_db_futures::future::BasicRequest<Option<JsValue>>),
    Rows { keys: Many, values: Many },
    Keys(Many),
    Nothing,
}

fn ask(store: &ObjectStore<'_>, read: &Read) -> indexed_db_futures::Result<Asked> {
    Ok(match read {
        Read::One(_, key) => Asked::One(store.get(value::key(key)).primitive()?),
        Read::All(_) => Asked::Rows {
            keys: store.get_all_keys().primitive()?,
            values: store.get_all().primitive()?,
        },
        Read::Keys(_) => Asked::Keys(store.get_all_keys().primitive()?),
        Read::Range {
            from, to, limit, ..
        } => match (value::range(from, to.as_ref()), limit) {
            // To the browser a limit of 0 means none.
            (None, _) | (_, Some(0)) => Asked::Nothing,
            (Some(range), None) => ask_range(store, range, u32::MAX)?,
            (Some(range), Some(limit)) => ask_range(store, range, *limit)?,
        },
    })
}

fn ask_range(
    store: &ObjectStore<'_>,
    range: KeyRange<JsValue>,
    limit: u32,
) -> indexed_db_futures::Result<Asked> {
    Ok(Asked::Rows {
        keys: store
            .get_all_keys()
            .with_query::<JsValue, _>(range.clone())
            .with_limit(limit)
            .primitive()?,
        values: store
            .get_all()
            .with_query::<JsValue, _>(range)
            .with_limit(limit)
            .primitive()?,
    })
}

impl Asked {
    async fn rows(self, read: &Read) -> Result<Rows, Refused> {
        match self {
            Self::Nothing => Ok(Rows::new()),
            Self::One(request) => match (request.await?, read) {
                (Some(bytes), Read::One(_, key)) => {
                    Ok(vec![(key.clone(), value::read_bytes(&bytes)?)])
                }
                _ => Ok(Rows::new()),
            },
            Self::Keys(keys) => {
                let keys = read_keys(keys.await?)?;
                Ok(keys.into_iter().map(|key| (key, Vec::new())).collect())
            }
            Self::Rows { keys, values } => {
                let keys = read_keys(keys.await?)?;
                let values = values.await?;
                let mut rows = Rows::with_capacity(keys.len());
                for (key, bytes) in keys.into_iter().zip(values) {
                    rows.push((key, value::read_bytes(&bytes?)?));
                }
                Ok(rows)
            }
        }
    }
}

fn read_keys(keys: ArrayMapIter<JsValue>) -> Result<Vec<Key>, Refused> {
    let mut read = Vec::with_capacity(keys.len());
    for key in keys {
        read.push(value::read_key(&key?)?);
    }
    Ok(read)
}
