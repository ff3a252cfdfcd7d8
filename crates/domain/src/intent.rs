//! What a person wants to change, before any wire format: kept on disk until the backend has it.

use crate::id::TicketId;
use crate::record::{Entity, Kind, RecordKey};
use crate::thread::{Attachment, Comment};
use crate::ticket::{Impact, Ticket, TicketState, Urgency};
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
    /// Change fields of a ticket.
    EditTicket {
        /// The ticket.
        ticket: TicketId,
        /// The backend's version that the user saw; `None` while the ticket itself is unsent.
        base_version: Option<String>,
        /// The fields.
        edit: TicketEdit,
    },
}

impl Intent {
    /// What its author wrote, in order; of a file its name.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        let all = match self {
            Self::CreateTicket { ticket } => {
                vec![ticket.subject.as_str(), ticket.description.as_str()]
            }
            Self::AddComment { comment } => vec![comment.text.as_str()],
            Self::AddAttachment { attachment } => vec![attachment.name.as_str()],
            Self::EditTicket { edit, .. } => {
                let texts = [&edit.subject, &edit.description].into_iter().flatten();
                let texts = texts.map(|text| text.mine.as_str());
                texts.chain(edit.note.as_deref()).collect()
            }
        };
        all.into_iter()
            .filter(|words| !words.trim().is_empty())
            .collect()
    }

    /// The record that the change makes or alters.
    #[must_use]
    pub fn target(&self) -> RecordKey {
        match self {
            Self::CreateTicket { ticket } => RecordKey {
                kind: Kind::Ticket,
                id: ticket.id.0,
            },
            Self::AddComment { comment } => RecordKey {
                kind: Kind::Comment,
                id: comment.id.0,
            },
            Self::AddAttachment { attachment } => RecordKey {
                kind: Kind::Attachment,
                id: attachment.id.0,
            },
            Self::EditTicket { ticket, .. } => RecordKey {
                kind: Kind::Ticket,
                id: ticket.0,
            },
        }
    }

    /// The ticket within which changes keep their order.
    #[must_use]
    pub const fn ticket(&self) -> TicketId {
        match self {
            Self::CreateTicket { ticket } => ticket.id,
            Self::AddComment { comment } => comment.ticket,
            Self::AddAttachment { attachment } => attachment.ticket,
            Self::EditTicket { ticket, .. } => *ticket,
        }
    }

    /// The record this change makes, if it makes one.
    #[must_use]
    pub fn created(&self) -> Option<Entity> {
        match self {
            Self::CreateTicket { ticket } => Some(Entity::Ticket(ticket.clone())),
            Self::AddComment { comment } => Some(Entity::Comment(comment.clone())),
            Self::AddAttachment { attachment } => Some(Entity::Attachment(attachment.clone())),
            Self::EditTicket { .. } => None,
        }
    }
}

/// One field's change: what the user saw and what he wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit<T> {
    /// The value the user saw.
    pub base: T,
    /// The value the user wants.
    pub mine: T,
}

/// The touched fields of a ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TicketEdit {
    /// Where it stands.
    #[serde(default)]
    pub state: Option<Edit<TicketState>>,
    /// Its subject.
    #[serde(default)]
    pub subject: Option<Edit<String>>,
    /// Its description.
    #[serde(default)]
    pub description: Option<Edit<String>>,
    /// Whom it hinders.
    #[serde(default)]
    pub impact: Option<Edit<Option<Impact>>>,
    /// How long it can wait.
    #[serde(default)]
    pub urgency: Option<Edit<Option<Urgency>>>,
    /// Why; goes into the history.
    #[serde(default)]
    pub note: Option<String>,
}

/// A field that the user and somebody else changed to different values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldConflict {
    /// The field's name.
    pub field: String,
    /// What the user saw.
    pub base: String,
    /// What the user wants.
    pub mine: String,
    /// What it is on the server now.
    pub theirs: String,
}

/// What became of an edit when the record had moved on meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub enum Merge {
    /// Everything wanted is already so.
    AlreadyThere,
    /// Nobody else touched these fields: the edit stands on the new version.
    Rebased(TicketEdit),
    /// A question for the user; nothing is lost.
    Conflict(Vec<FieldConflict>),
}

impl TicketEdit {
    /// Whether no field is touched.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.state.is_none()
            && self.subject.is_none()
            && self.description.is_none()
            && self.impact.is_none()
            && self.urgency.is_none()
    }

    /// Writes the wanted values into `ticket`. What comes of it is no version of the backend's: an edit
    /// made on top of it must not claim to have seen one, or it would replace unseen what this one
    /// hides.
    pub fn apply(&self, ticket: &mut Ticket) {
        fn set<T: Clone>(slot: &mut T, edit: Option<&Edit<T>>) {
            if let Some(edit) = edit {
                slot.clone_from(&edit.mine);
            }
        }
        set(&mut ticket.state, self.state.as_ref());
        set(&mut ticket.subject, self.subject.as_ref());
        set(&mut ticket.description, self.description.as_ref());
        set(&mut ticket.impact, self.impact.as_ref());
        set(&mut ticket.urgency, self.urgency.as_ref());
        ticket.stamp.version = None;
    }

    /// Three-way merge, field by field: the base the user saw, what he wants, what `theirs` is now.
    /// Fields that only one side touched merge; a field that both changed differently is a conflict.
    #[must_use]
    pub fn merge(&self, theirs: &Ticket) -> Merge {
        let mut conflicts = Vec::new();
        let rebased = Self {
            state: settle(
                "state",
                self.state.as_ref(),
                &theirs.state,
                &mut conflicts,
                |v| v.to_string(),
            ),
            subject: settle(
                "subject",
                self.subject.as_ref(),
                &theirs.subject,
                &mut conflicts,
                Clone::clone,
            ),
            description: settle(
                "description",
                self.description.as_ref(),
                &theirs.description,
                &mut conflicts,
                Clone::clone,
            ),
            impact: settle(
                "impact",
                self.impact.as_ref(),
                &theirs.impact,
                &mut conflicts,
                word,
            ),
            urgency: settle(
                "urgency",
                self.urgency.as_ref(),
                &theirs.urgency,
                &mut conflicts,
                word,
            ),
            note: self.note.clone(),
        };
        if !conflicts.is_empty() {
            Merge::Conflict(conflicts)
        } else if rebased.is_empty() {
            Merge::AlreadyThere
        } else {
            Merge::Rebased(rebased)
        }
    }
}

fn word<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn settle<T: Clone + PartialEq>(
    field: &str,
    edit: Option<&Edit<T>>,
    theirs: &T,
    conflicts: &mut Vec<FieldConflict>,
    word: impl Fn(&T) -> String,
) -> Option<Edit<T>> {
    let edit = edit?;
    if edit.mine == *theirs {
        return None;
    }
    if edit.base != *theirs {
        conflicts.push(FieldConflict {
            field: field.to_owned(),
            base: word(&edit.base),
            mine: word(&edit.mine),
            theirs: word(theirs),
        });
    }
    Some(Edit {
        base: theirs.clone(),
        mine: edit.mine.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::PersonRef;
    use crate::record::Stamp;
    use crate::ticket::TicketKind;

    fn ticket(subject: &str, description: &str) -> Ticket {
        Ticket {
            id: TicketId(uuid::Uuid::from_u128(7)),
            stamp: Stamp::default(),
            number: None,
            kind: TicketKind::Incident,
            state: TicketState::InProgress,
            subject: subject.into(),
            description: description.into(),
            customer: None,
            requester: PersonRef::default(),
            assignee: None,
            service: None,
            form: None,
            answers: vec![],
            impact: None,
            urgency: None,
            priority: None,
            last_comment: None,
        }
    }

    fn edit(subject: Option<(&str, &str)>, description: Option<(&str, &str)>) -> TicketEdit {
        let of = |pair: Option<(&str, &str)>| {
            pair.map(|(base, mine)| Edit {
                base: base.to_owned(),
                mine: mine.to_owned(),
            })
        };
        TicketEdit {
            subject: of(subject),
            description: of(description),
            ..TicketEdit::default()
        }
    }

    #[test]
    fn disjoint_fields_merge_and_keep_both_changes() {
        let mine = edit(Some(("VPN", "VPN drops")), None);
        let theirs = ticket("VPN", "changed by the desk");
        let Merge::Rebased(rebased) = mine.merge(&theirs) else {
            unreachable!("disjoint")
        };
        let mut merged = theirs;
        rebased.apply(&mut merged);
        assert_eq!(merged.subject, "VPN drops");
        assert_eq!(merged.description, "changed by the desk");
    }

    #[test]
    fn the_same_field_becomes_a_question_with_all_three_texts() {
        let mine = edit(Some(("VPN", "VPN drops")), None);
        let Merge::Conflict(conflicts) = mine.merge(&ticket("Tunnel", "")) else {
            unreachable!("both changed the subject")
        };
        assert_eq!(conflicts.len(), 1);
        let c = &conflicts[0];
        assert_eq!(
            (
                c.field.as_str(),
                c.base.as_str(),
                c.mine.as_str(),
                c.theirs.as_str()
            ),
            ("subject", "VPN", "VPN drops", "Tunnel")
        );
    }

    #[test]
    fn what_is_already_so_needs_no_writing() {
        let mine = edit(Some(("VPN", "VPN drops")), None);
        assert_eq!(mine.merge(&ticket("VPN drops", "x")), Merge::AlreadyThere);
    }

    #[test]
    fn an_intent_reads_back_from_its_disk_form_and_tolerates_missing_fields() {
        let intent = Intent::EditTicket {
            ticket: TicketId(uuid::Uuid::from_u128(7)),
            base_version: Some("3".into()),
            edit: edit(Some(("a", "b")), None),
        };
        let json = serde_json::to_string(&intent).expect("serialises");
        assert_eq!(
            serde_json::from_str::<Intent>(&json).expect("reads back"),
            intent
        );
        let older = r#"{"edit_ticket":{"ticket":"00000000-0000-0000-0000-000000000007",
            "base_version":null,"edit":{"subject":{"base":"a","mine":"b"}}}}"#;
        assert!(serde_json::from_str::<Intent>(older).is_ok());
    }
}
