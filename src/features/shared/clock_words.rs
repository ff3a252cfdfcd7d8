//! How a clock stands, as a shape and in words.

use super::now::now;
use crate::i18n::{Msg, fmt, t, tf};
use rapport_domain::service_level::Standing;

/// The shape of the state, and its words.
#[must_use]
pub fn clock_words(standing: Standing) -> (&'static str, String) {
    match standing {
        Standing::Due(at) => {
            let values = [
                ("in", &*fmt::relative(at, now())),
                ("time", &*fmt::date_time(at)),
            ];
            ("open", tf(Msg::clock_due, &values))
        }
        Standing::Late(at) => (
            "late",
            tf(Msg::clock_late, &[("time", &fmt::date_time(at))]),
        ),
        Standing::Paused(left) => ("held", tf(Msg::clock_paused, &[("left", &span(left))])),
        Standing::PausedLate => ("late", t(Msg::clock_paused_late)),
        Standing::Met => ("done", t(Msg::clock_met)),
        Standing::Missed => ("late", t(Msg::clock_missed)),
        Standing::Unknown => ("held", t(Msg::clock_unknown)),
    }
}

/// Minutes of service, in hours from an hour on.
#[must_use]
pub fn span(minutes: u32) -> String {
    if minutes < 60 {
        return tf(
            Msg::span_minutes,
            &[("count", &fmt::number(minutes.into()))],
        );
    }
    let hours = (f64::from(minutes) / 6.0).round() / 10.0;
    tf(Msg::span_hours, &[("count", &fmt::number(hours))])
}
