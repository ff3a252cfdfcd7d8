//! Codecs: how one value is spelled by a backend, each with its inverse. Decoding turns JSON into an
//! [`Item`], encoding an item into JSON; what a codec encodes it decodes again.

use crate::pointer::Pointer;
use crate::table::Table;
use crate::when::TimeCodec;
pub use rapport_domain::schema::Shape;
use rapport_domain::{AnswerValue, Date, Text, Timestamp};
use serde_json::{Map, Number, Value};

/// One value on its way between a backend and a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A text or a word.
    Text(String),
    /// A text that may exist in several languages.
    Localized(Text),
    /// The backend's id of a record.
    Id(String),
    /// A person: the backend's id of his account, and his name.
    Person(Option<String>, String),
    /// A point in time.
    Time(Timestamp),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// An answer to a form's question.
    Answer(AnswerValue),
}

/// A named way to spell a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Codec {
    /// A JSON string.
    Text,
    /// A JSON integer for what is a text or an id here.
    IntegerString,
    /// A JSON string, or an integer as some backends mix them; written as a string.
    Id,
    /// An entity tag (RFC 9110), with quotes on the wire and without them here.
    EntityTag,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A point in time.
    Time(TimeCodec),
    /// The backend's words, by table.
    Enum(EnumCodec),
    /// An object with a default text and texts by language tag.
    TextMap {
        /// Where the default is.
        default: Pointer,
        /// Where the object is whose keys are language tags.
        by_language: Pointer,
    },
    /// A person's id and name.
    Person {
        /// Where the id is.
        id: Option<Pointer>,
        /// Where the name is.
        name: Option<Pointer>,
    },
    /// A string, a number, `true`/`false`, or a list of strings.
    Answer,
}

/// A table of words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnumCodec {
    /// Our word for each word of the backend.
    pub read: Table<String, String>,
    /// The backend's word for each of ours.
    pub write: Table<String, String>,
    /// Whether the backend's words are integers in JSON.
    pub integer: bool,
}

impl Codec {
    /// Whether this codec can serve a field of that shape.
    #[must_use]
    pub fn fits(&self, shape: Shape) -> bool {
        match self {
            Self::Text => matches!(
                shape,
                Shape::Text | Shape::Word(_) | Shape::Localized | Shape::Id(_) | Shape::Day
            ),
            Self::IntegerString | Self::EntityTag => matches!(shape, Shape::Text | Shape::Id(_)),
            Self::Id => matches!(shape, Shape::Id(_) | Shape::Text),
            Self::Number => matches!(shape, Shape::Number),
            Self::Flag => matches!(shape, Shape::Flag),
            Self::Date => matches!(shape, Shape::Text | Shape::Day),
            Self::Time(_) => matches!(shape, Shape::Time),
            Self::Enum(_) => matches!(shape, Shape::Text | Shape::Word(_)),
            Self::TextMap { .. } => matches!(shape, Shape::Localized),
            Self::Person { .. } => matches!(shape, Shape::Person),
            Self::Answer => matches!(shape, Shape::Answer),
        }
    }

    /// The item that `json` stands for, in the shape of the field it fills.
    ///
    /// # Errors
    /// Says what was expected and what was found.
    pub fn decode(&self, shape: Shape, json: &Value) -> Result<Item, String> {
        let text = match self {
            Self::Text => string(json)?.to_owned(),
            Self::Date => string(json)
                .ok()
                .and_then(Date::parse)
                .ok_or_else(|| wrong("a day written YYYY-MM-DD", json))?
                .to_string(),
            Self::IntegerString => {
                let whole = json.as_i64().map(|n| n.to_string());
                whole
                    .or_else(|| json.as_u64().map(|n| n.to_string()))
                    .ok_or_else(|| wrong("a whole number", json))?
            }
            Self::Id => match json {
                Value::String(text) if !text.is_empty() => text.clone(),
                Value::Number(number) if !number.is_f64() => number.to_string(),
                _ => return Err(wrong("an id (a text or a whole number)", json)),
            },
            Self::EntityTag => {
                let tag = string(json)?.trim();
                let tag = tag.strip_prefix("W/").unwrap_or(tag);
                let inner = tag.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
                inner
                    .ok_or_else(|| wrong("an entity tag in quotes", json))?
                    .to_owned()
            }
            Self::Enum(table) => table.decode(json)?,
            Self::Number => {
                let number = json.as_f64().ok_or_else(|| wrong("a number", json))?;
                return Ok(Item::Number(number));
            }
            Self::Flag => {
                let flag = json.as_bool().ok_or_else(|| wrong("true or false", json))?;
                return Ok(Item::Flag(flag));
            }
            Self::Time(codec) => return codec.decode(json).map(Item::Time),
            Self::TextMap {
                default,
                by_language,
            } => return text_map(default, by_language, json).map(Item::Localized),
            Self::Person { id, name } => return person(id.as_ref(), name.as_ref(), json),
            Self::Answer => return answer(json).map(Item::Answer),
        };
        Ok(match shape {
            Shape::Localized => Item::Localized(Text::plain(text)),
            Shape::Id(_) => Item::Id(text),
            _ => Item::Text(text),
        })
    }

    /// How the backend spells `item`. `known` are our own words of the field it comes from.
    ///
    /// # Errors
    /// Says why this codec has no spelling for it.
    pub fn encode(&self, item: &Item, known: &[String]) -> Result<Value, String> {
        Ok(match (self, item) {
            (Self::Text | Self::Id, Item::Text(text) | Item::Id(text)) => string_json(text),
            (Self::Text, Item::Localized(text)) => string_json(&text.default),
            (Self::Date, Item::Text(text)) => {
                string_json(Date::parse(text).ok_or("is not a day")?.as_str())
            }
            (Self::IntegerString, Item::Text(text) | Item::Id(text)) => integer(text)?,
            (Self::EntityTag, Item::Text(text) | Item::Id(text)) => {
                Value::String(format!("\"{text}\""))
            }
            (Self::Enum(table), Item::Text(word)) => table.encode(word, known)?,
            (Self::Number, Item::Number(number)) => number_json(*number)?,
            (Self::Flag, Item::Flag(flag)) => Value::Bool(*flag),
            (Self::Time(codec), Item::Time(time)) => codec.encode(*time)?,
            (
                Self::TextMap {
                    default,
                    by_language,
                },
                Item::Localized(text),
            ) => {
                let mut map = Value::Object(Map::new());
                default.put(&mut map, string_json(&text.default));
                let mut wordings = Map::new();
                for (language, text) in &text.by_language {
                    wordings.insert(language.clone(), string_json(text));
                }
                by_language.put(&mut map, Value::Object(wordings));
                map
            }
            (Self::Person { id, name }, Item::Person(known_id, known_name)) => {
                let mut map = Value::Null;
                if let Some((place, id)) = id.as_ref().zip(known_id.as_ref()) {
                    place.put(&mut map, string_json(id));
                }
                if let Some(place) = name {
                    place.put(&mut map, string_json(known_name));
                }
                map
            }
            (Self::Answer, Item::Answer(value)) => match value {
                AnswerValue::Text(text) => string_json(text),
                AnswerValue::Number(number) => number_json(*number)?,
                AnswerValue::Flag(flag) => Value::Bool(*flag),
                AnswerValue::Many(list) => {
                    Value::Array(list.iter().map(|s| string_json(s)).collect())
                }
            },
            _ => return Err("cannot be written with this codec".to_owned()),
        })
    }
}

impl EnumCodec {
    fn decode(&self, json: &Value) -> Result<String, String> {
        let word = scalar(json).ok_or_else(|| wrong("a word", json))?;
        Ok(self.read.get(&word).cloned().unwrap_or(word))
    }

    /// A word that the table does not know goes out as it came in; but one of our own that has no
    /// counterpart there would be misunderstood.
    fn encode(&self, word: &str, known: &[String]) -> Result<Value, String> {
        let theirs = match self.write.get(word) {
            Some(theirs) => theirs,
            None if known.iter().any(|k| k == word) => {
                return Err(format!(
                    "the profile has no word of the backend for “{word}”"
                ));
            }
            None => word,
        };
        if self.integer {
            integer(theirs)
        } else {
            Ok(string_json(theirs))
        }
    }
}

/// A string, number or flag as text; `None` for anything else.
#[must_use]
pub fn scalar(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What was expected and what was found, without repeating what may be long.
#[must_use]
pub fn wrong(expected: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > 40 => "a text".to_owned(),
        scalar => scalar.to_string(),
    };
    format!("expected {expected}, found {found}")
}

fn string_json(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn string(json: &Value) -> Result<&str, String> {
    json.as_str().ok_or_else(|| wrong("a text", json))
}

fn integer(text: &str) -> Result<Value, String> {
    let signed = text.parse::<i64>().map(Value::from);
    let number = signed.or_else(|_| text.parse::<u64>().map(Value::from));
    number.map_err(|_| format!("“{text}” is not a whole number"))
}

/// A whole number is written without a fraction, as a person would.
fn number_json(number: f64) -> Result<Value, String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0
        && number.abs() <= EXACT
        && !(number == 0.0 && number.is_sign_negative())
    {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Ok(Value::from(number as i64));
    }
    let number = Number::from_f64(number).ok_or("is not a finite number")?;
    Ok(Value::Number(number))
}

fn text_map(default: &Pointer, by_language: &Pointer, json: &Value) -> Result<Text, String> {
    if let Value::String(text) = json {
        return Ok(Text::plain(text));
    }
    if !json.is_object() {
        return Err(wrong("a text, or an object of texts by language", json));
    }
    let mut text = Text::default();
    match default.find(json) {
        Some(Value::String(wording)) => text.default.clone_from(wording),
        None | Some(Value::Null) => {}
        Some(other) => return Err(wrong("a text", other)),
    }
    match by_language.find(json) {
        Some(Value::Object(wordings)) => {
            for (language, wording) in wordings {
                let wording = wording.as_str().ok_or_else(|| wrong("a text", wording))?;
                text.by_language
                    .insert(language.clone(), wording.to_owned());
            }
        }
        None | Some(Value::Null) => {}
        Some(other) => return Err(wrong("an object of texts by language", other)),
    }
    Ok(text)
}

fn person(id: Option<&Pointer>, name: Option<&Pointer>, json: &Value) -> Result<Item, String> {
    let part = |place: Option<&Pointer>| {
        let found = place.and_then(|place| place.find(json));
        found.filter(|value| !value.is_null())
    };
    let id = match part(id) {
        Some(value) => match Codec::Id.decode(Shape::Text, value)? {
            Item::Text(id) => Some(id),
            _ => None,
        },
        None => None,
    };
    let name = match part(name) {
        Some(value) => Some(string(value)?.to_owned()),
        None => None,
    };
    if id.is_none() && name.is_none() {
        return Err(wrong("a person", json));
    }
    Ok(Item::Person(id, name.unwrap_or_default()))
}

fn answer(json: &Value) -> Result<AnswerValue, String> {
    match json {
        Value::String(text) => Ok(AnswerValue::Text(text.clone())),
        Value::Bool(flag) => Ok(AnswerValue::Flag(*flag)),
        Value::Number(number) => number
            .as_f64()
            .map(AnswerValue::Number)
            .ok_or_else(|| wrong("a number", json)),
        Value::Array(list) => {
            let texts = list.iter().map(|value| string(value).map(str::to_owned));
            texts.collect::<Result<_, _>>().map(AnswerValue::Many)
        }
        Value::Null | Value::Object(_) => Err(wrong("an answer", json)),
    }
}

#[cfg(test)]
mod tests;
