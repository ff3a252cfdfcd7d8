//! What a user writes in these tests: the same as in the recorded exchanges.

#![allow(dead_code, reason = "each test file uses a part of it")]

use rapport_domain::{
    Answer, AnswerValue, Attachment, AttachmentId, Comment, CommentId, CustomerId, FormId, Impact,
    Intent, OperationId, PersonRef, ServiceId, Stamp, Ticket, TicketId, TicketKind, TicketState,
    Timestamp, Urgency, UserId,
};
use uuid::Uuid;

/// When it was said: 2026-11-22T09:12:31.123Z.
pub const SAID_AT: Timestamp = Timestamp(1_795_338_751_123);

fn uuid(text: &str) -> Uuid {
    Uuid::try_parse(text).expect("a UUID")
}

fn made_here(number: u32) -> Uuid {
    uuid(&format!("0198f3a2-7c11-7d3e-9f00-{number:012}"))
}

/// The operation of that number.
pub fn operation(number: u32) -> OperationId {
    OperationId(made_here(100 + number))
}

/// Anna, who is signed in.
pub fn anna() -> PersonRef {
    PersonRef {
        id: Some(UserId(uuid("0d6a36cd-34bc-8965-a32a-ada1932cd47d"))),
        name: "Anna Berg".into(),
    }
}

fn stamp() -> Stamp {
    Stamp::said_now(SAID_AT)
}

/// The ticket that she files.
pub fn ticket() -> Ticket {
    let answer = |field: &str, label: &str, value| Answer {
        field: field.into(),
        label: label.into(),
        value,
    };
    let text = |text: &str| AnswerValue::Text(text.into());
    let many = ["battery", "display"].map(str::to_owned).to_vec();
    Ticket {
        id: TicketId(made_here(1)),
        stamp: stamp(),
        number: None,
        kind: TicketKind::Incident,
        state: TicketState::Acknowledged,
        subject: "Scanner at gate 4 is dead".into(),
        description: "Does not start, neither on battery nor on the cable.".into(),
        customer: Some(CustomerId(uuid("8ae22adf-4cdd-85f3-bf67-d1a52269f0db"))),
        requester: anna(),
        assignee: None,
        service: Some(ServiceId(uuid("d0b174c8-36ca-8fa5-9383-f07f3d7ed2af"))),
        form: Some(FormId(uuid("4618fe5d-2ec1-8bdc-b25b-9861ece61ddf"))),
        answers: vec![
            answer("device", "Scanner", text("SC-0042")),
            answer("terminal", "Terminal", text("north")),
            answer("fault", "What is wrong?", AnswerValue::Many(many)),
            answer("spare", "Is there a spare one?", AnswerValue::Flag(true)),
        ],
        impact: Some(Impact::Team),
        urgency: Some(Urgency::High),
        priority: None,
        last_comment: None,
    }
}

/// She files it.
pub fn create_ticket() -> Intent {
    Intent::CreateTicket { ticket: ticket() }
}

/// She comments on it.
pub fn add_comment() -> Intent {
    let comment = Comment {
        id: CommentId(made_here(2)),
        stamp: stamp(),
        ticket: ticket().id,
        author: anna(),
        author_role: None,
        text: "The spare one works.".into(),
    };
    Intent::AddComment { comment }
}

/// The file that comes with her comment.
pub fn attachment() -> Attachment {
    Attachment {
        id: AttachmentId(made_here(3)),
        stamp: stamp(),
        ticket: ticket().id,
        comment: Some(CommentId(made_here(2))),
        name: "gate 4 & hall.txt".into(),
        media_type: "text/plain".into(),
        size: 12,
        sha256: None,
        by: anna(),
    }
}

/// She adds it.
pub fn add_attachment() -> Intent {
    Intent::AddAttachment {
        attachment: attachment(),
    }
}
