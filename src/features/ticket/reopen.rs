//! Reopening a ticket with a reason.

use super::Known;
use super::steps::moved;
use crate::features::shared::explain::{self, Explained, Given};
use crate::features::shared::{DraftKey, FaultNote, OvertakenNote, lead_to_wrong, say};
use crate::i18n::{Msg, t};
use crate::live::{self, use_portal};
use crate::signals::derived;
use crate::ui::{Button, ButtonKind, Dialog, TextAreaField};
use leptos::prelude::*;
use rapport_domain::ticket::{NOTE_MAX, check_length};
use rapport_domain::{Entity, Reason, TicketState};
use serde_json::Value;

const REASON: &str = "text";

/// Asks what is still missing, and reopens the ticket with it.
#[component]
pub fn ReopenDialog(ticket: Known, open: RwSignal<bool>) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    view! {
        <Dialog title=move || t(Msg::ticket_reopen_title) open on_close=close>
            <ReopenForm ticket open/>
        </Dialog>
    }
}

/// What is wrong with a reason.
fn problem(reason: &str) -> Option<Reason> {
    let mut found = Vec::new();
    check_length(&mut found, REASON, reason.trim(), 1, NOTE_MAX);
    found.pop().map(|invalid| invalid.reason)
}

#[component]
fn ReopenForm(ticket: Known, open: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<Reason>));
    let fault = RwSignal::new(None::<Explained>);
    let id = ticket.get_untracked().map(|ticket| ticket.id);
    let draft = id.map(|id| portal.draft(DraftKey::Reopen(id).to_string()));
    let (shown, typed, sending) = (draft.clone(), draft.clone(), draft.clone());
    let reason = move || {
        shown
            .as_ref()
            .map(|draft| draft.text(REASON))
            .unwrap_or_default()
    };
    let on_input = Callback::new(move |text: String| {
        wrong.set(None);
        if let Some(draft) = &typed {
            draft.title(
                ticket
                    .with_untracked(|t| t.as_ref().map(|t| t.subject.clone()).unwrap_or_default()),
            );
            draft.set(REASON, Value::from(text));
        }
    });
    let send = Callback::new(move |()| {
        let (Some(ticket), Some(draft)) = (ticket.get_untracked(), sending.clone()) else {
            return;
        };
        let reason = untrack(|| draft.text(REASON));
        wrong.set(problem(&reason));
        if wrong.with_untracked(Option::is_some) {
            return lead_to_wrong();
        }
        busy.set(true);
        let portal = portal.clone();
        live::durable(async move {
            let edit = moved(&ticket, TicketState::Acknowledged, &reason);
            let key = DraftKey::Reopen(ticket.id).to_string();
            let done = portal
                .edit(&Entity::Ticket(ticket.clone()), edit, Some(&key))
                .await;
            busy.try_set(false);
            match done {
                Ok(()) => {
                    say(Msg::change_reopened);
                    open.try_set(false);
                }
                Err(failed) => {
                    fault.try_set(Some(explain::fault(&failed)));
                }
            }
        });
    });
    let error = derived(move || {
        let wrong = wrong.get();
        wrong.map_or_else(String::new, |wrong| explain::reason(&wrong, Given::Written))
    });
    view! {
        <TextAreaField
            label=move || t(Msg::ticket_reopen_reason)
            value=derived(reason)
            on_input
            error
            required=true
        />
        {draft.map(|draft| view! { <OvertakenNote draft/> })}
        <FaultNote fault/>
        <div class="head">
            <Button
                label=move || t(Msg::cancel)
                on_press=Callback::new(move |()| open.set(false))
            />
            <Button label=move || t(Msg::ticket_reopen) on_press=send kind=ButtonKind::Main busy/>
        </div>
    }
}
