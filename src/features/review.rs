//! A service review (ISO/IEC 20000-1:2018, 8.3.2): prepared from live figures, written down where it is
//! held, shared with the customer, signed by its manager.

mod agenda;
mod read;
mod write;

use crate::features::shared::{
    Actions, DraftKey, FaultNote, FirstLoad, Heading, LeftDraft, OfflineNote, Places, ReviewBadge,
    SyncMark, explain,
};
use crate::i18n::{Msg, fmt, t};
use crate::live::{Loaded, RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Action, Kind, RecordKey, Review, ReviewId, ReviewState, User};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use read::{Minutes, Sign};
use write::WriteReview;

const REVIEW: Column = column(Kind::Action, "review");

/// A review as far as it is known; every part of the page reads from it.
type Known = Signal<Option<Review>>;

/// Whether somebody writes this review down.
fn writes(me: &User, review: &Review) -> bool {
    match scope(&me.role, Right::WriteCustomer) {
        Scope::All => true,
        Scope::Assigned => me.assigned_customers.contains(&review.customer),
        Scope::Nothing | Scope::Own | Scope::Organisation => false,
    }
}

/// The page.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<ReviewId>().ok()));
    move || match id.get() {
        Some(id) => view! { <ReviewOf id/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

#[component]
fn ReviewOf(id: ReviewId) -> impl IntoView {
    let (review, loaded) = use_portal().one::<Review>(id.0);
    let is_known = memo(move || review.with(Option::is_some));
    move || {
        if is_known.get() {
            return view! { <ReviewView id review/> }.into_any();
        }
        match loaded.get() {
            Loaded::Loading => view! { <FirstLoad/> }.into_any(),
            Loaded::Failed(fault) => {
                let fault = derived(move || Some(explain::unreadable(&fault)));
                view! { <FaultNote fault/> }.into_any()
            }
            Loaded::Missing | Loaded::Ready(_) => view! { <Missing/> }.into_any(),
        }
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
        <Heading title=move || t(Msg::review_missing)/>
        <p>{move || t(Msg::review_missing_text)}</p>
        <OfflineNote/>
    }
}

#[component]
fn ReviewView(id: ReviewId, review: Known) -> impl IntoView {
    let Some(now) = review.get_untracked() else {
        return ().into_any();
    };
    let portal = use_portal();
    let me = portal.me();
    let writes = writes(&me, &now);
    let customer = now.customer;
    let state = derived(move || {
        review.with(|r| r.as_ref().map_or(ReviewState::Planned, |r| r.state.clone()))
    });
    let signed = memo(move || state.get() == ReviewState::Signed);
    let day = move || {
        let day = review.with(|r| {
            let review = r.as_ref()?;
            review.held_on.clone().or_else(|| review.planned_on.clone())
        });
        day.map(|day| fmt::day(&day))
    };
    let sync = portal.sync_of(move || RecordKey {
        kind: Kind::Review,
        id: id.0,
    });
    let actions =
        portal.all::<Action>(move || Query::all(Kind::Action).filter(Filter::eq(REVIEW, id.0)));
    let actions = derived(move || actions.get().unwrap_or_default());
    view! {
        <div class="page-top">
            <Places href=paths::customer(customer) label=move || t(Msg::customer_one)/>
            <Heading title=move || {
                review.with(|r| r.as_ref().map(|r| r.title.clone())).unwrap_or_default()
            }/>
            <p class="head">
                <ReviewBadge state/>
                <span class="quiet">{day}</span>
                {move || {
                    (sync.get() != RecordSync::Received)
                        .then(|| view! { <SyncMark sync long=true/> })
                }}
            </p>
        </div>
        <OfflineNote/>
        {move || {
            if writes && !signed.get() {
                view! { <WriteReview id review/> }.into_any()
            } else {
                let place = DraftKey::Change(RecordKey {
                    kind: Kind::Review,
                    id: id.0,
                });
                view! {
                    <LeftDraft place/>
                    <Minutes review/>
                }
                    .into_any()
            }
        }}
        <Sign review/>
        <Actions customer all=actions keeps=writes review=id/>
    }
    .into_any()
}
