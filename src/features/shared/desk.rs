//! What somebody who looks after customers must see of each: open complaints and tickets, how satisfied
//! it is, what is due.

use super::now::now;
use super::satisfaction::{Satisfaction, satisfaction};
use super::words;
use crate::i18n::{Msg, fmt, t, tf, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Row, Rows, State, each};
use crate::web::clock;
use leptos::prelude::*;
use rapport_domain::service_level::ClockState;
use rapport_domain::{
    Action, Complaint, CustomerId, Date, Kind, Review, ReviewState, ServiceClock, Survey,
    SurveyResult, Timestamp,
};
use rapport_store::columns::{customer, ticket};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query, QueryResult};
use std::collections::HashMap;
use uuid::Uuid;

const STATE: Column = column(Kind::ServiceClock, "state");

/// How one customer stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Complaints that are not over.
    pub complaints: usize,
    /// Those of them whose next stage is late.
    pub overdue: usize,
    /// Open tickets.
    pub tickets: usize,
    /// Clocks of tickets that run over what was promised.
    pub breaches: usize,
    /// Actions that are to be done.
    pub actions: usize,
    /// Those of them whose day is over.
    pub late_actions: usize,
    /// The day of the next review; a past one that was not held is late.
    pub review: Option<Date>,
    /// How satisfied it is.
    pub satisfaction: Option<Satisfaction>,
}

impl Standing {
    /// Whether something is late.
    #[must_use]
    pub fn is_late(&self, today: &Date) -> bool {
        let review_late = self.review.as_ref().is_some_and(|day| day < today);
        self.overdue > 0 || self.breaches > 0 || self.late_actions > 0 || review_late
    }
}

/// Everything from which standings are made, followed.
#[derive(Clone, Copy)]
pub struct Desk {
    complaints: Signal<Option<Vec<Complaint>>>,
    actions: Signal<Option<Vec<Action>>>,
    reviews: Signal<Option<Vec<Review>>>,
    surveys: Signal<Option<Vec<Survey>>>,
    results: Signal<Option<Vec<SurveyResult>>>,
    tickets: Signal<Option<QueryResult>>,
    clocks: Signal<Option<Vec<ServiceClock>>>,
}

impl Desk {
    /// Follows it.
    #[must_use]
    pub fn follow() -> Self {
        let portal = use_portal();
        Self {
            complaints: portal.all(|| Query::all(Kind::Complaint)),
            actions: portal.all(|| Query::all(Kind::Action)),
            reviews: portal.all(|| Query::all(Kind::Review)),
            surveys: portal.all(|| Query::all(Kind::Survey)),
            results: portal.all(|| Query::all(Kind::SurveyResult)),
            clocks: portal.all(|| {
                let going = [ClockState::Running, ClockState::Paused].map(|one| one.to_string());
                Query::all(Kind::ServiceClock).filter(Filter::any_of(STATE, going))
            }),
            tickets: portal
                .rows(|| Query::all(Kind::Ticket).filter(Filter::eq(ticket::OVER, false))),
        }
    }

    /// How a customer stands now.
    #[must_use]
    pub fn standing(self, customer: CustomerId) -> Standing {
        let now = now();
        let tickets = self.tickets.with(|found| {
            let rows = found.iter().flat_map(|found| &found.rows);
            rows.filter(|one| one.row.id_in(ticket::CUSTOMER) == Some(customer.0))
                .count()
        });
        let breaches = self.clocks.with(|clocks| {
            let own = clocks
                .iter()
                .flatten()
                .filter(|one| one.customer == Some(customer));
            own.filter(|one| one.standing(now).is_broken()).count()
        });
        let satisfaction = self.surveys.with(|surveys| {
            self.results.with(|results| {
                let surveys = surveys.as_deref().unwrap_or_default();
                let results = results.as_deref().unwrap_or_default();
                satisfaction(surveys, results, Some(customer))
            })
        });
        self.complaints.with(|complaints| {
            self.actions.with(|actions| {
                self.reviews.with(|reviews| Standing {
                    tickets,
                    breaches,
                    satisfaction,
                    ..due(
                        customer,
                        complaints.as_deref().unwrap_or_default(),
                        actions.as_deref().unwrap_or_default(),
                        reviews.as_deref().unwrap_or_default(),
                        now,
                        &clock::day_of(now),
                    )
                })
            })
        })
    }
}

/// What is open and due of one customer.
fn due(
    customer: CustomerId,
    complaints: &[Complaint],
    actions: &[Action],
    reviews: &[Review],
    now: Timestamp,
    today: &Date,
) -> Standing {
    let open = || {
        let own = complaints
            .iter()
            .filter(|one| one.customer == Some(customer));
        own.filter(|one| !one.stage.is_over())
    };
    let doing = || {
        let own = actions.iter().filter(|one| one.customer == customer);
        own.filter(|one| !one.state.is_over())
    };
    let planned = reviews.iter().filter(|one| one.customer == customer);
    let planned = planned.filter(|one| one.state == ReviewState::Planned);
    Standing {
        complaints: open().count(),
        overdue: open()
            .filter(|one| one.due_at.is_some_and(|due| due < now))
            .count(),
        actions: doing().count(),
        late_actions: doing().filter(|one| one.is_overdue(today)).count(),
        review: planned.filter_map(|one| one.planned_on.clone()).min(),
        ..Standing::default()
    }
}

/// How satisfied somebody is, in a few words.
#[must_use]
pub fn satisfaction_words(found: &Satisfaction) -> String {
    let points = |value: f64| words::points(&found.score.kind, value);
    let is = match found.score.too_small {
        true => format!("{} ({})", points(found.score.value), t(Msg::result_few)),
        false => points(found.score.value),
    };
    match &found.before {
        None => tf(Msg::desk_score, &[("score", &is)]),
        Some(before) => {
            let was = points(before.value);
            let message = match found.score.value.total_cmp(&before.value) {
                std::cmp::Ordering::Greater => Msg::desk_score_up,
                std::cmp::Ordering::Less => Msg::desk_score_down,
                std::cmp::Ordering::Equal => Msg::desk_score_same,
            };
            tf(message, &[("score", &is), ("before", &was)])
        }
    }
}

/// A standing in words.
fn about(standing: &Standing) -> String {
    let count = |count: usize| fmt::number(u32::try_from(count).unwrap_or(u32::MAX).into());
    let late = |open: Msg, with_late: Msg, n: usize, late: usize| match (n, late) {
        (0, _) => None,
        (n, 0) => Some(tn(open, n as u64)),
        (n, late) => Some(tf(
            with_late,
            &[("open", &count(n)), ("late", &count(late))],
        )),
    };
    let review = standing
        .review
        .as_ref()
        .map(|day| tf(Msg::desk_review, &[("date", &fmt::day(day))]));
    let parts = [
        late(
            Msg::desk_complaints,
            Msg::desk_complaints_late,
            standing.complaints,
            standing.overdue,
        ),
        late(
            Msg::desk_actions,
            Msg::desk_actions_late,
            standing.actions,
            standing.late_actions,
        ),
        review,
        Some(tn(Msg::desk_tickets, standing.tickets as u64)),
        (standing.breaches > 0).then(|| tn(Msg::desk_breaches, standing.breaches as u64)),
        standing.satisfaction.as_ref().map(satisfaction_words),
    ];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>();
    parts.join(" · ")
}

/// The customers whom the reader looks after, with how each stands; those with something late first.
#[component]
pub fn CustomerRows() -> impl IntoView {
    let portal = use_portal();
    let found = portal.rows(|| Query::all(Kind::Customer).ascending(customer::NAME));
    let me = portal.me();
    let desk = Desk::follow();
    let rows = memo(move || {
        let today = clock::day_of(now());
        let rows = found.get().unwrap_or_default().rows.into_iter();
        let mine = rows.filter(|shown| {
            let id = CustomerId(shown.row.key.id);
            me.assigned_customers.is_empty() || me.assigned_customers.contains(&id)
        });
        let mut rows: Vec<(Uuid, String, Standing)> = mine
            .map(|shown| {
                let id = shown.row.key.id;
                let name = shown.row.text(customer::NAME).to_owned();
                (id, name, desk.standing(CustomerId(id)))
            })
            .collect();
        rows.sort_by_key(|(.., standing)| !standing.is_late(&today));
        rows
    });
    let by_id = memo(move || {
        let rows = rows.get().into_iter();
        rows.map(|(id, name, standing)| (id, (name, standing)))
            .collect::<HashMap<_, _>>()
    });
    let ids = move || rows.with(|rows| rows.iter().map(|row| row.0).collect::<Vec<_>>());
    let one = move |id: Uuid| {
        let row = memo(move || by_id.with(|all| all.get(&id).cloned()).unwrap_or_default());
        let late = memo(move || row.with(|(_, standing)| standing.is_late(&clock::day_of(now()))));
        view! {
            <Row
                href=paths::customer(id)
                title=derived(move || row.with(|(name, _)| name.clone()))
            >
                {move || {
                    late.get()
                        .then(|| {
                            view! { <State tone=derived(|| "late") label=derived(|| t(Msg::desk_late))/> }
                        })
                }}
                <span class="quiet row-about">{move || row.with(|(_, standing)| about(standing))}</span>
            </Row>
        }
        .into_any()
    };
    view! { <Rows>{each(ids, |id| *id, one)}</Rows> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::ComplaintStage;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    #[test]
    fn only_what_is_open_of_that_customer_counts_and_late_is_told() {
        let harbour: CustomerId = Uuid::from_u128(1).into();
        let today = Date::of(NOW);
        let complaint =
            |id: u128, customer: CustomerId, stage: ComplaintStage, late: bool| Complaint {
                customer: Some(customer),
                stage,
                due_at: Some(NOW.plus_millis(if late { -1 } else { 1 })),
                ..Complaint::new(Uuid::from_u128(id).into(), NOW)
            };
        let complaints = [
            complaint(1, harbour, ComplaintStage::Received, true),
            complaint(2, harbour, ComplaintStage::Assessed, false),
            complaint(3, harbour, ComplaintStage::Closed, true),
            complaint(4, Uuid::from_u128(9).into(), ComplaintStage::Received, true),
        ];
        let action = Action {
            due_on: Some(today.plus_days(-1)),
            ..Action::new(Uuid::from_u128(5).into(), harbour, NOW)
        };
        let review = |id: u128, days: i64, state: ReviewState| Review {
            planned_on: Some(today.plus_days(days)),
            state,
            ..Review::new(Uuid::from_u128(id).into(), harbour, NOW)
        };
        let reviews = [
            review(6, 9, ReviewState::Planned),
            review(7, 3, ReviewState::Planned),
            review(8, -90, ReviewState::Signed),
        ];
        let found = due(harbour, &complaints, &[action], &reviews, NOW, &today);
        assert_eq!((found.complaints, found.overdue), (2, 1));
        assert_eq!((found.actions, found.late_actions), (1, 1));
        assert_eq!(found.review, Some(today.plus_days(3)));
        assert!(found.is_late(&today));
        assert!(!Standing::default().is_late(&today));
    }
}
