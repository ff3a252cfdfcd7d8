//! The requests that wait for the approval of the reader.

use crate::features::shared::{SyncMark, ago};
use crate::i18n::{Msg, t};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Row, Rows, State, each};
use leptos::prelude::*;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Approval, ApprovalState, Entity, Kind, RecordKey, Typed};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

const STATE: Column = column(Kind::Approval, "state");

/// What a manager is asked to agree to; nothing for others, or where nothing is asked.
#[component]
pub fn Approvals() -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    if scope(&me.role, Right::DecideApproval) != Scope::Organisation {
        return ().into_any();
    }
    let all = portal.all::<Approval>(|| {
        let waits = ApprovalState::Requested.to_string();
        Query::all(Kind::Approval).filter(Filter::eq(STATE, waits))
    });
    let asked = memo(move || {
        let mut all = all.get().unwrap_or_default();
        all.retain(|one| one.may_decide(&me));
        all.sort_by_key(|one| one.stamp.said_at);
        all
    });
    let section = move || {
        (!asked.with(Vec::is_empty)).then(|| {
            view! {
                <section class="stack">
                    <h2>{move || t(Msg::home_approvals)}</h2>
                    <Rows>
                        {each(
                            move || asked.get(),
                            |one| one.id,
                            |approval| view! { <Asked approval/> }.into_any(),
                        )}
                    </Rows>
                </section>
            }
        })
    };
    section.into_any()
}

#[component]
fn Asked(approval: Approval) -> impl IntoView {
    let loaded = use_portal().record(move || RecordKey {
        kind: Kind::Ticket,
        id: approval.ticket.0,
    });
    let subject = derived(move || {
        loaded.with(|loaded| match loaded {
            Loaded::Ready(Entity::Ticket(ticket)) => ticket.subject.clone(),
            _ => t(Msg::kind_service_request),
        })
    });
    let key = approval.to_record().key();
    let sync = use_portal().sync_of(move || key);
    let asked_at = approval.stamp.said_at;
    let name = approval.requester.name;
    view! {
        <Row
            href=paths::ticket(approval.ticket)
            title=subject
            aside=derived(move || ago(asked_at))
        >
            <State tone=|| "you" label=move || t(Msg::approval_requested)/>
            <span class="quiet row-about">{name}</span>
            <SyncMark sync/>
        </Row>
    }
}
