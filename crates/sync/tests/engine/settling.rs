//! Writes of unknown outcome.

use crate::bench::{
    Backend, Bench, comment, comment_json, create, ok, op, page, problem, subject, ticket_id,
    ticket_json,
};
use rapport_connector::Method;
use rapport_domain::Timestamp;
use rapport_sync::actions::{self, NotNow};
use rapport_sync::{Event, NetFault, Parked, State};

#[test]
fn i07_a_lost_answer_is_looked_up_and_found_and_nothing_is_sent_again() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.lose(id);
    assert_eq!(bench.row().item.state, State::Unknown { look_ups: 0 });
    bench.pass_until_called(120_000);
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    bench.answer(id, ok(200, &ticket_json(1, "3", "Printer")));
    assert!(bench.rows().is_empty() && bench.overlay() == 0);
    assert_eq!(
        bench.ticket(ticket_id(1)).unwrap().stamp.version.as_deref(),
        Some("3")
    );
    bench.pass(600_000);
    bench.no_call();
}

#[test]
fn i09_where_keys_are_honoured_one_look_up_comes_before_the_same_request() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, first) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    bench.answer(id, problem(404, "not-found", &[]));
    assert_eq!(bench.call().1, first);
}

#[test]
fn i06_what_was_being_sent_when_the_engine_died_is_looked_up_first() {
    for backend in [Backend::Keys, Backend::Ids] {
        let mut bench = Bench::new(backend);
        bench.submit(1, create(1));
        bench.call();
        let mut next = bench.restart(backend);
        assert_eq!(next.row().item.state, State::Unknown { look_ups: 0 });
        next.pass_until_called(120_000);
        let (id, call) = next.call();
        assert_eq!(call.method, Method::Get);
        next.answer(id, ok(200, &ticket_json(1, "1", "Printer")));
        assert!(next.rows().is_empty());
    }
}

#[test]
fn i08_a_backend_that_ignores_keys_is_asked_twice_with_time_between() {
    let mut bench = Bench::new(Backend::Ids);
    bench.submit(1, create(1));
    let (id, first) = bench.call();
    let lost_at = bench.now;
    bench.lose(id);
    for look_up in 1..=2 {
        bench.pass_until_called(120_000);
        let (id, call) = bench.call();
        assert_eq!(call.method, Method::Get);
        assert!(bench.now >= lost_at + look_up * 10_000, "look-up {look_up}");
        bench.answer(id, problem(404, "not-found", &[]));
    }
    assert_eq!(bench.call().1, first);
}

#[test]
fn i08_the_window_starts_anew_after_a_restart() {
    let mut bench = Bench::new(Backend::Ids);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    bench.answer(id, problem(404, "not-found", &[]));
    assert_eq!(bench.row().item.state, State::Unknown { look_ups: 1 });
    let mut next = bench.restart(Backend::Ids);
    let started = next.now;
    next.pass_until_called(120_000);
    assert!(next.now >= started + 10_000, "the second one too early");
}

#[test]
fn i08_a_backend_that_cannot_be_asked_leaves_it_to_the_user() {
    let mut bench = Bench::new(Backend::Neither);
    bench.submit(1, comment(1, 1));
    bench.submit(2, comment(1, 2));
    let (id, first) = bench.call();
    bench.lose(id);
    bench.pass(1_000);
    // What comes after it on the ticket does not wait for the user.
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &comment_json(1, 2, "1")));
    bench.pass(86_400_000);
    bench.no_call();
    let row = bench.row();
    let why = Parked::OutcomeUnknown;
    assert_eq!(row.item.state, State::Parked { why });
    assert_eq!(bench.status.parked, 1);
    // Other words would be a second copy.
    let other = actions::edit(&[], &row, op(9), comment(1, 9), Timestamp(9));
    assert_eq!(other, Err(NotNow::UnderWay));
    // Not even after a restart.
    let mut next = bench.restart(Backend::Neither);
    next.pass(86_400_000);
    next.no_call();
    let again = actions::retry(&next.row()).unwrap();
    next.tab(again);
    let (id, call) = next.call();
    assert_eq!(call, first, "the same bytes");
    // Nor then: the first copy may be there whatever becomes of this one.
    next.answer(id, problem(422, "invalid", &[]));
    let row = next.row();
    let other = actions::edit(&[], &row, op(9), comment(1, 9), Timestamp(9));
    assert_eq!(other, Err(NotNow::UnderWay));
}

#[test]
fn without_look_ups_a_key_makes_the_same_request_harmless() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, comment(1, 1));
    let (id, first) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    assert_eq!(bench.call().1, first);
}

#[test]
fn what_the_user_decides_meanwhile_is_not_overwritten() {
    let mut bench = Bench::new(Backend::Ids);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    bench.answer(id, problem(404, "not-found", &[]));
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    let again = actions::retry(&bench.row()).unwrap();
    bench.tab_silently(again).unwrap();
    bench.answer(id, problem(404, "not-found", &[]));
    bench.pass_until_called(120_000);
    assert_eq!(
        bench.call().1.method,
        Method::Get,
        "looked up from the beginning"
    );
}

#[test]
fn i14_a_look_up_that_fails_is_tried_again_for_ever() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.lose(id);
    for _ in 0..20 {
        bench.pass_until_called(300_000);
        let (id, call) = bench.call();
        assert_eq!(call.method, Method::Get);
        bench.answer(id, problem(500, "broken", &[]));
        assert_eq!(bench.row().item.state, State::Unknown { look_ups: 0 });
    }
}

#[test]
fn i13_a_look_up_that_needs_a_sign_in_waits_for_it() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    bench.answer(id, problem(401, "sign-in", &[]));
    bench.pass(3_600_000);
    bench.no_call();
    bench.hear(Event::SignedIn);
    assert_eq!(bench.call().1.method, Method::Get);
}

#[test]
fn what_a_pull_shows_has_arrived() {
    for gone in [false, true] {
        let mut bench = Bench::new(Backend::KeysOnly);
        bench.holds_pulls = true;
        bench.submit(1, create(1));
        let (id, _) = bench.call();
        bench.lose(id);
        bench.pass_until_called(500);
        bench.hear(Event::Pull);
        bench.pass(400);
        let (id, _) = loop {
            match bench.pulls.pop_front() {
                Some(pull) => break pull,
                None => bench.pass(1_000),
            }
        };
        let reply = match gone {
            false => page(&[(1, "4", "Printer")], &[], "d", false),
            true => page(&[], &[1], "d", false),
        };
        bench.answer(id, reply);
        bench.pass(1);
        assert!(
            bench.rows().is_empty() && bench.overlay() == 0,
            "gone: {gone}"
        );
        assert_eq!(bench.ticket(ticket_id(1)).is_some(), !gone);
        bench.no_call();
    }
}

#[test]
fn i28_what_was_made_and_removed_is_not_made_again() {
    let mut bench = Bench::new(Backend::Ids);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    bench.answer(id, problem(410, "gone", &[]));
    assert!(bench.rows().is_empty() && bench.overlay() == 0);
}

#[test]
fn an_edit_that_arrived_is_recognised_and_one_that_did_not_is_sent_again() {
    for arrived in [true, false] {
        let mut bench = Bench::new(Backend::Ids);
        bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
        let (id, first) = bench.call();
        bench.lose(id);
        bench.pass_until_called(120_000);
        let (id, call) = bench.call();
        assert_eq!(call.method, Method::Get);
        let (version, words) = if arrived {
            ("4", "Fire")
        } else {
            ("3", "Printer")
        };
        bench.answer(id, ok(200, &ticket_json(1, version, words)));
        if arrived {
            assert!(bench.rows().is_empty());
            assert_eq!(bench.ticket(ticket_id(1)).unwrap().subject, "Fire");
        } else {
            assert_eq!(bench.call().1, first);
        }
    }
}

#[test]
fn a_claim_that_cannot_be_found_is_for_the_user_to_see() {
    let mut profile = crate::bench::profile(Backend::Keys);
    let rule = serde_json::json!({ "status": 409, "class": "already_there" });
    profile["errors"]["rules"]
        .as_array_mut()
        .unwrap()
        .insert(0, rule);
    let store = rapport_store::Memory::new();
    let mut bench = Bench::on(store, profile, rapport_sync::Config::default(), 1);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.answer(id, problem(409, "exists", &[]));
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    bench.answer(id, problem(404, "not-found", &[]));
    bench.pass(600_000);
    bench.no_call();
    let state = bench.row().item.state;
    assert!(
        matches!(
            state,
            State::Parked {
                why: Parked::Refused { .. }
            }
        ),
        "{state:?}"
    );
}

#[test]
fn i10_a_retry_of_something_unknown_asks_at_once_and_keeps_the_key() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    for _ in 0..6 {
        bench.pass_until_called(300_000);
        let (id, _) = bench.call();
        bench.hear(Event::Reply(id, Err(NetFault::Lost)));
    }
    let before = bench.row().item;
    let retry = actions::retry(&bench.row()).unwrap();
    bench.hear(Event::Online(false));
    bench.hear(Event::Online(true));
    bench.tab(retry);
    bench.pass_until_called(100);
    assert_eq!(bench.call().1.method, Method::Get);
    assert_eq!(bench.row().item.frozen, before.frozen);
    assert_eq!(bench.row().item.op, op(1));
}
