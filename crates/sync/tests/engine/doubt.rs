//! What is not certain, and what must not be lost by it.

use crate::bench::{
    Backend, Bench, attachment, comment, create, header, ok, op, page, problem, profile, subject,
    ticket_id, ticket_json, ticket_key,
};
use futures::executor::block_on;
use rapport_connector::{Body, HttpCall, Method};
use rapport_domain::{Intent, RecordEdit, TicketState, Timestamp};
use rapport_store::{Memory, writes};
use rapport_sync::{Config, Event, NetFault, Parked, State, actions};
use serde_json::{Value, json};

/// An engine with the profile as it is shipped.
fn shipped() -> Bench {
    let json = include_str!("../../../../profiles/rapport.json");
    let profile: Value = serde_json::from_str(json).unwrap();
    Bench::on(Memory::new(), profile, Config::default(), 1)
}

fn reopens(note: &str) -> Intent {
    let edit = RecordEdit::default();
    Intent::Edit {
        target: ticket_key(1),
        base_version: Some("3".into()),
        edit: edit
            .with("state", &TicketState::Closed, &TicketState::Acknowledged)
            .because(note),
    }
}

#[test]
fn i18_a_session_that_is_not_ours_asks_to_sign_in() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.hear(Event::Reply(id, Err(NetFault::NotSignedIn)));
    assert!(bench.status.needs_sign_in);
    assert_eq!(bench.row().item.state, State::Queued);
    bench.pass(600_000);
    bench.no_call();
    bench.hear(Event::SignedIn);
    bench.pass_until_called(60_000);
    bench.call();

    let mut bench = Bench::unstarted(Memory::new(), profile(Backend::Keys), Config::default(), 1);
    bench.holds_pulls = true;
    bench.start();
    let (id, _) = bench.pulls.pop_front().unwrap();
    bench.hear(Event::Reply(id, Err(NetFault::NotSignedIn)));
    assert!(bench.status.needs_sign_in);
}

#[test]
fn i12_that_a_later_attempt_did_not_arrive_proves_nothing_of_the_first() {
    for trouble in [
        Err(NetFault::NotSent),
        Err(NetFault::NotSignedIn),
        Ok(problem(401, "sign-in", &[])),
        Ok(problem(429, "slow-down", &[])),
    ] {
        let mut bench = Bench::new(Backend::KeysOnly);
        bench.submit(1, comment(1, 1));
        let (id, _) = bench.call();
        bench.lose(id);
        bench.pass_until_called(120_000);
        let (id, call) = bench.call();
        assert_eq!(call.method, Method::Post);
        bench.hear(Event::Reply(id, trouble));
        let row = bench.row();
        assert!(
            matches!(row.item.state, State::Unknown { .. }),
            "{:?}",
            row.item.state
        );
        let edited = actions::edit(&bench.rows(), &row, op(2), comment(1, 1), Timestamp(6));
        assert!(edited.is_err(), "the words may be on the server already");
    }
}

#[test]
fn words_that_were_edited_after_a_copy_had_left_do_not_go_with_that_copy() {
    for (words, stays) in [("Scanner", true), ("Printer", false)] {
        let mut bench = Bench::new(Backend::KeysOnly);
        bench.submit(1, create(1));
        let (id, _) = bench.call();
        bench.answer(id, problem(422, "invalid", &[]));
        let mut intent = create(1);
        if let Intent::CreateTicket { ticket } = &mut intent {
            ticket.subject = words.into();
        }
        let rows = bench.rows();
        bench.tab(actions::edit(&rows, &rows[0], op(2), intent, Timestamp(6)).unwrap());
        let (id, _) = bench.call();
        bench.answer(id, problem(409, "id-taken", &[]));
        assert!(matches!(bench.row().item.state, State::Parked { .. }));
        // A copy of the first wording was late, and a pull shows it.
        bench.holds_pulls = true;
        bench.hear(Event::Pull);
        bench.pass(1_000);
        let (id, _) = bench.pulls.pop_front().unwrap();
        bench.answer(id, page(&[(1, "1", "Printer")], &[], "c", false));
        bench.pass(1_000);
        assert_eq!(bench.rows().len(), usize::from(stays), "{words}");
    }
}

#[test]
fn i31_an_edit_on_top_of_a_local_edit_asks_what_it_stands_on() {
    let mut bench = shipped();
    bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    bench.submit(2, subject(1, None, "Fire", "Flood"));
    let (id, call) = bench.call();
    assert_eq!(header(&call, "If-Match"), "\"3\"");
    bench.answer(id, ok(200, &ticket_json(1, "4", "Fire")));
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    bench.answer(id, ok(200, &ticket_json(1, "5", "Fire")));
    let (id, call) = bench.call();
    assert_eq!(header(&call, "If-Match"), "\"5\"");
    bench.answer(id, ok(200, &ticket_json(1, "6", "Flood")));
    assert!(bench.rows().is_empty());
}

#[test]
fn i31_a_guarded_change_does_not_go_out_unguarded() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, subject(1, None, "Printer", "Fire"));
    bench.no_call();
    assert!(matches!(
        bench.row().item.state,
        State::Parked {
            why: Parked::Unmappable { .. }
        }
    ));
}

#[test]
fn the_bytes_of_a_file_go_when_the_server_has_them() {
    let mut bench = Bench::new(Backend::KeysOnly);
    let intent = attachment(1, 1, None);
    let id = intent.target().id;
    let Intent::AddAttachment { attachment } = &intent else {
        panic!("a file");
    };
    let bytes = vec![(attachment.id, b"abc".to_vec())];
    let item = actions::item(&[], op(1), intent.clone(), Timestamp(5));
    bench.tab(actions::submit(&item, bytes).unwrap());
    let stored = |bench: &Bench| block_on(writes::blob(&bench.store, &id.to_string())).unwrap();
    assert!(stored(&bench).is_some());
    let (call, _) = bench.call();
    let record = json!({ "id": id.to_string(), "version": "1", "ticket_id": ticket_id(1).to_string(),
        "comment_id": null, "name": "photo.jpg", "media_type": "image/jpeg", "size": 3, "sha256": null,
        "said_at": "2026-11-22T09:12:31.123Z", "received_at": "2026-11-22T09:12:31.123Z",
        "updated_at": "2026-11-22T09:12:31.123Z", "by": { "id": null, "name": "Anna" } });
    bench.answer(call, ok(201, &record));
    assert!(bench.rows().is_empty());
    assert_eq!(stored(&bench), None);
}

#[test]
fn the_reason_for_a_change_that_is_made_already_is_said_all_the_same() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, reopens("It came back"));
    let (id, _) = bench.call();
    let current = ticket_json(1, "4", "Printer");
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    is_said_as_comment(&mut bench);
}

#[test]
fn the_reason_for_a_change_that_was_never_sent_is_said_all_the_same() {
    let mut bench = Bench::new(Backend::Keys);
    // Written on top of an unsent edit: what it stands on is asked before it is sent.
    let mut intent = reopens("It came back");
    if let Intent::Edit { base_version, .. } = &mut intent {
        *base_version = None;
    }
    bench.submit(1, intent);
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    // Somebody else has made the same change.
    bench.answer(id, ok(200, &ticket_json(1, "4", "Printer")));
    is_said_as_comment(&mut bench);
}

#[test]
fn whether_a_reason_arrived_with_its_change_is_told_by_the_key() {
    for arrived in [true, false] {
        let (mut bench, first) = reason_in_doubt(Backend::Keys);
        // That the ticket is open again says nothing: somebody else may have reopened it.
        let (id, call) = bench.call();
        assert_eq!(call, first);
        let current = ticket_json(1, "4", "Printer");
        if arrived {
            bench.answer(id, ok(200, &current));
            bench.pass(60_000);
            bench.no_call();
            assert!(bench.rows().is_empty());
        } else {
            bench.answer(id, problem(412, "stale", &[("current", current)]));
            is_said_as_comment(&mut bench);
        }
    }
}

#[test]
fn without_keys_a_reason_that_may_have_arrived_is_left_to_its_author() {
    let (mut bench, first) = reason_in_doubt(Backend::Ids);
    bench.pass(600_000);
    bench.no_call();
    let why = Parked::OutcomeUnknown;
    assert_eq!(bench.row().item.state, State::Parked { why });
    bench.tab(actions::retry(&bench.row()).unwrap());
    assert_eq!(bench.call().1, first);
}

#[test]
fn without_keys_a_refusal_of_the_second_copy_says_nothing_of_the_first() {
    let mut bench = Bench::new(Backend::Ids);
    bench.submit(1, reopens("It came back"));
    let (id, _) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    let mut still_closed = ticket_json(1, "3", "Printer");
    still_closed["state"] = "closed".into();
    bench.answer(id, ok(200, &still_closed));
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Patch);
    let current = ticket_json(1, "4", "Printer");
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    let why = Parked::OutcomeUnknown;
    assert_eq!(bench.row().item.state, State::Parked { why });
}

/// The reason goes out by itself.
fn is_said_as_comment(bench: &mut Bench) {
    bench.pass_until_called(10_000);
    let (_, call) = bench.call();
    assert!(call.url.ends_with("/comments"), "{}", call.url);
    assert!(matches!(&call.body, Body::Text(text) if text.contains("It came back")));
}

/// A change with a reason of which the answer was lost, and which the look-up shows to be made.
fn reason_in_doubt(backend: Backend) -> (Bench, HttpCall) {
    let mut bench = Bench::new(backend);
    bench.submit(1, reopens("It came back"));
    let (id, first) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Get);
    bench.answer(id, ok(200, &ticket_json(1, "4", "Printer")));
    (bench, first)
}

#[test]
fn a_pull_that_failed_is_over_and_asking_again_asks() {
    let mut bench = Bench::unstarted(Memory::new(), profile(Backend::Keys), Config::default(), 1);
    bench.holds_pulls = true;
    bench.start();
    for _ in 0..8 {
        let (id, _) = bench.pulls.pop_front().unwrap();
        assert!(bench.status.pulling);
        bench.hear(Event::Reply(id, Err(NetFault::Lost)));
        assert!(!bench.status.pulling && !bench.status.reachable);
        bench.hear(Event::Pull);
        for _ in 0..60 {
            if bench.pulls.is_empty() {
                bench.pass(1_000);
            }
        }
    }
}
