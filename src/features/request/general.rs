//! A request in one's own words: an incident, a question, a complaint, or something no form is for.

use super::general_form::{KIND, KINDS, SERVICE, form, given, kind};
use super::send::{FiledAs, Going, sender};
use super::shared_in::TakeShared;
use super::sheet::{Sheet, field_id, word};
use super::sheet_form::SheetForm;
use crate::features::shared::explain::Given;
use crate::features::shared::{DraftKey, Heading, Places};
use crate::i18n::{Msg, t, tag};
use crate::live::{Draft, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Choice, RadioField, SelectField};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use rapport_connector::Verb;
use rapport_domain::{Kind, RequestForm, ServiceId, TicketKind};
use rapport_store::columns::service;
use rapport_store::{Filter, Query};
use serde_json::Value;

/// The page for asking without a form.
#[component]
pub fn GeneralPage() -> impl IntoView {
    let portal = use_portal();
    let query = use_query_map();
    // What is begun about one service is not gone on with about another.
    let place = memo(move || {
        let service = query.with(|query| query.get(SERVICE)?.parse::<ServiceId>().ok());
        DraftKey::General(service)
    });
    view! {
        <div class="page-top">
            <Places href=paths::services() label=move || t(Msg::services_title)/>
            <Heading title=move || t(Msg::general_title)/>
            <p class="lead">{move || t(Msg::general_lead)}</p>
        </div>
        {move || {
            let place = place.get();
            let draft = portal.draft(place.to_string());
            let ready = draft.ready();
            move || {
                let (place, draft) = (place.clone(), draft.clone());
                ready.get().then(|| {
                    let shared = query.with_untracked(|query| query.get("shared"));
                    view! {
                        {shared.map(|id| view! { <TakeShared id draft=draft.clone()/> })}
                        <General place draft/>
                    }
                })
            }
        }}
    }
}

#[component]
fn General(place: DraftKey, draft: Draft) -> impl IntoView {
    let portal = use_portal();
    let query = use_query_map();
    // What the address asks for holds until something else is chosen here.
    let given = derived(move || {
        query.with(|query| {
            let asked = |name| query.get(name).unwrap_or_default();
            given(&asked(KIND), &asked(SERVICE))
        })
    });
    let files = portal.capabilities().can(Kind::Attachment, Verb::Create);
    let definition = definition(word(&draft, given, KIND), files);
    let sheet = Sheet::new(definition, draft, place.to_string(), given, true);
    let (of_kind, of_service) = (sheet.text(KIND), sheet.text(SERVICE));
    let filed_as = derived(move || FiledAs {
        kind: kind(&of_kind.get()).unwrap_or(TicketKind::Question),
        service: of_service.get().parse::<ServiceId>().ok(),
        form: None,
    });
    let going = Going::new(RwSignal::new(false));
    let send = sender(&sheet, filed_as, going);
    view! { <SheetForm sheet send going label=Msg::request_send/> }
}

/// What is asked, by what it is.
pub fn definition(of_kind: Signal<String>, files: bool) -> Signal<RequestForm> {
    let kind_word = memo(move || of_kind.get());
    derived(move || {
        form(
            kind(&kind_word.get()).unwrap_or(TicketKind::Question),
            files,
        )
    })
}

/// What it is.
#[component]
pub fn KindQuestion(sheet: Sheet) -> impl IntoView {
    // Where complaints are records of their own, they have a form of their own.
    let complains = use_portal()
        .capabilities()
        .can(Kind::Complaint, Verb::Create);
    let choices = derived(move || {
        let choice = |(kind, words): &(TicketKind, Msg)| Choice {
            value: kind.to_string(),
            label: t(*words),
        };
        let offered = KINDS
            .iter()
            .filter(|(kind, _)| !complains || *kind != TicketKind::Complaint);
        offered.map(choice).collect::<Vec<_>>()
    });
    let (value, error) = (sheet.text(KIND), sheet.error(KIND, Given::Chosen));
    let on_change = Callback::new(move |word: String| sheet.set(KIND, KIND, Value::from(word)));
    view! {
        <RadioField
            label=move || t(Msg::general_kind)
            choices
            value
            on_change
            error
            required=true
            id=field_id(KIND)
        />
    }
}

/// The service it is about, for those who know.
#[component]
pub fn ServiceQuestion(sheet: Sheet) -> impl IntoView {
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
    let value = sheet.text(SERVICE);
    let on_change =
        Callback::new(move |word: String| sheet.set(SERVICE, SERVICE, Value::from(word)));
    view! {
        <SelectField
            label=move || t(Msg::general_service)
            choices
            value
            on_change
            id=field_id(SERVICE)
        />
    }
}
