//! One journey: a backend, a network, a browser, and a report that tells where it went wrong.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};

use crate::backend::{Backend, Setup};
use crate::browser::{Browser, Kind, Look};
use crate::page::Page;
use crate::proxy::Proxy;
use crate::{locked, places};

/// So many journeys at once, however many cores there are: each waits more than it computes, but their
/// browsers want memory.
const AT_ONCE: usize = 3;
static UNDER_WAY: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// A journey's turn, until it is dropped.
struct Turn {
    /// How many journeys it stands for.
    weight: usize,
}

impl Turn {
    fn wait(weight: usize) -> Self {
        let mut under_way = ENDED
            .wait_while(locked(&UNDER_WAY), |count| *count + weight > AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        *under_way += weight;
        Self { weight }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *locked(&UNDER_WAY) -= self.weight;
        ENDED.notify_all();
    }
}

/// What a journey takes place on.
#[derive(Clone)]
pub struct Stage {
    kind: Kind,
    look: Look,
    base: String,
    change: fn(&mut Setup),
    weight: usize,
}

impl Stage {
    /// A phone with Chromium, the portal under `/`.
    #[must_use]
    pub fn phone() -> Self {
        Self {
            kind: Kind::Chromium,
            look: Look::PHONE,
            base: "/".to_owned(),
            change: |_| {},
            weight: 1,
        }
    }

    /// A laptop with Chromium, the portal under `/`.
    #[must_use]
    pub fn desktop() -> Self {
        Self {
            look: Look::DESKTOP,
            ..Self::phone()
        }
    }

    /// Another browser.
    #[must_use]
    pub fn with(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The portal under another path.
    #[must_use]
    pub fn under(self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..self
        }
    }

    /// With no other journey beside it: it waits for what browsers do only when nobody else wants the
    /// processor.
    #[must_use]
    pub fn alone(self) -> Self {
        Self {
            weight: AT_ONCE,
            ..self
        }
    }

    /// A backend started otherwise.
    #[must_use]
    pub fn backend(self, change: fn(&mut Setup)) -> Self {
        Self { change, ..self }
    }

    /// Plays a journey from a fresh database and a fresh profile.
    ///
    /// # Errors
    /// When a step fails, or the browser's console holds an error nobody expected.
    pub fn play(self, story: impl AsyncFnOnce(&mut Journey) -> Result<()>) -> Result<(), Failure> {
        let _turn = Turn::wait(self.weight);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(anyhow::Error::from)?;
        let played = runtime.block_on(async {
            let mut journey = self.set_up().await?;
            let told = story(&mut journey).await;
            let told = match told {
                Ok(()) => journey.console_is_clean().await,
                failed => failed,
            };
            match told {
                Ok(()) => Ok(()),
                Err(error) => Err(journey.report(error).await),
            }
        });
        // Tasks that read the output of ended programs are not waited for.
        runtime.shutdown_background();
        Ok(played?)
    }

    async fn set_up(self) -> Result<Journey> {
        let name = std::thread::current()
            .name()
            .unwrap_or("journey")
            .to_owned();
        let mut setup = Setup::usual()?;
        setup.base.clone_from(&self.base);
        (self.change)(&mut setup);
        let backend = Backend::start(setup).await?;
        let proxy = Proxy::start(backend.address()?).await?;
        let browser = Browser::start(self.kind, self.look).await?;
        Ok(Journey {
            name,
            started: Instant::now(),
            steps: Vec::new(),
            expected: Vec::new(),
            backend,
            proxy,
            browser,
        })
    }
}

/// Why a journey failed. Its debug form is what the test prints: the words, without a backtrace of the
/// harness that would hide them.
pub struct Failure(String);

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A journey under way.
pub struct Journey {
    /// The server.
    pub backend: Backend,
    /// The network.
    pub proxy: Proxy,
    /// The browser.
    pub browser: Browser,
    name: String,
    started: Instant,
    steps: Vec<String>,
    expected: Vec<String>,
}

impl Journey {
    /// Says what comes next; a failure is told together with the last step.
    pub fn step(&mut self, what: &str) {
        let line = format!("{:6.1} s  {what}", self.started.elapsed().as_secs_f64());
        eprintln!("    {line}");
        self.steps.push(line);
    }

    /// The address of a route of the portal, given without a leading slash.
    #[must_use]
    pub fn url(&self, route: &str) -> String {
        format!("{}{}{route}", self.proxy.origin(), self.backend.base())
    }

    /// The console may hold errors with these words.
    pub fn expect_in_console(&mut self, words: &str) {
        self.expected.push(words.to_owned());
    }

    /// Stops the backend: the network is there, but nobody listens.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop_backend(&mut self) -> Result<()> {
        self.proxy.set_upstream(None);
        self.proxy.reset_connections();
        self.backend.stop().await
    }

    /// Starts the stopped backend again.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_backend(&mut self) -> Result<()> {
        self.backend.start_again().await?;
        self.proxy.set_upstream(Some(self.backend.address()?));
        Ok(())
    }

    /// Makes sure that no page, worker or policy complained so far. Failed requests are complained
    /// about by the browser itself, and are all right where the network was made to fail.
    ///
    /// # Errors
    /// With what was complained about.
    pub async fn console_is_clean(&mut self) -> Result<()> {
        let is_network_bad = self.proxy.has_misbehaved();
        let expected = self.expected.clone();
        let messages = self.browser.messages().await?;
        let unexpected = messages.iter().filter(|message| {
            let is_expected = expected
                .iter()
                .any(|words| message.text.contains(words.as_str()));
            let counts = message.is_error && !(message.is_network && is_network_bad);
            message.is_grave() || (counts && !is_expected)
        });
        let texts: Vec<&str> = unexpected.map(|message| message.text.as_str()).collect();
        ensure!(
            texts.is_empty(),
            "errors in the console:\n{}",
            texts.join("\n")
        );
        Ok(())
    }

    async fn report(&mut self, error: anyhow::Error) -> anyhow::Error {
        let folder = self.folder();
        let mut told = String::from("the journey failed after these steps:\n");
        for step in &self.steps {
            let _ = writeln!(told, "  {step}");
        }
        match self.leave_behind(&folder).await {
            Ok(()) => {
                let _ = write!(told, "what was to be seen lies in {}", folder.display());
            }
            Err(problem) => {
                let _ = write!(told, "what was to be seen could not be kept: {problem:#}");
            }
        }
        anyhow!("{error:#}\n{told}")
    }

    fn folder(&self) -> PathBuf {
        places::target()
            .join("journeys")
            .join(self.name.replace("::", "-"))
    }

    async fn leave_behind(&mut self, folder: &PathBuf) -> Result<()> {
        if folder.is_dir() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
        fs::write(folder.join("network.txt"), self.proxy.log())?;
        fs::write(folder.join("backend.txt"), self.backend.log())?;
        if let Ok(tab) = self.browser.tab().await {
            let _ = self.keep_page(folder, &tab).await;
        }
        if let Ok(messages) = self.browser.messages().await {
            let lines = messages.iter().map(|message| format!("{message:?}\n"));
            fs::write(folder.join("console.txt"), lines.collect::<String>())?;
        }
        Ok(())
    }

    async fn keep_page(&self, folder: &std::path::Path, tab: &Page) -> Result<()> {
        fs::write(folder.join("page.png"), tab.screenshot().await?)?;
        fs::write(folder.join("page.html"), tab.html().await?)?;
        let text = format!("{}\n\n{}", tab.url().await?, tab.text().await?);
        fs::write(folder.join("page.txt"), text)?;
        Ok(())
    }
}
