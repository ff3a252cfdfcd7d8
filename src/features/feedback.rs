//! What a customer says about the services: complaints, and answers to surveys.

use crate::features::shared::{
    AsOf, ComplaintRows, FirstLoad, Heading, Invitations, OfflineNote, asked, rest, waits,
};
use crate::i18n::{Msg, t, tf};
use crate::live::use_portal;
use crate::paths;
use crate::signals::memo;
use crate::ui::{ButtonKind, LinkButton};
use leptos::prelude::*;
use leptos_router::components::A;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{ComplaintStage, Kind, RelationshipManager};
use rapport_store::plain::{column, updated_at};
use rapport_store::{Column, Filter, Query};

const STAGE: Column = column(Kind::Complaint, "stage");
const DUE: Column = column(Kind::Complaint, "due_at");

/// So many complaints are shown to those who have a register of them.
const SHOWN: usize = 5;

/// The page.
#[component]
pub fn FeedbackPage() -> impl IntoView {
    view! {
        <div class="head page-head">
            <Heading title=move || t(Msg::feedback_title)/>
            <AsOf brief=true/>
        </div>
        <OfflineNote/>
        <Surveys/>
        <Complaints/>
        <Relationship/>
    }
}

/// Who looks after the reader's organisation, and the way to what was agreed with him.
#[component]
fn Relationship() -> impl IntoView {
    let portal = use_portal();
    let customer = portal.me().customer;
    let managers = portal.all::<RelationshipManager>(|| Query::all(Kind::RelationshipManager));
    let manager = memo(move || {
        managers.with(|all| {
            let mut now = all.iter().flatten().filter(|one| one.until.is_none());
            let own = now.find(|one| Some(one.customer) == customer);
            own.map(|one| one.person.name.clone())
        })
    });
    customer.map(|customer| {
        view! {
            <section class="stack">
                <h2>{move || t(Msg::relationship_title)}</h2>
                {move || {
                    manager
                        .get()
                        .map(|name| {
                            view! { <p>{tf(Msg::relationship_manager_is, &[("name", &name)])}</p> }
                        })
                }}
                <A href=paths::customer(customer)>{move || t(Msg::relationship_open)}</A>
            </section>
        }
    })
}

/// What the reader is asked, and the way to results for those who may see them.
#[component]
fn Surveys() -> impl IntoView {
    let me = use_portal().me();
    let sees = |right| scope(&me.role, right) != Scope::Nothing;
    let lists = sees(Right::ReadResults) || sees(Right::WriteSurveys);
    let answers = scope(&me.role, Right::ReadResponses) == Scope::Own;
    let asked = asked();
    let waiting = waits(asked);
    let over = rest(asked);
    view! {
        <section class="stack">
            <h2>{move || t(Msg::surveys_title)}</h2>
            {answers.then(|| view! {
                {move || {
                    if waiting.get() {
                        view! { <Invitations asked waiting=true/> }.into_any()
                    } else {
                        view! { <p class="quiet">{t(Msg::invitations_none)}</p> }.into_any()
                    }
                }}
                {move || {
                    over.get().then(|| view! { <Invitations asked waiting=false/> })
                }}
            })}
            {lists.then(|| view! { <A href=paths::surveys()>{move || t(Msg::surveys_all)}</A> })}
        </section>
    }
}

/// The reader's complaints; for who handles them those that are due first.
#[component]
fn Complaints() -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let handles = scope(&me.role, Right::HandleComplaint) != Scope::Nothing;
    let found = portal.rows(move || {
        let all = Query::all(Kind::Complaint);
        if !handles {
            return all.descending(updated_at(Kind::Complaint));
        }
        let over = [ComplaintStage::Closed, ComplaintStage::Withdrawn];
        let over = over.map(|stage| stage.to_string());
        all.filter(Filter::any_of(STAGE, over).negated())
            .ascending(DUE)
            .window(0, SHOWN)
    });
    let is_empty = memo(move || found.with(|f| f.as_ref().is_none_or(|f| f.total == 0)));
    let status = portal.status();
    let enter = if handles {
        Msg::complaint_enter
    } else {
        Msg::complaint_new
    };
    view! {
        <section class="stack">
            <div class="head">
                <h2>{move || t(Msg::complaints_title)}</h2>
                <span class="end"></span>
                <LinkButton
                    href=paths::new_complaint()
                    label=move || t(enter)
                    kind=ButtonKind::Main
                    icon="plus"
                />
            </div>
            {move || {
                if !is_empty.get() {
                    view! { <ComplaintRows found/> }.into_any()
                } else if !status.with(|status| status.complete) {
                    view! { <FirstLoad/> }.into_any()
                } else {
                    let none = if handles { Msg::complaints_none_open } else { Msg::complaints_none };
                    view! { <p class="quiet">{t(none)}</p> }.into_any()
                }
            }}
            {handles
                .then(|| view! { <A href=paths::complaints()>{move || t(Msg::register_open)}</A> })}
        </section>
    }
}
