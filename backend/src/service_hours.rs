//! Time of service: how many minutes of it lie between two moments, and when so many have passed. Hours
//! are those of a zone, so that a day on which clocks are changed has the hours that people live.

use crate::problem::FieldError;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Moment, Zoned};
use rapport_domain::service_level::Opening;
use rapport_domain::{Agreement, Timestamp};

/// Longer than any promise: a calendar that never opens ends here.
const MOST_DAYS: i32 = 3_700;

/// The hours of an agreement.
pub struct ServiceHours {
    zone: TimeZone,
    hours: Vec<Opening>,
}

/// What is wrong with the hours of an agreement.
#[must_use]
pub fn faults(agreement: &Agreement) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if TimeZone::get(&agreement.zone).is_err() {
        wrong.push(FieldError::new(
            "zone",
            format!("{} is no time zone", agreement.zone),
            "give its IANA name, such as Europe/Berlin",
        ));
    }
    for (at, one) in agreement.hours.iter().enumerate() {
        if !(1..=7).contains(&one.weekday) || one.from >= one.to || one.to > 1440 {
            wrong.push(FieldError::new(
                format!("hours.{at}"),
                "are no hours of a day",
                "give a weekday from 1 (Monday) to 7, and from and to in minutes after midnight, \
                 from before to, at most 1440",
            ));
        }
        let earlier = agreement.hours.iter().take(at);
        let overlaps = |other: &Opening| {
            other.weekday == one.weekday && other.from < one.to && one.from < other.to
        };
        if earlier.clone().any(overlaps) {
            wrong.push(FieldError::new(
                format!("hours.{at}"),
                "overlap with other hours of that day",
                "join the two into one",
            ));
        }
    }
    wrong
}

/// A stretch of service, in milliseconds.
type Stretch = (i64, i64);

impl ServiceHours {
    /// These hours in that zone; an unknown zone is UTC.
    #[must_use]
    pub fn new(zone: &str, hours: &[Opening]) -> Self {
        Self {
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            hours: hours.to_vec(),
        }
    }

    /// Milliseconds of service between two moments; 0 where the second does not come after the first.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        if self.hours.is_empty() {
            return (to.0 - from.0).max(0);
        }
        let mut sum = 0;
        for (begin, end) in self.stretches(from) {
            if begin >= to.0 {
                break;
            }
            sum += end.min(to.0) - begin;
        }
        sum.max(0)
    }

    /// The moment at which so many milliseconds of service have passed since `from`; `None` where there
    /// is not so much service.
    #[must_use]
    pub fn after(&self, from: Timestamp, millis: i64) -> Option<Timestamp> {
        if self.hours.is_empty() {
            return Some(from.plus_millis(millis));
        }
        let mut left = millis;
        for (begin, end) in self.stretches(from) {
            if end - begin >= left {
                return Some(Timestamp(begin + left));
            }
            left -= end - begin;
        }
        None
    }

    /// The stretches of service from a moment on, in order.
    fn stretches(&self, from: Timestamp) -> impl Iterator<Item = Stretch> + '_ {
        let start = Moment::from_millisecond(from.0).unwrap_or(Moment::UNIX_EPOCH);
        let first = start.to_zoned(self.zone.clone());
        let days = (0..MOST_DAYS).scan(first, |day, nth| {
            if nth > 0 {
                *day = day.tomorrow().ok()?;
            }
            Some(day.clone())
        });
        days.flat_map(move |day| self.of_day(&day))
            .filter(move |(_, end)| *end > from.0)
            .map(move |(begin, end)| (begin.max(from.0), end))
    }

    fn of_day(&self, day: &Zoned) -> Vec<Stretch> {
        let weekday = u32::try_from(day.weekday().to_monday_one_offset()).unwrap_or_default();
        let mut found: Vec<Stretch> = self
            .hours
            .iter()
            .filter(|one| one.weekday == weekday)
            .filter_map(|one| Some((self.at(day, one.from)?, self.at(day, one.to)?)))
            .filter(|(begin, end)| end > begin)
            .collect();
        found.sort_unstable();
        found
    }

    /// So many minutes after midnight, by the clock on the wall: 24:00 is the next day's midnight.
    fn at(&self, day: &Zoned, minutes: u32) -> Option<i64> {
        let (day, minutes) = match minutes {
            1440.. => (day.tomorrow().ok()?, 0),
            minutes => (day.clone(), minutes),
        };
        let hour = i8::try_from(minutes / 60).ok()?;
        let minute = i8::try_from(minutes % 60).ok()?;
        let at = day
            .date()
            .at(hour, minute, 0, 0)
            .to_zoned(self.zone.clone());
        Some(at.ok()?.timestamp().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    const HOUR: i64 = 3_600_000;

    /// Monday to Friday, 8 to 18.
    fn office() -> ServiceHours {
        let day = |weekday| Opening {
            weekday,
            from: 8 * 60,
            to: 18 * 60,
        };
        ServiceHours::new("Europe/Berlin", &(1..=5).map(day).collect::<Vec<_>>())
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(Time::parse(text).unwrap().0)
    }

    #[test]
    fn nights_and_weekends_do_not_count() {
        let office = office();
        // Friday 17:00 to Monday 9:00.
        let (from, to) = (
            at("2026-11-20T17:00:00+01:00"),
            at("2026-11-23T09:00:00+01:00"),
        );
        assert_eq!(office.between(from, to), 2 * HOUR);
        assert_eq!(office.after(from, 2 * HOUR), Some(to));
        assert_eq!(office.between(to, from), 0);
        // From the night on, counting begins in the morning.
        let night = at("2026-11-20T23:00:00+01:00");
        assert_eq!(office.after(night, HOUR), Some(to));
    }

    #[test]
    fn a_day_on_which_clocks_are_changed_has_its_usual_hours() {
        let always = ServiceHours::new(
            "Europe/Berlin",
            &[Opening {
                weekday: 7,
                from: 0,
                to: 1440,
            }],
        );
        // 29 March 2026 has 23 hours, 25 October 25.
        let day = |text: &str| {
            let from = at(text);
            always.between(from, from.plus_millis(26 * HOUR))
        };
        assert_eq!(day("2026-03-29T00:00:00+01:00"), 23 * HOUR);
        assert_eq!(day("2026-10-25T00:00:00+02:00"), 25 * HOUR);
        let office = office();
        let friday = at("2026-03-27T08:00:00+01:00");
        // Friday's ten hours and Monday's first, an hour earlier by UTC.
        assert_eq!(
            office.after(friday, 11 * HOUR),
            Some(at("2026-03-30T09:00:00+02:00"))
        );
    }

    #[test]
    fn without_hours_it_is_always_and_where_nothing_opens_never() {
        let always = ServiceHours::new("UTC", &[]);
        assert_eq!(always.after(Timestamp(5), HOUR), Some(Timestamp(5 + HOUR)));
        assert_eq!(always.between(Timestamp(0), Timestamp(HOUR)), HOUR);
        let never = ServiceHours::new(
            "UTC",
            &[Opening {
                weekday: 1,
                from: 600,
                to: 600,
            }],
        );
        assert_eq!(never.after(Timestamp(0), 1), None);
        // What nobody knows is UTC.
        let nowhere = ServiceHours::new("Nowhere/Atlantis", &[]);
        assert_eq!(nowhere.after(Timestamp(0), 1), Some(Timestamp(1)));
    }
}
