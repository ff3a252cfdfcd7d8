//! Pulls: pages, cursors, full listings.

use crate::bench::{
    Backend, Bench, busy, create, ok, page, portal, problem, profile, subject, ticket_id,
    ticket_json,
};
use rapport_connector::{HttpCall, HttpReply};
use rapport_store::{Fault, Space, Step, When, meta};
use rapport_sync::{CallId, Config, Event, NetFault, State};
use serde_json::json;

fn held() -> Bench {
    let mut bench = Bench::unstarted(
        rapport_store::Memory::new(),
        profile(Backend::Keys),
        Config::default(),
        1,
    );
    bench.holds_pulls = true;
    bench.start();
    bench
}

fn next(bench: &mut Bench) -> (CallId, HttpCall) {
    for _ in 0..1_000 {
        if let Some(pull) = bench.pulls.pop_front() {
            return pull;
        }
        let wait = bench.alarm.expect("an alarm") - bench.now;
        bench.pass(wait.max(1));
    }
    panic!("no pull");
}

fn pull(bench: &mut Bench, reply: HttpReply) -> HttpCall {
    let (id, call) = next(bench);
    bench.answer(id, reply);
    call
}

fn since(call: &HttpCall) -> Option<&str> {
    call.url.split_once("since=").map(|(_, since)| since)
}

/// A device that has pulled two tickets.
fn settled() -> Bench {
    let mut bench = held();
    pull(
        &mut bench,
        page(&[(1, "1", "one"), (2, "2", "two")], &[], "c2", false),
    );
    bench
}

#[test]
fn i21_rows_and_cursor_are_one_commit_and_the_next_pull_goes_on_there() {
    let mut bench = held();
    assert_eq!(
        since(&pull(&mut bench, page(&[(1, "1", "one")], &[], "c1", true))),
        None
    );
    let batch = bench.batches.last().unwrap();
    let writes = |space: Space| {
        let in_space = |step: &&Step| matches!(step, Step::Put(s, ..) if *s == space);
        batch.steps.iter().filter(in_space).count()
    };
    assert_eq!(
        (writes(Space::Log), writes(Space::Meta)),
        (1, 2),
        "{batch:?}"
    );
    assert_eq!(batch.guards.len(), 1);
    // `more` goes on at once, and a restart goes on there, too.
    let (_, call) = bench.pulls.pop_front().expect("the next page");
    assert_eq!(since(&call), Some("c1"));
    let mut next = bench.restart(Backend::Keys);
    let call = pull(&mut next, page(&[(2, "2", "two")], &[], "c2", false));
    assert_eq!(since(&call), Some("c1"));
    assert_eq!(next.base().len(), 2);
    assert!(next.status.complete);
}

#[test]
fn a_commit_that_fails_keeps_the_cursor_with_the_rows() {
    for when in [When::Before, When::After] {
        let mut bench = settled();
        bench
            .store
            .fail_commit(0, Fault::Other("broken".into()), when);
        bench.hear(Event::Pull);
        pull(&mut bench, page(&[(3, "3", "three")], &[], "c3", false));
        bench.pass(30_000);
        assert_eq!(bench.base().len(), 3);
        let (_, call) = next(&mut bench);
        assert_eq!(since(&call), Some("c3"));
    }
}

#[test]
fn a_pull_without_news_writes_nothing() {
    let mut bench = settled();
    let commits = bench.batches.len();
    bench.hear(Event::Pull);
    pull(&mut bench, page(&[], &[], "c2", false));
    assert_eq!(bench.batches.len(), commits);
}

#[test]
fn hints_are_heard_once_and_silence_is_filled() {
    let mut bench = settled();
    for _ in 0..50 {
        bench.hear(Event::Pull);
    }
    assert!(bench.pulls.len() <= 1);
    pull(&mut bench, page(&[], &[], "c2", false));
    bench.pass(59_000);
    assert!(bench.pulls.is_empty());
    bench.pass(8_000);
    assert_eq!(bench.pulls.len(), 1, "once a minute without hints");
    // A hint that comes while a pull is under way is followed by another pull.
    bench.hear(Event::Pull);
    pull(&mut bench, page(&[], &[], "c2", false));
    bench.pass(1_000);
    assert_eq!(bench.pulls.len(), 1);
}

#[test]
fn i28_tombstones_remove() {
    let mut bench = settled();
    bench.hear(Event::Pull);
    pull(&mut bench, page(&[], &[1], "c3", false));
    assert_eq!(bench.base().len(), 1);
}

#[test]
fn i30_a_lost_cursor_lists_everything_and_then_takes_away_what_is_not_there() {
    let mut bench = settled();
    bench.hear(Event::Pull);
    pull(&mut bench, problem(410, "cursor-lost", &[]));
    let call = pull(&mut bench, page(&[(2, "2", "two")], &[], "d1", true));
    assert_eq!(since(&call), None);
    assert_eq!(bench.base().len(), 2, "nothing goes before the end");
    pull(&mut bench, page(&[(3, "3", "three")], &[], "d2", false));
    assert_eq!(bench.base().len(), 2);
    assert!(bench.ticket(ticket_id(1)).is_none() && bench.ticket(ticket_id(3)).is_some());
    let (_, call) = next(&mut bench);
    assert_eq!(since(&call), Some("d2"));
}

#[test]
fn i30_a_listing_that_breaks_off_takes_nothing_away() {
    for trouble in [problem(500, "broken", &[]), portal(), busy(503, "5")] {
        let mut bench = settled();
        bench.hear(Event::Pull);
        pull(&mut bench, problem(410, "cursor-lost", &[]));
        pull(&mut bench, page(&[(2, "2", "two")], &[], "d1", true));
        pull(&mut bench, trouble);
        assert_eq!(bench.base().len(), 2);
        // After a restart it starts over: the old cursor is tried and lost again.
        let mut next = bench.restart(Backend::Keys);
        let call = pull(&mut next, problem(410, "cursor-lost", &[]));
        assert_eq!(since(&call), Some("c2"));
        assert!(next.status.complete, "the old listing is still shown");
        pull(&mut next, page(&[(2, "2", "two")], &[], "d1", true));
        pull(&mut next, page(&[(3, "3", "three")], &[], "d2", false));
        assert!(next.ticket(ticket_id(1)).is_none());
    }
}

#[test]
fn i30_what_could_not_be_read_is_not_taken_away() {
    let mut bench = settled();
    bench.hear(Event::Pull);
    pull(&mut bench, problem(410, "cursor-lost", &[]));
    let bad = json!({ "type": "ticket", "id": 7, "deleted": false, "record": { "version": [] } });
    let listing = ok(
        200,
        &json!({ "changes": [bad], "cursor": "d1", "more": false }),
    );
    pull(&mut bench, listing);
    assert_eq!(bench.base().len(), 2);
    assert_eq!(bench.status.unreadable, 1);
}

#[test]
fn i29_the_outbox_is_the_same_before_and_after_a_full_listing() {
    let mut bench = settled();
    bench.hear(Event::Online(false));
    bench.submit(1, create(5));
    bench.submit(2, subject(1, Some("1"), "one", "uno"));
    let before = bench.rows();
    let overlay = bench.overlay();
    // While the connection is down, a pull now and then finds out whether it is.
    pull(&mut bench, problem(410, "cursor-lost", &[]));
    let (id, _) = next(&mut bench);
    let unsent = bench.rows();
    bench.answer(id, page(&[(2, "2", "two")], &[], "d2", false));
    assert_eq!(before.len(), unsent.len());
    let ops = |rows: &[rapport_sync::OutboxRow]| rows.iter().map(|r| r.item.op).collect::<Vec<_>>();
    assert_eq!(ops(&before), ops(&bench.rows()));
    assert_eq!(bench.overlay(), overlay);
}

#[test]
fn a_changed_profile_makes_the_cursor_void_and_leaves_the_outbox_alone() {
    let mut bench = settled();
    bench.hear(Event::Online(false));
    bench.submit(1, create(5));
    let before = bench.rows();
    let mut changed = profile(Backend::Keys);
    changed["pull"]["url"] = json!("api/v1/changes?limit=400{&since}");
    let mut next = Bench::unstarted(bench.store, changed, Config::default(), 2);
    next.holds_pulls = true;
    next.now = bench.now;
    next.hear(Event::Online(false));
    next.start();
    assert_eq!(next.rows(), before);
    let call = pull(&mut next, page(&[(2, "2", "two")], &[], "e1", false));
    assert_eq!(since(&call), None);
    assert_eq!(next.base().len(), 1);
}

#[test]
fn i27_a_page_that_may_be_older_than_an_answer_is_asked_for_again() {
    let mut bench = settled();
    bench.submit(1, subject(1, Some("1"), "one", "uno"));
    let (write, _) = bench.call();
    bench.hear(Event::Pull);
    bench.pass(300);
    let (read, _) = next(&mut bench);
    bench.answer(write, ok(200, &ticket_json(1, "9", "uno")));
    bench.answer(read, page(&[(1, "1", "one")], &[], "c3", false));
    assert_eq!(
        bench.ticket(ticket_id(1)).unwrap().subject,
        "uno",
        "it does not go back"
    );
    let call = pull(&mut bench, page(&[(1, "9", "uno")], &[], "c4", false));
    assert_eq!(since(&call), Some("c2"), "the same page once more");
}

#[test]
fn i27_an_answer_that_may_be_older_than_a_page_waits_for_the_next_pull() {
    let mut bench = settled();
    bench.submit(1, subject(1, Some("1"), "one", "uno"));
    let (write, _) = bench.call();
    bench.hear(Event::Pull);
    bench.pass(300);
    pull(&mut bench, page(&[(1, "10", "eins")], &[], "c3", false));
    bench.answer(write, ok(200, &ticket_json(1, "9", "uno")));
    assert_eq!(
        bench.ticket(ticket_id(1)).unwrap().subject,
        "eins",
        "it does not go back"
    );
    assert!(bench.rows().is_empty());
    assert_eq!(
        bench.overlay(),
        1,
        "what the user said stays until the next pull"
    );
    pull(&mut bench, page(&[], &[], "c3", false));
    assert_eq!(bench.overlay(), 0);
}

/// A ticket on its way to a backend that does not answer with the record.
fn making() -> (Bench, CallId) {
    let mut profile = profile(Backend::Keys);
    profile["resources"]["ticket"]["create"]["result"] = json!({});
    let mut bench = Bench::unstarted(rapport_store::Memory::new(), profile, Config::default(), 1);
    bench.holds_pulls = true;
    bench.start();
    pull(&mut bench, page(&[], &[], "c1", false));
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    (bench, id)
}

#[test]
fn i26_an_ack_without_a_record_keeps_the_overlay_until_a_pull_shows_it() {
    let (mut bench, id) = making();
    bench.answer(id, ok(201, &json!({})));
    assert!(bench.rows().is_empty());
    assert_eq!(bench.overlay(), 1);
    // A restart does not forget it.
    let mut next = bench.restart(Backend::Keys);
    pull(&mut next, page(&[(1, "1", "Printer")], &[], "c2", false));
    assert_eq!(next.overlay(), 0);
}

#[test]
fn i26_an_ack_of_which_nothing_was_told_keeps_the_overlay_until_a_pull_shows_it() {
    let (mut bench, id) = making();
    // The row is gone, but the store does not tell.
    bench.store.fail_commit(0, Fault::Timeout, When::After);
    bench.answer(id, ok(201, &json!({})));
    assert!(bench.rows().is_empty());
    assert_eq!(bench.overlay(), 1);
    // A pull that was begun before that came to light may be too old to show it.
    for _ in 0..3 {
        pull(&mut bench, page(&[(1, "1", "Printer")], &[], "c2", false));
    }
    assert_eq!(bench.overlay(), 0);
}

#[test]
fn an_answer_is_not_added_to_a_base_that_is_being_listed() {
    let mut bench = held();
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
    assert_eq!((bench.base().len(), bench.overlay()), (0, 1));
    // It was removed at once, and the listing never shows it.
    pull(&mut bench, page(&[], &[], "c1", false));
    pull(&mut bench, page(&[], &[], "c1", false));
    assert_eq!((bench.base().len(), bench.overlay()), (0, 0));
}

#[test]
fn i20_more_without_a_way_on_does_not_run_in_circles() {
    let mut bench = settled();
    bench.hear(Event::Pull);
    let mut times = Vec::new();
    for _ in 0..10 {
        let (id, _) = next(&mut bench);
        times.push(bench.now);
        bench.answer(id, page(&[], &[], "c2", true));
    }
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] >= 1_000),
        "{times:?}"
    );
}

#[test]
fn i14_a_pull_goes_on_after_any_trouble() {
    let mut bench = settled();
    bench.hear(Event::Pull);
    for trouble in [
        problem(500, "broken", &[]),
        busy(429, "30"),
        portal(),
        problem(403, "forbidden", &[]),
        problem(404, "not-found", &[]),
        ok(200, &json!({ "hello": 1 })),
    ] {
        pull(&mut bench, trouble);
    }
    assert!(bench.status.pull_problem.is_some());
    let (id, _) = next(&mut bench);
    bench.hear(Event::Reply(id, Err(NetFault::Lost)));
    assert!(!bench.status.reachable);
    pull(&mut bench, page(&[(3, "3", "three")], &[], "c3", false));
    assert_eq!(bench.base().len(), 3);
    assert!(bench.status.reachable && bench.status.pull_problem.is_none());
}

#[test]
fn a_host_that_never_lists_the_base_is_asked_again() {
    let mut bench = settled();
    bench.hear(Event::Pull);
    pull(&mut bench, problem(410, "cursor-lost", &[]));
    let (id, _) = next(&mut bench);
    let event = Event::Reply(id, Ok(page(&[], &[], "d1", false)));
    // The answer to `ListBase` gets lost.
    let mut asked = 0;
    let mut events = std::collections::VecDeque::from([event]);
    while let Some(event) = events.pop_front() {
        for command in bench.engine.step(bench.now, event) {
            match command {
                rapport_sync::Command::ListBase => asked += 1,
                rapport_sync::Command::Commit { id, batch } => {
                    let done = futures::executor::block_on(rapport_store::Store::commit(
                        &bench.store,
                        batch,
                    ));
                    events.push_back(Event::Committed(id, done));
                }
                rapport_sync::Command::SetTimer { after_ms, .. } => {
                    bench.alarm = Some(bench.now + after_ms);
                }
                _ => {}
            }
        }
    }
    assert_eq!(asked, 1);
    bench.pass(31_000);
    assert!(bench.base().is_empty());
}

#[test]
fn the_cursor_on_disk_says_which_profile_it_belongs_to() {
    let bench = settled();
    let rows = futures::executor::block_on(rapport_store::Store::read(
        &bench.store,
        &[meta::read(meta::CURSOR)],
    ));
    let rows = rows.unwrap();
    let cursor: serde_json::Value = serde_json::from_slice(meta::value(&rows[0]).unwrap()).unwrap();
    assert_eq!(
        (&cursor["cursor"], &cursor["complete"]),
        (&json!("c2"), &json!(true))
    );
    assert!(cursor["profile"].as_str().unwrap().len() > 8);
    assert!(
        bench
            .rows()
            .iter()
            .all(|row| row.item.state == State::Queued)
    );
}
