//! Words that were begun in a place that takes none any more: shown, so that they can be copied, until
//! their author gives them up.

use crate::features::shared::DraftKey;
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, ConfirmDialog, Note, Tone};
use leptos::prelude::*;

/// The words of an unfinished draft; nothing where there are none.
#[component]
pub fn LeftDraft(
    /// Where they were written.
    place: DraftKey,
) -> impl IntoView {
    let drafts = use_portal().drafts();
    let key = place.to_string();
    let is_kept = memo(move || drafts.with(|all| all.iter().any(|info| info.key == key)));
    move || is_kept.get().then(|| view! { <Left place/> })
}

#[component]
fn Left(place: DraftKey) -> impl IntoView {
    let draft = use_portal().draft(place.to_string());
    let asks = RwSignal::new(false);
    let shown = draft.clone();
    let words = memo(move || shown.texts().join("\n\n"));
    view! {
        <section class="stack">
            <Note
                title=move || t(Msg::draft_left_title)
                text=move || t(Msg::draft_left_text)
                tone=Tone::Warn
            >
                <Button
                    label=move || t(Msg::draft_discard)
                    on_press=Callback::new(move |()| asks.set(true))
                    kind=ButtonKind::Plain
                />
            </Note>
            {move || {
                (!words.with(String::is_empty))
                    .then(|| view! { <p class="said" dir="auto">{words}</p> })
            }}
        </section>
        <ConfirmDialog
            title=move || t(Msg::draft_discard_title)
            text=move || t(Msg::draft_discard_text)
            confirm=move || t(Msg::discard_now)
            cancel=move || t(Msg::keep_it)
            open=asks
            on_confirm=Callback::new(move |()| draft.discard())
        />
    }
}
