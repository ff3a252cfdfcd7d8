//! The store on IndexedDB.
//!
//! A [`Batch`] is a value and one place in here opens transactions, so a commit can be neither
//! forgotten nor left half asked: every request of a batch is issued, then the transaction is
//! committed by name and its completion awaited, under a deadline. Once begun a commit runs to its
//! end, also when nobody waits for it any more.
//!
//! A connection that the browser closes (eviction, a crash of its storage process) is opened again at
//! the next use; one that gave way to a newer build or to the removal of the account is not.

mod commit;
mod connection;
mod deadline;
mod fault;
mod read;
pub mod registry;
mod schema;
mod value;

use connection::{Connection, Ended};
use deadline::Limits;
use futures::channel::oneshot;
use futures::future::poll_immediate;
use rapport_store::{Batch, Fault, Read, Receipt, Rows, Store, writes};
use schema::Schema;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

pub use deadline::Limits as StoreLimits;

/// A database of this origin. Cloning gives another handle on the same connection.
#[derive(Clone)]
pub struct IdbStore(Rc<Inner>);

struct Inner {
    name: String,
    schema: Schema,
    limits: Limits,
    connection: RefCell<Rc<Connection>>,
}

impl IdbStore {
    /// Opens the database of an account, creating it where there is none.
    ///
    /// # Errors
    /// [`Fault::TooNew`] when a newer build has made it, [`Fault::Unavailable`] when the browser
    /// keeps nothing or a tab with an older build holds it, [`Fault::Timeout`], [`Fault::Quota`].
    pub async fn open(account: &str) -> Result<Self, Fault> {
        Self::open_within(account, Limits::default()).await
    }

    /// Opens it with other limits of patience.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub async fn open_within(account: &str, limits: Limits) -> Result<Self, Fault> {
        Self::open_database(&database_of(account), schema::ACCOUNT, limits).await
    }

    async fn open_database(name: &str, schema: Schema, limits: Limits) -> Result<Self, Fault> {
        let connection = connection::open(name, schema, limits).await?;
        Ok(Self(Rc::new(Inner {
            name: name.to_owned(),
            schema,
            limits,
            connection: RefCell::new(Rc::new(connection)),
        })))
    }

    /// Closes the connection; every use from now on is refused.
    pub fn close(&self) {
        self.0.connection.borrow().end(Ended::Closed);
    }

    /// Drops what can be fetched again; another context may write at the same moment, then it is tried
    /// again. What the user wrote stays.
    pub async fn drop_cache(&self) -> Result<(), Fault> {
        loop {
            match writes::wipe(self).await {
                Err(Fault::Guard) => {}
                settled => return settled.map(|_| ()),
            }
        }
    }

    /// The connection, opened again if the browser had closed it.
    async fn connection(&self) -> Result<Rc<Connection>, Fault> {
        let present = Rc::clone(&self.0.connection.borrow());
        match present.ended() {
            None => Ok(present),
            Some(Ended::Lost) => {
                log::warn!("database {} was closed by the browser", self.0.name);
                let opened = connection::open(&self.0.name, self.0.schema, self.0.limits).await?;
                let opened = Rc::new(opened);
                self.0.connection.replace(Rc::clone(&opened));
                Ok(opened)
            }
            Some(ended) => Err(ended.fault()),
        }
    }

    /// Does something on the connection, once more on a new one if nothing had begun on the first.
    async fn with_connection<T>(
        &self,
        act: impl AsyncFn(&Connection, Limits) -> Result<T, Failure>,
    ) -> Result<T, Fault> {
        let connection = self.connection().await?;
        match act(&connection, self.0.limits).await {
            Err(Failure::NotBegun) => {}
            Err(Failure::Because(fault)) => return Err(fault),
            Ok(done) => return Ok(done),
        }
        let connection = self.connection().await?;
        act(&connection, self.0.limits)
            .await
            .map_err(|failure| match failure {
                Failure::NotBegun => Ended::Lost.fault(),
                Failure::Because(fault) => fault,
            })
    }
}

/// Why something on a connection failed.
enum Failure {
    /// The connection was closed before anything happened on it.
    NotBegun,
    /// Anything else.
    Because(Fault),
}

/// The name of an account's database.
fn database_of(account: &str) -> String {
    format!("rapport:{account}")
}

impl Store for IdbStore {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, Fault> {
        self.with_connection(async |connection, limits| read::all(connection, limits, reads).await)
            .await
    }

    async fn commit(&self, batch: Batch) -> Result<Receipt, Fault> {
        let store = self.clone();
        let mut commit = Box::pin(async move {
            store
                .with_connection(async |connection, limits| {
                    commit::all(connection, limits, &batch).await
                })
                .await
        });
        // Begun here and now, so that transactions come in the order of calls.
        if let Some(settled) = poll_immediate(&mut commit).await {
            return settled;
        }
        let (done, outcome) = oneshot::channel();
        spawn_local(async move {
            // Nobody may be waiting any more: it is done all the same.
            let _ = done.send(commit.await);
        });
        outcome
            .await
            .unwrap_or_else(|_| Err(Fault::Other("the commit was given up".into())))
    }
}
