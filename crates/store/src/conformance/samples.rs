//! Records for tests.

use crate::OverlayRow;
use rapport_domain::{
    Announcement, AnnouncementId, Answer, AnswerValue, Attachment, AttachmentId, Audience,
    ChangeId, Comment, CommentId, Complaint, Customer, CustomerId, Entity, Field, FieldKind,
    FormId, Intent, Kind, LastComment, OperationId, Owner, PersonRef, RecordEdit, RecordKey,
    RequestForm, Service, ServiceId, ServiceLevel, Stamp, Text, Ticket, TicketChange, TicketId,
    Timestamp, Typed, User, UserId, VisibleWhen,
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

/// One record of every kind, with every field filled.
#[must_use]
pub fn one_of_each() -> Vec<Entity> {
    let text = |default: &str, german: &str| service(0, default, german).name;
    let full = Ticket {
        customer: Some(CustomerId(id(Kind::Customer, 1))),
        assignee: Some(person("Jonas")),
        service: Some(ServiceId(id(Kind::Service, 1))),
        form: Some(FormId(id(Kind::Form, 1))),
        answers: vec![
            answer("floor", AnswerValue::Number(3.5)),
            answer("again", AnswerValue::Flag(true)),
            answer("where", AnswerValue::Text("Hall".into())),
            answer("what", AnswerValue::Many(vec!["a".into(), "b".into()])),
        ],
        impact: Some("team".into()),
        last_comment: Some(LastComment {
            at: Timestamp(9),
            by: person("Jonas"),
            text: "On it".into(),
        }),
        ..ticket(1, 7)
    };
    let full_service = Service {
        audience: vec![
            Audience::Role("brm".into()),
            Audience::Customer(CustomerId(id(Kind::Customer, 1))),
        ],
        owner: Some(Owner {
            name: "Desk".into(),
            email: Some("desk@example.org".into()),
        }),
        service_levels: vec![ServiceLevel {
            name: text("Answer", "Antwort"),
            target: text("4 h", "4 Std."),
            workload_limit: Some(text("20 a day", "20 am Tag")),
            exceptions: None,
        }],
        dependencies: vec![ServiceId(id(Kind::Service, 2))],
        reviewed_on: Some("2026-05-01".into()),
        forms: vec![FormId(id(Kind::Form, 1))],
        ..service(1, "Printing", "Drucken")
    };
    let field = |key: &str, kind: FieldKind| Field {
        key: key.into(),
        label: text("Label", "Beschriftung"),
        help: None,
        kind,
        required: true,
        visible_when: Some(VisibleWhen {
            field: "again".into(),
            is: vec!["true".into()],
        }),
    };
    vec![
        Entity::Customer(Customer {
            id: CustomerId(id(Kind::Customer, 1)),
            stamp: stamp(1, 1),
            name: "Harbour Logistics".into(),
            card: Some("Quay 4".into()),
        }),
        Entity::User(User {
            id: UserId(id(Kind::User, 1)),
            stamp: stamp(2, 1),
            customer: Some(CustomerId(id(Kind::Customer, 1))),
            name: "Anna Müller".into(),
            login: Some("anna".into()),
            email: Some("anna@example.org".into()),
            phone: Some("+49 40 1".into()),
            role: "customer_user".into(),
            assigned_customers: vec![CustomerId(id(Kind::Customer, 2))],
        }),
        Entity::Service(full_service),
        Entity::Form(RequestForm {
            id: FormId(id(Kind::Form, 1)),
            stamp: stamp(3, 1),
            service: Some(ServiceId(id(Kind::Service, 1))),
            title: text("Printer", "Drucker"),
            intro: Some(text("Tell us", "Sag es uns")),
            ticket_kind: "service_request".into(),
            edition: "2".into(),
            approval: false,
            fields: vec![
                field(
                    "floor",
                    FieldKind::Number {
                        min: Some(0.0),
                        max: None,
                        whole: false,
                        unit: None,
                    },
                ),
                field("again", FieldKind::YesNo),
                field("odd", FieldKind::Other("slider".into())),
            ],
        }),
        Entity::Ticket(full),
        Entity::Comment(Comment {
            author_role: Some("agent".into()),
            ..comment(1, 1, 1)
        }),
        Entity::Attachment(Attachment {
            comment: Some(CommentId(id(Kind::Comment, 1))),
            sha256: Some("00ff".into()),
            ..attachment(1, 1)
        }),
        Entity::TicketChange(TicketChange {
            id: ChangeId(id(Kind::TicketChange, 1)),
            stamp: stamp(4, 1),
            ticket: TicketId(id(Kind::Ticket, 1)),
            by: Some(person("Jonas")),
            at: Timestamp(11),
            field: "state".into(),
            from: Some("acknowledged".into()),
            to: Some("in_progress".into()),
            note: Some("began".into()),
        }),
        Entity::Announcement(Announcement {
            id: AnnouncementId(id(Kind::Announcement, 1)),
            stamp: stamp(5, 1),
            title: text("Maintenance", "Wartung"),
            body: text("On Sunday", "Am Sonntag"),
            severity: "warning".into(),
            services: vec![ServiceId(id(Kind::Service, 1))],
            starts_at: Timestamp(12),
            ends_at: Some(Timestamp(13)),
        }),
        Entity::Record(complaint(1).to_record()),
    ]
}

fn answer(field: &str, value: AnswerValue) -> Answer {
    Answer {
        field: field.into(),
        label: "A question".into(),
        value,
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

/// A complaint.
#[must_use]
pub fn complaint(number: u32) -> Complaint {
    Complaint {
        subject: "Nobody told us".into(),
        complainant: person("Anna"),
        confidential: true,
        level: 1,
        ..Complaint::new(id(Kind::Complaint, number).into(), Timestamp(5))
    }
}

/// The wish to complain.
#[must_use]
pub fn complain(number: u32) -> Intent {
    Intent::Create {
        record: complaint(number).to_record(),
    }
}

/// The wish to change a ticket's subject.
#[must_use]
pub fn rename(number: u32, subject: &str) -> Intent {
    let (base, mine) = ("as it was".to_owned(), subject.to_owned());
    Intent::Edit {
        target: RecordKey {
            kind: Kind::Ticket,
            id: id(Kind::Ticket, number),
        },
        base_version: Some("1".into()),
        edit: RecordEdit::default().with("subject", &base, &mine),
    }
}

/// Tickets of these numbers in a version.
#[must_use]
pub fn tickets(numbers: impl IntoIterator<Item = u32>, version: u32) -> Vec<Entity> {
    let entity = |number| Entity::Ticket(ticket(number, version));
    numbers.into_iter().map(entity).collect()
}

/// Rows of the overlay as a user's changes make them.
#[must_use]
pub fn overlay_rows() -> Vec<OverlayRow> {
    [
        (1, create(1)),
        (2, say(2, 1)),
        (3, rename(1, "Mine")),
        (4, complain(1)),
    ]
    .map(|(n, intent)| OverlayRow::new(op(n), intent))
    .into()
}
