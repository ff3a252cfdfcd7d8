//! What can be done with a ticket besides answering: confirming a solution, closing, reopening,
//! rewording.

use super::reopen::ReopenDialog;
use super::reword::RewordDialog;
use super::steps::{Steps, moved, steps};
use super::{Known, of};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{DraftKey, FaultNote, LeftDraft, say};
use crate::i18n::{Msg, t, tf};
use crate::live::{self, use_portal};
use crate::paths;
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, ConfirmDialog, LinkButton, Note};
use leptos::prelude::*;
use rapport_connector::Verb;
use rapport_domain::{Entity, Kind, TicketId, TicketState};

/// What may be done now, followed; nothing while the ticket is not known.
fn allowed(ticket: Known) -> Memo<Option<Steps>> {
    let portal = use_portal();
    let can = portal.capabilities();
    let me = portal.me();
    memo(move || {
        ticket.with(|t| {
            t.as_ref()
                .map(|t| steps(&me, t, true, can.edits(Kind::Ticket, "state")))
        })
    })
}

/// Closes the ticket.
fn closing(ticket: Known, fault: RwSignal<Option<Explained>>) -> Callback<()> {
    let portal = use_portal();
    let busy = RwSignal::new(false);
    Callback::new(move |()| {
        let Some(ticket) = ticket.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        let portal = portal.clone();
        live::durable(async move {
            let edit = moved(&ticket, TicketState::Closed, "");
            let done = portal
                .edit(&Entity::Ticket(ticket.clone()), edit, None)
                .await;
            busy.try_set(false);
            match done {
                Ok(()) => say(Msg::change_closed),
                Err(failed) => {
                    fault.try_set(Some(explain::fault(&failed)));
                }
            }
        });
    })
}

/// Asks whether a solution holds, where that is the reader's to say.
#[component]
pub fn ConfirmSolution(ticket: Known) -> impl IntoView {
    let allowed = allowed(ticket);
    let fault = RwSignal::new(None);
    let close = closing(ticket, fault);
    let reopening = RwSignal::new(false);
    let asks = memo(move || allowed.get().is_some_and(|steps| steps.confirm));
    view! {
        {move || {
            asks.get()
                .then(|| {
                    view! {
                        <Note title=move || t(Msg::ticket_confirm_question)>
                            <Button
                                label=move || t(Msg::ticket_confirm)
                                on_press=close
                                kind=ButtonKind::Main
                            />
                            <Button
                                label=move || t(Msg::ticket_not_solved)
                                on_press=Callback::new(move |()| reopening.set(true))
                            />
                        </Note>
                    }
                })
        }}
        <FaultNote fault/>
        <ReopenDialog ticket open=reopening/>
    }
}

/// Whether the reader can complain about it: it is his own, and complaints are taken here.
fn complains(ticket: Known) -> bool {
    let portal = use_portal();
    let taken = portal.capabilities().can(Kind::Complaint, Verb::Create);
    taken && of(ticket, |ticket| ticket.requester.id) == Some(portal.me().id)
}

/// Closing, reopening and rewording.
#[component]
pub fn Actions(id: TicketId, ticket: Known) -> impl IntoView {
    let allowed = allowed(ticket);
    let fault = RwSignal::new(None);
    let close = closing(ticket, fault);
    let (closes, reopens, rewords) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let may = move |step: fn(&Steps) -> bool| allowed.with(|s| s.as_ref().is_some_and(step));
    let opens = |dialog: RwSignal<bool>| Callback::new(move |()| dialog.set(true));
    view! {
        <div class="stack ticket-actions">
            {move || {
                may(|s| s.close)
                    .then(|| {
                        view! { <Button label=move || t(Msg::ticket_close) on_press=opens(closes)/> }
                    })
            }}
            {move || {
                may(|s| s.reopen && !s.confirm)
                    .then(|| {
                        view! { <Button label=move || t(Msg::ticket_reopen) on_press=opens(reopens)/> }
                    })
            }}
            {move || {
                may(|s| s.reword)
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::ticket_edit)
                                on_press=opens(rewords)
                                kind=ButtonKind::Plain
                            />
                        }
                    })
            }}
            {move || {
                complains(ticket)
                    .then(|| {
                        view! {
                            <LinkButton
                                href=paths::new_complaint_about(id)
                                label=move || t(Msg::ticket_complain)
                                kind=ButtonKind::Plain
                            />
                        }
                    })
            }}
            <FaultNote fault/>
        </div>
        <ConfirmDialog
            title=move || t(Msg::ticket_close_title)
            text=move || {
                let subject = of(ticket, |ticket| ticket.subject.clone());
                tf(Msg::ticket_close_text, &[("subject", &subject)])
            }
            confirm=move || t(Msg::ticket_close)
            cancel=move || t(Msg::cancel)
            open=closes
            on_confirm=close
        />
        <ReopenDialog ticket open=reopens/>
        <RewordDialog id ticket open=rewords/>
        // What was begun when it was possible.
        {move || (!may(|s| s.reopen)).then(|| view! { <LeftDraft place=DraftKey::Reopen(id)/> })}
        {move || (!may(|s| s.reword)).then(|| view! { <LeftDraft place=DraftKey::Reword(id)/> })}
    }
}
