//! The timeline on the screen. On a narrow one everything before the last words and what they answer is
//! folded, so that those are in sight at once; a wide one shows it all.

use super::Known;
use super::entry::EntryView;
use super::timeline::{Entry, PendingEdit, earlier, timeline};
use crate::i18n::{Msg, t, tn};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::Timeline;
use crate::ui::each;
use leptos::prelude::*;
use rapport_domain::{Entity, Intent, Kind, PersonRef, TicketId, User};
use rapport_store::columns::{attachment, comment, ticket_change};
use rapport_store::{Filter, Query};
use rapport_sync::OutboxRow;
use std::collections::HashMap;
use uuid::Uuid;

/// The timeline of a ticket.
#[component]
pub fn Conversation(id: TicketId, ticket: Known) -> impl IntoView {
    let entries = entries(id, ticket);
    let by_id = memo(move || {
        entries.with(|entries| {
            entries
                .iter()
                .map(|e| (e.id, e.clone()))
                .collect::<HashMap<Uuid, Entry>>()
        })
    });
    let me = use_portal().me().id;
    let fold = memo(move || entries.with(|entries| earlier(entries, me)));
    let ids = move |part: fn(&[Entry], usize) -> &[Entry]| {
        entries.with(|entries| {
            part(entries, fold.get())
                .iter()
                .map(|e| e.id)
                .collect::<Vec<_>>()
        })
    };
    let one = move |entry: Uuid| view! { <EntryView id=entry by_id/> }.into_any();
    let before = move || ids(|entries, fold| entries.get(..fold).unwrap_or_default());
    let newest = move || ids(|entries, fold| entries.get(fold..).unwrap_or_default());
    let has_earlier = memo(move || fold.get() > 0);
    view! {
        <div class="conversation">
            {move || {
                has_earlier
                    .get()
                    .then(|| {
                        view! {
                            <details class="earlier">
                                <summary>
                                    {move || tn(Msg::ticket_earlier, fold.get() as u64)}
                                </summary>
                                <Timeline label=move || t(Msg::ticket_earlier_events)>
                                    {each(before, |id| *id, one)}
                                </Timeline>
                            </details>
                        }
                    })
            }}
            <Timeline label=move || t(Msg::ticket_conversation)>
                {each(newest, |id| *id, one)}
            </Timeline>
        </div>
    }
}

/// All that is known of the ticket as one list, followed.
fn entries(id: TicketId, ticket: Known) -> Memo<Vec<Entry>> {
    let portal = use_portal();
    let of_ticket = |kind: Kind, column| {
        portal.records(move || Query::all(kind).filter(Filter::eq(column, id.0)))
    };
    let comments = of_ticket(Kind::Comment, comment::TICKET);
    let files = of_ticket(Kind::Attachment, attachment::TICKET);
    let changes = of_ticket(Kind::TicketChange, ticket_change::TICKET);
    let outbox = portal.outbox();
    let me = portal.me();
    memo(move || {
        let Some(ticket) = ticket.get() else {
            return Vec::new();
        };
        let comments = only(comments.get(), |entity| match entity {
            Entity::Comment(comment) => Some(comment),
            _ => None,
        });
        let files = only(files.get(), |entity| match entity {
            Entity::Attachment(file) => Some(file),
            _ => None,
        });
        let changes = only(changes.get(), |entity| match entity {
            Entity::TicketChange(change) => Some(change),
            _ => None,
        });
        let edits = outbox.with(|outbox| pending_edits(outbox, id, &me));
        timeline(&ticket, &comments, &files, &changes, &edits)
    })
}

fn only<T>(found: Option<Vec<Entity>>, pick: fn(Entity) -> Option<T>) -> Vec<T> {
    found
        .unwrap_or_default()
        .into_iter()
        .filter_map(pick)
        .collect()
}

fn pending_edits(outbox: &[OutboxRow], id: TicketId, me: &User) -> Vec<PendingEdit> {
    let pending = |row: &OutboxRow| match &row.item.intent {
        Intent::Edit { target, edit, .. } if target.id == id.0 => Some(PendingEdit {
            op: row.item.op,
            by: PersonRef {
                id: Some(me.id),
                name: me.name.clone(),
            },
            said_at: row.item.said_at,
            edit: edit.clone(),
        }),
        _ => None,
    };
    outbox.iter().filter_map(pending).collect()
}
