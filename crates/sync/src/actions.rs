//! What a person does with his outbox, as batches that any tab may commit: every one is guarded by the
//! exact bytes of the rows it changes, so that of a tab and the engine only one is first. When a guard
//! does not hold, read the outbox again and decide anew.

use crate::line::depends;
use crate::note;
use crate::outbox::{Outbox, OutboxItem, OutboxRow, Parked, State, Unreadable};
use rapport_domain::{
    FieldConflict, Intent, OperationId, Reference, TicketState, Timestamp, UserId,
};
use rapport_store::{Batch, Fault, Space, writes};
use serde_json::{Value, json};

/// Why an action is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It is on its way, or it is not known whether it arrived: changing it could double it.
    #[error("this is being sent; wait until it is known whether it arrived")]
    UnderWay,
    /// The action is for items in another state.
    #[error("this is not possible with this item")]
    NotForThis,
    /// It cannot be written at all.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<NotNow> for Fault {
    /// In the terms of the store: somebody else was first.
    fn from(error: NotNow) -> Self {
        match error {
            NotNow::Fault(fault) => fault,
            NotNow::UnderWay | NotNow::NotForThis => Self::Guard,
        }
    }
}

/// A new item with the edges that it needs: what it builds on must be done first.
#[must_use]
pub fn item(rows: &[OutboxRow], op: OperationId, intent: Intent, said_at: Timestamp) -> OutboxItem {
    let after = rows
        .iter()
        .filter(|row| builds_on(&intent, &row.item.intent))
        .map(|row| row.item.op)
        .collect();
    OutboxItem {
        after,
        ..OutboxItem::new(op, intent, said_at)
    }
}

/// Whether `intent` only makes sense once `earlier` is done: it names a record that the earlier one
/// makes in another line, says words on a ticket that is being reopened, or changes what the earlier
/// one has changed.
fn builds_on(intent: &Intent, earlier: &Intent) -> bool {
    if intent.subject() != earlier.subject() {
        return intent.needs(earlier);
    }
    let Intent::Edit { edit: first, .. } = earlier else {
        return false;
    };
    match intent {
        Intent::CreateTicket { .. } | Intent::Create { .. } => false,
        Intent::AddComment { .. } | Intent::AddAttachment { .. } => {
            let before = first.base::<TicketState>("state");
            let after = first.mine::<TicketState>("state");
            before.is_some_and(|state| !state.takes_comments())
                && after.is_some_and(|state| state.takes_comments())
        }
        Intent::Edit { edit, .. } => edit.stands_on(first),
    }
}

/// Saves a new item: overlay, outbox and the bytes of its file.
///
/// # Errors
/// Only when the item cannot be written at all.
pub fn submit(item: &OutboxItem, blobs: writes::Blobs) -> Result<Batch, Fault> {
    writes::submit(item.op, &item.intent, bytes(item)?, blobs)
}

/// Tries an item again as it is, now: what needs the user is sent again under its key, what is unknown
/// is looked up, what waits waits no longer.
///
/// # Errors
/// [`NotNow::UnderWay`] while it is being sent.
pub fn retry(row: &OutboxRow) -> Result<Batch, NotNow> {
    let state = match &row.item.state {
        State::Queued | State::Parked { .. } => State::Queued,
        State::Unknown { .. } => State::Unknown { look_ups: 0 },
        State::Sending => return Err(NotNow::UnderWay),
    };
    let left_to_him = State::Parked {
        why: Parked::OutcomeUnknown,
    };
    replace(
        row,
        &OutboxItem {
            state,
            urged: row.item.urged.saturating_add(1),
            resent: row.item.resent || row.item.state == left_to_him,
            ..row.item.clone()
        },
    )
}

/// Puts something else in the place of an item that has not reached the backend: a new operation
/// under a new key.
///
/// # Errors
/// [`NotNow::UnderWay`] when it may have reached the backend.
pub fn edit(
    rows: &[OutboxRow],
    row: &OutboxRow,
    op: OperationId,
    intent: Intent,
    said_at: Timestamp,
) -> Result<Batch, NotNow> {
    if row.item.may_have_arrived() {
        return Err(NotNow::UnderWay);
    }
    let old = row.item.op;
    let next = OutboxItem {
        after: row.item.after.clone(),
        ..OutboxItem::new(op, intent, said_at)
    };
    let batch = replace(row, &next)?
        .delete(Space::Overlay, old.to_string())
        .and(writes::put_overlay(op, &next.intent)?);
    wait_instead(rows, old, Some(op), batch)
}

/// Lets what waited for `old` wait for `new`, or no longer.
fn wait_instead(
    rows: &[OutboxRow],
    old: OperationId,
    new: Option<OperationId>,
    mut batch: Batch,
) -> Result<Batch, NotNow> {
    for dependent in rows.iter().filter(|other| other.item.after.contains(&old)) {
        let mut item = dependent.item.clone();
        item.after = item
            .after
            .into_iter()
            .filter_map(|edge| if edge == old { new } else { Some(edge) })
            .collect();
        batch = batch.and(replace(dependent, &item)?);
    }
    Ok(batch)
}

/// Answers a conflict with “keep mine”: the same wishes on top of what is there now.
///
/// # Errors
/// [`NotNow::NotForThis`] when there is no conflict.
pub fn keep_mine(
    rows: &[OutboxRow],
    row: &OutboxRow,
    op: OperationId,
    said_at: Timestamp,
) -> Result<Batch, NotNow> {
    let (mut intent, fields, version) = conflict(row)?;
    if let Intent::Edit {
        edit, base_version, ..
    } = &mut intent
    {
        for field in fields {
            edit.keep_mine(field);
        }
        *base_version = version;
    }
    self::edit(rows, row, op, intent, said_at)
}

/// Answers a conflict with “take theirs”: only the fields that do not collide are still wanted, and
/// without any the item goes. What was to follow it, such as words and files, is sent all the same.
/// `me` is who gave the reason that is still to be said.
///
/// # Errors
/// [`NotNow::NotForThis`] when there is no conflict.
pub fn take_theirs(
    rows: &[OutboxRow],
    row: &OutboxRow,
    op: OperationId,
    said_at: Timestamp,
    me: Option<UserId>,
) -> Result<Batch, NotNow> {
    let (mut intent, fields, version) = conflict(row)?;
    let mut nothing_left = false;
    let mut said = None;
    if let Intent::Edit {
        target,
        edit,
        base_version,
    } = &mut intent
    {
        for field in fields {
            edit.take_theirs(field);
        }
        nothing_left = edit.is_empty();
        said = note::alone(&row.item, *target, edit, me);
        *base_version = version;
    }
    if nothing_left {
        return match said {
            Some(said) => self::edit(rows, row, op, said, said_at),
            None => {
                let old = row.item.op;
                let gone = writes::discard(old, row.sequence, row.bytes.clone(), &row.item.intent);
                wait_instead(rows, old, None, gone)
            }
        };
    }
    self::edit(rows, row, op, intent, said_at)
}

fn conflict(row: &OutboxRow) -> Result<(Intent, &[FieldConflict], Option<String>), NotNow> {
    match &row.item.state {
        State::Parked {
            why: Parked::Conflict { fields, version },
        } => Ok((row.item.intent.clone(), fields, version.clone())),
        _ => Err(NotNow::NotForThis),
    }
}

/// What goes with an item when it is given up: itself and all that cannot be done without it.
#[must_use]
pub fn goes_with<'a>(rows: &'a [OutboxRow], row: &'a OutboxRow) -> Vec<&'a OutboxRow> {
    let mut going = vec![row];
    let mut later: Vec<&OutboxRow> = rows
        .iter()
        .filter(|other| other.sequence > row.sequence)
        .collect();
    later.sort_by_key(|other| other.sequence);
    for other in later {
        if going.iter().any(|parent| depends(other, parent)) {
            going.push(other);
        }
    }
    going
}

/// Gives an item up, with all that cannot be done without it: the user's own decision, and the only
/// way in which anything unsent is removed.
pub fn discard(rows: &[OutboxRow], row: &OutboxRow) -> Batch {
    goes_with(rows, row)
        .into_iter()
        .fold(Batch::strict(), |batch, row| {
            batch.and(writes::discard(
                row.item.op,
                row.sequence,
                row.bytes.clone(),
                &row.item.intent,
            ))
        })
}

/// Gives up a row that cannot be read: the user's own decision.
pub fn discard_unreadable(row: &Unreadable) -> Batch {
    let batch = Batch::strict()
        .expect(Space::Outbox, row.sequence, Some(row.bytes.clone()))
        .delete(Space::Outbox, row.sequence);
    match row.op {
        Some(op) => batch.delete(Space::Overlay, op.to_string()),
        None => batch,
    }
}

/// Everything unsent, for a person or another program to keep: what was written, and the row as it is
/// stored. Files are named by their blob. What cannot be read goes as it is.
#[must_use]
pub fn export(outbox: &Outbox) -> Value {
    let items: Vec<Value> = outbox
        .rows
        .iter()
        .map(|row| {
            let blob = match &row.item.intent {
                Intent::AddAttachment { attachment } => Some(attachment.id.to_string()),
                _ => None,
            };
            json!({
                "sequence": row.sequence,
                "reference": Reference::of(row.item.intent.target().id).to_string(),
                "words": row.item.intent.words(),
                "file": blob,
                "item": serde_json::from_slice::<Value>(&row.bytes).unwrap_or_default(),
            })
        })
        .collect();
    let unreadable: Vec<Value> = outbox
        .unreadable
        .iter()
        .map(|row| json!({ "sequence": row.sequence, "stored": as_text(&row.bytes) }))
        .collect();
    json!({ "format": "unsent-changes", "v": 1, "items": items, "unreadable": unreadable })
}

/// Bytes of which nothing is known, so that a person can read as much of them as there is to read.
#[must_use]
pub fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn replace(row: &OutboxRow, item: &OutboxItem) -> Result<Batch, NotNow> {
    let bytes = bytes(item)?;
    Ok(writes::replace_outbox(
        row.sequence,
        row.bytes.clone(),
        bytes,
    ))
}

fn bytes(item: &OutboxItem) -> Result<Vec<u8>, Fault> {
    crate::disk::json(item)
}
