//! Two versions of the same: what the author saw, what he wants, what it is now.

use crate::features::shared::words;
use crate::i18n::{Msg, t};
use leptos::prelude::*;
use rapport_domain::FieldConflict;
use serde_json::Value;

/// The fields that both sides changed, with all three versions.
#[component]
pub fn ConflictTable(fields: Vec<FieldConflict>) -> impl IntoView {
    fields
        .into_iter()
        .map(|field| view! { <Versions field/> })
        .collect_view()
}

#[component]
fn Versions(field: FieldConflict) -> impl IntoView {
    let FieldConflict {
        field,
        base,
        mine,
        theirs,
    } = field;
    let name = field.clone();
    let version = move |label: Msg, value: Value| {
        let field = field.clone();
        let shown = move || match words::value(&value) {
            word if word.is_empty() => t(Msg::unsent_field_empty),
            word => words::field_value(&field, &word, false),
        };
        view! {
            <dt>{move || t(label)}</dt>
            <dd dir="auto">{shown}</dd>
        }
    };
    view! {
        <section class="versions">
            <h3>{move || words::field_name(&name)}</h3>
            <dl class="facts">
                {version(Msg::unsent_conflict_base, base)}
                {version(Msg::unsent_conflict_mine, mine)}
                {version(Msg::unsent_conflict_theirs, theirs)}
            </dl>
        </section>
    }
}
