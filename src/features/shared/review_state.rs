//! Where a service review stands, as a shape and a word.

use crate::i18n::{Msg, t};
use crate::signals::derived;
use crate::ui::State;
use leptos::prelude::*;
use rapport_domain::ReviewState;

/// What a state of a review is called.
#[must_use]
pub fn review_state(state: &ReviewState) -> String {
    t(match state {
        ReviewState::Planned => Msg::review_is_planned,
        ReviewState::Held => Msg::review_is_held,
        ReviewState::Shared => Msg::review_is_shared,
        ReviewState::Signed => Msg::review_is_signed,
        ReviewState::Other(word) => return word.clone(),
    })
}

const fn tone(state: &ReviewState) -> &'static str {
    match state {
        ReviewState::Planned => "new",
        ReviewState::Held | ReviewState::Other(_) => "open",
        ReviewState::Shared => "held",
        ReviewState::Signed => "done",
    }
}

/// The state of a review.
#[component]
pub fn ReviewBadge(
    /// The state.
    #[prop(into)]
    state: Signal<ReviewState>,
) -> impl IntoView {
    view! {
        <State
            tone=derived(move || state.with(tone))
            label=derived(move || state.with(review_state))
        />
    }
}
