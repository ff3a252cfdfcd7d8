//! The log of pulled batches: each is one small page with a sequence number, written in the
//! transaction that moves the cursor. When there is leisure, [`fold`](crate::fold) moves it into
//! pages.

use crate::columns::{self, LAYOUT};
use crate::fault::Fault;
use crate::kv::{Batch, Key, Read, Space};
use crate::meta;
use crate::page::{self, Nothing, Stored};
use crate::pages::{self, Bodies};
use crate::row::Row;
use rapport_domain::{Entity, RecordKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A pulled batch.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    /// [`LAYOUT`] of the build that wrote it.
    layout: u32,
    pub rows: Vec<Row>,
    pub bodies: Bodies,
    pub gone: Vec<RecordKey>,
}

impl Stored for Entry {
    const VERSION: u8 = 1;
    type Previous = Nothing;
}

impl From<Nothing> for Entry {
    fn from(nothing: Nothing) -> Self {
        match nothing {}
    }
}

impl Entry {
    pub fn key(sequence: u64) -> Key {
        Key::Int(sequence)
    }

    pub fn decode(sequence: u64, bytes: &[u8]) -> Result<Self, Fault> {
        let mut entry: Self = page::decode(&format!("log/{sequence}"), bytes)?;
        if entry.layout != LAYOUT {
            for row in &mut entry.rows {
                if let Some(entity) = entry.bodies.get(&row.key)? {
                    *row = columns::row(&entity);
                }
            }
        }
        Ok(entry)
    }
}

/// Writes a pulled batch as entry `sequence` of the log (one more than [`meta::SEQUENCE`], which this
/// moves). A record that comes twice counts in its last form; one that is also gone is gone.
///
/// The caller adds the cursor, acknowledgements and the guard on [`meta::GENERATION`] with
/// [`Batch::and`], so that all of it happens together.
///
/// # Errors
/// Only when a record cannot be encoded at all.
pub fn append(sequence: u64, records: &[Entity], gone: &[RecordKey]) -> Result<Batch, Fault> {
    let mut entry = Entry {
        layout: LAYOUT,
        rows: Vec::with_capacity(records.len()),
        bodies: Bodies::default(),
        gone: gone.to_vec(),
    };
    let mut written: BTreeSet<RecordKey> = gone.iter().copied().collect();
    for record in records.iter().rev() {
        if written.insert(record.key()) {
            entry.rows.push(columns::row(record));
            entry
                .bodies
                .push(record.key(), &pages::encode_body(record)?)?;
        }
    }
    Ok(Batch::relaxed()
        .put(Space::Log, Entry::key(sequence), page::encode(&entry)?)
        .put(Space::Meta, meta::SEQUENCE, meta::encode(sequence)))
}

/// Reads the entries after `sequence`.
pub(crate) fn read_after(sequence: u64, limit: Option<u32>) -> Read {
    Read::Range {
        space: Space::Log,
        from: Entry::key(sequence.saturating_add(1)),
        to: None,
        limit,
    }
}
