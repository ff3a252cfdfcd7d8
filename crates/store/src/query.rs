//! Queries as values: which records of a kind, in which order, which part of them.

use crate::columns::Column;
use crate::folding::{self, Needle};
use crate::overlay::Local;
use crate::row::{Row, Scalar};
use rapport_domain::{Kind, Timestamp};
use std::cmp::Ordering;
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

/// A row that passed the filter, with the folded texts it is sorted by (made once per row; the other
/// values are compared where they are).
struct Candidate<'a> {
    row: &'a Arc<Row>,
    texts: Vec<String>,
}

impl<'a> Candidate<'a> {
    fn new(query: &Query, row: &'a Arc<Row>) -> Self {
        let words = |order: &Order| match (row.get(order.column), &query.language) {
            (Scalar::Text(text), _) => Some(folding::fold(text)),
            (Scalar::Local(text), Some(language)) => {
                Some(folding::fold(text.in_language(language)))
            }
            (Scalar::Local(text), None) => Some(folding::fold(&text.default)),
            _ => None,
        };
        let texts = query.sort.iter().filter_map(words).collect();
        Self { row, texts }
    }

    /// The order of two rows; never equal, since ids are not.
    fn compare(&self, other: &Self, sort: &[Order]) -> Ordering {
        let (mut mine, mut theirs) = (self.texts.iter(), other.texts.iter());
        for order in sort {
            let (a, b) = (self.row.get(order.column), other.row.get(order.column));
            let (a_text, b_text) = (next_text(a, &mut mine), next_text(b, &mut theirs));
            let ordering = match (a_text, b_text) {
                (Some(a), Some(b)) => a.cmp(b),
                _ => compare(a, b).unwrap_or_else(|| rank(a).cmp(&rank(b))),
            };
            if ordering != Ordering::Equal {
                return if order.descending {
                    ordering.reverse()
                } else {
                    ordering
                };
            }
        }
        self.row.key.id.cmp(&other.row.key.id)
    }
}

/// The next prepared text, if this value has one.
fn next_text<'t>(
    value: &Scalar,
    texts: &mut impl Iterator<Item = &'t String>,
) -> Option<&'t String> {
    match value {
        Scalar::Text(_) | Scalar::Local(_) => texts.next(),
        _ => None,
    }
}

/// The order of types; nothing comes first.
const fn rank(value: &Scalar) -> u8 {
    match value {
        Scalar::Null => 0,
        Scalar::Bool(_) => 1,
        Scalar::Int(_) => 2,
        Scalar::Text(_) | Scalar::Local(_) => 3,
        Scalar::Id(_) => 4,
    }
}

/// Puts the rows that pass in order and cuts the window out of them. Returns it with the number of
/// all.
pub(crate) fn select<'a>(
    query: &Query,
    rows: impl Iterator<Item = &'a Arc<Row>>,
) -> (Vec<&'a Arc<Row>>, usize) {
    let test = query.filter.prepare();
    let mut found: Vec<Candidate<'a>> = rows
        .filter(|row| test.holds(row))
        .map(|row| Candidate::new(query, row))
        .collect();
    let total = found.len();
    let end = match query.limit {
        Some(limit) => query.offset.saturating_add(limit).min(total),
        None => total,
    };
    let by_sort = |a: &Candidate<'a>, b: &Candidate<'a>| a.compare(b, &query.sort);
    if end > 0 && end < total {
        // Only the window has to be in order; what lies behind it need not be sorted.
        found.select_nth_unstable_by(end - 1, by_sort);
    }
    found.truncate(end);
    found.sort_unstable_by(by_sort);
    let window = found.into_iter().skip(query.offset).map(|one| one.row);
    (window.collect(), total)
}
