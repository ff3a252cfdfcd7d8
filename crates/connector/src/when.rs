//! How backends spell points in time, and how long a reply asks to wait.

use crate::codec::wrong;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};
use rapport_domain::Timestamp;
use serde_json::{Value, json};

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

impl TimeCodec {
    /// The point in time that `json` spells, cut to milliseconds.
    ///
    /// # Errors
    /// Says what was expected and what was found.
    pub fn decode(&self, json: &Value) -> Result<Timestamp, String> {
        let found = match self {
            Self::Rfc3339 => text(json).and_then(|t| t.parse::<jiff::Timestamp>().ok()),
            Self::Local { offset, .. } => text(json)
                .and_then(|t| local(t, *offset))
                .and_then(|(t, o)| o.to_timestamp(t).ok()),
            Self::EpochMillis => json
                .as_i64()
                .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()),
            Self::EpochSeconds => json.as_f64().and_then(|s| {
                #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
                let ms = (s * 1000.0).round() as i64;
                jiff::Timestamp::from_millisecond(ms).ok()
            }),
        };
        let expected = match self {
            Self::Rfc3339 => "a time as of RFC 3339, such as 2026-11-22T09:12:31.123Z",
            Self::Local { .. } => "date and time without a zone, such as 2026-11-22 09:12:31",
            Self::EpochSeconds => "seconds since 1970",
            Self::EpochMillis => "milliseconds since 1970",
        };
        let time = found.ok_or_else(|| wrong(expected, json))?;
        Ok(Timestamp(time.as_millisecond()))
    }

    /// How the backend spells `time`.
    ///
    /// # Errors
    /// The time lies outside of the calendar.
    pub fn encode(&self, time: Timestamp) -> Result<Value, String> {
        let instant = jiff::Timestamp::from_millisecond(time.0)
            .map_err(|_| "lies outside of the calendar".to_owned())?;
        Ok(match self {
            Self::Rfc3339 => json!(format!("{instant:.3}")),
            Self::EpochMillis => json!(time.0),
            Self::EpochSeconds if time.0 % 1000 == 0 => json!(time.0 / 1000),
            #[expect(clippy::cast_precision_loss, reason = "exact within the calendar")]
            Self::EpochSeconds => json!(time.0 as f64 / 1000.0),
            Self::Local {
                offset,
                separator,
                fraction,
            } => {
                let offset = Offset::from_seconds(*offset).unwrap_or(Offset::UTC);
                let civil = offset.to_datetime(instant);
                let precision = usize::from(*fraction);
                let spelled = format!("{civil:.precision$}");
                json!(spelled.replacen('T', &separator.to_string(), 1))
            }
        })
    }
}

fn text(json: &Value) -> Option<&str> {
    json.as_str().map(str::trim)
}

/// An offset in the text would contradict the declared zone, so such a text is refused.
fn local(text: &str, offset: i32) -> Option<(DateTime, Offset)> {
    let time = text.get(10..)?;
    if time.is_empty() || time.contains(['+', '-', 'Z', 'z', '[']) {
        return None;
    }
    Some((text.parse().ok()?, Offset::from_seconds(offset).ok()?))
}

/// The offset in seconds that `UTC`, `Z` or `±HH:MM` declares.
#[must_use]
pub fn zone_offset(zone: &str) -> Option<i32> {
    if zone == "UTC" || zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two = |s: &str| (s.len() == 2).then(|| s.parse::<u8>().ok())?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 18 && minutes < 60)
        .then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
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
    let until = http_date(header)?.as_millisecond();
    let now = http_date(date?.trim())?.as_millisecond();
    Some(u64::try_from(until.saturating_sub(now)).unwrap_or(0))
}

fn http_date(text: &str) -> Option<jiff::Timestamp> {
    // `GMT` is spelled `+0000` for the mail format that is otherwise the same.
    let spelled = text.strip_suffix("GMT")?.to_owned() + "+0000";
    let zoned = rfc2822::parse(&spelled).ok()?;
    Some(zoned.with_time_zone(TimeZone::UTC).timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

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
