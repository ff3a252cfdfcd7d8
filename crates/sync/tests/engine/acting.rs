//! What a person does with the outbox.

use crate::bench::{
    Backend, Bench, attachment, comment, comment_json, create, ok, op, problem, subject,
    ticket_json,
};
use futures::executor::block_on;
use rapport_domain::{AttachmentId, Intent, Timestamp};
use rapport_store::writes;
use rapport_store::{Fault, Space};
use rapport_sync::actions::NotNow;
use rapport_sync::{Event, OutboxItem, State, Unreadable, actions};
use serde_json::json;

fn parked(intent: Intent) -> Bench {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, intent);
    let (id, _) = bench.call();
    bench.answer(id, problem(422, "invalid", &[]));
    assert!(matches!(bench.row().item.state, State::Parked { .. }));
    bench
}

#[test]
fn i10_an_edited_item_is_a_new_operation_in_the_old_place() {
    let mut bench = parked(create(1));
    let old = bench.row();
    let batch = actions::edit(
        std::slice::from_ref(&old),
        &old,
        op(2),
        create(1),
        Timestamp(9),
    )
    .unwrap();
    bench.tab(batch);
    let (_, call) = bench.call();
    let key = call
        .headers
        .iter()
        .find(|(name, _)| name == "Idempotency-Key");
    assert_eq!(key.unwrap().1, op(2).to_string());
    let row = bench.row();
    assert_eq!(
        (row.sequence, row.item.op, row.item.attempts),
        (old.sequence, op(2), 0)
    );
    assert_eq!(bench.overlay(), 1);
}

#[test]
fn i10_edges_follow_an_edited_item() {
    let mut bench = Bench::new(Backend::Keys);
    bench.hear(Event::Online(false));
    bench.submit(1, subject(1, Some("1"), "a", "b"));
    bench.submit(2, subject(1, Some("1"), "b", "c"));
    assert_eq!(bench.rows()[1].item.after, vec![op(1)]);
    let rows = bench.rows();
    let intent = subject(1, Some("1"), "a", "B");
    bench.tab(actions::edit(&rows, &rows[0], op(3), intent, Timestamp(9)).unwrap());
    assert_eq!(bench.rows()[1].item.after, vec![op(3)]);
}

#[test]
fn what_may_have_arrived_cannot_be_edited() {
    let mut bench = Bench::new(Backend::Keys);
    bench.submit(1, create(1));
    let sending = bench.row();
    let edit = |row| actions::edit(&[], row, op(2), create(1), Timestamp(9));
    assert_eq!(edit(&sending), Err(NotNow::UnderWay));
    assert_eq!(actions::retry(&sending), Err(NotNow::UnderWay));
    let (id, _) = bench.call();
    bench.lose(id);
    assert_eq!(edit(&bench.row()), Err(NotNow::UnderWay));
    assert_eq!(
        actions::keep_mine(&[], &sending, op(2), Timestamp(9)),
        Err(NotNow::NotForThis)
    );
}

#[test]
fn of_a_tab_and_the_engine_only_one_is_first() {
    let mut bench = Bench::new(Backend::Keys);
    bench.hear(Event::Online(false));
    bench.submit(1, create(1));
    let seen = bench.rows();
    bench.hear(Event::Online(true));
    bench.pass_until_called(10_000);
    // The tab still shows it as waiting.
    let batch = actions::edit(&seen, &seen[0], op(2), create(1), Timestamp(9)).unwrap();
    assert_eq!(bench.tab_silently(batch), Err(Fault::Guard));
    assert_eq!(bench.row().item.op, op(1));
}

#[test]
fn i11_what_is_given_up_takes_along_what_cannot_be_without_it() {
    let mut bench = Bench::new(Backend::Keys);
    bench.hear(Event::Online(false));
    bench.submit(1, create(1));
    bench.submit(2, comment(1, 1));
    bench.submit(3, attachment(1, 1, Some(1)));
    bench.submit(4, comment(2, 2));
    let rows = bench.rows();
    bench.tab(actions::discard(&rows, &rows[0]));
    assert_eq!(bench.row().item.op, op(4));
    assert_eq!(bench.overlay(), 1);
}

#[test]
fn i03_the_bytes_of_a_file_go_with_its_row_and_not_before() {
    let mut bench = Bench::new(Backend::Keys);
    bench.hear(Event::Online(false));
    let intent = attachment(1, 1, None);
    let Intent::AddAttachment { attachment } = &intent else {
        panic!("a file")
    };
    let id: AttachmentId = attachment.id;
    let item = actions::item(&[], op(1), intent.clone(), Timestamp(5));
    let bytes = vec![(id, b"abc".to_vec())];
    bench.tab(actions::submit(&item, bytes).unwrap());
    let blob = |bench: &Bench| block_on(writes::blob(&bench.store, &id.to_string())).unwrap();
    assert_eq!(blob(&bench), Some(b"abc".to_vec()));
    let rows = bench.rows();
    bench.tab(actions::discard(&rows, &rows[0]));
    assert_eq!(blob(&bench), None);
}

#[test]
fn i31_both_answers_to_a_conflict() {
    for keep in [true, false] {
        let mut bench = Bench::new(Backend::Keys);
        bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
        let (id, _) = bench.call();
        let current = ticket_json(1, "5", "Scanner");
        bench.answer(id, problem(412, "stale", &[("current", current)]));
        let rows = bench.rows();
        let answer = match keep {
            true => actions::keep_mine(&rows, &rows[0], op(2), Timestamp(9)),
            false => actions::take_theirs(&rows, &rows[0], op(2), Timestamp(9), None),
        };
        bench.tab(answer.unwrap());
        if keep {
            let (id, call) = bench.call();
            assert!(
                call.headers.contains(&("If-Match".into(), "\"5\"".into())),
                "{call:?}"
            );
            bench.answer(id, ok(200, &ticket_json(1, "6", "Fire")));
        }
        bench.no_call();
        assert!(bench.rows().is_empty() && bench.overlay() == 0);
    }
}

#[test]
fn taking_theirs_sends_what_was_said_after_it_all_the_same() {
    let mut bench = Bench::new(Backend::Keys);
    let first = bench.submit(1, subject(1, Some("3"), "Printer", "Fire"));
    let words = OutboxItem {
        after: vec![first],
        ..actions::item(&bench.rows(), op(7), comment(1, 1), Timestamp(6))
    };
    bench.tab(actions::submit(&words, Vec::new()).unwrap());
    let (id, _) = bench.call();
    let current = ticket_json(1, "5", "Scanner");
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    bench.no_call();
    let rows = bench.rows();
    bench.tab(actions::take_theirs(&rows, &rows[0], op(2), Timestamp(9), None).unwrap());
    bench.pass_until_called(10_000);
    let (id, call) = bench.call();
    assert!(call.url.ends_with("/comments"), "{}", call.url);
    bench.answer(id, ok(201, &comment_json(1, 1, "1")));
    assert!(bench.rows().is_empty());
}

#[test]
fn taking_theirs_keeps_what_does_not_collide() {
    let mut bench = Bench::new(Backend::Keys);
    let mut intent = subject(1, Some("3"), "Printer", "Fire");
    if let Intent::Edit { edit, .. } = &mut intent {
        *edit = edit
            .clone()
            .with("description", &"smokes".to_owned(), &"burns".to_owned());
    }
    bench.submit(1, intent);
    let (id, _) = bench.call();
    let current = ticket_json(1, "5", "Scanner");
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    let rows = bench.rows();
    bench.tab(actions::take_theirs(&rows, &rows[0], op(2), Timestamp(9), None).unwrap());
    let (_, call) = bench.call();
    assert_eq!(
        format!("{:?}", call.body),
        r#"Text("{\"description\":\"burns\"}")"#
    );
}

#[test]
fn i50_the_export_holds_everything_unsent() {
    let mut bench = parked(create(1));
    bench.submit(2, comment(1, 1));
    bench.submit(3, attachment(1, 1, None));
    let export = actions::export(&bench.outbox());
    let items = export["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    let intent = |index: usize| &items[index]["item"]["intent"];
    assert_eq!(intent(0)["create_ticket"]["ticket"]["subject"], "Printer");
    assert!(items[0]["item"]["state"]["parked"].is_object());
    assert_eq!(intent(1)["add_comment"]["comment"]["text"], "hello");
    assert!(items[2]["file"].is_string() && items[0]["file"].is_null());
    assert_eq!(items[0]["words"], json!(["Printer", "smokes"]));
    assert_eq!(items[1]["words"], json!(["hello"]));
    assert_eq!(items[2]["words"], json!(["photo.jpg"]));
    assert!(items[0]["reference"].as_str().unwrap().contains('-'));
}

#[test]
fn a_row_that_this_build_cannot_read_stays_where_it_is() {
    let mut bench = Bench::new(Backend::Keys);
    let later = OutboxItem {
        v: OutboxItem::FORMAT + 1,
        ..OutboxItem::new(op(8), create(8), Timestamp(1))
    };
    let later = serde_json::to_vec(&later).unwrap();
    for bytes in [b"{\"v\":99}".to_vec(), later.clone()] {
        let batch = rapport_store::Batch::strict().append(Space::Outbox, bytes);
        bench.tab_silently(batch).unwrap();
    }
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.answer(id, ok(201, &ticket_json(1, "1", "Printer")));
    bench.pass(600_000);
    bench.no_call();
    let outbox = bench.outbox();
    assert!(outbox.rows.is_empty());
    let bytes = |row: &Unreadable| row.bytes.clone();
    let kept: Vec<_> = outbox.unreadable.iter().map(bytes).collect();
    assert_eq!(kept, [b"{\"v\":99}".to_vec(), later]);
    let export = actions::export(&outbox);
    assert_eq!(export["unreadable"][0]["stored"], "{\"v\":99}");
    // Its author may give it up, as long as it is still what he saw.
    let gone = actions::discard_unreadable(&outbox.unreadable[1]);
    bench.tab_silently(gone.clone()).unwrap();
    assert_eq!(bench.outbox().unreadable.len(), 1);
    assert_eq!(bench.tab_silently(gone), Err(Fault::Guard));
}
