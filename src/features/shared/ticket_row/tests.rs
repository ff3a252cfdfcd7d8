use super::*;
use rapport_domain::{Entity, LastComment, PersonRef, Stamp, Ticket, TicketKind, Timestamp};

fn person(id: u128) -> PersonRef {
    PersonRef {
        id: Some(UserId(Uuid::from_u128(id))),
        name: "Somebody".into(),
    }
}

fn record(state: TicketState, said_by: Option<u128>) -> Record {
    rapport_store::columns::row(&Entity::Ticket(Ticket {
        id: TicketId(Uuid::from_u128(9)),
        stamp: Stamp::default(),
        number: None,
        kind: TicketKind::Question,
        state,
        subject: "VPN".into(),
        description: String::new(),
        customer: None,
        requester: person(1),
        assignee: None,
        service: None,
        form: None,
        answers: vec![],
        impact: None,
        urgency: None,
        priority: None,
        last_comment: said_by.map(|id| LastComment {
            at: Timestamp(1),
            by: person(id),
            text: "words".into(),
        }),
    }))
}

#[test]
fn ones_own_words_are_no_news_but_what_the_desk_does_is() {
    let me = UserId(Uuid::from_u128(1));
    let news = |state, said_by| is_news(&record(state, said_by), me, true);
    assert!(!news(TicketState::Acknowledged, None), "just filed by me");
    assert!(!news(TicketState::InProgress, Some(1)), "I answered");
    assert!(news(TicketState::InProgress, Some(2)), "the desk answered");
    assert!(news(TicketState::InProgress, None), "the desk began");
    assert!(
        news(TicketState::Resolved, Some(1)),
        "the desk solved it after my answer"
    );
    assert!(news(TicketState::Closed, Some(1)));
    assert!(
        !is_news(&record(TicketState::Closed, Some(2)), me, false),
        "seen already"
    );
}
