//! What makes the interface usable without sight or pointer: ids that tie labels to fields, the focus
//! after a change of page, announcements.

use leptos::prelude::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has.
#[must_use]
pub fn next_id() -> String {
    format!("f{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

static SPOKEN: OnceLock<ArcRwSignal<String>> = OnceLock::new();

fn spoken() -> ArcRwSignal<String> {
    SPOKEN.get_or_init(|| ArcRwSignal::new(String::new())).clone()
}

/// Has a screen reader say `words` when it is done with what it is saying.
pub fn announce(words: impl Into<String>) {
    spoken().set(words.into());
}

/// The one place from which announcements are read. Stands once in the shell.
#[component]
pub fn Announcer() -> impl IntoView {
    let spoken = spoken();
    view! { <output class="unseen" aria-live="polite">{move || spoken.get()}</output> }
}

/// The heading of a page. It takes the focus when the page appears, so that a screen reader begins
/// here and the tab key goes on from here, and names the document.
#[component]
pub fn PageTitle(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Called with the title whenever it changes.
    on_title: Callback<String>,
) -> impl IntoView {
    let heading = NodeRef::<leptos::html::H1>::new();
    Effect::new(move |_| {
        if let Some(element) = heading.get() {
            // Not every browser can; the page works all the same.
            let _ = element.focus();
        }
    });
    Effect::new(move |_| on_title.run(title.get()));
    view! { <h1 node_ref=heading tabindex="-1">{title}</h1> }
}
