//! A request in one's own words: an incident, a question, a complaint, or something no form is for.

use super::errors::ErrorSummary;
use super::extras::{ForWhom, PriorityQuestions, only_for_others};
use super::filing::FOR_WHOM;
use super::form_page::Fields;
use super::general_form::{KIND, KINDS, SERVICE, form, kind};
use super::send::{FiledAs, Foot, sender};
use super::sheet::{Sheet, field_id};
use crate::features::shared::{DraftKey, Heading, Places};
use crate::i18n::{Msg, t, tag};
use crate::live::{Draft, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Choice, RadioField, SelectField};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use rapport_connector::Verb;
use rapport_domain::{Kind, ServiceId, TicketKind};
use rapport_store::columns::service;
use rapport_store::{Filter, Query};
use serde_json::Value;

/// The page for asking without a form.
#[component]
pub fn GeneralPage() -> impl IntoView {
    let draft = use_portal().draft(DraftKey::General.to_string());
    let ready = draft.ready();
    view! {
        <div class="page-top">
            <Places href=paths::services() label=move || t(Msg::services_title)/>
            <Heading title=move || t(Msg::general_title)/>
            <p class="lead">{move || t(Msg::general_lead)}</p>
        </div>
        {move || {
            let draft = draft.clone();
            ready.get().then(|| view! { <General draft/> })
        }}
    }
}

#[component]
fn General(draft: Draft) -> impl IntoView {
    let portal = use_portal();
    let query = use_query_map();
    let asked = move |name: &'static str| query.with(|query| query.get(name)).unwrap_or_default();
    // What the address asks for holds until something else is chosen here.
    let chosen = {
        let draft = draft.clone();
        move |slot: &'static str| match draft.value(slot) {
            Some(Value::String(word)) => word,
            _ => asked(slot),
        }
    };
    let (of_kind, of_service) = (chosen.clone(), chosen);
    let kind_word = memo(move || of_kind(KIND));
    let service_word = memo(move || of_service(SERVICE));
    let files = portal.capabilities().can(Kind::Attachment, Verb::Create);
    let definition = derived(move || {
        form(
            kind(&kind_word.get()).unwrap_or(TicketKind::Question),
            files,
        )
    });
    let for_others = only_for_others(&portal.me());
    let needed = derived(move || {
        let kind = kind(&kind_word.get()).is_none().then_some(KIND);
        kind.into_iter()
            .chain(for_others.then_some(FOR_WHOM))
            .collect::<Vec<_>>()
    });
    let sheet = Sheet::new(definition, draft, DraftKey::General.to_string(), needed);
    let filed_as = derived(move || FiledAs {
        kind: kind(&kind_word.get()).unwrap_or(TicketKind::Question),
        service: service_word.get().parse::<ServiceId>().ok(),
        form: None,
    });
    let (busy, shown) = (RwSignal::new(false), RwSignal::new(false));
    let fault = RwSignal::new(None);
    let send = sender(&sheet, filed_as, busy, shown, fault);
    let [summary, whom, which, about, priority, foot] = [(); 6].map(|()| sheet.clone());
    view! {
        <form
            class="stack narrow"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                send.run(());
            }
        >
            <ErrorSummary sheet=summary shown/>
            <ForWhom sheet=whom/>
            <KindQuestion sheet=which word=kind_word/>
            <Fields sheet/>
            <PriorityQuestions sheet=priority/>
            <ServiceQuestion sheet=about word=service_word/>
            <Foot sheet=foot busy shown fault/>
        </form>
    }
}

#[component]
fn KindQuestion(sheet: Sheet, word: Memo<String>) -> impl IntoView {
    let choices = derived(|| {
        let choice = |(kind, words): &(TicketKind, Msg)| Choice {
            value: kind.to_string(),
            label: t(*words),
        };
        KINDS.iter().map(choice).collect::<Vec<_>>()
    });
    let error = sheet.error(KIND, true);
    let on_change = Callback::new(move |word: String| sheet.set(KIND, KIND, Value::from(word)));
    view! {
        <RadioField
            label=move || t(Msg::general_kind)
            choices
            value=word
            on_change
            error
            required=true
            id=field_id(KIND)
        />
    }
}

/// The service it is about, for those who know.
#[component]
fn ServiceQuestion(sheet: Sheet, word: Memo<String>) -> impl IntoView {
    let found = use_portal().rows(|| {
        Query::all(Kind::Service)
            .filter(Filter::eq(service::OFFERED, true))
            .in_language(tag())
            .ascending(service::NAME)
    });
    let choices = derived(move || {
        let none = Choice {
            value: String::new(),
            label: t(Msg::general_service_none),
        };
        let each = found
            .get()
            .unwrap_or_default()
            .rows
            .into_iter()
            .map(|shown| Choice {
                value: shown.row.key.id.to_string(),
                label: shown.row.text_in(service::NAME, &tag()).to_owned(),
            });
        std::iter::once(none).chain(each).collect::<Vec<_>>()
    });
    let on_change =
        Callback::new(move |word: String| sheet.set(SERVICE, SERVICE, Value::from(word)));
    view! {
        <SelectField
            label=move || t(Msg::general_service)
            choices
            value=word
            on_change
            id=field_id(SERVICE)
        />
    }
}
