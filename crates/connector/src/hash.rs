//! A stable hash of what a profile means, whatever the order of its keys and its white space.

use serde_json::Value;
use std::fmt::Write;
use uuid::Uuid;

/// Keys of the document that only people and editors read.
const WITHOUT_MEANING: [&str; 2] = ["$schema", "description"];

/// The namespace of profile hashes.
const PROFILE: Uuid = Uuid::from_u128(0x2f1d_6b0c_0f2e_5c0b_8f3e_7261_7070_6f72);

/// The hash of a profile: a UUIDv5 (SHA-1) of its canonical text. It tells changes apart; it is no
/// protection against somebody who wants two profiles to look alike.
#[must_use]
pub fn hash(profile: &Value) -> String {
    let mut text = String::new();
    canonical(profile, &mut text, true);
    Uuid::new_v5(&PROFILE, text.as_bytes()).simple().to_string()
}

/// JSON with sorted keys and no white space, however serde_json is configured.
fn canonical(value: &Value, text: &mut String, top: bool) {
    match value {
        Value::Object(map) => {
            let mut members: Vec<(&String, &Value)> = Vec::with_capacity(map.len());
            for (key, member) in map {
                let place = members.partition_point(|(other, _)| *other < key);
                members.insert(place, (key, member));
            }
            text.push('{');
            for (key, member) in members {
                if top && WITHOUT_MEANING.contains(&key.as_str()) {
                    continue;
                }
                let _ = write!(text, "{}:", Value::String(key.clone()));
                canonical(member, text, false);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(list) => {
            text.push('[');
            for element in list {
                canonical(element, text, false);
                text.push(',');
            }
            text.push(']');
        }
        scalar => {
            let _ = write!(text, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn order_and_description_do_not_matter_and_everything_else_does() {
        let hash = |text: &str| super::hash(&serde_json::from_str(text).unwrap());
        let base = hash(r#"{"name":"x","auth":{"kind":"cookie","b":[1,2]}}"#);
        assert_eq!(
            base,
            hash(r#"{ "description":"d", "auth":{"b":[1,2],"kind":"cookie"}, "name":"x"}"#)
        );
        assert_ne!(
            base,
            hash(r#"{"name":"x","auth":{"kind":"cookie","b":[2,1]}}"#)
        );
        assert_ne!(
            base,
            hash(r#"{"name":"x","auth":{"kind":"bearer","b":[1,2]}}"#)
        );
        assert_eq!(base.len(), 32);
    }
}
