//! What may be done with a ticket now, and what is expected of whom. Pure.

use rapport_domain::rights::{Right, over_ticket};
use rapport_domain::{RecordEdit, Ticket, TicketState, User};

/// What the answer box does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerBox {
    /// It adds words.
    Adds,
    /// It reopens the ticket with these words.
    Reopens,
    /// It is not there: this reader may not write here, or the ticket takes no words any more.
    Absent,
}

/// What may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// What the answer box does.
    pub answer: AnswerBox,
    /// Whether the ticket can be closed.
    pub close: bool,
    /// Whether it can be reopened.
    pub reopen: bool,
    /// Whether a solution waits for its customer's word.
    pub confirm: bool,
    /// Whether subject and description can be reworded.
    pub reword: bool,
}

/// What `user` may do with `ticket` now. `edits` tells whether the backend takes changes at all.
#[must_use]
pub fn steps(user: &User, ticket: &Ticket, comments: bool, edits: bool) -> Steps {
    let state = &ticket.state;
    let may_edit = edits && over_ticket(user, Right::EditTicket, ticket);
    let may_say = comments && over_ticket(user, Right::CommentTicket, ticket);
    let reopen = may_edit && state.customer_may_reopen();
    let answer = if may_say && state.takes_comments() {
        AnswerBox::Adds
    } else if may_say && reopen {
        AnswerBox::Reopens
    } else {
        AnswerBox::Absent
    };
    let confirm = may_edit && *state == TicketState::Resolved;
    Steps {
        answer,
        close: may_edit && state.customer_may_close() && !confirm,
        reopen,
        confirm,
        reword: may_edit && !state.is_over(),
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It has not left this device yet.
    NotSent,
    /// The service desk will look at it.
    DeskLooks,
    /// The service desk works on it.
    DeskWorks,
    /// The reader is to answer.
    YouAnswer,
    /// The reader is to say whether the solution holds.
    YouConfirm,
    /// Its requester is to answer or to confirm.
    RequesterActs,
    /// It waits for something else.
    OnHold,
    /// Nobody's: it is over, or its state is the backend's own.
    Nobody,
}

/// Whose turn it is with `ticket`, for this reader.
#[must_use]
pub fn turn(user: &User, ticket: &Ticket, received: bool) -> Turn {
    let own = ticket.requester.id == Some(user.id);
    match &ticket.state {
        _ if !received => Turn::NotSent,
        TicketState::Pending if own => Turn::YouAnswer,
        TicketState::Resolved if own => Turn::YouConfirm,
        TicketState::Pending | TicketState::Resolved => Turn::RequesterActs,
        TicketState::Acknowledged => Turn::DeskLooks,
        TicketState::InProgress => Turn::DeskWorks,
        TicketState::Held => Turn::OnHold,
        TicketState::Rejected
        | TicketState::Cancelled
        | TicketState::Closed
        | TicketState::Other(_) => Turn::Nobody,
    }
}

/// A move of `ticket` to `state`, with a reason where there is one.
#[must_use]
pub fn moved(ticket: &Ticket, state: TicketState, note: &str) -> RecordEdit {
    RecordEdit::of_ticket(ticket, |ticket| ticket.state = state).because(note)
}

/// New wording of `ticket`; empty where nothing differs.
#[must_use]
pub fn reworded(ticket: &Ticket, subject: &str, description: &str) -> RecordEdit {
    let set = |slot: &mut String, words: &str| {
        if slot.trim() != words.trim() {
            words.trim().clone_into(slot);
        }
    };
    RecordEdit::of_ticket(ticket, |ticket| {
        set(&mut ticket.subject, subject);
        set(&mut ticket.description, description);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{CustomerId, PersonRef, Role, Stamp, TicketId, TicketKind, UserId};
    use uuid::Uuid;

    fn user(role: Role, id: u128) -> User {
        User {
            id: UserId(Uuid::from_u128(id)),
            stamp: Stamp::default(),
            customer: Some(CustomerId(Uuid::from_u128(5))),
            name: "Anna".into(),
            login: None,
            email: None,
            phone: None,
            role,
            assigned_customers: vec![],
        }
    }

    fn ticket(state: TicketState) -> Ticket {
        Ticket {
            id: TicketId(Uuid::from_u128(9)),
            stamp: Stamp::default(),
            number: None,
            kind: TicketKind::Incident,
            state,
            subject: "VPN".into(),
            description: "drops".into(),
            customer: Some(CustomerId(Uuid::from_u128(5))),
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

    #[test]
    fn the_requester_answers_closes_confirms_and_reopens_as_the_state_allows() {
        let me = user(Role::CustomerUser, 1);
        let of = |state| steps(&me, &ticket(state), true, true);
        let open = of(TicketState::InProgress);
        assert_eq!(
            (open.answer, open.close, open.reopen),
            (AnswerBox::Adds, true, false)
        );
        let solved = of(TicketState::Resolved);
        assert_eq!(
            (solved.confirm, solved.reopen, solved.close),
            (true, true, false)
        );
        let closed = of(TicketState::Closed);
        assert_eq!((closed.answer, closed.reopen), (AnswerBox::Reopens, true));
        assert_eq!(of(TicketState::Cancelled).answer, AnswerBox::Absent);
        assert!(of(TicketState::Other("with vendor".into())).close);
    }

    #[test]
    fn a_manager_says_something_but_changes_nothing() {
        let boss = user(Role::CustomerManager, 2);
        let seen = steps(&boss, &ticket(TicketState::InProgress), true, true);
        assert_eq!(
            (seen.answer, seen.close, seen.reopen, seen.reword),
            (AnswerBox::Adds, false, false, false)
        );
        assert_eq!(
            steps(&boss, &ticket(TicketState::Closed), true, true).answer,
            AnswerBox::Absent
        );
        assert_eq!(
            turn(&boss, &ticket(TicketState::Pending), true),
            Turn::RequesterActs
        );
    }

    #[test]
    fn what_the_backend_cannot_do_is_not_offered() {
        let me = user(Role::CustomerUser, 1);
        let mute = steps(&me, &ticket(TicketState::InProgress), false, false);
        assert_eq!((mute.answer, mute.close), (AnswerBox::Absent, false));
    }

    #[test]
    fn it_says_whose_turn_it_is() {
        let me = user(Role::CustomerUser, 1);
        assert_eq!(
            turn(&me, &ticket(TicketState::Pending), true),
            Turn::YouAnswer
        );
        assert_eq!(
            turn(&me, &ticket(TicketState::Resolved), true),
            Turn::YouConfirm
        );
        assert_eq!(
            turn(&me, &ticket(TicketState::Acknowledged), false),
            Turn::NotSent
        );
        assert_eq!(turn(&me, &ticket(TicketState::Closed), true), Turn::Nobody);
        let administrator = user(Role::Administrator, 3);
        assert_eq!(
            turn(&administrator, &ticket(TicketState::Pending), true),
            Turn::RequesterActs
        );
    }

    #[test]
    fn rewording_touches_only_what_differs() {
        let before = ticket(TicketState::InProgress);
        assert!(reworded(&before, "VPN ", "drops").is_empty());
        let edit = reworded(&before, "VPN is slow", "drops");
        assert!(edit.fields.keys().eq(["subject"]));
        assert_eq!(moved(&before, TicketState::Closed, "  ").note, None);
    }
}
