//! JSON Pointers (RFC 6901): reading one place of a document, and writing one.

use serde_json::{Map, Value};

/// A parsed pointer. The empty pointer is the whole document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// Longest chain of steps that a pointer may have.
const MAX_STEPS: usize = 32;

impl Pointer {
    /// Parses a pointer as it stands in a profile.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err(format!("“{text}” does not begin with “/”"));
        };
        let tokens = rest.split('/').map(unescape).collect::<Option<Vec<_>>>();
        match tokens {
            None => Err(format!("in “{text}” a “~” is followed by neither 0 nor 1")),
            Some(tokens) if tokens.len() > MAX_STEPS => {
                Err(format!("has more than {MAX_STEPS} steps"))
            }
            Some(tokens) => Ok(Self { tokens }),
        }
    }

    /// The value at this place, if there is one.
    #[must_use]
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        let mut here = document;
        for token in &self.tokens {
            here = match here {
                Value::Object(map) => map.get(token)?,
                Value::Array(list) => list.get(array_index(token)?)?,
                _ => return None,
            };
        }
        Some(here)
    }

    /// Writes `value` at this place, making the objects on the way. Something else than an object on
    /// the way is replaced; a checked profile never has two rules that would do so.
    pub fn put(&self, document: &mut Value, value: Value) {
        let mut here = document;
        for token in &self.tokens {
            if !here.is_object() {
                *here = Value::Object(Map::new());
            }
            let Value::Object(map) = here else { return };
            here = map.entry(token.clone()).or_insert(Value::Null);
        }
        *here = value;
    }

    /// Whether one of the two places lies within the other, or they are the same.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.tokens.iter().zip(&other.tokens).all(|(a, b)| a == b)
    }
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tokens
            .iter()
            .try_for_each(|token| write!(f, "/{}", escape(token)))
    }
}

/// A token as it is written within a pointer.
#[must_use]
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn unescape(token: &str) -> Option<String> {
    let mut plain = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '~' => match chars.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

/// RFC 6901 allows no leading zero and no sign.
fn array_index(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with('0');
    let digits = !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    (plain && digits).then(|| token.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// The document and the answers of RFC 6901, section 5.
    #[test]
    fn the_examples_of_the_rfc() {
        let document = json!({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4,
            "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8});
        for (pointer, expected) in [
            ("", document.clone()),
            ("/foo", json!(["bar", "baz"])),
            ("/foo/0", json!("bar")),
            ("/", json!(0)),
            ("/a~1b", json!(1)),
            ("/c%d", json!(2)),
            ("/e^f", json!(3)),
            ("/g|h", json!(4)),
            ("/i\\j", json!(5)),
            ("/k\"l", json!(6)),
            ("/ ", json!(7)),
            ("/m~0n", json!(8)),
        ] {
            let found = Pointer::parse(pointer).unwrap();
            assert_eq!(found.find(&document), Some(&expected), "{pointer}");
            assert_eq!(found.to_string(), pointer);
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let document = json!({"foo": ["bar"]});
        for pointer in [
            "/foo/00", "/foo/-", "/foo/+0", "/foo/1", "/foo/bar", "/bar", "/foo/0/x",
        ] {
            assert_eq!(
                Pointer::parse(pointer).unwrap().find(&document),
                None,
                "{pointer}"
            );
        }
        for faulty in ["foo", "$.foo", "/a~2b", "/a~"] {
            assert!(Pointer::parse(faulty).is_err(), "{faulty}");
        }
    }

    proptest! {
        #[test]
        fn what_was_put_is_found(tokens in proptest::collection::vec(".{0,6}", 0..6), value: i64) {
            let text: String = tokens.iter().map(|t| format!("/{}", escape(t))).collect();
            let pointer = Pointer::parse(&text).unwrap();
            let mut document = Value::Null;
            pointer.put(&mut document, json!(value));
            prop_assert_eq!(pointer.find(&document), Some(&json!(value)));
            prop_assert_eq!(document.pointer(&text), Some(&json!(value)));
        }
    }
}
