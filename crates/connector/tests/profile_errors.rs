//! Faulty profiles: every fault is found in one go, at its place, with a remedy.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use rapport_connector::{Connector, ProfileError};
use serde_json::{Value, json};

const REFERENCE: &str = include_str!("../../../profiles/rapport.json");

/// The reference profile with the value at `path` replaced, or removed where `value` is null.
fn changed(path: &str, value: &Value) -> String {
    let mut profile: Value = serde_json::from_str(REFERENCE).expect("JSON");
    let (parent, key) = path.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/");
    match profile.pointer_mut(parent).expect(parent) {
        Value::Object(map) if value.is_null() => drop(map.remove(&key)),
        Value::Object(map) => drop(map.insert(key, value.clone())),
        _ => panic!("{parent} is no object"),
    }
    serde_json::to_string_pretty(&profile).expect("JSON")
}

fn errors(profile: &str) -> Vec<ProfileError> {
    Connector::parse(profile).expect_err("faulty")
}

/// A change, where the error is said to be, and words of its message and remedy.
type Case = (
    &'static str,
    Value,
    &'static str,
    &'static str,
    &'static str,
);

fn cases() -> Vec<Case> {
    vec![
        (
            "/name",
            Value::Null,
            "",
            "“name” is missing",
            "add \"name\"",
        ),
        ("/profile", json!(2), "/profile", "version", "write 1"),
        (
            "/nmae",
            json!("x"),
            "/nmae",
            "unknown key “nmae”",
            "did you mean “name”",
        ),
        (
            "/auth/kind",
            json!("oauth"),
            "/auth/kind",
            "“oauth” is not known",
            "cookie, bearer",
        ),
        (
            "/auth/kind",
            json!("bearer"),
            "/auth/sign_in",
            "must hold a token",
            "add “token”",
        ),
        (
            "/auth/persist",
            json!("device"),
            "/auth/persist",
            "for bearer",
            "leave it out",
        ),
        (
            "/auth/sign_in/user",
            json!("user"),
            "/auth/sign_in/user",
            "does not begin with “/”",
            "JSON Pointer",
        ),
        (
            "/auth/sign_in/json/~1login",
            json!("name"),
            "/auth/sign_in/json/~1login",
            "no field “name”",
            "login, password",
        ),
        (
            "/auth/sign_in/json/~1login",
            json!({"field": "login", "codec": "date"}),
            "/auth/sign_in",
            "not sent as a text",
            "codec",
        ),
        (
            "/connection",
            json!({"base": "https://x.example/api"}),
            "/connection/base",
            "not a base",
            "“/” at the end",
        ),
        (
            "/connection",
            json!({"origins": ["https://x.example/"]}),
            "/connection/origins/0",
            "not an origin",
            "scheme, host and port",
        ),
        (
            "/connection",
            json!({"headers": {"Authorization": "Bearer x"}}),
            "/connection/headers/Authorization",
            "cannot be set",
            "“auth”",
        ),
        (
            "/resources/ticket/read/subject",
            json!("$.subject"),
            "/resources/ticket/read/subject",
            "does not begin",
            "JSON paths are not supported",
        ),
        (
            "/resources/ticket/read/subjct",
            json!("/x"),
            "/resources/ticket/read/subjct",
            "no field “subjct”",
            "did you mean “subject”",
        ),
        (
            "/resources/ticket/read/id",
            Value::Null,
            "/resources/ticket/read",
            "“id” has no rule",
            "add \"id\"",
        ),
        (
            "/resources/ticket/read/answers",
            json!("/answers"),
            "/resources/ticket/read/answers",
            "elements of this list are objects",
            "each",
        ),
        (
            "/resources/ticket/read/subject",
            json!({"at": "/s", "codec": "rfc3339"}),
            "/resources/ticket/read/subject/codec",
            "does not fit",
            "text",
        ),
        (
            "/resources/ticket/read/subject",
            json!({"at": "/s", "codec": "txt"}),
            "/resources/ticket/read/subject/codec",
            "no codec “txt”",
            "did you mean “text”",
        ),
        (
            "/resources/ticket/read/subject",
            json!({"at": "/s", "constant": "x"}),
            "/resources/ticket/read/subject",
            "either “at” or “constant”",
            "say where",
        ),
        (
            "/resources/ticket/read/updated_at",
            json!({"at": "/t", "default": "today"}),
            "/resources/ticket/read/updated_at/default",
            "RFC 3339",
            "as the backend would",
        ),
        (
            "/resources/ticket/read/state",
            json!({"at": "/s", "codec": {"enum": {"table": {"open": "opened"}}}}),
            "/resources/ticket/read/state/codec",
            "“opened”, which is no word",
            "use one of",
        ),
        (
            "/resources/ticket/read/state",
            json!({"at": "/s", "codec": {"enum": {"table": {"a": "closed", "b": "closed"}}}}),
            "/resources/ticket/read/state/codec/enum",
            "several words: a, b",
            "\"write\"",
        ),
        (
            "/resources/ticket/read/state",
            json!({"at": "/s", "codec": {"enum": {"type": "integer", "table": {"a": "closed"}}}}),
            "/resources/ticket/read/state/codec/enum",
            "“a” is not a whole number",
            "digits",
        ),
        (
            "/resources/ticket/read/said_at",
            json!({"at": "/s", "codec": {"local_time": {"zone": "Europe/Berlin"}}}),
            "/resources/ticket/read/said_at/codec/local_time/zone",
            "zone is not known",
            "+01:00",
        ),
        (
            "/resources/customer/create",
            json!({"url": "x"}),
            "/resources/customer/create",
            "not done for this kind",
            "leave it out",
        ),
        (
            "/resources/user/download",
            json!("x"),
            "/resources/user/download",
            "for attachments",
            "leave it out",
        ),
        (
            "/resources/tickets",
            json!({"read": {"id": "/id"}}),
            "/resources/tickets",
            "no kind of record “tickets”",
            "did you mean “ticket”",
        ),
        (
            "/resources/user",
            Value::Null,
            "/resources",
            "“user” is missing",
            "how a user is read",
        ),
        (
            "/resources/ticket/update/url",
            json!("api/v1/tickets/{tickt}"),
            "/resources/ticket/update/url",
            "no variable “tickt”",
            "did you mean “ticket”",
        ),
        (
            "/resources/ticket/update/url",
            json!("api/v1/tickets/{ticket"),
            "/resources/ticket/update/url",
            "“{” without a “}”",
            "RFC 6570",
        ),
        (
            "/resources/ticket/update/url",
            json!("https://evil.example/{ticket}"),
            "/resources/ticket/update/url",
            "https://evil.example is not an allowed origin",
            "“origins”",
        ),
        (
            "/resources/ticket/update/url",
            json!("//evil.example/{ticket}"),
            "/resources/ticket/update/url",
            "another host",
            "relative to the base",
        ),
        (
            "/resources/ticket/update/url",
            json!("{ticket}/x"),
            "/resources/ticket/update/url",
            "begins with fixed text",
            "before the first",
        ),
        (
            "/resources/ticket/update/url",
            json!("../{ticket}"),
            "/resources/ticket/update/url",
            "“..”",
            "relative",
        ),
        (
            "/resources/ticket/update/headers/If-Match",
            json!("{etag}"),
            "/resources/ticket/update/headers/If-Match",
            "no variable “etag”",
            "version",
        ),
        (
            "/resources/ticket/update/headers/If Match",
            json!("x"),
            "/resources/ticket/update/headers/If Match",
            "not a header's name",
            "Accept",
        ),
        (
            "/resources/ticket/update/json/~1state~1word",
            json!("note"),
            "/resources/ticket/update/json/~1state~1word",
            "same place",
            "once",
        ),
        (
            "/resources/ticket/update/method",
            json!("GET"),
            "/resources/ticket/update",
            "a GET has no body",
            "another method",
        ),
        (
            "/resources/ticket/update/success",
            json!(["2x"]),
            "/resources/ticket/update/success/0",
            "expected a status",
            "4xx",
        ),
        (
            "/resources/ticket/create/file",
            json!("raw"),
            "/resources/ticket/create/file",
            "one body",
            "leave out",
        ),
        (
            "/resources/ticket/create/look_up/items",
            json!("/data"),
            "/resources/ticket/create/look_up",
            "belong together",
            "where the list is",
        ),
        (
            "/resources/ticket/create/result/version",
            json!({"at": "/v", "header": "ETag"}),
            "/resources/ticket/create/result/version",
            "either in the body or in a header",
            "write “at” or “header”",
        ),
        (
            "/pull/kind",
            json!("list"),
            "/pull/kind",
            "“list” is not known",
            "feed",
        ),
        (
            "/pull/url",
            json!("api/v1/changes/{since}"),
            "/pull",
            "not known at the first pull",
            "{?since}",
        ),
        (
            "/pull/id",
            Value::Null,
            "/pull",
            "by its id only",
            "add “id”",
        ),
        (
            "/pull/types/ticket",
            json!("tickt"),
            "/pull/types/ticket",
            "“tickt” is not known",
            "did you mean “ticket”",
        ),
        (
            "/resources/announcement",
            Value::Null,
            "/pull/types/announcement",
            "no entry in “resources”",
            "leave out this type",
        ),
        (
            "/dedupe",
            json!({"kind": "none", "header": "X"}),
            "/dedupe/header",
            "for keys",
            "leave it out",
        ),
        (
            "/errors/rules",
            json!([{"status": 409, "is": "x", "class": "stale"}]),
            "/errors/rules/0",
            "look at a place",
            "add \"at\"",
        ),
        (
            "/errors/rules",
            json!([{"status": 409, "class": "conflict"}]),
            "/errors/rules/0/class",
            "“conflict” is not known",
            "use one of: retry",
        ),
        (
            "/hints/kind",
            json!("websocket"),
            "/hints/kind",
            "not known",
            "server_sent_events",
        ),
        (
            "/limits",
            json!({"rows": "many"}),
            "/limits/rows",
            "whole number",
            "digits",
        ),
        (
            "/codecs",
            json!({"text": "id"}),
            "/codecs/text",
            "built-in",
            "another name",
        ),
        (
            "/codecs",
            json!({"x": {"enum": {"table": {}}, "person": {"id": ""}}}),
            "/codecs/x",
            "exactly one",
            "enum",
        ),
        (
            "/default_codecs",
            json!({"time": "number"}),
            "/default_codecs/time",
            "does not fit",
            "rfc3339",
        ),
        ("/ids", json!("guid"), "/ids", "“guid”", "uuid"),
    ]
}

#[test]
fn each_fault_is_found_at_its_place_with_a_remedy() {
    for (at, value, path, message, remedy) in cases() {
        let profile = changed(at, &value);
        let errors = errors(&profile);
        let fits = |error: &&ProfileError| {
            error.path == path && error.message.contains(message) && error.remedy.contains(remedy)
        };
        let found = errors.iter().find(fits);
        assert!(found.is_some(), "{at} = {value}: {errors:#?}");
        // The line is that of the key in the text.
        let line = found.and_then(|error| error.line).expect("a line") as usize;
        let key = path
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .replace("~1", "/");
        let shown = profile.lines().nth(line - 1).unwrap_or_default();
        let in_list = key.parse::<usize>().is_ok();
        assert!(
            in_list || shown.contains(&key),
            "{path}: line {line} is {shown}"
        );
    }
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let mut profile: Value = serde_json::from_str(REFERENCE).expect("JSON");
    for (at, value, ..) in [
        ("/pull/kind", json!("list"), ()),
        ("/auth/kind", json!("oauth"), ()),
        ("/resources/ticket/read/subject", json!(1), ()),
        ("/hints/url", json!("//x"), ()),
    ] {
        *profile.pointer_mut(at).expect(at) = value;
    }
    let errors = errors(&serde_json::to_string_pretty(&profile).expect("JSON"));
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    for path in [
        "/pull/kind",
        "/auth/kind",
        "/resources/ticket/read/subject",
        "/hints/url",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    assert!(errors.is_sorted_by_key(|error| error.line));
    assert!(errors[0].to_string().starts_with("line "));
}

#[test]
fn what_is_not_json_is_told_with_its_line() {
    let [error] = &*errors("{\n \"profile\": 1,\n}") else {
        panic!("one error");
    };
    assert_eq!((error.line, error.path.as_str()), (Some(3), ""));
    assert!(error.message.contains("not JSON") && error.remedy.contains("comma"));
    for odd in ["", "[]", "null", "17", "\"profile\"", "{}"] {
        assert!(!errors(odd).is_empty(), "{odd}");
    }
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20));
    assert!(errors(&large)[0].message.contains("larger than"));
}

#[test]
fn a_key_given_twice_is_a_fault() {
    let twice = REFERENCE.replacen(
        "\"ids\": \"uuid\",",
        "\"ids\": \"uuid\",\n  \"ids\": \"text\",",
        1,
    );
    let errors = errors(&twice);
    let [error] = errors.as_slice() else {
        panic!("{errors:#?}");
    };
    assert_eq!(
        (error.path.as_str(), error.message.as_str()),
        ("/ids", "is given twice")
    );
}

/// Taking anything out of a profile, or putting something odd in, gives a profile or errors.
#[test]
fn no_change_of_a_profile_is_a_panic() {
    fn walk(value: &Value, path: &str, places: &mut Vec<String>) {
        let members: Vec<(String, &Value)> = match value {
            Value::Object(map) => map
                .iter()
                .map(|(k, v)| (k.replace('~', "~0").replace('/', "~1"), v))
                .collect(),
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(i, v)| (i.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (key, member) in members {
            let path = format!("{path}/{key}");
            walk(member, &path, places);
            places.push(path);
        }
    }
    let profile: Value = serde_json::from_str(REFERENCE).expect("JSON");
    let mut places = Vec::new();
    walk(&profile, "", &mut places);
    let odd = [
        json!(null),
        json!([]),
        json!({}),
        json!(-1),
        json!("{"),
        json!("/~"),
        json!("\u{0}"),
    ];
    for (number, place) in places.iter().enumerate() {
        let mut changed = profile.clone();
        // Every place gets two of the odd values: all seven would take a minute.
        for value in odd.iter().cycle().skip(number).take(2) {
            *changed.pointer_mut(place).expect(place) = value.clone();
            let _ = Connector::parse(&changed.to_string());
        }
    }
}
