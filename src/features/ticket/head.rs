//! The top of a ticket: subject, state, and what is expected of whom.

use super::approval::undecided;
use super::steps::{Turn, turn};
use super::{Known, of};
use crate::features::shared::{Heading, Places, StateBadge, SyncMark, ago};
use crate::i18n::{Msg, t, text, tf};
use crate::live::{Loaded, RecordSync, use_portal};
use crate::paths;
use crate::signals::derived;
use leptos::prelude::*;
use rapport_domain::{Entity, Kind, RecordKey, Reference, TicketId, TicketState};

/// The top of a ticket.
#[component]
pub fn Head(id: TicketId, ticket: Known) -> impl IntoView {
    let portal = use_portal();
    let undecided = undecided(id);
    let me = portal.me();
    let key = move || {
        let id = of(ticket, |ticket| ticket.id.0.as_u128());
        RecordKey {
            kind: Kind::Ticket,
            id: uuid::Uuid::from_u128(id),
        }
    };
    let sync = portal.sync_of(key);
    let service = portal.record(move || {
        let id = of(ticket, |ticket| ticket.service.map(|id| id.0.as_u128()));
        RecordKey {
            kind: Kind::Service,
            id: uuid::Uuid::from_u128(id.unwrap_or_default()),
        }
    });
    let names = move || {
        let number = of(ticket, |ticket| match &ticket.number {
            Some(number) => number.clone(),
            None => tf(
                Msg::reference,
                &[("reference", &Reference::of(ticket.id.0).to_string())],
            ),
        });
        let service = service.with(|loaded| match loaded {
            Loaded::Ready(Entity::Service(service)) => Some(text(&service.name)),
            _ => None,
        });
        [Some(number), service]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let state = derived(move || {
        ticket.with(|t| {
            t.as_ref()
                .map_or(TicketState::Acknowledged, |t| t.state.clone())
        })
    });
    let reader = me.clone();
    let mine = derived(move || of(ticket, |t| t.requester.id == Some(reader.id)));
    let updated = move || {
        let at = ticket.with(|t| t.as_ref().map(|t| t.stamp.updated_at));
        at.map(|at| tf(Msg::ticket_updated, &[("time", &ago(at))]))
            .unwrap_or_default()
    };
    let expected = move || {
        // What waits for a decision says so itself.
        if undecided.get() {
            return None;
        }
        ticket.with(|ticket| {
            let ticket = ticket.as_ref()?;
            let received = ticket.stamp.received_at.is_some() || ticket.stamp.remote_id.is_some();
            let worker = ticket.assignee.as_ref().map(|person| person.name.clone());
            expectation(turn(&me, ticket, received), worker, &ticket.requester.name)
        })
    };
    let is_sent = move || matches!(sync.get(), RecordSync::Received);
    view! {
        <div class="ticket-head">
            <Places href=paths::tickets() label=move || t(Msg::tickets_title) rest=derived(names)/>
            <Heading title=derived(move || of(ticket, |t| t.subject.clone()))/>
            <p class="head">
                <StateBadge state mine/>
                {move || is_sent().then(|| view! { <span class="quiet">{updated}</span> })}
                {move || (!is_sent()).then(|| view! { <SyncMark sync long=true/> })}
            </p>
            {move || expected().map(|words| view! { <p class="expected">{words}</p> })}
        </div>
    }
}

/// What is expected of whom; nothing where the sync state or the state itself says it all.
fn expectation(turn: Turn, worker: Option<String>, requester: &str) -> Option<String> {
    Some(match (turn, worker) {
        (Turn::NotSent | Turn::Nobody, _) => return None,
        (Turn::DeskLooks, _) => t(Msg::ticket_turn_desk_looks),
        (Turn::DeskWorks, Some(name)) => tf(Msg::ticket_turn_person_works, &[("name", &name)]),
        (Turn::DeskWorks, None) => t(Msg::ticket_turn_desk_works),
        (Turn::YouAnswer, _) => t(Msg::ticket_turn_you_answer),
        (Turn::YouConfirm, _) => t(Msg::ticket_turn_you_confirm),
        (Turn::RequesterActs, _) => tf(Msg::ticket_turn_requester, &[("name", requester)]),
        (Turn::OnHold, _) => t(Msg::ticket_turn_on_hold),
    })
}
