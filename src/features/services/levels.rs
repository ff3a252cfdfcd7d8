//! What was agreed about a service, as a table.

use crate::i18n::{Msg, t, text, tf};
use leptos::prelude::*;
use rapport_domain::{ServiceLevel, Text};

/// The service levels of a service.
#[component]
pub fn Levels(levels: Vec<ServiceLevel>) -> impl IntoView {
    let rows = levels
        .into_iter()
        .map(|level| view! { <Level level/> })
        .collect_view();
    view! {
        <table class="levels">
            <caption class="unseen">{move || t(Msg::service_levels)}</caption>
            <thead>
                <tr>
                    <th scope="col">{move || t(Msg::service_level_name)}</th>
                    <th scope="col">{move || t(Msg::service_level_target)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Level(level: ServiceLevel) -> impl IntoView {
    let ServiceLevel {
        name,
        target,
        workload_limit,
        exceptions,
    } = level;
    let condition = |words: Option<Text>, message: Msg, slot: &'static str| {
        words.map(|words| {
            view! {
                <span class="quiet condition">
                    {move || tf(message, &[(slot, &text(&words))])}
                </span>
            }
        })
    };
    view! {
        <tr>
            <th scope="row">{move || text(&name)}</th>
            <td>
                {move || text(&target)}
                {condition(workload_limit, Msg::service_level_limit, "limit")}
                {condition(exceptions, Msg::service_level_except, "exceptions")}
            </td>
        </tr>
    }
}
