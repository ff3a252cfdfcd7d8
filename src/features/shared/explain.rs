//! What went wrong, in words that say what it means and what to do. The only way from a fault or a
//! refused value to the screen.

use crate::i18n::{Msg, fmt, t, text, tf, tn};
use rapport_domain::{Date, Reason};
use rapport_store::Fault;

/// A fault in the user's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What happened.
    pub title: String,
    /// What it means and what can be done.
    pub text: String,
    /// The store's own words, for support.
    pub detail: Option<String>,
    /// Whether loading the page again is what helps.
    pub reload: bool,
}

/// A failed write in the user's words.
#[must_use]
pub fn fault(fault: &Fault) -> Explained {
    let (title, text, reload) = match fault {
        Fault::Guard => (Msg::fault_guard_title, Msg::fault_guard_text, false),
        Fault::Quota(_) => (Msg::fault_quota_title, Msg::fault_quota_text, false),
        Fault::TooNew | Fault::Closed(_) => (Msg::fault_reload_title, Msg::fault_reload_text, true),
        Fault::Unavailable(_) => (
            Msg::fault_unavailable_title,
            Msg::fault_unavailable_text,
            true,
        ),
        Fault::Timeout | Fault::Corrupt(_) | Fault::Other(_) => {
            (Msg::fault_other_title, Msg::fault_other_text, false)
        }
    };
    let detail = match fault {
        Fault::Guard | Fault::TooNew | Fault::Timeout => None,
        Fault::Quota(said)
        | Fault::Closed(said)
        | Fault::Unavailable(said)
        | Fault::Corrupt(said)
        | Fault::Other(said) => Some(said.clone()).filter(|said| !said.is_empty()),
    };
    Explained {
        title: t(title),
        text: t(text),
        detail,
        reload,
    }
}

/// A failed read in the user's words.
#[must_use]
pub fn unreadable(failed: &Fault) -> Explained {
    Explained {
        title: t(Msg::fault_read_title),
        ..fault(failed)
    }
}

/// How a value is given, as the remedy names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// In words, digits or a date.
    Written,
    /// Of what is offered.
    Chosen,
    /// As a file.
    Added,
}

/// Why a value is refused, with the remedy.
#[must_use]
pub fn reason(reason: &Reason, given: Given) -> String {
    match reason {
        Reason::Required => t(match given {
            Given::Written => Msg::reason_required,
            Given::Chosen => Msg::reason_required_choice,
            Given::Added => Msg::reason_required_file,
        }),
        Reason::TooShort { min } => tn(Msg::reason_too_short, u64::from(*min)),
        Reason::TooLong { max } => tn(Msg::reason_too_long, u64::from(*max)),
        Reason::NotANumber => {
            let (whole, fraction) = (fmt::number(1000.0), fmt::number(2.5));
            tf(
                Msg::reason_not_a_number,
                &[("whole", &whole), ("fraction", &fraction)],
            )
        }
        Reason::NotWhole => t(Msg::reason_not_whole),
        Reason::BelowMinimum { min } => tf(Msg::reason_below, &[("limit", &fmt::number(*min))]),
        Reason::AboveMaximum { max } => tf(Msg::reason_above, &[("limit", &fmt::number(*max))]),
        Reason::NotADate => t(Msg::reason_not_a_date),
        Reason::TooEarly { earliest } => tf(Msg::reason_too_early, &[("limit", &day(earliest))]),
        Reason::TooLate { latest } => tf(Msg::reason_too_late, &[("limit", &day(latest))]),
        Reason::NotAChoice { .. } => t(Msg::reason_not_a_choice),
        Reason::TooFew { min } => tn(Msg::reason_too_few, u64::from(*min)),
        Reason::TooMany { max } => tn(Msg::reason_too_many, u64::from(*max)),
        Reason::PatternMismatch { hint } if !hint.is_empty() => text(hint),
        Reason::PatternMismatch { .. } => t(Msg::reason_pattern),
        Reason::WrongKind
        | Reason::UnknownField
        | Reason::IllegalTransition { .. }
        | Reason::NotAllowed
        | Reason::NothingPossible => t(Msg::reason_other),
        Reason::Duplicate { given } => tf(Msg::reason_duplicate, &[("given", given)]),
        Reason::UnknownTarget { to } => tf(Msg::reason_unknown_target, &[("question", to)]),
        Reason::NotLater { to } => tf(Msg::reason_not_later, &[("question", to)]),
        Reason::Unreachable => t(Msg::reason_unreachable),
    }
}

/// A calendar day as the reader writes it; what is not one as it came.
#[must_use]
pub fn day(word: &str) -> String {
    Date::parse(word).map_or_else(|| word.to_owned(), |day| fmt::day(&day))
}
