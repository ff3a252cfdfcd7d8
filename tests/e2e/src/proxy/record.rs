//! What came by at the proxy.

use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::{HeaderMap, Method};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::locked;

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When it came, since the proxy started.
    pub at: Duration,
    /// Method.
    pub method: Method,
    /// Path with the deploy base, without the query.
    pub path: String,
    /// What stood behind the question mark.
    pub query: Option<String>,
    /// The request's headers.
    pub headers: HeaderMap,
    /// SHA-256 of the request's body, in hexadecimal digits.
    pub body_sha256: String,
    /// The request's body.
    pub body: Bytes,
    /// The status the browser got; `None` when it got nothing, or not yet.
    pub status: Option<u16>,
    /// The status the backend gave; `None` when it heard of nothing.
    pub backend_status: Option<u16>,
    /// Whether the proxy is through with it.
    pub ended: bool,
}

impl Exchange {
    /// A header of the request, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

pub(super) struct Record {
    started: Instant,
    exchanges: std::sync::Mutex<Vec<Exchange>>,
    changed: watch::Sender<()>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            exchanges: std::sync::Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Record {
    /// Notes a request; the number finds it again.
    pub(super) fn begin(
        &self,
        method: Method,
        uri: &hyper::Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> usize {
        let mut exchanges = locked(&self.exchanges);
        exchanges.push(Exchange {
            at: self.started.elapsed(),
            method,
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            headers,
            body_sha256: sha256(&body),
            body,
            status: None,
            backend_status: None,
            ended: false,
        });
        exchanges.len() - 1
    }

    pub(super) fn answered(&self, number: usize, status: u16) {
        if let Some(exchange) = locked(&self.exchanges).get_mut(number) {
            exchange.backend_status = Some(status);
        }
        self.changed.send_replace(());
    }

    pub(super) fn end(&self, number: usize, status: Option<u16>) {
        if let Some(exchange) = locked(&self.exchanges).get_mut(number) {
            exchange.status = status;
            exchange.ended = true;
        }
        self.changed.send_replace(());
    }

    pub(super) fn all(&self) -> Vec<Exchange> {
        locked(&self.exchanges).clone()
    }

    pub(super) fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn as_lines(exchanges: &[Exchange]) -> String {
    let mut lines = String::new();
    for exchange in exchanges {
        let status = |status: Option<u16>| status.map_or("–".to_owned(), |s| s.to_string());
        let query = exchange.query.as_ref().map(|q| format!("?{q}"));
        lines.push_str(&format!(
            "{:9.3} s  {:6} {}{}  {} bytes, backend {}, browser {}{}\n",
            exchange.at.as_secs_f64(),
            exchange.method,
            exchange.path,
            query.unwrap_or_default(),
            exchange.body.len(),
            status(exchange.backend_status),
            status(exchange.status),
            if exchange.ended { "" } else { " (open)" },
        ));
    }
    lines
}
