//! What makes the interface usable without sight or pointer: ids that tie labels to fields, the focus
//! after a change of page, announcements.

use leptos::html::ElementType;
use leptos::prelude::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has.
#[must_use]
pub fn next_id() -> String {
    format!("f{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

static SPOKEN: OnceLock<ArcRwSignal<(String, bool)>> = OnceLock::new();

fn spoken() -> ArcRwSignal<(String, bool)> {
    SPOKEN.get_or_init(ArcRwSignal::default).clone()
}

/// Has a screen reader say `words` when it is done with what it is saying.
pub fn announce(words: impl Into<String>) {
    let words = words.into();
    spoken().update(|(said, again)| {
        *again = *said == words && !*again;
        *said = words;
    });
}

/// The one place from which announcements are read. Stands once in the shell.
#[component]
pub fn Announcer() -> impl IntoView {
    let spoken = spoken();
    // The same words twice are no change, and go unread; a space more makes them one.
    let words =
        move || spoken.with(|(words, again)| words.clone() + if *again { "\u{a0}" } else { "" });
    view! { <output class="unseen" aria-live="polite">{words}</output> }
}

/// The native element of a [`PageTitle`].
pub type HeadingElement = <leptos::html::H1 as ElementType>::Output;

/// The heading of a page. It takes the focus when the page appears, so that a screen reader begins
/// here and the tab key goes on from here, and names the document.
#[component]
pub fn PageTitle(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Called with the title whenever it changes.
    on_title: Callback<String>,
    /// Gives the heading the focus, where the plain way does not fit.
    #[prop(optional, into)]
    on_show: Option<Callback<HeadingElement>>,
) -> impl IntoView {
    let heading = NodeRef::<leptos::html::H1>::new();
    Effect::new(move |_| {
        let Some(element) = heading.get() else { return };
        match on_show {
            Some(on_show) => on_show.run(element),
            // Not every browser can; the page works all the same.
            None => element.focus().unwrap_or_default(),
        }
    });
    Effect::new(move |_| on_title.run(title.get()));
    view! { <h1 node_ref=heading tabindex="-1" dir="auto">{title}</h1> }
}
