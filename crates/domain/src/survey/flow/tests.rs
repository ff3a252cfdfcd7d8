//! The path branches where a skip matches, ends for certain, and what lies beside it is not sent.

use super::super::example::*;
use super::*;
use proptest::prelude::*;

fn asked(questions: &[Question], answers: &[SurveyAnswer]) -> Vec<String> {
    path(questions, answers)
        .into_iter()
        .map(|place| questions[place].key.clone())
        .collect()
}

/// How satisfied? Who is not is asked why; who is, what he liked; both what they use.
fn branching() -> Vec<Question> {
    vec![
        leading_within(
            question("satisfied", QuestionKind::Csat),
            Some(4.0),
            None,
            Some("liked"),
        ),
        leading(question("why", QuestionKind::LongText), &[], Some("uses")),
        optional(question("liked", QuestionKind::Text)),
        leading(question("uses", QuestionKind::Multiple), &["c"], None),
        question("again", QuestionKind::YesNo),
    ]
}

#[test]
fn answers_choose_the_way_and_branches_join_again() {
    let questions = branching();
    let unhappy = [
        SurveyAnswer::number("satisfied", 2.0),
        SurveyAnswer::text("why", "slow"),
        SurveyAnswer::choices("uses", ["a", "b"]),
        SurveyAnswer::flag("again", false),
    ];
    assert_eq!(
        asked(&questions, &unhappy),
        ["satisfied", "why", "uses", "again"]
    );
    assert!(is_complete(&questions, &unhappy));

    let happy = [
        SurveyAnswer::number("satisfied", 4.0),
        SurveyAnswer::choices("uses", ["a", "c"]),
    ];
    assert_eq!(asked(&questions, &happy), ["satisfied", "liked", "uses"]);
    assert!(is_complete(&questions, &happy));
}

#[test]
fn the_first_skip_that_matches_holds() {
    let twice = leading(question("q", QuestionKind::YesNo), &["true"], Some("y"));
    let questions = [
        leading(twice, &["true", "false"], None),
        question("x", QuestionKind::Text),
        question("y", QuestionKind::Text),
    ];
    let yes = [SurveyAnswer::flag("q", true)];
    let no = [SurveyAnswer::flag("q", false)];
    assert_eq!(asked(&questions, &yes), ["q", "y"]);
    assert_eq!(asked(&questions, &no), ["q"]);
}

#[test]
fn a_range_holds_both_its_ends() {
    let ranged = leading_within(
        question("n", QuestionKind::Number),
        Some(2.0),
        Some(4.0),
        None,
    );
    let questions = [ranged, question("x", QuestionKind::Text)];
    for (number, ends) in [(1.9, false), (2.0, true), (4.0, true), (4.1, false)] {
        let answers = [SurveyAnswer::number("n", number)];
        assert_eq!(is_complete(&questions, &answers), ends, "{number}");
    }
}

#[test]
fn a_number_is_compared_as_a_number() {
    let named = leading(question("n", QuestionKind::Nps), &["7.0"], None);
    let questions = [named, question("x", QuestionKind::Text)];
    assert!(is_complete(&questions, &[SurveyAnswer::number("n", 7.0)]));
}

#[test]
fn the_path_stops_where_an_answer_is_missing_or_refused() {
    let questions = branching();
    assert_eq!(asked(&questions, &[]), ["satisfied"]);
    let refused = [SurveyAnswer::number("satisfied", 6.0)];
    assert_eq!(asked(&questions, &refused), ["satisfied"]);
    assert!(!is_complete(&questions, &refused));
    assert_eq!(next(&questions, &refused, Some(0)), None);
}

#[test]
fn an_optional_question_can_be_passed_but_only_by_a_skip_for_all() {
    let by_yes = leading(question("q", QuestionKind::YesNo), &["true"], None);
    let for_all = leading(question("t", QuestionKind::Text), &[], None);
    let questions = [
        optional(by_yes),
        optional(for_all),
        question("never", QuestionKind::Text),
    ];
    assert_eq!(asked(&questions, &[]), ["q", "t"]);
    assert!(is_complete(&questions, &[]));
}

#[test]
fn a_skip_that_leads_back_or_nowhere_is_passed_over() {
    let back = leading(question("b", QuestionKind::YesNo), &["true"], Some("a"));
    let questions = [
        question("a", QuestionKind::YesNo),
        leading(
            leading(back, &["true"], Some("b")),
            &["true"],
            Some("ghost"),
        ),
        question("c", QuestionKind::YesNo),
    ];
    let answers = ["a", "b", "c"].map(|key| SurveyAnswer::flag(key, true));
    assert_eq!(asked(&questions, &answers), ["a", "b", "c"]);
}

#[test]
fn what_was_answered_on_a_way_not_taken_is_not_sent() {
    let questions = branching();
    let answers = [
        SurveyAnswer::text("why", "slow"),
        SurveyAnswer::choices("uses", ["c"]),
        SurveyAnswer::text("liked", " "),
        SurveyAnswer::number("satisfied", 5.0),
        SurveyAnswer::choices("uses", ["a"]),
        SurveyAnswer::flag("ghost", true),
    ];
    let sent = kept(&questions, &answers);
    assert_eq!(sent, [answers[3].clone(), answers[1].clone()]);
    let not_sent = [0, 2, 4, 5].map(|at: usize| answers[at].clone());
    assert_eq!(left_out(&questions, &answers), not_sent);
}

#[test]
fn progress_counts_the_longest_way_that_is_left() {
    let questions = branching();
    let at = |answers: &[SurveyAnswer], at| progress(&questions, answers, at);
    assert_eq!(
        at(&[], 0),
        Progress {
            done: 0,
            at_most: 4
        }
    );
    let happy = [SurveyAnswer::number("satisfied", 5.0)];
    assert_eq!(
        at(&happy, 2),
        Progress {
            done: 1,
            at_most: 4
        }
    );
    let short = [happy[0].clone(), SurveyAnswer::choices("uses", ["c"])];
    assert_eq!(
        at(&short, 3),
        Progress {
            done: 2,
            at_most: 4
        }
    );
    assert_eq!(
        at(&short, questions.len()),
        Progress {
            done: 3,
            at_most: 3
        }
    );
    assert_eq!(at(&short, questions.len()).share(), 1.0);
    assert_eq!(progress(&[], &[], 0).share(), 1.0);
}

#[test]
fn a_skip_that_leads_nowhere_takes_nothing_from_those_after_it() {
    let nowhere = leading(
        question("a", QuestionKind::Multiple),
        &["b", "c"],
        Some("ghost"),
    );
    let questions = [
        leading(nowhere, &["a", "b"], Some("z")),
        question("y", QuestionKind::Text),
        question("z", QuestionKind::Text),
    ];
    let most = progress(&questions, &[], 0).at_most;
    let c = [SurveyAnswer::choices("a", ["c"])];
    assert_eq!(
        (asked(&questions, &c), most),
        (vec!["a".into(), "y".into()], 3)
    );
}

fn questions_and_answers() -> impl Strategy<Value = (Vec<Question>, Vec<SurveyAnswer>)> {
    any_questionnaire(true).prop_flat_map(|questions| {
        let answers = any_answers(&questions);
        (Just(questions), answers)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_path_only_leads_on_and_ends((questions, answers) in questions_and_answers()) {
        let path = path(&questions, &answers);
        prop_assert_eq!(path.first(), Some(&0));
        prop_assert!(path.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(path.iter().all(|place| *place < questions.len()));
    }

    #[test]
    fn next_and_previous_walk_the_path((questions, answers) in questions_and_answers()) {
        let path = path(&questions, &answers);
        let on = std::iter::successors(next(&questions, &answers, None), |at| {
            next(&questions, &answers, Some(*at))
        });
        prop_assert_eq!(&on.collect::<Vec<_>>(), &path);
        let back = std::iter::successors(previous(&questions, &answers, questions.len()), |at| {
            previous(&questions, &answers, *at)
        });
        let mut back: Vec<usize> = back.collect();
        back.reverse();
        prop_assert_eq!(&back, &path);
    }

    #[test]
    fn what_is_not_sent_was_not_asked_and_changes_nothing(
        (questions, answers) in questions_and_answers()
    ) {
        let sent = kept(&questions, &answers);
        prop_assert_eq!(sent.len() + left_out(&questions, &answers).len(), answers.len());
        let asked = asked(&questions, &answers);
        prop_assert!(sent.iter().all(|answer| asked.contains(&answer.question)));
        prop_assert_eq!(path(&questions, &sent), path(&questions, &answers));
        prop_assert_eq!(is_complete(&questions, &sent), is_complete(&questions, &answers));
        prop_assert_eq!(kept(&questions, &sent), sent);
    }

    #[test]
    fn each_step_is_progress_and_only_the_end_is_all(
        (questions, answers) in questions_and_answers()
    ) {
        let mut places = path(&questions, &answers);
        if is_complete(&questions, &answers) {
            places.push(questions.len());
        }
        let steps: Vec<Progress> =
            places.iter().map(|at| progress(&questions, &answers, *at)).collect();
        for pair in steps.windows(2) {
            prop_assert!(pair[0].share() < pair[1].share(), "{pair:?}");
            prop_assert!(pair[0].at_most >= pair[1].at_most, "{pair:?}");
        }
        for (at, step) in places.iter().zip(&steps) {
            prop_assert_eq!(step.share() == 1.0, *at == questions.len());
        }
    }
}
