//! What a user's action writes, each as one batch: a change and its place in the outbox, drafts, read
//! marks; and what the writer of the base writes about itself.

use crate::fault::Fault;
use crate::kv::{Batch, Key, Read, Space, Store};
use crate::meta;
use crate::overlay::OverlayRow;
use rapport_domain::{AttachmentId, Intent, OperationId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// Bytes of attachments, by the attachment.
pub type Blobs = Vec<(AttachmentId, Vec<u8>)>;

/// Saves a change: overlay, outbox and attachment bytes, all in one strict transaction. The same
/// operation is never saved twice. Several changes that belong together, and the end of the draft that
/// they came from, are joined by [`Batch::and`].
///
/// # Errors
/// Only when the change cannot be written as JSON at all.
pub fn submit(
    op: OperationId,
    intent: &Intent,
    outbox_row: Vec<u8>,
    blobs: Blobs,
) -> Result<Batch, Fault> {
    let mut batch = put_overlay(op, intent)?
        .expect(Space::Overlay, op.to_string(), None)
        .append(Space::Outbox, outbox_row);
    for (attachment, bytes) in blobs {
        batch = batch.put(Space::Blobs, attachment.to_string(), bytes);
    }
    Ok(batch)
}

/// Writes the overlay row of an operation, whether or not there is one: part of [`submit`], and what
/// an edit becomes that was rebased on a newer version.
///
/// # Errors
/// Only when the change cannot be written as JSON at all.
pub fn put_overlay(op: OperationId, intent: &Intent) -> Result<Batch, Fault> {
    let row = OverlayRow::new(op, intent.clone());
    let json = serde_json::to_vec(&row).map_err(|error| Fault::Other(error.to_string()))?;
    Ok(Batch::strict().put(Space::Overlay, op.to_string(), json))
}

/// Takes an operation out of overlay and outbox, attachment bytes included: it was carried out, or
/// its user gave it up. `expected` is the outbox row as it was read.
pub fn discard(op: OperationId, sequence: u64, expected: Vec<u8>, intent: &Intent) -> Batch {
    let batch = Batch::strict()
        .expect(Space::Outbox, sequence, Some(expected))
        .delete(Space::Outbox, sequence)
        .delete(Space::Overlay, op.to_string());
    match intent {
        Intent::AddAttachment { attachment } => {
            batch.delete(Space::Blobs, attachment.id.to_string())
        }
        _ => batch,
    }
}

/// Replaces an outbox row whose present bytes are `expected`.
pub fn replace_outbox(sequence: u64, expected: Vec<u8>, row: Vec<u8>) -> Batch {
    Batch::strict()
        .expect(Space::Outbox, sequence, Some(expected))
        .put(Space::Outbox, sequence, row)
}

/// An unfinished form or answer, as versioned JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Version of this envelope.
    pub v: u32,
    /// When it was last changed.
    pub saved_at: Timestamp,
    /// What was typed; the form that wrote it knows its shape.
    pub data: serde_json::Value,
}

impl Draft {
    /// The version that is written now.
    pub const VERSION: u32 = 1;

    /// A draft of now.
    #[must_use]
    pub const fn new(saved_at: Timestamp, data: serde_json::Value) -> Self {
        Self {
            v: Self::VERSION,
            saved_at,
            data,
        }
    }

    /// Its row.
    ///
    /// # Errors
    /// Only when it cannot be written as JSON at all.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        serde_json::to_vec(self).map_err(|error| Fault::Other(error.to_string()))
    }

    /// The draft of a row.
    ///
    /// # Errors
    /// [`Fault::Corrupt`] when it cannot be read.
    pub fn decode(key: &str, bytes: &[u8]) -> Result<Self, Fault> {
        let draft: Self = serde_json::from_slice(bytes)
            .map_err(|error| Fault::Corrupt(format!("draft {key}: {error}")))?;
        if draft.v > Self::VERSION {
            let v = draft.v;
            return Err(Fault::Corrupt(format!(
                "draft {key}: format {v} of a later build"
            )));
        }
        Ok(draft)
    }
}

/// Writes a draft's row over the exact one that its writer knows (`None`: over nothing), so that of
/// two tabs none writes over what it has not read.
pub fn put_draft(key: &str, known: Option<Vec<u8>>, row: Vec<u8>) -> Batch {
    Batch::strict()
        .expect(Space::Drafts, key, known)
        .put(Space::Drafts, key, row)
}

/// Ends a draft of which a change is made, if its row is still the one that its writer knows: of two
/// tabs with one draft only one makes the change.
pub fn end_draft(key: &str, known: Option<Vec<u8>>) -> Batch {
    Batch::strict()
        .expect(Space::Drafts, key, known)
        .delete(Space::Drafts, key)
}

/// The bytes of an attachment that is not sent yet.
///
/// # Errors
/// What the store says.
pub async fn blob<S: Store>(store: &S, key: &str) -> Result<Option<Vec<u8>>, Fault> {
    let read = Read::One(Space::Blobs, key.into());
    let rows = store.read(&[read]).await?;
    Ok(rows.into_iter().flatten().next().map(|(_, bytes)| bytes))
}

/// Notes that the user has seen a ticket as it was at `at`.
pub fn mark_read(ticket: TicketId, at: Timestamp) -> Batch {
    let at = at.0.to_string().into_bytes();
    Batch::relaxed().put(Space::Marks, ticket.to_string(), at)
}

/// The mark of a row.
pub(crate) fn decode_mark(key: &Key, bytes: &[u8]) -> Option<(TicketId, Timestamp)> {
    let Key::Text(key) = key else { return None };
    let at = std::str::from_utf8(bytes).ok()?.parse().ok()?;
    Some((key.parse().ok()?, Timestamp(at)))
}

/// Becomes the writer of the base: moves the generation, which stops the writer before, and gives the
/// exact bytes that guard every write from now on.
///
/// # Errors
/// What the store says; [`Fault::Guard`] when another one took over at the same moment, upon which the
/// caller tries again or leaves it to the other.
pub async fn take_over<S: Store>(store: &S) -> Result<Vec<u8>, Fault> {
    let (before, generation) = moved(store, meta::GENERATION).await?;
    let batch = Batch::strict()
        .expect(Space::Meta, meta::GENERATION, before)
        .put(Space::Meta, meta::GENERATION, generation.clone());
    store.commit(batch).await?;
    Ok(generation)
}

/// Demands that nobody has taken over since.
pub fn fenced(generation: &[u8]) -> Batch {
    Batch::relaxed().expect(Space::Meta, meta::GENERATION, Some(generation.to_vec()))
}

/// Drops what can be fetched again: pages, log and cursor. Overlay, outbox, drafts, unsent bytes and
/// read marks stay. It takes over as the writer (and gives its generation), because whoever pulled
/// until now must not go on from the old cursor.
///
/// # Errors
/// What the store says; [`Fault::Guard`] when another one wrote at the same moment: try again.
pub async fn wipe<S: Store>(store: &S) -> Result<Vec<u8>, Fault> {
    let (old_generation, generation) = moved(store, meta::GENERATION).await?;
    let (old_epoch, epoch) = moved(store, meta::EPOCH).await?;
    let (_, sequence) = moved(store, meta::SEQUENCE).await?;
    let batch = Batch::relaxed()
        .expect(Space::Meta, meta::GENERATION, old_generation)
        .expect(Space::Meta, meta::EPOCH, old_epoch)
        .clear(Space::Pages)
        .clear(Space::Log)
        .delete(Space::Meta, meta::CURSOR)
        .put(Space::Meta, meta::EPOCH, epoch)
        .put(Space::Meta, meta::SEQUENCE, sequence)
        .put(Space::Meta, meta::GENERATION, generation.clone());
    store.commit(batch).await?;
    Ok(generation)
}

/// The present bytes of a number and those of the next one. What cannot be read is counted as 0 and
/// replaced: a wipe must work on any damage.
async fn moved<S: Store>(store: &S, name: &str) -> Result<(Option<Vec<u8>>, Vec<u8>), Fault> {
    let rows = store.read(&[meta::read(name)]).await?;
    let before = rows.into_iter().flatten().next().map(|(_, bytes)| bytes);
    let number = meta::decode(name, before.as_deref()).unwrap_or(0);
    Ok((before, meta::encode(number.saturating_add(1))))
}
