use super::*;
use rapport_domain::{Comment, CommentId, PersonRef, RecordEdit, Stamp, Ticket, TicketId, UserId};
use uuid::Uuid;

fn ticket(id: u128) -> Ticket {
    Ticket {
        id: TicketId(Uuid::from_u128(id)),
        stamp: Stamp::default(),
        number: None,
        kind: TicketKind::Incident,
        state: TicketState::Acknowledged,
        subject: "VPN drops".into(),
        description: "every 20 minutes".into(),
        customer: None,
        requester: PersonRef {
            id: Some(UserId(Uuid::from_u128(1))),
            name: "Anna".into(),
        },
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

fn create(id: u128) -> Intent {
    Intent::CreateTicket { ticket: ticket(id) }
}

fn comment(ticket_id: u128, id: u128) -> Intent {
    Intent::AddComment {
        comment: Comment {
            id: CommentId(Uuid::from_u128(id)),
            stamp: Stamp::default(),
            ticket: TicketId(Uuid::from_u128(ticket_id)),
            author: PersonRef::default(),
            author_role: None,
            text: "also on the hotspot".into(),
        },
    }
}

/// A change of a ticket.
fn change(edit: RecordEdit) -> Intent {
    Intent::Edit {
        target: RecordKey {
            kind: Kind::Ticket,
            id: Uuid::from_u128(10),
        },
        base_version: Some("1".into()),
        edit,
    }
}

fn reworded() -> RecordEdit {
    RecordEdit::default().with("subject", &"a".to_owned(), &"b".to_owned())
}

fn row(op: u128, intent: Intent, state: State) -> OutboxRow {
    let item = OutboxItem {
        state,
        ..OutboxItem::new(OperationId(Uuid::from_u128(op)), intent, Timestamp(5))
    };
    OutboxRow {
        sequence: 1,
        item,
        bytes: vec![],
    }
}

fn refused(refusal: Refusal) -> State {
    State::Parked {
        why: Parked::Refused { refusal },
    }
}

fn rejected() -> Refusal {
    Refusal::Rejected {
        status: 409,
        title: "Closed".into(),
        detail: "The ticket is closed".into(),
        fields: vec![],
    }
}

fn read(row: &OutboxRow) -> Item {
    item(
        &row.item,
        std::slice::from_ref(row),
        &Status::default(),
        true,
    )
}

#[test]
fn a_waiting_request_shows_its_words_and_can_be_edited_and_discarded() {
    let shown = read(&row(1, create(10), State::Queued));
    assert_eq!(shown.what, What::Ticket(TicketKind::Incident));
    assert_eq!(shown.words, "VPN drops");
    assert_eq!(shown.why, Why::Waits);
    assert_eq!(shown.actions, [Action::Edit, Action::Discard]);
    assert_eq!(shown.reference, Reference::of(Uuid::from_u128(10)));
}

#[test]
fn what_may_have_arrived_cannot_be_edited() {
    let unknown = row(1, create(10), State::Unknown { look_ups: 2 });
    assert_eq!(read(&unknown).why, Why::Checking);
    assert_eq!(read(&unknown).actions, [Action::Retry, Action::Discard]);
    assert_eq!(read(&row(1, create(10), State::Sending)).actions, []);
    let why = Parked::OutcomeUnknown;
    let left_to_him = row(1, create(10), State::Parked { why });
    assert_eq!(read(&left_to_him).why, Why::OutcomeUnknown);
    assert_eq!(read(&left_to_him).actions, [Action::Retry, Action::Discard]);
    let mut resent = row(1, create(10), refused(rejected()));
    resent.item.resent = true;
    assert_eq!(read(&resent).actions, [Action::Retry, Action::Discard]);
}

#[test]
fn what_was_tried_in_vain_can_be_tried_now() {
    let mut tried = row(1, create(10), State::Queued);
    tried.item.attempts = 3;
    assert_eq!(
        read(&tried).actions,
        [Action::Edit, Action::Retry, Action::Discard]
    );
}

#[test]
fn a_lost_file_says_so_and_can_only_be_given_up() {
    let lost = row(
        1,
        comment(10, 20),
        State::Parked {
            why: Parked::FileMissing,
        },
    );
    assert_eq!(read(&lost).why, Why::FileMissing);
    assert_eq!(read(&lost).actions, [Action::Discard]);
}

#[test]
fn an_answer_refused_because_the_ticket_is_closed_offers_to_reopen_with_it() {
    let parked = row(1, comment(10, 20), refused(rejected()));
    let closed = item(
        &parked.item,
        std::slice::from_ref(&parked),
        &Status::default(),
        false,
    );
    assert_eq!(closed.why, Why::TicketClosed);
    assert_eq!(
        closed.actions,
        [Action::ReopenWithThis, Action::NewFromThis, Action::Discard]
    );
    let open = read(&parked);
    assert_eq!(
        open.why,
        Why::Refused {
            title: "Closed".into(),
            detail: "The ticket is closed".into(),
            fields: vec![]
        }
    );
    assert_eq!(open.actions, [Action::Edit, Action::Retry, Action::Discard]);
}

#[test]
fn what_stands_behind_a_parked_change_of_the_same_ticket_says_so() {
    let outbox = [
        row(1, create(10), refused(rejected())),
        row(2, comment(10, 20), State::Queued),
        row(3, comment(11, 21), State::Queued),
    ];
    let why = |place: usize| item(&outbox[place].item, &outbox, &Status::default(), true).why;
    assert_eq!(why(1), Why::WaitsForEarlier);
    assert_eq!(why(2), Why::Waits);
}

#[test]
fn without_a_session_everything_waits_for_signing_in() {
    let status = Status {
        needs_sign_in: true,
        ..Status::default()
    };
    let waiting = row(1, create(10), State::Queued);
    let shown = item(&waiting.item, std::slice::from_ref(&waiting), &status, true);
    assert_eq!(shown.why, Why::WaitsForSignIn);
}

#[test]
fn a_conflict_asks_and_names_no_other_way() {
    let fields = vec![FieldConflict {
        field: "subject".into(),
        base: "a".into(),
        mine: "b".into(),
        theirs: "c".into(),
    }];
    let intent = change(reworded());
    let state = State::Parked {
        why: Parked::Conflict {
            fields: fields.clone(),
            version: None,
        },
    };
    let shown = read(&row(1, intent, state));
    assert_eq!(shown.what, What::Change(Kind::Ticket));
    assert_eq!(shown.words, "b");
    assert_eq!(shown.why, Why::Conflict(fields));
    assert_eq!(shown.actions, [Action::KeepMine, Action::TakeTheirs]);
}

#[test]
fn closing_and_reopening_are_named_and_carry_their_reason() {
    let moved = |to: TicketState| {
        let edit = RecordEdit::default().with("state", &TicketState::Resolved, &to);
        change(edit.because("it is back"))
    };
    let closing = read(&row(1, moved(TicketState::Closed), State::Queued));
    assert_eq!(
        (closing.what, closing.words.as_str()),
        (What::Closing, "it is back")
    );
    let reopening = read(&row(1, moved(TicketState::Acknowledged), State::Queued));
    assert_eq!(reopening.what, What::Reopening);
    assert_eq!(reopening.reference, Reference::of(Uuid::from_u128(1)));
}

#[test]
fn a_refused_rewording_can_be_edited_and_a_refused_closing_without_words_cannot() {
    let edited = |edit: RecordEdit| read(&row(1, change(edit), refused(rejected()))).actions;
    assert_eq!(
        edited(reworded()),
        [Action::Edit, Action::Retry, Action::Discard]
    );
    let closed = RecordEdit::default().with("state", &TicketState::Resolved, &TicketState::Closed);
    assert_eq!(edited(closed), [Action::Retry, Action::Discard]);
}
