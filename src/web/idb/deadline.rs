//! Patience: a request that the browser never answers (a frozen tab, a hung storage process) becomes
//! a fault, not an endless wait.

use crate::web::timer;
use futures::future::{Either, select};
use rapport_store::Fault;
use std::pin::pin;

/// How long to wait, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For opening, an upgrade included.
    pub open_ms: u32,
    /// For other tabs to let go of an older version, once they were asked.
    pub blocked_ms: u32,
    /// For a whole transaction.
    pub transaction_ms: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open_ms: 15_000,
            blocked_ms: 5_000,
            transaction_ms: 20_000,
        }
    }
}

/// Waits for `future`, but no longer than `ms` milliseconds.
pub(super) async fn within<T>(
    ms: u32,
    future: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    match select(pin!(future), pin!(timer::wait(ms))).await {
        Either::Left((settled, _)) => settled,
        Either::Right(_) => Err(Fault::Timeout),
    }
}
