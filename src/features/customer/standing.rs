//! How a customer stands, in figures that lead to what they count.

use crate::features::shared::{AsOf, Desk, satisfaction_words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::paths;
use crate::signals::memo;
use crate::ui::Card;
use leptos::prelude::*;
use leptos_router::components::A;
use rapport_domain::CustomerId;

/// The card.
#[component]
pub fn StandingCard(customer: CustomerId) -> impl IntoView {
    let desk = Desk::follow();
    let standing = memo(move || desk.standing(customer));
    let count = |count: usize| fmt::number(u32::try_from(count).unwrap_or(u32::MAX).into());
    let complaints = move || {
        standing.with(|s| {
            tf(
                Msg::standing_complaints,
                &[("open", &count(s.complaints)), ("late", &count(s.overdue))],
            )
        })
    };
    let tickets =
        move || standing.with(|s| tf(Msg::standing_tickets, &[("open", &count(s.tickets))]));
    let score = move || {
        standing.with(|s| {
            s.satisfaction
                .as_ref()
                .map_or_else(|| t(Msg::standing_no_score), satisfaction_words)
        })
    };
    view! {
        <Card title=move || t(Msg::standing_title)>
            <ul class="plain-list stack">
                <li>
                    <A href=format!("{}?customer={customer}", paths::complaints())>{complaints}</A>
                </li>
                <li>
                    <A href=format!("{}?whose={customer}", paths::tickets())>{tickets}</A>
                </li>
                <li>
                    <A href=paths::surveys()>{score}</A>
                </li>
            </ul>
            <p><AsOf/></p>
        </Card>
    }
}
