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

/// Changes of the reference profile, each with the place of the error and words of its message and
/// remedy.
const FAULTS: &str = include_str!("profiles/faults.json");

#[test]
fn each_fault_is_found_at_its_place_with_a_remedy() {
    let faults: Vec<Value> = serde_json::from_str(FAULTS).expect("JSON");
    assert!(faults.len() > 50);
    for fault in faults {
        let text = |key: &str| fault[key].as_str().expect(key);
        let (at, path) = (text("change"), text("path"));
        let (message, remedy) = (text("message"), text("remedy"));
        let value = &fault["to"];
        let profile = changed(at, value);
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
fn a_byte_order_mark_does_not_matter() {
    assert!(Connector::parse(&format!("\u{feff}{REFERENCE}")).is_ok());
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
        // Each place gets one of the odd values, the next place the next one.
        for value in odd.iter().cycle().skip(number).take(1) {
            *changed.pointer_mut(place).expect(place) = value.clone();
            let _ = Connector::parse(&changed.to_string());
        }
    }
}
