//! Each limit of an answer refuses what lies beyond it.

use super::super::*;
use crate::invalid::Reason;
use crate::survey::example::*;
use crate::survey::{LONG_TEXT_MAX, Question, QuestionKind, SurveyAnswer, TEXT_MAX};

fn one(question: &Question, value: SurveyAnswer) -> Option<Reason> {
    let mut problems = answer(question, Some(&value));
    assert!(problems.len() <= 1, "{problems:?}");
    problems.pop().map(|problem| {
        assert_eq!(problem.field, "q");
        problem.reason
    })
}

fn of(kind: QuestionKind, value: SurveyAnswer) -> Option<Reason> {
    one(&question("q", kind), value)
}

fn number(kind: QuestionKind, number: f64) -> Option<Reason> {
    of(kind, SurveyAnswer::number("q", number))
}

fn not_offered(given: &str) -> Option<Reason> {
    Some(Reason::NotAChoice {
        given: given.into(),
    })
}

fn twice(given: &str) -> Option<Reason> {
    Some(Reason::Duplicate {
        given: given.into(),
    })
}

#[test]
fn only_a_required_question_needs_an_answer() {
    for kind in QuestionKind::KNOWN {
        let question = question("q", kind.clone());
        let empty = SurveyAnswer::text("q", "  ");
        assert_eq!(one(&question, empty.clone()), Some(Reason::Required));
        assert_eq!(answer(&question, None).len(), 1, "{kind}");
        assert_eq!(one(&optional(question), empty), None);
    }
}

#[test]
fn each_kind_takes_its_own_and_nothing_beside_it() {
    let values = [
        SurveyAnswer::number("q", 3.0),
        SurveyAnswer::text("q", "2026-11-22"),
        SurveyAnswer::choices("q", ["a"]),
        SurveyAnswer::rows("q", [("r", "a"), ("s", "b")]),
    ];
    for kind in QuestionKind::KNOWN {
        let taken = values.iter().filter(|value| value.suits(kind)).count();
        assert_eq!(taken, 1, "{kind}");
        for value in values.iter().filter(|value| !value.suits(kind)) {
            let reason = match kind {
                QuestionKind::Number if !value.text.is_empty() => Reason::NotANumber,
                _ => Reason::WrongKind,
            };
            assert_eq!(of(kind.clone(), value.clone()), Some(reason), "{kind}");
        }
    }
    let both = SurveyAnswer {
        text: "three".into(),
        ..SurveyAnswer::number("q", 3.0)
    };
    assert_eq!(of(QuestionKind::Csat, both), Some(Reason::WrongKind));
    let other = QuestionKind::from("slider");
    assert_eq!(of(other, SurveyAnswer::number("q", 0.3)), None);
}

#[test]
fn a_scale_has_whole_points_between_its_ends() {
    for (kind, least, greatest) in [
        (QuestionKind::Csat, 1.0, 5.0),
        (QuestionKind::Nps, 0.0, 10.0),
        (QuestionKind::Ces, 1.0, 7.0),
    ] {
        let number = |value| number(kind.clone(), value);
        assert_eq!((number(least), number(greatest)), (None, None));
        let below = Reason::BelowMinimum { min: least };
        assert_eq!(number(least - 1.0), Some(below));
        let above = Reason::AboveMaximum { max: greatest };
        assert_eq!(number(greatest + 1.0), Some(above));
        assert_eq!(number(2.5), Some(Reason::NotWhole));
        assert_eq!(number(f64::NAN), Some(Reason::NotANumber));
    }
}

#[test]
fn a_number_keeps_its_limits_and_may_have_a_fraction() {
    let mut q = question("q", QuestionKind::Number);
    (q.min, q.max) = (Some(1.0), Some(2.0));
    let n = |value| one(&q, SurveyAnswer::number("q", value));
    assert_eq!(n(1.5), None);
    assert_eq!(n(0.5), Some(Reason::BelowMinimum { min: 1.0 }));
    assert_eq!(n(2.5), Some(Reason::AboveMaximum { max: 2.0 }));
    assert_eq!(n(f64::INFINITY), Some(Reason::NotANumber));
}

#[test]
fn texts_keep_their_length_and_days_exist() {
    for (kind, max) in [
        (QuestionKind::Text, TEXT_MAX),
        (QuestionKind::LongText, LONG_TEXT_MAX),
    ] {
        let text = |length: u32| SurveyAnswer::text("q", "ä".repeat(length as usize));
        assert_eq!(of(kind.clone(), text(max)), None);
        assert_eq!(of(kind, text(max + 1)), Some(Reason::TooLong { max }));
    }
    let day = |text| of(QuestionKind::Date, SurveyAnswer::text("q", text));
    assert_eq!(day("2026-02-28"), None);
    assert_eq!(day("2026-02-29"), Some(Reason::NotADate));
}

#[test]
fn choices_are_those_offered_once_each_and_as_many_as_allowed() {
    let single = |values: &[&str]| {
        let values = values.iter().copied();
        of(QuestionKind::Single, SurveyAnswer::choices("q", values))
    };
    assert_eq!(single(&["b"]), None);
    assert_eq!(single(&["x"]), not_offered("x"));
    assert_eq!(single(&["a", "b"]), Some(Reason::TooMany { max: 1 }));
    let yes_no = |values: &[&str]| {
        let values = values.iter().copied();
        of(QuestionKind::YesNo, SurveyAnswer::choices("q", values))
    };
    assert_eq!(yes_no(&["false"]), None);
    assert_eq!(yes_no(&["yes"]), not_offered("yes"));
    assert_eq!(yes_no(&["true", "false"]), Some(Reason::TooMany { max: 1 }));

    let mut q = question("q", QuestionKind::Multiple);
    (q.min, q.max) = (Some(2.0), Some(2.0));
    let multiple = |values: &[&str]| one(&q, SurveyAnswer::choices("q", values.iter().copied()));
    assert_eq!(multiple(&["a", "c"]), None);
    assert_eq!(multiple(&["a"]), Some(Reason::TooFew { min: 2 }));
    assert_eq!(multiple(&["a", "b", "c"]), Some(Reason::TooMany { max: 2 }));
    assert_eq!(multiple(&["a", "a"]), twice("a"));
    assert_eq!(multiple(&["a", "x"]), not_offered("x"));
}

#[test]
fn a_ranking_puts_every_option_in_one_place() {
    let ranking = |values: &[&str]| {
        let values = values.iter().copied();
        of(QuestionKind::Ranking, SurveyAnswer::choices("q", values))
    };
    assert_eq!(ranking(&["c", "a", "b"]), None);
    assert_eq!(ranking(&["c", "a"]), Some(Reason::TooFew { min: 3 }));
    assert_eq!(ranking(&["c", "a", "c"]), twice("c"));
    assert_eq!(ranking(&["c", "a", "x"]), not_offered("x"));
}

#[test]
fn a_matrix_names_the_row_that_is_wrong() {
    let required = question("q", QuestionKind::Matrix);
    let rows = |question: &Question, rows: &[(&'static str, &'static str)]| {
        let value = SurveyAnswer::rows("q", rows.iter().copied());
        answer(question, Some(&value))
            .into_iter()
            .map(|problem| (problem.field, problem.reason))
            .collect::<Vec<_>>()
    };
    let named = |row: &str, reason: Option<Reason>| {
        let reason = reason.expect("a reason");
        vec![(format!("q/{row}"), reason)]
    };
    assert_eq!(rows(&required, &[("s", "a"), ("r", "a")]), []);
    assert_eq!(
        rows(&required, &[("s", "a")]),
        named("r", Some(Reason::Required))
    );
    assert_eq!(rows(&optional(required.clone()), &[("s", "a")]), []);
    let all = [("r", "a"), ("s", "a")];
    let with = |more| [all[0], all[1], more];
    assert_eq!(
        rows(&required, &with(("t", "a"))),
        named("t", not_offered("t"))
    );
    assert_eq!(rows(&required, &with(("s", "b"))), named("s", twice("s")));
    assert_eq!(
        rows(&required, &[("r", "x"), ("s", "a")]),
        named("r", not_offered("x"))
    );
}

#[test]
fn answers_are_checked_along_the_path_and_to_no_question_are_named() {
    let questions = [
        leading(question("a", QuestionKind::YesNo), &["true"], Some("c")),
        question("b", QuestionKind::Csat),
        question("c", QuestionKind::Csat),
    ];
    let check = |given: &[_]| {
        answers(&questions, given)
            .into_iter()
            .map(|problem| (problem.field, problem.reason))
            .collect::<Vec<_>>()
    };
    let yes = SurveyAnswer::flag("a", true);
    let off = SurveyAnswer::number("b", 9.0);
    let on = SurveyAnswer::number("c", 5.0);
    assert_eq!(check(&[yes.clone(), off.clone(), on]), []);
    let missing = ("c".to_owned(), Reason::Required);
    assert_eq!(check(&[yes.clone(), off]), std::slice::from_ref(&missing));
    let ghost = SurveyAnswer::flag("ghost", true);
    let unknown = ("ghost".to_owned(), Reason::UnknownField);
    assert_eq!(check(&[yes, ghost]), [unknown, missing]);
}
