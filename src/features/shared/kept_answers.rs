//! Answers that were begun in a survey that takes none any more: told, until their author gives them up.

use crate::features::shared::{DiscardDraft, DraftKey};
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{Button, Note, Tone};
use leptos::prelude::*;
use rapport_domain::{Plain, SurveyAnswer};

/// What was written into the draft; nothing where there is none.
#[component]
pub fn KeptAnswers(
    /// Where it was written.
    place: DraftKey,
) -> impl IntoView {
    let drafts = use_portal().drafts();
    let key = place.to_string();
    let is_kept = memo(move || drafts.with(|all| all.iter().any(|info| info.key == key)));
    move || is_kept.get().then(|| view! { <Kept place=place.clone()/> })
}

#[component]
fn Kept(place: DraftKey) -> impl IntoView {
    let draft = use_portal().draft(place.to_string());
    let shown = draft.clone();
    let texts = move || {
        let fields = shown.get();
        let answers = fields
            .values()
            .filter_map(|value| SurveyAnswer::take(Some(value)));
        let texts = answers
            .map(|answer| answer.text)
            .filter(|text| !text.trim().is_empty());
        texts
            .map(|text| view! { <p class="say" dir="auto">{text}</p> })
            .collect_view()
    };
    let asks = RwSignal::new(false);
    view! {
        <Note
            title=move || t(Msg::survey_kept)
            text=move || t(Msg::survey_kept_text)
            tone=Tone::Warn
        />
        {texts}
        <p>
            <Button
                label=move || t(Msg::survey_kept_discard)
                on_press=Callback::new(move |()| asks.set(true))
            />
        </p>
        <DiscardDraft open=asks on_confirm=Callback::new(move |()| draft.discard())/>
    }
}
