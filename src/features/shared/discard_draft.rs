//! The question before a draft is given up.

use crate::i18n::{Msg, t};
use crate::ui::ConfirmDialog;
use leptos::prelude::*;

/// Asks whether a draft is really to be discarded.
#[component]
pub fn DiscardDraft(
    /// Whether it is being asked.
    open: RwSignal<bool>,
    /// What is done then.
    on_confirm: Callback<()>,
) -> impl IntoView {
    view! {
        <ConfirmDialog
            title=move || t(Msg::draft_discard_title)
            text=move || t(Msg::draft_discard_text)
            confirm=move || t(Msg::discard_now)
            cancel=move || t(Msg::keep_it)
            open
            on_confirm
        />
    }
}
