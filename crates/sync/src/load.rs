//! Reading what the engine starts from, and the outbox whenever it changed.

use crate::event::{Lingering, Snapshot, SyncCursor};
use crate::outbox::{OutboxItem, OutboxRow};
use rapport_store::{Fault, Key, OverlayRow, Read, Rows, Space, Store, meta};
use std::collections::HashSet;

/// Reads what an engine starts from. `generation` is what
/// [`take_over`](rapport_store::writes::take_over) gave to it.
///
/// # Errors
/// [`Fault::Guard`] when another writer has taken over since; otherwise what the store says.
pub async fn snapshot<S: Store>(store: &S, generation: Vec<u8>) -> Result<Snapshot, Fault> {
    let reads = [
        meta::read(meta::GENERATION),
        meta::read(meta::SEQUENCE),
        meta::read(meta::CURSOR),
        Read::All(Space::Outbox),
        Read::All(Space::Overlay),
    ];
    let answers = store.read(&reads).await?;
    let [now, sequence, cursor, outbox, overlay] = answers.as_slice() else {
        return Err(Fault::Other("fewer answers than questions".into()));
    };
    if meta::value(now) != Some(generation.as_slice()) {
        return Err(Fault::Guard);
    }
    let outbox = rows(outbox);
    let unsent: HashSet<_> = outbox.iter().map(|row| row.item.op).collect();
    let lingering = overlay
        .iter()
        .filter_map(|(_, bytes)| serde_json::from_slice::<OverlayRow>(bytes).ok())
        .filter(|row| !unsent.contains(&row.op))
        .map(|row| Lingering {
            op: row.op,
            target: row.intent.target(),
        })
        .collect();
    Ok(Snapshot {
        generation,
        sequence: meta::number(meta::SEQUENCE, sequence)?,
        cursor: meta::value(cursor).map(read_cursor),
        outbox,
        lingering,
    })
}

/// Reads the outbox.
///
/// # Errors
/// What the store says.
pub async fn read_outbox<S: Store>(store: &S) -> Result<Vec<OutboxRow>, Fault> {
    let answers = store.read(&[Read::All(Space::Outbox)]).await?;
    Ok(answers.first().map(rows).unwrap_or_default())
}

/// A cursor that cannot be read is one that is not known: everything is listed anew.
fn read_cursor(bytes: &[u8]) -> SyncCursor {
    serde_json::from_slice(bytes).unwrap_or_else(|error| {
        log::error!("the cursor cannot be read: {error}");
        SyncCursor {
            v: 1,
            profile: String::new(),
            cursor: None,
            complete: false,
        }
    })
}

/// The rows that can be read. One that cannot stays in the store, untouched, for a build that can.
fn rows(stored: &Rows) -> Vec<OutboxRow> {
    let read = |(key, bytes): &(Key, Vec<u8>)| {
        let Key::Int(sequence) = key else { return None };
        match serde_json::from_slice::<OutboxItem>(bytes) {
            Ok(item) => Some(OutboxRow {
                sequence: *sequence,
                item,
                bytes: bytes.clone(),
            }),
            Err(error) => {
                log::error!("outbox row {sequence} cannot be read: {error}");
                None
            }
        }
    };
    stored.iter().filter_map(read).collect()
}
