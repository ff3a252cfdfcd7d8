//! The JSON Schema says what the checker accepts: every key and field is in it with a description,
//! and nothing else is.

use crate::profile::keys;
use crate::target::{self, Sendable};
use rapport_domain::Kind;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!("../../../profiles/profile.schema.json");
const REFERENCE: &str = include_str!("../../../profiles/rapport.json");

const RECORDS: &str = include_str!("../../../profiles/records.schema.json");

/// The schema with the generated definitions beside its own.
fn schema() -> Value {
    let own = |text: &str| serde_json::from_str::<Value>(text).expect("the schema is JSON");
    let mut schema = own(SCHEMA);
    let records = own(RECORDS);
    let definitions = schema["$defs"].as_object_mut().expect("definitions");
    for (name, definition) in records["$defs"].as_object().expect("definitions") {
        assert!(!definitions.contains_key(name), "{name} is there twice");
        definitions.insert(name.clone(), definition.clone());
    }
    // Both files are one document now.
    let text = schema.to_string();
    let text = text
        .replace("profile.schema.json#", "#")
        .replace("records.schema.json#", "#");
    own(&text)
}

fn definition<'a>(schema: &'a Value, name: &str) -> &'a Value {
    &schema["$defs"][name]
}

fn names(values: impl Iterator<Item = &'static str>) -> BTreeSet<String> {
    values.map(str::to_owned).collect()
}

fn keys_of(object: &Value) -> BTreeSet<String> {
    object
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.clone())
        .collect()
}

#[test]
fn the_schema_has_the_keys_of_the_checker_and_no_others() {
    let schema = schema();
    for keys in keys::ALL {
        let found = definition(&schema, keys.name);
        assert_eq!(
            keys_of(&found["properties"]),
            names(keys.all()),
            "{}",
            keys.name
        );
        assert_eq!(found["additionalProperties"], json!(false), "{}", keys.name);
        let required = found["required"].as_array().into_iter().flatten();
        let required: BTreeSet<String> = required
            .filter_map(|k| k.as_str().map(str::to_owned))
            .collect();
        assert_eq!(
            required,
            names(keys.required.iter().copied()),
            "{}",
            keys.name
        );
    }
}

#[test]
fn the_schema_has_the_fields_of_every_record() {
    let schema = schema();
    for (name, table) in target::tables() {
        let found = definition(&schema, &name);
        let fields = names(table.iter().map(|target| target.name));
        assert_eq!(keys_of(&found["properties"]), fields, "{name}");
        let required = found["required"].as_array().into_iter().flatten();
        let required: BTreeSet<String> = required
            .filter_map(|k| k.as_str().map(str::to_owned))
            .collect();
        let needed = names(
            table
                .iter()
                .filter(|target| target.needed)
                .map(|target| target.name),
        );
        assert_eq!(required, needed, "{name}");
    }
}

#[test]
fn the_schema_has_the_fields_that_can_be_sent() {
    let schema = schema();
    let check = |name: &str, table: Sendable| {
        let list = definition(&schema, name)["oneOf"].as_array().expect(name);
        let found: BTreeSet<String> = list
            .iter()
            .filter_map(|one| one["const"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(
            found,
            names(table.iter().map(|target| target.name)),
            "{name}"
        );
    };
    check("sign_in_field", Sendable::all(target::SIGN_IN));
    for kind in Kind::ALL {
        if let Some(table) = target::created(kind) {
            check(&format!("create_{}_field", kind.as_str()), table);
        }
        if let Some(table) = target::updated(kind) {
            check(&format!("update_{}_field", kind.as_str()), table);
        }
    }
}

/// An editor shows the description of what stands under the cursor.
#[test]
fn everything_in_the_schema_is_described() {
    let schema = schema();
    let described = |value: &Value| {
        let reference = value["$ref"]
            .as_str()
            .and_then(|r| r.strip_prefix("#/$defs/"));
        let own = |value: &Value| {
            value["description"]
                .as_str()
                .is_some_and(|text| text.len() > 5)
        };
        own(value) || reference.is_some_and(|name| own(definition(&schema, name)))
    };
    for (name, found) in schema["$defs"].as_object().expect("definitions") {
        assert!(described(found), "{name}");
        for (key, property) in found["properties"].as_object().into_iter().flatten() {
            assert!(described(property), "{name}/{key}");
        }
        for one in found["oneOf"].as_array().into_iter().flatten() {
            assert!(described(one), "{name}: {one}");
        }
    }
}

#[test]
fn the_profiles_of_this_repository_are_valid() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    for text in [REFERENCE, include_str!("../tests/profiles/ledger.json")] {
        let profile: Value = serde_json::from_str(text).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&profile)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// Adds an unknown key to every object of the profile, one at a time: checker and schema must both
/// refuse it, or both allow it (names of codecs, headers, variables and words are free).
#[test]
fn schema_and_checker_agree_about_unknown_keys() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let profile: Value = serde_json::from_str(REFERENCE).expect("JSON");
    let mut objects = Vec::new();
    collect(&profile, String::new(), &mut objects);
    assert!(objects.len() > 40);
    for path in objects {
        let mut faulty = profile.clone();
        let object = faulty
            .pointer_mut(&path)
            .and_then(Value::as_object_mut)
            .expect("object");
        object.insert("unheard_of".to_owned(), json!("text"));
        let by_checker = crate::Connector::parse(&faulty.to_string()).is_err();
        let by_schema = !validator.is_valid(&faulty);
        // That a word of the table leads to a kind, and a variable to a field, is known to both.
        assert_eq!(by_checker, by_schema, "{path}");
    }
}

fn collect(value: &Value, path: String, objects: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, member) in map {
                collect(
                    member,
                    format!("{path}/{}", crate::pointer::escape(key)),
                    objects,
                );
            }
            objects.push(path);
        }
        Value::Array(list) => {
            for (index, element) in list.iter().enumerate() {
                collect(element, format!("{path}/{index}"), objects);
            }
        }
        _ => {}
    }
}
