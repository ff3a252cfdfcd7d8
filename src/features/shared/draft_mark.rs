//! Whether what is being typed is on disk, beside the button that sends it.

use crate::i18n::{Msg, t};
use crate::live::DraftState;
use crate::signals::derived;
use crate::ui::SyncBadge;
use leptos::prelude::*;

/// “Draft saved”; nothing while nothing was typed.
#[component]
pub fn DraftMark(
    /// How the draft stands.
    #[prop(into)]
    state: Signal<DraftState>,
) -> impl IntoView {
    let tone = derived(move || match state.get() {
        DraftState::Changed => "sending",
        DraftState::Failed(_) => "need",
        DraftState::Empty | DraftState::Saved => "ok",
    });
    let label = derived(move || match state.get() {
        DraftState::Empty => String::new(),
        DraftState::Changed => t(Msg::draft_saving),
        DraftState::Saved => t(Msg::draft_saved),
        DraftState::Failed(_) => t(Msg::draft_failed),
    });
    view! { <SyncBadge tone label/> }
}
