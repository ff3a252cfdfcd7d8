//! Why a value we were about to write is refused: always with the field and the remedy.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// One refused field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invalid {
    /// The field's name, or the key of a form's field.
    pub field: String,
    /// What is wrong, with the limit that was broken.
    pub reason: Reason,
}

/// What is wrong with a value. The interface words it in the user's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// Nothing was given.
    Required,
    /// Fewer characters than allowed.
    TooShort {
        /// Least number of characters.
        min: u32,
    },
    /// More characters than allowed.
    TooLong {
        /// Greatest number of characters.
        max: u32,
    },
    /// Not a number at all.
    NotANumber,
    /// A number with a fraction where only whole ones are allowed.
    NotWhole,
    /// Less than the least value.
    BelowMinimum {
        /// Least value.
        min: f64,
    },
    /// More than the greatest value.
    AboveMaximum {
        /// Greatest value.
        max: f64,
    },
    /// Not a day of the calendar.
    NotADate,
    /// Before the earliest day.
    TooEarly {
        /// Earliest day, `YYYY-MM-DD`.
        earliest: String,
    },
    /// After the latest day.
    TooLate {
        /// Latest day, `YYYY-MM-DD`.
        latest: String,
    },
    /// Not one of the offered choices.
    NotAChoice {
        /// What was given.
        given: String,
    },
    /// Fewer choices or files than asked for.
    TooFew {
        /// Least number.
        min: u32,
    },
    /// More choices or files than allowed.
    TooMany {
        /// Greatest number.
        max: u32,
    },
    /// Does not have the asked-for form.
    PatternMismatch {
        /// What the form's author says about it, in every language he says it in.
        hint: Text,
    },
    /// The value is of another kind than the field.
    WrongKind,
    /// No such field.
    UnknownField,
    /// The state cannot follow the present one.
    IllegalTransition {
        /// Present state.
        from: String,
        /// Wanted state.
        to: String,
    },
    /// This role may not do this.
    NotAllowed,
    /// Said twice where each may be said once.
    Duplicate {
        /// What is there twice.
        given: String,
    },
    /// Limits that no value meets.
    NothingPossible,
    /// Leads to a question that does not exist.
    UnknownTarget {
        /// Key of the question that was meant.
        to: String,
    },
    /// Leads back, or to the question itself, and so round in a circle.
    NotLater {
        /// Key of the earlier question.
        to: String,
    },
    /// A question that no answers lead to.
    Unreachable,
}

impl Invalid {
    /// `field` is refused because of `reason`.
    pub fn new(field: impl Into<String>, reason: Reason) -> Self {
        Self {
            field: field.into(),
            reason,
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Required => write!(f, "is required: give a value"),
            Self::TooShort { min } => write!(f, "is too short: write at least {min} characters"),
            Self::TooLong { max } => write!(f, "is too long: use at most {max} characters"),
            Self::NotANumber => write!(f, "is not a number: write digits"),
            Self::NotWhole => write!(f, "must be a whole number"),
            Self::BelowMinimum { min } => write!(f, "is too small: give {min} or more"),
            Self::AboveMaximum { max } => write!(f, "is too large: give {max} or less"),
            Self::NotADate => write!(f, "is not a date: write YYYY-MM-DD"),
            Self::TooEarly { earliest } => write!(f, "is too early: give {earliest} or later"),
            Self::TooLate { latest } => write!(f, "is too late: give {latest} or earlier"),
            Self::NotAChoice { given } => write!(f, "“{given}” is not one of the choices"),
            Self::TooFew { min } => write!(f, "needs at least {min}"),
            Self::TooMany { max } => write!(f, "takes at most {max}"),
            Self::PatternMismatch { hint } if hint.is_empty() => {
                write!(f, "does not have the expected form")
            }
            Self::PatternMismatch { hint } => {
                write!(f, "does not have the expected form: {}", hint.default)
            }
            Self::WrongKind => write!(f, "is of the wrong kind for this field"),
            Self::UnknownField => write!(f, "is not a field here: remove it"),
            Self::IllegalTransition { from, to } => {
                write!(f, "cannot go from “{from}” to “{to}”")
            }
            Self::NotAllowed => write!(f, "may not be changed by you"),
            Self::Duplicate { given } => write!(f, "has “{given}” twice: keep one"),
            Self::NothingPossible => write!(f, "leaves no possible value: widen the limits"),
            Self::UnknownTarget { to } => {
                write!(
                    f,
                    "leads to “{to}”, which is not a question here: name a later one"
                )
            }
            Self::NotLater { to } => write!(f, "leads back to “{to}”: name a later question"),
            Self::Unreachable => write!(f, "is never asked: change the skips before it"),
        }
    }
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.field, self.reason)
    }
}

impl std::error::Error for Invalid {}
