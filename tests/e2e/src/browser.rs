//! A real browser, driven through WebDriver, on a profile that outlives its process: it can be quit
//! or killed and started again, and what the page had stored is there or is lost, as in real life.

mod chromium;
mod console;
mod driver;
mod firefox;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::Value;
use tempfile::TempDir;

use crate::page::Page;
use crate::{processes, wait};

pub use console::Message;
use driver::Driver;
pub(crate) use driver::Wire;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
}

/// What the browser shows pages on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Device pixels to a CSS pixel; 2 with half the width is a zoom of 200 %.
    pub scale: f64,
    /// Whether the system asks for dark pages.
    pub dark: bool,
}

impl Look {
    /// A phone held upright.
    pub const PHONE: Self = Self {
        width: 360,
        height: 780,
        scale: 1.0,
        dark: false,
    };
    /// A laptop.
    pub const DESKTOP: Self = Self {
        width: 1280,
        height: 800,
        scale: 1.0,
        dark: false,
    };

    /// The same at night.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }
}

/// A browser with its profile.
pub struct Browser {
    kind: Kind,
    look: Look,
    profile: TempDir,
    downloads: TempDir,
    running: Option<Running>,
    messages: Vec<Message>,
}

struct Running {
    driver: Driver,
    client: Client,
    /// The window commands go to at present.
    current: Current,
}

/// The window that commands of a session go to at present.
pub(crate) type Current = Arc<Mutex<Option<WindowHandle>>>;

impl Browser {
    /// Starts a browser on a fresh profile.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(kind: Kind, look: Look) -> Result<Self> {
        let mut browser = Self {
            kind,
            look,
            profile: TempDir::with_prefix("rapport-profile-")?,
            downloads: TempDir::with_prefix("rapport-downloads-")?,
            running: None,
            messages: Vec::new(),
        };
        browser.start_again().await?;
        Ok(browser)
    }

    /// Starts the browser that was quit or killed on the same profile.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> Result<()> {
        ensure!(self.running.is_none(), "the browser is running");
        let driver = Driver::start(self.kind).await?;
        let wishes = match self.kind {
            Kind::Chromium => chromium::capabilities(self.profile.path(), self.look)?,
            Kind::Firefox => {
                firefox::capabilities(self.profile.path(), self.downloads.path(), self.look)?
            }
        };
        let client = driver.session(wishes).await?;
        self.running = Some(Running {
            driver,
            client,
            current: Current::default(),
        });
        let tab = self.tab().await?;
        self.dress(&tab).await
    }

    /// Which browser it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What pages are shown on.
    #[must_use]
    pub const fn look(&self) -> Look {
        self.look
    }

    /// The tab that is open.
    ///
    /// # Errors
    /// When the browser is not running.
    pub async fn tab(&self) -> Result<Page> {
        let running = self.running()?;
        let window = running.client.window().await?;
        Ok(Page::new(
            running.client.clone(),
            window,
            running.current.clone(),
            self.kind,
        ))
    }

    /// Opens another tab.
    ///
    /// # Errors
    /// When the browser is not running.
    pub async fn new_tab(&self) -> Result<Page> {
        let running = self.running()?;
        let opened = running.client.new_window(true).await?;
        let page = Page::new(
            running.client.clone(),
            opened.handle,
            running.current.clone(),
            self.kind,
        );
        self.dress(&page).await?;
        Ok(page)
    }

    /// From now on pages are shown so, in this tab and in tabs opened later.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_look(&mut self, tab: &Page, look: Look) -> Result<()> {
        self.look = look;
        self.dress(tab).await
    }

    async fn dress(&self, tab: &Page) -> Result<()> {
        match self.kind {
            Kind::Chromium => chromium::dress(tab, self.look, self.downloads.path()).await,
            Kind::Firefox => firefox::dress(tab, self.look).await,
        }
    }

    /// Closes the browser as a person does, and waits until it has ended.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn quit(&mut self) -> Result<()> {
        self.collect_messages().await?;
        let running = self.running.take().context("the browser is not running")?;
        let processes = processes::descendants(running.driver.pid()?);
        running.client.close().await?;
        wait::until("the browser to end", || async {
            let left = processes
                .iter()
                .filter(|pid| processes::is_alive(**pid))
                .count();
            ensure!(left == 0, "{left} processes are left");
            Ok(())
        })
        .await
    }

    /// Kills the browser with SIGKILL, all processes of it at once.
    ///
    /// # Errors
    /// When it is not running.
    pub fn kill(&mut self) -> Result<()> {
        let running = self.running.take().context("the browser is not running")?;
        processes::kill_tree(running.driver.pid()?);
        Ok(())
    }

    /// Everything pages and workers wrote to the console since the browser's first start, as far as it
    /// was not lost with a killed process.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn messages(&mut self) -> Result<&[Message]> {
        self.collect_messages().await?;
        Ok(&self.messages)
    }

    async fn collect_messages(&mut self) -> Result<()> {
        if let Some(running) = &self.running {
            let fresh = match self.kind {
                Kind::Chromium => console::of_chromium(&running.client).await?,
                Kind::Firefox => console::of_firefox(&running.driver.take_output()),
            };
            self.messages.extend(fresh);
        }
        Ok(())
    }

    /// Waits until a file has been downloaded whose name begins so, and returns it.
    ///
    /// # Errors
    /// When none comes.
    pub async fn downloaded(&self, start: &str) -> Result<PathBuf> {
        wait::until(format!("the download of {start}"), || async {
            let mut paths = Vec::new();
            for entry in std::fs::read_dir(self.downloads.path())? {
                paths.push(entry?.path());
            }
            let name = |path: &Path| {
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default()
            };
            // While a file is coming in it has another name, or a companion.
            let is_unfinished = |path: &PathBuf| {
                name(path).ends_with(".crdownload") || name(path).ends_with(".part")
            };
            if paths.iter().any(is_unfinished) {
                bail!("it is coming in: {paths:?}");
            }
            let found = paths.iter().find(|path| name(path).starts_with(start));
            found
                .cloned()
                .with_context(|| format!("there is {paths:?}"))
        })
        .await
    }

    fn running(&self) -> Result<&Running> {
        self.running.as_ref().context("the browser is not running")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(pid) = self
            .running
            .as_ref()
            .and_then(|running| running.driver.pid().ok())
        {
            processes::kill_tree(pid);
        }
    }
}

/// The value of a WebDriver answer that is a text.
pub(crate) fn as_text(value: Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        other => bail!("a text was expected, not {other}"),
    }
}
