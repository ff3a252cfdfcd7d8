//! `docs/connectors.md` teaches exactly what exists: its examples are sound, and it names every key.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use rapport_connector::Connector;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/connectors.md");
const SCHEMA: &str = include_str!("../../../profiles/profile.schema.json");

fn examples() -> Vec<Value> {
    let blocks = PAGE.split("```json\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("an end"))
        .map(|text| serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}")))
        .collect()
}

/// The whole profile of the page.
fn whole() -> Value {
    let mut whole = examples()
        .into_iter()
        .filter(|example| example.get("profile").is_some());
    let first = whole.next().expect("a whole profile");
    assert!(whole.next().is_none());
    first
}

#[test]
fn the_whole_profile_is_sound() {
    if let Err(errors) = Connector::parse(&whole().to_string()) {
        panic!("{errors:#?}");
    }
}

/// Each part, put where it belongs into the whole, is sound.
#[test]
fn the_parts_are_sound() {
    let mut count = 0;
    for part in examples()
        .into_iter()
        .filter(|example| example.get("profile").is_none())
    {
        let mut profile = whole();
        let place = if part.get("subject").is_some() {
            "/resources/ticket/read"
        } else if part.get("create").is_some() {
            "/resources/ticket"
        } else {
            ""
        };
        let target = profile
            .pointer_mut(place)
            .and_then(Value::as_object_mut)
            .expect(place);
        for (key, value) in part.as_object().expect("an object") {
            target.insert(key.clone(), value.clone());
        }
        if part.get("create").is_some() {
            let read = &mut profile["resources"]["ticket"]["read"];
            read["answers"] = json!({"at": "/a", "each": {"field": "/k", "value": "/v"}});
        }
        if let Err(errors) = Connector::parse(&profile.to_string()) {
            panic!("{errors:#?}");
        }
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn every_key_codec_and_class_is_named() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut words = BTreeSet::new();
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        // The fields of records are in the schema only.
        if name.ends_with("_fields") {
            continue;
        }
        if definition["additionalProperties"] == json!(false) && name != "resources" {
            let keys = definition["properties"].as_object().expect("properties");
            words.extend(keys.keys().cloned());
        }
    }
    let lists = [
        &schema["$defs"]["codec"]["anyOf"][0]["oneOf"],
        &schema["$defs"]["error_rule"]["properties"]["class"]["oneOf"],
    ];
    for one in lists
        .into_iter()
        .flat_map(|list| list.as_array().expect("a list"))
    {
        words.insert(one["const"].as_str().expect("a word").to_owned());
    }
    let named = |word: &&String| {
        [
            format!("`{word}`"),
            format!("\"{word}\""),
            format!("`{word}="),
        ]
        .iter()
        .any(|w| PAGE.contains(w))
    };
    let missing: Vec<&String> = words.iter().filter(|word| !named(word)).collect();
    assert!(words.len() > 60 && missing.is_empty(), "{missing:?}");
}
