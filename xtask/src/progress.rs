//! What a person reads while a command runs: one line per step with the time since the start, and
//! the time the step took.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::Result;

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Time since the command began.
pub fn elapsed() -> Duration {
    STARTED.get_or_init(Instant::now).elapsed()
}

/// One line of progress, with the time since the command began.
pub fn say(what: &str) {
    println!("[{:>6.1} s] {what}", elapsed().as_secs_f64());
}

/// Announces a step, runs it, and says how long it took when that is worth knowing.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(what);
    let started = Instant::now();
    let outcome = work();
    let seconds = started.elapsed().as_secs_f64();
    match &outcome {
        Ok(_) if seconds >= 1.0 => say(&format!("  {what}: took {seconds:.1} s")),
        Ok(_) => {}
        Err(_) => say(&format!("  {what}: failed after {seconds:.1} s")),
    }
    outcome
}

/// Says what to do about a failure, below the failure itself.
pub trait Advise<T> {
    /// `advice` is one or more imperative sentences.
    fn advise(self, advice: &str) -> Result<T>;
}

impl<T> Advise<T> for Result<T> {
    fn advise(self, advice: &str) -> Result<T> {
        self.map_err(|error| anyhow::anyhow!("{error:#}\n  what to do: {advice}"))
    }
}
