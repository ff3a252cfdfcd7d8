//! Spellings of time on the wire.

use rapport_domain::{Date, Timestamp};
use serde_json::Value;

/// When the simulated world begins, in milliseconds since 1970.
pub const BEGINNING: u64 = 1_790_000_000_000;

fn parts(now: u64) -> (String, u64) {
    let millis = BEGINNING + now;
    let day = Date::of(Timestamp(millis as i64)).to_string();
    (day, millis)
}

pub fn rfc3339(now: u64) -> String {
    let (day, millis) = parts(now);
    let (h, m, s) = clock(millis);
    format!("{day}T{h:02}:{m:02}:{s:02}.{:03}Z", millis % 1_000)
}

/// As in `Date` and `Retry-After` (RFC 9110).
pub fn http_date(now: u64) -> String {
    let (day, millis) = parts(now);
    let (h, m, s) = clock(millis);
    let month = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][day[5..7].parse::<usize>().unwrap() - 1];
    let week =
        ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(millis / 86_400_000 % 7) as usize];
    format!(
        "{week}, {} {month} {} {h:02}:{m:02}:{s:02} GMT",
        &day[8..],
        &day[..4]
    )
}

fn clock(millis: u64) -> (u64, u64, u64) {
    let seconds = millis / 1_000;
    (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
}

pub fn json_bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
