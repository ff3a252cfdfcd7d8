//! Reading what changed since the tables were last brought up, in two halves: fetching, which waits
//! and borrows nothing, and applying, which does not wait.

use super::Replica;
use crate::changes::ChangeSet;
use crate::columns;
use crate::fault::Fault;
use crate::kv::{Key, Read, Rows, Space, Store};
use crate::log::{self, Entry};
use crate::meta;
use crate::overlay::OverlayRow;
use crate::pages::{self, PageId};
use crate::row::Row;
use crate::tables::{self, Base, Held, Laid, Place, Said, Tables};
use rapport_domain::{Entity, RecordKey};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// What is to be applied to the tables, if they are still at `revision`.
pub(super) struct Fetched {
    revision: u64,
    epoch: u64,
    sequence: u64,
    base: BaseChange,
    overlay: BTreeMap<Key, Rc<Laid>>,
    unreadable: Vec<Key>,
    /// Records that local changes may show in another way than before.
    dirty: BTreeSet<RecordKey>,
    /// The base of those of them that have one.
    bases: HashMap<RecordKey, Entity>,
}

enum BaseChange {
    /// New entries of the log.
    Entries(BTreeMap<u64, Said>),
    /// Pages were replaced.
    Anew {
        pages: BTreeMap<PageId, Vec<Arc<Row>>>,
        log: BTreeMap<u64, Said>,
        base: Base,
    },
}

/// The state of the tables when fetching began.
struct Seen {
    revision: u64,
    epoch: u64,
    sequence: u64,
    pages: BTreeMap<PageId, Vec<Arc<Row>>>,
}

impl<S: Store> Replica<S> {
    /// Reads what changed. `None` when the store changed in between: begin again.
    pub(super) async fn fetch(&self) -> Result<Option<Fetched>, Fault> {
        let (revision, epoch, sequence) = {
            let tables = self.tables.borrow();
            (tables.revision, tables.epoch, tables.sequence)
        };
        let reads = [
            meta::read(meta::EPOCH),
            meta::read(meta::SEQUENCE),
            log::read_after(sequence, None),
            Read::All(Space::Overlay),
        ];
        let [epoch_now, sequence_now, entries, overlay] = answers(self.store.read(&reads).await?)?;
        let epoch_now = meta::number(meta::EPOCH, &epoch_now)?;
        if revision == 0 || epoch_now != epoch {
            let pages = self.tables.borrow().pages.clone();
            let seen = Seen {
                revision,
                epoch: epoch_now,
                sequence,
                pages,
            };
            return self.fetch_anew(seen).await;
        }
        let seen = Seen {
            revision,
            epoch,
            sequence: meta::number(meta::SEQUENCE, &sequence_now)?,
            pages: BTreeMap::new(),
        };
        let entries = decode_log(&entries)?;
        self.complete(seen, BaseChange::Entries(entries), overlay)
            .await
    }

    /// Reads the pages that are new, and the whole log.
    async fn fetch_anew(&self, seen: Seen) -> Result<Option<Fetched>, Fault> {
        let keys = self.store.read(&[Read::Keys(Space::Pages)]).await?;
        let present: Vec<PageId> = keys.iter().flat_map(pages::ids).collect();
        let new: Vec<PageId> = present
            .iter()
            .filter(|page| !seen.pages.contains_key(page))
            .copied()
            .collect();
        let mut reads = vec![
            meta::read(meta::EPOCH),
            meta::read(meta::SEQUENCE),
            Read::All(Space::Log),
            Read::All(Space::Overlay),
        ];
        if new.len() == present.len() {
            reads.push(pages::read_columns(None));
        } else {
            let one = |page: &PageId| Read::One(Space::Pages, page.columns());
            reads.extend(new.iter().map(one));
        }
        let mut rows = self.store.read(&reads).await?;
        let columns: Rows = rows.drain(4..).flatten().collect();
        let [epoch, sequence, log, overlay] = answers(rows)?;
        let epoch = meta::number(meta::EPOCH, &epoch)?;
        if epoch != seen.epoch {
            return Ok(None);
        }
        let mut pages = seen.pages.clone();
        pages.retain(|page, _| present.contains(page));
        for (key, bytes) in columns {
            let Some(page) = PageId::of_columns(&key) else {
                continue;
            };
            let rows = match pages::decode_columns(page, &bytes)? {
                Some(rows) => rows,
                None => match self.bodies([Place::Page(page)].into()).await? {
                    Some(bodies) => bodies
                        .get(&Place::Page(page))
                        .map(|bodies| pages::columns_of(bodies))
                        .transpose()?
                        .unwrap_or_default(),
                    None => return Ok(None),
                },
            };
            pages.insert(page, rows.into_iter().map(Arc::new).collect());
        }
        let log = decode_log(&log)?;
        let base = tables::build(&pages, &log);
        let seen = Seen {
            sequence: meta::number(meta::SEQUENCE, &sequence)?,
            ..seen
        };
        self.complete(seen, BaseChange::Anew { pages, log, base }, overlay)
            .await
    }

    /// Finds the records that local changes may show anew, and reads their base.
    async fn complete(
        &self,
        seen: Seen,
        base: BaseChange,
        overlay: Rows,
    ) -> Result<Option<Fetched>, Fault> {
        let (overlay, unreadable) = decode_overlay(&self.tables.borrow(), overlay);
        let (dirty, places) = {
            let tables = self.tables.borrow();
            let dirty = dirty(&tables, &base, &overlay);
            let places: HashMap<RecordKey, Place> = dirty
                .iter()
                .filter_map(|key| Some((*key, base.place(&tables, key)?)))
                .collect();
            (dirty, places)
        };
        let Some(bases) = self.bodies_at(&places).await? else {
            return Ok(None);
        };
        Ok(Some(Fetched {
            revision: seen.revision,
            epoch: seen.epoch,
            sequence: seen.sequence,
            base,
            overlay,
            unreadable,
            dirty,
            bases,
        }))
    }
}

impl BaseChange {
    /// Where the body of a record lies after this change.
    fn place(&self, tables: &Tables, key: &RecordKey) -> Option<Place> {
        match self {
            Self::Anew { base, .. } => tables::held(base, key).map(|held| held.place),
            Self::Entries(entries) => {
                for (sequence, said) in entries.iter().rev() {
                    if said.gone.contains(key) {
                        return None;
                    }
                    if said.rows.iter().any(|row| row.key == *key) {
                        return Some(Place::Log(*sequence));
                    }
                }
                tables::held(&tables.base, key).map(|held: &Held| held.place)
            }
        }
    }
}

/// The records that local changes may show in another way than now: those of changes that came, went
/// or were altered, and those whose base moved beneath a change.
fn dirty(
    tables: &Tables,
    base: &BaseChange,
    overlay: &BTreeMap<Key, Rc<Laid>>,
) -> BTreeSet<RecordKey> {
    let moved: Option<BTreeSet<RecordKey>> = match base {
        BaseChange::Anew { .. } => None,
        BaseChange::Entries(entries) => Some(entries.values().flat_map(Said::keys).collect()),
    };
    let mut dirty = BTreeSet::new();
    for (key, laid) in overlay {
        let touched = laid.row.touched();
        let altered = tables.overlay.get(key) != Some(laid);
        let beneath = match &moved {
            None => true,
            Some(moved) => touched.iter().any(|key| moved.contains(key)),
        };
        if altered || beneath {
            dirty.extend(touched);
        }
    }
    for (key, laid) in &tables.overlay {
        if overlay.get(key) != Some(laid) {
            dirty.extend(laid.row.touched());
        }
    }
    dirty
}

impl Said {
    fn keys(&self) -> impl Iterator<Item = RecordKey> {
        let rows = self.rows.iter().map(|row| row.key);
        rows.chain(self.gone.iter().copied())
    }
}

impl Fetched {
    /// Applies it and tells what changed; `None` when the tables have moved on meanwhile.
    pub(super) fn apply(mut self, tables: &mut Tables) -> Option<ChangeSet> {
        if tables.revision != self.revision {
            return None;
        }
        let first = tables.revision == 0;
        let mut changed: BTreeSet<RecordKey> = match self.base {
            BaseChange::Entries(entries) => {
                let keys = entries.values().flat_map(Said::keys).collect();
                for (sequence, said) in entries {
                    tables::lay(&mut tables.base, sequence, &said);
                    tables.log.insert(sequence, said);
                }
                keys
            }
            BaseChange::Anew { pages, log, base } => {
                let keys = tables::differences(&tables.base, &base);
                tables.pages = pages;
                tables.log = log;
                tables.base = base;
                keys
            }
        };
        tables.epoch = self.epoch;
        tables.sequence = self.sequence;
        tables.overlay_with(self.overlay);
        tables.unreadable = self.unreadable;
        tables.revision += 1;
        let anew: Vec<_> = self
            .dirty
            .iter()
            .map(|key| (*key, tables.merge(key, self.bases.remove(key))))
            .collect();
        for (key, merged) in anew {
            match merged {
                // Nothing local about it: the base row says it all.
                Some((_, local)) if local.is_clean() => tables.merged.remove(&key),
                Some((entity, local)) => {
                    let row = Arc::new(columns::row(&entity));
                    tables.merged.insert(key, (row, local))
                }
                None => tables.merged.remove(&key),
            };
        }
        changed.extend(self.dirty);
        Some(ChangeSet {
            everything: first,
            keys: changed,
        })
    }
}

fn decode_log(rows: &Rows) -> Result<BTreeMap<u64, Said>, Fault> {
    let mut entries = BTreeMap::new();
    for (key, bytes) in rows {
        let Key::Int(sequence) = key else { continue };
        let entry = Entry::decode(*sequence, bytes)?;
        let said = Said {
            rows: entry.rows.into_iter().map(Arc::new).collect(),
            gone: entry.gone,
        };
        entries.insert(*sequence, said);
    }
    Ok(entries)
}

/// A row that cannot be read is set aside, not thrown away: it must hide neither the others nor the
/// base.
fn decode_overlay(tables: &Tables, rows: Rows) -> (BTreeMap<Key, Rc<Laid>>, Vec<Key>) {
    let mut overlay = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (key, bytes) in rows {
        if let Some(same) = tables.overlay.get(&key).filter(|laid| laid.bytes == bytes) {
            overlay.insert(key, Rc::clone(same));
            continue;
        }
        match serde_json::from_slice::<OverlayRow>(&bytes) {
            Ok(row) => {
                overlay.insert(key, Rc::new(Laid { bytes, row }));
            }
            Err(error) => {
                ::log::error!("overlay row {key:?} cannot be read: {error}");
                unreadable.push(key);
            }
        }
    }
    (overlay, unreadable)
}

/// The answers of a read, one for each question.
fn answers<const N: usize>(rows: Vec<Rows>) -> Result<[Rows; N], Fault> {
    <[Rows; N]>::try_from(rows)
        .map_err(|_| Fault::Other("the store left a question unanswered".into()))
}
