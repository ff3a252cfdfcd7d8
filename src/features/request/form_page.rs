//! A request with a form of the catalogue, rendered from its definition.

use super::errors::ErrorSummary;
use super::extras::{ForWhom, PriorityQuestions, only_for_others};
use super::field::Question;
use super::filing::{FOR_WHOM, answers};
use super::send::{FiledAs, Foot, sender};
use super::sheet::Sheet;
use crate::features::shared::explain::unreadable;
use crate::features::shared::{DraftKey, FaultNote, Heading, OfflineNote, Places};
use crate::i18n::{Msg, t, tag, text};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{LinkButton, Note, Tone};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Entity, Field, FormId, Kind, RecordKey, RequestForm, ServiceId};

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
        None => view! { <MissingForm/> }.into_any(),
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
    let page = move || match (has.get(), loaded.get()) {
        (true, _) => view! { <Filling service form=form known/> }.into_any(),
        (false, Loaded::Loading) => ().into_any(),
        (false, Loaded::Failed(fault)) => {
            let fault = derived(move || Some(unreadable(&fault)));
            view! { <FaultNote fault/> }.into_any()
        }
        (false, _) => view! { <MissingForm/> }.into_any(),
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

#[component]
fn MissingForm() -> impl IntoView {
    view! {
        <Places href=paths::services() label=move || t(Msg::services_title)/>
        <Heading title=move || t(Msg::request_missing_title)/>
        <p>{move || t(Msg::request_missing_text)}</p>
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
    let for_others = only_for_others(&portal.me());
    let needed = derived(move || if for_others { vec![FOR_WHOM] } else { vec![] });
    let ready = draft.ready();
    let sheet = Sheet::new(definition, draft, key, needed);
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
            ready.get().then(|| view! { <Questions sheet filed_as/> })
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
        fields: Vec::new(),
    }
}

#[component]
fn Questions(sheet: Sheet, filed_as: Signal<FiledAs>) -> impl IntoView {
    let (busy, shown) = (RwSignal::new(false), RwSignal::new(false));
    let fault = RwSignal::new(None);
    let send = sender(&sheet, filed_as, busy, shown, fault);
    let parts = [(); 4].map(|()| sheet.clone());
    let [summary, whom, priority, foot] = parts;
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
            <Fields sheet/>
            <PriorityQuestions sheet=priority/>
            <Foot sheet=foot busy shown fault/>
        </form>
    }
}

/// The questions that are asked, given the answers so far.
#[component]
pub fn Fields(sheet: Sheet) -> impl IntoView {
    let asking = sheet.clone();
    let visible = memo(move || {
        asking.form.with(|form| {
            let answers = answers(form, &asking.values(), &tag());
            form.visible(&answers).cloned().collect::<Vec<Field>>()
        })
    });
    let edition = sheet.form;
    // A question that was asked differently in another edition is another question.
    let key = move |field: &Field| {
        (
            field.key.clone(),
            edition.with_untracked(|form| form.edition.clone()),
        )
    };
    let one = move |field: Field| {
        let sheet = sheet.clone();
        view! { <Question sheet field/> }.into_any()
    };
    view! { {each(move || visible.get(), key, one)} }
}
