//! Edits of a record that has moved on.

use crate::bench::{
    Backend, Bench, create, header, ok, op, problem, profile, subject, ticket_id, ticket_json,
};
use rapport_connector::{Body, Method};
use rapport_domain::Intent;
use rapport_store::Memory;
use rapport_sync::{Config, Parked, State};
use serde_json::Value;

fn stale(version: &str, words: &str) -> rapport_connector::HttpReply {
    problem(412, "stale", &[("current", ticket_json(1, version, words))])
}

#[test]
fn i31_disjoint_changes_merge_without_asking_under_a_new_key() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let (id, first) = bench.call();
    let mut current = ticket_json(1, "5", "Printer");
    current["description"] = Value::from("changed by the desk");
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    let (id, second) = bench.call();
    assert_eq!(header(&second, "If-Match"), "\"5\"");
    assert_ne!(
        header(&first, "Idempotency-Key"),
        header(&second, "Idempotency-Key")
    );
    let row = bench.row();
    assert_eq!(
        (row.item.op, row.item.rebases),
        (op(1), 1),
        "the same operation, in its place"
    );
    assert_eq!(
        row.item.frozen.as_ref(),
        Some(&second),
        "frozen before it is sent"
    );
    bench.answer(id, ok(200, &ticket_json(1, "6", "Fire")));
    assert!(bench.rows().is_empty() && bench.overlay() == 0);
}

#[test]
fn i31_the_same_field_becomes_a_question_with_everything_in_it() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(2));
    bench.call();
    bench.submit(2, subject(1, Some("3"), "Printer", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, stale("5", "Scanner"));
    let rows = bench.rows();
    let State::Parked {
        why: Parked::Conflict { fields, version },
    } = &rows[1].item.state
    else {
        panic!("{:?}", rows[1].item.state);
    };
    assert_eq!(version.as_deref(), Some("5"));
    let field = &fields[0];
    let values = (
        field.base.as_str(),
        field.mine.as_str(),
        field.theirs.as_str(),
    );
    assert_eq!(values, (Some("Printer"), Some("Fire"), Some("Scanner")));
    assert_eq!(
        bench.ticket(ticket_id(1)).unwrap().subject,
        "Scanner",
        "what is there now is shown"
    );
}

#[test]
fn i32_an_own_earlier_success_is_recognised() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, stale("4", "Fire"));
    assert!(bench.rows().is_empty() && bench.overlay() == 0);
    assert_eq!(bench.ticket(ticket_id(1)).unwrap().subject, "Fire");
}

#[test]
fn i32_against_somebody_who_writes_all_the_time_the_user_is_asked_in_the_end() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let mut keys = Vec::new();
    for n in 0..=5 {
        bench.pass_until_called(120_000);
        let (id, call) = bench.call();
        keys.push(header(&call, "Idempotency-Key").to_owned());
        bench.answer(id, stale(&(10 + n).to_string(), "Printer"));
    }
    bench.pass(600_000);
    bench.no_call();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 6, "each request under its own key");
    let State::Parked {
        why: Parked::Conflict { fields, .. },
    } = bench.row().item.state
    else {
        panic!("parked");
    };
    assert_eq!(
        fields[0].mine, "Fire",
        "all values, although nothing collides"
    );
    let times = bench.call_times();
    assert!(
        times
            .windows(2)
            .skip(1)
            .all(|pair| pair[1] - pair[0] >= 1_000),
        "{times:?}"
    );
}

#[test]
fn i32_where_the_answer_does_not_carry_the_record_it_is_read() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, problem(412, "stale", &[]));
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    bench.answer(id, ok(200, &ticket_json(1, "9", "Printer")));
    let (_, call) = bench.call();
    assert_eq!(header(&call, "If-Match"), "\"9\"");
    // And where it cannot be read, the user sees the refusal.
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, problem(412, "stale", &[]));
    bench.no_call();
    assert!(matches!(bench.row().item.state, State::Parked { .. }));
}

#[test]
fn i31_an_edit_on_top_of_an_unsent_ticket_finds_out_what_it_stands_on() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    bench.submit(2, subject(1, None, "Printer", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
    bench.call();
    // The engine dies before the edit is sent: take the row back to what it was.
    let row = bench.row();
    let mut item = row.item.clone();
    item.state = State::Queued;
    item.frozen = None;
    let bytes = serde_json::to_vec(&item).unwrap();
    let batch = rapport_store::writes::replace_outbox(row.sequence, row.bytes, bytes);
    bench.tab_silently(batch).unwrap();
    let mut next = bench.restart(Backend::Keys);
    let (id, call) = next.call();
    assert_eq!(call.method, Method::Get);
    next.answer(id, ok(200, &ticket_json(1, "4", "Scanner")));
    let State::Parked {
        why: Parked::Conflict { .. },
    } = next.row().item.state
    else {
        panic!("somebody else was faster: {:?}", next.row().item.state);
    };
}

#[test]
fn i31_what_was_only_looked_up_or_repeated_is_nothing_to_stand_on_unseen() {
    // Asked what became of it, or sent once more: either is answered by the record as it is now.
    for backend in [Backend::Keys, Backend::KeysOnly] {
        let mut bench = Bench::new(backend);
        bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
        bench.submit(2, subject(1, Some("3"), "Fire", "Flood"));
        let (id, _) = bench.call();
        bench.lose(id);
        bench.pass_until_called(120_000);
        let (id, _) = bench.call();
        // It has arrived, and somebody else has changed more since.
        bench.answer(id, ok(200, &ticket_json(1, "5", "Fire")));
        let (_, call) = bench.call();
        assert_eq!(
            header(&call, "If-Match"),
            "\"3\"",
            "the backend must notice"
        );
    }
}

#[test]
fn i28_an_edit_of_a_ticket_that_is_gone_is_parked_and_makes_nothing() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Patch);
    bench.answer(id, problem(404, "not-found", &[]));
    bench.pass(600_000);
    bench.no_call();
    assert!(matches!(
        bench.row().item.state,
        State::Parked {
            why: Parked::Refused { .. }
        }
    ));
}

#[test]
fn a_rebased_edit_that_is_interrupted_goes_on_with_the_request_that_was_frozen() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, stale("5", "Printer"));
    let (_, second) = bench.call();
    let mut next = bench.restart(Backend::Keys);
    next.pass_until_called(120_000);
    let (id, call) = next.call();
    assert_eq!(call.method, Method::Get);
    next.answer(id, ok(200, &ticket_json(1, "5", "Printer")));
    assert_eq!(next.call().1, second);
}

#[test]
fn what_is_sent_is_only_what_the_user_touched() {
    let mut bench = Bench::on(Memory::new(), profile(Backend::Keys), Config::default(), 1);
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let Body::Text(body) = bench.call().1.body else {
        panic!("a text")
    };
    assert_eq!(body, r#"{"subject":"Fire"}"#);
    let Intent::Edit { edit, .. } = bench.row().item.intent else {
        panic!("an edit")
    };
    assert_eq!(
        edit.base::<String>("subject").unwrap(),
        "Printer",
        "the base stays for a later merge"
    );
}
