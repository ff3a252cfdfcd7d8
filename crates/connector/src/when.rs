//! How backends spell points in time, and how long a reply asks to wait.

use crate::codec::wrong;
use rapport_domain::{Date, Timestamp};
use serde_json::Value;

/// A spelling of points in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeCodec {
    /// RFC 3339 with an offset; written in UTC with milliseconds.
    Rfc3339,
    /// Date and time without an offset, in a zone that the profile declares.
    Local {
        /// The zone's offset from UTC in seconds.
        offset: i32,
        /// What stands between date and time when written; both are read.
        separator: char,
        /// How many digits of the second's fraction are written.
        fraction: u8,
    },
    /// Seconds since 1970 (UTC) as a number.
    EpochSeconds,
    /// Milliseconds since 1970 (UTC) as a number.
    EpochMillis,
}

/// Milliseconds of the years that have four digits, with a day's margin for offsets.
const CALENDAR: std::ops::RangeInclusive<i64> = -62_167_132_800_000..=253_402_214_400_000;

impl TimeCodec {
    /// The point in time that `json` spells, cut to milliseconds.
    ///
    /// # Errors
    /// Says what was expected and what was found.
    pub fn decode(&self, json: &Value) -> Result<Timestamp, String> {
        let text = || json.as_str().map(str::trim);
        let (found, expected) = match self {
            Self::Rfc3339 => (
                text().and_then(rfc3339),
                "a time as of RFC 3339, such as 2026-11-22T09:12:31.123Z",
            ),
            Self::Local { offset, .. } => (
                text().and_then(|text| local(text, *offset)),
                "date and time without a zone, such as 2026-11-22 09:12:31",
            ),
            Self::EpochMillis => (json.as_i64(), "milliseconds since 1970"),
            #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
            Self::EpochSeconds => (
                json.as_f64().map(|s| (s * 1000.0).round() as i64),
                "seconds since 1970",
            ),
        };
        let millis = found.filter(|millis| CALENDAR.contains(millis));
        millis.map(Timestamp).ok_or_else(|| wrong(expected, json))
    }

    /// How the backend spells `time`.
    ///
    /// # Errors
    /// The time lies outside of the calendar.
    pub fn encode(&self, time: Timestamp) -> Result<Value, String> {
        if !CALENDAR.contains(&time.0) {
            return Err("lies outside of the calendar".to_owned());
        }
        Ok(match self {
            Self::Rfc3339 => Value::String(spell(time, 'T', 3) + "Z"),
            Self::EpochMillis => Value::from(time.0),
            Self::EpochSeconds if time.0 % 1000 == 0 => Value::from(time.0 / 1000),
            #[expect(clippy::cast_precision_loss, reason = "exact within the calendar")]
            Self::EpochSeconds => Value::from(time.0 as f64 / 1000.0),
            Self::Local {
                offset,
                separator,
                fraction,
            } => {
                let there = time.plus_millis(i64::from(*offset) * 1000);
                Value::String(spell(there, *separator, *fraction))
            }
        })
    }
}

/// Date and time of a clock in UTC.
fn spell(time: Timestamp, separator: char, fraction: u8) -> String {
    let of_day = time.0.rem_euclid(86_400_000);
    let (seconds, millis) = (of_day / 1000, of_day % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{}{separator}", Date::of(time));
    for (number, after) in [(hours, ":"), (minutes, ":"), (seconds, "")] {
        if number < 10 {
            text.push('0');
        }
        text.push_str(&number.to_string());
        text.push_str(after);
    }
    if fraction > 0 {
        let digits = (1000 + millis).to_string();
        text.push('.');
        text.extend(digits.chars().skip(1).take(usize::from(fraction)));
    }
    text
}

/// Milliseconds of a clock that shows this date and time, and what follows them.
fn clock(text: &str) -> Option<(i64, &str)> {
    let date = Date::parse(text.get(..10)?)?;
    let time = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let (time, mut rest) = time.split_at_checked(8)?;
    let of_day = time_of_day(time)?;
    let mut millis = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        let place_values = [100, 10, 1];
        for (digit, place_value) in fraction.bytes().take(digits).zip(place_values) {
            millis += i64::from(digit - b'0') * place_value;
        }
        rest = fraction.get(digits..)?;
    }
    Some((
        date.day_number() * 86_400_000 + of_day * 1000 + millis,
        rest,
    ))
}

/// Seconds of `HH:MM:SS`. A leap second counts as the one before it.
fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(two_digits);
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let legal = hours < 24 && minutes < 60 && seconds <= 60 && parts.next().is_none();
    legal.then(|| hours * 3600 + minutes * 60 + seconds.min(59))
}

fn two_digits(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

fn rfc3339(text: &str) -> Option<i64> {
    let (millis, zone) = clock(text)?;
    let offset = match zone {
        "Z" | "z" => 0,
        other => offset(other)?,
    };
    Some(millis - i64::from(offset) * 1000)
}

/// A zone in the text would contradict the declared one, so such a text is refused.
fn local(text: &str, offset: i32) -> Option<i64> {
    let (millis, zone) = clock(text)?;
    zone.is_empty().then(|| millis - i64::from(offset) * 1000)
}

/// The offset in seconds that `UTC`, `Z` or `±HH:MM` declares.
#[must_use]
pub fn zone_offset(zone: &str) -> Option<i32> {
    match zone {
        "UTC" | "Z" => Some(0),
        other => offset(other),
    }
}

/// Seconds of `±HH:MM`.
fn offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60).then_some(sign * seconds)
}

/// Milliseconds to wait that a Retry-After header asks for (RFC 9110, 10.2.3). Its date form is
/// measured against the reply's own Date header, as both come from the same clock.
#[must_use]
pub fn retry_after(header: &str, date: Option<&str>) -> Option<u64> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        return Some(
            header
                .parse::<u64>()
                .unwrap_or(u64::MAX)
                .saturating_mul(1000),
        );
    }
    let wait = http_date(header)?.saturating_sub(http_date(date?.trim())?);
    Some(u64::try_from(wait).unwrap_or(0))
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Milliseconds of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). The two obsolete forms are not
/// read: without a date the usual wait holds.
fn http_date(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let zero = if month < 10 { "0" } else { "" };
    let date = Date::parse(&format!("{year}-{zero}{month}-{day}"))?;
    let of_day = time_of_day(parts.next()?)?;
    let complete = parts.next() == Some("GMT") && parts.next().is_none();
    complete.then(|| date.day_number() * 86_400_000 + of_day * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::fmt::{rfc2822, temporal};
    use proptest::prelude::*;
    use serde_json::json;

    const READER: temporal::DateTimeParser = temporal::DateTimeParser::new();

    proptest! {
        /// A library that knows all of it agrees, about texts that nearly are times.
        #[test]
        fn times_are_read_as_jiff_reads_them(
            text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,9})?(Z|z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
        ) {
            let ours = TimeCodec::Rfc3339.decode(&json!(text)).ok();
            let theirs = READER.parse_timestamp(&text).ok().map(|t| Timestamp(floor_millis(t)));
            let theirs = theirs.filter(|t| CALENDAR.contains(&t.0));
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn times_are_written_as_jiff_writes_them(millis in CALENDAR) {
            let theirs = jiff::Timestamp::from_millisecond(millis).expect("in range");
            let ours = TimeCodec::Rfc3339.encode(Timestamp(millis));
            prop_assert_eq!(ours, Ok(json!(format!("{theirs:.3}"))));
        }

        #[test]
        fn dates_of_headers_are_read_as_jiff_writes_them(seconds in 0_i64..253_402_000_000) {
            let theirs = jiff::Timestamp::from_second(seconds).expect("in range");
            let text = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&theirs).expect("a date");
            prop_assert_eq!(http_date(&text), Some(seconds * 1000));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String, near in "[0-9TZ:.+ -]{0,30}") {
            for text in [text, near] {
                let _ = TimeCodec::Rfc3339.decode(&json!(text));
                let _ = retry_after(&text, Some(&text));
                let _ = zone_offset(&text);
            }
        }
    }

    fn floor_millis(time: jiff::Timestamp) -> i64 {
        i64::try_from(time.as_nanosecond().div_euclid(1_000_000)).expect("in range")
    }

    #[test]
    fn a_zone_less_time_is_read_in_the_declared_zone_and_an_offset_is_refused() {
        let local = TimeCodec::Local {
            offset: zone_offset("+01:00").unwrap(),
            separator: ' ',
            fraction: 0,
        };
        let utc = TimeCodec::Rfc3339
            .decode(&json!("2026-11-22T09:12:31Z"))
            .unwrap();
        for spelled in ["2026-11-22 10:12:31", "2026-11-22T10:12:31"] {
            assert_eq!(local.decode(&json!(spelled)), Ok(utc), "{spelled}");
        }
        assert_eq!(local.encode(utc), Ok(json!("2026-11-22 10:12:31")));
        for odd in [
            "2026-11-22 10:12:31Z",
            "2026-11-22T10:12:31+02:00",
            "2026-11-22",
            "",
            "ä",
        ] {
            assert!(local.decode(&json!(odd)).is_err(), "{odd}");
        }
    }

    #[test]
    fn the_reference_spelling_has_milliseconds_and_z() {
        let time = TimeCodec::Rfc3339
            .decode(&json!("2026-11-22T10:12:31.1234+01:00"))
            .unwrap();
        assert_eq!(
            TimeCodec::Rfc3339.encode(time),
            Ok(json!("2026-11-22T09:12:31.123Z"))
        );
        assert!(
            TimeCodec::Rfc3339
                .decode(&json!("2026-11-22T10:12:31"))
                .is_err()
        );
        assert!(TimeCodec::Rfc3339.encode(Timestamp(i64::MAX)).is_err());
    }

    #[test]
    fn epochs_are_numbers() {
        assert_eq!(
            TimeCodec::EpochSeconds.decode(&json!(1.5)),
            Ok(Timestamp(1500))
        );
        assert_eq!(
            TimeCodec::EpochMillis.decode(&json!(1500)),
            Ok(Timestamp(1500))
        );
        assert!(TimeCodec::EpochSeconds.decode(&json!(1e300)).is_err());
        assert!(TimeCodec::EpochMillis.decode(&json!("1500")).is_err());
    }

    #[test]
    fn both_forms_of_retry_after() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(retry_after(" 120 ", None), Some(120_000));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:51:37 GMT", Some(date)),
            Some(120_000)
        );
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:00:00 GMT", Some(date)),
            Some(0)
        );
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:51:37 GMT", None), None);
        for odd in ["", "-1", "soon", "1.5"] {
            assert_eq!(retry_after(odd, Some(date)), None, "{odd}");
        }
        assert_eq!(retry_after("99999999999999999999", None), Some(u64::MAX));
    }
}
