//! How what is being typed stands, beside the button that sends it: whether it is on disk, and whether
//! it was sent already.

use crate::features::shared::DiscardDraft;
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
    /// What else is given up with it.
    #[prop(optional)]
    on_discard: Option<Callback<()>>,
) -> impl IntoView {
    let overtaken = draft.overtaken();
    let asks = RwSignal::new(false);
    let discarded = draft.clone();
    let discard = on_discard.unwrap_or_else(|| Callback::new(move |()| discarded.discard()));
    let shows = memo(move || overtaken.get());
    let note = move || {
        let adopted = draft.clone();
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
                        label=move || t(Msg::draft_discard)
                        on_press=Callback::new(move |()| asks.set(true))
                        kind=ButtonKind::Plain
                    />
                </Note>
            }
        })
    };
    view! {
        {note}
        <DiscardDraft open=asks on_confirm=discard/>
    }
}
