//! What the user wrote and this build cannot read: told, and given up only on his word.

use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, say};
use crate::i18n::{Msg, t, tn};
use crate::live::{self, use_portal};
use crate::signals::derived;
use crate::ui::{Button, ButtonKind, ConfirmDialog, Note, Tone};
use leptos::prelude::*;

/// How many entries cannot be read, and what can be done about them; nothing where there are none.
#[component]
pub fn Unreadable() -> impl IntoView {
    let portal = use_portal();
    let count = portal.unreadable();
    let (asks, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    let discard = Callback::new(move |()| {
        let portal = portal.clone();
        live::durable(async move {
            match portal.discard_unreadable().await {
                Ok(()) => say(Msg::unsent_discarded),
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let title = derived(move || tn(Msg::unsent_unreadable, count.get() as u64));
    view! {
        {move || {
            (count.get() > 0)
                .then(|| {
                    view! {
                        <Note title text=move || t(Msg::unsent_unreadable_text) tone=Tone::Warn>
                            <Button
                                label=move || t(Msg::discard)
                                on_press=Callback::new(move |()| asks.set(true))
                                kind=ButtonKind::Plain
                            />
                        </Note>
                    }
                })
        }}
        <FaultNote fault/>
        <ConfirmDialog
            title=move || t(Msg::unsent_discard_title)
            text=move || t(Msg::unsent_discard_text)
            confirm=move || t(Msg::discard_now)
            cancel=move || t(Msg::keep_it)
            open=asks
            on_confirm=discard
        />
    }
}
