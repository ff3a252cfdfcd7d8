//! The network between browser and backend, as a reverse proxy that misbehaves on demand.
//!
//! The browser only ever knows the proxy's address, so its origin stays the same while the backend
//! stops, moves to another port or is replaced. Every request is recorded, and rules decide request
//! by request what goes wrong.

mod fault;
mod forward;
mod record;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::locked;

pub use fault::{Canned, Fault, Gate, Matcher, on, on_any};
pub use record::Exchange;
pub use record::sha256;

/// A proxy on a port of its own.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// What the proxy's tasks have in common.
struct Shared {
    upstream: std::sync::Mutex<Option<SocketAddr>>,
    rules: std::sync::Mutex<Vec<Rule>>,
    record: record::Record,
    cut: watch::Sender<bool>,
    next_rule: AtomicU64,
    has_misbehaved: AtomicBool,
}

struct Rule {
    id: u64,
    matcher: Matcher,
    fault: Fault,
    /// How many more requests it hits; `None` for all.
    left: Option<usize>,
}

/// A rule that is in force; [`Proxy::lift`] ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId(u64);

impl Proxy {
    /// Listens on a port of the system's choice and passes everything to `upstream`.
    ///
    /// # Errors
    /// When no port is to be had.
    pub async fn start(upstream: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("no port for the proxy")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream: std::sync::Mutex::new(Some(upstream)),
            rules: std::sync::Mutex::default(),
            record: record::Record::default(),
            cut: watch::Sender::new(false),
            next_rule: AtomicU64::new(1),
            has_misbehaved: AtomicBool::new(false),
        });
        let serving = shared.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, serving.clone()));
            }
        });
        Ok(Self {
            address,
            shared,
            accepting,
        })
    }

    /// The origin the browser sees, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on requests go there; `None` when nobody listens any more.
    pub fn set_upstream(&self, upstream: Option<SocketAddr>) {
        self.misbehave();
        *locked(&self.shared.upstream) = upstream;
    }

    /// Loses the network: open connections end, new ones are closed without an answer.
    pub fn cut(&self) {
        self.misbehave();
        self.shared.cut.send_replace(true);
    }

    /// The network is back. Rules are as they were.
    pub fn heal(&self) {
        self.shared.cut.send_replace(false);
    }

    /// Ends all open connections once, as a network does that changes under a device.
    pub fn reset_connections(&self) {
        self.misbehave();
        self.shared.cut.send_replace(true);
        self.shared.cut.send_replace(false);
    }

    fn misbehave(&self) {
        self.shared.has_misbehaved.store(true, Ordering::Relaxed);
    }

    /// Whether anything was made to go wrong so far.
    #[must_use]
    pub fn has_misbehaved(&self) -> bool {
        self.shared.has_misbehaved.load(Ordering::Relaxed)
    }

    /// Whether the network was lost.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        *self.shared.cut.borrow()
    }

    /// From now on every request that matches suffers `fault`. The newest rule that matches wins.
    pub fn always(&self, matcher: Matcher, fault: Fault) -> RuleId {
        self.rule(matcher, fault, None)
    }

    /// The next `times` requests that match suffer `fault`.
    pub fn next(&self, times: usize, matcher: Matcher, fault: Fault) -> RuleId {
        self.rule(matcher, fault, Some(times))
    }

    fn rule(&self, matcher: Matcher, fault: Fault, left: Option<usize>) -> RuleId {
        self.misbehave();
        let id = self.shared.next_rule.fetch_add(1, Ordering::Relaxed);
        locked(&self.shared.rules).push(Rule {
            id,
            matcher,
            fault,
            left,
        });
        RuleId(id)
    }

    /// Ends one rule.
    pub fn lift(&self, rule: RuleId) {
        locked(&self.shared.rules).retain(|active| active.id != rule.0);
    }

    /// Ends all rules.
    pub fn lift_all(&self) {
        locked(&self.shared.rules).clear();
    }

    /// Everything that came by so far.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.record.all()
    }

    /// What came by so far and matches.
    #[must_use]
    pub fn seen(&self, matcher: &Matcher) -> Vec<Exchange> {
        let mut all = self.exchanges();
        all.retain(|exchange| matcher.hits(&exchange.method, &exchange.path));
        all
    }

    /// Waits until at least `count` requests that match have been dealt with, and returns them.
    ///
    /// # Errors
    /// When they do not come within `patience`.
    pub async fn until_seen(
        &self,
        count: usize,
        matcher: &Matcher,
        patience: Duration,
    ) -> Result<Vec<Exchange>> {
        let mut changed = self.shared.record.changed();
        let waiting = async {
            loop {
                let seen = self.seen(matcher);
                if seen.iter().filter(|exchange| exchange.ended).count() >= count {
                    return seen;
                }
                if changed.changed().await.is_err() {
                    return seen;
                }
            }
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(seen) => Ok(seen),
            Err(_) => bail!(
                "{count} × {matcher:?} were expected, but within {patience:?} there came\n{}",
                record::as_lines(&self.exchanges())
            ),
        }
    }

    /// The record as text, one line a request.
    #[must_use]
    pub fn log(&self) -> String {
        record::as_lines(&self.exchanges())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.shared.cut.send_replace(true);
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut cut = shared.cut.subscribe();
    if *cut.borrow_and_update() {
        return;
    }
    let shared = &shared;
    let service = service_fn(|request| forward::answer(request, shared));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // A connection that ends early is what this program is for.
        _ = connection => {}
        _ = cut.changed() => {}
    }
}

#[cfg(test)]
mod tests;
