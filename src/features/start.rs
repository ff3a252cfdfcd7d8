//! What stands on the screen when there is no page: while an account opens, when the portal cannot
//! run here, at an address that leads nowhere.

use crate::features::shared::{Heading, Outside};
use crate::i18n::{Msg, t};
use crate::paths;
use crate::ui::{Button, LinkButton, Note, Tone};
use crate::web::dom;
use leptos::prelude::*;

/// While the account opens; the bar alone, so that nothing moves when the page comes.
#[component]
pub fn Starting() -> impl IntoView {
    view! {
        <Outside>
            <span class="unseen" role="status">
                {move || t(Msg::start_starting)}
            </span>
        </Outside>
    }
}

/// The portal cannot run in this browser.
#[component]
pub fn Unusable(
    /// Why, in the browser's words.
    why: String,
) -> impl IntoView {
    view! {
        <Outside>
            <Heading title=move || t(Msg::start_unusable_title)/>
            <Note
                title=move || t(Msg::start_unusable_text)
                tone=Tone::Bad
            >
                <Button
                    label=move || t(Msg::start_reload)
                    on_press=Callback::new(|()| dom::reload())
                />
                <details>
                    <summary>{move || t(Msg::fault_details)}</summary>
                    <p class="quiet">{why}</p>
                </details>
            </Note>
        </Outside>
    }
}

/// An address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Heading title=move || t(Msg::not_found_title)/>
        <p>{move || t(Msg::not_found_text)}</p>
        <div class="head">
            <LinkButton href=paths::home() label=move || t(Msg::back_home)/>
        </div>
    }
}

/// A page that the reader's role has no right to.
#[component]
pub fn NoRight() -> impl IntoView {
    view! {
        <Heading title=move || t(Msg::no_right_title)/>
        <p>{move || t(Msg::no_right_text)}</p>
        <div class="head">
            <LinkButton href=paths::home() label=move || t(Msg::back_home)/>
        </div>
    }
}
