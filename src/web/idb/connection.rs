//! One open connection: how it is opened, and how it ends.

use super::deadline::{Limits, within};
use super::schema::Schema;
use super::{Failure, fault};
use crate::web::timer;
use futures::channel::oneshot;
use futures::future::{Either, pending, select};
use indexed_db_futures::database::Database;
use indexed_db_futures::error::OpenDbError;
use indexed_db_futures::internals::SystemRepr;
use rapport_store::Fault;
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

/// Why a connection is open no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The browser closed it, or it stopped answering.
    Lost,
    /// It gave way to a newer build.
    Superseded,
    /// It gave way to the removal of the database.
    Removed,
    /// We closed it.
    Closed,
}

impl Ended {
    pub fn fault(self) -> Fault {
        match self {
            Self::Lost => Fault::Closed("the browser closed the database".into()),
            Self::Superseded => Fault::TooNew,
            Self::Removed => Fault::Closed("the data was removed from this device".into()),
            Self::Closed => Fault::Closed("the database is closed".into()),
        }
    }
}

/// A connection, closed when it is dropped.
pub(super) struct Connection {
    database: Database,
    ended: Rc<Cell<Option<Ended>>>,
    _on_close: Closure<dyn FnMut()>,
    _on_version_change: Closure<dyn FnMut(web_sys::IdbVersionChangeEvent)>,
}

impl Connection {
    fn new(database: Database) -> Self {
        let ended = Rc::new(Cell::new(None));
        let lost = Rc::clone(&ended);
        let on_close = Closure::<dyn FnMut()>::new(move || {
            if lost.get().is_none() {
                lost.set(Some(Ended::Lost));
            }
        });
        let gives_way = Rc::clone(&ended);
        let raw = database.as_sys().clone();
        let on_version_change = Closure::<dyn FnMut(web_sys::IdbVersionChangeEvent)>::new(
            move |event: web_sys::IdbVersionChangeEvent| {
                // At once: whoever waits for us must not wait for a reload.
                raw.close();
                gives_way.set(Some(match event.new_version() {
                    Some(_) => Ended::Superseded,
                    None => Ended::Removed,
                }));
            },
        );
        let raw = database.as_sys();
        raw.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        raw.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Self {
            database,
            ended,
            _on_close: on_close,
            _on_version_change: on_version_change,
        }
    }

    pub const fn database(&self) -> &Database {
        &self.database
    }

    pub fn ended(&self) -> Option<Ended> {
        self.ended.get()
    }

    /// Closes it, if it is still open.
    pub fn end(&self, why: Ended) {
        if self.ended.get().is_none() {
            self.ended.set(Some(why));
            self.database.as_sys().close();
        }
    }

    /// What it means that no transaction could be begun: on a closed connection, that it has to be
    /// opened again.
    pub fn not_begun(&self, error: &indexed_db_futures::error::Error) -> Failure {
        match fault::of(error) {
            Fault::Closed(_) => {
                self.end(Ended::Lost);
                match self.ended.get() {
                    Some(Ended::Lost) | None => Failure::NotBegun,
                    Some(ended) => Failure::Because(ended.fault()),
                }
            }
            fault => Failure::Because(fault),
        }
    }

    /// What a failed operation means on this connection: once it has ended, that is the reason.
    pub fn fault(&self, fault: Fault) -> Fault {
        match (&fault, self.ended.get()) {
            (Fault::Guard | Fault::Quota(_), _) | (_, None) => fault,
            (_, Some(ended)) => ended.fault(),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let raw = self.database.as_sys();
        raw.set_onclose(None);
        raw.set_onversionchange(None);
        raw.close();
    }
}

/// Opens a database, creating or upgrading it.
pub(super) async fn open(name: &str, schema: Schema, limits: Limits) -> Result<Connection, Fault> {
    match open_at(name, Some(schema), limits).await {
        Err(Fault::TooNew) => {}
        settled => return settled,
    }
    // A newer build was here. If it only added stores, its database is good for us too.
    let connection = open_at(name, None, limits).await?;
    if schema.reads(connection.database.version()) {
        Ok(connection)
    } else {
        Err(Fault::TooNew)
    }
}

/// Opens a database at the schema's version, or at whatever version it has.
async fn open_at(name: &str, schema: Option<Schema>, limits: Limits) -> Result<Connection, Fault> {
    let (blocked, is_blocked) = oneshot::channel::<()>();
    let (done, opened) = oneshot::channel();
    let name = name.to_owned();
    // In a task of its own: when we lose patience the request is still there, and a connection that
    // it brings later must be closed, or it would block everybody else.
    spawn_local(async move {
        let result = request(&name, schema, blocked).await;
        let _ = done.send(
            result
                .map(Connection::new)
                .map_err(|error| fault::of_open(&error)),
        );
    });
    let opened = async {
        opened
            .await
            .unwrap_or_else(|_| Err(Fault::Other("opening was given up".into())))
    };
    let blocked = async {
        if is_blocked.await.is_err() {
            pending::<()>().await;
        }
        timer::wait(limits.blocked_ms).await;
    };
    let or_blocked = async {
        match select(pin!(opened), pin!(blocked)).await {
            Either::Left((settled, _)) => settled,
            Either::Right(_) => Err(Fault::Unavailable(
                "another tab holds an older version of the app open: close it and reload".into(),
            )),
        }
    };
    within(limits.open_ms, or_blocked).await
}

async fn request(
    name: &str,
    schema: Option<Schema>,
    blocked: oneshot::Sender<()>,
) -> Result<Database, OpenDbError> {
    let on_blocked = move |_| {
        let _ = blocked.send(());
        Ok(())
    };
    match schema {
        Some(schema) => {
            Database::open(name)
                .with_version(schema.version)
                .with_on_blocked(on_blocked)
                .with_on_upgrade_needed(move |_, database| schema.create(&database))
                .await
        }
        None => Database::open(name).await,
    }
}

/// Deletes a database. Other connections to it give way by themselves.
pub(super) async fn delete(name: &str, limits: Limits) -> Result<(), Fault> {
    let request = Database::delete_by_name(name).map_err(|error| fault::of_open(&error))?;
    within(limits.open_ms, async {
        request.await.map_err(|error| fault::of(&error))
    })
    .await
}
