//! Names and values side by side.

use leptos::prelude::*;

/// A list of facts.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One fact; nothing where there is no value.
#[component]
pub fn Fact(
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// Its value.
    #[prop(into)]
    value: Signal<String>,
) -> impl IntoView {
    move || (!value.with(String::is_empty)).then(|| view! { <dt>{name}</dt><dd>{value}</dd> })
}
