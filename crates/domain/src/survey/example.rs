//! Questions for tests: written out, and made up at random.

use super::answer::SurveyAnswer;
use super::question::{Question, QuestionKind, Skip};
use crate::form::Choice;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::ops::Range;

pub(super) const OPTIONS: [&str; 3] = ["a", "b", "c"];
pub(super) const ROWS: [&str; 2] = ["r", "s"];

pub(super) fn choices(values: &[&str]) -> Vec<Choice> {
    let choice = |value: &&str| Choice {
        value: (*value).into(),
        label: (*value).into(),
    };
    values.iter().map(choice).collect()
}

/// A sound question of that kind.
pub(super) fn question(key: &str, kind: QuestionKind) -> Question {
    Question {
        key: key.into(),
        label: key.into(),
        help: None,
        required: true,
        options: choices(if kind.has_options() { &OPTIONS } else { &[] }),
        rows: choices(if kind == QuestionKind::Matrix {
            &ROWS
        } else {
            &[]
        }),
        min: None,
        max: None,
        skips: Vec::new(),
        kind,
    }
}

pub(super) fn optional(mut question: Question) -> Question {
    question.required = false;
    question
}

/// With a skip from these values (from every answer where there are none) to that question.
pub(super) fn leading(mut question: Question, is: &[&str], to: Option<&str>) -> Question {
    question.skips.push(Skip {
        is: is.iter().map(|value| (*value).to_owned()).collect(),
        to: to.map(str::to_owned),
        ..Skip::default()
    });
    question
}

/// With a skip from that range.
pub(super) fn leading_within(
    mut question: Question,
    min: Option<f64>,
    max: Option<f64>,
    to: Option<&str>,
) -> Question {
    question.skips.push(Skip {
        min,
        max,
        to: to.map(str::to_owned),
        ..Skip::default()
    });
    question
}

/// Every answer that a question of these few options and small numbers can get, and some that it
/// refuses; `None` for no answer.
pub(super) fn universe(question: &Question) -> Vec<Option<SurveyAnswer>> {
    let key = question.key.as_str();
    let numbers = || (-4..=28).map(|half| SurveyAnswer::number(key, f64::from(half) / 2.0));
    let values: Vec<SurveyAnswer> = match &question.kind {
        QuestionKind::YesNo => [true, false]
            .map(|flag| SurveyAnswer::flag(key, flag))
            .to_vec(),
        QuestionKind::Single | QuestionKind::Multiple => (1..8_u8)
            .map(|set| {
                let inside = |at: &usize| set >> at & 1 == 1;
                SurveyAnswer::choices(key, (0..3).filter(inside).map(|at| OPTIONS[at]))
            })
            .collect(),
        QuestionKind::Ranking => vec![SurveyAnswer::choices(key, ["b", "a", "c"])],
        QuestionKind::Matrix => vec![SurveyAnswer::rows(key, [("r", "a"), ("s", "c")])],
        QuestionKind::Date => vec![SurveyAnswer::text(key, "2026-11-22")],
        kind if kind.is_numeric() => numbers().collect(),
        _ => vec![SurveyAnswer::text(key, "because")],
    };
    std::iter::once(None)
        .chain(values.into_iter().map(Some))
        .collect()
}

/// Small whole numbers, now and then none.
fn limit() -> impl Strategy<Value = Option<f64>> {
    option::of((-1..12_i32).prop_map(f64::from))
}

/// The key of the question at that place.
pub(super) fn key(at: usize) -> String {
    format!("q{at}")
}

/// Skips of all sorts; the places they lead to are taken as they come.
fn skip(kind: &QuestionKind, targets: Range<usize>) -> impl Strategy<Value = Skip> + use<> {
    let words: Vec<String> = match kind {
        kind if kind.has_options() => OPTIONS.map(str::to_owned).to_vec(),
        QuestionKind::YesNo => ["true", "false"].map(str::to_owned).to_vec(),
        _ => (0..11).map(|number: i32| number.to_string()).collect(),
    };
    let range = if kind.is_numeric() {
        (limit(), limit()).boxed()
    } else {
        Just((None, None)).boxed()
    };
    let is = if kind.decides() {
        subsequence(words, 0..3).boxed()
    } else {
        Just(Vec::new()).boxed()
    };
    (is, range, option::weighted(0.9, targets)).prop_map(|(is, (min, max), to)| Skip {
        is,
        min,
        max,
        to: to.map(key),
    })
}

fn any_question(at: usize, of: usize, faulty: bool) -> impl Strategy<Value = Question> {
    select(QuestionKind::KNOWN).prop_flat_map(move |kind| {
        let targets = if faulty {
            0..of + 2
        } else {
            at + 1..of.max(at + 2)
        };
        let limits = if kind == QuestionKind::Number {
            (limit(), limit()).boxed()
        } else if kind == QuestionKind::Multiple {
            (select(&[None, Some(1.0), Some(2.0)][..]), Just(None)).boxed()
        } else {
            Just((None, None)).boxed()
        };
        (vec(skip(&kind, targets), 0..3), limits, any::<bool>()).prop_map(
            move |(skips, (min, max), required)| Question {
                skips,
                min,
                max,
                required,
                ..question(&key(at), kind.clone())
            },
        )
    })
}

/// A questionnaire of up to seven questions. Its skips lead on, if not always to a question that
/// exists; with `faulty` they also lead back and nowhere.
pub(super) fn any_questionnaire(faulty: bool) -> impl Strategy<Value = Vec<Question>> {
    (1..8_usize).prop_flat_map(move |of| {
        (0..of)
            .map(|at| any_question(at, of, faulty).boxed())
            .collect::<Vec<_>>()
    })
}

/// Answers to some of the questions, good ones and bad ones, and one to none of them.
pub(super) fn any_answers(
    questions: &[Question],
) -> impl Strategy<Value = Vec<SurveyAnswer>> + use<> {
    let answers: Vec<_> = questions
        .iter()
        .map(|question| {
            let good = select(universe(question));
            let bad = select(vec![
                Some(SurveyAnswer::text(&question.key, "x")),
                Some(SurveyAnswer::flag(&question.key, true)),
            ]);
            prop_oneof![9 => good, 1 => bad].boxed()
        })
        .collect();
    (answers, any::<bool>()).prop_map(|(answers, ghost)| {
        let ghost = ghost.then(|| SurveyAnswer::flag("ghost", true));
        answers.into_iter().chain([ghost]).flatten().collect()
    })
}
