//! What everybody must know, above the page: a new version, an ended session, a device that cannot
//! store. Nothing here takes the page away from under somebody's typing.

use crate::context;
use crate::features::shared::FaultNote;
use crate::features::shared::explain::{self, Explained};
use crate::i18n::{Msg, t, tf};
use crate::live::{self, use_portal};
use crate::paths;
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, LinkButton, Note, Tone};
use crate::web::dom;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// All banners that hold.
#[component]
pub fn Banners() -> impl IntoView {
    view! {
        <SessionEnded/>
        <NewVersion/>
        <Trouble/>
    }
}

#[component]
fn SessionEnded() -> impl IntoView {
    let status = use_portal().status();
    let here = use_location().pathname;
    let ended = memo(move || {
        status.with(|status| status.needs_sign_in) && !here.get().ends_with(&paths::sign_in())
    });
    move || {
        ended.get().then(|| {
            view! {
                <Note
                    title=move || t(Msg::banner_session_title)
                    text=move || t(Msg::banner_session_text)
                    tone=Tone::Warn
                >
                    <LinkButton href=paths::sign_in() label=move || t(Msg::sign_in)/>
                </Note>
            }
        })
    }
}

#[component]
fn NewVersion() -> impl IntoView {
    let update = context::app().update;
    let portal = use_portal();
    let later = RwSignal::new(false);
    let fault = RwSignal::new(None::<Explained>);
    // Browsers let a new build take over when they find time for it.
    let under_way = RwSignal::new(false);
    move || {
        let waiting = update.get().filter(|_| !later.get())?;
        let portal = portal.clone();
        let load = Callback::new(move |()| {
            let (portal, waiting) = (portal.clone(), waiting.clone());
            under_way.set(true);
            live::durable(async move {
                // The page is not taken away with something in it that is nowhere else.
                match portal.flush_drafts().await {
                    Ok(()) => waiting.apply(),
                    Err(failed) => {
                        under_way.try_set(false);
                        fault.try_set(Some(untrack(|| explain::fault(&failed))));
                    }
                }
            });
        });
        Some(view! {
            <Note
                title=move || t(Msg::banner_update_title)
                text=move || t(Msg::banner_update_text)
            >
                <Button
                    label=move || t(Msg::banner_update_button)
                    on_press=load
                    kind=ButtonKind::Main
                    busy=under_way
                />
                <Button
                    label=move || t(Msg::banner_update_later)
                    on_press=Callback::new(move |()| later.set(true))
                    kind=ButtonKind::Plain
                />
            </Note>
            <FaultNote fault/>
        })
    }
}

#[component]
fn Trouble() -> impl IntoView {
    let trouble = use_portal().trouble();
    move || {
        let said = trouble.get()?;
        Some(view! {
            <Note
                title=move || t(Msg::banner_trouble_title)
                text=move || tf(Msg::banner_trouble_text, &[("text", &said)])
                tone=Tone::Bad
                urgent=true
            >
                <Button
                    label=move || t(Msg::start_reload)
                    on_press=Callback::new(|()| dom::reload())
                />
            </Note>
        })
    }
}
