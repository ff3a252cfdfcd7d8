//! Surveys: templates, waves of one series with their answers, and who is still to answer.

use super::DemoError;
use super::ids::{Dice, Ids};
use super::people::{self, PEOPLE};
use crate::db::Tx;
use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::Touched;
use crate::record_rules::anonymous::day_of;
use crate::record_rules::results;
use crate::time::{DAY, Time};
use rapport_domain::complaint::Channel;
use rapport_domain::survey::{RowChoice, flow};
use rapport_domain::{
    AnonymousResponse, Date, Invitation, InvitationState, PersonRef, Plain, Question, QuestionKind,
    Record, Response, Stamp, Survey, SurveyAnswer, SurveyState, Text, Timestamp, Typed,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

const SURVEYS: &str = include_str!("surveys.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    templates: Vec<TemplateTold>,
    surveys: Vec<SurveyTold>,
    first_names: Vec<String>,
    last_names: Vec<String>,
    comments: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateTold {
    slug: String,
    title: Value,
    intro: Value,
    questions: Value,
    #[serde(default)]
    after_ticket: bool,
    #[serde(default)]
    anonymous: bool,
}

/// Days are counted back from the moment of filling.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurveyTold {
    slug: String,
    template: String,
    state: String,
    wave: String,
    opened: i64,
    #[serde(default)]
    closes: Option<i64>,
    answers: u32,
    /// How many people without an account were invited.
    #[serde(default)]
    asked: u32,
    mood: i64,
    #[serde(default)]
    invited: Vec<String>,
    #[serde(default)]
    answered: Vec<String>,
}

struct Filling<'a> {
    tx: &'a mut Tx,
    ids: &'a Ids,
    seed: u64,
    now: Time,
    names: Vec<String>,
    comments: BTreeMap<String, Vec<String>>,
}

/// Somebody without an account who is asked.
struct Outside {
    invitation: Uuid,
    customer: Uuid,
    person: PersonRef,
}

/// Writes all of it.
pub async fn fill(tx: &mut Tx, ids: &Ids, seed: u64, now: Time) -> Result<(), DemoError> {
    let told: Told = serde_json::from_str(SURVEYS)?;
    let mut filling = Filling {
        tx,
        ids,
        seed,
        now,
        names: told
            .last_names
            .iter()
            .flat_map(|last| {
                told.first_names
                    .iter()
                    .map(move |first| format!("{first} {last}"))
            })
            .collect(),
        comments: told.comments,
    };
    for template in &told.templates {
        let record = filling.survey(template, &template.slug, SurveyState::Template, 400);
        filling.put(&record.to_record(), [None, None, None]).await?;
    }
    for survey in told.surveys {
        if let Some(template) = told
            .templates
            .iter()
            .find(|one| one.slug == survey.template)
        {
            filling.wave(template, &survey).await?;
        }
    }
    Ok(())
}

impl Filling<'_> {
    fn at(&self, age: i64) -> Timestamp {
        Timestamp(self.now.plus(-age * DAY).0)
    }

    fn person(&self, login: &str) -> PersonRef {
        PersonRef {
            id: Some(self.ids.uuid("user", login).into()),
            name: people::by_login(login).name.to_owned(),
        }
    }

    fn survey(&self, told: &TemplateTold, slug: &str, state: SurveyState, age: i64) -> Survey {
        let text = |value: &Value| Text::take(Some(value)).unwrap_or_default();
        let kind = if state == SurveyState::Template {
            "template"
        } else {
            "survey"
        };
        Survey {
            title: text(&told.title),
            intro: text(&told.intro),
            state,
            anonymous: told.anonymous,
            after_ticket: told.after_ticket,
            owner: self.person("ruth"),
            ballot: self.ids.of("ballot", slug),
            questions: Vec::<Question>::take(Some(&told.questions)).unwrap_or_default(),
            ..Survey::new(self.ids.uuid(kind, slug).into(), self.at(age))
        }
    }

    async fn wave(&mut self, template: &TemplateTold, told: &SurveyTold) -> Result<(), DemoError> {
        let state = SurveyState::from(told.state.as_str());
        let mut survey = self.survey(template, &told.slug, state, told.opened);
        survey.series.clone_from(&survey.title.default);
        survey.wave.clone_from(&told.wave);
        survey.closes_on = told.closes.map(|age| Date::of(self.at(age)));
        self.put(&survey.to_record(), [None, None, None]).await?;
        let parent = Some(survey.id.to_string());
        for login in &told.invited {
            let Some(customer) = people::by_login(login).customer else {
                continue;
            };
            let id = self
                .ids
                .uuid("invitation", &format!("{} {login}", told.slug));
            let organisation = self.ids.uuid("customer", customer);
            let person = self.person(login);
            let mut invitation = Invitation::new(
                id.into(),
                survey.id,
                organisation.into(),
                person,
                self.at(told.opened),
            );
            invitation.expires_on.clone_from(&survey.closes_on);
            if told.answered.contains(login) {
                invitation.state = InvitationState::Answered;
                invitation.answered_at = Some(self.at(told.opened - 2));
            }
            let place = [
                Some(organisation.to_string()),
                Some(self.ids.of("user", login)),
                parent.clone(),
            ];
            self.put(&invitation.to_record(), place).await?;
        }
        let mut dice = Dice::new(self.seed, &told.slug);
        let outside = self.outside(&survey, told, &mut dice).await?;
        for number in 0..told.answers {
            self.answer(&survey, told, number, &outside, &mut dice)
                .await?;
        }
        results::count(self.tx, &mut Touched::default(), self.now, &survey).await?;
        Ok(())
    }

    /// Invites people without an account; so many of them have answered that with those who have one
    /// all answers are accounted for.
    async fn outside(
        &mut self,
        survey: &Survey,
        told: &SurveyTold,
        dice: &mut Dice,
    ) -> Result<Vec<Outside>, DemoError> {
        let answered = told.answers as usize - told.answered.len().min(told.answers as usize);
        let mut asked = Vec::new();
        for number in 0..told.asked as usize {
            let Some(customer) = dice.pick(&PEOPLE[..5]).and_then(|one| one.customer) else {
                continue;
            };
            let one = Outside {
                invitation: self
                    .ids
                    .uuid("invitation", &format!("{} {number}", told.slug)),
                customer: self.ids.uuid("customer", customer),
                person: PersonRef {
                    id: None,
                    name: self.names.get(number).cloned().unwrap_or_default(),
                },
            };
            let mut invitation = Invitation::new(
                one.invitation.into(),
                survey.id,
                one.customer.into(),
                one.person.clone(),
                self.at(told.opened),
            );
            invitation.expires_on.clone_from(&survey.closes_on);
            if asked.len() < answered {
                let last = told.closes.unwrap_or(0).max(1);
                let day = self.at(dice.between(last, told.opened.max(last)));
                invitation.state = InvitationState::Answered;
                invitation.answered_at = Some(if survey.anonymous {
                    day_of(Time(day.0))
                } else {
                    day
                });
            }
            let place = [
                Some(one.customer.to_string()),
                None,
                Some(survey.id.to_string()),
            ];
            self.put(&invitation.to_record(), place).await?;
            asked.push(one);
        }
        Ok(asked)
    }

    async fn answer(
        &mut self,
        survey: &Survey,
        told: &SurveyTold,
        number: u32,
        outside: &[Outside],
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let mut answers = Vec::new();
        for question in &survey.questions {
            answers.extend(self.one(question, told.mood, dice));
        }
        let answers = flow::kept(&survey.questions, &answers);
        let last = told.closes.unwrap_or(0).max(1);
        let at = self.at(dice.between(last, told.opened.max(last)));
        let name = format!("{} {number}", told.slug);
        let parent = Some(survey.id.to_string());
        if survey.anonymous {
            let response = AnonymousResponse {
                id: self.ids.uuid("anonymous", &name).into(),
                stamp: Stamp::said_now(day_of(Time(survey.stamp.said_at.0))),
                survey: survey.id,
                ballot: survey.ballot.clone(),
                answers,
            };
            return self.put(&response.to_record(), [None, None, parent]).await;
        }
        let whose = told.answered.get(number as usize).map(String::as_str);
        let other = outside.get((number as usize).saturating_sub(told.answered.len()));
        let organisation = match whose {
            Some(login) => people::by_login(login)
                .customer
                .map(|slug| self.ids.uuid("customer", slug)),
            None => other.map(|other| other.customer),
        };
        let by_phone = whose.is_none() && dice.percent(30);
        let invitation = match whose {
            Some(login) => Some(
                self.ids
                    .uuid("invitation", &format!("{} {login}", told.slug)),
            ),
            None => other.map(|other| other.invitation),
        };
        let response = Response {
            id: self.ids.uuid("response", &name).into(),
            stamp: Stamp::said_now(at),
            survey: survey.id,
            invitation: invitation.map(Into::into),
            customer: organisation.map(Into::into),
            person: match whose {
                Some(login) => self.person(login),
                None => other.map(|other| other.person.clone()).unwrap_or_default(),
            },
            channel: match (whose, by_phone) {
                (Some(_), _) => Channel::Portal,
                (None, true) => Channel::Phone,
                (None, false) => Channel::Meeting,
            },
            taken_by: match whose {
                Some(_) => PersonRef::default(),
                None => self.person("ruth"),
            },
            answers,
        };
        let place = [
            organisation.map(|id| id.to_string()),
            whose.map(|login| self.ids.of("user", login)),
            parent,
        ];
        self.put(&response.to_record(), place).await
    }

    /// An answer that somebody in that mood gives.
    fn one(&self, question: &Question, mood: i64, dice: &mut Dice) -> Option<SurveyAnswer> {
        let key = question.key.as_str();
        let point = |low: i64, high: i64, dice: &mut Dice| {
            let roll = dice.between(low, high).max(dice.between(low, high));
            let point = (roll + mood).clamp(low, high);
            SurveyAnswer::number(key, f64::from(i32::try_from(point).unwrap_or_default()))
        };
        let values = question.values();
        Some(match &question.kind {
            QuestionKind::Csat => point(1, 5, dice),
            QuestionKind::Nps => point(0, 10, dice),
            QuestionKind::Ces => point(1, 7, dice),
            QuestionKind::YesNo => SurveyAnswer::flag(key, dice.percent(60 + 15 * mood)),
            QuestionKind::Single => SurveyAnswer::choices(key, dice.pick(&values).copied()),
            QuestionKind::Multiple => {
                let chosen = values.into_iter().filter(|_| dice.percent(55));
                SurveyAnswer::choices(key, chosen)
            }
            QuestionKind::Matrix => {
                let rows = question.rows.iter().filter_map(|row| {
                    let lowest = usize::try_from(mood.max(0)).unwrap_or_default();
                    let offered = question.options.get(lowest.min(1)..).unwrap_or_default();
                    dice.pick(offered).map(|choice| RowChoice {
                        row: row.value.clone(),
                        choice: choice.value.clone(),
                    })
                });
                SurveyAnswer {
                    rows: rows.collect(),
                    ..SurveyAnswer::none(key)
                }
            }
            QuestionKind::Text | QuestionKind::LongText => {
                let words = self.comments.get(key)?;
                if !dice.percent(45) {
                    return None;
                }
                SurveyAnswer::text(key, dice.pick(words)?.clone())
            }
            _ => return None,
        })
    }

    async fn put(&mut self, record: &Record, place: [Option<String>; 3]) -> Result<(), DemoError> {
        let [customer, person, parent] = place;
        let place = Place {
            customer,
            person,
            parent,
        };
        plain::insert(self.tx, &RecordRow::of(record, place)?).await?;
        Ok(())
    }
}
