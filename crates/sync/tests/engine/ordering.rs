//! What waits for what.

use crate::bench::{
    Backend, Bench, attachment, comment, comment_json, create, ok, op, problem, subject,
    ticket_json,
};
use rapport_connector::{HttpCall, Method};
use rapport_domain::{Intent, RecordEdit, TicketState, Timestamp};
use rapport_sync::{State, actions};

fn is_create(call: &HttpCall) -> bool {
    call.method == Method::Post && call.url.ends_with("/tickets")
}

#[test]
fn i17_no_child_is_sent_before_its_ticket_is_acknowledged() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    bench.submit(2, comment(1, 1));
    bench.submit(3, attachment(1, 1, Some(1)));
    let (id, call) = bench.call();
    assert!(is_create(&call));
    bench.no_call();
    bench.lose(id);
    bench.pass_until_called(120_000);
    let (id, call) = bench.call();
    assert_eq!(
        call.method,
        Method::Get,
        "the ticket is looked up, and the comment waits"
    );
    bench.answer(id, ok(200, &ticket_json(1, "1", "Printer")));
    let (id, call) = bench.call();
    assert!(call.url.ends_with("/comments"));
    bench.no_call();
    bench.answer(id, ok(201, &comment_json(1, 1, "2")));
    assert!(bench.call().1.url.contains("/attachments"));
}

#[test]
fn i17_on_one_ticket_each_waits_for_the_one_before() {
    let mut bench = Bench::new(Backend::Keys);
    for n in 1..=4 {
        bench.submit(n, comment(1, n));
    }
    for n in 1..=4 {
        let (id, call) = bench.call();
        assert!(
            format!("{:?}", call.body).contains(&format!("00000000000{n}")),
            "{call:?}"
        );
        bench.no_call();
        bench.answer(id, ok(201, &comment_json(1, n, &n.to_string())));
    }
    assert!(bench.rows().is_empty());
}

#[test]
fn tickets_do_not_wait_for_each_other_up_to_three_at_a_time() {
    let mut bench = Bench::new(Backend::Keys);
    for n in 1..=5 {
        bench.submit(n, create(n));
    }
    assert_eq!(bench.calls.len(), 3);
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
    assert_eq!(bench.calls.len(), 3);
}

#[test]
fn i16_what_is_parked_holds_back_only_what_depends_on_it() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    bench.submit(2, comment(1, 1));
    bench.submit(3, comment(2, 2));
    bench.submit(4, comment(2, 3));
    let (id, _) = bench.call();
    bench.answer(id, problem(422, "invalid", &[]));
    let (id, call) = bench.call();
    assert!(call.url.contains("/comments"), "the other ticket goes on");
    bench.answer(id, problem(422, "invalid", &[]));
    // A refused comment does not hold back the next one, a refused ticket does.
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &comment_json(2, 3, "1")));
    bench.pass(600_000);
    bench.no_call();
    let states: Vec<_> = bench.rows().into_iter().map(|row| row.item.state).collect();
    assert!(matches!(
        states[..],
        [State::Parked { .. }, State::Queued, State::Parked { .. }]
    ));
    assert_eq!((bench.status.parked, bench.status.waiting), (2, 1));
}

#[test]
fn i16_an_item_that_always_breaks_the_backend_does_not_stop_the_others() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, create(1));
    let (id, poison) = bench.call();
    bench.answer(id, problem(500, "broken", &[]));
    for n in 2..=40 {
        bench.submit(n, create(n));
    }
    let mut sent = 0;
    while sent < 39 {
        bench.pass_until_called(120_000);
        let (id, call) = bench.call();
        if call == poison {
            bench.lose(id);
        } else {
            bench.make(id, &call);
            sent += 1;
        }
    }
    assert_eq!(bench.row().item.op, op(1));
}

#[test]
fn a_file_waits_for_the_comment_it_belongs_to_even_when_that_is_parked() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, comment(1, 1));
    bench.submit(2, attachment(1, 1, Some(1)));
    bench.submit(3, attachment(1, 2, None));
    let (id, _) = bench.call();
    bench.answer(id, problem(422, "invalid", &[]));
    let (_, call) = bench.call();
    assert!(
        !call.url.contains("comment_id"),
        "only the file of the ticket itself: {call:?}"
    );
    bench.no_call();
}

#[test]
fn words_wait_for_the_reopening_of_their_ticket() {
    let mut bench = Bench::new(Backend::Keys);
    let reopen = Intent::Edit {
        target: crate::bench::ticket_key(1),
        base_version: Some("3".into()),
        edit: RecordEdit::default().with("state", &TicketState::Closed, &TicketState::Acknowledged),
    };
    bench.submit(1, reopen);
    bench.submit(2, comment(1, 1));
    let (id, _) = bench.call();
    bench.answer(id, problem(422, "invalid", &[]));
    bench.pass(600_000);
    bench.no_call();
    assert_eq!(bench.rows()[1].item.after, vec![op(1)]);
    let rows = bench.rows();
    assert_eq!(actions::goes_with(&rows, &rows[0]).len(), 2);
}

#[test]
fn a_second_edit_of_a_field_waits_for_the_first_and_others_do_not() {
    let first = subject(1, Some("1"), "a", "b");
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, first);
    let rows = bench.rows();
    let same = actions::item(&rows, op(2), subject(1, Some("1"), "b", "c"), Timestamp(1));
    let other = actions::item(&rows, op(3), subject(2, Some("1"), "b", "c"), Timestamp(1));
    assert_eq!((same.after, other.after), (vec![op(1)], vec![]));
}
