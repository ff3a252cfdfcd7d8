//! What is not sent yet: everything by itself, in its author's words, with what can be done.

mod card;
mod conflict;
mod discard;
mod edit;
mod export;
mod item;
mod item_words;
mod rescue;
mod unreadable;

use crate::features::shared::{Heading, OfflineNote};
use crate::i18n::{Msg, t, tn};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::each;
use crate::ui::{EmptyState, announce};
use card::ItemCard;
pub use edit::EditPage;
use export::ExportAll;
use item::{Item, item};
use leptos::prelude::*;
use rapport_domain::{Kind, OperationId, TicketId, TicketState};
use rapport_store::columns::ticket;
use rapport_store::{Filter, Query};
use std::collections::HashMap;
use unreadable::Unreadable;

/// What a ticket is called, and where it stands, as far as this device knows.
#[derive(Clone, Debug, PartialEq)]
struct Named {
    number: String,
    subject: String,
    state: TicketState,
}

/// Every unsent change as its author sees it, in order, with the tickets they belong to.
fn items() -> (Memo<Vec<Item>>, Memo<HashMap<TicketId, Named>>) {
    let portal = use_portal();
    let (outbox, status) = (portal.outbox(), portal.status());
    let tickets = portal.rows(move || {
        let ids = outbox.with(|rows| rows.iter().map(|r| r.item.intent.ticket().0).collect());
        Query::all(Kind::Ticket).filter(Filter::Ids(ids))
    });
    let named = memo(move || {
        let found = tickets.get().unwrap_or_default().rows;
        let each = found.iter().map(|shown| {
            let named = Named {
                number: shown.row.text(ticket::NUMBER).to_owned(),
                subject: shown.row.text(ticket::SUBJECT).to_owned(),
                state: TicketState::from(shown.row.text(ticket::STATE)),
            };
            (TicketId(shown.row.key.id), named)
        });
        each.collect::<HashMap<_, _>>()
    });
    let items = memo(move || {
        outbox.with(|rows| {
            status.with(|status| {
                named.with(|named| {
                    let state = |id: TicketId| named.get(&id).map(|named| &named.state);
                    let each = rows
                        .iter()
                        .map(|row| item(&row.item, rows, status, state(row.item.intent.ticket())));
                    each.collect::<Vec<_>>()
                })
            })
        })
    });
    (items, named)
}

/// What is not sent yet.
#[component]
pub fn UnsentPage() -> impl IntoView {
    let (items, named) = items();
    let by_op = memo(move || {
        items.with(|items| {
            items
                .iter()
                .map(|i| (i.op, i.clone()))
                .collect::<HashMap<OperationId, Item>>()
        })
    });
    let ops = move || items.with(|items| items.iter().map(|item| item.op).collect::<Vec<_>>());
    let count = memo(move || items.with(|items| items.len() as u64));
    Effect::new(move |before: Option<u64>| {
        let count = count.get();
        // That there are none any more is said everywhere.
        if count > 0 && before.is_some_and(|before| before != count) {
            announce(untrack(|| tn(Msg::unsent_count, count)));
        }
        count
    });
    let one = move |op: OperationId| view! { <ItemCard op by_op named/> }.into_any();
    let is_empty = memo(move || count.get() == 0);
    let unreadable = use_portal().unreadable();
    let has_any = memo(move || !is_empty.get() || unreadable.get() > 0);
    view! {
        <div class="page-top">
            <Heading title=move || t(Msg::unsent_title)/>
            <p class="quiet">{move || t(Msg::unsent_lead)}</p>
        </div>
        <OfflineNote/>
        <Unreadable/>
        {move || {
            if !has_any.get() {
                view! {
                    <EmptyState
                        title=move || t(Msg::unsent_none_title)
                        text=move || t(Msg::unsent_none_text)
                    />
                }
                    .into_any()
            } else {
                view! {
                    {move || {
                        (!is_empty.get())
                            .then(|| {
                                view! {
                                    <ul
                                        class="stack unsent"
                                        aria-label=move || tn(Msg::unsent_count, count.get())
                                    >
                                        {each(ops, |op| *op, one)}
                                    </ul>
                                }
                            })
                    }}
                    <ExportAll/>
                }
                    .into_any()
            }
        }}
    }
}
