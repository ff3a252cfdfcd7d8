//! Drawn signs. They only ever stand beside a word or inside something that has a name.

use leptos::prelude::*;

/// A sign by its name; an unknown name draws a ring.
#[component]
pub fn Icon(
    /// Which one.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            data-turns=turns(name)
        >
            <path d=path(name)></path>
        </svg>
    }
}

/// What points along the line of writing, and so turns with it.
fn turns(name: &str) -> Option<&'static str> {
    matches!(name, "send" | "next" | "back").then_some("")
}

fn path(name: &str) -> &'static str {
    match name {
        "home" => "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
        "services" => "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
        "tickets" => "M4 7h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14 7v12",
        "unsent" => "M12 19V6M6 12l6-6 6 6",
        "feedback" => "M5 5h14v10h-8l-4 4v-4H5z",
        "settings" => {
            "M4 8h9M19 8h1M4 16h1M11 16h9M16 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 13a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
        }
        "cloud" => "M7 18h10a4 4 0 0 0 .6-7.9A6 6 0 0 0 6.2 9.6 4.2 4.2 0 0 0 7 18z",
        "offline" => {
            "M3 4l17 17M9 7a6 6 0 0 1 8.6 3.1A4 4 0 0 1 20 16M17 18H7a4.2 4.2 0 0 1-.8-8.3"
        }
        "done" => "M5 13l4 4L19 7",
        "warn" => "M12 4 3 20h18zM12 10v4M12 17h.01",
        "info" => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
        "next" => "M9 5l7 7-7 7",
        "back" => "M15 5l-7 7 7 7",
        "up" => "M6 15l6-6 6 6",
        "down" => "M6 9l6 6 6-6",
        "download" => "M12 4v11M7 11l5 5 5-5M5 20h14",
        "plus" => "M12 5v14M5 12h14",
        "send" => "M5 12h13M12 6l6 6-6 6",
        "file" => {
            "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.6 1.6 0 0 1-2.3-2.3l7.8-7.8"
        }
        "search" => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
        "close" => "M6 6l12 12M18 6 6 18",
        "sending" => "M4 12a8 8 0 0 1 14-5l2 2M20 5v4h-4M20 12a8 8 0 0 1-14 5l-2-2M4 19v-4h4",
        "person" => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20a8 8 0 0 1 16 0",
        _ => "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z",
    }
}
