//! What happened, in order: words from people in cards, changes as quiet lines.

use leptos::prelude::*;

/// The line of events.
#[component]
pub fn Timeline(
    /// Its name, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The events.
    children: Children,
) -> impl IntoView {
    view! { <ol class="line" aria-label=label>{children()}</ol> }
}

/// Words that somebody said.
#[component]
pub fn Message(
    /// Who said it.
    #[prop(into)]
    author: Signal<String>,
    /// In what role.
    #[prop(optional, into)]
    role: Signal<String>,
    /// When, in short.
    #[prop(into)]
    when: Signal<String>,
    /// Whether the reader said it himself.
    #[prop(optional, into)]
    mine: Signal<bool>,
    /// The words and what comes with them.
    children: Children,
) -> impl IntoView {
    view! {
        <li class="ev" data-mine=move || mine.get().then_some("true")>
            <p class="by">
                <b><bdi>{author}</bdi></b>
                <span>{role}</span>
                <span class="num">{when}</span>
            </p>
            {children()}
        </li>
    }
}

/// A change, as one quiet line.
#[component]
pub fn ChangeLine(
    /// What changed, by whom.
    #[prop(into)]
    text: Signal<String>,
    /// When, in short.
    #[prop(into)]
    when: Signal<String>,
    /// Why, or where it stands.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li class="ev change">
            <div>
                <p>{text} " · " <span class="num">{when}</span></p>
                {children.map(|children| children())}
            </div>
        </li>
    }
}
