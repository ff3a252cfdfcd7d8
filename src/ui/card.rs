//! A box around things that belong together.

use leptos::prelude::*;

/// A card with a heading.
#[component]
pub fn Card(
    /// The heading; a card without one is only a frame.
    #[prop(optional, into)]
    title: Signal<String>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            {move || (!title.with(String::is_empty)).then(|| view! { <h2>{title}</h2> })}
            {children()}
        </section>
    }
}
