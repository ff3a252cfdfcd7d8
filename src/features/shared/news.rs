//! Which announcements are told, and in what order. Pure.

use rapport_domain::{Announcement, Severity, Timestamp};

/// Announced this much ahead, something is worth telling.
const AHEAD_MS: i64 = 14 * 24 * 3_600_000;

/// What is told at `now`: what holds and what is soon to come, what matters most
/// first, of equals the newest first.
#[must_use]
pub fn current(announcements: &[Announcement], now: Timestamp) -> Vec<Announcement> {
    let mut current: Vec<Announcement> = announcements
        .iter()
        .filter(|news| news.is_current(now) && news.starts_at.millis_since(now) <= AHEAD_MS)
        .cloned()
        .collect();
    current.sort_by_key(|news| (is_ahead(news, now), rank(&news.severity), -news.starts_at.0));
    current
}

/// Whether it is yet to come.
#[must_use]
pub fn is_ahead(news: &Announcement, now: Timestamp) -> bool {
    news.starts_at > now
}

/// Whether something is out of order right now: that cannot wait.
#[must_use]
pub fn is_urgent(news: &Announcement, now: Timestamp) -> bool {
    news.severity == Severity::Outage && !is_ahead(news, now)
}

const fn rank(severity: &Severity) -> u8 {
    match severity {
        Severity::Outage => 0,
        Severity::Warning => 1,
        Severity::Info | Severity::Other(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{AnnouncementId, Stamp, Text};
    use uuid::Uuid;

    const HOUR: i64 = 3_600_000;

    fn news(id: u128, severity: Severity, starts: i64, ends: Option<i64>) -> Announcement {
        Announcement {
            id: AnnouncementId(Uuid::from_u128(id)),
            stamp: Stamp::default(),
            title: Text::default(),
            body: Text::default(),
            severity,
            services: vec![],
            starts_at: Timestamp(starts * HOUR),
            ends_at: ends.map(|hour| Timestamp(hour * HOUR)),
        }
    }

    #[test]
    fn an_outage_stands_first_what_is_over_or_far_away_not_at_all() {
        let all = [
            news(1, Severity::Info, 99, None),
            news(2, Severity::Outage, 98, None),
            news(3, Severity::Outage, 10, Some(100)),
            news(4, Severity::Warning, 120, Some(130)),
            news(5, Severity::Warning, 90, Some(110)),
            news(6, Severity::Info, 100 + 24 * 15, None),
            news(7, Severity::Info, 95, None),
        ];
        let shown = current(&all, Timestamp(100 * HOUR));
        let ids: Vec<u128> = shown.iter().map(|n| n.id.0.as_u128()).collect();
        assert_eq!(ids, [2, 5, 1, 7, 4]);
    }

    #[test]
    fn only_an_outage_that_holds_cannot_wait() {
        let now = Timestamp(100 * HOUR);
        assert!(is_urgent(&news(1, Severity::Outage, 99, None), now));
        assert!(!is_urgent(&news(2, Severity::Outage, 101, None), now));
        assert!(!is_urgent(&news(3, Severity::Warning, 99, None), now));
    }
}
