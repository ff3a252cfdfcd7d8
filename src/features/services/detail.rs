//! A service: what one gets, how to ask for it, what was agreed, what it needs.

use super::levels::Levels;
use super::list::may_ask;
use crate::features::shared::explain::{day, unreadable};
use crate::features::shared::{FaultNote, Heading, News, OfflineNote, Places, words};
use crate::i18n::{Msg, t, text};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{ButtonKind, Card, Fact, Facts, Icon, LinkButton, Note, Tone};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use rapport_domain::{
    Entity, FormId, Kind, Lifecycle, Owner, RecordKey, RequestForm, Service, ServiceId, Text,
};
use rapport_store::{Filter, Query};
use uuid::Uuid;

/// The page of a service.
#[component]
pub fn ServicePage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || {
        let id = params.with(|params| params.get("id")?.parse::<ServiceId>().ok());
        id.map_or(Uuid::nil(), |id| id.0)
    });
    let loaded = use_portal().record(move || RecordKey {
        kind: Kind::Service,
        id: id.get(),
    });
    move || match loaded.get() {
        Loaded::Ready(Entity::Service(service)) => view! { <ServiceView service/> }.into_any(),
        Loaded::Loading => ().into_any(),
        Loaded::Failed(fault) => {
            let fault = derived(move || Some(unreadable(&fault)));
            view! { <FaultNote fault/> }.into_any()
        }
        Loaded::Missing | Loaded::Ready(_) => view! { <MissingService/> }.into_any(),
    }
}

#[component]
fn MissingService() -> impl IntoView {
    view! {
        <Places href=paths::services() label=move || t(Msg::services_title)/>
        <Heading title=move || t(Msg::service_missing_title)/>
        <p>{move || t(Msg::service_missing_text)}</p>
        <div class="head">
            <LinkButton href=paths::services() label=move || t(Msg::services_title)/>
        </div>
        <OfflineNote/>
    }
}

#[component]
fn ServiceView(service: Service) -> impl IntoView {
    let asks = may_ask(&use_portal().me()) && service.is_offered();
    let (name, category, summary) = (
        service.name.clone(),
        service.category.clone(),
        service.summary.clone(),
    );
    let (outcome, description) = (
        service.intended_outcome.clone(),
        service.description.clone(),
    );
    let stage = match service.lifecycle {
        Lifecycle::Pipeline => Some(Msg::service_pipeline_note),
        Lifecycle::Retiring => Some(Msg::service_retiring_note),
        _ => None,
    };
    let (id, forms, levels) = (
        service.id,
        service.forms.clone(),
        service.service_levels.clone(),
    );
    view! {
        <div class="page-top">
            <Places
                href=paths::services()
                label=move || t(Msg::services_title)
                rest=derived(move || text(&category))
            />
            <Heading title=derived(move || text(&name))/>
            <p class="lead">{move || text(&summary)}</p>
        </div>
        <News urgent=true service=id/>
        {stage.map(|words| view! { <Note title=move || t(words) tone=Tone::Warn/> })}
        <News urgent=false service=id/>
        <div class="two">
            <div class="stack service-main">
                {asks.then(|| view! { <Ask id forms/> })}
                <Part title=Msg::service_outcome words=outcome/>
                <Prose words=description/>
                {(!levels.is_empty())
                    .then(|| {
                        view! {
                            <section class="stack">
                                <h2>{move || t(Msg::service_levels)}</h2>
                                <Levels levels/>
                            </section>
                        }
                    })}
            </div>
            <aside class="stack" aria-label=move || t(Msg::service_details)>
                <ServiceFacts service/>
            </aside>
        </div>
    }
}

/// A heading and words; nothing where there are none.
#[component]
fn Part(title: Msg, words: Text) -> impl IntoView {
    (!words.is_empty()).then(|| {
        view! {
            <section class="part">
                <h2>{move || t(title)}</h2>
                <p class="prose">{move || text(&words)}</p>
            </section>
        }
    })
}

#[component]
fn Prose(words: Text) -> impl IntoView {
    (!words.is_empty()).then(|| view! { <p class="prose">{move || text(&words)}</p> })
}

/// The forms with which it can be asked for, and the way without one.
#[component]
fn Ask(id: ServiceId, forms: Vec<FormId>) -> impl IntoView {
    let wanted = forms.clone();
    let found = use_portal().records(move || {
        Query::all(Kind::Form).filter(Filter::Ids(wanted.iter().map(|id| id.0).collect()))
    });
    // In the order in which the service names them.
    let listed = memo(move || {
        let found: Vec<RequestForm> = found
            .get()
            .unwrap_or_default()
            .into_iter()
            .filter_map(|entity| match entity {
                Entity::Form(form) => Some(form),
                _ => None,
            })
            .collect();
        let of = |id: &FormId| found.iter().find(|form| form.id == *id).cloned();
        forms.iter().filter_map(of).collect::<Vec<_>>()
    });
    let one = move |form: RequestForm| view! { <FormLink id form/> }.into_any();
    let key = |form: &RequestForm| (form.id, form.stamp.version.clone());
    view! {
        <section class="stack ask">
            <h2>{move || t(Msg::service_request_heading)}</h2>
            <ul class="asks">
                {each(move || listed.get(), key, one)}
                <li>
                    <LinkButton
                        href=paths::general_about(id)
                        label=move || t(Msg::service_request_other)
                        kind=ButtonKind::Plain
                    />
                </li>
            </ul>
        </section>
    }
}

#[component]
fn FormLink(id: ServiceId, form: RequestForm) -> impl IntoView {
    let title = form.title.clone();
    view! {
        <li>
            <LinkButton
                href=paths::form(id, form.id)
                label=derived(move || text(&title))
                kind=ButtonKind::Main
            />
        </li>
    }
}

#[component]
fn ServiceFacts(service: Service) -> impl IntoView {
    let Service {
        hours,
        owner,
        lifecycle,
        edition,
        reviewed_on,
        dependencies,
        ..
    } = service;
    let reviewed = move || reviewed_on.as_deref().map(day).unwrap_or_default();
    view! {
        <Card title=move || t(Msg::service_details)>
            <Facts>
                <Fact
                    name=move || t(Msg::service_hours)
                    value=derived(move || text(&hours))
                />
                {owner.map(|owner| view! { <OwnerFact owner/> })}
                <Needs dependencies/>
                <Fact
                    name=move || t(Msg::service_lifecycle)
                    value=derived(move || words::lifecycle(&lifecycle))
                />
                <Fact name=move || t(Msg::service_edition) value=edition/>
                <Fact
                    name=move || t(Msg::service_reviewed)
                    value=derived(reviewed)
                />
            </Facts>
        </Card>
    }
}

#[component]
fn OwnerFact(owner: Owner) -> impl IntoView {
    let Owner { name, email } = owner;
    view! {
        <dt>{move || t(Msg::service_owner)}</dt>
        <dd>
            {name}
            {email
                .map(|email| {
                    let href = format!("mailto:{email}");
                    // A long address breaks before its domain, and not within a word.
                    let (name, domain) = match email.split_once('@') {
                        Some((name, domain)) => (name.to_owned(), format!("@{domain}")),
                        None => (email, String::new()),
                    };
                    view! {
                        <br/>
                        <a href=href>{name}<wbr/>{domain}</a>
                    }
                })}
        </dd>
    }
}

/// Services it needs, each with a link to its page.
#[component]
fn Needs(dependencies: Vec<ServiceId>) -> impl IntoView {
    let found = use_portal().records(move || {
        let ids = dependencies.iter().map(|id| id.0).collect();
        Query::all(Kind::Service).filter(Filter::Ids(ids))
    });
    let needed = memo(move || {
        let found = found.get().unwrap_or_default().into_iter();
        found
            .filter_map(|entity| match entity {
                Entity::Service(service) => Some((service.id, service.name)),
                _ => None,
            })
            .collect::<Vec<_>>()
    });
    let one = |(id, name): (ServiceId, Text)| {
        view! {
            <li>
                <Icon name="services"/>
                <A href=paths::service(id)>{move || text(&name)}</A>
            </li>
        }
    };
    move || {
        (!needed.with(Vec::is_empty)).then(|| {
            view! {
                <dt>{move || t(Msg::service_needs)}</dt>
                <dd>
                    <ul class="needs">
                        {each(move || needed.get(), Clone::clone, one)}
                    </ul>
                </dd>
            }
        })
    }
}
