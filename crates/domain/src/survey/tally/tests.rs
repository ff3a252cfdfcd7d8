//! Counts are right for each kind, add up, and read back.

use super::super::example::*;
use super::super::score;
use super::*;
use crate::plain::Plain;
use proptest::prelude::*;

fn tally_of(question: &Question, answers: Vec<SurveyAnswer>) -> QuestionTally {
    let sets: Vec<Vec<SurveyAnswer>> = answers.into_iter().map(|answer| vec![answer]).collect();
    let questions = std::slice::from_ref(question);
    Tally::of(questions, sets.iter().map(Vec::as_slice))
        .questions
        .remove(0)
}

fn counts(tally: &QuestionTally) -> Vec<(&str, u32)> {
    let count = |count: &'_ Count| count.count;
    let values = tally.counts.iter().map(|count| count.value.as_str());
    values.zip(tally.counts.iter().map(count)).collect()
}

#[test]
fn a_scale_has_each_of_its_points_in_order() {
    let points = [5.0, 4.0, 5.0]
        .map(|number| SurveyAnswer::number("q", number))
        .to_vec();
    let tally = tally_of(&question("q", QuestionKind::Csat), points);
    let expected = [("1", 0), ("2", 0), ("3", 0), ("4", 1), ("5", 2)];
    assert_eq!((tally.n, counts(&tally)), (3, expected.to_vec()));
    assert_eq!(score::of(&tally), score::csat(3, 0));
}

#[test]
fn minus_zero_is_the_point_zero() {
    let zero = vec![SurveyAnswer::number("q", -0.0)];
    let tally = tally_of(&question("q", QuestionKind::Nps), zero);
    assert_eq!((tally.count_of(None, "0"), tally.counts.len()), (1, 11));
}

#[test]
fn answers_are_counted_with_their_question_wherever_it_stands() {
    let (a, b) = (
        question("a", QuestionKind::Csat),
        question("b", QuestionKind::Csat),
    );
    let mut tally = Tally::empty(std::slice::from_ref(&b));
    let answers = [
        SurveyAnswer::number("a", 1.0),
        SurveyAnswer::number("b", 5.0),
    ];
    tally.count(&[a, b], &answers);
    let five = |key| tally.question(key).expect("a question").count_of(None, "5");
    assert_eq!((five("a"), five("b")), (0, 1));
}

#[test]
fn of_several_choices_each_counts_and_the_person_once() {
    let values = [vec!["a", "c"], vec!["c"]].map(|choices| SurveyAnswer::choices("q", choices));
    let tally = tally_of(&question("q", QuestionKind::Multiple), values.to_vec());
    assert_eq!(tally.n, 2);
    assert_eq!(counts(&tally), [("a", 1), ("b", 0), ("c", 2)]);
}

#[test]
fn yes_and_no_are_counted() {
    let values = [true, true, false]
        .map(|flag| SurveyAnswer::flag("q", flag))
        .to_vec();
    let tally = tally_of(&question("q", QuestionKind::YesNo), values);
    assert_eq!(counts(&tally), [("true", 2), ("false", 1)]);
}

#[test]
fn an_option_has_its_mean_place_in_the_rankings() {
    let values =
        [["c", "a", "b"], ["c", "b", "a"]].map(|choices| SurveyAnswer::choices("q", choices));
    let tally = tally_of(&question("q", QuestionKind::Ranking), values.to_vec());
    let places: Vec<_> = tally.counts.iter().map(Count::mean_place).collect();
    assert_eq!(places, [Some(2.5), Some(2.5), Some(1.0)]);
    let nobody = QuestionTally::empty(&question("q", QuestionKind::Ranking));
    assert_eq!(nobody.counts[0].mean_place(), None);
}

#[test]
fn a_matrix_is_counted_by_row_and_option() {
    let values = vec![
        SurveyAnswer::rows("q", [("r", "a"), ("s", "c")]),
        SurveyAnswer::rows("q", [("s", "c"), ("r", "b")]),
    ];
    let tally = tally_of(&question("q", QuestionKind::Matrix), values);
    assert_eq!((tally.n, tally.counts.len()), (2, 6));
    assert_eq!(tally.count_of(Some("r"), "a"), 1);
    assert_eq!(tally.count_of(Some("s"), "c"), 2);
    assert_eq!(tally.count_of(Some("s"), "a"), 0);
}

#[test]
fn numbers_have_mean_and_ends() {
    let numbers = [2.5, -1.0, 4.5]
        .map(|number| SurveyAnswer::number("q", number))
        .to_vec();
    let tally = tally_of(&question("q", QuestionKind::Number), numbers);
    assert_eq!(
        (tally.mean(), tally.least, tally.greatest),
        (Some(2.0), Some(-1.0), Some(4.5))
    );
    assert!(tally.counts.is_empty());
    let nobody = QuestionTally::empty(&question("q", QuestionKind::Number));
    assert_eq!(nobody.mean(), None);
}

#[test]
fn a_tally_that_contradicts_itself_has_no_mean() {
    let mut tally = QuestionTally::empty(&question("q", QuestionKind::Number));
    tally.sum = Some(1.0);
    assert_eq!(tally.mean(), None);
}

#[test]
fn the_mean_of_huge_numbers_is_still_a_number() {
    let q = question("q", QuestionKind::Number);
    let mut up = tally_of(&q, vec![SurveyAnswer::number("q", f64::MAX); 3]);
    let down = tally_of(&q, vec![SurveyAnswer::number("q", f64::MIN); 3]);
    up.merge(&down);
    assert_eq!(up.mean(), Some(0.0));
}

#[test]
fn nothing_of_a_text_is_kept_but_that_it_is_there() {
    for kind in [
        QuestionKind::Text,
        QuestionKind::LongText,
        QuestionKind::Date,
    ] {
        let tally = tally_of(
            &optional(question("q", kind.clone())),
            vec![
                SurveyAnswer::text("q", "2026-11-22"),
                SurveyAnswer::text("q", " "),
            ],
        );
        let one = QuestionTally {
            n: 1,
            ..QuestionTally::empty(&question("q", kind))
        };
        assert_eq!(tally, one);
    }
}

#[test]
fn what_is_refused_is_not_counted_and_what_is_beside_it_is() {
    let questions = [
        question("a", QuestionKind::Csat),
        question("b", QuestionKind::Nps),
    ];
    let answers = [
        SurveyAnswer::number("a", 6.0),
        SurveyAnswer::number("b", 6.0),
    ];
    let tally = Tally::of(&questions, [&answers[..]]);
    assert_eq!(tally.question("a").expect("a question").n, 0);
    assert_eq!(tally.question("b").expect("a question").n, 1);
}

#[test]
fn a_question_of_another_kind_or_key_is_not_mixed_with_it() {
    let mut tally = Tally::empty(&[question("a", QuestionKind::Csat)]);
    let other = Tally::empty(&[
        question("a", QuestionKind::Nps),
        question("b", QuestionKind::Csat),
    ]);
    tally.merge(&other);
    assert_eq!(tally.questions.len(), 3);
    assert_eq!(tally.questions[0].counts.len(), 5);
}

/// A questionnaire of every kind, whose numbers are halves: their sums are exact.
fn tallied() -> impl Strategy<Value = (Vec<Question>, Vec<Vec<SurveyAnswer>>)> {
    let questions: Vec<Question> = QuestionKind::KNOWN
        .iter()
        .map(|kind| question(kind.as_str(), kind.clone()))
        .collect();
    let sets = proptest::collection::vec(any_answers(&questions), 0..6);
    (Just(questions), sets)
}

proptest! {
    #[test]
    fn two_tallies_make_the_tally_of_both((questions, sets) in tallied(), at in 0..6_usize) {
        let of = |sets: &[Vec<SurveyAnswer>]| Tally::of(&questions, sets.iter().map(Vec::as_slice));
        let (first, second) = sets.split_at(at.min(sets.len()));
        let mut sum = of(first);
        sum.merge(&of(second));
        prop_assert_eq!(sum, of(&sets));
    }

    #[test]
    fn merging_fractions_is_right_but_for_rounding(
        numbers in proptest::collection::vec(-1e6..1e6_f64, 1..20),
        at in 0..20_usize,
    ) {
        let q = question("q", QuestionKind::Number);
        let of = |part: &[f64]| {
            tally_of(&q, part.iter().copied().map(|number| SurveyAnswer::number("q", number)).collect())
        };
        let (first, second) = numbers.split_at(at.min(numbers.len()));
        let mut sum = of(first);
        sum.merge(&of(second));
        let both = of(&numbers);
        prop_assert_eq!((sum.n, sum.least, sum.greatest), (both.n, both.least, both.greatest));
        let (one, other) = (sum.mean().expect("a mean"), both.mean().expect("a mean"));
        prop_assert!((one - other).abs() < 1e-6, "{one} {other}");
    }

    #[test]
    fn what_is_made_and_counted_reads_back((questions, sets) in tallied()) {
        let tally = Tally::of(&questions, sets.iter().map(Vec::as_slice));
        for question in &questions {
            reads_back(question);
        }
        for answer in sets.iter().flatten() {
            reads_back(answer);
        }
        for question in &tally.questions {
            reads_back(question);
        }
        let bytes = postcard::to_stdvec(&tally).expect("writes");
        prop_assert_eq!(&postcard::from_bytes::<Tally>(&bytes).expect("reads"), &tally);
    }
}

/// As JSON and as a field of a record, in which what is false, empty or missing leaves no trace.
fn reads_back<T>(value: &T)
where
    T: Plain + Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(value).expect("writes");
    assert_eq!(&serde_json::from_str::<T>(&json).expect("reads"), value);
    assert_eq!(T::take(Some(&value.put())).as_ref(), Some(value));
}

#[test]
fn an_answer_names_only_what_it_fills() {
    let short = r#"{"question":"q","number":4.0}"#;
    let read: SurveyAnswer = serde_json::from_str(short).expect("reads");
    assert_eq!(read, SurveyAnswer::number("q", 4.0));
}
