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
        >
            <path d=path(name)></path>
        </svg>
    }
}

fn path(name: &str) -> &'static str {
    match name {
        "home" => "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
        "services" => "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
        "tickets" => "M4 7h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14 7v12",
        "unsent" => "M12 19V6M6 12l6-6 6 6",
        "settings" => {
            "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12l2-1-1.5-3.5-2.2.6-1.4-1.4.6-2.2L13 3l-1 2-1-2-3.5 1.5.6 2.2-1.4 1.4-2.2-.6L3 11l2 1-2 1 1.5 3.5 2.2-.6 1.4 1.4-.6 2.2L11 21l1-2 1 2 3.5-1.5-.6-2.2 1.4-1.4 2.2.6L21 13z"
        }
        "cloud" => "M7 18h10a4 4 0 0 0 .6-7.9A6 6 0 0 0 6.2 9.6 4.2 4.2 0 0 0 7 18z",
        "offline" => {
            "M3 4l17 17M9 7a6 6 0 0 1 8.6 3.1A4 4 0 0 1 20 16M17 18H7a4.2 4.2 0 0 1-.8-8.3"
        }
        "done" => "M5 13l4 4L19 7",
        "warn" => "M12 4 3 20h18zM12 10v4M12 17h.01",
        "info" => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
        "plus" => "M12 5v14M5 12h14",
        "send" => "M5 12h13M12 6l6 6-6 6",
        "file" => "M20 11.5 12.5 19a5 5 0 0 1-7-7L13 4.500a3.300 3.300 0 0 1 4.700 4.700L10 17",
        "search" => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
        "close" => "M6 6l12 12M18 6 6 18",
        "sending" => "M4 12a8 8 0 0 1 14-5l2 2M20 5v4h-4M20 12a8 8 0 0 1-14 5l-2-2M4 19v-4h4",
        "person" => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20a8 8 0 0 1 16 0",
        _ => "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z",
    }
}
