//! What changed, so that only those views run again that it can concern.

use crate::query::Query;
use rapport_domain::{Kind, RecordKey};
use std::collections::BTreeSet;

/// Records whose shown form, place or sync state may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Everything may have changed.
    pub everything: bool,
    /// These records changed, came or went.
    pub keys: BTreeSet<RecordKey>,
}

impl ChangeSet {
    /// Everything.
    #[must_use]
    pub const fn everything() -> Self {
        Self {
            everything: true,
            keys: BTreeSet::new(),
        }
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.everything && self.keys.is_empty()
    }

    /// Whether records of a kind changed.
    #[must_use]
    pub fn touches_kind(&self, kind: Kind) -> bool {
        self.everything || self.keys.iter().any(|key| key.kind == kind)
    }

    /// Whether the answer of a query may be another one now. (Judged by kind: running a query costs
    /// less than finding out more exactly.)
    #[must_use]
    pub fn touches(&self, query: &Query) -> bool {
        self.touches_kind(query.kind)
    }

    /// Whether this record changed.
    #[must_use]
    pub fn contains(&self, key: &RecordKey) -> bool {
        self.everything || self.keys.contains(key)
    }

    /// Takes in another set.
    pub fn merge(&mut self, other: Self) {
        self.everything |= other.everything;
        self.keys.extend(other.keys);
    }
}

impl FromIterator<RecordKey> for ChangeSet {
    fn from_iter<I: IntoIterator<Item = RecordKey>>(keys: I) -> Self {
        Self {
            everything: false,
            keys: keys.into_iter().collect(),
        }
    }
}
