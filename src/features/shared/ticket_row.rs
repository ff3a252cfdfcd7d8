//! Tickets in lists: subject, state, age, whether there is something new, and where the record stands
//! between this device and the server.

use crate::features::shared::now::ago;
use crate::features::shared::standing::StateBadge;
use crate::features::shared::sync::SyncMark;
use crate::features::shared::words;
use crate::i18n::{Msg, t, tag};
use crate::live::{RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{Row, Rows};
use leptos::prelude::*;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{
    Kind, OperationId, RecordKey, Reference, TicketId, TicketKind, TicketState, User, UserId,
};
use rapport_store::columns::{customer, service, ticket as column};
use rapport_store::{Local, Query, QueryResult, Row as Record, Shown};
use rapport_sync::OutboxRow;
use std::collections::HashMap;
use uuid::Uuid;

/// Whether something happened that `reader` has not seen and did not do himself. `unread` tells
/// whether the ticket has moved at all since he last looked.
#[must_use]
pub fn is_news(record: &Record, reader: UserId, unread: bool) -> bool {
    let mine = |column| record.id_in(column) == Some(reader.0);
    let said_last = mine(column::LAST_COMMENT_BY);
    let filed = mine(column::REQUESTER) && record.int(column::LAST_COMMENT_AT).is_none();
    let state = TicketState::from(record.text(column::STATE));
    // The server's receipt of one's own words moves the ticket too.
    let only_mine = match state {
        TicketState::Acknowledged => said_last || filed,
        TicketState::InProgress => said_last,
        _ => false,
    };
    unread && !only_mine
}

/// Whether the reader sees tickets of more than one customer.
#[must_use]
pub fn sees_several(reader: &User) -> bool {
    match scope(&reader.role, Right::ReadTicket) {
        Scope::Nothing | Scope::Own | Scope::Organisation => false,
        Scope::Assigned => reader.assigned_customers.len() > 1,
        Scope::All => true,
    }
}

/// Where what is local of a record stands: what needs the user most.
fn local_sync(local: &Local, outbox: &[OutboxRow]) -> RecordSync {
    let concerns = |op: OperationId| {
        local.created == Some(op) || local.edits.contains(&op) || local.thread.contains(&op)
    };
    if local.is_clean() {
        return RecordSync::Received;
    }
    let rows = outbox.iter().filter(|row| concerns(row.item.op));
    rows.map(RecordSync::of).max().unwrap_or_default()
}

/// A list of tickets.
#[component]
pub fn TicketRows(
    /// The tickets.
    #[prop(into)]
    found: Signal<Option<QueryResult>>,
    /// What it lists, for screen readers; none where a heading says so.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let rows = memo(move || found.get().unwrap_or_default().rows);
    let by_id = memo(move || {
        rows.with(|rows| {
            let pairs = rows.iter().map(|shown| (shown.row.key.id, shown.clone()));
            pairs.collect::<HashMap<Uuid, Shown>>()
        })
    });
    let portal = use_portal();
    let known = Known {
        services: portal.rows(|| Query::all(Kind::Service)),
        customers: sees_several(&portal.me()).then(|| portal.rows(|| Query::all(Kind::Customer))),
    };
    let ids = move || rows.with(|rows| rows.iter().map(|r| r.row.key.id).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <TicketRow id by_id known/> }.into_any();
    match label {
        Some(label) => view! {
            <Rows label>
                {each(ids, |id| *id, one)}
            </Rows>
        }
        .into_any(),
        None => view! {
            <Rows>
                {each(ids, |id| *id, one)}
            </Rows>
        }
        .into_any(),
    }
}

/// What tickets name by an id.
#[derive(Clone, Copy)]
struct Known {
    services: Signal<Option<QueryResult>>,
    /// Where the reader sees tickets of several.
    customers: Option<Signal<Option<QueryResult>>>,
}

#[component]
fn TicketRow(id: Uuid, by_id: Memo<HashMap<Uuid, Shown>>, known: Known) -> impl IntoView {
    let portal = use_portal();
    let outbox = portal.outbox();
    let me = portal.me();
    let shown = memo(move || by_id.with(|all| all.get(&id).cloned()));
    let with = move |read: fn(&Record) -> String| {
        shown.with(|shown| shown.as_ref().map(|s| read(&s.row)).unwrap_or_default())
    };
    let state = memo(move || TicketState::from(with(|r| r.text(column::STATE).into()).as_str()));
    let requester =
        memo(move || shown.with(|s| s.as_ref().and_then(|s| s.row.id_in(column::REQUESTER))));
    let mine = move || requester.get() == Some(me.id.0);
    let active = move || shown.with(|s| s.as_ref().and_then(|s| s.row.time(column::ACTIVE_AT)));
    let reader = me.id;
    let unread = portal.clone();
    let is_new = memo(move || {
        let unread = active().is_some_and(|at| unread.is_unread(TicketId(id), at));
        shown.with(|s| s.as_ref().is_some_and(|s| is_news(&s.row, reader, unread)))
    });
    let about = move || {
        let name = shown.with(|s| {
            let wanted = s.as_ref()?.row.id_in(column::SERVICE)?;
            service_name(&known.services.get()?, wanted)
        });
        let customer = shown.with(|s| {
            let wanted = s.as_ref()?.row.id_in(column::CUSTOMER)?;
            customer_name(&known.customers?.get()?, wanted)
        });
        let number = with(number_of);
        let who = if mine() {
            String::new()
        } else {
            with(|r| r.text(column::REQUESTER_NAME).into())
        };
        let parts = [
            number,
            name.unwrap_or_default(),
            who,
            customer.unwrap_or_default(),
        ];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let sync = memo(move || {
        shown.with(|s| {
            let local = s.as_ref().map(|s| s.local.clone()).unwrap_or_default();
            outbox.with(|outbox| local_sync(&local, outbox))
        })
    });
    view! {
        <Row
            href=paths::ticket(id)
            title=derived(move || with(|r| r.text(column::SUBJECT).into()))
            aside=derived(move || active().map(ago).unwrap_or_default())
            is_new
            new_label=move || t(Msg::tickets_unread)
        >
            <StateBadge state mine=derived(mine)/>
            <span class="quiet row-about">{about}</span>
            <SyncMark sync/>
        </Row>
    }
}

/// The number of a ticket, else its kind and the receipt number.
fn number_of(record: &Record) -> String {
    match record.text(column::NUMBER) {
        "" => {
            let kind = words::kind(&TicketKind::from(record.text(column::KIND)));
            format!("{kind} {}", Reference::of(record.key.id))
        }
        number => number.to_owned(),
    }
}

fn service_name(services: &QueryResult, wanted: Uuid) -> Option<String> {
    let key = RecordKey {
        kind: Kind::Service,
        id: wanted,
    };
    let found = services.rows.iter().find(|shown| shown.row.key == key)?;
    Some(found.row.text_in(service::NAME, &tag()).to_owned())
}

fn customer_name(customers: &QueryResult, wanted: Uuid) -> Option<String> {
    let found = customers
        .rows
        .iter()
        .find(|shown| shown.row.key.id == wanted)?;
    Some(found.row.text(customer::NAME).to_owned())
}

#[cfg(test)]
mod tests;
