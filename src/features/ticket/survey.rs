//! The survey about a ticket that was closed, where its requester is asked.

use crate::features::shared::{Invitations, asked, waits};
use crate::i18n::{Msg, t};
use crate::signals::derived;
use leptos::prelude::*;
use rapport_domain::TicketId;

/// The invitation; nothing where there is none that waits.
#[component]
pub fn HowWasIt(id: TicketId) -> impl IntoView {
    let all = asked();
    let mine = derived(move || {
        let mut mine = all.get();
        mine.retain(|one| one.ticket == Some(id.0));
        mine
    });
    let waiting = waits(mine);
    move || {
        waiting.get().then(|| {
            view! {
                <section class="stack">
                    <h2>{move || t(Msg::ticket_asked)}</h2>
                    <Invitations asked=mine waiting=true/>
                </section>
            }
        })
    }
}
