//! The database: one SQLite file in WAL mode, many readers, one writer.
//!
//! Every write transaction takes the single writer connection with `BEGIN IMMEDIATE`, so writers
//! queue here, in order, instead of failing inside SQLite with "database is locked".

pub mod accounts;
pub mod catalogue;
mod lock;
pub mod objects;
pub mod people;
pub mod plain;
pub mod records;
pub mod sessions;
mod settle;
pub mod sight;
pub mod terms;
pub mod thread;
pub mod tickets;

use crate::time::Time;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A transaction on either side.
pub type Tx = Transaction<'static, Sqlite>;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// What the database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To serve it, as the only one. This begins a new stretch of its history (see [`Identity`]).
    Serve,
    /// To carry out one command, perhaps beside a running server. Without one, this begins a stretch
    /// too: what the command writes must not make up for what a copy lacks.
    Command,
}

/// The open database.
#[derive(Clone, Debug)]
pub struct Db {
    readers: SqlitePool,
    writer: SqlitePool,
    identity: Identity,
    lock: Option<Arc<File>>,
}

/// What a cursor must agree with to be of this database.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The number of this start of the program.
    pub boot: i64,
    /// Random bytes of this start.
    pub token: Vec<u8>,
    /// Seals cursors, so that nobody can make one up.
    pub secret: Vec<u8>,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its directory.
    #[error("cannot open {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another server has it.
    #[error("{0} is served by another program: end that one, or name another file with --database")]
    InUse(PathBuf),
    /// SQLite.
    #[error("cannot open the database: {0}")]
    Sqlite(#[from] sqlx::Error),
    /// The file's tables are not those of this program.
    #[error("cannot bring the database to this version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// No randomness to be had.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

impl Db {
    /// Opens (or makes) the database and brings its tables to this version.
    ///
    /// # Errors
    /// When the file cannot be opened, holds something else, or is to be served a second time.
    pub async fn open(path: &Path, purpose: Purpose) -> Result<Self, OpenError> {
        if let Some(directory) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            std::fs::create_dir_all(directory).map_err(|source| OpenError::File {
                path: directory.to_owned(),
                source,
            })?;
        }
        let lock = match purpose {
            Purpose::Serve => Some(lock::to_serve(path).await?),
            Purpose::Command => lock::take(path)?,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16000");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await?;
        settle::settle(&writer, newest()).await?;
        let identity = match lock {
            Some(_) => begin_boot(&writer).await?,
            None => Identity::default(),
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self {
            readers,
            writer,
            identity,
            // A server may start beside a command, so only a server keeps the lock.
            lock: lock.filter(|_| purpose == Purpose::Serve).map(Arc::new),
        })
    }

    /// A snapshot to read from.
    ///
    /// # Errors
    /// When no connection becomes free.
    pub async fn read(&self) -> Result<Tx, sqlx::Error> {
        self.readers.begin().await
    }

    /// The writer's turn. Nothing is written unless the transaction is committed.
    ///
    /// # Errors
    /// When the queue is too long.
    pub async fn write(&self) -> Result<Tx, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Who this database is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Ends all connections; the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        if let Some(lock) = &self.lock {
            // Tasks that still end hold clones of this; the file is free all the same.
            let _ = lock.unlock();
        }
    }
}

/// The number of this program's newest migration.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|one| one.version).max().unwrap_or(0)
}

async fn begin_boot(writer: &SqlitePool) -> Result<Identity, OpenError> {
    let mut token = vec![0; 8];
    let mut secret = vec![0; 32];
    getrandom::fill(&mut token)?;
    getrandom::fill(&mut secret)?;
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("INSERT INTO meta (key, value) VALUES ('secret', ?) ON CONFLICT DO NOTHING")
        .bind(crate::text::hex(&secret))
        .execute(&mut *tx)
        .await?;
    let secret: String = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'secret'")
        .fetch_one(&mut *tx)
        .await?;
    let boot = sqlx::query_scalar(
        "INSERT INTO boot (token, total, started_at)
         VALUES (?, (SELECT sum(counter) FROM scope), ?) RETURNING id",
    )
    .bind(&token)
    .bind(Time::now().0)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Identity {
        boot,
        token,
        secret: secret.into_bytes(),
    })
}

/// Reads a value of the `meta` table.
///
/// # Errors
/// When the database fails.
pub async fn meta(conn: &mut SqliteConnection, key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
        .bind(key)
        .fetch_optional(conn)
        .await
}

/// Writes a value of the `meta` table.
///
/// # Errors
/// When the database fails.
pub async fn set_meta(
    conn: &mut SqliteConnection,
    key: &str,
    value: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(conn)
    .await?;
    Ok(())
}
