//! Where one is: the way back, above a page's heading.

use leptos::prelude::*;
use leptos_router::components::A;

/// The page above this one, and what this one is called besides its heading.
#[component]
pub fn Places(
    /// Where the page above is.
    #[prop(into)]
    href: String,
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// What else names this page.
    #[prop(optional, into)]
    rest: Signal<String>,
) -> impl IntoView {
    view! {
        <p class="quiet places">
            <A href=href>{label}</A>
            {move || {
                let rest = rest.get();
                (!rest.is_empty()).then(|| view! { <span>{format!(" · {rest}")}</span> })
            }}
        </p>
    }
}
