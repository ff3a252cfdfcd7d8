//! How what is being typed stands, beside the button that sends it: whether it is on disk, and whether
//! it was sent already.

use crate::i18n::{Msg, t};
use crate::live::{Draft, DraftState};
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, Note, SyncBadge, Tone};
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

/// That what stands here was sent or discarded already, in another tab; nothing while it was not. It
/// can be sent from here only after its user has said that he wants it as something new.
#[component]
pub fn OvertakenNote(
    /// The draft.
    draft: Draft,
) -> impl IntoView {
    let overtaken = draft.overtaken();
    let shows = memo(move || overtaken.get());
    move || {
        let (adopted, discarded) = (draft.clone(), draft.clone());
        shows.get().then(|| {
            view! {
                <Note
                    title=move || t(Msg::draft_overtaken_title)
                    text=move || t(Msg::draft_overtaken_text)
                    tone=Tone::Warn
                    urgent=true
                >
                    <Button
                        label=move || t(Msg::draft_adopt)
                        on_press=Callback::new(move |()| adopted.adopt())
                    />
                    <Button
                        label=move || t(Msg::discard_now)
                        on_press=Callback::new(move |()| discarded.discard())
                        kind=ButtonKind::Plain
                    />
                </Note>
            }
        })
    }
}
