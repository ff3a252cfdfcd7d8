//! That something is not sent yet, or needs its author first.

use crate::i18n::{Msg, t, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::memo;
use crate::ui::{LinkButton, Note, Tone};
use leptos::prelude::*;
use rapport_sync::State;

/// How much is not sent yet; nothing where everything is.
#[component]
pub fn UnsentNote() -> impl IntoView {
    let outbox = use_portal().outbox();
    let counts = memo(move || {
        outbox.with(|rows| {
            let parked = rows
                .iter()
                .filter(|r| matches!(r.item.state, State::Parked { .. }));
            (rows.len() as u64, parked.count() as u64)
        })
    });
    move || match counts.get() {
        (0, _) => ().into_any(),
        (unsent, 0) => view! {
            <Note title=move || tn(Msg::home_unsent, unsent) icon="cloud">
                <LinkButton href=paths::unsent() label=move || t(Msg::home_unsent_look)/>
            </Note>
        }
        .into_any(),
        (_, parked) => view! {
            <Note title=move || tn(Msg::home_unsent_needs_you, parked) tone=Tone::Bad>
                <LinkButton href=paths::unsent() label=move || t(Msg::home_unsent_look)/>
            </Note>
        }
        .into_any(),
    }
}
