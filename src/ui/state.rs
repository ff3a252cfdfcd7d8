//! Where something stands: always a shape, a word and, last, a colour.

use crate::ui::icon::Icon;
use leptos::prelude::*;

/// The state of a thing. `tone` is `new`, `open`, `you`, `late`, `held` or `done`.
#[component]
pub fn State(
    /// Which shape and colour.
    #[prop(into)]
    tone: Signal<&'static str>,
    /// The word.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! { <span class="state" data-s=tone>{label}</span> }
}

/// Where a record stands between this device and the server; nothing while `label` is empty. `tone`
/// is `here`, `sending`, `need` or `ok`.
#[component]
pub fn SyncBadge(
    /// Which sign and colour.
    #[prop(into)]
    tone: Signal<&'static str>,
    /// The words.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    move || {
        (!label.with(String::is_empty)).then(|| {
            view! {
                <span class="sync" data-s=tone>
                    {move || view! { <Icon name=sign(tone.get())/> }}
                    {label}
                </span>
            }
        })
    }
}

/// The same for the whole device, in the header.
#[component]
pub fn Pill(
    /// Which sign and colour.
    #[prop(into)]
    tone: Signal<&'static str>,
    /// The words.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="sync pill" data-s=tone role="status">
            {move || view! { <Icon name=sign(tone.get())/> }}
            {label}
        </span>
    }
}

fn sign(tone: &str) -> &'static str {
    match tone {
        "here" => "cloud",
        "offline" => "offline",
        "sending" => "sending",
        "need" => "warn",
        _ => "done",
    }
}
