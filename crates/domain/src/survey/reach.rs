//! Which questions can follow a question at all, whatever is answered.

use super::answer::SurveyAnswer;
use super::check;
use super::flow::{leads_to, target};
use super::question::{Question, QuestionKind, Skip};
use std::collections::BTreeSet;

/// Where the question at `at` can lead: later places only.
fn onward(questions: &[Question], at: usize) -> BTreeSet<usize> {
    let Some(question) = questions.get(at) else {
        return BTreeSet::new();
    };
    let leading = |skip: &&Skip| target(questions, at, skip).is_some();
    let skips: Vec<&Skip> = question.skips.iter().filter(leading).collect();
    let mut samples = samples(question, &skips);
    samples.retain(|sample| check::answer(question, Some(sample)).is_empty());
    let mut places: BTreeSet<usize> = samples
        .iter()
        .map(|sample| leads_to(questions, at, Some(sample)))
        .collect();
    // Where nothing can be answered (limits that exclude each other), that is one fault; that nothing
    // can follow would only hide which questions are otherwise well placed.
    if !question.required || samples.is_empty() {
        places.insert(leads_to(questions, at, None));
    }
    places
}

/// Which questions some answers lead to.
pub(super) fn reachable(questions: &[Question]) -> Vec<bool> {
    let mut reached = vec![false; questions.len()];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    // One pass will do, since every way leads to a later place.
    for at in 0..questions.len() {
        if reached.get(at) == Some(&true) {
            for place in onward(questions, at) {
                if let Some(there) = reached.get_mut(place) {
                    *there = true;
                }
            }
        }
    }
    reached
}

/// For each place the greatest number of questions that can be asked from there to the end, itself
/// included.
pub(super) fn longest(questions: &[Question]) -> Vec<usize> {
    let mut longest = vec![0; questions.len() + 1];
    for at in (0..questions.len()).rev() {
        let after = onward(questions, at)
            .into_iter()
            .filter_map(|place| longest.get(place).copied())
            .max();
        if let Some(here) = longest.get_mut(at) {
            *here = 1 + after.unwrap_or(0);
        }
    }
    longest
}

/// Answers of which at least one takes each way that any answer can take, where `skips` lead
/// somewhere. Some may be refused. Kinds on whose answers nothing depends have none.
fn samples(question: &Question, skips: &[&Skip]) -> Vec<SurveyAnswer> {
    let key = question.key.as_str();
    match &question.kind {
        QuestionKind::Single | QuestionKind::YesNo => question
            .values()
            .into_iter()
            .map(|value| SurveyAnswer::choices(key, [value]))
            .collect(),
        QuestionKind::Multiple => several(question, skips),
        kind => match kind.scale() {
            Some((least, greatest)) => (least..=greatest)
                .map(|point| SurveyAnswer::number(key, point.into()))
                .collect(),
            None if kind.is_numeric() => numbers(question, skips),
            None => Vec::new(),
        },
    }
}

/// The skip at `turn` takes a set of choices when one of its own is among them and none of the skips
/// before. Such a set exists exactly when it can be made of as few choices as are allowed, one of them
/// the skip's own; likewise for the way that no skip takes, which is the last turn.
fn several(question: &Question, skips: &[&Skip]) -> Vec<SurveyAnswer> {
    let fewest = question.choice_limits().0.unwrap_or(0).max(1) as usize;
    (0..=skips.len())
        .map(|turn| {
            let taken = |value: &String| {
                let mut before = skips.iter().take(turn);
                before.any(|skip| skip.is.contains(value))
            };
            let own = |value: &String| {
                let skip = skips.get(turn);
                skip.is_some_and(|skip| skip.is.contains(value))
            };
            let mut free: Vec<&String> = question
                .options
                .iter()
                .map(|option| &option.value)
                .filter(|value| !taken(value))
                .collect();
            free.sort_by_key(|value| !own(value));
            SurveyAnswer::choices(&question.key, free.into_iter().take(fewest))
        })
        .collect()
}

/// Between two numbers that are named anywhere, all answers go the same way: so each of these numbers,
/// one between every two, and one beyond each end stand for all.
fn numbers(question: &Question, skips: &[&Skip]) -> Vec<SurveyAnswer> {
    let limits = [question.min, question.max];
    let ranges = skips.iter().flat_map(|skip| [skip.min, skip.max]);
    let words = skips.iter().flat_map(|skip| &skip.is);
    let mut named: Vec<f64> = limits
        .into_iter()
        .chain(ranges)
        .flatten()
        .chain(words.filter_map(|word| word.parse().ok()))
        .filter(|number| number.is_finite())
        .collect();
    named.sort_by(f64::total_cmp);
    let between = named.windows(2).filter_map(|pair| match pair {
        [low, high] => Some(low / 2.0 + high / 2.0),
        _ => None,
    });
    let ends = [
        named.first().map_or(0.0, |least| least - 1.0),
        named.last().map_or(0.0, |greatest| greatest + 1.0),
    ];
    named
        .iter()
        .copied()
        .chain(between)
        .chain(ends)
        .map(|number| SurveyAnswer::number(&question.key, number))
        .collect()
}
