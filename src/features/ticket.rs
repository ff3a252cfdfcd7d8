//! A ticket: what it is about, where it stands and whose turn it is; one timeline; the answer box;
//! what can be done; the facts.

mod actions;
mod answer;
mod answers;
mod approval;
mod clocks;
mod conversation;
mod entry;
mod facts;
mod files;
mod head;
mod reopen;
mod reword;
mod steps;
mod survey;
mod timeline;

use crate::features::shared::{
    DraftKey, FaultNote, Heading, LeftDraft, OfflineNote, Places, explain,
};
use crate::i18n::{Msg, t};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, effect, memo};
use crate::ui::{Button, LinkButton};
use actions::{Actions, ConfirmSolution};
use answer::AnswerBox;
use approval::{Decide, Decision};
use clocks::Clocks;
use conversation::Conversation;
use facts::TicketFacts;
use head::Head;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_domain::{Entity, Kind, RecordKey, Ticket, TicketId};
use rapport_store::Fault;
use survey::HowWasIt;

/// A ticket as far as it is known; every part of the page reads from it.
pub(super) type Known = Signal<Option<Ticket>>;

/// Something of the ticket, or nothing while it is not known.
fn of<T: Default>(ticket: Known, read: impl FnOnce(&Ticket) -> T) -> T {
    ticket.with(|ticket| ticket.as_ref().map(read).unwrap_or_default())
}

/// What there is to show.
#[derive(Clone, PartialEq)]
enum Shows {
    Nothing,
    Missing,
    Failed(Fault),
    Ticket,
}

/// The page of a ticket.
#[component]
pub fn TicketPage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<TicketId>().ok()));
    move || match id.get() {
        Some(id) => view! { <TicketOf id/> }.into_any(),
        None => view! { <MissingTicket id=None/> }.into_any(),
    }
}

#[component]
fn TicketOf(id: TicketId) -> impl IntoView {
    let portal = use_portal();
    let loaded = portal.record(move || RecordKey {
        kind: Kind::Ticket,
        id: id.0,
    });
    // What is on the screen stays there while it is read again.
    let ticket: Known = Memo::new(move |before: Option<&Option<Ticket>>| match loaded.get() {
        Loaded::Ready(Entity::Ticket(ticket)) => Some(ticket),
        Loaded::Missing => None,
        _ => before.cloned().flatten(),
    })
    .into();
    let shows = memo(move || match loaded.get() {
        _ if ticket.with(Option::is_some) => Shows::Ticket,
        Loaded::Missing | Loaded::Ready(_) => Shows::Missing,
        Loaded::Failed(fault) => Shows::Failed(fault),
        Loaded::Loading => Shows::Nothing,
    });
    let seen = memo(move || {
        ticket.with(|ticket| {
            let ticket = ticket.as_ref()?;
            let said = ticket.last_comment.as_ref().map(|last| last.at);
            Some(said.map_or(ticket.stamp.updated_at, |at| {
                at.max(ticket.stamp.updated_at)
            }))
        })
    });
    effect(move || {
        if let Some(at) = seen.get() {
            portal.mark_read(id, at);
        }
    });
    move || match shows.get() {
        Shows::Nothing => ().into_any(),
        Shows::Missing => view! { <MissingTicket id=Some(id)/> }.into_any(),
        Shows::Failed(fault) => {
            let fault = derived(move || Some(explain::unreadable(&fault)));
            view! { <FaultNote fault/> }.into_any()
        }
        Shows::Ticket => view! { <TicketView id ticket/> }.into_any(),
    }
}

#[component]
fn TicketView(id: TicketId, ticket: Known) -> impl IntoView {
    view! {
        <div class="two">
            <div class="stack">
                <Head id ticket/>
                <Decide id/>
                <ConfirmSolution ticket/>
                <HowWasIt id/>
                <Conversation id ticket/>
                <AnswerBox id ticket/>
            </div>
            <aside class="stack" aria-label=move || t(Msg::ticket_details)>
                <Clocks id/>
                <Decision id/>
                <TicketFacts ticket/>
                <Actions id ticket/>
            </aside>
        </div>
    }
}

#[component]
fn MissingTicket(id: Option<TicketId>) -> impl IntoView {
    let portal = use_portal();
    let check = Callback::new(move |()| portal.check_now());
    view! {
        <Places href=paths::tickets() label=move || t(Msg::tickets_title)/>
        <Heading title=move || t(Msg::ticket_missing_title)/>
        <p>{move || t(Msg::ticket_missing_text)}</p>
        <div class="head">
            <LinkButton href=paths::tickets() label=move || t(Msg::tickets_title)/>
            <Button label=move || t(Msg::settings_check_now) on_press=check/>
        </div>
        {id
            .map(|id| {
                [DraftKey::Answer(id), DraftKey::Reopen(id), DraftKey::Reword(id)]
                    .map(|place| view! { <LeftDraft place/> })
                    .collect_view()
            })}
        <OfflineNote/>
    }
}
