//! The names under which unfinished writing is kept: one for each place where somebody can write.

use rapport_domain::{FormId, Kind, OperationId, RecordKey, ServiceId, TicketId};
use uuid::Uuid;

/// A place where somebody writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DraftKey {
    /// A request form, as asked from the page of a service.
    Form(ServiceId, FormId),
    /// A request without a form, as asked from the page of a service or from anywhere else.
    General(Option<ServiceId>),
    /// The answer box of a ticket.
    Answer(TicketId),
    /// The reason for which a ticket is reopened.
    Reopen(TicketId),
    /// A ticket's subject and description, being reworded.
    Reword(TicketId),
    /// Something unsent, being changed.
    Unsent(OperationId),
    /// A new record of a kind, which belongs to another one or is about it.
    New(Kind, Option<Uuid>),
    /// A change of a record.
    Change(RecordKey),
    /// A record's move to the stage of that word.
    Move(RecordKey, String),
}

impl DraftKey {
    /// The place of this name; `None` for one that a newer build wrote.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, rest) = name.split_once(':').unwrap_or((name, ""));
        match kind {
            "form" => {
                let (service, form) = rest.split_once(':')?;
                Some(Self::Form(service.parse().ok()?, form.parse().ok()?))
            }
            "general" if rest.is_empty() => Some(Self::General(None)),
            "general" => rest
                .parse()
                .ok()
                .map(|service| Self::General(Some(service))),
            "answer" => rest.parse().ok().map(Self::Answer),
            "reopen" => rest.parse().ok().map(Self::Reopen),
            "reword" => rest.parse().ok().map(Self::Reword),
            "unsent" => rest.parse().ok().map(Self::Unsent),
            "new" => match rest.split_once(':') {
                Some((kind, of)) => Some(Self::New(Kind::parse(kind)?, Some(of.parse().ok()?))),
                None => Some(Self::New(Kind::parse(rest)?, None)),
            },
            "change" => record(rest).map(Self::Change),
            "move" => {
                let (rest, stage) = rest.rsplit_once(':')?;
                Some(Self::Move(record(rest)?, stage.to_owned()))
            }
            _ => None,
        }
    }
}

fn record(name: &str) -> Option<RecordKey> {
    let (kind, id) = name.split_once(':')?;
    Some(RecordKey {
        kind: Kind::parse(kind)?,
        id: id.parse().ok()?,
    })
}

impl std::fmt::Display for DraftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form(service, form) => write!(f, "form:{service}:{form}"),
            Self::General(None) => f.write_str("general"),
            Self::General(Some(service)) => write!(f, "general:{service}"),
            Self::Answer(ticket) => write!(f, "answer:{ticket}"),
            Self::Reopen(ticket) => write!(f, "reopen:{ticket}"),
            Self::Reword(ticket) => write!(f, "reword:{ticket}"),
            Self::Unsent(op) => write!(f, "unsent:{op}"),
            Self::New(kind, None) => write!(f, "new:{}", kind.as_str()),
            Self::New(kind, Some(of)) => write!(f, "new:{}:{of}", kind.as_str()),
            Self::Change(key) => write!(f, "change:{}:{}", key.kind.as_str(), key.id),
            Self::Move(key, stage) => {
                write!(f, "move:{}:{}:{stage}", key.kind.as_str(), key.id)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_name_is_read_back_and_a_foreign_one_is_not_mistaken() {
        let ticket = TicketId(Uuid::from_u128(7));
        let complaint = RecordKey {
            kind: Kind::Complaint,
            id: Uuid::from_u128(4),
        };
        let all = [
            DraftKey::Form(ServiceId(Uuid::from_u128(1)), FormId(Uuid::from_u128(2))),
            DraftKey::General(None),
            DraftKey::General(Some(ServiceId(Uuid::from_u128(1)))),
            DraftKey::Answer(ticket),
            DraftKey::Reopen(ticket),
            DraftKey::Reword(ticket),
            DraftKey::Unsent(OperationId(Uuid::from_u128(3))),
            DraftKey::New(Kind::Survey, None),
            DraftKey::Change(complaint),
            DraftKey::Move(complaint, "response_proposed".into()),
        ];
        for key in all {
            assert_eq!(DraftKey::parse(&key.to_string()), Some(key));
        }
        for foreign in ["", "survey:7", "answer:", "form:7", "answer:x", "general:x"] {
            assert_eq!(DraftKey::parse(foreign), None, "{foreign}");
        }
    }
}
