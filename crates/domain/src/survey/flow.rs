//! Which question comes next.
//!
//! The path is made of the questions that are asked, given the answers so far. It begins with the first
//! question, passes optional questions that have no answer, and stops at the first one that cannot be
//! passed: a required one without an answer, or one whose answer is refused. It only ever leads to later
//! questions: a skip that leads back or nowhere is passed over, so that a faulty questionnaire neither
//! goes round in circles nor loses a question.
//!
//! Places are indices into the questions; their number stands for the end of the survey.

use super::answer::{self, SurveyAnswer};
use super::question::{Question, QuestionKind, Skip};
use super::{check, reach};

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Questions on the path that lie behind him.
    pub done: u32,
    /// These and the most that may still come, whatever he answers.
    pub at_most: u32,
}

impl Progress {
    /// What is done, from 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.at_most == 0 {
            1.0
        } else {
            f64::from(self.done) / f64::from(self.at_most)
        }
    }
}

/// The questions that are asked, in order.
#[must_use]
pub fn path(questions: &[Question], answers: &[SurveyAnswer]) -> Vec<usize> {
    walk(questions, answers).0
}

/// Whether the path leads to the end: nothing that is required is missing and nothing on it is refused.
#[must_use]
pub fn is_complete(questions: &[Question], answers: &[SurveyAnswer]) -> bool {
    walk(questions, answers).1
}

/// The question on the path after the one at `after`, or the first one. `None` where none follows: the
/// end is reached if [`is_complete`] says so, else the answer at `after` does not let one go on.
#[must_use]
pub fn next(
    questions: &[Question],
    answers: &[SurveyAnswer],
    after: Option<usize>,
) -> Option<usize> {
    path(questions, answers)
        .into_iter()
        .find(|place| after.is_none_or(|after| *place > after))
}

/// The question on the path before the one at `before`, or before the end.
#[must_use]
pub fn previous(questions: &[Question], answers: &[SurveyAnswer], before: usize) -> Option<usize> {
    path(questions, answers)
        .into_iter()
        .rfind(|place| *place < before)
}

/// How far somebody has come who is asked the question at `at`, or has reached the end. What may still
/// come is counted along the longest way from there that any answers can take: with each step on, that
/// way gets shorter by at least the step, and so the share grows with every step and only reaches 1 at
/// the end.
#[must_use]
pub fn progress(questions: &[Question], answers: &[SurveyAnswer], at: usize) -> Progress {
    let done = path(questions, answers)
        .into_iter()
        .filter(|place| *place < at)
        .count();
    let ahead = reach::longest(questions).get(at).copied().unwrap_or(0);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Progress {
        done: count(done),
        at_most: count(done + ahead),
    }
}

/// The answers that are sent: those to questions on the path, in its order, without empty ones.
#[must_use]
pub fn kept(questions: &[Question], answers: &[SurveyAnswer]) -> Vec<SurveyAnswer> {
    path(questions, answers)
        .into_iter()
        .filter_map(|place| questions.get(place))
        .filter_map(|question| answers.iter().find(|a| a.question == question.key))
        .filter(|answer| !answer.is_empty())
        .cloned()
        .collect()
}

/// The answers that are not sent: to questions off the path or unknown, empty ones, and all but the
/// first to a question. A draft keeps them, so that who goes back and forth again loses nothing.
#[must_use]
pub fn left_out(questions: &[Question], answers: &[SurveyAnswer]) -> Vec<SurveyAnswer> {
    let asked: Vec<&str> = path(questions, answers)
        .into_iter()
        .filter_map(|place| questions.get(place))
        .map(|question| question.key.as_str())
        .collect();
    answers
        .iter()
        .enumerate()
        .filter(|(at, answer)| {
            let key = answer.question.as_str();
            let repeated = answers.iter().take(*at).any(|a| a.question == key);
            repeated || answer.is_empty() || !asked.contains(&key)
        })
        .map(|(_, answer)| answer.clone())
        .collect()
}

/// The path, and whether it leads to the end.
fn walk(questions: &[Question], answers: &[SurveyAnswer]) -> (Vec<usize>, bool) {
    let mut path = Vec::new();
    let mut at = 0;
    while let Some(question) = questions.get(at) {
        path.push(at);
        let answer = answer::to(answers, &question.key);
        if !check::answer(question, answer).is_empty() {
            return (path, false);
        }
        at = leads_to(questions, at, answer);
    }
    (path, true)
}

/// Where `answer` leads from the question at `at`: always to a later place.
pub(super) fn leads_to(questions: &[Question], at: usize, answer: Option<&SurveyAnswer>) -> usize {
    let Some(question) = questions.get(at) else {
        return questions.len();
    };
    question
        .skips
        .iter()
        .filter(|skip| matches(skip, &question.kind, answer))
        .find_map(|skip| target(questions, at, skip))
        .unwrap_or(at + 1)
}

/// Where a skip of the question at `at` leads; `None` where that is no later place.
pub(super) fn target(questions: &[Question], at: usize, skip: &Skip) -> Option<usize> {
    let Some(key) = &skip.to else {
        return Some(questions.len());
    };
    let mut later = (at + 1..).zip(questions.iter().skip(at + 1));
    later
        .find(|(_, question)| question.key == *key)
        .map(|(place, _)| place)
}

fn matches(skip: &Skip, kind: &QuestionKind, answer: Option<&SurveyAnswer>) -> bool {
    if skip.is_unconditional() {
        return true;
    }
    match answer {
        Some(answer) if kind.is_numeric() => answer
            .number
            .is_some_and(|number| skip.matches_number(number)),
        Some(answer) if kind.decides() => {
            answer.choices.iter().any(|choice| skip.is.contains(choice))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
