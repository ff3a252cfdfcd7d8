//! Records as plain fields.
//!
//! The many small records around a ticket (complaints, surveys, reviews …) are moved, kept, merged and
//! listed as a map of JSON values under a [schema](crate::schema), by code that knows none of them;
//! whoever works with one takes it as the struct that [`record!`](macro@crate::plain::record) declares together with the
//! schema. So a new kind costs a declaration and no code on its way through store, engine and wire.
//!
//! A missing value and `null` are the same; a value of the wrong type reads as a missing one, because
//! the connector has checked what came from outside.

use crate::form::AnswerValue;
use crate::invalid::Invalid;
use crate::party::PersonRef;
use crate::record::{Kind, RecordKey, Stamp};
use crate::schema::{Field, Shape, Uses};
use crate::text::Text;
use crate::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Values by field name.
pub type Fields = serde_json::Map<String, Value>;

/// A record of any kind that has a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// What it says.
    #[serde(with = "fields")]
    pub fields: Fields,
}

/// Formats that do not describe themselves hold the fields as JSON text.
mod fields {
    use super::Fields;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(fields: &Fields, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            return fields.serialize(to);
        }
        let text = serde_json::to_string(fields).map_err(serde::ser::Error::custom)?;
        to.serialize_str(&text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Fields, D::Error> {
        if from.is_human_readable() {
            return Fields::deserialize(from);
        }
        let text = String::deserialize(from)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}

impl Record {
    /// Its name among all records.
    #[must_use]
    pub const fn key(&self) -> RecordKey {
        RecordKey {
            kind: self.kind,
            id: self.id,
        }
    }

    /// A field's value; `null` where there is none.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }

    /// Sets a field, or takes it away.
    pub fn set(&mut self, field: &str, value: Value) {
        if value.is_null() {
            self.fields.remove(field);
        } else {
            self.fields.insert(field.to_owned(), value);
        }
    }

    /// The record in whose line of changes this one stands, if it is not its own.
    #[must_use]
    pub fn parent(&self) -> Option<RecordKey> {
        let field = schema(self.kind)
            .iter()
            .find(|field| field.uses.has(Uses::PARENT))?;
        self.reference(field)
    }

    /// The records that it names, persons included.
    #[must_use]
    pub fn references(&self) -> Vec<RecordKey> {
        let fields = schema(self.kind).iter();
        fields.filter_map(|field| self.reference(field)).collect()
    }

    fn reference(&self, field: &Field) -> Option<RecordKey> {
        let value = self.get(field.name);
        let (kind, id) = match field.shape {
            Shape::Id(kind) => (kind, Uuid::take(Some(value))?),
            Shape::Person => (Kind::User, PersonRef::take(Some(value))?.id?.0),
            _ => return None,
        };
        Some(RecordKey { kind, id })
    }

    /// What forbids that we write this record as a new one; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        use crate::approval::Approval;
        use crate::complaint::{Complaint, ComplaintNote};
        use crate::relationship::{Action, Contact, Interaction, Review};
        use crate::survey::{AnonymousResponse, Invitation, Response, Survey};
        let problems = match self.kind {
            Kind::Complaint => Complaint::of(self).map(|record| record.problems()),
            Kind::ComplaintNote => ComplaintNote::of(self).map(|record| record.problems()),
            Kind::Contact => Contact::of(self).map(|record| record.problems()),
            Kind::Interaction => Interaction::of(self).map(|record| record.problems()),
            Kind::Action => Action::of(self).map(|record| record.problems()),
            Kind::Review => Review::of(self).map(|record| record.problems()),
            Kind::Survey => Survey::of(self).map(|record| record.problems()),
            Kind::Invitation => Invitation::of(self).map(|record| record.problems()),
            Kind::Response => Response::of(self).map(|record| record.problems()),
            Kind::AnonymousResponse => AnonymousResponse::of(self).map(|record| record.problems()),
            Kind::Approval => Approval::of(self).map(|record| record.problems()),
            _ => None,
        };
        problems.unwrap_or_default()
    }

    /// What its author wrote, in the order of the schema.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        let texts = schema(self.kind)
            .iter()
            .filter(|field| matches!(field.shape, Shape::Text) && field.uses.has(Uses::GIVEN));
        // A ballot is the survey's, not its bearer's.
        texts
            .filter(|field| field.name != "ballot")
            .filter_map(|field| self.get(field.name).as_str())
            .collect()
    }
}

/// The fields of records of a kind, first the five that every record has, which stand beside its
/// [`Fields`]; none of kinds that are no [`Record`].
#[must_use]
pub const fn schema(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Complaint => crate::complaint::Complaint::FIELDS,
        Kind::ComplaintNote => crate::complaint::ComplaintNote::FIELDS,
        Kind::RelationshipManager => crate::relationship::RelationshipManager::FIELDS,
        Kind::Contact => crate::relationship::Contact::FIELDS,
        Kind::Interaction => crate::relationship::Interaction::FIELDS,
        Kind::Action => crate::relationship::Action::FIELDS,
        Kind::Review => crate::relationship::Review::FIELDS,
        Kind::Survey => crate::survey::Survey::FIELDS,
        Kind::Invitation => crate::survey::Invitation::FIELDS,
        Kind::Response => crate::survey::Response::FIELDS,
        Kind::AnonymousResponse => crate::survey::AnonymousResponse::FIELDS,
        Kind::SurveyResult => crate::survey::SurveyResult::FIELDS,
        Kind::Article => crate::knowledge::Article::FIELDS,
        Kind::Agreement => crate::service_level::Agreement::FIELDS,
        Kind::ServiceClock => crate::service_level::ServiceClock::FIELDS,
        Kind::Approval => crate::approval::Approval::FIELDS,
        _ => &[],
    }
}

/// Sets the fields that follow from others, after an edit.
pub fn derive(record: &mut Record) {
    if let Some(mut complaint) = crate::complaint::Complaint::of(record) {
        complaint.derive();
        record.set("due_at", complaint.due_at.put());
    }
}

/// A struct that stands for the records of one kind.
pub trait Typed: Sized + Clone {
    /// The kind.
    const KIND: Kind;

    /// The struct of a record; `None` where it is of another kind or lacks what it cannot be without.
    fn of(record: &Record) -> Option<Self>;

    /// The record.
    fn to_record(&self) -> Record;
}

/// A value that can stand in a field.
pub trait Plain: Sized {
    /// The shape of a field that holds one.
    const SHAPE: Shape;
    /// The shape of a field that holds many.
    const LIST: Shape;
    /// Whether a record without it is none.
    const NEEDED: bool = false;

    /// Reads a value. `None` only where it is [needed](Self::NEEDED) and not there.
    fn take(value: Option<&Value>) -> Option<Self>;

    /// The value to be written.
    fn put(&self) -> Value;
}

macro_rules! plain {
    ($type:ty, $shape:expr, |$value:ident| $take:expr, |$this:ident| $put:expr) => {
        impl Plain for $type {
            const SHAPE: Shape = $shape;
            const LIST: Shape = Shape::List(&$shape);

            fn take(value: Option<&Value>) -> Option<Self> {
                let taken: Option<Self> = value.and_then(|$value| $take);
                Some(taken.unwrap_or_default())
            }

            fn put(&self) -> Value {
                let $this = self;
                $put
            }
        }
    };
}

plain!(
    String,
    Shape::Text,
    |v| v.as_str().map(str::to_owned),
    |s| if s.is_empty() {
        Value::Null
    } else {
        Value::from(s.as_str())
    }
);
plain!(bool, Shape::Flag, |v| v.as_bool(), |s| if *s {
    Value::Bool(true)
} else {
    Value::Null
});
plain!(f64, Shape::Number, |v| v.as_f64(), |s| number(*s));
plain!(
    u32,
    Shape::Number,
    |v| v.as_f64().map(|n| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` keeps within range"
        )]
        let whole = n as u32;
        whole
    }),
    |s| Value::from(*s)
);
plain!(Timestamp, Shape::Time, |v| v.as_i64().map(Timestamp), |s| {
    Value::from(s.0)
});
plain!(
    Text,
    Shape::Localized,
    |v| localized(v),
    |s| serde_json::json!({ "default": s.default, "by_language": s.by_language })
);
plain!(
    PersonRef,
    Shape::Person,
    |v| person(v),
    |s| if *s == PersonRef::default() {
        Value::Null
    } else {
        serde_json::json!({ "id": s.id, "name": s.name })
    }
);

/// A number in the one form in which equal numbers are equal values: a whole one as such.
fn number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Value::from(value as i64);
    }
    Value::from(value)
}

fn localized(value: &Value) -> Option<Text> {
    if let Some(text) = value.as_str() {
        return Some(Text::plain(text));
    }
    let mut text = Text::plain(value.get("default")?.as_str()?);
    let wordings = value.get("by_language").and_then(Value::as_object);
    for (language, wording) in wordings.into_iter().flatten() {
        if let Some(wording) = wording.as_str() {
            text.by_language
                .insert(language.clone(), wording.to_owned());
        }
    }
    Some(text)
}

fn person(value: &Value) -> Option<PersonRef> {
    let name = value.get("name").and_then(Value::as_str);
    let id = value.get("id").and_then(|id| Uuid::take(Some(id)));
    Some(PersonRef {
        id: id.map(Into::into),
        name: name.unwrap_or_default().to_owned(),
    })
}

impl Plain for Uuid {
    const SHAPE: Shape = Shape::Text;
    const LIST: Shape = Shape::List(&Shape::Text);
    const NEEDED: bool = true;

    fn take(value: Option<&Value>) -> Option<Self> {
        Self::try_parse(value?.as_str()?).ok()
    }

    fn put(&self) -> Value {
        Value::from(self.to_string())
    }
}

impl Plain for Date {
    const SHAPE: Shape = Shape::Day;
    const LIST: Shape = Shape::List(&Shape::Day);
    const NEEDED: bool = true;

    fn take(value: Option<&Value>) -> Option<Self> {
        Self::parse(value?.as_str()?)
    }

    fn put(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Plain for AnswerValue {
    const SHAPE: Shape = Shape::Answer;
    const LIST: Shape = Shape::List(&Shape::Answer);
    const NEEDED: bool = true;

    fn take(value: Option<&Value>) -> Option<Self> {
        Some(match value? {
            Value::String(text) => Self::Text(text.clone()),
            Value::Number(number) => Self::Number(number.as_f64()?),
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Array(list) => {
                let texts = list.iter().map(|text| text.as_str().map(str::to_owned));
                Self::Many(texts.collect::<Option<_>>()?)
            }
            Value::Null | Value::Object(_) => return None,
        })
    }

    fn put(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Number(value) => number(*value),
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Many(texts) => Value::from(texts.as_slice()),
        }
    }
}

impl<T: Plain> Plain for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const LIST: Shape = T::LIST;

    fn take(value: Option<&Value>) -> Option<Self> {
        let value = value.filter(|value| !value.is_null());
        Some(value.and_then(|value| T::take(Some(value))))
    }

    fn put(&self) -> Value {
        self.as_ref().map_or(Value::Null, Plain::put)
    }
}

impl<T: Plain> Plain for Vec<T> {
    const SHAPE: Shape = T::LIST;
    const LIST: Shape = T::LIST;

    fn take(value: Option<&Value>) -> Option<Self> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        Some(list.filter_map(|value| T::take(Some(value))).collect())
    }

    fn put(&self) -> Value {
        if self.is_empty() {
            return Value::Null;
        }
        Value::Array(self.iter().map(Plain::put).collect())
    }
}

/// The uses that the words after a field's type name.
macro_rules! uses {
    ($($use:ident)*) => {
        $crate::schema::Uses::NONE$(.and($crate::plain::uses!(@ $use)))*
    };
    (@ listed) => { $crate::schema::Uses::LISTED };
    (@ searched) => { $crate::schema::Uses::SEARCHED };
    (@ given) => { $crate::schema::Uses::GIVEN };
    (@ edited) => { $crate::schema::Uses::EDITED };
    (@ parent) => { $crate::schema::Uses::PARENT };
}
pub(crate) use uses;

/// One row of a schema.
macro_rules! field {
    ($(#[doc = $about:literal])* $name:ident: $type:ty $([$($use:ident)*])?) => {
        $crate::schema::Field::new(
            stringify!($name),
            <$type as $crate::plain::Plain>::SHAPE,
            <$type as $crate::plain::Plain>::NEEDED,
        )
        .used($crate::plain::uses!($($($use)*)?))
        .says(concat!($($about),*))
    };
}
pub(crate) use field;

/// Declares a record: its struct and its schema. After a field's type stand its uses, see
/// [`Uses`]; each field is documented with one `///` line or more.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident: $id:ident {
        $($(#[doc = $about:literal])* $field:ident: $type:ty $([$($use:ident)*])?,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// Its id.
            pub id: $crate::id::$id,
            /// Times, version and the backend's own id.
            pub stamp: $crate::record::Stamp,
            $($(#[doc = $about])* pub $field: $type,)+
        }

        impl $name {
            /// Its schema.
            pub const FIELDS: &'static [$crate::schema::Field] = {
                const EVERY: [$crate::schema::Field; 5] =
                    $crate::schema::Field::of_every_record($crate::record::Kind::$name);
                &[
                    EVERY[0], EVERY[1], EVERY[2], EVERY[3], EVERY[4],
                    $($crate::plain::field!($(#[doc = $about])* $field: $type $([$($use)*])?)),+
                ]
            };
        }

        impl $crate::plain::Typed for $name {
            const KIND: $crate::record::Kind = $crate::record::Kind::$name;

            fn of(record: &$crate::plain::Record) -> Option<Self> {
                if record.kind != <Self as $crate::plain::Typed>::KIND {
                    return None;
                }
                Some(Self {
                    id: record.id.into(),
                    stamp: record.stamp.clone(),
                    $($field: $crate::plain::Plain::take(record.fields.get(stringify!($field)))?,)+
                })
            }

            fn to_record(&self) -> $crate::plain::Record {
                let mut record = $crate::plain::Record {
                    kind: <Self as $crate::plain::Typed>::KIND,
                    id: self.id.0,
                    stamp: self.stamp.clone(),
                    fields: $crate::plain::Fields::new(),
                };
                $(record.set(stringify!($field), $crate::plain::Plain::put(&self.$field));)+
                record
            }
        }
    };
}
pub(crate) use record;

/// Declares an object within a list of a record.
macro_rules! part {
    ($(#[$meta:meta])* $name:ident {
        $($(#[doc = $about:literal])* $field:ident: $type:ty $([$($use:ident)*])?,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $about])* pub $field: $type,)+
        }

        impl $name {
            /// Its schema.
            pub const FIELDS: &'static [$crate::schema::Field] =
                &[$($crate::plain::field!($(#[doc = $about])* $field: $type $([$($use)*])?)),+];
        }

        impl $crate::plain::Plain for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Rows(Self::FIELDS);
            const LIST: $crate::schema::Shape = $crate::schema::Shape::Rows(Self::FIELDS);
            const NEEDED: bool = true;

            fn take(value: Option<&serde_json::Value>) -> Option<Self> {
                let value = value?.as_object()?;
                Some(Self {
                    $($field: $crate::plain::Plain::take(value.get(stringify!($field)))?,)+
                })
            }

            fn put(&self) -> serde_json::Value {
                let mut map = $crate::plain::Fields::new();
                $(
                    let value = $crate::plain::Plain::put(&self.$field);
                    if !value.is_null() {
                        map.insert(stringify!($field).to_owned(), value);
                    }
                )+
                serde_json::Value::Object(map)
            }
        }
    };
}
pub(crate) use part;

#[cfg(test)]
mod tests;
