//! Giving an unsent change up: asked first, with everything that goes with it.

use super::item::{What, item};
use super::item_words::quoted;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::say;
use crate::i18n::{Msg, fmt, t};
use crate::live::{self, use_portal};
use crate::signals::derived;
use crate::ui::ConfirmDialog;
use crate::web::dom;
use leptos::prelude::*;
use rapport_domain::OperationId;
use rapport_sync::actions::goes_with;
use rapport_sync::{OutboxRow, Status};

/// What else goes, in its author's words.
fn further(rows: &[OutboxRow], op: OperationId) -> Vec<String> {
    let Some(row) = rows.iter().find(|row| row.item.op == op) else {
        return Vec::new();
    };
    let others = goes_with(rows, row)
        .into_iter()
        .filter(|other| other.item.op != op);
    let words = |other: &OutboxRow| {
        let shown = item(&other.item, rows, &Status::default(), true);
        match shown.what {
            What::File(name) => name,
            _ => shown.words,
        }
    };
    others
        .map(words)
        .filter(|words| !words.is_empty())
        .collect()
}

/// The beginning of long words.
fn shortened(words: &str) -> String {
    const ENOUGH: usize = 80;
    match words.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default().trim_end()),
        None => words.to_owned(),
    }
}

/// Asks whether it shall be given up.
#[component]
pub fn DiscardDialog(
    op: OperationId,
    open: RwSignal<bool>,
    fault: RwSignal<Option<Explained>>,
) -> impl IntoView {
    let portal = use_portal();
    let outbox = portal.outbox();
    let text = derived(move || {
        outbox.with(|rows| {
            let row = rows.iter().find(|row| row.item.op == op);
            let words = row.map(|row| item(&row.item, rows, &Status::default(), true).words);
            let words = words.filter(|words| !words.is_empty());
            let named = words.map(|words| quoted(&shortened(&words)));
            let consequence = if row.is_some_and(|row| row.item.may_have_arrived()) {
                t(Msg::unsent_discard_unknown)
            } else {
                t(Msg::unsent_discard_text)
            };
            let mut parts: Vec<String> = named.into_iter().chain([consequence]).collect();
            let further = further(rows, op);
            if !further.is_empty() {
                let named = further
                    .iter()
                    .map(|words| quoted(words))
                    .collect::<Vec<_>>();
                parts.push(format!(
                    "{} {}",
                    t(Msg::unsent_discard_ticket),
                    fmt::list(&named)
                ));
            }
            parts.join(" ")
        })
    });
    let confirm = Callback::new(move |()| {
        let portal = portal.clone();
        live::durable(async move {
            match portal.discard(op).await {
                Ok(()) => {
                    say(Msg::unsent_discarded);
                    // The button that had the focus has gone with the item.
                    dom::focus_first("main h1");
                }
                Err(error) => {
                    fault.try_set(Some(untrack(|| explain::fault(&error.into()))));
                }
            }
        });
    });
    view! {
        <ConfirmDialog
            title=move || t(Msg::unsent_discard_title)
            text
            confirm=move || t(Msg::discard_now)
            cancel=move || t(Msg::keep_it)
            open
            on_confirm=confirm
        />
    }
}
