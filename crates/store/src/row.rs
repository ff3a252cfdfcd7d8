//! A row of a table: the list columns of one record as plain values.

use crate::columns::Column;
use rapport_domain::{RecordKey, Text, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The value of a column. The order is that of the variants, then that of the values; `Null` comes
/// first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scalar {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number, or a time in milliseconds since 1970.
    Int(i64),
    /// Words.
    Text(Box<str>),
    /// An id.
    Id(Uuid),
    /// Words in several languages.
    Local(Box<Text>),
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Scalar {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Timestamp> for Scalar {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.0)
    }
}

impl From<&str> for Scalar {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<&String> for Scalar {
    fn from(value: &String) -> Self {
        Self::Text(value.as_str().into())
    }
}

impl From<String> for Scalar {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Uuid> for Scalar {
    fn from(value: Uuid) -> Self {
        Self::Id(value)
    }
}

impl From<&Text> for Scalar {
    fn from(value: &Text) -> Self {
        Self::Local(Box::new(value.clone()))
    }
}

impl<T: Into<Scalar>> From<Option<T>> for Scalar {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A record as lists, filters and searches see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The record.
    pub key: RecordKey,
    pub(crate) values: Box<[Scalar]>,
    /// What a search looks at, folded by [`crate::folding::fold`].
    pub(crate) search: Box<str>,
}

impl Row {
    /// The value of a column; `Null` for a column of another kind.
    #[must_use]
    pub fn get(&self, column: Column) -> &Scalar {
        if column.kind != self.key.kind {
            return &Scalar::Null;
        }
        let value = self.values.get(usize::from(column.place));
        value.unwrap_or(&Scalar::Null)
    }

    /// The words of a column (of several languages the default ones); empty when there are none.
    #[must_use]
    pub fn text(&self, column: Column) -> &str {
        match self.get(column) {
            Scalar::Text(text) => text,
            Scalar::Local(text) => &text.default,
            _ => "",
        }
    }

    /// The words of a column in a language, see [`Text::in_language`].
    #[must_use]
    pub fn text_in(&self, column: Column, language: &str) -> &str {
        match self.get(column) {
            Scalar::Local(text) => text.in_language(language),
            _ => self.text(column),
        }
    }

    /// The number of a column.
    #[must_use]
    pub fn int(&self, column: Column) -> Option<i64> {
        match self.get(column) {
            Scalar::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The time of a column.
    #[must_use]
    pub fn time(&self, column: Column) -> Option<Timestamp> {
        self.int(column).map(Timestamp)
    }

    /// Whether a column says yes.
    #[must_use]
    pub fn flag(&self, column: Column) -> bool {
        matches!(self.get(column), Scalar::Bool(true))
    }

    /// The id of a column.
    #[must_use]
    pub fn id_in(&self, column: Column) -> Option<Uuid> {
        match self.get(column) {
            Scalar::Id(id) => Some(*id),
            _ => None,
        }
    }
}
