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
use crate::i18n::{Msg, t, text, tn};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::each;
use crate::ui::{EmptyState, announce};
use card::ItemCard;
pub use edit::EditPage;
use export::ExportAll;
use item::{Item, item};
use leptos::prelude::*;
use rapport_domain::{Invitation, Kind, OperationId, RecordKey, Survey, TicketState};
use rapport_store::columns::ticket;
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use rapport_sync::OutboxRow;
use std::collections::HashMap;
use unreadable::Unreadable;

/// What a record is called, as far as this device knows.
#[derive(Clone, Debug, PartialEq)]
struct Named {
    number: String,
    subject: String,
    /// Whether words can still be added.
    takes_words: bool,
}

/// The kinds whose records have a number and a subject, with the columns that tell them.
const NUMBERED: [(Kind, Column, Column); 6] = [
    (Kind::Ticket, ticket::NUMBER, ticket::SUBJECT),
    (
        Kind::Complaint,
        column(Kind::Complaint, "number"),
        column(Kind::Complaint, "subject"),
    ),
    titled(Kind::Survey, "title"),
    titled(Kind::Review, "title"),
    titled(Kind::Action, "title"),
    titled(Kind::Contact, "name"),
];

/// A kind whose records have no number.
const fn titled(kind: Kind, title: &'static str) -> (Kind, Column, Column) {
    let title = column(kind, title);
    (kind, title, title)
}

/// The records of one kind that unsent changes belong to.
fn named(kind: Kind, number: Column, subject: Column) -> Memo<HashMap<RecordKey, Named>> {
    let portal = use_portal();
    let outbox = portal.outbox();
    let found = portal.rows(move || {
        let ids = outbox.with(|rows| rows.iter().map(|r| r.item.intent.subject().id).collect());
        Query::all(kind).filter(Filter::Ids(ids))
    });
    memo(move || {
        let found = found.get().unwrap_or_default().rows;
        let each = found.iter().map(|shown| {
            let row = &shown.row;
            let is_ticket = kind == Kind::Ticket;
            let named = Named {
                // A title is none; it is quoted.
                number: if number == subject {
                    String::new()
                } else {
                    row.text(number).to_owned()
                },
                subject: row.text(subject).to_owned(),
                takes_words: !is_ticket
                    || TicketState::from(row.text(ticket::STATE)).takes_comments(),
            };
            (row.key, named)
        });
        each.collect()
    })
}

/// The invitations that unsent changes belong to, by what is asked.
fn invited() -> Memo<HashMap<RecordKey, Named>> {
    let portal = use_portal();
    let outbox = portal.outbox();
    let invitations = portal.all::<Invitation>(move || {
        let ids = outbox.with(|rows| rows.iter().map(|r| r.item.intent.subject().id).collect());
        Query::all(Kind::Invitation).filter(Filter::Ids(ids))
    });
    let surveys = portal.all::<Survey>(|| Query::all(Kind::Survey));
    memo(move || {
        let surveys = surveys.get().unwrap_or_default();
        let each = invitations.get().unwrap_or_default().into_iter();
        let each = each.filter_map(|one| {
            let survey = surveys.iter().find(|survey| survey.id == one.survey)?;
            let key = RecordKey {
                kind: Kind::Invitation,
                id: one.id.0,
            };
            let named = Named {
                number: String::new(),
                subject: text(&survey.title),
                takes_words: true,
            };
            Some((key, named))
        });
        each.collect()
    })
}

/// Every unsent change as its author sees it, in order, with the records they belong to.
fn items() -> (Memo<Vec<Item>>, Memo<HashMap<RecordKey, Named>>) {
    let portal = use_portal();
    let (outbox, status) = (portal.outbox(), portal.status());
    let each = NUMBERED.map(|(kind, number, subject)| named(kind, number, subject));
    let invited = invited();
    let named = memo(move || {
        let all = each
            .iter()
            .flat_map(|named| named.get())
            .chain(invited.get());
        all.collect::<HashMap<_, _>>()
    });
    let items = memo(move || {
        outbox.with(|rows| {
            status.with(|status| {
                named.with(|named| {
                    let takes_words = |row: &OutboxRow| {
                        let named = named.get(&row.item.intent.subject());
                        named.is_none_or(|named| named.takes_words)
                    };
                    let each = rows
                        .iter()
                        .map(|row| item(&row.item, rows, status, takes_words(row)));
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
