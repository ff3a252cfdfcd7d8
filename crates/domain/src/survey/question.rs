//! What a survey asks, and where an answer leads.

use crate::form::Choice;
use crate::open_enum::open_enum;
use crate::plain::part;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Longest answer to a question of kind `text`, in characters.
pub const TEXT_MAX: u32 = 200;
/// Longest answer to a question of kind `long_text`, in characters.
pub const LONG_TEXT_MAX: u32 = 20_000;

open_enum! {
    /// What a question takes.
    QuestionKind {
        /// Satisfaction, a whole number from 1 to 5.
        Csat = "csat",
        /// How likely one would recommend, a whole number from 0 to 10.
        Nps = "nps",
        /// How easy it was, a whole number from 1 to 7.
        Ces = "ces",
        /// One of the options.
        Single = "single",
        /// Any of the options.
        Multiple = "multiple",
        /// All options, the best one first.
        Ranking = "ranking",
        /// A line of text.
        Text = "text",
        /// Text of any number of lines.
        LongText = "long_text",
        /// Yes or no.
        YesNo = "yes_no",
        /// A number.
        Number = "number",
        /// A day.
        Date = "date",
        /// For each row one of the options.
        Matrix = "matrix",
    }
}

impl QuestionKind {
    /// Least and greatest point, where this is a scale.
    #[must_use]
    pub const fn scale(&self) -> Option<(u32, u32)> {
        match self {
            Self::Csat => Some((1, 5)),
            Self::Nps => Some((0, 10)),
            Self::Ces => Some((1, 7)),
            _ => None,
        }
    }

    /// Whether something is offered to choose from.
    #[must_use]
    pub const fn has_options(&self) -> bool {
        matches!(
            self,
            Self::Single | Self::Multiple | Self::Ranking | Self::Matrix
        )
    }

    /// Whether its author may set limits; those of a scale are given.
    #[must_use]
    pub const fn has_limits(&self) -> bool {
        matches!(self, Self::Number | Self::Multiple)
    }

    /// Whether a number is answered, so that a skip may name a range.
    #[must_use]
    pub const fn is_numeric(&self) -> bool {
        self.scale().is_some() || matches!(self, Self::Number)
    }

    /// Whether a skip may depend on the answer. Of a text, a day, a ranking or a matrix there are too
    /// many to name the ones that are meant.
    #[must_use]
    pub const fn decides(&self) -> bool {
        self.is_numeric() || matches!(self, Self::Single | Self::Multiple | Self::YesNo)
    }
}

part! {
    /// One question. Questions are asked in order, except where a skip leads further on.
    #[derive(Serialize, Deserialize)]
    Question {
        /// Its name within the survey.
        key: String,
        /// What is answered.
        kind: QuestionKind,
        /// The question.
        label: Text,
        /// A word of help below it.
        help: Option<Text>,
        /// Whether one cannot go on without an answer.
        required: bool,
        /// What is offered; for a matrix its columns.
        options: Vec<Choice>,
        /// Rows of a matrix.
        rows: Vec<Choice>,
        /// Least number, or least number of choices.
        min: Option<f64>,
        /// Greatest number, or greatest number of choices.
        max: Option<f64>,
        /// Where answers lead: the first that matches holds, and without one the next question
        /// follows.
        skips: Vec<Skip>,
    }
}

impl Question {
    /// A question without words, options, limits or skips, which need not be answered.
    #[must_use]
    pub fn new(key: impl Into<String>, kind: QuestionKind) -> Self {
        Self {
            key: key.into(),
            kind,
            label: Text::default(),
            help: None,
            required: false,
            options: Vec::new(),
            rows: Vec::new(),
            min: None,
            max: None,
            skips: Vec::new(),
        }
    }

    /// Least and greatest number that may be answered: those of the scale, else the author's.
    #[must_use]
    pub fn range(&self) -> (Option<f64>, Option<f64>) {
        match self.kind.scale() {
            Some((least, greatest)) => (Some(least.into()), Some(greatest.into())),
            None => (self.min, self.max),
        }
    }

    /// The values that can be chosen: those of the options, or `true` and `false`.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        match self.kind {
            QuestionKind::YesNo => vec!["true", "false"],
            _ => self.options.iter().map(|o| o.value.as_str()).collect(),
        }
    }

    /// Least and greatest number of choices of a question of kind `multiple`.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` keeps within range"
    )]
    pub fn choice_limits(&self) -> (Option<u32>, Option<u32>) {
        (
            self.min.map(|min| min.ceil() as u32),
            self.max.map(|max| max.floor() as u32),
        )
    }
}

part! {
    /// Leads from a question to one that is not the next. It matches an answer that is one of `is`
    /// or lies within `min` and `max`; one that names neither matches always, also where nothing was
    /// answered: so a branch finds back to where all go on.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    Skip {
        /// Any of these values; a yes/no question has `true` and `false`.
        is: Vec<String>,
        /// Least number of a range.
        min: Option<f64>,
        /// Greatest number of a range.
        max: Option<f64>,
        /// Key of the later question; `None` is the end of the survey.
        to: Option<String>,
    }
}

impl Skip {
    /// Whether it matches whatever is answered.
    #[must_use]
    pub fn is_unconditional(&self) -> bool {
        self.is.is_empty() && !self.has_range()
    }

    /// Whether it names a range.
    #[must_use]
    pub const fn has_range(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    /// Whether `number` is one of the values or lies within the range.
    #[must_use]
    pub fn matches_number(&self, number: f64) -> bool {
        self.is.iter().any(|word| word.parse() == Ok(number))
            || (self.has_range()
                && self.min.is_none_or(|min| number >= min)
                && self.max.is_none_or(|max| number <= max))
    }
}
