use super::*;
use rapport_domain::{
    AttachmentId, ChangeId, CommentId, TicketId, TicketKind, TicketState, UserId,
};

fn at(minute: i64) -> Timestamp {
    Timestamp(1_700_000_000_000 + minute * 60_000)
}

fn stamp(said: i64, received: Option<i64>) -> Stamp {
    Stamp {
        remote_id: received.map(|_| "r".into()),
        received_at: received.map(at),
        updated_at: at(received.unwrap_or(said)),
        ..Stamp::said_now(at(said))
    }
}

fn person(n: u128) -> PersonRef {
    PersonRef {
        id: Some(UserId(Uuid::from_u128(n))),
        name: format!("Person {n}"),
    }
}

fn ticket() -> Ticket {
    Ticket {
        id: TicketId(Uuid::from_u128(1)),
        stamp: stamp(0, Some(1)),
        number: Some("INC-1".into()),
        kind: TicketKind::Incident,
        state: TicketState::InProgress,
        subject: "VPN".into(),
        description: "It drops".into(),
        customer: None,
        requester: person(1),
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

fn comment(id: u128, by: u128, said: i64, received: Option<i64>) -> Comment {
    Comment {
        id: CommentId(Uuid::from_u128(id)),
        stamp: stamp(said, received),
        ticket: ticket().id,
        author: person(by),
        author_role: None,
        text: format!("words {id}"),
    }
}

fn file(id: u128, comment: Option<u128>, said: i64, received: Option<i64>) -> Attachment {
    Attachment {
        id: AttachmentId(Uuid::from_u128(id)),
        stamp: stamp(said, received),
        ticket: ticket().id,
        comment: comment.map(|c| CommentId(Uuid::from_u128(c))),
        name: format!("file-{id}.png"),
        media_type: "image/png".into(),
        size: 1,
        sha256: None,
        by: person(1),
    }
}

fn state_change(id: u128, minute: i64, from: Option<&str>, to: &str) -> TicketChange {
    TicketChange {
        id: ChangeId(Uuid::from_u128(id)),
        stamp: stamp(minute, Some(minute)),
        ticket: ticket().id,
        by: Some(person(2)),
        at: at(minute),
        field: "state".into(),
        from: from.map(Into::into),
        to: Some(to.into()),
        note: None,
    }
}

fn ids(entries: &[Entry]) -> Vec<u128> {
    entries.iter().map(|entry| entry.id.as_u128()).collect()
}

#[test]
fn what_is_received_stands_in_the_servers_order_and_what_is_not_stands_last() {
    // Said first, but received after the desk's words: the conversation as everybody saw it.
    let comments = [
        comment(12, 1, 5, Some(30)),
        comment(11, 2, 20, Some(20)),
        comment(14, 1, 3, None),
        comment(13, 1, 2, None),
    ];
    let entries = timeline(&ticket(), &comments, &[], &[], &[]);
    assert_eq!(ids(&entries), [1, 11, 12, 13, 14]);
    assert_eq!(entries.iter().filter(|e| e.is_pending()).count(), 2);
}

#[test]
fn in_sight_are_the_last_words_what_they_answer_and_what_is_not_sent() {
    let me = UserId(Uuid::from_u128(1));
    let after = |comments: &[Comment]| earlier(&timeline(&ticket(), comments, &[], &[], &[]), me);
    let before = [comment(8, 1, 12, Some(12)), comment(9, 2, 14, Some(14))];
    let said = |more: &[Comment]| after(&[&before[..], more].concat());
    let asked = comment(11, 2, 20, Some(20));
    let answered = comment(12, 1, 30, Some(30));
    let more = comment(13, 1, 40, None);
    assert_eq!(said(std::slice::from_ref(&asked)), 3);
    assert_eq!(said(&[asked.clone(), answered.clone()]), 3);
    assert_eq!(said(&[asked.clone(), answered.clone(), more]), 3);
    let solved = comment(14, 2, 50, Some(50));
    assert_eq!(said(&[asked, answered, solved]), 5);
    // Fewer than three are in the way less than the words that hide them.
    assert_eq!(after(&[]), 0);
    assert_eq!(after(&before), 0);
    // Nobody else has said anything yet.
    let mine = [12, 13, 14].map(|id| comment(id, 1, 30, Some(30)));
    assert_eq!(after(&mine), 3);
}

#[test]
fn words_come_before_the_change_they_caused() {
    let comments = [comment(99, 1, 10, Some(10))];
    let changes = [state_change(5, 10, Some("pending"), "in_progress")];
    let entries = timeline(&ticket(), &comments, &[], &changes, &[]);
    assert_eq!(ids(&entries), [1, 99, 5]);
}

#[test]
fn the_first_state_is_not_told_twice_but_a_later_one_without_before_is() {
    let changes = [
        state_change(5, 0, None, "acknowledged"),
        state_change(6, 9, None, "held"),
    ];
    let entries = timeline(&ticket(), &[], &[], &changes, &[]);
    assert_eq!(ids(&entries), [1, 6]);
}

#[test]
fn files_stand_with_what_they_came_with_and_lone_neighbours_are_one_event() {
    let comments = [comment(11, 1, 20, Some(20))];
    let files = [
        file(50, Some(11), 20, Some(21)),
        file(51, None, 0, Some(2)),
        file(52, None, 40, None),
        file(53, None, 40, None),
    ];
    let entries = timeline(&ticket(), &comments, &files, &[], &[]);
    assert_eq!(ids(&entries), [1, 11, 52]);
    let names = |what: &What| match what {
        What::Opening { files, .. } | What::Words { files, .. } | What::Files(files) => {
            files.iter().map(|f| f.id.0.as_u128()).collect()
        }
        What::Change(_) => vec![],
    };
    assert_eq!(names(&entries[0].what), [51]);
    assert_eq!(names(&entries[1].what), [50]);
    assert_eq!(names(&entries[2].what), [52, 53]);
}

#[test]
fn a_file_of_a_comment_that_is_out_of_sight_is_still_shown() {
    let entries = timeline(
        &ticket(),
        &[],
        &[file(50, Some(77), 20, Some(20))],
        &[],
        &[],
    );
    assert_eq!(ids(&entries), [1, 50]);
}

#[test]
fn a_change_on_this_device_is_a_pending_line_with_its_reason_once() {
    let edit = RecordEdit::default()
        .with("state", &TicketState::Closed, &TicketState::Acknowledged)
        .with("subject", &"VPN".to_owned(), &"VPN again".to_owned())
        .because("it is back");
    let op = OperationId(Uuid::from_u128(900));
    let pending = PendingEdit {
        op,
        by: person(1),
        said_at: at(50),
        edit,
    };
    let entries = timeline(&ticket(), &[comment(11, 1, 60, None)], &[], &[], &[pending]);
    assert_eq!(ids(&entries), [1, 900, 901, 11]);
    let notes: Vec<_> = entries
        .iter()
        .filter_map(|e| match &e.what {
            What::Change(change) => Some(change.note.as_deref()),
            _ => None,
        })
        .collect();
    assert_eq!(notes, [Some("it is back"), None]);
}

#[test]
fn an_unsent_ticket_opens_its_own_timeline() {
    let unsent = Ticket {
        stamp: stamp(0, None),
        ..ticket()
    };
    let entries = timeline(&unsent, &[comment(11, 1, 1, None)], &[], &[], &[]);
    assert_eq!(ids(&entries), [1, 11]);
    assert!(entries[0].is_pending());
}
