//! What happens on a ticket: words, files and changes, which share one timeline.

use crate::id::{AttachmentId, ChangeId, CommentId, TicketId};
use crate::party::{PersonRef, Role};
use crate::record::Stamp;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A message on a ticket. Comments are only ever added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// Who said it.
    pub author: PersonRef,
    /// In what role, where the backend says so.
    pub author_role: Option<Role>,
    /// What was said, as plain text.
    pub text: String,
}

/// Longest comment that we write, in characters.
pub const COMMENT_MAX: u32 = 20_000;

/// A file on a ticket; its bytes are kept apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// The comment it came with.
    pub comment: Option<CommentId>,
    /// The file's name.
    pub name: String,
    /// Its media type (RFC 6838).
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes in lower-case hex, where known.
    pub sha256: Option<String>,
    /// Who added it.
    pub by: PersonRef,
}

/// A change of one field of a ticket, as its history tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketChange {
    /// Its id.
    pub id: ChangeId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// Who changed it; `None` for the system.
    pub by: Option<PersonRef>,
    /// When.
    pub at: Timestamp,
    /// Which field, by the backend's word (`state`, `priority`, `assignee`…).
    pub field: String,
    /// Its value before.
    pub from: Option<String>,
    /// Its value after.
    pub to: Option<String>,
    /// Why, where somebody said so.
    pub note: Option<String>,
}
