//! chromedriver and geckodriver as processes, and their commands beyond those of the client library.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::Kind;
use crate::backend::keep;
use crate::{locked, places, wait};

/// How often a driver is started that finds its port taken.
const ATTEMPTS: usize = 5;

/// A driver ended without listening; what it said.
#[derive(Debug, thiserror::Error)]
#[error("it ended without listening; it said\n{0}")]
struct NotListening(String);

pub(super) struct Driver {
    child: Child,
    url: String,
    output: Arc<Mutex<Vec<String>>>,
}

impl Driver {
    /// Starts a driver on a free port. It takes one and then asks for the same port of the other address
    /// family, which another driver may have taken between the two: then it ends, and another one starts.
    pub(super) async fn start(kind: Kind) -> Result<Self> {
        let mut last = Self::start_once(kind).await;
        for _ in 1..ATTEMPTS {
            match last {
                Err(error) if error.is::<NotListening>() => last = Self::start_once(kind).await,
                settled => return settled,
            }
        }
        last
    }

    async fn start_once(kind: Kind) -> Result<Self> {
        let (program, ready) = match kind {
            Kind::Chromium => {
                let program = places::program("CHROMEDRIVER", &["chromedriver"])?;
                (program, "was started successfully on port ")
            }
            Kind::Firefox => {
                let program = places::program("GECKODRIVER", &["geckodriver"])?;
                (program, "Listening on 127.0.0.1:")
            }
        };
        let port_option: &[&str] = match kind {
            Kind::Chromium => &["--port=0"],
            Kind::Firefox => &["--port", "0"],
        };
        let mut child = Command::new(&program)
            .args(port_option)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let output = Arc::new(Mutex::new(Vec::new()));
        let stderr = child.stderr.take().context("no stderr")?;
        keep(BufReader::new(stderr).lines(), output.clone());
        let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
        let reading = async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, port)) = line.split_once(ready) {
                    return Ok(port.trim().trim_end_matches('.').parse::<u16>()?);
                }
                locked(&output).push(line);
            }
            bail!(NotListening(locked(&output).join("\n")))
        };
        let port = tokio::time::timeout(wait::PATIENCE, reading)
            .await
            .with_context(|| format!("{} did not get ready", program.display()))??;
        keep(lines, output.clone());
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { child, url, output })
    }

    pub(super) async fn session(&self, wishes: Capabilities) -> Result<Client> {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wishes);
        let connecting = builder.connect(&self.url).await;
        connecting.with_context(|| {
            format!(
                "the browser did not start; its driver said\n{}",
                locked(&self.output).join("\n")
            )
        })
    }

    pub(super) fn pid(&self) -> Result<u32> {
        self.child
            .id()
            .context("the browser's driver has ended by itself")
    }

    /// What the driver and the browser wrote since the last call.
    pub(super) fn take_output(&self) -> Vec<String> {
        std::mem::take(&mut *locked(&self.output))
    }
}

/// A command below the session's address.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

impl Wire {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
        }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(body),
        }
    }
}

impl WebDriverCompatibleCommand for Wire {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!(
            "session/{}/{}",
            session_id.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _request_url: &url::Url) -> (Method, Option<String>) {
        (
            self.method.clone(),
            self.body.as_ref().map(Value::to_string),
        )
    }
}
