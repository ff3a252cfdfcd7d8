//! Records for tests.

use rapport_domain::{
    Attachment, AttachmentId, Comment, CommentId, Edit, Entity, Intent, Kind, OperationId,
    PersonRef, RecordKey, Service, ServiceId, Stamp, Text, Ticket, TicketEdit, TicketId, Timestamp,
};
use uuid::Uuid;

/// The id of a number, apart from those of other kinds.
#[must_use]
pub fn id(kind: Kind, number: u32) -> Uuid {
    Uuid::from_u128(((kind as u128 + 1) << 64) + u128::from(number))
}

/// The key of a number.
#[must_use]
pub fn key(kind: Kind, number: u32) -> RecordKey {
    RecordKey {
        kind,
        id: id(kind, number),
    }
}

/// An operation; greater numbers are later ones.
#[must_use]
pub fn op(number: u32) -> OperationId {
    OperationId(Uuid::from_u128((0x7_u128 << 76) + u128::from(number)))
}

fn stamp(number: u32, version: u32) -> Stamp {
    let said_at = Timestamp(1_700_000_000_000 + i64::from(number) * 1000);
    Stamp {
        remote_id: (version > 0).then(|| number.to_string()),
        version: (version > 0).then(|| version.to_string()),
        said_at,
        received_at: (version > 0).then(|| said_at.plus_millis(5)),
        updated_at: said_at.plus_millis(i64::from(version)),
    }
}

/// A person.
#[must_use]
pub fn person(name: &str) -> PersonRef {
    PersonRef {
        id: None,
        name: name.into(),
    }
}

/// A ticket; version 0 is one that no backend has.
#[must_use]
pub fn ticket(number: u32, version: u32) -> Ticket {
    Ticket {
        id: TicketId(id(Kind::Ticket, number)),
        stamp: stamp(number, version),
        number: (version > 0).then(|| format!("INC-{number:05}")),
        kind: "incident".into(),
        state: if version.is_multiple_of(3) {
            "acknowledged".into()
        } else {
            "pending".into()
        },
        subject: format!("Printer {number} jams, told {version} times"),
        description: format!("Tray {number}").repeat(3),
        customer: None,
        requester: person("Anna Müller"),
        assignee: None,
        service: None,
        form: None,
        answers: Vec::new(),
        impact: None,
        urgency: Some("low".into()),
        priority: Some("p3".into()),
        last_comment: None,
    }
}

/// A comment on a ticket.
#[must_use]
pub fn comment(number: u32, on: u32, version: u32) -> Comment {
    Comment {
        id: CommentId(id(Kind::Comment, number)),
        stamp: stamp(number, version),
        ticket: TicketId(id(Kind::Ticket, on)),
        author: person("Ben Okafor"),
        author_role: None,
        text: format!("Word {number} on {on}"),
    }
}

/// A file on a ticket.
#[must_use]
pub fn attachment(number: u32, on: u32) -> Attachment {
    Attachment {
        id: AttachmentId(id(Kind::Attachment, number)),
        stamp: stamp(number, 0),
        ticket: TicketId(id(Kind::Ticket, on)),
        comment: None,
        name: format!("{number}.png"),
        media_type: "image/png".into(),
        size: 3,
        sha256: None,
        by: person("Anna Müller"),
    }
}

/// A service named in two languages.
#[must_use]
pub fn service(number: u32, name: &str, german: &str) -> Service {
    let mut text = Text::plain(name);
    text.by_language.insert("de".into(), german.into());
    Service {
        id: ServiceId(id(Kind::Service, number)),
        stamp: stamp(number, 1),
        name: text,
        summary: Text::default(),
        description: Text::default(),
        category: Text::plain("Workplace"),
        audience: Vec::new(),
        intended_outcome: Text::default(),
        owner: None,
        hours: Text::default(),
        service_levels: Vec::new(),
        dependencies: Vec::new(),
        lifecycle: "live".into(),
        edition: "1".into(),
        reviewed_on: None,
        forms: Vec::new(),
    }
}

/// The wish to file a ticket.
#[must_use]
pub fn create(number: u32) -> Intent {
    Intent::CreateTicket {
        ticket: ticket(number, 0),
    }
}

/// The wish to say something on a ticket.
#[must_use]
pub fn say(number: u32, on: u32) -> Intent {
    Intent::AddComment {
        comment: comment(number, on, 0),
    }
}

/// The wish to change a ticket's subject.
#[must_use]
pub fn rename(number: u32, subject: &str) -> Intent {
    Intent::EditTicket {
        ticket: TicketId(id(Kind::Ticket, number)),
        base_version: Some("1".into()),
        edit: TicketEdit {
            subject: Some(Edit {
                base: "as it was".into(),
                mine: subject.into(),
            }),
            ..TicketEdit::default()
        },
    }
}

/// Tickets of these numbers in a version.
#[must_use]
pub fn tickets(numbers: impl IntoIterator<Item = u32>, version: u32) -> Vec<Entity> {
    let entity = |number| Entity::Ticket(ticket(number, version));
    numbers.into_iter().map(entity).collect()
}
