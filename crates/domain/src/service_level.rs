//! Service levels (ISO/IEC 20000-1:2018, 8.3.3): what was agreed with a customer, how far it was kept, and
//! the clocks that run for each ticket.
//!
//! The backend knows calendar and pauses and says by when a clock is due; how it stands at a moment
//! follows from that here, also without a network.

use crate::id::{CustomerId, TicketId};
use crate::open_enum::open_enum;
use crate::plain::{part, record};
use crate::ticket::Priority;
use crate::time::{Date, Timestamp};

open_enum! {
    /// What a clock measures.
    Metric {
        /// Until somebody answers.
        Response = "response",
        /// Until it is solved.
        Resolution = "resolution",
    }
}

open_enum! {
    /// Whether a clock runs, and how it ended.
    ClockState {
        /// It runs in the hours of service.
        Running = "running",
        /// It waits for somebody else than the provider.
        Paused = "paused",
        /// What it measures happened in time.
        Met = "met",
        /// What it measures happened too late.
        Missed = "missed",
    }
}

record! {
    /// A service level agreement with a customer.
    Agreement: AgreementId {
        /// The customer.
        customer: CustomerId [listed],
        /// What it is called.
        title: String [listed searched],
        /// The first day on which it holds.
        starts_on: Option<Date> [listed],
        /// The last one.
        ends_on: Option<Date> [listed],
        /// The zone of its hours, by its IANA name.
        zone: String,
        /// The hours of service; none at all where it is always.
        hours: Vec<Opening>,
        /// What was promised.
        targets: Vec<Target>,
        /// How far it was kept, month by month.
        attained: Vec<Attainment>,
    }
}

part! {
    /// When service is given on a day of the week.
    Opening {
        /// The day, 1 is Monday.
        weekday: u32,
        /// Minutes after midnight at which it begins.
        from: u32,
        /// Minutes after midnight at which it ends.
        to: u32,
    }
}

part! {
    /// A promise.
    Target {
        /// What is measured.
        metric: Metric,
        /// Of tickets of this priority; of every other one where none is named.
        priority: Option<Priority>,
        /// Within so many minutes of service.
        minutes: u32,
        /// In at least so many of a hundred cases.
        percent: u32,
    }
}

part! {
    /// How far a promise was kept in a month.
    Attainment {
        /// What is measured.
        metric: Metric,
        /// The first day of the month.
        month: Date,
        /// Clocks that stopped in time.
        met: u32,
        /// Clocks that stopped.
        of: u32,
    }
}

record! {
    /// A clock of a ticket.
    ServiceClock: ServiceClockId {
        /// The ticket.
        ticket: TicketId [listed parent],
        /// The organisation that it belongs to.
        customer: Option<CustomerId> [listed],
        /// What it measures.
        metric: Metric [listed],
        /// Whether it runs, and how it ended.
        state: ClockState [listed],
        /// Minutes of service that were promised.
        minutes: u32 [listed],
        /// By when it is due, hours and pauses counted; none while it is paused.
        due_at: Option<Timestamp> [listed],
        /// Minutes of service that are left while it is paused; 0 where none are.
        left: Option<u32> [listed],
        /// When what it measures happened.
        stopped_at: Option<Timestamp> [listed],
    }
}

/// How a clock stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It runs, and is due then.
    Due(Timestamp),
    /// It runs, and has been late since then.
    Late(Timestamp),
    /// It is paused, with so many minutes of service left.
    Paused(u32),
    /// It is paused, and was late already.
    PausedLate,
    /// It was kept.
    Met,
    /// It was not kept.
    Missed,
    /// The backend does not say.
    Unknown,
}

impl Standing {
    /// Whether the promise is broken.
    #[must_use]
    pub const fn is_broken(self) -> bool {
        matches!(self, Self::Late(_) | Self::PausedLate | Self::Missed)
    }
}

impl ServiceClock {
    /// How it stands at `now`.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (&self.state, self.due_at, self.left) {
            (ClockState::Met, ..) => Standing::Met,
            (ClockState::Missed, ..) => Standing::Missed,
            (ClockState::Paused, _, Some(0)) => Standing::PausedLate,
            (ClockState::Paused, _, Some(left)) => Standing::Paused(left),
            (ClockState::Running, Some(due), ..) if due < now => Standing::Late(due),
            (ClockState::Running, Some(due), ..) => Standing::Due(due),
            _ => Standing::Unknown,
        }
    }
}

impl Agreement {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: &Date) -> bool {
        self.starts_on.as_ref().is_none_or(|first| first <= day)
            && self.ends_on.as_ref().is_none_or(|last| day <= last)
    }

    /// What was promised for tickets of that priority: what is said of it, else what is said of all.
    #[must_use]
    pub fn target(&self, metric: &Metric, priority: Option<&Priority>) -> Option<&Target> {
        let of = |wanted: Option<&Priority>| {
            let mut own = self.targets.iter().filter(|one| one.metric == *metric);
            own.find(|one| one.priority.as_ref() == wanted)
        };
        priority
            .and_then(|priority| of(Some(priority)))
            .or_else(|| of(None))
    }
}

impl Attainment {
    /// The share that was kept; `None` where nothing was measured.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.met) / f64::from(self.of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Stamp;
    use uuid::Uuid;

    fn clock(state: ClockState) -> ServiceClock {
        ServiceClock {
            id: Uuid::from_u128(1).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            ticket: Uuid::from_u128(2).into(),
            customer: None,
            metric: Metric::Response,
            state,
            minutes: 60,
            due_at: None,
            left: None,
            stopped_at: None,
        }
    }

    #[test]
    fn a_running_clock_is_late_once_its_time_has_come_also_without_a_network() {
        let running = ServiceClock {
            due_at: Some(Timestamp(100)),
            ..clock(ClockState::Running)
        };
        assert_eq!(
            running.standing(Timestamp(100)),
            Standing::Due(Timestamp(100))
        );
        assert_eq!(
            running.standing(Timestamp(101)),
            Standing::Late(Timestamp(100))
        );
        assert!(running.standing(Timestamp(101)).is_broken());
    }

    #[test]
    fn a_paused_clock_does_not_get_later() {
        let paused = |left| ServiceClock {
            left: Some(left),
            ..clock(ClockState::Paused)
        };
        assert_eq!(
            paused(30).standing(Timestamp(i64::MAX)),
            Standing::Paused(30)
        );
        assert_eq!(paused(0).standing(Timestamp(0)), Standing::PausedLate);
        let stopped = clock(ClockState::Met);
        assert_eq!(stopped.standing(Timestamp(i64::MAX)), Standing::Met);
        assert_eq!(
            clock(ClockState::Running).standing(Timestamp(0)),
            Standing::Unknown
        );
    }

    #[test]
    fn what_is_promised_to_a_priority_comes_before_what_is_promised_to_all() {
        let promise = |priority: Option<Priority>, minutes| Target {
            metric: Metric::Response,
            priority,
            minutes,
            percent: 95,
        };
        let agreement = Agreement {
            id: Uuid::from_u128(1).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            customer: Uuid::from_u128(3).into(),
            title: "Managed workplace".into(),
            starts_on: Date::parse("2026-01-01"),
            ends_on: Date::parse("2026-12-31"),
            zone: "Europe/Berlin".into(),
            hours: Vec::new(),
            targets: vec![promise(None, 240), promise(Some(Priority::P1), 30)],
            attained: Vec::new(),
        };
        let minutes = |priority: Option<Priority>| {
            let found = agreement.target(&Metric::Response, priority.as_ref());
            found.map(|one| one.minutes)
        };
        assert_eq!(minutes(Some(Priority::P1)), Some(30));
        assert_eq!(minutes(Some(Priority::P3)), Some(240));
        assert_eq!(minutes(None), Some(240));
        assert!(agreement.target(&Metric::Resolution, None).is_none());
        let day = |word: &str| Date::parse(word).unwrap();
        assert!(agreement.holds(&day("2026-12-31")));
        assert!(!agreement.holds(&day("2027-01-01")));
    }
}
