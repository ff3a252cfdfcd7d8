//! One unsent change on the screen.

use super::Named;
use super::conflict::ConflictTable;
use super::discard::DiscardDialog;
use super::item::{Action, Item, Why};
use super::item_words::{headline, kind, names_itself, obstacle, waiting};
use super::rescue::{new_from, reopen_with};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{Connection, FaultNote, SyncMark, ago, connection};
use crate::i18n::{Msg, t, tf};
use crate::live::{self, Portal, RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{Button, ButtonKind, LinkButton, Note, Tone};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use rapport_domain::{FieldConflict, Kind, OperationId, RecordKey};
use rapport_sync::actions::NotNow;
use std::collections::HashMap;

/// One unsent change.
#[component]
pub fn ItemCard(
    op: OperationId,
    by_op: Memo<HashMap<OperationId, Item>>,
    named: Memo<HashMap<RecordKey, Named>>,
) -> impl IntoView {
    let item = memo(move || by_op.with(|all| all.get(&op).cloned()));
    let connection = connection();
    let fault = RwSignal::new(None::<Explained>);
    let of = move |read: fn(&Item, Option<&Named>) -> String| {
        item.with(|item| {
            let item = item.as_ref()?;
            Some(named.with(|named| read(item, named.get(&item.subject))))
        })
        .unwrap_or_default()
    };
    let outbox = use_portal().outbox();
    let sync = memo(move || {
        let of = |rows: &Vec<rapport_sync::OutboxRow>| {
            rows.iter()
                .find(|row| row.item.op == op)
                .map(RecordSync::of)
        };
        outbox.with(of).unwrap_or_default()
    });
    let words = move || {
        item.with(|item| match item.as_ref() {
            Some(item) if !names_itself(&item.what) => item.words.clone(),
            _ => String::new(),
        })
    };
    view! {
        <li class="card unsent-item">
            <div class="head">
                <h2 dir="auto">{move || of(headline)}</h2>
                <span class="end"></span>
                <SyncMark sync/>
            </div>
            {move || {
                let words = words();
                (!words.is_empty()).then(|| view! { <p class="said" dir="auto">{words}</p> })
            }}
            <About item connection kind=derived(move || of(kind))/>
            <Obstacle item/>
            <Actions op item fault/>
            <FaultNote fault/>
        </li>
    }
}

/// Since when, its reference, why it waits.
#[component]
fn About(
    item: Memo<Option<Item>>,
    connection: Signal<Connection>,
    kind: Signal<String>,
) -> impl IntoView {
    let facts = move || {
        item.with(|item| {
            let item = item.as_ref()?;
            let parts = [
                kind.get(),
                tf(Msg::unsent_since, &[("time", &ago(item.since))]),
                tf(
                    Msg::reference,
                    &[("reference", &item.reference.to_string())],
                ),
            ];
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            Some(parts.collect::<Vec<_>>().join(" · "))
        })
    };
    let reason = move || {
        item.with(|item| {
            item.as_ref()
                .map(|item| waiting(&item.why, connection.get()))
        })
        .filter(|words| !words.is_empty())
    };
    let place = move || item.with(|item| paths::record(item.as_ref()?.subject));
    view! {
        {move || reason().map(|words| view! { <p>{words}</p> })}
        <p class="quiet">
            {facts}
            {move || {
                place().map(|href| {
                    view! {
                        " · "
                        <A href>{move || t(open_words(item))}</A>
                    }
                })
            }}
        </p>
    }
}

/// What the link to the record says.
fn open_words(item: Memo<Option<Item>>) -> Msg {
    let kind = item.with(|item| item.as_ref().map(|item| item.subject.kind));
    match kind {
        Some(Kind::Ticket) => Msg::unsent_open_ticket,
        _ => Msg::unsent_open,
    }
}

/// What stands in the way, and with a conflict all three versions.
#[component]
fn Obstacle(item: Memo<Option<Item>>) -> impl IntoView {
    let why = memo(move || item.with(|item| item.as_ref().map(|item| item.why.clone())));
    let fields = move || match why.get() {
        Some(Why::Conflict(fields)) => fields,
        _ => Vec::<FieldConflict>::new(),
    };
    move || {
        let (title, text) = why.with(|why| why.as_ref().and_then(obstacle))?;
        let fields = fields();
        Some(view! {
            <Note title text tone=Tone::Bad/>
            {(!fields.is_empty()).then(|| view! { <ConflictTable fields/> })}
        })
    }
}

/// What can be done.
#[component]
fn Actions(
    op: OperationId,
    item: Memo<Option<Item>>,
    fault: RwSignal<Option<Explained>>,
) -> impl IntoView {
    let actions =
        memo(move || item.with(|i| i.as_ref().map(|i| i.actions.clone()).unwrap_or_default()));
    let discarding = RwSignal::new(false);
    // The same place holds an item when the outcome comes to be unknown, so its words follow.
    let retry = memo(move || {
        item.with(|item| match item.as_ref().map(|item| &item.why) {
            Some(Why::Checking) => Msg::unsent_check_again,
            Some(Why::OutcomeUnknown) => Msg::unsent_send_again,
            _ => Msg::unsent_try_again,
        })
    });
    let run = runner(op, item, fault);
    let one = move |(place, action): (usize, Action)| {
        let kind = if place == 0 {
            ButtonKind::Main
        } else {
            ButtonKind::Usual
        };
        let press = Callback::new(move |()| run.run(action));
        let button = move |label: Msg| {
            view! { <Button label=move || t(label) on_press=press kind/> }.into_any()
        };
        match action {
            Action::Edit => view! {
                <LinkButton href=paths::unsent_item(op) label=move || t(Msg::edit)/>
            }
            .into_any(),
            Action::Discard => view! {
                <Button
                    label=move || t(Msg::discard)
                    on_press=Callback::new(move |()| discarding.set(true))
                    kind=ButtonKind::Plain
                />
            }
            .into_any(),
            Action::Retry => {
                view! { <Button label=move || t(retry.get()) on_press=press kind/> }.into_any()
            }
            Action::ReopenWithThis => button(Msg::unsent_reopen_with),
            Action::NewFromThis => button(Msg::unsent_new_from),
            Action::KeepMine => button(Msg::unsent_keep_mine),
            Action::TakeTheirs => button(Msg::unsent_take_theirs),
        }
    };
    let listed = move || {
        actions
            .get()
            .into_iter()
            .enumerate()
            .collect::<Vec<(usize, Action)>>()
    };
    view! {
        <div class="head">
            {each(listed, |each| *each, one)}
        </div>
        <DiscardDialog op open=discarding fault/>
    }
}

/// Carries an action out, once at a time.
fn runner(
    op: OperationId,
    item: Memo<Option<Item>>,
    fault: RwSignal<Option<Explained>>,
) -> Callback<Action> {
    let portal = use_portal();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    Callback::new(move |action: Action| {
        let Some(item) = item.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        fault.set(None);
        let (portal, navigate) = (portal.clone(), navigate.clone());
        live::durable(async move {
            let done = carry_out(&portal, op, action, &item).await;
            // Whoever has gone elsewhere meanwhile stays there.
            let still_here = busy.try_set(false).is_none();
            match done {
                Ok(()) if still_here && action == Action::NewFromThis => {
                    navigate(&paths::general(), paths::go());
                }
                Ok(()) => {}
                Err(error) => {
                    fault.try_set(Some(untrack(|| explain::fault(&error.into()))));
                }
            }
        });
    })
}

async fn carry_out(
    portal: &Portal,
    op: OperationId,
    action: Action,
    item: &Item,
) -> Result<(), NotNow> {
    match action {
        Action::Retry => portal.retry(op).await,
        Action::KeepMine => portal.keep_mine(op).await,
        Action::TakeTheirs => portal.take_theirs(op).await,
        Action::ReopenWithThis => reopen_with(portal, op, item).await,
        Action::NewFromThis => Ok(new_from(portal, &item.words).await?),
        Action::Edit | Action::Discard => Ok(()),
    }
}
