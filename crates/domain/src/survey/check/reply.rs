//! The check of answers.

use super::super::answer::{self as said, SurveyAnswer};
use super::super::flow;
use super::super::question::{LONG_TEXT_MAX, Question, QuestionKind, TEXT_MAX};
use super::repeated;
use crate::form::{count_problem, length, not_offered, number_problem};
use crate::invalid::{Invalid, Reason};
use crate::time::Date;

/// Everything that is wrong with `answers`, as far as the path goes; it stops at the first question
/// whose answer is missing or refused, since what is asked after that is not known. A field is named by
/// the question's key, a row of a matrix as `<key>/<row>`. Answers off the path are not looked at: they
/// are not sent (see [`flow::kept`]).
#[must_use]
pub fn answers(questions: &[Question], answers: &[SurveyAnswer]) -> Vec<Invalid> {
    let unknown = answers
        .iter()
        .filter(|answer| !questions.iter().any(|q| q.key == answer.question))
        .map(|answer| Invalid::new(&answer.question, Reason::UnknownField));
    let refused = flow::path(questions, answers)
        .into_iter()
        .filter_map(|place| questions.get(place))
        .flat_map(|question| answer(question, said::to(answers, &question.key)));
    unknown.chain(refused).collect()
}

/// Everything that is wrong with the answer to one question.
///
/// A ranking puts every option in its place, since places in rankings of different length cannot be
/// compared. A required matrix needs every row; of an optional one any rows may be answered.
#[must_use]
pub fn answer(question: &Question, answer: Option<&SurveyAnswer>) -> Vec<Invalid> {
    let Some(answer) = answer.filter(|answer| !answer.is_empty()) else {
        let missing = question.required.then_some(Reason::Required);
        return named(question, missing);
    };
    if !answer.suits(&question.kind) {
        let text_only = answer.suits(&QuestionKind::Text);
        return named(
            question,
            Some(match &question.kind {
                QuestionKind::Number if text_only => Reason::NotANumber,
                _ => Reason::WrongKind,
            }),
        );
    }
    match &question.kind {
        QuestionKind::Matrix => rows(question, answer),
        _ => named(question, problem(question, answer)),
    }
}

fn named(question: &Question, reason: Option<Reason>) -> Vec<Invalid> {
    reason
        .into_iter()
        .map(|reason| Invalid::new(&question.key, reason))
        .collect()
}

fn problem(question: &Question, answer: &SurveyAnswer) -> Option<Reason> {
    let text = answer.text.as_str();
    match &question.kind {
        QuestionKind::Text => length(text, None, Some(TEXT_MAX)),
        QuestionKind::LongText => length(text, None, Some(LONG_TEXT_MAX)),
        QuestionKind::Date => Date::parse(text).is_none().then_some(Reason::NotADate),
        QuestionKind::Single | QuestionKind::YesNo => chosen(question, answer).or_else(|| {
            let count = answer.choices.len();
            count_problem(count, None, Some(1))
        }),
        QuestionKind::Multiple => chosen(question, answer).or_else(|| {
            let (min, max) = question.choice_limits();
            count_problem(answer.choices.len(), min, max)
        }),
        QuestionKind::Ranking => chosen(question, answer).or_else(|| {
            let all = u32::try_from(question.options.len()).ok();
            count_problem(answer.choices.len(), all, None)
        }),
        _ => answer
            .number
            .and_then(|number| number_reason(question, number)),
    }
}

/// What is wrong with a number as an answer to a question that takes one.
pub(super) fn number_reason(question: &Question, number: f64) -> Option<Reason> {
    let (min, max) = question.range();
    number_problem(number, min, max, question.kind.scale().is_some())
}

/// Why `value` cannot be chosen.
pub(super) fn not_possible(question: &Question, value: &str) -> Option<Reason> {
    (!question.values().contains(&value)).then(|| Reason::NotAChoice {
        given: value.to_owned(),
    })
}

/// What is wrong with the choices one by one, whatever their number.
fn chosen(question: &Question, answer: &SurveyAnswer) -> Option<Reason> {
    answer
        .choices
        .iter()
        .find_map(|choice| not_possible(question, choice))
        .or_else(|| {
            repeated(answer.choices.iter()).map(|choice| Reason::Duplicate {
                given: choice.clone(),
            })
        })
}

fn rows(question: &Question, answer: &SurveyAnswer) -> Vec<Invalid> {
    let mut problems = Vec::new();
    let field = |row: &str| format!("{}/{row}", question.key);
    for given in &answer.rows {
        let reason = not_offered(&question.rows, &given.row)
            .or_else(|| not_offered(&question.options, &given.choice));
        if let Some(reason) = reason {
            problems.push(Invalid::new(field(&given.row), reason));
        }
    }
    if let Some(row) = repeated(answer.rows.iter().map(|given| &given.row)) {
        let given = row.clone();
        problems.push(Invalid::new(field(row), Reason::Duplicate { given }));
    }
    for row in &question.rows {
        let missing = !answer.rows.iter().any(|given| given.row == row.value);
        if question.required && missing {
            problems.push(Invalid::new(field(&row.value), Reason::Required));
        }
    }
    problems
}
