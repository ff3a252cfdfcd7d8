//! Lists of links: one row each, with a title, an age and what stands below.

use leptos::prelude::*;
use leptos_router::components::A;

/// A list of rows.
#[component]
pub fn Rows(
    /// What it lists, for screen readers; none where a heading says so.
    #[prop(optional, into)]
    label: Option<String>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! { <ul class="rows" aria-label=label>{children()}</ul> }
}

/// A row that leads somewhere.
#[component]
pub fn Row(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// At the end of the line: an age, a date.
    #[prop(optional, into)]
    aside: Signal<String>,
    /// Whether it is new to the user.
    #[prop(optional, into)]
    is_new: Signal<bool>,
    /// What “new” is called, for screen readers.
    #[prop(optional, into)]
    new_label: Signal<String>,
    /// What stands below the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <A href=href attr:class="row" attr:data-new=move || is_new.get().then_some("true")>
                <span class="t">
                    {move || {
                        is_new.get().then(|| view! { <span class="unseen">{new_label} " "</span> })
                    }}
                    <bdi>{title}</bdi>
                </span>
                <span class="quiet row-aside">{aside}</span>
                {children.map(|children| view! { <span class="m">{children()}</span> })}
            </A>
        </li>
    }
}
