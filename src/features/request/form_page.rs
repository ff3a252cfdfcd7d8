//! A request with a form of the catalogue, rendered from its definition.

use super::filing::Values;
use super::send::{FiledAs, Going, sender};
use super::sheet::Sheet;
use super::sheet_form::SheetForm;
use crate::features::shared::explain::unreadable;
use crate::features::shared::{DraftKey, FaultNote, Heading, KeptWords, OfflineNote, Places};
use crate::i18n::{Msg, t, text};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{LinkButton, Note, Tone};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Entity, FormId, Kind, RecordKey, RequestForm, Role, ServiceId};

/// The page of a form.
#[component]
pub fn FormPage() -> impl IntoView {
    let params = use_params_map();
    let ids = memo(move || {
        params.with(|params| {
            let service = params.get("id")?.parse::<ServiceId>().ok()?;
            Some((service, params.get("form")?.parse::<FormId>().ok()?))
        })
    });
    move || match ids.get() {
        Some((service, form)) => view! { <FormOf service form/> }.into_any(),
        None => view! { <MissingForm place=None/> }.into_any(),
    }
}

#[component]
fn FormOf(service: ServiceId, form: FormId) -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let loaded = portal.record(move || RecordKey {
        kind: Kind::Form,
        id: form.0,
    });
    // What is on the screen stays there while it is read again, and when the form goes away under
    // somebody's typing.
    let known = Memo::new(
        move |before: Option<&Option<RequestForm>>| match loaded.get() {
            Loaded::Ready(Entity::Form(form)) => Some(form),
            _ => before.cloned().flatten(),
        },
    );
    let has = memo(move || known.with(Option::is_some));
    let may = |right| scope(&me.role, right) != Scope::Nothing;
    if !may(Right::FileTicket) && !may(Right::FileOnBehalf) {
        return view! { <NotAllowed/> }.into_any();
    }
    let page = move || {
        // Once it is there, nothing that is read again may draw it anew: picked files and the focus
        // would go.
        if has.get() {
            return view! { <Filling service form known/> }.into_any();
        }
        match loaded.get() {
            Loaded::Loading => ().into_any(),
            Loaded::Failed(fault) => {
                let fault = derived(move || Some(unreadable(&fault)));
                view! { <FaultNote fault/> }.into_any()
            }
            _ => view! { <MissingForm place=Some((service, form))/> }.into_any(),
        }
    };
    page.into_any()
}

#[component]
fn NotAllowed() -> impl IntoView {
    view! {
        <Heading title=move || t(Msg::request_not_allowed_title)/>
        <Note
            title=move || t(Msg::request_not_allowed_text)
            tone=Tone::Warn
        />
    }
}

/// That there is no such form; what was written in it is here, to be taken elsewhere.
#[component]
fn MissingForm(place: Option<(ServiceId, FormId)>) -> impl IntoView {
    let portal = use_portal();
    let kept = place.map(|(service, form)| {
        let draft = portal.draft(DraftKey::Form(service, form).to_string());
        view! { <KeptWords draft/> }
    });
    view! {
        <Places href=paths::services() label=move || t(Msg::services_title)/>
        <Heading title=move || t(Msg::request_missing_title)/>
        <p>{move || t(Msg::request_missing_text)}</p>
        {kept}
        <div class="head">
            <LinkButton href=paths::services() label=move || t(Msg::services_title)/>
        </div>
        <OfflineNote/>
    }
}

#[component]
fn Filling(service: ServiceId, form: FormId, known: Memo<Option<RequestForm>>) -> impl IntoView {
    let portal = use_portal();
    let key = DraftKey::Form(service, form).to_string();
    let draft = portal.draft(key.clone());
    let definition = derived(move || known.get().unwrap_or_else(|| unknown_form(form)));
    let ready = draft.ready();
    let sheet = Sheet::new(definition, draft, key, Signal::stored(Values::new()), false);
    let going = Going::new(RwSignal::new(false));
    let of_service = portal.record(move || RecordKey {
        kind: Kind::Service,
        id: service.0,
    });
    let name = derived(move || {
        of_service.with(|loaded| match loaded {
            Loaded::Ready(Entity::Service(service)) => text(&service.name),
            _ => t(Msg::services_title),
        })
    });
    // A manager files for himself without asking anybody.
    let own = portal.me().role != Role::CustomerManager;
    let closed = memo(move || {
        of_service.with(|loaded| match loaded {
            Loaded::Ready(Entity::Service(service)) => !service.is_offered(),
            _ => false,
        })
    });
    let filed_as = derived(move || {
        let kind = definition.with(|definition| definition.ticket_kind.clone());
        FiledAs {
            kind,
            service: Some(service),
            form: Some(form),
        }
    });
    let send = sender(&sheet, filed_as, going);
    let intro = move || definition.with(|d| d.intro.as_ref().map(text).unwrap_or_default());
    view! {
        <div class="page-top">
            <Places href=paths::service(service) label=name/>
            <Heading title=derived(move || definition.with(|d| text(&d.title)))/>
            {move || {
                let intro = intro();
                (!intro.is_empty()).then(|| view! { <p class="lead">{intro}</p> })
            }}
        </div>
        {move || {
            (own && definition.with(|d| d.approval))
                .then(|| view! { <Note title=move || t(Msg::request_needs_approval)/> })
        }}
        {move || {
            closed
                .get()
                .then(|| {
                    view! {
                        <Note
                            title=move || t(Msg::request_not_offered_title)
                            tone=Tone::Warn
                        />
                    }
                })
        }}
        {move || {
            let sheet = sheet.clone();
            ready.get().then(|| view! { <SheetForm sheet send going label=Msg::request_send/> })
        }}
    }
}

/// A form that is not known any more asks nothing.
fn unknown_form(id: FormId) -> RequestForm {
    RequestForm {
        id,
        stamp: rapport_domain::Stamp::default(),
        service: None,
        title: rapport_domain::Text::default(),
        intro: None,
        ticket_kind: rapport_domain::TicketKind::ServiceRequest,
        edition: String::new(),
        approval: false,
        fields: Vec::new(),
    }
}
