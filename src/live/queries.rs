//! Live queries: what a view shows, read again whenever the store changes what it can concern.

use crate::live::portal::Portal;
use crate::live::task::task;
use crate::signals::{effect, memo};
use leptos::prelude::*;
use rapport_domain::{Entity, Kind, RecordKey, Typed};
use rapport_store::{Fault, Query, QueryResult};
use rapport_sync::{OutboxRow, State};
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;
use uuid::Uuid;

/// A record as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// Not read yet.
    Loading,
    /// There is none.
    Missing,
    /// Here it is.
    Ready(Entity),
    /// The store failed.
    Failed(Fault),
}

/// Where a record stands between this device and the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordSync {
    /// The server has it.
    #[default]
    Received,
    /// It is saved on this device and waits to be sent.
    SavedHere,
    /// It is on its way.
    Sending,
    /// It was sent, and whether it arrived is being found out.
    Unknown,
    /// The user must decide something.
    NeedsYou,
}

impl RecordSync {
    /// Where an item of the outbox stands.
    #[must_use]
    pub const fn of(row: &OutboxRow) -> Self {
        match row.item.state {
            State::Queued => Self::SavedHere,
            State::Sending => Self::Sending,
            State::Unknown { .. } => Self::Unknown,
            State::Parked { .. } => Self::NeedsYou,
        }
    }
}

impl Portal {
    /// The list columns of the records that answer `query`.
    #[must_use]
    pub fn rows(&self, query: impl Fn() -> Query + 'static) -> Signal<Option<QueryResult>> {
        self.rows_of(Box::new(query))
    }

    fn rows_of(&self, query: Box<dyn Fn() -> Query>) -> Signal<Option<QueryResult>> {
        let portal = self.clone();
        let query = SendWrapper::new(query);
        memo(move || {
            let query = query();
            portal.track(query.kind);
            Some(portal.replica.query(&query))
        })
        .into()
    }

    /// One record, whole, with local changes.
    #[must_use]
    pub fn record(&self, key: impl Fn() -> RecordKey + 'static) -> Signal<Loaded> {
        self.record_of(Box::new(key))
    }

    fn record_of(&self, key: Box<dyn Fn() -> RecordKey>) -> Signal<Loaded> {
        let portal = self.clone();
        let loaded = ArcRwSignal::new(Loaded::Loading);
        let out = loaded.clone();
        let latest = Rc::new(Cell::new(0_u64));
        Effect::new(move |before: Option<RecordKey>| {
            let key = key();
            portal.track(key.kind);
            if before.is_some_and(|before| before != key) {
                loaded.set(Loaded::Loading);
            }
            let (portal, loaded, latest) = (portal.clone(), loaded.clone(), Rc::clone(&latest));
            let mine = latest.get() + 1;
            latest.set(mine);
            task(async move {
                let found = match portal.replica.load(key).await {
                    Ok(Some(entity)) => Loaded::Ready(entity),
                    Ok(None) => Loaded::Missing,
                    Err(fault) => Loaded::Failed(fault),
                };
                // A later question has its own answer coming.
                if latest.get() == mine && loaded.with_untracked(|before| *before != found) {
                    loaded.set(found);
                }
            });
            key
        });
        out.into()
    }

    /// One record of a kind that has a struct of its own. What is on the screen stays there while it is
    /// read again.
    #[must_use]
    pub fn one<T: Typed + PartialEq + Send + Sync + 'static>(
        &self,
        id: Uuid,
    ) -> (Signal<Option<T>>, Signal<Loaded>) {
        let loaded = self.record(move || RecordKey { kind: T::KIND, id });
        let known = Memo::new(move |before: Option<&Option<T>>| match loaded.get() {
            Loaded::Ready(Entity::Record(record)) => T::of(&record),
            Loaded::Missing => None,
            _ => before.cloned().flatten(),
        });
        (known.into(), loaded)
    }

    /// The records that answer `query`, of a kind that has a struct of its own.
    #[must_use]
    pub fn all<T: Typed + PartialEq + Send + Sync + 'static>(
        &self,
        query: impl Fn() -> Query + 'static,
    ) -> Signal<Option<Vec<T>>> {
        let found = self.records(query);
        memo(move || {
            found.with(|found| {
                let records = found.as_ref()?.iter().filter_map(|entity| match entity {
                    Entity::Record(record) => T::of(record),
                    _ => None,
                });
                Some(records.collect())
            })
        })
        .into()
    }

    /// One record once, whole, with local changes.
    ///
    /// # Errors
    /// What the store said.
    pub async fn load(&self, key: RecordKey) -> Result<Option<Entity>, Fault> {
        self.replica.load(key).await
    }

    /// The records that answer `query`, whole, with local changes, in order. Old ones stay until new
    /// ones are read; a failure leaves them and is reported as trouble.
    #[must_use]
    pub fn records(&self, query: impl Fn() -> Query + 'static) -> Signal<Option<Vec<Entity>>> {
        self.records_of(Box::new(query))
    }

    fn records_of(&self, query: Box<dyn Fn() -> Query>) -> Signal<Option<Vec<Entity>>> {
        let portal = self.clone();
        let loaded = ArcRwSignal::new(None);
        let out = loaded.clone();
        let latest = Rc::new(Cell::new(0_u64));
        effect(move || {
            let query = query();
            portal.track(query.kind);
            let keys: Vec<RecordKey> = portal
                .replica
                .query(&query)
                .rows
                .iter()
                .map(|shown| shown.row.key)
                .collect();
            let (portal, loaded, latest) = (portal.clone(), loaded.clone(), Rc::clone(&latest));
            let mine = latest.get() + 1;
            latest.set(mine);
            task(async move {
                match portal.replica.load_many(&keys).await {
                    Ok(entities) if latest.get() == mine => {
                        let found = Some(entities.into_iter().flatten().collect());
                        if loaded.with_untracked(|before| *before != found) {
                            loaded.set(found);
                        }
                    }
                    Ok(_) => {}
                    Err(fault) => portal.report_trouble(fault.to_string()),
                }
            });
        });
        out.into()
    }

    /// Where a record stands between this device and the server; the state that needs the user most
    /// when several changes concern it.
    #[must_use]
    pub fn sync_of(&self, key: impl Fn() -> RecordKey + 'static) -> Signal<RecordSync> {
        self.sync_of_boxed(Box::new(key))
    }

    fn sync_of_boxed(&self, key: Box<dyn Fn() -> RecordKey>) -> Signal<RecordSync> {
        let outbox = self.outbox.clone();
        let key = SendWrapper::new(key);
        memo(move || {
            let key = key();
            outbox.with(|rows| {
                let concerned = rows.iter().filter(|row| row.item.intent.target() == key);
                concerned.map(RecordSync::of).max().unwrap_or_default()
            })
        })
        .into()
    }

    /// How many records of a kind there are.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.track(kind);
        self.replica.count(&Query::all(kind))
    }
}
