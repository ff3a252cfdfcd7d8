//! The reason that somebody gave for a change which turned out to be made already: it is said all the
//! same, as a comment or note.

use crate::outbox::OutboxItem;
use rapport_domain::{
    Comment, CommentId, ComplaintNote, Intent, Kind, PersonRef, RecordEdit, RecordKey, Stamp,
    Typed, UserId,
};
use uuid::Uuid;

/// The reason that `edit` gives.
pub(crate) fn of(edit: &RecordEdit) -> Option<&str> {
    let text = edit.note.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}

/// What says `edit`'s reason by itself; `None` where no reason was given, or where nothing can be said
/// on such a record. Its id is derived, so that an engine that was interrupted does not make a second
/// one.
pub(crate) fn alone(
    item: &OutboxItem,
    target: RecordKey,
    edit: &RecordEdit,
    me: Option<UserId>,
) -> Option<Intent> {
    let text = of(edit)?.to_owned();
    let id = Uuid::new_v5(&item.op.0, b"note");
    let author = PersonRef {
        id: me,
        name: String::new(),
    };
    match target.kind {
        Kind::Ticket => Some(Intent::AddComment {
            comment: Comment {
                id: CommentId(id),
                stamp: Stamp::said_now(item.said_at),
                ticket: target.id.into(),
                author,
                author_role: None,
                text,
            },
        }),
        Kind::Complaint => {
            let note = ComplaintNote {
                author,
                text,
                ..ComplaintNote::new(id.into(), target.id.into(), item.said_at)
            };
            let record = note.to_record();
            Some(Intent::Create { record })
        }
        _ => None,
    }
}
