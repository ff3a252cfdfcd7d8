//! The base in memory: the list columns of every record, where its body lies, and the local changes
//! over it. Plain values without I/O; [`crate::replica`] fills them.

use crate::kv::{Key, Space};
use crate::log::Entry;
use crate::overlay::{self, Local, OverlayRow};
use crate::pages::PageId;
use crate::row::Row;
use rapport_domain::{Entity, Kind, RecordKey, TicketId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use uuid::Uuid;

/// Where the body of a base record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    Page(PageId),
    Log(u64),
}

impl Place {
    /// The row to read.
    pub fn address(self) -> (Space, Key) {
        match self {
            Self::Page(page) => (Space::Pages, page.bodies()),
            Self::Log(sequence) => (Space::Log, Entry::key(sequence)),
        }
    }
}

/// A base record.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub row: Arc<Row>,
    pub place: Place,
}

/// A local change with the bytes it was read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Laid {
    pub bytes: Vec<u8>,
    pub row: OverlayRow,
}

/// What a log entry said, without bodies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub rows: Vec<Arc<Row>>,
    pub gone: Vec<RecordKey>,
}

/// Records of all kinds.
pub(crate) type Base = HashMap<Kind, HashMap<Uuid, Held>>;

#[derive(Default)]
pub(crate) struct Tables {
    pub epoch: u64,
    pub sequence: u64,
    /// Moves with every change of these tables, so that a change that was prepared elsewhere can
    /// tell whether they are still what it was prepared for.
    pub revision: u64,
    /// The rows of each page in use, so that those that a fold leaves alone are not read again.
    pub pages: BTreeMap<PageId, Vec<Arc<Row>>>,
    /// The entries of the log that are not in pages.
    pub log: BTreeMap<u64, Said>,
    pub base: Base,
    /// Local changes in the order of their operations.
    pub overlay: BTreeMap<Key, Rc<Laid>>,
    /// Which of them have a part in a record, in the same order.
    pub touching: HashMap<RecordKey, Vec<Rc<Laid>>>,
    /// Keys of overlay rows that cannot be read.
    pub unreadable: Vec<Key>,
    /// Records as local changes make them.
    pub merged: HashMap<RecordKey, (Arc<Row>, Local)>,
    pub marks: HashMap<TicketId, Timestamp>,
}

/// Lays log entries over pages.
pub(crate) fn build(pages: &BTreeMap<PageId, Vec<Arc<Row>>>, log: &BTreeMap<u64, Said>) -> Base {
    let mut base = Base::new();
    for (page, rows) in pages {
        for row in rows {
            put(&mut base, row, Place::Page(*page));
        }
    }
    for (sequence, said) in log {
        lay(&mut base, *sequence, said);
    }
    base
}

fn put(base: &mut Base, row: &Arc<Row>, place: Place) {
    let held = Held {
        row: Arc::clone(row),
        place,
    };
    base.entry(row.key.kind)
        .or_default()
        .insert(row.key.id, held);
}

/// Lays one log entry over the base.
pub(crate) fn lay(base: &mut Base, sequence: u64, said: &Said) {
    for row in &said.rows {
        put(base, row, Place::Log(sequence));
    }
    for key in &said.gone {
        if let Some(table) = base.get_mut(&key.kind) {
            table.remove(&key.id);
        }
    }
}

/// The keys whose rows are not the same in both.
pub(crate) fn differences(before: &Base, after: &Base) -> BTreeSet<RecordKey> {
    fn all(base: &Base) -> impl Iterator<Item = &Held> {
        base.values().flat_map(HashMap::values)
    }
    let same = |a: &Held, b: &Held| Arc::ptr_eq(&a.row, &b.row) || a.row == b.row;
    let changed = all(before).filter(|old| {
        let new = held(after, &old.row.key);
        !new.is_some_and(|new| same(old, new))
    });
    let added = all(after).filter(|new| held(before, &new.row.key).is_none());
    changed.chain(added).map(|held| held.row.key).collect()
}

/// The base record of a key.
pub(crate) fn held<'a>(base: &'a Base, key: &RecordKey) -> Option<&'a Held> {
    base.get(&key.kind)?.get(&key.id)
}

impl Tables {
    /// The record as it is shown.
    pub fn row(&self, key: &RecordKey) -> Option<&Arc<Row>> {
        match self.merged.get(key) {
            Some((row, _)) => Some(row),
            None => held(&self.base, key).map(|held| &held.row),
        }
    }

    /// The records of a kind as they are shown.
    pub fn rows(&self, kind: Kind) -> impl Iterator<Item = &Arc<Row>> {
        let base = self.base.get(&kind).into_iter().flatten();
        let plain = base
            .map(|(_, held)| &held.row)
            .filter(move |row| self.merged.is_empty() || !self.merged.contains_key(&row.key));
        let merged = self.merged.iter();
        plain.chain(
            merged
                .filter(move |(key, _)| key.kind == kind)
                .map(|(_, (row, _))| row),
        )
    }

    /// Takes these local changes in the place of those before.
    pub fn overlay_with(&mut self, overlay: BTreeMap<Key, Rc<Laid>>) {
        self.touching.clear();
        for laid in overlay.values() {
            for key in laid.row.touched() {
                let touching = self.touching.entry(key).or_default();
                touching.push(Rc::clone(laid));
            }
        }
        self.overlay = overlay;
    }

    /// The local changes that have a part in a record, in their order.
    pub fn laid_over(&self, key: &RecordKey) -> impl Iterator<Item = &OverlayRow> {
        let touching = self.touching.get(key).into_iter().flatten();
        touching.map(|laid| &laid.row)
    }

    /// A base record with local changes laid over it.
    pub fn merge(&self, key: &RecordKey, base: Option<Entity>) -> Option<(Entity, Local)> {
        let in_base = |other: &RecordKey| held(&self.base, other).is_some();
        overlay::merge(key, base, self.laid_over(key), in_base)
    }
}

/// Bodies that were read, the last ones used.
#[derive(Default)]
pub(crate) struct Cache {
    entries: Vec<(Place, Rc<crate::pages::Bodies>)>,
}

/// How many pages of bodies are kept.
const CACHED: usize = 8;

impl Cache {
    pub fn get(&mut self, place: Place) -> Option<Rc<crate::pages::Bodies>> {
        let at = self.entries.iter().position(|(each, _)| *each == place)?;
        let entry = self.entries.remove(at);
        let bodies = Rc::clone(&entry.1);
        self.entries.push(entry);
        Some(bodies)
    }

    pub fn put(&mut self, place: Place, bodies: Rc<crate::pages::Bodies>) {
        self.entries.retain(|(each, _)| *each != place);
        self.entries.push((place, bodies));
        if self.entries.len() > CACHED {
            self.entries.remove(0);
        }
    }
}
