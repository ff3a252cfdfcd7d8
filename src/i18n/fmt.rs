//! Dates, times and numbers as the user's language writes them. All follow the language.

use crate::i18n::formats;
use crate::i18n::number::Signs;
use crate::web::intl;
use rapport_domain::{Date, Timestamp};

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds stay far below 2^53"
)]
fn millis(at: Timestamp) -> f64 {
    at.0 as f64
}

/// Day and time of day.
#[must_use]
pub fn date_time(at: Timestamp) -> String {
    intl::moment(&formats(), intl::DATE_TIME, millis(at))
}

/// From one moment to another; a day that both share is said once.
#[must_use]
pub fn date_times(from: Timestamp, until: Timestamp) -> String {
    intl::moments(&formats(), intl::DATE_TIME, millis(from), millis(until))
}

/// Day.
#[must_use]
pub fn date(at: Timestamp) -> String {
    intl::moment(&formats(), intl::DATE, millis(at))
}

/// Time of day.
#[must_use]
pub fn time(at: Timestamp) -> String {
    intl::moment(&formats(), intl::TIME, millis(at))
}

/// A day of the calendar.
#[must_use]
pub fn day(day: &Date) -> String {
    intl::moment(&formats(), intl::DAY, millis(day.starts_at()))
}

/// A month of the calendar.
#[must_use]
pub fn month(first: &Date) -> String {
    intl::moment(&formats(), intl::MONTH, millis(first.starts_at()))
}

/// How long before or after `now`, in its largest whole unit.
#[must_use]
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.millis_since(now) / 1000;
    let units = [
        (31_557_600, "year"),
        (2_629_800, "month"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    let (size, unit) = units
        .into_iter()
        .find(|(size, _)| seconds.abs() >= *size)
        .unwrap_or((60, "minute"));
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let value = (seconds / size) as f64;
    if value == 0.0 {
        return intl::relative(&formats(), 0.0, "second");
    }
    intl::relative(&formats(), value, unit)
}

/// A number.
#[must_use]
pub fn number(value: f64) -> String {
    intl::number(&formats(), value)
}

/// A share from 0 to 1, in percent to the tenth.
#[must_use]
pub fn percent(share: f64) -> String {
    intl::figure(&formats(), intl::PERCENT, share)
}

/// So many of a hundred.
#[must_use]
pub fn share(percent: u32) -> String {
    intl::figure(&formats(), intl::WHOLE_PERCENT, f64::from(percent) / 100.0)
}

/// A number to the tenth, always with that digit.
#[must_use]
pub fn tenth(value: f64) -> String {
    intl::figure(&formats(), intl::TENTH, value)
}

/// The signs with which numbers are written, to read them back.
#[must_use]
pub fn signs() -> Signs {
    Signs::of_sample(&number(Signs::SAMPLE))
}

/// A size in bytes, in the unit that suits.
#[must_use]
pub fn bytes(size: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one or two digits")]
    let mut value = size as f64;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB"] {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    let rounded = if value < 10.0 {
        (value * 10.0).round() / 10.0
    } else {
        value.round()
    };
    format!("{}\u{a0}{unit}", number(rounded))
}

/// “a, b and c”.
#[must_use]
pub fn list(items: &[String]) -> String {
    intl::list(&formats(), items)
}

/// What a language calls itself.
#[must_use]
pub fn language_name(tag: &str) -> String {
    if tag == "ar-XB" {
        return "\u{202e}Pseudo (right to left)\u{202c}".to_owned();
    }
    intl::language_name(tag)
}
