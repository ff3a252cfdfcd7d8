//! What a person wants to change, before any wire format: kept on disk until the backend has it.

use crate::edit::RecordEdit;
use crate::plain::Record;
use crate::record::{Entity, Kind, RecordKey};
use crate::thread::{Attachment, Comment};
use crate::ticket::Ticket;
use serde::{Deserialize, Serialize};

/// One local change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// File a ticket.
    CreateTicket {
        /// The ticket as it was written.
        ticket: Ticket,
    },
    /// Add words to a ticket.
    AddComment {
        /// The comment as it was written.
        comment: Comment,
    },
    /// Add a file to a ticket; its bytes lie in the store under the attachment's id.
    AddAttachment {
        /// The file's description.
        attachment: Attachment,
    },
    /// Make a record of another kind.
    Create {
        /// The record as it was written.
        record: Record,
    },
    /// Change fields of a record.
    Edit {
        /// The record.
        target: RecordKey,
        /// The backend's version that the user saw; `None` while the record itself is unsent.
        base_version: Option<String>,
        /// The fields.
        edit: RecordEdit,
    },
}

impl Intent {
    /// A change of `record` as the user sees it.
    #[must_use]
    pub fn edit(record: &Entity, edit: RecordEdit) -> Self {
        Self::Edit {
            target: record.key(),
            base_version: record.stamp().version.clone(),
            edit,
        }
    }

    /// What its author wrote, in order; of a file its name.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        let all = match self {
            Self::CreateTicket { ticket } => {
                vec![ticket.subject.as_str(), ticket.description.as_str()]
            }
            Self::AddComment { comment } => vec![comment.text.as_str()],
            Self::AddAttachment { attachment } => vec![attachment.name.as_str()],
            Self::Create { record } => record.words(),
            Self::Edit { target, edit, .. } => edit
                .texts(target.kind)
                .chain(edit.note.as_deref())
                .collect(),
        };
        all.into_iter()
            .filter(|words| !words.trim().is_empty())
            .collect()
    }

    /// The record that the change makes or alters.
    #[must_use]
    pub fn target(&self) -> RecordKey {
        let key = |kind, id| RecordKey { kind, id };
        match self {
            Self::CreateTicket { ticket } => key(Kind::Ticket, ticket.id.0),
            Self::AddComment { comment } => key(Kind::Comment, comment.id.0),
            Self::AddAttachment { attachment } => key(Kind::Attachment, attachment.id.0),
            Self::Create { record } => record.key(),
            Self::Edit { target, .. } => *target,
        }
    }

    /// The record within which changes keep their order: the ticket of a comment, the complaint of a
    /// note, and of anything else itself.
    #[must_use]
    pub fn subject(&self) -> RecordKey {
        let ticket = |id| RecordKey {
            kind: Kind::Ticket,
            id,
        };
        match self {
            Self::AddComment { comment } => ticket(comment.ticket.0),
            Self::AddAttachment { attachment } => ticket(attachment.ticket.0),
            Self::Create { record } => record.parent().unwrap_or_else(|| record.key()),
            Self::CreateTicket { .. } | Self::Edit { .. } => self.target(),
        }
    }

    /// Whether it cannot be done before `other`, which makes a record that it names or changes.
    #[must_use]
    pub fn needs(&self, other: &Self) -> bool {
        let made = other.target();
        match (self, other) {
            (_, Self::Edit { .. }) => false,
            (Self::AddAttachment { attachment }, Self::AddComment { comment }) => {
                attachment.comment == Some(comment.id)
            }
            (Self::Create { record }, _) => record.references().contains(&made),
            (Self::CreateTicket { .. }, _) => false,
            _ => self.subject() == made,
        }
    }

    /// The record this change makes, if it makes one.
    #[must_use]
    pub fn created(&self) -> Option<Entity> {
        match self {
            Self::CreateTicket { ticket } => Some(Entity::Ticket(ticket.clone())),
            Self::AddComment { comment } => Some(Entity::Comment(comment.clone())),
            Self::AddAttachment { attachment } => Some(Entity::Attachment(attachment.clone())),
            Self::Create { record } => Some(Entity::Record(record.clone())),
            Self::Edit { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_reads_back_from_its_disk_form_and_tolerates_missing_fields() {
        let edit = RecordEdit::default().with("subject", &"a".to_owned(), &"b".to_owned());
        let intent = Intent::Edit {
            target: RecordKey {
                kind: Kind::Ticket,
                id: uuid::Uuid::from_u128(7),
            },
            base_version: Some("3".into()),
            edit,
        };
        let json = serde_json::to_string(&intent).expect("serialises");
        assert_eq!(
            serde_json::from_str::<Intent>(&json).expect("reads back"),
            intent
        );
        let sparse = r#"{"edit":{"target":{"kind":"ticket","id":"00000000-0000-0000-0000-000000000007"},
            "base_version":null,"edit":{"fields":{"subject":{"base":"a"}}}}}"#;
        assert!(serde_json::from_str::<Intent>(sparse).is_ok());
    }
}
