//! How satisfied a customer is: the score of the newest survey that he answered, and what it was in the
//! wave before.

use rapport_domain::survey::score::{self, Score};
use rapport_domain::{CustomerId, Date, Survey, SurveyResult, SurveyState};

/// A score and the one before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Satisfaction {
    /// The score.
    pub score: Score,
    /// In which wave it was asked.
    pub wave: String,
    /// The score of the wave before.
    pub before: Option<Score>,
}

/// That of one customer, or of all. Surveys about single tickets are left out: they run on for ever, and
/// say how one request went.
#[must_use]
pub fn satisfaction(
    surveys: &[Survey],
    results: &[SurveyResult],
    customer: Option<CustomerId>,
) -> Option<Satisfaction> {
    let mut asked: Vec<&Survey> = surveys
        .iter()
        .filter(|one| {
            !one.after_ticket && matches!(one.state, SurveyState::Open | SurveyState::Closed)
        })
        .collect();
    asked.sort_by_key(|one| {
        let day = one.closes_on.clone();
        std::cmp::Reverse((
            day.unwrap_or_else(|| Date::of(one.stamp.said_at)),
            one.stamp.said_at,
        ))
    });
    let scores = |survey: &Survey| {
        let found = results.iter();
        let mut found = found.filter(|one| one.survey == survey.id && one.customer == customer);
        found.next().map(|one| {
            let each = one.questions.iter();
            each.filter_map(|tally| Some((tally.key.clone(), score::of(tally)?)))
                .collect::<Vec<_>>()
        })
    };
    let mut newest = asked.iter().enumerate().filter_map(|(at, survey)| {
        let first = scores(survey)?.into_iter().next()?;
        Some((at, *survey, first))
    });
    let (at, survey, (key, score)) = newest.next()?;
    let older = asked.get(at + 1..).unwrap_or_default().iter();
    let before = older
        .filter(|one| !survey.series.is_empty() && one.series == survey.series)
        .find_map(|one| {
            let found = scores(one)?.into_iter().find(|(own, _)| *own == key)?;
            (found.1.kind == score.kind).then_some(found.1)
        });
    Some(Satisfaction {
        score,
        wave: survey.wave.clone(),
        before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::survey::Tally;
    use rapport_domain::{Question, QuestionKind, Stamp, SurveyAnswer, Text, Timestamp};
    use uuid::Uuid;

    const HARBOUR: u128 = 7;

    fn wave(id: u128, closes: &str, point: f64) -> (Survey, SurveyResult) {
        let survey = Survey {
            state: SurveyState::Closed,
            series: "relationship".into(),
            wave: closes.into(),
            closes_on: Date::parse(closes),
            questions: vec![Question {
                label: Text::plain("How?"),
                ..Question::new("overall", QuestionKind::Csat)
            }],
            ..Survey::new(Uuid::from_u128(id).into(), Timestamp(0))
        };
        let answers = vec![SurveyAnswer::number("overall", point)];
        let result = SurveyResult {
            id: Uuid::from_u128(100 + id).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            survey: survey.id,
            customer: Some(Uuid::from_u128(HARBOUR).into()),
            invited: 1,
            answered: 1,
            responses: 1,
            questions: Tally::of(&survey.questions, [answers.as_slice()]).questions,
        };
        (survey, result)
    }

    #[test]
    fn the_newest_wave_counts_and_is_held_against_the_one_before() {
        let (old, was) = wave(1, "2026-01-31", 2.0);
        let (new, is) = wave(2, "2026-07-31", 5.0);
        let surveys = [old, new];
        let results = [was, is];
        let harbour = Some(Uuid::from_u128(HARBOUR).into());
        let found = satisfaction(&surveys, &results, harbour).unwrap();
        assert_eq!(found.wave, "2026-07-31");
        assert!((found.score.value - 1.0).abs() < f64::EPSILON);
        assert!(
            found
                .before
                .is_some_and(|before| before.value.abs() < f64::EPSILON)
        );
        assert!(satisfaction(&surveys, &results, None).is_none());
    }

    #[test]
    fn a_survey_about_a_ticket_is_no_standing() {
        let (mut survey, result) = wave(1, "2026-01-31", 2.0);
        survey.after_ticket = true;
        let harbour = Some(Uuid::from_u128(HARBOUR).into());
        assert!(satisfaction(&[survey], &[result], harbour).is_none());
    }
}
