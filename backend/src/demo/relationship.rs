//! What the relationship managers keep: terms, contacts, conversations, reviews and actions.

use super::DemoError;
use super::ids::Ids;
use super::people;
use crate::db::Tx;
use crate::db::plain::{self, Place, RecordRow};
use crate::db::terms;
use crate::time::{DAY, Time};
use rapport_domain::complaint::Channel;
use rapport_domain::relationship::{AgendaItem, Attendee, Direction, Party};
use rapport_domain::{
    Action, ActionState, Contact, CustomerId, Date, Interaction, PersonRef, Record,
    RelationshipManager, Review, ReviewState, Stamp, Timestamp, Typed,
};
use serde::Deserialize;

const RELATIONSHIP: &str = include_str!("relationship.json");

/// Days are counted from the moment of filling; `age` backwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    terms: Vec<TermTold>,
    contacts: Vec<ContactTold>,
    interactions: Vec<InteractionTold>,
    reviews: Vec<ReviewTold>,
    actions: Vec<ActionTold>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermTold {
    customer: String,
    name: String,
    #[serde(default)]
    by: Option<String>,
    since: i64,
    #[serde(default)]
    until: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactTold {
    customer: String,
    name: String,
    function: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    remarks: String,
    #[serde(default)]
    former: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InteractionTold {
    customer: String,
    by: String,
    age: i64,
    direction: String,
    channel: String,
    reason: String,
    participants: String,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewTold {
    customer: String,
    title: String,
    planned: i64,
    #[serde(default)]
    held: Option<i64>,
    state: String,
    #[serde(default)]
    signed_by: Option<String>,
    agenda: Vec<AgendaTold>,
    #[serde(default)]
    attendance: Vec<AttendeeTold>,
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    decisions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgendaTold {
    title: String,
    facts: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttendeeTold {
    name: String,
    side: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionTold {
    customer: String,
    title: String,
    by: String,
    side: String,
    due: i64,
    state: String,
    #[serde(default)]
    result: String,
    shared: bool,
    #[serde(default)]
    review: Option<usize>,
}

struct Filling<'a> {
    tx: &'a mut Tx,
    ids: &'a Ids,
    now: Time,
}

/// Writes all of it.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    let told: Told = serde_json::from_str(RELATIONSHIP)?;
    let mut filling = Filling { tx, ids, now };
    filling.terms(&told.terms).await?;
    for (number, contact) in told.contacts.into_iter().enumerate() {
        filling.contact(number, contact).await?;
    }
    for (number, interaction) in told.interactions.into_iter().enumerate() {
        filling.interaction(number, interaction).await?;
    }
    for (number, review) in told.reviews.into_iter().enumerate() {
        filling.review(number, review).await?;
    }
    for (number, action) in told.actions.into_iter().enumerate() {
        filling.action(number, action).await?;
    }
    Ok(())
}

impl Filling<'_> {
    fn at(&self, days: i64) -> Timestamp {
        Timestamp(self.now.plus(days * DAY).0)
    }

    fn day(&self, days: i64) -> Option<Date> {
        Some(Date::of(self.at(days)))
    }

    fn customer(&self, slug: &str) -> CustomerId {
        self.ids.uuid("customer", slug).into()
    }

    fn person(&self, login: &str) -> PersonRef {
        PersonRef {
            id: Some(self.ids.uuid("user", login).into()),
            name: people::by_login(login).name.to_owned(),
        }
    }

    async fn terms(&mut self, told: &[TermTold]) -> Result<(), DemoError> {
        for (number, term) in told.iter().enumerate() {
            let person = match &term.by {
                Some(login) => self.person(login),
                None => PersonRef {
                    id: None,
                    name: term.name.clone(),
                },
            };
            let since = self.at(-term.since);
            let record = RelationshipManager {
                id: self.ids.uuid("term", &number.to_string()).into(),
                stamp: Stamp::said_now(since),
                customer: self.customer(&term.customer),
                person,
                since,
                until: term.until.map(|days| self.at(-days)),
            };
            let customer = self.ids.of("customer", &term.customer);
            let at = Time(since.0);
            terms::insert(self.tx, &record.to_record(), &customer, None, at).await?;
        }
        Ok(())
    }

    async fn contact(&mut self, number: usize, told: ContactTold) -> Result<(), DemoError> {
        let at = self.at(-200);
        let id = self.ids.uuid("contact", &number.to_string());
        let contact = Contact {
            name: told.name,
            function: told.function,
            email: told.email,
            phone: told.phone,
            remarks: told.remarks,
            former: told.former,
            ..Contact::new(id.into(), self.customer(&told.customer), at)
        };
        self.put(&contact.to_record(), &told.customer, None).await
    }

    async fn interaction(&mut self, number: usize, told: InteractionTold) -> Result<(), DemoError> {
        let at = self.at(-told.age);
        let id = self.ids.uuid("interaction", &number.to_string());
        let interaction = Interaction {
            author: self.person(&told.by),
            direction: Direction::from(told.direction.as_str()),
            reason: told.reason,
            channel: Channel::from(told.channel.as_str()),
            at,
            participants: told.participants,
            note: told.note,
            ..Interaction::new(id.into(), self.customer(&told.customer), at)
        };
        self.put(&interaction.to_record(), &told.customer, None)
            .await
    }

    async fn review(&mut self, number: usize, told: ReviewTold) -> Result<(), DemoError> {
        let last = told.held.unwrap_or(told.planned.min(0) - 20);
        let at = self.at(last.min(-1));
        let id = self.ids.uuid("review", &number.to_string());
        let points = told.agenda.into_iter().map(|point| AgendaItem {
            title: point.title,
            facts: point.facts,
        });
        let there = told.attendance.into_iter().map(|one| Attendee {
            name: one.name,
            side: Party::from(one.side.as_str()),
        });
        let signed_by = told.signed_by.map(|login| self.person(&login));
        let review = Review {
            title: told.title,
            planned_on: self.day(told.planned),
            held_on: told.held.and_then(|days| self.day(days)),
            state: ReviewState::from(told.state.as_str()),
            agenda: points.collect(),
            attendance: there.collect(),
            minutes: told.minutes,
            decisions: told.decisions,
            signed_at: signed_by.is_some().then(|| self.at(last + 4)),
            signed_by: signed_by.unwrap_or_default(),
            ..Review::new(id.into(), self.customer(&told.customer), at)
        };
        self.put(&review.to_record(), &told.customer, None).await
    }

    async fn action(&mut self, number: usize, told: ActionTold) -> Result<(), DemoError> {
        let at = self.at((told.due - 20).min(-2));
        let id = self.ids.uuid("action", &number.to_string());
        let review = told
            .review
            .map(|number| self.ids.uuid("review", &number.to_string()));
        let action = Action {
            title: told.title,
            owner: self.person(&told.by),
            side: Party::from(told.side.as_str()),
            due_on: self.day(told.due),
            state: ActionState::from(told.state.as_str()),
            result: told.result,
            shared: told.shared,
            review: review.map(Into::into),
            ..Action::new(id.into(), self.customer(&told.customer), at)
        };
        let owner = self.ids.of("user", &told.by);
        self.put(&action.to_record(), &told.customer, Some(owner))
            .await
    }

    async fn put(
        &mut self,
        record: &Record,
        customer: &str,
        person: Option<String>,
    ) -> Result<(), DemoError> {
        let place = Place {
            customer: Some(self.ids.of("customer", customer)),
            person,
            parent: None,
        };
        let row = RecordRow::of(record, place)?;
        plain::insert(self.tx, &row).await?;
        Ok(())
    }
}
