//! Where a survey stands, as a shape and a word.

use crate::i18n::{Msg, t};
use crate::signals::derived;
use crate::ui::State;
use leptos::prelude::*;
use rapport_domain::SurveyState;

fn label(state: &SurveyState) -> String {
    t(match state {
        SurveyState::Template => Msg::survey_template,
        SurveyState::Draft => Msg::survey_draft,
        SurveyState::Open => Msg::survey_open,
        SurveyState::Closed => Msg::survey_closed,
        SurveyState::Other(word) => return word.clone(),
    })
}

const fn tone(state: &SurveyState) -> &'static str {
    match state {
        SurveyState::Open => "open",
        SurveyState::Draft => "new",
        SurveyState::Template => "held",
        SurveyState::Closed | SurveyState::Other(_) => "done",
    }
}

/// The state of a survey.
#[component]
pub fn SurveyBadge(
    /// The state.
    #[prop(into)]
    state: Signal<SurveyState>,
) -> impl IntoView {
    view! {
        <State
            tone=derived(move || state.with(tone))
            label=derived(move || state.with(label))
        />
    }
}
