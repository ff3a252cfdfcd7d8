//! What stands in a form on the screen, as answers and as the ticket that is filed with it.
//!
//! A draft is a map of plain JSON values under one slot per question, so that it survives a change of
//! the form: what no longer fits is kept on disk and simply not asked for. Pure.

use crate::i18n::number::Signs;
use crate::live::texts;
use rapport_domain::form::{Checking, Choice};
use rapport_domain::ticket::SUBJECT_MAX;
use rapport_domain::{
    Answer, AnswerValue, Field, FieldKind, Impact, Invalid, Reason, RequestForm, TicketKind,
    Urgency,
};
use serde_json::{Map, Value};

/// A draft's values.
pub type Values = Map<String, Value>;

/// The slot of whom the matter hinders.
pub const IMPACT: &str = "impact";
/// The slot of how long it can wait.
pub const URGENCY: &str = "urgency";
/// The slot of the person for whom it is filed.
pub const FOR_WHOM: &str = "for_whom";

/// How what stands on the screen is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The language in which the questions are noted down.
    pub language: String,
    /// The signs within numbers.
    pub signs: Signs,
}

/// What a form makes of its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Filing {
    /// The ticket's subject.
    pub subject: String,
    /// Its description.
    pub description: String,
    /// Every answer that counts, with its question.
    pub answers: Vec<Answer>,
    /// Whom it hinders.
    pub impact: Option<Impact>,
    /// How long it can wait.
    pub urgency: Option<Urgency>,
}

/// The slot of a form's field.
#[must_use]
pub fn slot(key: &str) -> String {
    format!("answer.{key}")
}

/// The text in a slot; empty where there is none.
#[must_use]
pub fn text(values: &Values, slot: &str) -> String {
    values
        .get(slot)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The slot's texts with `value` added or taken out, in the order in which `options` are offered.
#[must_use]
pub fn toggled(chosen: &[String], value: &str, on: bool, options: &[Choice]) -> Vec<String> {
    let wanted = |option: &str| {
        if option == value {
            on
        } else {
            chosen.iter().any(|c| c == option)
        }
    };
    options
        .iter()
        .map(|option| option.value.clone())
        .filter(|option| wanted(option))
        .collect()
}

/// The values with the names of the files that are really here in the place of those that a draft
/// remembers: a name does not answer anything.
#[must_use]
pub fn with_files(
    form: &RequestForm,
    mut values: Values,
    here: impl Fn(&str) -> Vec<String>,
) -> Values {
    for field in form.fields.iter().filter(|field| is_file(field)) {
        values.insert(slot(&field.key), Value::from(here(&field.key)));
    }
    values
}

/// Whether a question is answered with files.
#[must_use]
pub const fn is_file(field: &Field) -> bool {
    matches!(field.kind, FieldKind::File { .. })
}

/// Everything that was answered, visible or not, in the order of the fields.
#[must_use]
pub fn answers(form: &RequestForm, values: &Values, reading: &Reading) -> Vec<Answer> {
    let answer = |field: &Field| {
        let value = value_of(field, values.get(&slot(&field.key))?, reading.signs)?;
        Some(Answer {
            field: field.key.clone(),
            label: field.label.in_language(&reading.language).to_owned(),
            value,
        })
    };
    form.fields.iter().filter_map(answer).collect()
}

fn value_of(field: &Field, value: &Value, signs: Signs) -> Option<AnswerValue> {
    match &field.kind {
        FieldKind::YesNo => value.as_bool().map(AnswerValue::Flag),
        FieldKind::MultiChoice { .. } | FieldKind::File { .. } => {
            Some(AnswerValue::Many(texts(Some(value))))
        }
        FieldKind::Number { whole, .. } => Some(match value {
            Value::Number(number) => AnswerValue::Number(number.as_f64()?),
            // What is not a number stays as it was typed, so that the check can say so.
            _ => match number(value, *whole, signs) {
                Some(number) => AnswerValue::Number(number),
                None => AnswerValue::Text(value.as_str()?.trim().to_owned()),
            },
        }),
        FieldKind::LongText { .. } => value
            .as_str()
            .map(|text| AnswerValue::Text(text.trim_end().to_owned())),
        FieldKind::Text { .. }
        | FieldKind::Date { .. }
        | FieldKind::Choice { .. }
        | FieldKind::Other(_) => value
            .as_str()
            .map(|text| AnswerValue::Text(text.trim().to_owned())),
    }
}

/// The number that was typed. Whoever has typed it keeps this in its place: in another language the
/// same signs may be another number.
#[must_use]
pub fn number(typed: &Value, whole: bool, signs: Signs) -> Option<f64> {
    signs.read(typed.as_str()?, whole)
}

/// Whether the form leaves it to us to ask about impact and urgency.
#[must_use]
pub fn asks_priority(form: &RequestForm, slot: &str) -> bool {
    form.ticket_kind == TicketKind::Incident && form.fields.iter().all(|field| field.key != slot)
}

/// Everything that is wrong with the form as it stands, fields first and in their order.
#[must_use]
pub fn problems(
    form: &RequestForm,
    values: &Values,
    reading: &Reading,
    checking: &Checking<'_>,
) -> Vec<Invalid> {
    let mut problems = form.check(&answers(form, values, reading), checking);
    for slot in [IMPACT, URGENCY] {
        if asks_priority(form, slot) && text(values, slot).is_empty() {
            problems.push(Invalid::new(slot, Reason::Required));
        }
    }
    problems
}

/// What a request is called whose form asks no subject: the form's title and the first short answer, so
/// that two of them can be told apart in a list.
fn named(form: &RequestForm, answers: &[Answer], language: &str) -> String {
    let title = form.title.in_language(language);
    let is_line = |key: &str| {
        let field = form.fields.iter().find(|field| field.key == key);
        field.is_some_and(|field| matches!(field.kind, FieldKind::Text { .. }))
    };
    let first = answers.iter().find_map(|answer| match &answer.value {
        AnswerValue::Text(text) if !text.is_empty() && is_line(&answer.field) => Some(text),
        _ => None,
    });
    // Without an edition it stands in for a form that is gone, and is called as the request was.
    let first = first.filter(|_| !form.edition.is_empty());
    let words = first.map_or_else(|| title.to_owned(), |first| format!("{title}: {first}"));
    words.chars().take(SUBJECT_MAX as usize).collect()
}

/// The ticket that the form makes. The field `subject` fills its subject, `description` its
/// description; a form without a subject gives its title and the first short answer.
#[must_use]
pub fn filing(form: &RequestForm, values: &Values, reading: &Reading) -> Filing {
    let answers = form.kept(&answers(form, values, reading));
    let said = |key: &str| {
        answers
            .iter()
            .find(|answer| answer.field == key)
            .and_then(|answer| match &answer.value {
                AnswerValue::Text(text) => Some(text.clone()),
                _ => None,
            })
    };
    let word = |key: &str| {
        said(key)
            .or_else(|| Some(text(values, key)))
            .filter(|w| !w.is_empty())
    };
    Filing {
        subject: said("subject").unwrap_or_else(|| named(form, &answers, &reading.language)),
        description: said("description").unwrap_or_default(),
        impact: word(IMPACT).map(|word| Impact::from(word.as_str())),
        urgency: word(URGENCY).map(|word| Urgency::from(word.as_str())),
        answers,
    }
}

#[cfg(test)]
mod tests;
