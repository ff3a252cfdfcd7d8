//! One clock for all “2 min ago” on the screen: it ticks twice a minute, in this tab only.

use crate::live;
use crate::web::{clock, timer};
use leptos::prelude::*;
use rapport_domain::Timestamp;
use std::sync::OnceLock;

const TICK_MS: u32 = 30_000;

static NOW: OnceLock<ArcRwSignal<Timestamp>> = OnceLock::new();

/// Now, followed.
#[must_use]
pub fn now() -> Timestamp {
    let now = NOW.get_or_init(|| {
        let now = ArcRwSignal::new(clock::now());
        let ticking = now.clone();
        live::durable(async move {
            loop {
                timer::wait(TICK_MS).await;
                ticking.set(clock::now());
            }
        });
        now
    });
    now.get()
}
