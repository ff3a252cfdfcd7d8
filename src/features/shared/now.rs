//! One clock for all “2 minutes ago” on the screen: it ticks twice a minute, in this tab only.

use crate::i18n::fmt;
use crate::live;
use crate::web::{clock, timer};
use leptos::prelude::*;
use rapport_domain::Timestamp;
use std::sync::OnceLock;

const TICK_MS: u32 = 30_000;
const DAY_MS: i64 = 86_400_000;

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

/// How long ago, followed. What the server's clock puts a little ahead of ours is now.
#[must_use]
pub fn ago(at: Timestamp) -> String {
    let now = now();
    fmt::relative(at.min(now), now)
}

/// When, in a conversation: today the time since, before that the day and the time of day.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    if now().millis_since(at) < DAY_MS {
        ago(at)
    } else {
        fmt::date_time(at)
    }
}
