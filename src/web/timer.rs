//! Timers of the window or worker.

/// A pending call; dropping it cancels it.
pub struct Timer(
    #[expect(dead_code, reason = "held so that dropping cancels")] gloo::timers::callback::Timeout,
);

/// Calls `then` after `after_ms` milliseconds unless the timer is dropped before.
#[must_use = "a dropped timer never rings"]
pub fn after(after_ms: u32, then: impl FnOnce() + 'static) -> Timer {
    Timer(gloo::timers::callback::Timeout::new(after_ms, then))
}

/// Waits for `ms` milliseconds.
pub async fn wait(ms: u32) {
    gloo::timers::future::TimeoutFuture::new(ms).await;
}
