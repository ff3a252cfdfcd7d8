//! The tables of one tab: opened from the store, kept up by [`Replica::refresh`], asked without
//! waiting.
//!
//! Cloning gives another handle on the same tables. Nothing is borrowed while something is awaited,
//! so any number of calls may be under way at once.

mod fetch;

use crate::changes::ChangeSet;
use crate::fault::Fault;
use crate::kv::{Key, Read, Space, Store};
use crate::log::Entry;
use crate::overlay::{Local, OverlayRow};
use crate::pages::{self, Bodies};
use crate::query::{self, Query, QueryResult, Shown};
use crate::row::Row;
use crate::tables::{self, Cache, Place, Tables};
use crate::writes;
use rapport_domain::{Entity, Kind, RecordKey, TicketId, Timestamp};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// How often a read is begun again because the store changed under it.
const ATTEMPTS: u32 = 8;

/// The tables, and the store beneath them.
pub struct Replica<S> {
    store: S,
    tables: Rc<RefCell<Tables>>,
    cache: Rc<RefCell<Cache>>,
}

impl<S: Clone> Clone for Replica<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            tables: Rc::clone(&self.tables),
            cache: Rc::clone(&self.cache),
        }
    }
}

impl<S> std::fmt::Debug for Replica<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replica").finish_non_exhaustive()
    }
}

impl<S: Store> Replica<S> {
    /// Opens the tables.
    ///
    /// # Errors
    /// What the store says. After [`Fault::Corrupt`], [`writes::wipe`] makes it open again without
    /// touching what the user wrote.
    pub async fn open(store: S) -> Result<Self, Fault> {
        let replica = Self {
            store,
            tables: Rc::default(),
            cache: Rc::default(),
        };
        replica.refresh().await?;
        replica.refresh_marks().await?;
        Ok(replica)
    }

    /// The store beneath.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    #[cfg(feature = "testing")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.tables, &other.tables)
    }

    /// Takes in what was committed since, here or in another tab, and tells what changed.
    ///
    /// # Errors
    /// What the store says; the tables then stay as they are.
    pub async fn refresh(&self) -> Result<ChangeSet, Fault> {
        for _ in 0..ATTEMPTS {
            if let Some(fetched) = self.fetch().await?
                && let Some(changes) = fetched.apply(&mut self.tables.borrow_mut())
            {
                return Ok(changes);
            }
        }
        Err(Fault::Other(
            "the store changes faster than it can be read".into(),
        ))
    }

    /// Takes in read marks that another tab has set.
    ///
    /// # Errors
    /// What the store says.
    pub async fn refresh_marks(&self) -> Result<ChangeSet, Fault> {
        let rows = self.store.read(&[Read::All(Space::Marks)]).await?;
        let marks: HashMap<TicketId, Timestamp> = rows
            .into_iter()
            .flatten()
            .filter_map(|(key, bytes)| writes::decode_mark(&key, &bytes))
            .collect();
        let mut tables = self.tables.borrow_mut();
        let changed = marks
            .iter()
            .filter(|(ticket, at)| tables.marks.get(ticket) != Some(at))
            .map(|(ticket, _)| ticket_key(*ticket))
            .collect();
        tables.marks = marks;
        Ok(changed)
    }

    /// Notes that the user has seen a ticket as it was at `at`; never goes back.
    ///
    /// # Errors
    /// What the store says; the mark then holds until the page is left.
    pub async fn mark_read(&self, ticket: TicketId, at: Timestamp) -> Result<ChangeSet, Fault> {
        {
            let mut tables = self.tables.borrow_mut();
            if tables.marks.get(&ticket).is_some_and(|seen| *seen >= at) {
                return Ok(ChangeSet::default());
            }
            tables.marks.insert(ticket, at);
        }
        self.store.commit(writes::mark_read(ticket, at)).await?;
        Ok([ticket_key(ticket)].into_iter().collect())
    }

    /// Up to when the user has seen a ticket.
    #[must_use]
    pub fn seen(&self, ticket: TicketId) -> Option<Timestamp> {
        self.tables.borrow().marks.get(&ticket).copied()
    }

    /// Answers a query from memory.
    #[must_use]
    pub fn query(&self, query: &Query) -> QueryResult {
        let tables = self.tables.borrow();
        let (window, total) = query::select(query, tables.rows(query.kind));
        let rows = window.into_iter().map(|row| shown(&tables, row)).collect();
        QueryResult { rows, total }
    }

    /// How many records pass a query's filter.
    #[must_use]
    pub fn count(&self, query: &Query) -> usize {
        let tables = self.tables.borrow();
        let test = query.filter.prepare();
        tables
            .rows(query.kind)
            .filter(|row| test.holds(row))
            .count()
    }

    /// The list columns of one record, local changes included.
    #[must_use]
    pub fn row(&self, key: &RecordKey) -> Option<Shown> {
        let tables = self.tables.borrow();
        tables.row(key).map(|row| shown(&tables, row))
    }

    /// The list columns of one record as the base has them.
    #[must_use]
    pub fn base_row(&self, key: &RecordKey) -> Option<Arc<Row>> {
        tables::held(&self.tables.borrow().base, key).map(|held| Arc::clone(&held.row))
    }

    /// What of a record only this device knows.
    #[must_use]
    pub fn local(&self, key: &RecordKey) -> Local {
        let tables = self.tables.borrow();
        let merged = tables.merged.get(key);
        merged.map(|(_, local)| local.clone()).unwrap_or_default()
    }

    /// The local changes that have a part in a record, oldest first, shown or not.
    #[must_use]
    pub fn overlay(&self, key: &RecordKey) -> Vec<OverlayRow> {
        self.tables.borrow().laid_over(key).cloned().collect()
    }

    /// Keys of local changes that this build cannot read. They are kept.
    #[must_use]
    pub fn unreadable(&self) -> Vec<Key> {
        self.tables.borrow().unreadable.clone()
    }

    /// The keys of all base records, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<RecordKey> {
        let tables = self.tables.borrow();
        let key = |kind: Kind| move |id: &uuid::Uuid| RecordKey { kind, id: *id };
        let mut keys: Vec<RecordKey> = tables
            .base
            .iter()
            .flat_map(|(kind, table)| table.keys().map(key(*kind)))
            .collect();
        keys.sort_unstable();
        keys
    }

    /// How many entries the log has that are not folded into pages.
    #[must_use]
    pub fn unfolded(&self) -> usize {
        self.tables.borrow().log.len()
    }

    /// The whole of a record, local changes included.
    ///
    /// # Errors
    /// What the store says; [`Fault::Corrupt`] when its body cannot be read.
    pub async fn load(&self, key: RecordKey) -> Result<Option<Entity>, Fault> {
        Ok(self.load_many(&[key]).await?.pop().flatten())
    }

    /// The whole of several records, in the order of `keys`.
    ///
    /// # Errors
    /// As of [`Self::load`].
    pub async fn load_many(&self, keys: &[RecordKey]) -> Result<Vec<Option<Entity>>, Fault> {
        let mut bases = self.load_bases(keys).await?;
        let tables = self.tables.borrow();
        let merged = keys.iter().map(|key| {
            let base = bases.remove(key);
            tables.merge(key, base).map(|(entity, _)| entity)
        });
        Ok(merged.collect())
    }

    /// The whole of a record as the base has it.
    ///
    /// # Errors
    /// As of [`Self::load`].
    pub async fn load_base(&self, key: RecordKey) -> Result<Option<Entity>, Fault> {
        Ok(self.load_bases(&[key]).await?.remove(&key))
    }

    async fn load_bases(&self, keys: &[RecordKey]) -> Result<HashMap<RecordKey, Entity>, Fault> {
        for _ in 0..ATTEMPTS {
            let places: HashMap<RecordKey, Place> = {
                let tables = self.tables.borrow();
                let place = |key: &RecordKey| Some((*key, tables::held(&tables.base, key)?.place));
                keys.iter().filter_map(place).collect()
            };
            if let Some(bases) = self.bodies_at(&places).await? {
                return Ok(bases);
            }
            // The page was folded into another one meanwhile.
            self.refresh().await?;
        }
        Err(Fault::Other(
            "the store changes faster than it can be read".into(),
        ))
    }

    /// The records at these places; `None` when one of the places is no more.
    async fn bodies_at(
        &self,
        places: &HashMap<RecordKey, Place>,
    ) -> Result<Option<HashMap<RecordKey, Entity>>, Fault> {
        let distinct: BTreeSet<Place> = places.values().copied().collect();
        let Some(bodies) = self.bodies(distinct).await? else {
            return Ok(None);
        };
        let mut entities = HashMap::with_capacity(places.len());
        for (key, place) in places {
            let body = bodies.get(place).map(|bodies| bodies.get(key));
            let Some(entity) = body.transpose()?.flatten() else {
                let name = format!("{} {} has no body", key.kind.as_str(), key.id);
                return Err(Fault::Corrupt(name));
            };
            entities.insert(*key, entity);
        }
        Ok(Some(entities))
    }

    async fn bodies(
        &self,
        places: BTreeSet<Place>,
    ) -> Result<Option<BTreeMap<Place, Rc<Bodies>>>, Fault> {
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for place in places {
            match self.cache.borrow_mut().get(place) {
                Some(bodies) => {
                    found.insert(place, bodies);
                }
                None => missing.push(place),
            }
        }
        if missing.is_empty() {
            return Ok(Some(found));
        }
        let address = |place: &Place| {
            let (space, key) = place.address();
            Read::One(space, key)
        };
        let reads: Vec<Read> = missing.iter().map(address).collect();
        let rows = self.store.read(&reads).await?;
        for (place, rows) in missing.into_iter().zip(rows) {
            let Some((_, bytes)) = rows.into_iter().next() else {
                return Ok(None);
            };
            let bodies = Rc::new(match place {
                Place::Page(page) => pages::decode_bodies(page, &bytes)?,
                Place::Log(sequence) => Entry::decode(sequence, &bytes)?.bodies,
            });
            self.cache.borrow_mut().put(place, Rc::clone(&bodies));
            found.insert(place, bodies);
        }
        Ok(Some(found))
    }
}

fn ticket_key(ticket: TicketId) -> RecordKey {
    RecordKey {
        kind: Kind::Ticket,
        id: ticket.0,
    }
}

fn shown(tables: &Tables, row: &Arc<Row>) -> Shown {
    let merged = tables.merged.get(&row.key);
    let seen = match row.key.kind {
        Kind::Ticket => tables.marks.get(&TicketId(row.key.id)).copied(),
        _ => None,
    };
    Shown {
        row: Arc::clone(row),
        local: merged.map(|(_, local)| local.clone()).unwrap_or_default(),
        seen,
    }
}
