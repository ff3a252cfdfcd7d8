//! Records beside the ticket: their own line of changes, what must be there before them, and edits of
//! single fields.

use crate::bench::{Bench, ok, op, problem};
use rapport_connector::{Body, Method};
use rapport_domain::plain::Fields;
use rapport_domain::{
    Complaint, ComplaintNote, ComplaintStage, Entity, Intent, Kind, RecordEdit, RecordKey,
    Timestamp, Typed,
};
use rapport_store::Memory;
use rapport_sync::{Config, Parked, State, actions};
use serde_json::{Value, json};
use uuid::Uuid;

fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0xD, n)
}

/// An engine with the profile as it is shipped.
fn bench() -> Bench {
    let json = include_str!("../../../../profiles/rapport.json");
    let profile: Value = serde_json::from_str(json).unwrap();
    Bench::on(Memory::new(), profile, Config::default(), 1)
}

fn complaint() -> Complaint {
    Complaint {
        subject: "Nobody told us".into(),
        description: "It came unannounced.".into(),
        ..Complaint::new(id(1).into(), Timestamp(0))
    }
}

fn files() -> Intent {
    Intent::Create {
        record: complaint().to_record(),
    }
}

fn notes(n: u64) -> Intent {
    let note = ComplaintNote {
        text: "And again".into(),
        ..ComplaintNote::new(id(n).into(), id(1).into(), Timestamp(0))
    };
    Intent::Create {
        record: note.to_record(),
    }
}

/// A complaint as the backend tells it.
fn told(version: &str, also: &Value) -> Value {
    let mut record = json!({ "id": id(1).to_string(), "version": version, "subject": "Nobody told us",
        "description": "It came unannounced.", "stage": "received", "level": 0,
        "said_at": "2026-11-22T09:12:31.123Z", "received_at": "2026-11-22T09:12:31.123Z",
        "updated_at": "2026-11-22T09:12:31.123Z" });
    for (name, value) in also.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

fn moves(stage: ComplaintStage, version: Option<&str>) -> Intent {
    let edit = RecordEdit::of(&complaint(), |complaint| complaint.move_to(stage));
    Intent::Edit {
        target: complaint().to_record().key(),
        base_version: version.map(str::to_owned),
        edit: edit.because("It is enough"),
    }
}

fn shown(bench: &Bench) -> Complaint {
    let key = RecordKey {
        kind: Kind::Complaint,
        id: id(1),
    };
    match bench.load(key) {
        Some(Entity::Record(record)) => Complaint::of(&record).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_wait_until_their_complaint_has_arrived() {
    let mut bench = bench();
    bench.submit(1, files());
    bench.submit(2, notes(2));
    let (first, call) = bench.call();
    assert!(call.url.ends_with("api/v1/complaints"), "{}", call.url);
    bench.no_call();
    bench.answer(first, ok(201, &told("1", &json!({}))));
    bench.pass_until_called(10_000);
    let (_, call) = bench.call();
    assert!(call.url.ends_with("api/v1/complaint-notes"), "{}", call.url);
    let Body::Text(body) = call.body else {
        panic!("JSON")
    };
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["complaint_id"], id(1).to_string());
}

#[test]
fn what_is_refused_keeps_what_belongs_to_it() {
    let mut bench = bench();
    bench.submit(1, files());
    bench.submit(2, notes(2));
    let (first, _) = bench.call();
    bench.answer(first, problem(422, "invalid", &[]));
    bench.pass(600_000);
    bench.no_call();
    let rows = bench.rows();
    assert_eq!(actions::goes_with(&rows, &rows[0]).len(), 2);
}

#[test]
fn a_move_names_its_version_and_goes_out_with_its_reason() {
    let mut bench = bench();
    bench.submit(1, moves(ComplaintStage::Escalated, Some("3")));
    let (id, call) = bench.call();
    assert_eq!(call.method, Method::Patch);
    assert!(call.headers.contains(&("If-Match".into(), "\"3\"".into())));
    let Body::Text(body) = &call.body else {
        panic!("JSON")
    };
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        json!({ "stage": "escalated", "level": 1, "note": "It is enough" })
    );
    bench.answer(
        id,
        ok(
            200,
            &told("4", &json!({ "stage": "escalated", "level": 1 })),
        ),
    );
    assert!(bench.rows().is_empty());
    assert_eq!(shown(&bench).stage, ComplaintStage::Escalated);
}

#[test]
fn what_somebody_else_changed_beside_it_stays() {
    let mut bench = bench();
    bench.submit(1, moves(ComplaintStage::Withdrawn, Some("3")));
    let (id, _) = bench.call();
    let current = told("5", &json!({ "severity": "high" }));
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    let (id, call) = bench.call();
    assert!(call.headers.contains(&("If-Match".into(), "\"5\"".into())));
    let now = json!({ "severity": "high", "stage": "withdrawn" });
    bench.answer(id, ok(200, &told("6", &now)));
    assert_eq!(shown(&bench).severity.unwrap().as_str(), "high");
}

#[test]
fn two_moves_of_the_same_stage_become_a_question() {
    let mut bench = bench();
    bench.submit(1, moves(ComplaintStage::Withdrawn, Some("3")));
    let (id, _) = bench.call();
    let current = told("5", &json!({ "stage": "acknowledged" }));
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    let State::Parked {
        why: Parked::Conflict { fields, .. },
    } = bench.row().item.state
    else {
        panic!("{:?}", bench.row().item.state);
    };
    let field = &fields[0];
    assert_eq!(
        (&field.base, &field.mine, &field.theirs),
        (
            &json!("received"),
            &json!("withdrawn"),
            &json!("acknowledged")
        )
    );
    let rows = bench.rows();
    bench.tab(actions::keep_mine(&rows, &rows[0], op(2), Timestamp(9)).unwrap());
    let (_, call) = bench.call();
    assert!(call.headers.contains(&("If-Match".into(), "\"5\"".into())));
}

#[test]
fn the_reason_of_a_move_that_somebody_else_made_is_said_as_a_note() {
    let mut bench = bench();
    bench.submit(1, moves(ComplaintStage::Withdrawn, Some("3")));
    let (id, _) = bench.call();
    let current = told("5", &json!({ "stage": "withdrawn" }));
    bench.answer(id, problem(412, "stale", &[("current", current)]));
    bench.pass_until_called(10_000);
    let (_, call) = bench.call();
    assert!(call.url.ends_with("complaint-notes"), "{}", call.url);
    assert!(matches!(&call.body, Body::Text(text) if text.contains("It is enough")));
}

#[test]
fn a_local_move_shows_at_once_with_what_follows_from_it() {
    let mut bench = bench();
    bench.submit(1, files());
    bench.submit(2, moves(ComplaintStage::Withdrawn, None));
    let shown = shown(&bench);
    assert_eq!(shown.stage, ComplaintStage::Withdrawn);
    assert_eq!(shown.due_at, None, "nothing is due any more");
    assert_eq!(shown.stamp.version, None);
    assert!(!Fields::is_empty(&shown.to_record().fields));
}
