//! The reason that somebody gave for a change which turned out to be made already: it is said all the
//! same, as a comment.

use crate::outbox::OutboxItem;
use rapport_domain::{Comment, CommentId, Intent, PersonRef, Stamp, TicketEdit, TicketId, UserId};
use uuid::Uuid;

/// The reason that `edit` gives.
pub(crate) fn of(edit: &TicketEdit) -> Option<&str> {
    let text = edit.note.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}

/// The comment that says `edit`'s reason; `None` where no reason was given. Its id is derived, so that
/// an engine that was interrupted does not make a second one.
pub(crate) fn as_comment(
    item: &OutboxItem,
    ticket: TicketId,
    edit: &TicketEdit,
    me: Option<UserId>,
) -> Option<Intent> {
    of(edit).map(|text| Intent::AddComment {
        comment: Comment {
            id: CommentId(Uuid::new_v5(&item.op.0, b"note")),
            stamp: Stamp::said_now(item.said_at),
            ticket,
            author: PersonRef {
                id: me,
                name: String::new(),
            },
            author_role: None,
            text: text.to_owned(),
        },
    })
}
