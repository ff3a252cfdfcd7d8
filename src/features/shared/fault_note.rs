//! A failed write or read, where it happened.

use crate::features::shared::explain::Explained;
use crate::i18n::{Msg, t};
use crate::ui::{Button, Note, Tone};
use crate::web::dom;
use leptos::prelude::*;

/// What went wrong; nothing while `fault` is empty.
#[component]
pub fn FaultNote(
    /// What went wrong.
    #[prop(into)]
    fault: Signal<Option<Explained>>,
) -> impl IntoView {
    move || {
        let Explained {
            title,
            text,
            detail,
            reload,
        } = fault.get()?;
        Some(view! {
            <Note title text tone=Tone::Bad urgent=true>
                {reload
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::start_reload)
                                on_press=Callback::new(|()| dom::reload())
                            />
                        }
                    })}
                {detail
                    .map(|detail| {
                        view! {
                            <details>
                                <summary>{move || t(Msg::fault_details)}</summary>
                                <p class="quiet">{detail}</p>
                            </details>
                        }
                    })}
            </Note>
        })
    }
}
