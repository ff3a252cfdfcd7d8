use super::*;
use crate::id::TicketId;
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

fn reworded(base: &str, mine: &str) -> RecordEdit {
    RecordEdit::of_ticket(&ticket(base, ""), |ticket| {
        mine.clone_into(&mut ticket.subject)
    })
}

#[test]
fn disjoint_fields_merge_and_keep_both_changes() {
    let theirs = Entity::Ticket(ticket("VPN", "changed by the desk"));
    let Merge::Rebased(rebased) = reworded("VPN", "VPN drops").merge(&theirs) else {
        unreachable!("disjoint")
    };
    let mut merged = theirs;
    rebased.apply(&mut merged);
    let Entity::Ticket(merged) = merged else {
        unreachable!("a ticket")
    };
    assert_eq!(merged.subject, "VPN drops");
    assert_eq!(merged.description, "changed by the desk");
}

#[test]
fn the_same_field_becomes_a_question_with_all_three_texts() {
    let theirs = Entity::Ticket(ticket("Tunnel", ""));
    let Merge::Conflict(conflicts) = reworded("VPN", "VPN drops").merge(&theirs) else {
        unreachable!("both changed the subject")
    };
    let expected = FieldConflict {
        field: "subject".into(),
        base: "VPN".into(),
        mine: "VPN drops".into(),
        theirs: "Tunnel".into(),
    };
    assert_eq!(conflicts, [expected]);
}

#[test]
fn what_is_already_so_needs_no_writing() {
    let theirs = Entity::Ticket(ticket("VPN drops", "x"));
    assert_eq!(
        reworded("VPN", "VPN drops").merge(&theirs),
        Merge::AlreadyThere
    );
}

#[test]
fn a_value_can_be_taken_away_and_is_then_nothing() {
    let with = Ticket {
        impact: Some(Impact::Team),
        ..ticket("VPN", "")
    };
    let edit = RecordEdit::of_ticket(&with, |ticket| ticket.impact = None);
    let mut entity = Entity::Ticket(with);
    edit.apply(&mut entity);
    assert_eq!(entity, Entity::Ticket(ticket("VPN", "")));
    assert_eq!(edit.mine::<Option<Impact>>("impact"), Some(None));
    assert_eq!(edit.mine::<Option<Urgency>>("urgency"), None);
}

#[test]
fn what_an_edit_stands_on_asks_when_it_is_another_and_else_changes_nothing() {
    let seen = ticket("VPN", "It drops.");
    let entity = Entity::Ticket(seen.clone());
    let edit = RecordEdit::of_ticket(&seen, |ticket| ticket.state = TicketState::Closed)
        .standing_on(&entity, ["description"]);
    let elsewhere = Entity::Ticket(ticket("Tunnel", "It drops."));
    let Merge::Rebased(again) = edit.merge(&elsewhere) else {
        panic!("nothing that it stands on has changed");
    };
    let reworded = Entity::Ticket(ticket("Tunnel", "It drops at noon."));
    for edit in [&edit, &again] {
        let Merge::Conflict(found) = edit.merge(&reworded) else {
            panic!("what it stands on has changed");
        };
        assert_eq!(found[0].field, "description");
        assert_eq!(found[0].theirs, "It drops at noon.");
    }
    let closed = Entity::Ticket(Ticket {
        state: TicketState::Closed,
        ..seen
    });
    assert_eq!(edit.merge(&closed), Merge::AlreadyThere);
}
