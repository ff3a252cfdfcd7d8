//! Walking a profile's JSON while collecting everything that is wrong with it.

use super::error::ProfileError;
use super::keys::Keys;
use crate::codec::wrong;
use crate::pointer::{Pointer, escape};
use serde_json::{Map, Value};

/// A value of the profile, and where it is.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The value.
    pub value: &'a Value,
    /// Its place: a JSON Pointer.
    pub path: String,
}

impl<'a> Node<'a> {
    /// The member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value.get(key)?;
        Some(self.child(key, value))
    }

    /// The members of an object.
    pub fn members(&self) -> impl Iterator<Item = (&'a String, Node<'a>)> {
        let map = self.value.as_object();
        map.into_iter()
            .flatten()
            .map(|(key, value)| (key, self.child(key, value)))
    }

    /// The elements of a list; a value that is no list is a list of itself.
    #[must_use]
    pub fn elements(&self) -> Vec<Node<'a>> {
        match self.value {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(index, value)| self.child(&index.to_string(), value))
                .collect(),
            _ => vec![self.clone()],
        }
    }

    fn child(&self, key: &str, value: &'a Value) -> Node<'a> {
        Node {
            value,
            path: format!("{}/{}", self.path, escape(key)),
        }
    }
}

/// Collects errors. Its methods return `None` where they have recorded one.
#[derive(Debug, Default)]
pub struct Checker {
    /// What was found so far.
    pub errors: Vec<ProfileError>,
}

impl Checker {
    /// Records an error at `node`.
    pub fn error(&mut self, node: &Node<'_>, message: &str, remedy: &str) {
        self.error_at(&node.path, message, remedy);
    }

    /// Records an error at a place.
    pub fn error_at(&mut self, path: &str, message: &str, remedy: &str) {
        self.errors.push(ProfileError {
            path: path.to_owned(),
            line: None,
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    /// Demands an object with these keys and no others.
    pub fn object<'a>(&mut self, node: &Node<'a>, keys: &Keys) -> Option<&'a Map<String, Value>> {
        let Some(map) = node.value.as_object() else {
            let example = keys.all().take(3).collect::<Vec<_>>().join(", ");
            self.error(
                node,
                &wrong("an object", node.value),
                &format!("write {{ … }} with keys such as {example}"),
            );
            return None;
        };
        for (key, member) in node.members() {
            if !keys.all().any(|known| known == key) {
                let known: Vec<&str> = keys.all().collect();
                self.error(
                    &member,
                    &format!("unknown key “{key}”"),
                    &choose(key, &known),
                );
            }
        }
        let missing: Vec<&&str> = keys
            .required
            .iter()
            .filter(|key| !map.contains_key(**key))
            .collect();
        for key in &missing {
            self.error(
                node,
                &format!("the key “{key}” is missing"),
                &format!("add \"{key}\" here; the schema says what it takes"),
            );
        }
        missing.is_empty().then_some(map)
    }

    /// Demands a text.
    pub fn text<'a>(&mut self, node: &Node<'a>) -> Option<&'a str> {
        let text = node.value.as_str();
        if text.is_none() {
            self.error(node, &wrong("a text", node.value), "write a text in quotes");
        }
        text
    }

    /// Demands yes or no.
    pub fn flag(&mut self, node: &Node<'_>) -> Option<bool> {
        let flag = node.value.as_bool();
        if flag.is_none() {
            let message = wrong("true or false", node.value);
            self.error(node, &message, "write true or false without quotes");
        }
        flag
    }

    /// Demands a whole number that is not negative.
    pub fn count(&mut self, node: &Node<'_>) -> Option<u64> {
        let number = node.value.as_u64();
        if number.is_none() {
            self.error(
                node,
                &wrong("a whole number", node.value),
                "write digits without quotes, sign and fraction",
            );
        }
        number
    }

    /// Demands one of some words and gives its place among them.
    pub fn choice(&mut self, node: &Node<'_>, words: &[&str]) -> Option<usize> {
        let text = self.text(node)?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            self.error(
                node,
                &format!("“{text}” is not known here"),
                &choose(text, words),
            );
        }
        found
    }

    /// Demands a JSON Pointer.
    pub fn pointer(&mut self, node: &Node<'_>) -> Option<Pointer> {
        let text = self.text(node)?;
        match Pointer::parse(text) {
            Ok(pointer) => Some(pointer),
            Err(message) => {
                let remedy = if text.starts_with('$') {
                    "write a JSON Pointer such as /data/id; JSON paths are not supported here"
                } else {
                    "write a JSON Pointer such as /data/id, or \"\" for the whole"
                };
                self.error(node, &message, remedy);
                None
            }
        }
    }

    /// The pointer of a member, if it is there.
    pub fn optional_pointer(&mut self, node: &Node<'_>, key: &str) -> Option<Pointer> {
        let member = node.get(key)?;
        self.pointer(&member)
    }
}

/// A remedy that names what is meant, or else everything that is possible.
#[must_use]
pub fn choose(given: &str, words: &[&str]) -> String {
    let near = words
        .iter()
        .map(|word| (distance(given, word), word))
        .min()
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4);
    match near {
        Some((_, word)) => format!("did you mean “{word}”?"),
        None => format!("use one of: {}", words.join(", ")),
    }
}

/// How many letters must be changed, added or removed (Levenshtein). Long texts are not compared.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(40).collect();
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let best = (at(&row, j) + usize::from(x != y))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            next.push(best);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
