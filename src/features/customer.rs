//! A customer as the relationship manager keeps it: actions, service reviews, conversations, contacts, who
//! looks after it and how it stands. The customer's own people see their side of the same page.

mod agreement;
mod contacts;
mod conversations;
mod managers;
mod reviews;
mod standing;

use crate::features::shared::{
    Actions, FaultNote, FirstLoad, Heading, OfflineNote, Places, explain,
};
use crate::i18n::{Msg, t};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use agreement::Agreements;
use contacts::Contacts;
use conversations::Conversations;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use managers::Managers;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Action, CustomerId, Entity, Kind, RecordKey, User};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use reviews::Reviews;
use standing::StandingCard;

const OF_ACTION: Column = column(Kind::Action, "customer");

/// Whether somebody writes what is kept about a customer.
fn keeps(me: &User, customer: CustomerId) -> bool {
    match scope(&me.role, Right::WriteCustomer) {
        Scope::All => true,
        Scope::Assigned => me.assigned_customers.contains(&customer),
        Scope::Nothing | Scope::Own | Scope::Organisation => false,
    }
}

/// The page.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<CustomerId>().ok()));
    move || match id.get() {
        Some(id) => view! { <CustomerOf id/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

#[component]
fn CustomerOf(id: CustomerId) -> impl IntoView {
    let loaded = use_portal().record(move || RecordKey {
        kind: Kind::Customer,
        id: id.0,
    });
    let name = Memo::new(move |before: Option<&Option<String>>| match loaded.get() {
        Loaded::Ready(Entity::Customer(customer)) => Some(customer.name),
        Loaded::Missing => None,
        _ => before.cloned().flatten(),
    });
    let is_known = memo(move || name.with(Option::is_some));
    move || {
        if is_known.get() {
            return view! { <Known id name/> }.into_any();
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
        <Places href=paths::home() label=move || t(Msg::nav_home)/>
        <Heading title=move || t(Msg::customer_missing)/>
        <p>{move || t(Msg::customer_missing_text)}</p>
        <OfflineNote/>
    }
}

#[component]
fn Known(id: CustomerId, name: Memo<Option<String>>) -> impl IntoView {
    let portal = use_portal();
    let keeps = keeps(&portal.me(), id);
    let actions =
        portal.all::<Action>(move || Query::all(Kind::Action).filter(Filter::eq(OF_ACTION, id.0)));
    let actions = derived(move || actions.get().unwrap_or_default());
    let (href, back) = if keeps {
        (paths::customers(), Msg::customers_title)
    } else {
        (paths::feedback(), Msg::feedback_title)
    };
    view! {
        <div class="page-top">
            <Places href label=move || t(back)/>
            <Heading title=move || name.get().unwrap_or_default()/>
        </div>
        <OfflineNote/>
        <div class="two">
            <div class="stack">
                <Actions customer=id all=actions keeps/>
                <Reviews customer=id keeps/>
                {keeps.then(|| view! { <Conversations customer=id/> })}
            </div>
            <aside class="stack" aria-label=move || t(Msg::ticket_details)>
                <Managers customer=id/>
                <Agreements customer=id/>
                {keeps.then(|| view! { <StandingCard customer=id/> })}
                {keeps.then(|| view! { <Contacts customer=id/> })}
            </aside>
        </div>
    }
}
