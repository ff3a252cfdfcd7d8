//! The service reviews of a customer, and planning one.

use crate::features::shared::{DraftForm, DraftKey, ReviewBadge, SyncMark};
use crate::i18n::{Msg, fmt, t};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, Dialog, Row, Rows, each};
use crate::web::{clock, random};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_domain::plain::Fields;
use rapport_domain::{CustomerId, Date, Kind, RecordKey, Review, ReviewState};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use uuid::Uuid;

const OF: Column = column(Kind::Review, "customer");

const TITLE: &str = "title";
const DAY: &str = "planned_on";

/// The list.
#[component]
pub fn Reviews(customer: CustomerId, keeps: bool) -> impl IntoView {
    let all = use_portal()
        .all::<Review>(move || Query::all(Kind::Review).filter(Filter::eq(OF, customer.0)));
    let listed = memo(move || {
        let mut all = all.get().unwrap_or_default();
        all.sort_by_key(|one| std::cmp::Reverse(day(one)));
        all
    });
    let open = RwSignal::new(false);
    let ids = move || listed.with(|all| all.iter().map(|one| one.id.0).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <ReviewRow id listed/> }.into_any();
    let none = memo(move || listed.with(Vec::is_empty));
    view! {
        <section class="stack">
            <div class="head">
                <h2>{move || t(Msg::reviews_title)}</h2>
                <span class="end"></span>
                {keeps
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::review_plan)
                                icon="plus"
                                on_press=Callback::new(move |()| open.set(true))
                            />
                        }
                    })}
            </div>
            {move || {
                if none.get() {
                    view! { <p class="quiet">{t(Msg::reviews_none)}</p> }.into_any()
                } else {
                    view! { <Rows>{each(ids, |id| *id, one)}</Rows> }.into_any()
                }
            }}
            <Dialog
                title=move || t(Msg::review_plan)
                open
                on_close=Callback::new(move |()| open.set(false))
            >
                {move || open.get().then(|| view! { <PlanForm customer open/> })}
            </Dialog>
        </section>
    }
}

/// The day on which it was held or is planned.
fn day(review: &Review) -> Option<Date> {
    review.held_on.clone().or_else(|| review.planned_on.clone())
}

#[component]
fn ReviewRow(id: Uuid, listed: Memo<Vec<Review>>) -> impl IntoView {
    let found = memo(move || listed.with(|all| all.iter().find(|one| one.id.0 == id).cloned()));
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Review,
        id,
    });
    let state = derived(move || {
        found.with(|r| r.as_ref().map_or(ReviewState::Planned, |r| r.state.clone()))
    });
    let when = derived(move || {
        let day = found.with(|r| r.as_ref().and_then(day));
        day.map(|day| fmt::day(&day)).unwrap_or_default()
    });
    view! {
        <Row
            href=paths::review(id)
            title=derived(move || {
                found.with(|r| r.as_ref().map(|r| r.title.clone())).unwrap_or_default()
            })
            aside=when
        >
            <ReviewBadge state/>
            <SyncMark sync/>
        </Row>
    }
}

#[component]
fn PlanForm(customer: CustomerId, open: RwSignal<bool>) -> impl IntoView {
    let navigate = use_navigate();
    let place = DraftKey::New(Kind::Review, Some(customer.0));
    let form = DraftForm::new(place, Fields::new(), TITLE);
    let fields = view! {
        {form.line(TITLE, Msg::review_title, Some(Msg::review_title_hint), true)}
        {form.day(DAY, Msg::review_planned, None, true)}
    };
    let cancel = view! {
        <Button
            label=move || t(Msg::cancel)
            on_press=Callback::new(move |()| open.set(false))
        />
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let text = |field: &str| untrack(|| sending.text(field).trim().to_owned());
        let id = random::new_id();
        let review = Review {
            title: text(TITLE),
            planned_on: Date::parse(&text(DAY)),
            ..Review::new(id.into(), customer, clock::now())
        };
        let navigate = navigate.clone();
        sending.send(
            review.problems(),
            move |portal, draft| async move { portal.create(&review, Some(&draft)).await },
            Msg::record_saved,
            Callback::new(move |()| navigate(&paths::review(id), paths::go())),
        );
    });
    form.frame(
        fields.into_any(),
        form.end(Msg::save, Some(cancel.into_any())),
        send,
    )
}
