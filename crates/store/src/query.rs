//! Queries as values: which records of a kind, in which order, which part of them.

use crate::columns::Column;
use crate::folding::{self, Needle};
use crate::overlay::Local;
use crate::row::{Row, Scalar};
use rapport_domain::{Kind, Timestamp};
use std::cmp::{Ordering, Reverse};
use std::sync::Arc;
use uuid::Uuid;

/// A question to the tables. Two equal queries have equal answers at any one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The kind of record.
    pub kind: Kind,
    /// Which of them.
    pub filter: Filter,
    /// In which order; records that are equal in all of these are ordered by id.
    pub sort: Vec<Order>,
    /// The language in which texts of several languages are sorted; `None` takes the default words.
    pub language: Option<String>,
    /// How many of the first to leave out.
    pub offset: usize,
    /// At most so many.
    pub limit: Option<usize>,
}

impl Query {
    /// All records of a kind, in the order of ids.
    #[must_use]
    pub const fn all(kind: Kind) -> Self {
        Self {
            kind,
            filter: Filter::All,
            sort: Vec::new(),
            language: None,
            offset: 0,
            limit: None,
        }
    }

    /// Demands `filter` as well.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = match self.filter {
            Filter::All => filter,
            earlier => earlier.and(filter),
        };
        self
    }

    /// Then sorts by `column`, least first.
    #[must_use]
    pub fn ascending(mut self, column: Column) -> Self {
        self.sort.push(Order {
            column,
            descending: false,
        });
        self
    }

    /// Then sorts by `column`, greatest first.
    #[must_use]
    pub fn descending(mut self, column: Column) -> Self {
        self.sort.push(Order {
            column,
            descending: true,
        });
        self
    }

    /// Sorts texts by their words in a language.
    #[must_use]
    pub fn in_language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Takes `limit` records after the first `offset`.
    #[must_use]
    pub const fn window(mut self, offset: usize, limit: usize) -> Self {
        self.offset = offset;
        self.limit = Some(limit);
        self
    }
}

/// One sort criterion. Null is less than everything; texts are compared folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Which records.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Filter {
    /// Every one.
    #[default]
    All,
    /// Those for which all of these hold.
    And(Vec<Filter>),
    /// Those for which any of these holds.
    Or(Vec<Filter>),
    /// Those for which this does not hold.
    Not(Box<Filter>),
    /// The column has this value.
    Eq(Column, Scalar),
    /// The column has one of these values.
    In(Column, Vec<Scalar>),
    /// The column's value is of the same type and not less than `from` and not greater than `to`.
    Range {
        /// By what.
        column: Column,
        /// The least value.
        from: Option<Scalar>,
        /// The greatest value.
        to: Option<Scalar>,
    },
    /// The column has no value.
    IsNull(Column),
    /// The record has one of these ids.
    Ids(Vec<Uuid>),
    /// All of these words are in what the kind is searched by.
    Search(String),
}

impl Filter {
    /// The column has this value.
    #[must_use]
    pub fn eq(column: Column, value: impl Into<Scalar>) -> Self {
        Self::Eq(column, value.into())
    }

    /// The column has one of these values.
    #[must_use]
    pub fn any_of<T: Into<Scalar>>(column: Column, values: impl IntoIterator<Item = T>) -> Self {
        Self::In(column, values.into_iter().map(Into::into).collect())
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::And(mut all) => {
                all.push(other);
                Self::And(all)
            }
            one => Self::And(vec![one, other]),
        }
    }

    /// One of both holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Or(mut any) => {
                any.push(other);
                Self::Or(any)
            }
            one => Self::Or(vec![one, other]),
        }
    }

    /// Does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    pub(crate) fn prepare(&self) -> Test<'_> {
        match self {
            Self::All => Test::And(Vec::new()),
            Self::And(filters) => Test::And(prepare_all(filters)),
            Self::Or(filters) => Test::Or(prepare_all(filters)),
            Self::Not(filter) => Test::Not(Box::new(filter.prepare())),
            Self::Eq(column, value) => Test::In(*column, std::slice::from_ref(value)),
            Self::In(column, values) => Test::In(*column, values),
            Self::Range { column, from, to } => Test::Range(*column, from.as_ref(), to.as_ref()),
            Self::IsNull(column) => Test::In(*column, &[Scalar::Null]),
            Self::Ids(ids) => Test::Ids(ids),
            Self::Search(text) => Test::Search(Needle::new(text)),
        }
    }
}

fn prepare_all(filters: &[Filter]) -> Vec<Test<'_>> {
    filters.iter().map(Filter::prepare).collect()
}

/// A filter with its searches prepared.
pub(crate) enum Test<'a> {
    And(Vec<Test<'a>>),
    Or(Vec<Test<'a>>),
    Not(Box<Test<'a>>),
    In(Column, &'a [Scalar]),
    Range(Column, Option<&'a Scalar>, Option<&'a Scalar>),
    Ids(&'a [Uuid]),
    Search(Needle),
}

impl Test<'_> {
    pub(crate) fn holds(&self, row: &Row) -> bool {
        match self {
            Self::And(tests) => tests.iter().all(|test| test.holds(row)),
            Self::Or(tests) => tests.iter().any(|test| test.holds(row)),
            Self::Not(test) => !test.holds(row),
            Self::In(column, values) => values.contains(row.get(*column)),
            Self::Range(column, from, to) => {
                let value = row.get(*column);
                from.is_none_or(|from| compare(value, from).is_some_and(Ordering::is_ge))
                    && to.is_none_or(|to| compare(value, to).is_some_and(Ordering::is_le))
            }
            Self::Ids(ids) => ids.contains(&row.key.id),
            Self::Search(needle) => needle.is_in(&row.search),
        }
    }
}

/// The order of two values of the same type.
fn compare(a: &Scalar, b: &Scalar) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
        (Scalar::Int(a), Scalar::Int(b)) => Some(a.cmp(b)),
        (Scalar::Text(a), Scalar::Text(b)) => Some(a.cmp(b)),
        (Scalar::Id(a), Scalar::Id(b)) => Some(a.cmp(b)),
        (Scalar::Local(a), Scalar::Local(b)) => Some(a.default.cmp(&b.default)),
        _ => None,
    }
}

/// A record in an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its list columns, local changes included.
    pub row: Arc<Row>,
    /// What of it only this device knows.
    pub local: Local,
    /// Up to when the user has seen it.
    pub seen: Option<Timestamp>,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryResult {
    /// The records within the window, in order.
    pub rows: Vec<Shown>,
    /// How many there are, the window apart.
    pub total: usize,
}

/// What a row is sorted by, computed once per row.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Id(Uuid),
    Down(Reverse<Box<SortKey>>),
}

fn sort_key(row: &Row, order: &Order, language: Option<&str>) -> SortKey {
    let key = match row.get(order.column) {
        Scalar::Null => SortKey::Null,
        Scalar::Bool(value) => SortKey::Bool(*value),
        Scalar::Int(value) if order.descending => return SortKey::Int(!*value),
        Scalar::Int(value) => SortKey::Int(*value),
        Scalar::Id(id) => SortKey::Id(*id),
        Scalar::Text(text) => SortKey::Text(folding::fold(text)),
        Scalar::Local(text) => SortKey::Text(folding::fold(
            language.map_or(text.default.as_str(), |language| text.in_language(language)),
        )),
    };
    if order.descending {
        SortKey::Down(Reverse(Box::new(key)))
    } else {
        key
    }
}

/// Puts the rows that pass in order and cuts the window out of them. Returns it with the number of
/// all.
pub(crate) fn select<'a>(
    query: &Query,
    rows: impl Iterator<Item = &'a Arc<Row>>,
) -> (Vec<&'a Arc<Row>>, usize) {
    let test = query.filter.prepare();
    let language = query.language.as_deref();
    let key = |row: &'a Arc<Row>| {
        let keys: Vec<SortKey> = query
            .sort
            .iter()
            .map(|order| sort_key(row, order, language))
            .collect();
        (keys, row.key.id, row)
    };
    let mut found: Vec<_> = rows.filter(|row| test.holds(row)).map(key).collect();
    let total = found.len();
    let end = query
        .limit
        .map_or(total, |limit| query.offset.saturating_add(limit).min(total));
    type Keyed<'k> = (Vec<SortKey>, Uuid, &'k Arc<Row>);
    let by_key = |a: &Keyed<'a>, b: &Keyed<'a>| (&a.0, &a.1).cmp(&(&b.0, &b.1));
    if end > 0 && end < total {
        // Only the window has to be in order; what lies behind it need not be sorted.
        found.select_nth_unstable_by(end - 1, by_key);
        found.truncate(end);
    }
    found.sort_unstable_by(by_key);
    let window = found
        .into_iter()
        .take(end)
        .skip(query.offset)
        .map(|(_, _, row)| row)
        .collect();
    (window, total)
}
