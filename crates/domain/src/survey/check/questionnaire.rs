//! The check of a questionnaire, before its author hands it out.

use super::super::question::{Question, QuestionKind, Skip};
use super::super::reach;
use super::repeated;
use super::reply::{not_possible, number_reason};
use crate::form::Choice;
use crate::invalid::{Invalid, Reason};
use crate::text::Text;

/// Everything that is wrong with a questionnaire, in the order of its questions. A field is named
/// `questions/<key>/<part>`; what has no key or value of its own is counted from one: `#1`.
#[must_use]
pub fn questionnaire(questions: &[Question]) -> Vec<Invalid> {
    let mut found = Found {
        at: String::new(),
        problems: Vec::new(),
    };
    if questions.is_empty() {
        found
            .problems
            .push(Invalid::new("questions", Reason::TooFew { min: 1 }));
    }
    let reachable = reach::reachable(questions);
    for (at, question) in questions.iter().enumerate() {
        found.at = format!("questions/{}", name(&question.key, at));
        let earlier = questions.get(..at).unwrap_or_default();
        let later = questions.get(at + 1..).unwrap_or_default();
        key(&mut found, question, earlier);
        wording(&mut found, "label", &question.label);
        if matches!(question.kind, QuestionKind::Other(_)) {
            found.push("kind", Reason::WrongKind);
        }
        let (options, rows) = least_choices(&question.kind);
        choices(&mut found, "options", &question.options, options);
        choices(&mut found, "rows", &question.rows, rows);
        limits(&mut found, question);
        for (number, skip) in question.skips.iter().enumerate() {
            let part = format!("skips/#{}", number + 1);
            condition(&mut found, &part, question, skip);
            target(&mut found, &part, skip, later, questions);
        }
        if reachable.get(at) == Some(&false) {
            found
                .problems
                .push(Invalid::new(&found.at, Reason::Unreachable));
        }
    }
    found.problems
}

/// What was found, and the question that is looked at.
struct Found {
    at: String,
    problems: Vec<Invalid>,
}

impl Found {
    fn push(&mut self, part: &str, reason: Reason) {
        let field = format!("{}/{part}", self.at);
        self.problems.push(Invalid::new(field, reason));
    }
}

/// The key or value, or the place where it is empty.
fn name(key: &str, at: usize) -> String {
    if key.trim().is_empty() {
        format!("#{}", at + 1)
    } else {
        key.to_owned()
    }
}

fn key(found: &mut Found, question: &Question, earlier: &[Question]) {
    if question.key.trim().is_empty() {
        found.push("key", Reason::Required);
    } else if earlier.iter().any(|other| other.key == question.key) {
        let given = question.key.clone();
        found.push("key", Reason::Duplicate { given });
    }
}

/// The default must say something, because every language without its own wording shows it.
fn wording(found: &mut Found, part: &str, text: &Text) {
    if text.default.trim().is_empty() {
        found.push(part, Reason::Required);
    }
}

/// The least number of options and of rows that make it a question; `None` where it takes none.
const fn least_choices(kind: &QuestionKind) -> (Option<u32>, Option<u32>) {
    match kind {
        QuestionKind::Matrix => (Some(2), Some(1)),
        kind if kind.has_options() => (Some(2), None),
        // What an unknown kind does with them is not ours to judge.
        QuestionKind::Other(_) => (Some(0), Some(0)),
        _ => (None, None),
    }
}

fn choices(found: &mut Found, part: &str, choices: &[Choice], least: Option<u32>) {
    match least {
        None if !choices.is_empty() => found.push(part, Reason::WrongKind),
        Some(min) if choices.len() < min as usize => found.push(part, Reason::TooFew { min }),
        _ => {}
    }
    for (at, choice) in choices.iter().enumerate() {
        let here = format!("{part}/{}", name(&choice.value, at));
        if choice.value.trim().is_empty() {
            found.push(&format!("{here}/value"), Reason::Required);
        }
        wording(found, &format!("{here}/label"), &choice.label);
    }
    if let Some(value) = repeated(choices.iter().map(|choice| &choice.value)) {
        let given = value.clone();
        found.push(part, Reason::Duplicate { given });
    }
}

fn limits(found: &mut Found, question: &Question) {
    let mut sound = true;
    for (part, limit) in [("min", question.min), ("max", question.max)] {
        let Some(limit) = limit else { continue };
        let whole = matches!(question.kind, QuestionKind::Multiple);
        let reason = match &question.kind {
            QuestionKind::Other(_) => None,
            kind if !kind.has_limits() => Some(Reason::WrongKind),
            _ if !limit.is_finite() => Some(Reason::NotANumber),
            _ if whole && limit.fract() != 0.0 => Some(Reason::NotWhole),
            _ if whole && limit < 0.0 => Some(Reason::BelowMinimum { min: 0.0 }),
            _ => None,
        };
        if let Some(reason) = reason {
            sound = false;
            found.push(part, reason);
        }
    }
    if !sound {
        return;
    }
    if let (Some(min), Some(max)) = (question.min, question.max)
        && min > max
    {
        found.push("max", Reason::NothingPossible);
    } else if matches!(question.kind, QuestionKind::Multiple) {
        if question.max.is_some_and(|max| max < 1.0) {
            found.push("max", Reason::NothingPossible);
        }
        let offered = question.options.len() as f64;
        if question.min.is_some_and(|min| min > offered) {
            found.push("min", Reason::NothingPossible);
        }
    }
}

fn condition(found: &mut Found, part: &str, question: &Question, skip: &Skip) {
    if skip.is_unconditional() {
        return;
    }
    if !question.kind.decides() {
        found.push(part, Reason::WrongKind);
        return;
    }
    let is = format!("{part}/is");
    for word in &skip.is {
        if let Some(reason) = never_said(question, word) {
            found.push(&is, reason);
        }
    }
    if skip.has_range() {
        range(found, part, question, skip);
    }
}

/// Why `word` can never be the answer, or part of it.
fn never_said(question: &Question, word: &str) -> Option<Reason> {
    if !question.kind.is_numeric() {
        return not_possible(question, word);
    }
    match word.parse() {
        Ok(number) => number_reason(question, number),
        Err(_) => Some(Reason::NotANumber),
    }
}

fn range(found: &mut Found, part: &str, question: &Question, skip: &Skip) {
    if !question.kind.is_numeric() {
        found.push(&format!("{part}/min"), Reason::WrongKind);
        return;
    }
    if [skip.min, skip.max]
        .iter()
        .flatten()
        .any(|limit| !limit.is_finite())
    {
        found.push(&format!("{part}/min"), Reason::NotANumber);
        return;
    }
    let (least, greatest) = question.range();
    let at_least = |limit: Option<f64>| limit.unwrap_or(f64::MIN);
    let at_most = |limit: Option<f64>| limit.unwrap_or(f64::MAX);
    let mut low = at_least(skip.min).max(at_least(least));
    let mut high = at_most(skip.max).min(at_most(greatest));
    if question.kind.scale().is_some() {
        (low, high) = (low.ceil(), high.floor());
    }
    if low > high {
        found.push(&format!("{part}/max"), Reason::NothingPossible);
    }
}

fn target(found: &mut Found, part: &str, skip: &Skip, later: &[Question], all: &[Question]) {
    let Some(to) = &skip.to else { return };
    let among = |questions: &[Question]| questions.iter().any(|question| question.key == *to);
    if among(later) {
        return;
    }
    let to = to.clone();
    let reason = if among(all) {
        Reason::NotLater { to }
    } else {
        Reason::UnknownTarget { to }
    };
    found.push(&format!("{part}/to"), reason);
}
