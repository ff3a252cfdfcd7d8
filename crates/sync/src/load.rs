//! Reading what the engine starts from, and the outbox whenever it changed.

use crate::event::{Lingering, Snapshot, SyncCursor};
use crate::outbox::{Outbox, OutboxItem, OutboxRow, Unreadable};
use rapport_domain::OperationId;
use rapport_store::{Fault, Key, OverlayRow, Read, Rows, Space, Store, meta};
use serde::Deserialize;
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
    let Outbox {
        rows: outbox,
        unreadable,
    } = decode(outbox);
    // What cannot be read is no less unsent.
    let hidden = unreadable.iter().filter_map(|row| row.op);
    let unsent: HashSet<_> = outbox.iter().map(|row| row.item.op).chain(hidden).collect();
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
pub async fn read_outbox<S: Store>(store: &S) -> Result<Outbox, Fault> {
    let answers = store.read(&[Read::All(Space::Outbox)]).await?;
    Ok(answers.first().map(decode).unwrap_or_default())
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

/// Sorts what can be read from what cannot. That stays in the store, untouched, for a build that can.
fn decode(stored: &Rows) -> Outbox {
    let mut outbox = Outbox::default();
    for (key, bytes) in stored {
        let Key::Int(sequence) = *key else { continue };
        let bytes = bytes.clone();
        match read(&bytes) {
            Ok(item) => outbox.rows.push(OutboxRow {
                sequence,
                item,
                bytes,
            }),
            Err(error) => {
                log::warn!("outbox row {sequence} cannot be read: {error}");
                let op = serde_json::from_slice(&bytes).ok().map(|Named { op }| op);
                outbox.unreadable.push(Unreadable {
                    sequence,
                    op,
                    bytes,
                });
            }
        }
    }
    outbox
}

/// What every version of a row tells.
#[derive(Deserialize)]
struct Named {
    op: OperationId,
}

fn read(bytes: &[u8]) -> Result<OutboxItem, String> {
    let item: OutboxItem = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if item.v > OutboxItem::FORMAT {
        return Err(format!("it has the format {} of a later build", item.v));
    }
    Ok(item)
}
