//! Published and hand-made examples, and that nothing but numbers ever comes out.

use super::super::answer::SurveyAnswer;
use super::super::example::question;
use super::super::tally::{QuestionTally, Tally};
use super::*;
use proptest::prelude::*;

/// The tally of a scale on which each point was answered that often, from the least on.
fn counted(kind: QuestionKind, counts: &[u32]) -> QuestionTally {
    let question = question("q", kind);
    let mut tally = QuestionTally::empty(&question);
    tally.n = counts.iter().fold(0, |n, count| n.saturating_add(*count));
    for (count, often) in tally.counts.iter_mut().zip(counts) {
        count.count = *often;
    }
    tally
}

fn near(score: &Score, value: f64, low: f64, high: f64, within: f64) {
    for (is, should) in [(score.value, value), (score.low, low), (score.high, high)] {
        assert!(
            (is - should).abs() <= within,
            "{score:?} is not {value} {low} {high}"
        );
    }
}

/// Newcombe RG (1998), Two-sided confidence intervals for the single proportion: comparison of seven
/// methods. Statistics in Medicine 17:857–872, table I, method 3 (score, no continuity correction).
#[test]
fn satisfaction_agrees_with_newcombes_table() {
    for (satisfied, n, low, high) in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ] {
        let share = f64::from(satisfied) / f64::from(n);
        let score = csat(satisfied, n - satisfied).expect("a score");
        near(&score, share, low, high, 0.000_05);
        assert_eq!(score.n, n);
    }
}

#[test]
fn four_and_five_are_satisfied() {
    let score = of(&counted(QuestionKind::Csat, &[1, 2, 4, 8, 16])).expect("a score");
    assert_eq!(Some(score), csat(24, 7));
}

/// W. Huber's example at stats.stackexchange.com/q/18603: of all, 1/2 promote, 1/3 are passive, 1/6
/// detract; he derives the variance 5/9 of one answer. With n = 324:
/// p − d = 1/2 − 1/6 = 1/3, so the score is 33.3333;
/// (p + d − (p − d)²) / n = (2/3 − 1/9) / 324 = (5/9) / 324 = 0.001_714_678;
/// its root is 0.041_408_67, times 1.959_964 makes 0.081_159_5;
/// so from 33.3333 − 8.1159 = 25.2174 to 33.3333 + 8.1159 = 41.4493.
#[test]
fn promoters_less_detractors_with_the_variance_of_a_difference() {
    let score = nps(162, 108, 54).expect("a score");
    near(&score, 33.3333, 25.2174, 41.4493, 0.000_1);
    assert_eq!((score.n, score.too_small), (324, false));
}

#[test]
fn nine_promotes_seven_is_passive_and_six_detracts() {
    let counts = [1, 0, 0, 0, 0, 0, 2, 4, 8, 16, 32];
    let score = of(&counted(QuestionKind::Nps, &counts)).expect("a score");
    assert_eq!(Some(score), nps(48, 12, 3));
}

#[test]
fn no_end_of_an_interval_leaves_the_scale() {
    let score = nps(9, 0, 1).expect("a score");
    assert_eq!(score.high, 100.0);
    let score = nps(1, 0, 9).expect("a score");
    assert_eq!(score.low, -100.0);
    let score = csat(20, 0).expect("a score");
    assert_eq!(score.high, 1.0);
    let score = ces([1, 0, 0, 0, 0, 0, 1]).expect("a score");
    assert_eq!((score.low, score.high), (1.0, 7.0));
}

/// Twelve each answer 4, 5 and 6: the mean is 5; the squares 12·1 + 12·0 + 12·1 = 24 divided by 35 make
/// the variance 0.685_714; divided by 36, its root is 0.138_013, times 1.959_964 makes 0.270_501.
#[test]
fn effort_is_a_mean_with_the_variance_of_the_sample() {
    let score = of(&counted(QuestionKind::Ces, &[0, 0, 0, 12, 12, 12, 0])).expect("a score");
    near(&score, 5.0, 4.729_499, 5.270_501, 0.000_001);
    assert_eq!((score.n, score.too_small), (36, false));
}

#[test]
fn one_answer_tells_nothing_of_the_effort_of_others() {
    let score = ces([0, 0, 0, 0, 0, 1, 0]).expect("a score");
    assert_eq!((score.value, score.low, score.high), (6.0, 1.0, 7.0));
}

#[test]
fn too_few_answers_are_said_to_be_too_few() {
    let too_small = |score: Option<Score>| score.expect("a score").too_small;
    assert!(too_small(csat(5, 4)));
    assert!(!too_small(csat(5, 5)));
    assert!(!too_small(csat(10, 0)));
    assert!(too_small(nps(10, 10, 9)));
    assert!(!too_small(nps(10, 10, 10)));
    assert!(!too_small(nps(15, 0, 15)));
    assert!(too_small(nps(30, 30, 0)));
    assert!(too_small(nps(0, 30, 30)));
    assert!(too_small(ces([0, 0, 0, 15, 14, 0, 0])));
    assert!(!too_small(ces([0, 0, 0, 15, 15, 0, 0])));
    assert!(too_small(ces([0, 0, 0, 90, 0, 0, 0])));
}

#[test]
fn only_scales_have_a_score_and_only_with_answers() {
    for kind in QuestionKind::KNOWN {
        let question = question("q", kind.clone());
        assert_eq!(of(&QuestionTally::empty(&question)), None, "{kind}");
    }
    let yes = [SurveyAnswer::flag("q", true)];
    let tally = Tally::of(&[question("q", QuestionKind::YesNo)], [&yes[..]]);
    assert_eq!(of(&tally.questions[0]), None);
}

#[test]
fn a_response_rate_needs_somebody_who_was_asked() {
    let share = |answered, invited| ResponseRate { answered, invited }.share();
    assert_eq!(share(0, 0), None);
    assert_eq!(share(3, 12), Some(0.25));
    assert_eq!(share(5, 4), Some(1.0));
}

/// Few, many, and as many as can be.
fn count() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), 1..5_u32, any::<u32>(), Just(u32::MAX)]
}

proptest! {
    #[test]
    fn every_score_lies_in_its_interval_and_that_on_the_scale(
        kind in proptest::sample::select(vec![QuestionKind::Csat, QuestionKind::Nps, QuestionKind::Ces]),
        counts in proptest::collection::vec(count(), 11),
    ) {
        let tally = counted(kind.clone(), &counts);
        let (bottom, top) = match kind {
            QuestionKind::Csat => (0.0, 1.0),
            QuestionKind::Nps => (-100.0, 100.0),
            _ => (1.0, 7.0),
        };
        match of(&tally) {
            None => prop_assert!(tally.counts.iter().all(|count| count.count == 0)),
            Some(score) => {
                let Score { value, low, high, .. } = score;
                // The middle of an interval may be off by its rounding.
                let slack = 1e-9;
                prop_assert!(bottom <= low && low <= value + slack, "{score:?}");
                prop_assert!(value <= high + slack && high <= top, "{score:?}");
            }
        }
    }
}
