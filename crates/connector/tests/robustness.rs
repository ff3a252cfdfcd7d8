//! Whatever a backend, proxy or file sends: records and problems, a refusal or errors; never a panic,
//! and never more records than rows.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use proptest::prelude::*;
use rapport_connector::{Connector, HttpReply, Remote};
use rapport_domain::{
    AttachmentId, Comment, CommentId, Intent, Kind, OperationId, PersonRef, Stamp, TicketId,
};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use uuid::Uuid;

static PROFILES: LazyLock<Vec<Connector>> = LazyLock::new(|| {
    [
        include_str!("../../../profiles/rapport.json"),
        include_str!("profiles/ledger.json"),
    ]
    .map(|text| Connector::parse(text).expect("sound"))
    .into()
});

static FIRST_PAGE: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../profiles/fixtures/rapport/pull-first.json");
    let exchange: Value = serde_json::from_str(text).expect("JSON");
    exchange["reply"]["body"].clone()
});

/// Any JSON, with keys and texts that mean something to the profiles.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("id"),
        Just("no"),
        Just("data"),
        Just("changes"),
        Just("record"),
        Just("type"),
        Just("ticket"),
        Just("ticket_id"),
        Just("attributes"),
        Just("deleted"),
        Just("cursor"),
        Just("user"),
        Just("fields"),
        Just("kind"),
        Just("options"),
        Just("answers"),
        Just("value"),
        Just("default"),
        Just("by_language"),
        Just("name"),
        Just("errors"),
        Just("current"),
        Just("2026-11-22T09:12:31.123Z"),
        Just("9999-99-99 99:99:99"),
        Just("-1"),
        Just(""),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let key = prop_oneof![4 => word.clone().prop_map(str::to_owned), 1 => ".{0,6}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..8)
                .prop_map(|map| Value::Object(Map::from_iter(map))),
        ]
    })
}

fn comment() -> Intent {
    Intent::AddComment {
        comment: Comment {
            id: CommentId(Uuid::from_u128(2)),
            stamp: Stamp::default(),
            ticket: TicketId(Uuid::from_u128(1)),
            author: PersonRef::default(),
            author_role: None,
            text: String::new(),
        },
    }
}

/// Shows a reply to everything that reads replies.
fn read_all(connector: &Connector, reply: &HttpReply) {
    let _ = connector.read_sign_in(reply);
    let _ = connector.read_who_am_i(reply);
    let _ = connector.read_pull(reply);
    let _ = connector.read_write(&comment(), reply);
    let _ = connector.read_look_up(&comment(), reply);
}

/// Changes one place of a document.
fn with_one_change(document: &Value, place: usize, value: Value) -> Value {
    fn count(value: &Value) -> usize {
        1 + match value {
            Value::Object(map) => map.values().map(count).sum::<usize>(),
            Value::Array(list) => list.iter().map(count).sum(),
            _ => 0,
        }
    }
    fn put(here: &mut Value, place: &mut usize, value: &Value) {
        if *place == 0 {
            *here = value.clone();
        }
        *place = place.wrapping_sub(1);
        match here {
            Value::Object(map) => map.values_mut().for_each(|v| put(v, place, value)),
            Value::Array(list) => list.iter_mut().for_each(|v| put(v, place, value)),
            _ => {}
        }
    }
    let mut changed = document.clone();
    let mut place = place % count(document);
    put(&mut changed, &mut place, &value);
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_read(json in any_json(), status in prop_oneof![Just(200_u16), 100..600_u16]) {
        let reply = HttpReply {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: json.to_string().into_bytes(),
        };
        for connector in PROFILES.iter() {
            read_all(connector, &reply);
            for kind in Kind::ALL {
                let (record, problems) = connector.read_record(kind, &json);
                prop_assert!(record.is_some() || !problems.is_empty());
                prop_assert!(record.is_none_or(|record| record.kind() == kind));
            }
        }
    }

    #[test]
    fn any_bytes_and_headers_are_read(
        body in proptest::collection::vec(any::<u8>(), 0..200),
        status: u16,
        headers in proptest::collection::vec(
            (prop_oneof![Just("content-type"), Just("retry-after"), Just("date"), Just("etag")],
             prop_oneof![".{0,30}", Just("application/json".to_owned()), Just("application/problem+json".to_owned())]),
            0..4),
    ) {
        let headers = headers.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        let reply = HttpReply { status, headers, body };
        PROFILES.iter().for_each(|connector| read_all(connector, &reply));
    }

    /// One wrong value in a real page: every other row is still read.
    #[test]
    fn one_wrong_value_hides_at_most_its_row(place: usize, value in any_json()) {
        let connector = &PROFILES[0];
        let page = with_one_change(&FIRST_PAGE, place, value);
        let reply = HttpReply {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: page.to_string().into_bytes(),
        };
        let rows = FIRST_PAGE["changes"].as_array().map_or(0, Vec::len);
        if let Ok(pulled) = connector.read_pull(&reply) {
            let list_itself = page["changes"].as_array().is_none_or(|list| list.len() != rows);
            prop_assert!(list_itself || pulled.records.len() + pulled.gone.len() >= rows - 1);
        }
    }

    #[test]
    fn a_cut_page_is_no_answer(length: usize) {
        let whole = FIRST_PAGE.to_string().into_bytes();
        let cut = whole.get(..length % whole.len()).expect("shorter").to_vec();
        let reply = HttpReply {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: cut,
        };
        prop_assert!(PROFILES[0].read_pull(&reply).is_err());
    }

    #[test]
    fn any_text_is_no_profile(text in any_json()) {
        prop_assert!(Connector::parse(&text.to_string()).is_err());
    }

    /// What a user writes and a backend calls its records cannot lead a request elsewhere.
    #[test]
    fn no_value_leads_a_request_elsewhere(id: String, version: String, name: String) {
        let attachment = rapport_domain::Attachment {
            id: AttachmentId(Uuid::from_u128(3)),
            stamp: Stamp { remote_id: Some(id.clone()), ..Stamp::default() },
            ticket: TicketId(Uuid::from_u128(1)),
            comment: None,
            name,
            media_type: version.clone(),
            size: 1,
            sha256: None,
            by: PersonRef::default(),
        };
        let remote = Remote { subject_id: Some(id), subject_version: Some(version), ..Remote::default() };
        let add = Intent::AddAttachment { attachment: attachment.clone() };
        let op = OperationId(Uuid::from_u128(9));
        let calls = [PROFILES[0].write(op, &add, &remote).ok(), PROFILES[0].download(&attachment)];
        for call in calls.into_iter().flatten() {
            prop_assert!(call.url.starts_with("api/v1/"), "{}", call.url);
            let path = call.url.split('?').next().unwrap_or_default();
            prop_assert_eq!(path.split('/').count(), 5, "{}", call.url);
            prop_assert!(!path.split('/').any(|part| part == ".." || part == "."), "{}", call.url);
            for (_, value) in &call.headers {
                prop_assert!(!value.chars().any(char::is_control));
            }
        }
    }
}

#[test]
fn ten_thousand_faulty_rows_are_told_briefly() {
    let rows = vec![json!({"type": "ticket", "record": {}}); 9_999];
    let page = json!({"changes": rows, "cursor": "c", "more": false});
    let reply = HttpReply {
        status: 200,
        headers: vec![("content-type".into(), "application/json".into())],
        body: page.to_string().into_bytes(),
    };
    let pulled = PROFILES[0].read_pull(&reply).expect("a page");
    assert_eq!((pulled.records.len(), pulled.problems.len()), (0, 201));
}
