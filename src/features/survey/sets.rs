//! The answers to surveys as this device knows them: what the backend counted, and what waits here to be
//! sent, which is counted with it.

use crate::live::use_portal;
use leptos::prelude::*;
use rapport_domain::complaint::Channel;
use rapport_domain::survey::score::ResponseRate;
use rapport_domain::survey::{Tally, check};
use rapport_domain::{
    AnonymousResponse, CustomerId, Intent, Kind, PersonRef, Response, Survey, SurveyAnswer,
    SurveyId, SurveyResult, Timestamp, Typed,
};
use rapport_store::Query;
use rapport_sync::OutboxRow;
use rapport_sync::outbox::State;

/// What was answered to one survey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// How many of the invited answered, as far as the backend knows.
    pub rate: ResponseRate,
    /// Sets of answers that are counted.
    pub responses: u32,
    /// So many of them are only on this device.
    pub unsent: u32,
    /// The counts.
    pub tally: Tally,
}

/// One set of answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Who answered; nobody where that is not said.
    pub person: PersonRef,
    /// For which organisation.
    pub customer: Option<CustomerId>,
    /// On which way; `None` for an anonymous one.
    pub channel: Option<Channel>,
    /// Who wrote it down.
    pub taken_by: PersonRef,
    /// When; of an anonymous one the day.
    pub said_at: Timestamp,
    /// The answers.
    pub answers: Vec<SurveyAnswer>,
}

/// Everything that is known about answers, followed.
pub struct Source {
    results: Signal<Option<Vec<SurveyResult>>>,
    responses: Signal<Option<Vec<Response>>>,
    anonymous: Signal<Option<Vec<AnonymousResponse>>>,
    outbox: Signal<Vec<OutboxRow>>,
}

impl Source {
    /// Follows them.
    #[must_use]
    pub fn new() -> StoredValue<Self, LocalStorage> {
        let portal = use_portal();
        StoredValue::new_local(Self {
            results: portal.all(|| Query::all(Kind::SurveyResult)),
            responses: portal.all(|| Query::all(Kind::Response)),
            anonymous: portal.all(|| Query::all(Kind::AnonymousResponse)),
            outbox: portal.outbox(),
        })
    }

    /// The organisations whose answers were counted.
    #[must_use]
    pub fn organisations(&self, survey: SurveyId) -> Vec<CustomerId> {
        self.results.with(|all| {
            let all = all.iter().flatten();
            all.filter(|one| one.survey == survey)
                .filter_map(|one| one.customer)
                .collect()
        })
    }

    /// The counts for everybody or one organisation. Who may see those of one organisation only sees
    /// them as everybody's.
    #[must_use]
    pub fn counted(&self, survey: &Survey, whose: Option<CustomerId>) -> Option<Counted> {
        let result = self.results.with(|all| {
            let all = || all.iter().flatten().filter(|one| one.survey == survey.id);
            let exact = all().find(|one| one.customer == whose);
            let only = || {
                all()
                    .next()
                    .filter(|_| whose.is_none() && all().count() == 1)
            };
            exact.or_else(only).cloned()
        });
        let unsent = self.outbox.with(|rows| unsent(rows, survey, whose));
        Some(counted(survey, result.as_ref(), &unsent))
    }

    /// The sets of answers that the reader may see, the oldest first.
    #[must_use]
    pub fn sets(&self, survey: &Survey, whose: Option<CustomerId>) -> Vec<Set> {
        let named = self.responses.with(|all| {
            let all = all.iter().flatten().filter(|one| one.survey == survey.id);
            let each = all.map(|one| Set {
                person: one.person.clone(),
                customer: one.customer,
                channel: Some(one.channel.clone()),
                taken_by: one.taken_by.clone(),
                said_at: one.stamp.said_at,
                answers: one.answers.clone(),
            });
            each.collect::<Vec<_>>()
        });
        let unnamed = self.anonymous.with(|all| {
            let all = all.iter().flatten().filter(|one| one.survey == survey.id);
            let each = all.map(|one| Set {
                person: PersonRef::default(),
                customer: None,
                channel: None,
                taken_by: PersonRef::default(),
                said_at: one.stamp.said_at,
                answers: one.answers.clone(),
            });
            each.collect::<Vec<_>>()
        });
        let mut sets = [named, unnamed].concat();
        sets.retain(|set| whose.is_none() || set.customer == whose);
        sets.sort_by_key(|set| set.said_at);
        sets
    }
}

/// The answers that wait here to be sent. What may have arrived is not among them: it would count twice.
fn unsent(rows: &[OutboxRow], survey: &Survey, whose: Option<CustomerId>) -> Vec<Response> {
    let waiting = |row: &&OutboxRow| row.item.state == State::Queued && !row.item.resent;
    let each = rows
        .iter()
        .filter(waiting)
        .filter_map(|row| match &row.item.intent {
            Intent::Create { record } => Response::of(record),
            _ => None,
        });
    each.filter(|one| one.survey == survey.id && (whose.is_none() || one.customer == whose))
        .collect()
}

fn counted(survey: &Survey, result: Option<&SurveyResult>, unsent: &[Response]) -> Counted {
    let valid = |one: &&Response| check::answers(&survey.questions, &one.answers).is_empty();
    let unsent: Vec<&Response> = unsent.iter().filter(valid).collect();
    let here = u32::try_from(unsent.len()).unwrap_or(u32::MAX);
    let mut tally = Tally::empty(&survey.questions);
    if let Some(result) = result {
        tally.merge(&Tally {
            questions: result.questions.clone(),
        });
    }
    let sets = unsent.into_iter().map(|one| one.answers.as_slice());
    tally.merge(&Tally::of(&survey.questions, sets));
    Counted {
        rate: result.map_or_else(ResponseRate::default, |result| ResponseRate {
            answered: result.answered,
            invited: result.invited,
        }),
        responses: result
            .map_or(0, |result| result.responses)
            .saturating_add(here),
        unsent: here,
        tally,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Question, QuestionKind, Stamp, Text};
    use uuid::Uuid;

    fn survey() -> Survey {
        Survey {
            questions: vec![Question {
                label: Text::plain("How?"),
                required: true,
                ..Question::new("overall", QuestionKind::Csat)
            }],
            ..Survey::new(Uuid::from_u128(1).into(), Timestamp(0))
        }
    }

    fn response(points: f64) -> Response {
        Response {
            id: Uuid::from_u128(9).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            survey: survey().id,
            invitation: None,
            customer: None,
            person: PersonRef::default(),
            channel: Channel::Meeting,
            taken_by: PersonRef::default(),
            answers: vec![SurveyAnswer::number("overall", points)],
        }
    }

    #[test]
    fn what_is_not_sent_yet_is_counted_with_what_the_backend_counted() {
        let survey = survey();
        let sent = response(5.0);
        let result = SurveyResult {
            id: Uuid::from_u128(2).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            survey: survey.id,
            customer: None,
            invited: 4,
            answered: 1,
            responses: 1,
            questions: Tally::of(&survey.questions, [sent.answers.as_slice()]).questions,
        };
        // An answer that the questionnaire refuses is counted nowhere.
        let unsent = [response(2.0), response(7.0)];
        let counted = counted(&survey, Some(&result), &unsent);
        assert_eq!((counted.responses, counted.unsent), (2, 1));
        assert_eq!(counted.rate.share(), Some(0.25));
        let tally = counted.tally.question("overall").unwrap();
        assert_eq!(
            (
                tally.n,
                tally.count_of(None, "2"),
                tally.count_of(None, "5")
            ),
            (2, 1, 1)
        );
    }
}
