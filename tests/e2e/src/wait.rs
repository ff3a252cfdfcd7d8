//! Waiting for a condition with a deadline: the only way a journey waits.

use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(50);

/// How long a condition may take to come true. Shared machines are slow at times, and a condition
/// that is met costs nothing: better long than flaky.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks at a condition until it gives a value.
///
/// # Errors
/// When it has given none within [`PATIENCE`]; the message says what was waited for and what the last
/// look said.
pub async fn until<T, F>(what: impl Display, look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    until_within(PATIENCE, what, look).await
}

/// As [`until`], with a deadline of its own.
///
/// # Errors
/// As [`until`].
pub async fn until_within<T, F>(
    patience: Duration,
    what: impl Display,
    mut look: impl FnMut() -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let deadline = Instant::now() + patience;
    loop {
        let error = match look().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if Instant::now() >= deadline {
            bail!("waited {patience:?} for {what}: {error:#}");
        }
        tokio::time::sleep(STEP).await;
    }
}
