//! Rewording the subject and description of an open ticket.

use super::Known;
use super::steps::reworded;
use crate::features::shared::explain::{self, Explained, Given};
use crate::features::shared::{DraftKey, FaultNote, OvertakenNote, lead_to_wrong, say};
use crate::i18n::{Msg, t};
use crate::live::{self, Draft, SEEN, use_portal};
use crate::signals::derived;
use crate::ui::{Button, ButtonKind, Dialog, TextAreaField, TextField};
use leptos::prelude::*;
use rapport_domain::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, check_length};
use rapport_domain::{Entity, Invalid, Ticket, TicketId};
use serde_json::{Value, json};

const SUBJECT: &str = "subject";
const DESCRIPTION: &str = "description";
const VERSION: &str = "version";

/// Asks for new words, and changes the ticket to them.
#[component]
pub fn RewordDialog(id: TicketId, ticket: Known, open: RwSignal<bool>) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    view! {
        <Dialog title=move || t(Msg::ticket_edit) open on_close=close>
            <RewordForm id ticket open/>
        </Dialog>
    }
}

/// What a draft keeps of the ticket at its first change.
fn seen(ticket: &Ticket) -> Value {
    json!({ SUBJECT: ticket.subject, DESCRIPTION: ticket.description, VERSION: ticket.stamp.version })
}

/// The ticket with the wording that the user had before him when he began.
fn as_seen(mut ticket: Ticket, seen: Option<Value>) -> Ticket {
    let Some(seen) = seen else { return ticket };
    let text = |field: &str| seen.get(field)?.as_str().map(str::to_owned);
    if let (Some(subject), Some(description)) = (text(SUBJECT), text(DESCRIPTION)) {
        ticket.subject = subject;
        ticket.description = description;
        ticket.stamp.version = text(VERSION);
    }
    ticket
}

/// What is wrong with the words.
fn problems(subject: &str, description: &str) -> Vec<Invalid> {
    let mut found = Vec::new();
    check_length(&mut found, SUBJECT, subject, 1, SUBJECT_MAX);
    check_length(&mut found, DESCRIPTION, description, 0, DESCRIPTION_MAX);
    found
}

#[component]
fn RewordForm(id: TicketId, ticket: Known, open: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let draft = portal.draft(DraftKey::Reword(id).to_string());
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    let wrong = RwSignal::new(Vec::<Invalid>::new());
    let note = draft.clone();
    // What the draft does not say yet is as the ticket has it.
    let words = {
        let draft = draft.clone();
        move |field: &str| {
            let typed = draft
                .value(field)
                .and_then(|v| v.as_str().map(str::to_owned));
            let present = || {
                ticket.with(|ticket| match (ticket.as_ref(), field) {
                    (Some(ticket), SUBJECT) => ticket.subject.clone(),
                    (Some(ticket), _) => ticket.description.clone(),
                    (None, _) => String::new(),
                })
            };
            typed.unwrap_or_else(present)
        }
    };
    let on = |field: &'static str, draft: Draft| {
        Callback::new(move |text: String| {
            let Some(now) = ticket.get_untracked() else {
                return;
            };
            draft.title(now.subject.clone());
            if untrack(|| draft.value(SEEN)).is_none() {
                draft.set(SEEN, seen(&now));
            }
            draft.set(field, Value::from(text));
        })
    };
    let (on_subject, on_description) = (on(SUBJECT, draft.clone()), on(DESCRIPTION, draft.clone()));
    let (subject, description, sending) = (words.clone(), words.clone(), words);
    let save = Callback::new(move |()| {
        let Some(ticket) = ticket.get_untracked() else {
            return;
        };
        let (subject, description) = untrack(|| (sending(SUBJECT), sending(DESCRIPTION)));
        let found = problems(&subject, &description);
        wrong.set(found.clone());
        if !found.is_empty() {
            return lead_to_wrong();
        }
        // Another wording that came meanwhile was not seen: the server is to notice, and to ask.
        let ticket = as_seen(ticket, untrack(|| draft.value(SEEN)));
        let typed = |field: &str| untrack(|| draft.value(field)).is_some();
        let subject = if typed(SUBJECT) {
            &subject
        } else {
            &ticket.subject
        };
        let description = if typed(DESCRIPTION) {
            &description
        } else {
            &ticket.description
        };
        let edit = reworded(&ticket, subject, description);
        busy.set(true);
        let (portal, draft) = (portal.clone(), draft.clone());
        live::durable(async move {
            let done = if edit.is_empty() {
                draft.discard();
                Ok(())
            } else {
                let key = DraftKey::Reword(id).to_string();
                portal
                    .edit(&Entity::Ticket(ticket.clone()), edit, Some(&key))
                    .await
            };
            busy.try_set(false);
            match done {
                Ok(()) => {
                    say(Msg::ticket_saved);
                    open.try_set(false);
                }
                Err(failed) => {
                    fault.try_set(Some(explain::fault(&failed)));
                }
            }
        });
    });
    let error = move |field: &'static str| {
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|i| i.field == field).cloned());
            found
                .map(|invalid| explain::reason(&invalid.reason, Given::Written))
                .unwrap_or_default()
        })
    };
    view! {
        <TextField
            label=move || t(Msg::ticket_subject)
            value=derived(move || subject(SUBJECT))
            on_input=on_subject
            error=error(SUBJECT)
            required=true
        />
        <TextAreaField
            label=move || t(Msg::ticket_description)
            value=derived(move || description(DESCRIPTION))
            on_input=on_description
            error=error(DESCRIPTION)
        />
        <OvertakenNote draft=note/>
        <FaultNote fault/>
        <div class="head">
            <Button
                label=move || t(Msg::cancel)
                on_press=Callback::new(move |()| open.set(false))
            />
            <Button label=move || t(Msg::save) on_press=save kind=ButtonKind::Main busy/>
        </div>
    }
}
