//! The device's clock. It is shown and written down, never compared with a server's.

use rapport_domain::{Date, Timestamp};

/// Now, by the device's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds below 2^53"
    )]
    Timestamp(js_sys::Date::now() as i64)
}

/// Today in the user's zone.
#[must_use]
pub fn today() -> Date {
    day_of(now())
}

/// When a day begins in the user's zone.
#[must_use]
pub fn starts_at(day: &Date) -> Timestamp {
    // Without a zone the words mean the user's own.
    let date = js_sys::Date::new(&format!("{day}T00:00:00").into());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds below 2^53"
    )]
    let at = date.get_time() as i64;
    Timestamp(at)
}

/// The day of a moment in the user's zone.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "whole milliseconds below 2^53")]
    let date = js_sys::Date::new(&(at.0 as f64).into());
    let text = format!(
        "{:04}-{:02}-{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date()
    );
    Date::parse(&text).unwrap_or_else(|| Date::of(at))
}

/// Milliseconds that only ever grow, whatever the user does to the clock. Also in workers.
#[must_use]
pub fn monotonic_ms() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small, positive"
    )]
    performance().map_or(0, |p| p.now() as u64)
}

fn performance() -> Option<web_sys::Performance> {
    use wasm_bindgen::JsCast;
    js_sys::Reflect::get(&js_sys::global(), &"performance".into())
        .ok()?
        .dyn_into()
        .ok()
}
