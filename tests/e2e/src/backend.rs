//! The real backend as a process of its own on a database of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::api::Api;
use crate::{locked, places, processes, wait};

/// How the backend is started.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The path everything is served under.
    pub base: String,
    /// The built client.
    pub client: PathBuf,
    /// How long the demonstration's service desk takes to answer.
    pub responder_delay: Duration,
    /// Further arguments.
    pub more: Vec<String>,
}

impl Setup {
    /// The built client under `/`, with a service desk that answers at once.
    ///
    /// # Errors
    /// When there is no built client.
    pub fn usual() -> Result<Self> {
        Ok(Self {
            base: "/".to_owned(),
            client: places::dist()?,
            responder_delay: Duration::from_millis(300),
            more: Vec::new(),
        })
    }
}

/// A backend with demonstration data; the database outlives stops and starts and goes with the value.
pub struct Backend {
    folder: TempDir,
    setup: Setup,
    running: Option<Running>,
    log: Arc<Mutex<Vec<String>>>,
}

struct Running {
    child: Child,
    address: SocketAddr,
}

impl Backend {
    /// Starts a backend on a fresh database.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(setup: Setup) -> Result<Self> {
        let mut backend = Self {
            folder: TempDir::with_prefix("rapport-e2e-")?,
            setup,
            running: None,
            log: Arc::default(),
        };
        backend.start_again().await?;
        Ok(backend)
    }

    /// Starts the stopped backend on the same database, on another port.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> Result<()> {
        let mut child = Command::new(places::backend()?)
            .arg("serve")
            .arg("--database")
            .arg(self.folder.path().join("backend.sqlite"))
            .args(["--listen", "127.0.0.1:0", "--demo", "--demo-seed", "1"])
            .arg("--demo-delay-ms")
            .arg(self.setup.responder_delay.as_millis().to_string())
            .arg("--client")
            .arg(&self.setup.client)
            .arg("--profile")
            .arg(places::profile()?)
            .args(["--base", &self.setup.base])
            .args(&self.setup.more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the backend cannot be started")?;
        let stdout = child.stdout.take().context("no stdout")?;
        let stderr = child.stderr.take().context("no stderr")?;
        keep(BufReader::new(stderr).lines(), self.log.clone());
        let mut lines = BufReader::new(stdout).lines();
        let reading = ready_line(&mut lines);
        let Ok(Ok(address)) = tokio::time::timeout(wait::PATIENCE, reading).await else {
            bail!("the backend did not get ready; it said\n{}", self.log());
        };
        keep(lines, self.log.clone());
        self.running = Some(Running { child, address });
        Ok(())
    }

    /// Stops it as an administrator would.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut running) = self.running.take() else {
            return Ok(());
        };
        processes::ask_to_end(
            running
                .child
                .id()
                .context("the backend has ended by itself")?,
        )?;
        let ended = tokio::time::timeout(wait::PATIENCE, running.child.wait()).await;
        let status = ended.context("the backend did not end when asked to")??;
        if !status.success() {
            bail!("the backend ended with {status}; it said\n{}", self.log());
        }
        Ok(())
    }

    /// Lets it serve another build from its next start on.
    pub fn serve_client_from(&mut self, client: &Path) {
        self.setup.client = client.to_path_buf();
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self
            .running
            .as_ref()
            .context("the backend is stopped")?
            .address)
    }

    /// The path everything is served under.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.setup.base
    }

    /// The truth as one of the demonstration's people sees it, past the faulty network.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn as_user(&self, login: &str) -> Result<Api> {
        Api::sign_in(self.address()?, &self.setup.base, login).await
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        locked(&self.log).join("\n")
    }
}

async fn ready_line(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<SocketAddr> {
    let line = lines.next_line().await?.context("it ended")?;
    let address = line
        .strip_prefix("listening on http://")
        .and_then(|rest| rest.split('/').next())
        .with_context(|| format!("its first line is {line:?}"))?;
    Ok(address.parse()?)
}

/// Keeps what a program writes, and keeps its pipe empty.
pub(crate) fn keep(
    mut lines: Lines<impl AsyncRead + AsyncBufReadExt + Unpin + Send + 'static>,
    log: Arc<Mutex<Vec<String>>>,
) {
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            locked(&log).push(line);
        }
    });
}
