//! Each fault of a questionnaire is named where it is, and a sound one has none.

use super::super::*;
use crate::invalid::Reason;
use crate::survey::example::*;
use crate::survey::flow;
use crate::survey::{Question, QuestionKind, Skip};
use proptest::prelude::*;

fn check(questions: &[Question]) -> Vec<(String, Reason)> {
    questionnaire(questions)
        .into_iter()
        .map(|problem| (problem.field, problem.reason))
        .collect()
}

/// What is wrong with this question; its place in the survey is the first of two.
fn one(question_: Question) -> Vec<(String, Reason)> {
    check(&[question_, question("last", QuestionKind::Text)])
}

fn named(field: &str, reason: Reason) -> Vec<(String, Reason)> {
    vec![(format!("questions/{field}"), reason)]
}

fn twice(given: &str) -> Reason {
    Reason::Duplicate {
        given: given.into(),
    }
}

fn not_offered(given: &str) -> Reason {
    Reason::NotAChoice {
        given: given.into(),
    }
}

fn of(kind: QuestionKind) -> Question {
    question("q", kind)
}

#[test]
fn every_kind_can_be_asked() {
    for kind in QuestionKind::KNOWN {
        assert_eq!(one(of(kind.clone())), [], "{kind}");
    }
    let other = of(QuestionKind::from("slider"));
    assert_eq!(one(other), named("q/kind", Reason::WrongKind));
}

#[test]
fn a_survey_asks_something() {
    let none = ("questions".to_owned(), Reason::TooFew { min: 1 });
    assert_eq!(check(&[]), [none]);
}

#[test]
fn keys_are_there_and_differ() {
    let text = |key| question(key, QuestionKind::Text);
    assert_eq!(
        check(&[text("a"), text("b"), text("a")]),
        named("a/key", twice("a"))
    );
    let mut unnamed = text(" ");
    unnamed.label = "What?".into();
    assert_eq!(
        check(&[text("a"), unnamed.clone()]),
        named("#2/key", Reason::Required)
    );
}

#[test]
fn what_is_shown_says_something() {
    let mut q = of(QuestionKind::Matrix);
    q.label = " ".into();
    q.options[1].label = "".into();
    q.rows[0].label = "".into();
    let expected = ["label", "options/b/label", "rows/r/label"];
    let expected = expected.map(|part| (format!("questions/q/{part}"), Reason::Required));
    assert_eq!(one(q), expected);
    // A wording in one language only leaves the others without any.
    let mut q = of(QuestionKind::Text);
    q.label.by_language.insert("de".into(), "Warum?".into());
    q.label.default.clear();
    assert_eq!(one(q), named("q/label", Reason::Required));
}

#[test]
fn there_is_something_to_choose_between() {
    for kind in QuestionKind::KNOWN.iter().filter(|kind| kind.has_options()) {
        let mut q = of(kind.clone());
        q.options = choices(&["a"]);
        assert_eq!(one(q), named("q/options", Reason::TooFew { min: 2 }));
    }
    let mut q = of(QuestionKind::Matrix);
    q.rows.clear();
    assert_eq!(one(q), named("q/rows", Reason::TooFew { min: 1 }));
}

#[test]
fn options_and_rows_are_there_and_differ() {
    let mut q = of(QuestionKind::Matrix);
    q.options = choices(&["a", "b", "a"]);
    q.rows = choices(&["r", "r"]);
    let both = [named("q/options", twice("a")), named("q/rows", twice("r"))];
    assert_eq!(one(q), both.concat());
    let mut q = of(QuestionKind::Single);
    q.options[2].value.clear();
    assert_eq!(one(q), named("q/options/#3/value", Reason::Required));
}

#[test]
fn nothing_is_set_that_the_kind_does_not_have() {
    let mut q = of(QuestionKind::Nps);
    q.options = choices(&["a", "b"]);
    q.rows = choices(&["r"]);
    (q.min, q.max) = (Some(0.0), Some(10.0));
    let parts = ["options", "rows", "min", "max"];
    let expected = parts.map(|part| (format!("questions/q/{part}"), Reason::WrongKind));
    assert_eq!(one(q), expected);
}

#[test]
fn limits_leave_something_possible() {
    let limited = |kind, min, max| {
        one(Question {
            min,
            max,
            ..of(kind)
        })
    };
    let number = |min, max| limited(QuestionKind::Number, min, max);
    assert_eq!(number(Some(2.0), Some(2.0)), []);
    let none = |part: &str| named(&format!("q/{part}"), Reason::NothingPossible);
    assert_eq!(number(Some(2.0), Some(1.0)), none("max"));
    assert_eq!(
        number(Some(f64::NAN), None),
        named("q/min", Reason::NotANumber)
    );
    let multiple = |min, max| limited(QuestionKind::Multiple, min, max);
    assert_eq!(multiple(Some(3.0), Some(3.0)), []);
    assert_eq!(multiple(Some(3.0), Some(2.0)), none("max"));
    assert_eq!(multiple(None, Some(0.0)), none("max"));
    assert_eq!(multiple(Some(4.0), None), none("min"));
    assert_eq!(multiple(Some(1.5), None), named("q/min", Reason::NotWhole));
    assert_eq!(
        multiple(Some(-1.0), None),
        named("q/min", Reason::BelowMinimum { min: 0.0 })
    );
}

#[test]
fn a_skip_leads_to_a_later_question() {
    let to = |key| {
        check(&[
            question("a", QuestionKind::YesNo),
            leading(question("b", QuestionKind::YesNo), &["true"], key),
            question("c", QuestionKind::YesNo),
        ])
    };
    assert_eq!(to(None), []);
    assert_eq!(to(Some("c")), []);
    let here = "b/skips/#1/to";
    for key in ["a", "b"] {
        let reason = Reason::NotLater { to: key.into() };
        assert_eq!(to(Some(key)), named(here, reason));
    }
    let reason = Reason::UnknownTarget { to: "x".into() };
    assert_eq!(to(Some("x")), named(here, reason));
}

#[test]
fn a_skip_names_what_can_be_answered() {
    let is = "q/skips/#1/is";
    let named_by = |kind, word: &str| one(leading(of(kind), &[word], None));
    for (kind, good, bad, reason) in [
        (QuestionKind::Single, "a", "x", not_offered("x")),
        (QuestionKind::Multiple, "a", "x", not_offered("x")),
        (QuestionKind::YesNo, "false", "no", not_offered("no")),
        (
            QuestionKind::Csat,
            "5",
            "6",
            Reason::AboveMaximum { max: 5.0 },
        ),
        (QuestionKind::Nps, "0", "0.5", Reason::NotWhole),
        (QuestionKind::Number, "0.5", "half", Reason::NotANumber),
    ] {
        assert_eq!(named_by(kind.clone(), good), [], "{kind}");
        assert_eq!(named_by(kind, bad), named(is, reason));
    }
}

#[test]
fn only_answers_that_decide_something_have_conditions() {
    for kind in QuestionKind::KNOWN.iter().filter(|kind| !kind.decides()) {
        let skip = leading(of(kind.clone()), &["a"], None);
        assert_eq!(one(skip), named("q/skips/#1", Reason::WrongKind));
        let always = optional(of(kind.clone()));
        let always = leading(always, &[], Some("last"));
        assert_eq!(one(always), []);
    }
}

#[test]
fn a_range_belongs_to_numbers_and_holds_some() {
    let within = |kind, min, max| one(leading_within(of(kind), min, max, None));
    let csat = |min, max| within(QuestionKind::Csat, Some(min), Some(max));
    assert_eq!(csat(1.0, 3.0), []);
    let none = named("q/skips/#1/max", Reason::NothingPossible);
    assert_eq!(csat(3.0, 1.0), none);
    assert_eq!(csat(6.0, 9.0), none);
    assert_eq!(csat(1.2, 1.8), none);
    assert_eq!(within(QuestionKind::Number, Some(1.2), Some(1.8)), []);
    let at = "q/skips/#1/min";
    let nan = within(QuestionKind::Number, Some(f64::NAN), None);
    assert_eq!(nan, named(at, Reason::NotANumber));
    let choice = within(QuestionKind::Single, Some(1.0), None);
    assert_eq!(choice, named(at, Reason::WrongKind));
}

#[test]
fn a_question_that_no_answers_lead_to_is_named() {
    let unreachable = |first: Question| {
        check(&[
            first,
            question("lost", QuestionKind::Text),
            question("found", QuestionKind::Text),
        ])
    };
    let lost = named("lost", Reason::Unreachable);
    let always = leading(of(QuestionKind::Text), &[], Some("found"));
    assert_eq!(unreachable(always), lost);
    let either = leading(of(QuestionKind::YesNo), &["true", "false"], Some("found"));
    assert_eq!(unreachable(either.clone()), lost);
    // Who need not answer can still fall through to it.
    assert_eq!(unreachable(optional(either)), []);
    let scale = of(QuestionKind::Csat);
    let scale = leading_within(scale, None, Some(3.0), Some("found"));
    assert_eq!(unreachable(scale.clone()), []);
    let scale = leading(scale, &["4", "5"], Some("found"));
    assert_eq!(unreachable(scale), lost);
    let mut number = of(QuestionKind::Number);
    (number.min, number.max) = (Some(0.0), Some(9.0));
    let number = leading_within(number, None, Some(5.0), Some("found"));
    let gap = leading_within(number.clone(), Some(5.5), None, Some("found"));
    assert_eq!(unreachable(gap), []);
    let none = leading_within(number, Some(5.0), None, Some("found"));
    assert_eq!(unreachable(none), lost);
    // One number among all leads to it.
    let seven = leading(of(QuestionKind::Number), &["7"], Some("found"));
    let away = leading(question("away", QuestionKind::Text), &[], None);
    assert_eq!(
        check(&[seven, away, question("found", QuestionKind::Text)]),
        []
    );
    // Of three options, two at least: without `a` there are still two, without `a` and `b` not.
    let mut several = of(QuestionKind::Multiple);
    several.min = Some(2.0);
    let several = leading(several, &["a"], Some("found"));
    assert_eq!(unreachable(several.clone()), []);
    let several = leading(several, &["b"], Some("found"));
    assert_eq!(unreachable(several), lost);
}

#[test]
fn a_fault_of_one_question_does_not_hide_those_after_it() {
    let mut q = of(QuestionKind::Number);
    (q.min, q.max) = (Some(2.0), Some(1.0));
    assert_eq!(one(q), named("q/max", Reason::NothingPossible));
}

/// Where every answer leads that the question does not refuse, tried one by one.
fn tried(questions: &[Question]) -> Vec<bool> {
    let mut reached = vec![false; questions.len() + 1];
    reached[0] = true;
    for (at, question) in questions.iter().enumerate() {
        let universe = universe(question);
        let accepted: Vec<_> = universe
            .iter()
            .filter(|value| answer(question, value.as_ref()).is_empty())
            .collect();
        if reached[at] {
            for value in &accepted {
                reached[flow::leads_to(questions, at, value.as_ref())] = true;
            }
            if accepted.is_empty() {
                reached[flow::leads_to(questions, at, None)] = true;
            }
        }
    }
    reached
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn exactly_what_no_answer_leads_to_is_named(questions in any_questionnaire(true)) {
        let named: Vec<String> = check(&questions)
            .into_iter()
            .filter(|(_, reason)| *reason == Reason::Unreachable)
            .map(|(field, _)| field)
            .collect();
        let lost: Vec<String> = tried(&questions)
            .into_iter()
            .zip(&questions)
            .filter(|(reached, _)| !reached)
            .map(|(_, question)| format!("questions/{}", question.key))
            .collect();
        prop_assert_eq!(named, lost);
    }

    #[test]
    fn every_question_of_a_sound_questionnaire_is_on_some_path(
        mut questions in any_questionnaire(false),
    ) {
        sound(&mut questions);
        prop_assert_eq!(check(&questions), vec![]);
        let ways = ways(&questions);
        for (at, question) in questions.iter().enumerate() {
            let way = ways[at].as_ref();
            prop_assert!(way.is_some(), "no way to {}", question.key);
            let path = flow::path(&questions, way.expect("a way"));
            prop_assert!(path.contains(&at), "{} is not on {path:?}", question.key);
        }
    }
}

/// Takes away what is wrong: first skips with a fault, then those that leave a question unreachable.
fn sound(questions: &mut [Question]) {
    for question in questions.iter_mut() {
        if question.min > question.max {
            question.max = None;
        }
    }
    for _ in 0..100 {
        let problems = questionnaire(questions);
        let Some(problem) = problems.first() else {
            return;
        };
        let key = problem.field.split('/').nth(1).expect("a key").to_owned();
        if problem.reason == Reason::Unreachable {
            let at = questions.iter().position(|q| q.key == key);
            let before = questions[..at.expect("a question")].iter_mut();
            before.for_each(|question| {
                question.skips.pop();
            });
        } else {
            let at = questions.iter_mut().find(|q| q.key == key);
            let skips: &mut Vec<Skip> = &mut at.expect("a question").skips;
            assert!(skips.pop().is_some(), "{problem} is not about a skip");
        }
    }
}

/// For each place answers that lead there, found by trying.
fn ways(questions: &[Question]) -> Vec<Option<Vec<crate::survey::SurveyAnswer>>> {
    let mut ways = vec![None; questions.len() + 1];
    ways[0] = Some(Vec::new());
    for (at, question) in questions.iter().enumerate() {
        let Some(way) = ways[at].clone() else {
            continue;
        };
        for value in universe(question) {
            if answer(question, value.as_ref()).is_empty() {
                let to = flow::leads_to(questions, at, value.as_ref());
                let mut way = way.clone();
                way.extend(value);
                ways[to].get_or_insert(way);
            }
        }
    }
    ways
}
