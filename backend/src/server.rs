//! Starting and ending the server.

use crate::app::{self, App};
use crate::config::ServeConfig;
use crate::db::{Db, OpenError, Purpose, sessions};
use crate::files::FileStore;
use crate::password::{HashError, Passwords};
use crate::time::Time;
use crate::{demo, idempotency};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long requests may take to end when the server does.
const DRAIN: Duration = Duration::from_secs(10);
/// How often what has expired is forgotten.
const SWEEP: Duration = Duration::from_secs(3600);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// A statement of the database.
    #[error("the database failed: {0}")]
    Statement(#[from] sqlx::Error),
    /// The address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The directory of attachments.
    #[error("cannot use the directory of attachments: {0}")]
    Files(std::io::Error),
    /// Password hashing.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The demonstration data.
    #[error("cannot fill in the demonstration data: {0}")]
    Demo(#[from] demo::DemoError),
}

/// A running server.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    app: App,
    ending: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

/// Starts the server; it answers when this returns.
///
/// # Errors
/// When database, attachments, demonstration data or address cannot be used.
pub async fn serve(config: ServeConfig) -> Result<Running, StartError> {
    let db = Db::open(&config.database, Purpose::Serve).await?;
    let files = FileStore::beside(&config.database).map_err(StartError::Files)?;
    if config.demo {
        demo::fill(&db, &files, config.demo_seed).await?;
    }
    tidy(&db, &files).await?;
    let ending = CancellationToken::new();
    let passwords = Passwords::new()?;
    let address = config.listen;
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let app = App::new(config, db, files, passwords, ending.clone());
    let router = app::router(app.clone());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stop = ending.clone();
    let task = tokio::spawn(async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(async move { stop.cancelled().await })
            .await
    });
    tokio::spawn(sweep(app.clone()));
    if app.config().demo {
        tokio::spawn(demo::responder::run(app.clone()));
    }
    Ok(Running {
        address,
        app,
        ending,
        task,
    })
}

impl Running {
    /// The address of the front page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.app.config().base)
    }

    /// What the requests share; for tests and tools in the same process.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Waits for SIGINT or SIGTERM, or for the server to fail.
    pub async fn until_told_to_end(&mut self) {
        tokio::select! {
            () = signalled() => tracing::info!("ending"),
            _ = &mut self.task => tracing::error!("the server stopped by itself"),
        }
    }

    /// Ends: no new connections, streams end, requests are answered, the database is closed.
    pub async fn end(self) {
        self.ending.cancel();
        if !self.task.is_finished() && tokio::time::timeout(DRAIN, self.task).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        self.app.db().close().await;
    }
}

async fn tidy(db: &Db, files: &FileStore) -> Result<(), StartError> {
    let mut tx = db.write().await?;
    sessions::sweep(&mut tx, Time::now(), idempotency::KEEP).await?;
    let known: Vec<String> = sqlx::query_scalar("SELECT DISTINCT sha256 FROM attachment")
        .fetch_all(&mut *tx)
        .await?;
    tx.commit().await?;
    let known: HashSet<String> = known.into_iter().collect();
    files.sweep(&known).map_err(StartError::Files)
}

async fn sweep(app: App) {
    loop {
        tokio::select! {
            () = app.ending().cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        let swept = async {
            let mut tx = app.db().write().await?;
            sessions::sweep(&mut tx, Time::now(), idempotency::KEEP).await?;
            tx.commit().await
        };
        if let Err(error) = swept.await {
            tracing::warn!(%error, "could not sweep");
        }
    }
}

async fn signalled() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
