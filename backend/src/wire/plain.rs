//! Records of the kinds that have a schema, on the wire: an id field is called `…_id`, a time is
//! RFC 3339, what is not given is absent. The same schema reads requests, writes answers and describes
//! both in the API's document.

mod described;

pub use described::*;

use super::records::Meta;
use crate::problem::FieldError;
use crate::time::Time;
use rapport_domain::plain::{Fields, schema};
use rapport_domain::schema::{Field, Shape, Uses};
use rapport_domain::ticket::{DESCRIPTION_MAX, NOTE_MAX};
use rapport_domain::{Date, Kind, Plain, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// How many fields of a schema are those of every record.
const STAMP: usize = 5;

/// The fields of a kind, those of every record apart.
fn own(kind: Kind) -> &'static [Field] {
    schema(kind).get(STAMP..).unwrap_or_default()
}

fn wire_name(field: &Field) -> String {
    match field.shape {
        Shape::Id(_) => format!("{}_id", field.name),
        _ => field.name.to_owned(),
    }
}

/// The record as the API writes it.
#[must_use]
pub fn write(kind: Kind, meta: &Meta, fields: &Fields) -> Value {
    let mut map = write_fields(own(kind), fields);
    if let Ok(Value::Object(meta)) = serde_json::to_value(meta) {
        map.extend(meta);
    }
    Value::Object(map)
}

fn write_fields(of: &[Field], fields: &Map<String, Value>) -> Map<String, Value> {
    let mut map = Map::new();
    for field in of {
        if let Some(value) = fields.get(field.name) {
            map.insert(wire_name(field), write_value(field.shape, value));
        }
    }
    map
}

fn write_value(shape: Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Time, _) => value
            .as_i64()
            .map_or(Value::Null, |at| Value::from(Time(at).to_string())),
        (Shape::Person, Value::Object(person)) => {
            let given = person.iter().filter(|(_, value)| !value.is_null());
            Value::Object(given.map(|(k, v)| (k.clone(), v.clone())).collect())
        }
        (Shape::Rows(fields), Value::Array(rows)) => rows
            .iter()
            .filter_map(Value::as_object)
            .map(|row| Value::Object(write_fields(fields, row)))
            .collect(),
        (Shape::List(element), Value::Array(list)) => {
            list.iter().map(|one| write_value(*element, one)).collect()
        }
        _ => value.clone(),
    }
}

/// What a request may say of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A new one: its id, when it was said, and the fields that are given.
    New,
    /// A change (RFC 7396): `null` takes a value away.
    Patch,
    /// A whole one, as an import brings it.
    Whole,
}

/// A request about a record.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its id, where a new one is made.
    pub id: Uuid,
    /// When it was said.
    pub said_at: Option<Time>,
    /// When it was received, as an import tells it.
    pub received_at: Option<Time>,
    /// Why, of a change.
    pub note: Option<String>,
    /// The fields that are named; `null` where one is taken away.
    pub fields: Fields,
}

/// Whether changes of records of this kind are kept with a word on why.
#[must_use]
pub const fn has_history(kind: Kind) -> bool {
    matches!(kind, Kind::Complaint)
}

/// Reads a request. Fields that are unknown, or not to be said in this form, are refused by name.
///
/// # Errors
/// Every field at fault.
pub fn read(kind: Kind, form: Form, body: &Value) -> Result<Said, Vec<FieldError>> {
    let Some(map) = body.as_object() else {
        return Err(vec![FieldError::new(
            "",
            "is not an object",
            "send one JSON object",
        )]);
    };
    let mut faults = Vec::new();
    let mut said = Said {
        id: Uuid::nil(),
        said_at: None,
        received_at: None,
        note: None,
        fields: Fields::new(),
    };
    let use_of = match form {
        Form::New => Uses::GIVEN,
        Form::Patch => Uses::EDITED,
        Form::Whole => Uses::NONE,
    };
    for (name, value) in map {
        let field = own(kind)
            .iter()
            .find(|field| wire_name(field) == *name && field.uses.has(use_of));
        match (name.as_str(), field) {
            (_, Some(field)) => {
                if let Some(value) = read_value(field.shape, name, value, &mut faults) {
                    said.fields.insert(field.name.to_owned(), value);
                }
            }
            ("id", None) if form != Form::Patch => match Uuid::take(Some(value)) {
                Some(id) if !id.is_nil() => said.id = id,
                _ => faults.push(FieldError::new("id", "is not a UUID", "make a new UUID")),
            },
            ("said_at", None) => said.said_at = time(name, value, &mut faults),
            ("received_at", None) if form == Form::Whole => {
                said.received_at = time(name, value, &mut faults);
            }
            ("note", None) if form == Form::Patch && has_history(kind) => match value {
                Value::Null => {}
                Value::String(text) if text.chars().count() <= NOTE_MAX as usize => {
                    said.note = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
                }
                Value::String(_) => faults.push(too_long(name, NOTE_MAX)),
                _ => faults.push(wrong(name, "a text")),
            },
            _ => faults.push(FieldError::new(
                name.as_str(),
                "is not a field here",
                "remove it, or correct its spelling",
            )),
        }
    }
    if form != Form::Patch {
        required(kind, form, map, &mut faults);
    }
    if faults.is_empty() {
        Ok(said)
    } else {
        Err(faults)
    }
}

fn required(kind: Kind, form: Form, map: &Map<String, Value>, faults: &mut Vec<FieldError>) {
    let mut names = vec!["id".to_owned()];
    if form == Form::New {
        names.push("said_at".to_owned());
    }
    names.extend(own(kind).iter().filter(|field| field.needed).map(wire_name));
    for name in names {
        if map.get(&name).is_none_or(Value::is_null) {
            faults.push(FieldError::new(name, "is required", "give a value"));
        }
    }
}

fn wrong(name: &str, expected: &str) -> FieldError {
    FieldError::new(
        name,
        format!("is not {expected}"),
        "send a value of the expected kind",
    )
}

fn too_long(name: &str, max: u32) -> FieldError {
    FieldError::new(
        name,
        format!("is longer than {max} characters"),
        "shorten it",
    )
}

fn time(name: &str, value: &Value, faults: &mut Vec<FieldError>) -> Option<Time> {
    let read = value.as_str().and_then(Time::parse);
    if read.is_none() {
        faults.push(FieldError::new(
            name,
            "is not a time",
            "write RFC 3339 with a zone, such as 2026-11-22T09:12:31.123Z",
        ));
    }
    read
}

/// A value in its plain form; `None` where it is at fault.
fn read_value(
    shape: Shape,
    name: &str,
    value: &Value,
    faults: &mut Vec<FieldError>,
) -> Option<Value> {
    if value.is_null() {
        return Some(Value::Null);
    }
    match shape {
        Shape::Text => text(name, value, faults).map(|text| text.trim().to_owned().put()),
        Shape::Word(known) => {
            let word = text(name, value, faults)?;
            let known = known();
            if known.iter().any(|one| one == word) {
                return Some(Value::from(word));
            }
            faults.push(FieldError::new(
                name,
                format!("“{word}” is not known here"),
                format!("give one of: {}", known.join(", ")),
            ));
            None
        }
        Shape::Day => {
            let day = Date::take(Some(value)).map(|day| day.put());
            if day.is_none() {
                faults.push(FieldError::new(name, "is not a day", "write YYYY-MM-DD"));
            }
            day
        }
        Shape::Localized => localized(name, value, faults),
        Shape::Id(_) => {
            let id = Uuid::take(Some(value)).map(|id| id.put());
            if id.is_none() {
                faults.push(wrong(name, "a UUID"));
            }
            id
        }
        Shape::Person => person(name, value, faults),
        Shape::Time => time(name, value, faults).map(|at| Timestamp(at.0).put()),
        Shape::Number => {
            let number = value.as_f64().filter(|number| number.is_finite());
            if number.is_none() {
                faults.push(wrong(name, "a number"));
            }
            number.map(|number| number.put())
        }
        Shape::Flag => {
            if !value.is_boolean() {
                faults.push(wrong(name, "true or false"));
                return None;
            }
            Some(value.as_bool()?.put())
        }
        Shape::Answer => {
            let answer = rapport_domain::AnswerValue::take(Some(value)).map(|answer| answer.put());
            if answer.is_none() {
                faults.push(wrong(
                    name,
                    "an answer: a text, a number, yes or no, or several texts",
                ));
            }
            answer
        }
        Shape::List(element) => {
            let list = list(name, value, faults)?;
            let mut read = Vec::with_capacity(list.len());
            for (index, one) in list.iter().enumerate() {
                read.extend(read_value(
                    *element,
                    &format!("{name}[{index}]"),
                    one,
                    faults,
                ));
            }
            read.retain(|one| !one.is_null());
            Some(Value::Array(read))
        }
        Shape::Rows(fields) => {
            let list = list(name, value, faults)?;
            let mut rows = Vec::with_capacity(list.len());
            for (index, one) in list.iter().enumerate() {
                rows.extend(row(fields, &format!("{name}[{index}]"), one, faults));
            }
            Some(Value::Array(rows))
        }
    }
}

/// Most elements that a list of a request may have.
const MAX_LIST: usize = 500;

fn list<'v>(name: &str, value: &'v Value, faults: &mut Vec<FieldError>) -> Option<&'v Vec<Value>> {
    let list = value.as_array();
    match list {
        None => faults.push(wrong(name, "a list")),
        Some(list) if list.len() > MAX_LIST => {
            faults.push(FieldError::new(
                name,
                format!("has more than {MAX_LIST} elements"),
                "leave some out",
            ));
            return None;
        }
        Some(_) => {}
    }
    list
}

fn row(
    fields: &'static [Field],
    name: &str,
    value: &Value,
    faults: &mut Vec<FieldError>,
) -> Option<Value> {
    let Some(map) = value.as_object() else {
        faults.push(wrong(name, "an object"));
        return None;
    };
    let mut row = Fields::new();
    for (key, value) in map {
        let inner = format!("{name}.{key}");
        match fields.iter().find(|field| wire_name(field) == *key) {
            Some(field) => {
                let value = read_value(field.shape, &inner, value, faults);
                if let Some(value) = value.filter(|value| !value.is_null()) {
                    row.insert(field.name.to_owned(), value);
                }
            }
            None => faults.push(FieldError::new(
                inner,
                "is not a field here",
                "remove it, or correct its spelling",
            )),
        }
    }
    for field in fields.iter().filter(|field| field.needed) {
        if !row.contains_key(field.name) && !map.contains_key(&wire_name(field)) {
            let name = format!("{name}.{}", wire_name(field));
            faults.push(FieldError::new(name, "is required", "give a value"));
        }
    }
    Some(Value::Object(row))
}

fn text<'v>(name: &str, value: &'v Value, faults: &mut Vec<FieldError>) -> Option<&'v str> {
    match value.as_str() {
        None => faults.push(wrong(name, "a text")),
        Some(text) if text.chars().count() > DESCRIPTION_MAX as usize => {
            faults.push(too_long(name, DESCRIPTION_MAX));
            return None;
        }
        Some(_) => {}
    }
    value.as_str()
}

fn localized(name: &str, value: &Value, faults: &mut Vec<FieldError>) -> Option<Value> {
    let known = ["default", "by_language"];
    let Some(map) = value.as_object() else {
        return text(name, value, faults).map(|text| json!({ "default": text, "by_language": {} }));
    };
    let before = faults.len();
    for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
        faults.push(wrong(&format!("{name}.{key}"), "a field here"));
    }
    let default = map.get("default").unwrap_or(&Value::Null);
    let default = text(&format!("{name}.default"), default, faults).unwrap_or_default();
    let mut wordings = Map::new();
    match map.get("by_language") {
        None | Some(Value::Null) => {}
        Some(Value::Object(by_language)) => {
            for (language, wording) in by_language {
                let path = format!("{name}.by_language.{language}");
                if let Some(wording) = text(&path, wording, faults) {
                    wordings.insert(language.clone(), Value::from(wording));
                }
            }
        }
        Some(_) => faults.push(wrong(&format!("{name}.by_language"), "an object")),
    }
    (faults.len() == before).then(|| json!({ "default": default, "by_language": wordings }))
}

fn person(name: &str, value: &Value, faults: &mut Vec<FieldError>) -> Option<Value> {
    let Some(map) = value.as_object() else {
        faults.push(wrong(name, "an object with an id or a name"));
        return None;
    };
    let before = faults.len();
    let mut id = Value::Null;
    let mut said = "";
    for (key, value) in map {
        let path = format!("{name}.{key}");
        match (key.as_str(), value) {
            (_, Value::Null) => {}
            ("id", value) => match Uuid::take(Some(value)) {
                Some(found) => id = found.put(),
                None => faults.push(wrong(&path, "a UUID")),
            },
            ("name", value) => said = text(&path, value, faults).unwrap_or_default().trim(),
            _ => faults.push(wrong(&path, "a field here")),
        }
    }
    if faults.len() > before {
        return None;
    }
    if id.is_null() && said.is_empty() {
        return Some(Value::Null);
    }
    Some(json!({ "id": id, "name": said }))
}
