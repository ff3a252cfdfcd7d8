//! A request that is not sent yet, opened again in its form, so that everything that may have been
//! refused can be changed.

use super::filing::{filing, slot};
use super::general::definition;
use super::general_form::{KIND, form};
use super::send::{Going, in_whose_name};
use super::sheet::{Sheet, reading, word};
use super::sheet_form::SheetForm;
use super::written::{form_of, given, rewritten};
use crate::features::shared::{DraftKey, say};
use crate::i18n::Msg;
use crate::live::{self, Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_connector::Verb;
use rapport_domain::{
    Entity, Intent, Kind, OperationId, PersonRef, RecordKey, RequestForm, Ticket, TicketId,
};
use rapport_sync::OutboxRow;

/// The form of an unsent request. `busy` is true while its change is being saved.
pub fn again(op: OperationId, ticket: Ticket, busy: RwSignal<bool>) -> AnyView {
    view! { <Again op ticket busy/> }.into_any()
}

#[component]
fn Again(op: OperationId, ticket: Ticket, busy: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let me = portal.me().id;
    let key = DraftKey::Unsent(op).to_string();
    let draft = portal.draft(key.clone());
    let ready = draft.ready();
    let takes_files = portal.capabilities().can(Kind::Attachment, Verb::Create);
    let attached = attached(ticket.id);
    let asked = asked(&ticket, attached, takes_files);
    let given = {
        let (ticket, draft) = (ticket.clone(), draft.clone());
        memo(move || {
            let attached = attached.get();
            let of = |form: &RequestForm| given(form, &ticket, me, &attached);
            let mut values = asked.with(|form| form.as_ref().map(of).unwrap_or_default());
            // Drafts of the time when only these two could be changed.
            for name in ["subject", "description"] {
                values.extend(draft.value(name).map(|typed| (slot(name), typed)));
            }
            values
        })
    };
    let definition = if ticket.form.is_none() {
        definition(word(&draft, given.into(), KIND), takes_files)
    } else {
        let ticket = ticket.clone();
        derived(move || asked.get().unwrap_or_else(|| form_of(&ticket, &[])))
    };
    let sheet = Sheet::new(definition, draft, key, given.into(), ticket.form.is_none());
    let going = Going::new(busy);
    let send = saver(&sheet, op, ticket, going);
    let is_there = memo(move || ready.get() && asked.with(Option::is_some));
    move || {
        let sheet = sheet.clone();
        is_there.get().then(|| {
            view! { <SheetForm sheet send going label=Msg::unsent_edit_save back=paths::unsent()/> }
        })
    }
}

/// The names of the files that wait with a request.
fn attached(ticket: TicketId) -> Memo<Vec<String>> {
    let outbox = use_portal().outbox();
    memo(move || {
        let name = |row: &OutboxRow| match &row.item.intent {
            Intent::AddAttachment { attachment }
                if attachment.ticket == ticket && attachment.comment.is_none() =>
            {
                Some(attachment.name.clone())
            }
            _ => None,
        };
        outbox.with(|rows| rows.iter().filter_map(name).collect())
    })
}

/// The form that a request was filled in with, or one that asks the same again; `None` while it is
/// being read. As when it was filled in first, what is on the screen stays there.
fn asked(
    ticket: &Ticket,
    attached: Memo<Vec<String>>,
    takes_files: bool,
) -> Memo<Option<RequestForm>> {
    let ticket = ticket.clone();
    let Some(id) = ticket.form else {
        return memo(move || Some(form(ticket.kind.clone(), takes_files)));
    };
    let loaded = use_portal().record(move || RecordKey {
        kind: Kind::Form,
        id: id.0,
    });
    Memo::new(move |before: Option<&Option<RequestForm>>| {
        let present = before.cloned().flatten();
        match loaded.get() {
            Loaded::Ready(Entity::Form(form)) => Some(form),
            Loaded::Loading => present,
            _ => present
                .or_else(|| Some(attached.with_untracked(|attached| form_of(&ticket, attached)))),
        }
    })
}

/// Makes the callback that puts what stands in the sheet in the place of the unsent request.
fn saver(sheet: &Sheet, op: OperationId, ticket: Ticket, going: Going) -> Callback<()> {
    let (portal, sheet) = (use_portal(), sheet.clone());
    let navigate = use_navigate();
    Callback::new(move |()| {
        let Some(begun) = going.begin(&sheet) else {
            return;
        };
        let values = untrack(|| sheet.values());
        let filed = filing(&sheet.form.get_untracked(), &values, &untrack(reading));
        let me = portal.me();
        let requester = in_whose_name(&sheet).unwrap_or(PersonRef {
            id: Some(me.id),
            name: me.name,
        });
        let intent = Intent::CreateTicket {
            ticket: rewritten(&ticket, filed, &values, requester),
        };
        let files = sheet.all_files();
        let (portal, key, navigate) = (portal.clone(), sheet.key.clone(), navigate.clone());
        live::durable(async move {
            match portal.replace(op, intent, &files, &key).await {
                Ok(()) => {
                    say(Msg::ticket_saved);
                    if begun.done() {
                        navigate(&paths::unsent(), paths::go());
                    }
                }
                Err(error) => begun.failed(&error.into()),
            }
        });
    })
}
