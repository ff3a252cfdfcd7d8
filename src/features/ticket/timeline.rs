//! One timeline of a ticket: its opening words, comments, files and changes in the order in which
//! the server got them, what is still on this device last.
//!
//! Pure: no signals, no wording.

use rapport_domain::edit::editable;
use rapport_domain::{
    Attachment, Comment, Kind, OperationId, PersonRef, RecordEdit, Role, Stamp, Ticket,
    TicketChange, Timestamp, UserId,
};
use serde_json::Value;
use uuid::Uuid;

/// Files that came within this time of their ticket were filed with it.
const WITH_OPENING_MS: i64 = 60_000;

/// Fewer entries than these are not worth folding away.
const FOLDED: usize = 3;

/// One event of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Names the event among all of the ticket; the same before and after it is received.
    pub id: Uuid,
    /// Who did it; `None` for the system.
    pub by: Option<PersonRef>,
    /// In what role, where that is known.
    pub role: Option<Role>,
    /// When it was said, by its author's clock.
    pub said_at: Timestamp,
    /// When the server got it; `None` while it is only on this device.
    pub received_at: Option<Timestamp>,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The ticket was filed with these words.
    Opening {
        /// The description.
        text: String,
        /// Whether it was filed with answers, which stand elsewhere.
        answered: bool,
        /// Files that came with it.
        files: Vec<Attachment>,
    },
    /// Somebody said something.
    Words {
        /// The words.
        text: String,
        /// Files that came with them.
        files: Vec<Attachment>,
    },
    /// Files were added without words.
    Files(Vec<Attachment>),
    /// A field changed.
    Change(Change),
}

/// A change of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which field, by the backend's word.
    pub field: String,
    /// Its value before.
    pub from: Option<String>,
    /// Its value after.
    pub to: Option<String>,
    /// Why.
    pub note: Option<String>,
}

/// A change of the ticket that is still on this device.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingEdit {
    /// The operation.
    pub op: OperationId,
    /// Who makes it.
    pub by: PersonRef,
    /// When he said so.
    pub said_at: Timestamp,
    /// The fields.
    pub edit: RecordEdit,
}

impl Entry {
    /// Whether it is only on this device.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.received_at.is_none()
    }

    /// Whether people speak here (shown as a card) rather than something changes (a quiet line).
    #[must_use]
    pub const fn is_words(&self) -> bool {
        !matches!(self.what, What::Change(_))
    }
}

/// Merges everything that is known of a ticket into one list.
#[must_use]
pub fn timeline(
    ticket: &Ticket,
    comments: &[Comment],
    files: &[Attachment],
    changes: &[TicketChange],
    edits: &[PendingEdit],
) -> Vec<Entry> {
    let known = |file: &&Attachment| comments.iter().any(|c| Some(c.id) == file.comment);
    let (with_words, alone): (Vec<&Attachment>, Vec<&Attachment>) = files.iter().partition(known);
    let (with_opening, alone): (Vec<&Attachment>, Vec<&Attachment>) =
        alone.into_iter().partition(|file| came_with(ticket, file));

    let mut entries = vec![opening(ticket, &with_opening)];
    entries.extend(comments.iter().map(|comment| words(comment, &with_words)));
    entries.extend(alone.into_iter().map(lone_file));
    entries.extend(changes.iter().filter(|c| !is_birth(ticket, c)).map(change));
    entries.extend(edits.iter().flat_map(pending_changes));
    entries.sort_by_key(place);
    join_files(entries)
}

/// How many entries are folded away before what a reader wants in sight at once: the newest words, those that
/// `me` has answered with them, and everything that is still on this device.
#[must_use]
pub fn earlier(entries: &[Entry], me: UserId) -> usize {
    let spoken = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.is_words());
    let is_mine = |entry: &Entry| entry.by.as_ref().and_then(|by| by.id) == Some(me);
    let mut newest = spoken.rev();
    let last = newest.next();
    let answered = match last {
        Some((_, entry)) if is_mine(entry) => newest.find(|(_, entry)| !is_mine(entry)),
        _ => None,
    };
    let pending = entries.iter().position(Entry::is_pending);
    let places = [last, answered]
        .into_iter()
        .flatten()
        .map(|(place, _)| place);
    let first = places.chain(pending).min().unwrap_or_default();
    if first < FOLDED { 0 } else { first }
}

/// The opening comes first, then what the server has in its order, then what only we have in the
/// order it was said. Of things with one time the words come before the change they caused.
fn place(entry: &Entry) -> (u8, i64, bool, Uuid) {
    let group = match (&entry.what, entry.received_at) {
        (What::Opening { .. }, _) => 0,
        (_, Some(_)) => 1,
        (_, None) => 2,
    };
    let at = entry.received_at.unwrap_or(entry.said_at);
    (group, at.0, !entry.is_words(), entry.id)
}

fn received(stamp: &Stamp) -> Option<Timestamp> {
    // A backend that tells no receiving time still gives its own id once it has the record.
    let told = stamp.remote_id.as_ref().map(|_| stamp.updated_at);
    stamp.received_at.or(told)
}

fn came_with(ticket: &Ticket, file: &Attachment) -> bool {
    let later = file.stamp.said_at.millis_since(ticket.stamp.said_at);
    file.comment.is_none() && file.by == ticket.requester && (0..=WITH_OPENING_MS).contains(&later)
}

/// The change from nothing to the first state says only what the opening says already.
fn is_birth(ticket: &Ticket, change: &TicketChange) -> bool {
    let first = change.from.as_deref().is_none_or(str::is_empty);
    first && change.field == "state" && received(&ticket.stamp) >= Some(change.at)
}

fn opening(ticket: &Ticket, files: &[&Attachment]) -> Entry {
    Entry {
        id: ticket.id.0,
        by: Some(ticket.requester.clone()),
        role: None,
        said_at: ticket.stamp.said_at,
        received_at: received(&ticket.stamp),
        what: What::Opening {
            text: ticket.description.clone(),
            answered: !ticket.answers.is_empty(),
            files: files.iter().copied().cloned().collect(),
        },
    }
}

fn words(comment: &Comment, files: &[&Attachment]) -> Entry {
    let own = files.iter().filter(|file| file.comment == Some(comment.id));
    Entry {
        id: comment.id.0,
        by: Some(comment.author.clone()),
        role: comment.author_role.clone(),
        said_at: comment.stamp.said_at,
        received_at: received(&comment.stamp),
        what: What::Words {
            text: comment.text.clone(),
            files: own.copied().cloned().collect(),
        },
    }
}

fn lone_file(file: &Attachment) -> Entry {
    Entry {
        id: file.id.0,
        by: Some(file.by.clone()),
        role: None,
        said_at: file.stamp.said_at,
        received_at: received(&file.stamp),
        what: What::Files(vec![file.clone()]),
    }
}

fn change(change: &TicketChange) -> Entry {
    Entry {
        id: change.id.0,
        by: change.by.clone(),
        role: None,
        said_at: change.at,
        received_at: Some(received(&change.stamp).unwrap_or(change.at)),
        what: What::Change(Change {
            field: change.field.clone(),
            from: change.from.clone(),
            to: change.to.clone(),
            note: change.note.clone(),
        }),
    }
}

fn pending_changes(pending: &PendingEdit) -> Vec<Entry> {
    let edit = &pending.edit;
    let touched = editable(Kind::Ticket).into_iter().filter_map(|(field, _)| {
        let edit = edit.fields.get(field)?;
        Some((field, words_of(&edit.base), words_of(&edit.mine)))
    });
    let entry = |(place, (field, from, to)): (usize, (&str, String, String))| Entry {
        // One operation may touch several fields; each needs a name of its own that stays.
        id: Uuid::from_u128(pending.op.0.as_u128().wrapping_add(place as u128)),
        by: Some(pending.by.clone()),
        role: None,
        said_at: pending.said_at,
        received_at: None,
        what: What::Change(Change {
            field: field.to_owned(),
            from: Some(from),
            to: Some(to),
            // The reason stands once, at the first field.
            note: edit.note.clone().filter(|_| place == 0),
        }),
    };
    touched.enumerate().map(entry).collect()
}

/// A value in words; nothing where there is none.
fn words_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
/// Files that one person added one after the other are one event.
fn join_files(entries: Vec<Entry>) -> Vec<Entry> {
    let mut joined: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let same = |before: &Entry| {
            before.by == entry.by
                && before.is_pending() == entry.is_pending()
                && entry.said_at.millis_since(before.said_at).abs() <= WITH_OPENING_MS
        };
        match (joined.last_mut().filter(|before| same(before)), &entry.what) {
            (
                Some(Entry {
                    what: What::Files(before),
                    ..
                }),
                What::Files(more),
            ) => {
                before.extend(more.iter().cloned());
            }
            _ => joined.push(entry),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
