//! First attempts, retries, and what each answer means.

use crate::bench::{
    Backend, Bench, attachment, busy, comment, comment_json, create, ok, op, portal, problem,
    profile, subject, ticket_id, ticket_json,
};
use futures::executor::block_on;
use rapport_connector::{Body, Refusal};
use rapport_domain::UserId;
use rapport_store::{Durability, Fault, Memory, Space, Step, When};
use rapport_sync::{Config, Event, NetFault, Parked, State, actions};
use serde_json::json;

#[test]
fn i05_request_and_key_are_on_disk_before_the_first_byte_is_sent() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (_, call) = bench.call();
    let row = bench.row();
    assert_eq!(row.item.state, State::Sending);
    assert_eq!(row.item.frozen.as_ref(), Some(&call));
    let key = call
        .headers
        .iter()
        .find(|(name, _)| name == "Idempotency-Key");
    assert_eq!(key.map(|(_, key)| key.clone()), Some(op(1).to_string()));
    let marks = bench.batches.last().unwrap();
    assert_eq!(marks.durability, Durability::Strict);
    assert_eq!(marks.guards.len(), 2, "generation and row");
}

#[test]
fn i05_retries_carry_identical_bytes_even_under_another_profile() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, first) = bench.call();
    bench.lose(id);
    // A new build comes with a profile that writes the subject elsewhere.
    let mut changed = profile(Backend::KeysOnly);
    let json = changed["resources"]["ticket"]["create"]["json"]
        .as_object_mut()
        .unwrap();
    let subject = json.remove("/subject").unwrap();
    json.insert("/title".into(), subject);
    let mut next = Bench::on(bench.store, changed, Config::default(), 2);
    next.pass_until_called(120_000);
    assert_eq!(next.call().1, first);
}

#[test]
fn i04_an_answer_removes_row_and_overlay_and_shows_the_record_in_one_commit() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    assert_eq!(bench.overlay(), 1);
    let (id, _) = bench.call();
    let commits = bench.batches.len();
    bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
    assert!(bench.rows().is_empty() && bench.overlay() == 0);
    let ticket = bench.ticket(ticket_id(1)).unwrap();
    assert_eq!(ticket.number.as_deref(), Some("INC-1"));
    assert_eq!(bench.batches.len(), commits + 1);
}

#[test]
fn i12_an_ack_that_could_not_be_written_is_written_later_without_another_request() {
    for when in [When::Before, When::After] {
        let mut bench = Bench::new(Backend::Keys);
        bench.submit(1, create(1));
        let (id, _) = bench.call();
        bench
            .store
            .fail_commit(0, Fault::Quota("full".into()), when);
        bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
        assert!(bench.status.store_problem.is_some());
        bench.pass(120_000);
        assert!(bench.rows().is_empty() && bench.overlay() == 0);
        assert!(bench.ticket(ticket_id(1)).is_some());
        assert_eq!(bench.status.store_problem, None);
        bench.no_call();
    }
}

#[test]
fn i13_a_401_pauses_everything_and_costs_no_attempt() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    bench.submit(2, create(2));
    let (id, call) = bench.call();
    let (other, _) = bench.call();
    bench.answer(id, problem(401, "sign-in", &[]));
    bench.answer(other, problem(401, "sign-in", &[]));
    assert!(bench.status.needs_sign_in);
    bench.submit(3, create(3));
    let pulls = bench.issued.len();
    bench.pass(3_600_000);
    bench.no_call();
    assert_eq!(bench.issued.len(), pulls, "no pulls either");
    for row in bench.rows() {
        assert_eq!((row.item.state, row.item.attempts), (State::Queued, 0));
    }
    bench.hear(Event::SignedIn);
    assert_eq!(bench.calls.len(), 3);
    assert_eq!(bench.call().1, call, "the same bytes under the same key");
}

#[test]
fn i13_a_late_401_of_the_session_before_does_not_end_the_new_one() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    bench.submit(2, create(2));
    let (one, _) = bench.call();
    let (two, _) = bench.call();
    bench.answer(one, problem(401, "sign-in", &[]));
    bench.hear(Event::SignedIn);
    bench.answer(two, problem(401, "sign-in", &[]));
    assert!(!bench.status.needs_sign_in);
    bench.call();
    bench.pass_until_called(120_000);
    bench.call();
}

#[test]
fn i14_trouble_on_the_way_is_never_the_end_of_a_change() {
    let troubles = [
        problem(500, "broken", &[]),
        problem(502, "broken", &[]),
        problem(504, "broken", &[]),
        problem(408, "slow", &[]),
        problem(425, "early", &[]),
        busy(429, "3"),
        busy(503, "3"),
        problem(599, "odd", &[]),
        problem(409, "in-progress", &[]),
        portal(),
        ok(201, &json!({ "hello": 1 })),
        ok(200, &json!(null)),
    ];
    for trouble in troubles {
        let mut bench = Bench::new(Backend::KeysOnly);
        bench.submit(1, create(1));
        for attempt in 1..=12 {
            bench.pass_until_called(300_000);
            let (id, _) = bench.call();
            bench.answer(id, trouble.clone());
            let row = bench.row();
            let waits = matches!(row.item.state, State::Queued | State::Unknown { .. });
            assert!(waits, "{trouble:?}: {:?}", row.item.state);
            assert_eq!(row.item.attempts, attempt);
        }
        for fault in [NetFault::Lost, NetFault::NotSent] {
            bench.pass_until_called(300_000);
            let (id, _) = bench.call();
            bench.hear(Event::Reply(id, Err(fault)));
        }
        bench.pass_until_called(300_000);
        let (id, _) = bench.call();
        bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
        assert!(bench.rows().is_empty());
    }
}

#[test]
fn i15_what_the_backend_refuses_is_parked_with_its_words() {
    for status in [400, 403, 404, 409, 410, 413, 422] {
        let mut bench = Bench::new(Backend::Keys);
        bench.submit(1, create(1));
        let (id, call) = bench.call();
        let errors = json!([{ "field": "subject", "message": "is too loud" }]);
        bench.answer(id, problem(status, "refused", &[("errors", errors)]));
        let row = bench.row();
        match &row.item.state {
            State::Parked {
                why: Parked::Refused { refusal },
            } => match refusal {
                Refusal::Gone { status: told } => assert_eq!(*told, status),
                Refusal::Rejected {
                    status: told,
                    title,
                    fields,
                    ..
                } => {
                    assert_eq!((*told, title.as_str()), (status, "refused"));
                    assert_eq!(fields[0].1, "is too loud");
                }
                other => panic!("{status}: {other:?}"),
            },
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(bench.status.parked, 1);
        bench.pass(3_600_000);
        bench.no_call();
        // Asked to, it is sent again as it was.
        let retry = actions::retry(&bench.row()).unwrap();
        bench.tab(retry);
        assert_eq!(bench.call().1, call);
    }
}

#[test]
fn what_the_profile_cannot_express_is_parked_without_a_request() {
    let mut profile = profile(Backend::Keys);
    let resources = profile["resources"].as_object_mut().unwrap();
    resources["comment"]
        .as_object_mut()
        .unwrap()
        .remove("create");
    let mut bench = Bench::on(Memory::new(), profile, Config::default(), 1);
    bench.submit(1, comment(1, 1));
    bench.no_call();
    let state = bench.row().item.state;
    assert!(
        matches!(
            state,
            State::Parked {
                why: Parked::Unmappable { .. }
            }
        ),
        "{state:?}"
    );
}

#[test]
fn a_file_whose_bytes_are_gone_is_parked() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, attachment(1, 1, None));
    let (id, call) = bench.call();
    assert!(matches!(call.body, Body::Blob(_)));
    bench.hear(Event::Reply(id, Err(NetFault::NoBody)));
    let state = bench.row().item.state;
    assert_eq!(
        state,
        State::Parked {
            why: Parked::FileMissing
        }
    );
}

#[test]
fn i07_a_discarded_row_whose_request_succeeds_still_brings_its_record() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    let rows = bench.rows();
    bench.tab(actions::discard(&rows, &rows[0]));
    bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
    assert!(bench.rows().is_empty() && bench.overlay() == 0);
    assert!(bench.ticket(ticket_id(1)).is_some());
    // And one that fails is simply gone.
    bench.submit(2, create(2));
    let (id, _) = bench.call();
    let rows = bench.rows();
    bench.tab(actions::discard(&rows, &rows[0]));
    bench.answer(id, problem(500, "broken", &[]));
    bench.pass(600_000);
    bench.no_call();
}

#[test]
fn i36_an_engine_that_was_replaced_stops_before_it_sends() {
    let mut bench = Bench::new(Backend::Keys);
    let store = bench.store.clone();
    block_on(rapport_store::writes::take_over(&store)).unwrap();
    bench.submit(1, create(1));
    bench.no_call();
    assert!(bench.stopped);
    assert_eq!(bench.row().item.state, State::Queued);
}

#[test]
fn i36_an_engine_that_slept_through_its_commit_looks_again_before_it_sends() {
    let mut bench = Bench::new(Backend::Keys);
    bench.commit_takes = 60_000;
    bench.submit(1, create(1));
    let marks = bench.batches.iter().filter(|batch| {
        let puts = |step: &Step| matches!(step, Step::Put(Space::Outbox, ..));
        batch.steps.iter().any(puts)
    });
    assert_eq!(marks.count(), 2, "marked, and marked again");
    bench.call();
}

#[test]
fn a_row_that_a_tab_changed_first_is_read_again_and_decided_anew() {
    let mut bench = Bench::new(Backend::Keys);
    bench.hear(Event::Online(false));
    bench.submit(1, create(1));
    // The user rewords it, and the engine has not heard of it when the line comes back.
    let rows = bench.rows();
    let batch = actions::edit(
        &rows,
        &rows[0],
        op(2),
        subject_of("Better"),
        rows[0].item.said_at,
    );
    bench.tab_silently(batch.unwrap()).unwrap();
    bench.hear(Event::Online(true));
    bench.pass_until_called(10_000);
    let (_, call) = bench.call();
    let Body::Text(body) = call.body else {
        panic!("a text")
    };
    assert!(body.contains("Better"), "{body}");
    assert!(!bench.stopped);
}

fn subject_of(words: &str) -> rapport_domain::Intent {
    let mut intent = create(1);
    if let rapport_domain::Intent::CreateTicket { ticket } = &mut intent {
        ticket.subject = words.into();
    }
    intent
}

#[test]
fn i12_bytes_that_come_back_are_told_from_a_reading_from_before() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.answer(id, problem(401, "sign-in", &[]));
    // Marked as being sent once more, with the very same bytes; the store does not tell.
    bench.store.fail_commit(0, Fault::Timeout, When::After);
    bench.hear(Event::SignedIn);
    bench.pass_until_called(60_000);
    bench.call();
}

#[test]
fn an_older_reading_of_the_outbox_starts_nothing() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, create(1));
    let before = bench.rows();
    let (id, _) = bench.call();
    // A trouble of this row alone: nothing but its own wait holds it back.
    bench.answer(id, problem(500, "broken", &[]));
    let commits = bench.batches.len();
    bench.hear(Event::Outbox(before));
    bench.no_call();
    assert_eq!(bench.batches.len(), commits);
}

#[test]
fn i11_a_replayed_answer_is_an_ack_but_not_news() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.holds_pulls = true;
    bench.pulls.clear();
    bench.submit(1, comment(1, 1));
    let (id, _) = bench.call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &comment_json(1, 1, "5")));
    assert!(bench.rows().is_empty());
    assert_eq!(
        bench.overlay(),
        1,
        "shown from the overlay until a pull shows it"
    );
    assert!(bench.base().is_empty(), "the answer may be any age");
}

#[test]
fn a_ticket_in_somebody_elses_name_says_so() {
    let config = Config {
        me: Some(UserId(uuid::Uuid::from_u128(1))),
        ..Config::default()
    };
    let mut bench = Bench::on(Memory::new(), profile(Backend::Keys), config, 1);
    let mut intent = create(1);
    let other = UserId(uuid::Uuid::from_u128(2));
    if let rapport_domain::Intent::CreateTicket { ticket } = &mut intent {
        ticket.requester.id = Some(other);
    }
    bench.submit(1, intent);
    let Body::Text(body) = bench.call().1.body else {
        panic!("a text")
    };
    assert!(body.contains(&other.to_string()), "{body}");
}

#[test]
fn an_edit_of_an_own_edit_stands_on_its_version_without_asking() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    bench.submit(2, subject(1, None, "Printer", "Printer smokes"));
    bench.submit(3, subject(1, None, "Printer smokes", "Fire"));
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &ticket_json(1, "7", "Printer")));
    let (id, call) = bench.call();
    assert!(
        call.headers.contains(&("If-Match".into(), "\"7\"".into())),
        "{call:?}"
    );
    bench.answer(id, ok(200, &ticket_json(1, "8", "Printer smokes")));
    let (_, call) = bench.call();
    assert!(
        call.headers.contains(&("If-Match".into(), "\"8\"".into())),
        "{call:?}"
    );
}

#[test]
fn store_read_helper_sees_the_generation() {
    let bench = Bench::new(Backend::Keys);
    let stale = block_on(rapport_sync::snapshot(&bench.store, b"0".to_vec()));
    assert_eq!(stale, Err(Fault::Guard));
}
