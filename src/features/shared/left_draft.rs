//! Words that were begun in a place that takes none any more: shown until their author takes them
//! elsewhere or gives them up.

use crate::features::shared::{DraftKey, KeptWords};
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{Note, Tone};
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
    move || is_kept.get().then(|| view! { <Left place=place.clone()/> })
}

#[component]
fn Left(place: DraftKey) -> impl IntoView {
    let draft = use_portal().draft(place.to_string());
    view! {
        <Note
            title=move || t(Msg::draft_left_title)
            text=move || t(Msg::draft_left_text)
            tone=Tone::Warn
        />
        <KeptWords draft/>
    }
}
