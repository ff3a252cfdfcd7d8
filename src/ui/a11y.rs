//! What makes the interface usable without sight or pointer: ids that tie labels to fields, the focus
//! after a change of page, announcements.

use crate::signals::effect;
use leptos::html::ElementType;
use leptos::prelude::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has.
#[must_use]
pub fn next_id() -> String {
    format!("f{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What was announced last, and how many announcements there were.
static SPOKEN: OnceLock<ArcRwSignal<(String, u32)>> = OnceLock::new();

/// How long an announcement can be read again. After that it would be taken for news by whoever comes
/// across it.
const FADES_AFTER: Duration = Duration::from_secs(7);

fn spoken() -> ArcRwSignal<(String, u32)> {
    SPOKEN.get_or_init(ArcRwSignal::default).clone()
}

/// Has a screen reader say `words` when it is done with what it is saying.
pub fn announce(words: impl Into<String>) {
    let words = words.into();
    spoken().update(|(said, count)| {
        *count = count.wrapping_add(1);
        *said = words;
    });
}

/// The one place from which announcements are read. Stands once in the shell.
#[component]
pub fn Announcer() -> impl IntoView {
    let spoken = spoken();
    let last = spoken.clone();
    effect(move || {
        let (words, mine) = last.get();
        if words.is_empty() {
            return;
        }
        let last = last.clone();
        let clear = move || {
            if last.with_untracked(|(_, count)| *count == mine) {
                last.update(|(words, _)| words.clear());
            }
        };
        set_timeout(clear, FADES_AFTER);
    });
    // The same words twice are no change, and go unread; a space more makes them one.
    let words = move || {
        spoken.with(|(words, count)| match count % 2 {
            _ if words.is_empty() => String::new(),
            0 => words.clone(),
            _ => format!("{words}\u{a0}"),
        })
    };
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
    effect(move || {
        let Some(element) = heading.get() else { return };
        match on_show {
            Some(on_show) => on_show.run(element),
            // Not every browser can; the page works all the same.
            None => element.focus().unwrap_or_default(),
        }
    });
    effect(move || on_title.run(title.get()));
    view! { <h1 node_ref=heading tabindex="-1" dir="auto">{title}</h1> }
}
