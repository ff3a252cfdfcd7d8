//! Where a ticket stands, as a shape and a word.

use crate::features::shared::words;
use crate::signals::derived;
use crate::ui::State;
use leptos::prelude::*;
use rapport_domain::TicketState;

/// The shape of a state, for a reader whom the ticket may wait for.
#[must_use]
pub const fn tone(state: &TicketState, mine: bool) -> &'static str {
    match state {
        TicketState::Acknowledged => "new",
        TicketState::InProgress | TicketState::Other(_) => "open",
        TicketState::Pending | TicketState::Resolved if mine => "you",
        TicketState::Pending | TicketState::Held => "held",
        TicketState::Resolved
        | TicketState::Closed
        | TicketState::Cancelled
        | TicketState::Rejected => "done",
    }
}

/// The state of a ticket.
#[component]
pub fn StateBadge(
    /// The state.
    #[prop(into)]
    state: Signal<TicketState>,
    /// Whether the ticket is the reader's own.
    #[prop(into)]
    mine: Signal<bool>,
) -> impl IntoView {
    view! {
        <State
            tone=derived(move || state.with(|state| tone(state, mine.get())))
            label=derived(move || state.with(|state| words::state(state, mine.get())))
        />
    }
}
