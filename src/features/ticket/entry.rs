//! One event of the timeline on the screen.

use super::files::FileList;
use super::timeline::{Change, Entry, What};
use crate::features::shared::{SyncMark, moment, words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::{RecordSync, use_portal};
use crate::signals::{derived, memo};
use crate::ui::{ChangeLine, Message};
use leptos::prelude::*;
use rapport_domain::{Attachment, Role, TicketState, Timestamp, User};
use rapport_sync::OutboxRow;
use std::collections::HashMap;
use uuid::Uuid;

/// One event, by its name among all of the ticket.
#[component]
pub fn EntryView(id: Uuid, by_id: Memo<HashMap<Uuid, Entry>>) -> impl IntoView {
    let me = use_portal().me();
    let entry = memo(move || by_id.with(|all| all.get(&id).cloned()));
    let is_words = entry.with_untracked(|entry| entry.as_ref().is_some_and(Entry::is_words));
    let sync = sync_of(id, entry);
    if is_words {
        view! { <Words entry sync me/> }.into_any()
    } else {
        view! { <Changed entry sync me/> }.into_any()
    }
}

/// Where the entry stands: what makes it, or changes it, in the outbox.
fn sync_of(id: Uuid, entry: Memo<Option<Entry>>) -> Memo<RecordSync> {
    let outbox = use_portal().outbox();
    memo(move || {
        let pending = entry.with(|entry| entry.as_ref().is_some_and(Entry::is_pending));
        let files = entry.with(|entry| {
            entry
                .as_ref()
                .map(|e| files(e).to_vec())
                .unwrap_or_default()
        });
        let concerns = |row: &&OutboxRow| {
            let target = row.item.intent.target().id;
            let makes = row.item.intent.created().is_some() && target == id;
            // A pending change has the name of its operation, one more for each further field.
            let changes = row.item.op.0.as_u128() <= id.as_u128()
                && id.as_u128() - row.item.op.0.as_u128() < 5;
            makes || changes || files.iter().any(|file| file.id.0 == target)
        };
        let worst = outbox.with(|rows| rows.iter().filter(concerns).map(RecordSync::of).max());
        // Sent a moment ago, and not yet back: it is still on its way.
        worst.unwrap_or(if pending {
            RecordSync::Sending
        } else {
            RecordSync::Received
        })
    })
}

fn files(entry: &Entry) -> &[Attachment] {
    match &entry.what {
        What::Opening { files, .. } | What::Words { files, .. } | What::Files(files) => files,
        What::Change(_) => &[],
    }
}

fn said(entry: Memo<Option<Entry>>) -> Signal<String> {
    derived(move || entry.with(|e| e.as_ref().map(|e| moment(e.said_at)).unwrap_or_default()))
}

#[component]
fn Words(entry: Memo<Option<Entry>>, sync: Memo<RecordSync>, me: User) -> impl IntoView {
    let reader = me.clone();
    let author = derived(move || {
        entry.with(|e| words::person(e.as_ref().and_then(|e| e.by.as_ref()), &reader))
    });
    let mine =
        derived(move || entry.with(|e| e.as_ref().and_then(|e| e.by.as_ref()?.id) == Some(me.id)));
    let role = derived(move || {
        let of_desk = |role: &Role| matches!(role, Role::Agent | Role::Administrator);
        let is_desk = entry.with(|e| {
            e.as_ref()
                .and_then(|e| e.role.as_ref())
                .is_some_and(of_desk)
        });
        if is_desk && !mine.get() {
            t(Msg::person_desk)
        } else {
            String::new()
        }
    });
    let text = move || {
        entry.with(|entry| match entry.as_ref().map(|e| &e.what) {
            Some(What::Opening {
                text,
                answered: true,
                ..
            }) if text.trim().is_empty() => t(Msg::ticket_answers_below),
            Some(What::Opening { text, files, .. })
                if text.trim().is_empty() && files.is_empty() =>
            {
                t(Msg::ticket_no_description)
            }
            Some(What::Opening { text, .. } | What::Words { text, .. }) => text.clone(),
            _ => String::new(),
        })
    };
    let files =
        memo(move || entry.with(|e| e.as_ref().map(|e| files(e).to_vec()).unwrap_or_default()));
    view! {
        <Message author role when=said(entry) mine>
            {move || {
                let words = text();
                (!words.is_empty()).then(|| view! { <p class="say" dir="auto">{words}</p> })
            }}
            <FileList files/>
            // Of what others said only they need to know where it stands.
            {move || {
                let told = mine.get() || sync.get() != RecordSync::Received;
                told.then(|| view! { <Times entry sync/> })
            }}
        </Message>
    }
}

/// Where the record stands, and on demand when it was said and when the server got it.
#[component]
fn Times(entry: Memo<Option<Entry>>, sync: Memo<RecordSync>) -> impl IntoView {
    let received = move || sync.get() == RecordSync::Received;
    let at = move |read: fn(&Entry) -> Option<Timestamp>| {
        entry
            .with(|e| e.as_ref().and_then(read))
            .map(fmt::date_time)
    };
    view! {
        <details class="times">
            <summary>
                {move || {
                    if received() {
                        view! { <span class="quiet">{t(Msg::sync_received)}</span> }.into_any()
                    } else {
                        view! { <SyncMark sync long=true/> }.into_any()
                    }
                }}
            </summary>
            <dl class="facts">
                <dt>{move || t(Msg::ticket_said)}</dt>
                <dd class="num">{move || at(|e| Some(e.said_at))}</dd>
                <dt>{move || t(Msg::ticket_received)}</dt>
                <dd class="num">
                    {move || {
                        at(|e| e.received_at).unwrap_or_else(|| t(Msg::ticket_received_not_yet))
                    }}
                </dd>
            </dl>
        </details>
    }
}

#[component]
fn Changed(entry: Memo<Option<Entry>>, sync: Memo<RecordSync>, me: User) -> impl IntoView {
    let headline = derived(move || {
        entry.with(|entry| {
            let Some(Entry {
                what: What::Change(change),
                by,
                ..
            }) = entry
            else {
                return String::new();
            };
            let who = words::person(by.as_ref(), &me);
            let took_it_over = change.field == "assignee" && change.to.as_deref() == Some(&who);
            if took_it_over {
                change_words(change)
            } else {
                format!("{}: {}", who, change_words(change))
            }
        })
    });
    let note = move || {
        entry.with(|entry| match entry.as_ref().map(|e| &e.what) {
            Some(What::Change(change)) => change.note.clone(),
            _ => None,
        })
    };
    view! {
        <ChangeLine text=headline when=said(entry)>
            {move || note().map(|note| view! { <p class="say" dir="auto">{note}</p> })}
            {move || {
                (sync.get() != RecordSync::Received).then(|| view! { <SyncMark sync long=true/> })
            }}
        </ChangeLine>
    }
}

/// A change in words.
fn change_words(change: &Change) -> String {
    let field = change.field.as_str();
    let worded = |value: &Option<String>| {
        let value = value.as_deref().filter(|value| !value.is_empty())?;
        Some(words::field_value(field, value, false))
    };
    let (from, to) = (worded(&change.from), worded(&change.to));
    let to_words = to.clone().unwrap_or_default();
    match (field, from, to) {
        ("state", from, _) => {
            let before = change.from.as_deref().map(TicketState::from);
            let after = change.to.as_deref().map(TicketState::from);
            match (before, after, from) {
                (_, Some(TicketState::Closed), _) => t(Msg::change_closed),
                (_, Some(TicketState::Resolved), _) => t(Msg::change_solved),
                (_, Some(TicketState::Pending), _) => t(Msg::change_asked),
                (Some(before), Some(after), _) if before.is_over() && !after.is_over() => {
                    t(Msg::change_reopened)
                }
                (_, _, Some(from)) => tf(Msg::change_state, &[("from", &from), ("to", &to_words)]),
                (_, _, None) => tf(Msg::change_state_to, &[("to", &to_words)]),
            }
        }
        ("priority", Some(from), Some(to)) => {
            tf(Msg::change_priority, &[("from", &from), ("to", &to)])
        }
        ("priority", None, Some(to)) => tf(Msg::change_priority_to, &[("to", &to)]),
        ("assignee", _, Some(to)) => tf(Msg::change_assignee, &[("to", &to)]),
        ("assignee", _, None) => t(Msg::change_assignee_none),
        ("subject", _, Some(to)) => tf(Msg::change_subject, &[("to", &to)]),
        ("description", ..) => t(Msg::change_description),
        ("impact", _, Some(to)) => tf(Msg::change_impact, &[("to", &to)]),
        ("urgency", _, Some(to)) => tf(Msg::change_urgency, &[("to", &to)]),
        _ => tf(
            Msg::change_field,
            &[("field", &words::field_name(field)), ("to", &to_words)],
        ),
    }
}
