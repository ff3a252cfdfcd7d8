//! Request forms: typed fields as data, and the check of answers against them.

use crate::id::{FormId, ServiceId};
use crate::invalid::{Invalid, Reason};
use crate::plain::part;
use crate::record::Stamp;
use crate::text::Text;
use crate::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, TicketKind};
use crate::time::Date;
use serde::{Deserialize, Serialize};

/// A form with which a service is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestForm {
    /// Its id.
    pub id: FormId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The service it belongs to; `None` for a form of general use.
    pub service: Option<ServiceId>,
    /// What it is called.
    pub title: Text,
    /// What stands above it.
    pub intro: Option<Text>,
    /// The kind of ticket it makes.
    pub ticket_kind: TicketKind,
    /// The edition of this form.
    pub edition: String,
    /// What it asks.
    pub fields: Vec<Field>,
    /// Whether a manager of the customer has to agree before it is begun with. At the end, where bytes
    /// that were written without it can be told from others.
    #[serde(default)]
    pub approval: bool,
}

/// A question of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name within the form; `subject` and `description` fill those of the ticket.
    pub key: String,
    /// The question.
    pub label: Text,
    /// A word of help below it.
    pub help: Option<Text>,
    /// What is answered.
    pub kind: FieldKind,
    /// Whether it must be answered while it is visible.
    pub required: bool,
    /// When it is asked; `None` means always.
    pub visible_when: Option<VisibleWhen>,
}

/// A field is asked only when another one has one of these values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisibleWhen {
    /// Key of the other field.
    pub field: String,
    /// The values; a yes/no field has `true` and `false`.
    pub is: Vec<String>,
}

/// What a field takes, with its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldKind {
    /// A line of text.
    Text {
        /// Least number of characters.
        min_length: Option<u32>,
        /// Greatest number of characters.
        max_length: Option<u32>,
        /// Regular expression (as of HTML's `pattern` attribute) that the whole text must match.
        pattern: Option<String>,
        /// What to tell somebody whose text does not match.
        pattern_hint: Option<Text>,
    },
    /// Text of any number of lines.
    LongText {
        /// Least number of characters.
        min_length: Option<u32>,
        /// Greatest number of characters.
        max_length: Option<u32>,
    },
    /// A number.
    Number {
        /// Least value.
        min: Option<f64>,
        /// Greatest value.
        max: Option<f64>,
        /// Whether only whole numbers will do.
        whole: bool,
        /// What is counted.
        unit: Option<String>,
    },
    /// A day.
    Date {
        /// Earliest day: `YYYY-MM-DD`, `today` or `today+N` / `today-N` (days).
        earliest: Option<String>,
        /// Latest day, likewise.
        latest: Option<String>,
    },
    /// One of several.
    Choice {
        /// What is offered.
        options: Vec<Choice>,
    },
    /// Any of several.
    MultiChoice {
        /// What is offered.
        options: Vec<Choice>,
        /// Least number of choices.
        min: Option<u32>,
        /// Greatest number of choices.
        max: Option<u32>,
    },
    /// Yes or no.
    YesNo,
    /// Files.
    File {
        /// Greatest size of one file in bytes.
        max_size: Option<u64>,
        /// Media types or endings, as of HTML's `accept`.
        accept: Vec<String>,
        /// Greatest number of files.
        max_count: Option<u32>,
    },
    /// A kind that this build does not know; asked as a line of text.
    Other(String),
}

part! {
    /// One offered choice.
    #[derive(Eq, Serialize, Deserialize)]
    Choice {
        /// What is written down.
        value: String,
        /// What is shown.
        label: Text,
    }
}

/// An answer with the question as it was asked, so that it can be read when the form has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The field's key.
    pub field: String,
    /// The question in the language it was asked in.
    pub label: String,
    /// What was answered.
    pub value: AnswerValue,
}

/// The value of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnswerValue {
    /// Text, a day, or the value of a choice.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Values of several choices, or names of files.
    Many(Vec<String>),
}

impl AnswerValue {
    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Many(values) => values.is_empty(),
            Self::Number(_) | Self::Flag(_) => false,
        }
    }

    fn is_one_of(&self, values: &[String]) -> bool {
        match self {
            Self::Text(text) => values.contains(text),
            Self::Flag(flag) => values.contains(&flag.to_string()),
            Self::Number(number) => values.contains(&number.to_string()),
            Self::Many(chosen) => chosen.iter().any(|choice| values.contains(choice)),
        }
    }
}

/// What the check of answers needs from outside: the day, and somebody who knows regular expressions.
pub struct Checking<'a> {
    /// Today in the user's zone.
    pub today: Date,
    /// Whether the whole text matches the pattern; a pattern that cannot be read matches everything.
    pub matches: &'a dyn Fn(&str, &str) -> bool,
}

impl RequestForm {
    /// The fields that are asked, given the answers so far. A field that depends on an invisible one
    /// is invisible; one that depends on an unknown field or on itself in a circle is visible, so
    /// that a faulty form hides nothing.
    pub fn visible<'a>(&'a self, answers: &'a [Answer]) -> impl Iterator<Item = &'a Field> {
        self.fields
            .iter()
            .filter(|field| self.is_visible(field, answers, self.fields.len()))
    }

    fn is_visible(&self, field: &Field, answers: &[Answer], depth: usize) -> bool {
        let Some(when) = &field.visible_when else {
            return true;
        };
        let Some(other) = self.fields.iter().find(|f| f.key == when.field) else {
            return true;
        };
        if depth == 0 {
            return true;
        }
        self.is_visible(other, answers, depth - 1)
            && answers
                .iter()
                .any(|a| a.field == when.field && a.value.is_one_of(&when.is))
    }

    /// Everything that is wrong with `answers`, in the order of the fields; empty when nothing is.
    /// Answers to invisible fields are not looked at: they are not sent (see [`Self::kept`]).
    #[must_use]
    pub fn check(&self, answers: &[Answer], checking: &Checking<'_>) -> Vec<Invalid> {
        let mut problems = Vec::new();
        for answer in answers {
            if !self.fields.iter().any(|field| field.key == answer.field) {
                problems.push(Invalid::new(&answer.field, Reason::UnknownField));
            }
        }
        for field in self.visible(answers) {
            let value = answers
                .iter()
                .find(|a| a.field == field.key)
                .map(|a| &a.value);
            match value.filter(|value| !value.is_empty()) {
                None if field.required => {
                    problems.push(Invalid::new(&field.key, Reason::Required));
                }
                None => {}
                Some(value) => {
                    if let Some(reason) = field.check(value, checking) {
                        problems.push(Invalid::new(&field.key, reason));
                    }
                }
            }
        }
        problems
    }

    /// The answers that count: those to visible fields, without empty ones.
    #[must_use]
    pub fn kept(&self, answers: &[Answer]) -> Vec<Answer> {
        self.visible(answers)
            .filter_map(|field| answers.iter().find(|answer| answer.field == field.key))
            .filter(|answer| !answer.value.is_empty())
            .cloned()
            .collect()
    }
}

impl Field {
    fn check(&self, value: &AnswerValue, checking: &Checking<'_>) -> Option<Reason> {
        match (&self.kind, value) {
            (
                FieldKind::Text {
                    min_length,
                    max_length,
                    pattern,
                    pattern_hint,
                },
                AnswerValue::Text(text),
            ) => {
                let max = max_length.or((self.key == "subject").then_some(SUBJECT_MAX));
                length(text, *min_length, max).or_else(|| {
                    let pattern = pattern.as_ref()?;
                    (!(checking.matches)(pattern, text)).then(|| Reason::PatternMismatch {
                        hint: pattern_hint.clone().unwrap_or_default(),
                    })
                })
            }
            (
                FieldKind::LongText {
                    min_length,
                    max_length,
                },
                AnswerValue::Text(text),
            ) => length(
                text,
                *min_length,
                Some(max_length.unwrap_or(DESCRIPTION_MAX)),
            ),
            (
                FieldKind::Number {
                    min, max, whole, ..
                },
                AnswerValue::Number(number),
            ) => number_problem(*number, *min, *max, *whole),
            (FieldKind::Number { .. }, AnswerValue::Text(_)) => Some(Reason::NotANumber),
            (FieldKind::Date { earliest, latest }, AnswerValue::Text(text)) => date_problem(
                text,
                earliest.as_deref(),
                latest.as_deref(),
                &checking.today,
            ),
            (FieldKind::Choice { options }, AnswerValue::Text(text)) => not_offered(options, text),
            (FieldKind::MultiChoice { options, min, max }, AnswerValue::Many(chosen)) => chosen
                .iter()
                .find_map(|choice| not_offered(options, choice))
                .or_else(|| count_problem(chosen.len(), *min, *max)),
            (FieldKind::YesNo, AnswerValue::Flag(_)) | (FieldKind::Other(_), _) => None,
            (FieldKind::File { max_count, .. }, AnswerValue::Many(files)) => {
                count_problem(files.len(), None, *max_count)
            }
            _ => Some(Reason::WrongKind),
        }
    }
}

pub(crate) fn length(text: &str, min: Option<u32>, max: Option<u32>) -> Option<Reason> {
    let count = text.chars().count();
    match (min, max) {
        (Some(min), _) if count < min as usize => Some(Reason::TooShort { min }),
        (_, Some(max)) if count > max as usize => Some(Reason::TooLong { max }),
        _ => None,
    }
}

pub(crate) fn number_problem(
    number: f64,
    min: Option<f64>,
    max: Option<f64>,
    whole: bool,
) -> Option<Reason> {
    if !number.is_finite() {
        return Some(Reason::NotANumber);
    }
    if whole && number.fract() != 0.0 {
        return Some(Reason::NotWhole);
    }
    match (min, max) {
        (Some(min), _) if number < min => Some(Reason::BelowMinimum { min }),
        (_, Some(max)) if number > max => Some(Reason::AboveMaximum { max }),
        _ => None,
    }
}

pub(crate) fn count_problem(count: usize, min: Option<u32>, max: Option<u32>) -> Option<Reason> {
    match (min, max) {
        (Some(min), _) if count < min as usize => Some(Reason::TooFew { min }),
        (_, Some(max)) if count > max as usize => Some(Reason::TooMany { max }),
        _ => None,
    }
}

pub(crate) fn not_offered(options: &[Choice], value: &str) -> Option<Reason> {
    let offered = options.iter().any(|option| option.value == value);
    (!offered).then(|| Reason::NotAChoice {
        given: value.to_owned(),
    })
}

fn date_problem(
    text: &str,
    earliest: Option<&str>,
    latest: Option<&str>,
    today: &Date,
) -> Option<Reason> {
    let Some(date) = Date::parse(text) else {
        return Some(Reason::NotADate);
    };
    if let Some(earliest) = earliest.and_then(|limit| day_limit(limit, today))
        && date < earliest
    {
        return Some(Reason::TooEarly {
            earliest: earliest.to_string(),
        });
    }
    if let Some(latest) = latest.and_then(|limit| day_limit(limit, today))
        && date > latest
    {
        return Some(Reason::TooLate {
            latest: latest.to_string(),
        });
    }
    None
}

/// The day that a limit means: a day, `today`, `today+N` or `today-N`. `None` where it cannot be
/// read, which then limits nothing.
#[must_use]
pub fn day_limit(limit: &str, today: &Date) -> Option<Date> {
    let Some(offset) = limit.strip_prefix("today") else {
        return Date::parse(limit);
    };
    if offset.is_empty() {
        return Some(today.clone());
    }
    offset.parse::<i64>().ok().map(|days| today.plus_days(days))
}

#[cfg(test)]
mod tests;
