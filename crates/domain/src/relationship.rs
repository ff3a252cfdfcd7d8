//! What a relationship manager keeps about a customer (ISO/IEC 20000-1:2018, 8.3.2): who looks after
//! it, whom to speak with, what was said, what was agreed, and the service reviews.
//!
//! The log of interactions has the names of TM Forum's TMF683 (direction, reason, channel, note).

use crate::complaint::Channel;
use crate::id::{ActionId, ComplaintId, ContactId, CustomerId, InteractionId, ReviewId};
use crate::invalid::{Invalid, Reason};
use crate::open_enum::open_enum;
use crate::party::PersonRef;
use crate::plain::{part, record};
use crate::record::Stamp;
use crate::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, check_length};
use crate::time::{Date, Timestamp};

open_enum! {
    /// From whom a conversation came.
    Direction {
        /// The customer spoke to us.
        Inbound = "inbound",
        /// We spoke to the customer.
        Outbound = "outbound",
    }
}

open_enum! {
    /// Where an action stands.
    ActionState {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Not to be done any more.
        Cancelled = "cancelled",
    }
}

open_enum! {
    /// Where a service review stands.
    ReviewState {
        /// It has a day.
        Planned = "planned",
        /// It took place; the minutes are being written.
        Held = "held",
        /// The customer can read the minutes.
        Shared = "shared",
        /// The customer has agreed to the minutes.
        Signed = "signed",
    }
}

open_enum! {
    /// One side of the relationship.
    Party {
        /// Who provides the services.
        Provider = "provider",
        /// Who uses them.
        Customer = "customer",
    }
}

record! {
    /// Who looks after a customer, from when to when.
    RelationshipManager: RelationshipManagerId {
        /// The customer.
        customer: CustomerId [listed],
        /// The relationship manager.
        person: PersonRef [listed],
        /// Since when.
        since: Timestamp [listed],
        /// Until when; none while he still is.
        until: Option<Timestamp> [listed],
    }
}

record! {
    /// Somebody to speak with at a customer, or another party with an interest in the services.
    Contact: ContactId {
        /// The customer.
        customer: CustomerId [listed given],
        /// His name.
        name: String [listed searched given edited],
        /// What he does there.
        function: String [listed searched given edited],
        /// His mail address.
        email: String [given edited],
        /// His telephone number.
        phone: String [given edited],
        /// What is good to know about him.
        remarks: String [given edited],
        /// Whether he is no longer to be spoken with.
        former: bool [listed edited],
    }
}

record! {
    /// A conversation with a customer. It is only ever added.
    Interaction: InteractionId {
        /// The customer.
        customer: CustomerId [listed given],
        /// Who wrote it down.
        author: PersonRef [listed],
        /// From whom it came.
        direction: Direction [listed given],
        /// What it was about, in a line.
        reason: String [listed searched given],
        /// On which way.
        channel: Channel [listed given],
        /// When it took place.
        at: Timestamp [listed given],
        /// With whom.
        participants: String [given],
        /// What was said.
        note: String [searched given],
    }
}

record! {
    /// Something that somebody has promised to do by a day.
    Action: ActionId {
        /// The customer.
        customer: CustomerId [listed given],
        /// What is to be done.
        title: String [listed searched given edited],
        /// Who does it.
        owner: PersonRef [listed given edited],
        /// On whose side he is.
        side: Party [listed given edited],
        /// By which day.
        due_on: Option<Date> [listed given edited],
        /// Where it stands.
        state: ActionState [listed given edited],
        /// What came of it.
        result: String [edited],
        /// Whether the customer sees it.
        shared: bool [listed given edited],
        /// The review in which it was agreed.
        review: Option<ReviewId> [listed given],
        /// The complaint that it answers.
        complaint: Option<ComplaintId> [listed given],
    }
}

record! {
    /// A service review: what is to be talked about, who was there, what was decided.
    Review: ReviewId {
        /// The customer.
        customer: CustomerId [listed given],
        /// What it is called.
        title: String [listed searched given edited],
        /// The day for which it is planned.
        planned_on: Option<Date> [listed given edited],
        /// The day on which it was held.
        held_on: Option<Date> [listed given edited],
        /// Where it stands.
        state: ReviewState [listed given edited],
        /// What is talked about.
        agenda: Vec<AgendaItem> [given edited],
        /// Who was there.
        attendance: Vec<Attendee> [given edited],
        /// What was said.
        minutes: String [given edited],
        /// What was decided, one decision each.
        decisions: Vec<String> [given edited],
        /// Who agreed to the minutes for the customer.
        signed_by: PersonRef [listed],
        /// When.
        signed_at: Option<Timestamp>,
    }
}

part! {
    /// A point of the agenda.
    AgendaItem {
        /// What it is about.
        title: String,
        /// What the figures say, as of when they were taken.
        facts: String,
    }
}

part! {
    /// Somebody who was at a review.
    Attendee {
        /// His name.
        name: String,
        /// On whose side.
        side: Party,
    }
}

/// So many points, people or decisions a review may have.
const MOST: usize = 100;

impl ActionState {
    /// Whether nothing is to be done any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

impl ReviewState {
    /// Whether the customer can read it.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Shared | Self::Signed)
    }

    /// Whether it can become `next`: on the way to the signature, back from sharing to writing, and
    /// once signed no more.
    #[must_use]
    pub fn leads_to(&self, next: &Self) -> bool {
        let legal: &[Self] = match self {
            Self::Planned | Self::Other(_) => &[Self::Held, Self::Shared],
            Self::Held => &[Self::Planned, Self::Shared],
            Self::Shared => &[Self::Held, Self::Signed],
            Self::Signed => &[],
        };
        self == next || legal.contains(next)
    }
}

impl Contact {
    /// An empty contact that is being written now.
    #[must_use]
    pub fn new(id: ContactId, customer: CustomerId, now: Timestamp) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            customer,
            name: String::new(),
            function: String::new(),
            email: String::new(),
            phone: String::new(),
            remarks: String::new(),
            former: false,
        }
    }

    /// What forbids that we write it; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "name", &self.name, 1, SUBJECT_MAX);
        for (field, text) in [
            ("function", &self.function),
            ("email", &self.email),
            ("phone", &self.phone),
        ] {
            check_length(&mut problems, field, text, 0, SUBJECT_MAX);
        }
        check_length(&mut problems, "remarks", &self.remarks, 0, DESCRIPTION_MAX);
        problems
    }
}

impl Interaction {
    /// An empty conversation that is being written down now.
    #[must_use]
    pub fn new(id: InteractionId, customer: CustomerId, now: Timestamp) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            customer,
            author: PersonRef::default(),
            direction: Direction::Inbound,
            reason: String::new(),
            channel: Channel::Meeting,
            at: now,
            participants: String::new(),
            note: String::new(),
        }
    }

    /// What forbids that we write it; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "reason", &self.reason, 1, SUBJECT_MAX);
        check_length(
            &mut problems,
            "participants",
            &self.participants,
            0,
            SUBJECT_MAX,
        );
        check_length(&mut problems, "note", &self.note, 0, DESCRIPTION_MAX);
        problems
    }
}

impl Action {
    /// An empty action that is being written now.
    #[must_use]
    pub fn new(id: ActionId, customer: CustomerId, now: Timestamp) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            customer,
            title: String::new(),
            owner: PersonRef::default(),
            side: Party::Provider,
            due_on: None,
            state: ActionState::Open,
            result: String::new(),
            shared: false,
            review: None,
            complaint: None,
        }
    }

    /// What forbids that we write it; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "title", &self.title, 1, SUBJECT_MAX);
        check_length(&mut problems, "owner", &self.owner.name, 1, SUBJECT_MAX);
        check_length(&mut problems, "result", &self.result, 0, DESCRIPTION_MAX);
        if self.due_on.is_none() {
            problems.push(Invalid::new("due_on", Reason::Required));
        }
        problems
    }

    /// Whether it should have been done before `today`.
    #[must_use]
    pub fn is_overdue(&self, today: &Date) -> bool {
        !self.state.is_over() && self.due_on.as_ref().is_some_and(|due| due < today)
    }
}

impl Review {
    /// An empty review that is being planned now.
    #[must_use]
    pub fn new(id: ReviewId, customer: CustomerId, now: Timestamp) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            customer,
            title: String::new(),
            planned_on: None,
            held_on: None,
            state: ReviewState::Planned,
            agenda: Vec::new(),
            attendance: Vec::new(),
            minutes: String::new(),
            decisions: Vec::new(),
            signed_by: PersonRef::default(),
            signed_at: None,
        }
    }

    /// What forbids that we write it; empty when nothing does. Minutes that the customer reads say who
    /// was there, on both sides.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "title", &self.title, 1, SUBJECT_MAX);
        check_length(&mut problems, "minutes", &self.minutes, 0, DESCRIPTION_MAX);
        if self.planned_on.is_none() {
            problems.push(Invalid::new("planned_on", Reason::Required));
        }
        for (field, count) in [
            ("agenda", self.agenda.len()),
            ("attendance", self.attendance.len()),
            ("decisions", self.decisions.len()),
        ] {
            if count > MOST {
                problems.push(Invalid::new(field, Reason::TooMany { max: 100 }));
            }
        }
        if self.state != ReviewState::Planned && self.held_on.is_none() {
            problems.push(Invalid::new("held_on", Reason::Required));
        }
        if self.state.is_shared() {
            check_length(&mut problems, "minutes", &self.minutes, 1, DESCRIPTION_MAX);
            let there = |side: &Party| self.attendance.iter().any(|one| one.side == *side);
            if !there(&Party::Provider) || !there(&Party::Customer) {
                problems.push(Invalid::new("attendance", Reason::TooFew { min: 2 }));
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn review(state: ReviewState) -> Review {
        Review {
            title: "Q3".into(),
            planned_on: Date::parse("2026-10-01"),
            state,
            ..Review::new(
                Uuid::from_u128(1).into(),
                Uuid::from_u128(2).into(),
                Timestamp(0),
            )
        }
    }

    fn fields(review: &Review) -> Vec<String> {
        review.problems().into_iter().map(|one| one.field).collect()
    }

    #[test]
    fn minutes_are_shared_only_with_a_day_words_and_both_sides() {
        assert!(fields(&review(ReviewState::Planned)).is_empty());
        assert_eq!(fields(&review(ReviewState::Held)), ["held_on"]);
        let mut shared = review(ReviewState::Shared);
        shared.held_on = Date::parse("2026-10-02");
        shared.attendance.push(Attendee {
            name: "Ruth".into(),
            side: Party::Provider,
        });
        assert_eq!(fields(&shared), ["minutes", "attendance"]);
        shared.minutes = "All fine.".into();
        shared.attendance.push(Attendee {
            name: "Mia".into(),
            side: Party::Customer,
        });
        assert!(fields(&shared).is_empty());
    }

    #[test]
    fn what_was_signed_stays_as_it_is() {
        for next in ReviewState::KNOWN {
            let stays = *next == ReviewState::Signed;
            assert_eq!(ReviewState::Signed.leads_to(next), stays, "{next}");
        }
        assert!(ReviewState::Shared.leads_to(&ReviewState::Signed));
        assert!(!ReviewState::Held.leads_to(&ReviewState::Signed));
    }

    #[test]
    fn an_action_is_overdue_the_day_after() {
        let mut action = Action::new(
            Uuid::from_u128(1).into(),
            Uuid::from_u128(2).into(),
            Timestamp(0),
        );
        action.due_on = Date::parse("2026-11-22");
        let overdue = |action: &Action, day: &str| {
            Date::parse(day).is_some_and(|today| action.is_overdue(&today))
        };
        assert!(!overdue(&action, "2026-11-22"));
        assert!(overdue(&action, "2026-11-23"));
        action.state = ActionState::Done;
        assert!(!overdue(&action, "2026-11-23"));
    }
}
