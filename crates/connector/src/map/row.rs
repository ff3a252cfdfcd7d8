//! One row of a backend, read field by field. What cannot be read is a problem; the rest stands.

use crate::codec::{Item, Shape, wrong};
use crate::outcome::Problem;
use crate::profile::{Form, ReadMap, ReadRule, ReadSource};
use rapport_domain::id::from_remote;
use rapport_domain::{Kind, PersonRef, Stamp, Text, Timestamp};
use serde_json::Value;
use uuid::Uuid;

/// Most problems that are told of one reply.
const MAX_PROBLEMS: usize = 200;

/// Problems of a reply, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Problems {
    /// The problems.
    pub list: Vec<Problem>,
}

impl Problems {
    /// Notes a problem; beyond a limit they are all alike.
    pub fn note(&mut self, path: String, message: String) {
        match self.list.len() {
            0..MAX_PROBLEMS => self.list.push(Problem { path, message }),
            MAX_PROBLEMS => self.list.push(Problem {
                path: String::new(),
                message: format!("more than {MAX_PROBLEMS} problems"),
            }),
            _ => {}
        }
    }
}

/// A row that is being read.
pub struct Row<'a> {
    map: &'a ReadMap,
    json: &'a Value,
    path: Path<'a>,
    problems: &'a mut Problems,
}

/// Where a row is in the reply; spelled out only when there is a problem.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// A place.
    At(&'a str),
    /// An element of a list.
    Element(&'a Path<'a>, &'a str, usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(path) => f.write_str(path),
            Self::Element(parent, list, index) => write!(f, "{parent}{list}/{index}"),
        }
    }
}

impl<'a> Row<'a> {
    /// Begins to read `json`, which stands at `path` in the reply.
    pub fn new(
        map: &'a ReadMap,
        json: &'a Value,
        path: Path<'a>,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            map,
            json,
            path,
            problems,
        }
    }

    /// The rule of a field with the JSON it finds, if both are there.
    fn find(&self, field: &str) -> Option<(&'a ReadRule, &'a Value)> {
        let rule = self.map.get(field)?;
        let found = match &rule.source {
            ReadSource::At(place) => place.find(self.json),
            ReadSource::Constant(value) => Some(value),
        };
        let found = found.filter(|value| !value.is_null());
        Some((rule, found.or(rule.default.as_ref())?))
    }

    fn place(rule: &ReadRule) -> String {
        match &rule.source {
            ReadSource::At(place) => place.to_string(),
            ReadSource::Constant(_) => String::new(),
        }
    }

    fn note(&mut self, rule: &ReadRule, field: &str, message: &str) {
        let path = format!("{}{}", self.path, Self::place(rule));
        self.problems.note(path, format!("{field}: {message}"));
    }

    /// Notes that the row itself cannot be read.
    pub fn unreadable(&mut self, message: &str) {
        self.problems
            .note(self.path.to_string(), message.to_owned());
    }

    fn item(&mut self, field: &str, shape: Shape) -> Option<Item> {
        let (rule, json) = self.find(field)?;
        let Form::One(codec) = &rule.form else {
            return None;
        };
        match codec.decode(shape, json) {
            Ok(item) => Some(item),
            Err(message) => {
                self.note(rule, field, &message);
                None
            }
        }
    }

    /// A text.
    pub fn text(&mut self, field: &str) -> Option<String> {
        self.text_of(field, Shape::Text)
    }

    /// A text of that shape: a word, a day or any text.
    pub fn text_of(&mut self, field: &str, shape: Shape) -> Option<String> {
        match self.item(field, shape)? {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A word of an open enumeration.
    pub fn word<W: for<'w> From<&'w str>>(&mut self, field: &str) -> Option<W> {
        self.text(field).map(|word| W::from(&word))
    }

    /// A text that may exist in several languages.
    pub fn localized(&mut self, field: &str) -> Option<Text> {
        match self.item(field, Shape::Localized)? {
            Item::Localized(text) => Some(text),
            _ => None,
        }
    }

    /// The backend's id of a record.
    pub fn remote_id(&mut self, field: &str, kind: Kind) -> Option<String> {
        match self.item(field, Shape::Id(kind))? {
            Item::Id(id) => Some(id),
            _ => None,
        }
    }

    /// Our id of a record.
    pub fn id<I: From<Uuid>>(&mut self, field: &str, kind: Kind) -> Option<I> {
        let remote = self.remote_id(field, kind)?;
        Some(I::from(from_remote(kind.as_str(), &remote)))
    }

    /// An id without which the row is no record; its absence is a problem.
    pub fn needed<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.find(field).is_none() {
            self.unreadable(&format!("{field}: is missing, so the row is no record"));
        }
        value
    }

    /// A point in time.
    pub fn time(&mut self, field: &str) -> Option<Timestamp> {
        match self.item(field, Shape::Time)? {
            Item::Time(time) => Some(time),
            _ => None,
        }
    }

    /// A person.
    pub fn person(&mut self, field: &str) -> Option<PersonRef> {
        match self.item(field, Shape::Person)? {
            Item::Person(id, name) => Some(PersonRef {
                id: id.map(|id| from_remote(Kind::User.as_str(), &id).into()),
                name,
            }),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&mut self, field: &str) -> Option<f64> {
        match self.item(field, Shape::Number)? {
            Item::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub fn count(&mut self, field: &str) -> Option<u64> {
        const MAX: f64 = 9_007_199_254_740_992.0;
        let number = self.number(field)?;
        if (0.0..=MAX).contains(&number) && number.fract() == 0.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, not negative and within 2^53"
            )]
            return Some(number as u64);
        }
        if let Some((rule, json)) = self.find(field) {
            let message = wrong("a whole number that is not negative", json);
            self.note(rule, field, &message);
        }
        None
    }

    /// A small whole number that is not negative; a greater one is as good as none.
    pub fn small(&mut self, field: &str) -> Option<u32> {
        self.count(field).and_then(|n| u32::try_from(n).ok())
    }

    /// Yes or no.
    pub fn flag(&mut self, field: &str) -> Option<bool> {
        match self.item(field, Shape::Flag)? {
            Item::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// An answer.
    pub fn answer(&mut self, field: &str) -> Option<rapport_domain::AnswerValue> {
        match self.item(field, Shape::Answer)? {
            Item::Answer(value) => Some(value),
            _ => None,
        }
    }

    /// A list of values; those that cannot be read are left out.
    fn list(&mut self, field: &str, shape: Shape) -> Vec<Item> {
        let Some((rule, json)) = self.find(field) else {
            return Vec::new();
        };
        let Form::List(place, codec) = &rule.form else {
            return Vec::new();
        };
        let Some(elements) = json.as_array() else {
            self.note(rule, field, &wrong("a list", json));
            return Vec::new();
        };
        let mut items = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let found = place.find(element).unwrap_or(&Value::Null);
            match codec.decode(shape, found) {
                Ok(item) => items.push(item),
                Err(message) => self.note(rule, field, &format!("element {index}: {message}")),
            }
        }
        items
    }

    /// A list of texts.
    pub fn texts(&mut self, field: &str) -> Vec<String> {
        let items = self.list(field, Shape::Text).into_iter();
        items
            .filter_map(|item| match item {
                Item::Text(text) => Some(text),
                _ => None,
            })
            .collect()
    }

    /// A list of ids.
    pub fn ids<I: From<Uuid>>(&mut self, field: &str, kind: Kind) -> Vec<I> {
        let items = self.list(field, Shape::Id(kind)).into_iter();
        items
            .filter_map(|item| match item {
                Item::Id(id) => Some(I::from(from_remote(kind.as_str(), &id))),
                _ => None,
            })
            .collect()
    }

    /// A list of objects; those of which `read` makes nothing are left out.
    pub fn rows<T>(&mut self, field: &str, read: impl Fn(&mut Row<'_>) -> Option<T>) -> Vec<T> {
        let Some((rule, json)) = self.find(field) else {
            return Vec::new();
        };
        let Form::Rows(map) = &rule.form else {
            return Vec::new();
        };
        let Some(elements) = json.as_array() else {
            self.note(rule, field, &wrong("a list", json));
            return Vec::new();
        };
        let list = Self::place(rule);
        let mut records = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let path = Path::Element(&self.path, &list, index);
            let mut row = Row::new(map, element, path, self.problems);
            records.extend(read(&mut row));
        }
        records
    }

    /// Times, version and remote id. Where a backend tells only some of the times, the others are
    /// the nearest that it tells.
    pub fn stamp(&mut self, remote_id: String) -> Stamp {
        let said = self.time("said_at");
        let received = self.time("received_at");
        let updated = self.time("updated_at");
        Stamp {
            remote_id: Some(remote_id),
            version: self.text("version"),
            said_at: said.or(received).or(updated).unwrap_or_default(),
            received_at: received.or(said).or(updated),
            updated_at: updated.or(received).or(said).unwrap_or_default(),
        }
    }
}
