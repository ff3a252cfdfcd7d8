//! The key-value store beneath the tables: named spaces of ordered keys, read and changed in whole
//! transactions that are values.
//!
//! A change is a [`Batch`], not a transaction object: there is nothing that could be left open, and a
//! commit cannot be forgotten, because nothing happens before [`Store::commit`].

use crate::fault::Fault;

/// A named collection of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// Single values: cursor, sequence, epoch, generation, profile hash. Text keys.
    Meta,
    /// Base records in pages. Text keys.
    Pages,
    /// Pulled batches not yet folded into pages. Integer keys: the sequence number.
    Log,
    /// What this device changed and the base does not show yet. Text keys: the operation id.
    Overlay,
    /// What is still to be sent. Integer keys, given by the store in order of arrival.
    Outbox,
    /// Unfinished forms and answers. Text keys.
    Drafts,
    /// Bytes of attachments. Text keys.
    Blobs,
    /// What the user has read. Text keys.
    Marks,
}

impl Space {
    /// Every space.
    pub const ALL: [Space; 8] = [
        Self::Meta,
        Self::Pages,
        Self::Log,
        Self::Overlay,
        Self::Outbox,
        Self::Drafts,
        Self::Blobs,
        Self::Marks,
    ];

    /// Its name on disk.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Pages => "pages",
            Self::Log => "log",
            Self::Overlay => "overlay",
            Self::Outbox => "outbox",
            Self::Drafts => "drafts",
            Self::Blobs => "blobs",
            Self::Marks => "marks",
        }
    }
}

/// The key of a row. Integers (at most 2⁵³) come before texts; texts are ordered by UTF-16 units, as
/// in IndexedDB, which for ASCII is the order of bytes: keep keys ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A whole number.
    Int(u64),
    /// A text.
    Text(String),
}

impl Key {
    /// The least key.
    pub const FIRST: Key = Key::Int(0);

    /// A key after every other one: `from(Key::FIRST).to(Key::last())` is a whole space.
    #[must_use]
    pub fn last() -> Self {
        Self::Text("\u{ffff}".to_owned())
    }
}

impl From<u64> for Key {
    fn from(key: u64) -> Self {
        Self::Int(key)
    }
}

impl From<&str> for Key {
    fn from(key: &str) -> Self {
        Self::Text(key.to_owned())
    }
}

impl From<String> for Key {
    fn from(key: String) -> Self {
        Self::Text(key)
    }
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// The row of a key: none or one.
    One(Space, Key),
    /// All rows of a space, in the order of keys.
    All(Space),
    /// Rows with a key greater than or equal to `from` and less than `to`, in order of keys.
    Range {
        /// The space.
        space: Space,
        /// First key.
        from: Key,
        /// The key before which to stop; `None` reads to the end.
        to: Option<Key>,
        /// At most so many rows.
        limit: Option<u32>,
    },
    /// The keys alone of all rows of a space; values come back empty.
    Keys(Space),
}

/// Rows as they were read: key and value, in the order of keys.
pub type Rows = Vec<(Key, Vec<u8>)>;

/// How sure a commit must be before it is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// On the medium (outbox, overlay, drafts, attachments): what the user wrote.
    #[default]
    Strict,
    /// Handed to the system (caches, which the backend can give again).
    Relaxed,
}

/// A condition that must hold inside the transaction, or nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The space.
    pub space: Space,
    /// The key.
    pub key: Key,
    /// The exact value the row must have; `None`: there must be no row.
    pub value: Option<Vec<u8>>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Writes the row of a key, whether or not there is one.
    Put(Space, Key, Vec<u8>),
    /// Writes a row under the next free integer key, greater than any ever given in this space.
    Append(Space, Vec<u8>),
    /// Removes the row of a key, if there is one.
    Delete(Space, Key),
    /// Removes rows from the first key to before the second one.
    DeleteRange(Space, Key, Key),
}

/// A set of changes that happen together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a batch does nothing until it is committed"]
pub struct Batch {
    /// How sure the commit must be.
    pub durability: Durability,
    /// Conditions, all checked before the first change, in the same transaction.
    pub guards: Vec<Guard>,
    /// Changes, in order.
    pub steps: Vec<Step>,
}

impl Batch {
    /// An empty batch of what the user wrote.
    pub fn strict() -> Self {
        Self::default()
    }

    /// An empty batch of what can be fetched again.
    pub fn relaxed() -> Self {
        Self {
            durability: Durability::Relaxed,
            ..Self::default()
        }
    }

    /// Demands that the row of `key` is exactly `value` (`None`: absent).
    pub fn expect(mut self, space: Space, key: impl Into<Key>, value: Option<Vec<u8>>) -> Self {
        self.guards.push(Guard {
            space,
            key: key.into(),
            value,
        });
        self
    }

    /// Writes a row.
    pub fn put(mut self, space: Space, key: impl Into<Key>, value: Vec<u8>) -> Self {
        self.steps.push(Step::Put(space, key.into(), value));
        self
    }

    /// Appends a row.
    pub fn append(mut self, space: Space, value: Vec<u8>) -> Self {
        self.steps.push(Step::Append(space, value));
        self
    }

    /// Removes a row.
    pub fn delete(mut self, space: Space, key: impl Into<Key>) -> Self {
        self.steps.push(Step::Delete(space, key.into()));
        self
    }

    /// Removes rows from `from` to before `to`.
    pub fn delete_range(mut self, space: Space, from: impl Into<Key>, to: impl Into<Key>) -> Self {
        self.steps
            .push(Step::DeleteRange(space, from.into(), to.into()));
        self
    }

    /// Removes every row of a space.
    pub fn clear(self, space: Space) -> Self {
        self.delete_range(space, Key::FIRST, Key::last())
    }

    /// All of `other` after all of this one; strict if either is.
    pub fn and(mut self, other: Self) -> Self {
        if other.durability == Durability::Strict {
            self.durability = Durability::Strict;
        }
        self.guards.extend(other.guards);
        self.steps.extend(other.steps);
        self
    }

    /// The spaces it touches, each once.
    #[must_use]
    pub fn spaces(&self) -> Vec<Space> {
        let of_guards = self.guards.iter().map(|guard| guard.space);
        let of_steps = self.steps.iter().map(|step| match step {
            Step::Put(space, ..)
            | Step::Append(space, ..)
            | Step::Delete(space, ..)
            | Step::DeleteRange(space, ..) => *space,
        });
        let mut spaces: Vec<Space> = of_guards.chain(of_steps).collect();
        spaces.sort_unstable();
        spaces.dedup();
        spaces
    }
}

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The keys given to appended rows, in order.
    pub appended: Vec<u64>,
}

/// A durable store of rows. Cloning it gives another handle on the same store.
#[expect(
    async_fn_in_trait,
    reason = "used on one thread only: browser tab, worker, simulation"
)]
pub trait Store: Clone + 'static {
    /// Answers all reads from one consistent state, in their order.
    ///
    /// # Errors
    /// A failure is never reported as “no rows”.
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, Fault>;

    /// Does all of a batch in one transaction and returns when it is complete (not merely
    /// requested), or does nothing at all.
    ///
    /// # Errors
    /// [`Fault::Guard`] when a condition does not hold; otherwise what the store said.
    async fn commit(&self, batch: Batch) -> Result<Receipt, Fault>;
}
