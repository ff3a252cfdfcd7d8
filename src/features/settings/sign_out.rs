//! Signing out. What is unsent is never thrown away by it: it stays, or one stays.

use crate::context;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, say};
use crate::i18n::{Msg, t, tn};
use crate::live::{self, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, Dialog};
use crate::web::{clock, files};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_domain::Date;
use rapport_store::Fault;

/// The way out.
#[component]
pub fn SignOut() -> impl IntoView {
    let asks = RwSignal::new(false);
    let outbox = use_portal().outbox();
    let unsent = memo(move || outbox.with(|rows| rows.len() as u64));
    let title = derived(move || match unsent.get() {
        0 => t(Msg::sign_out_title),
        count => tn(Msg::sign_out_unsent_title, count),
    });
    view! {
        <p class="head">
            <Button
                label=move || t(Msg::settings_sign_out)
                on_press=Callback::new(move |()| asks.set(true))
            />
        </p>
        <Dialog title open=asks on_close=Callback::new(move |()| asks.set(false))>
            <Choices asks unsent/>
        </Dialog>
    }
}

#[component]
fn Choices(asks: RwSignal<bool>, unsent: Memo<u64>) -> impl IntoView {
    let portal = use_portal();
    let app = context::app();
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<Explained>);
    let leaving = portal.clone();
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        busy.set(true);
        let (portal, app, navigate) = (leaving.clone(), app.clone(), navigate.clone());
        live::durable(async move {
            portal.flush_drafts().await;
            portal.sign_out(&app, true).await;
            // The next one to sign in begins at the beginning, not on this page.
            navigate(&paths::home(), paths::go());
        });
    });
    let export = Callback::new(move |()| {
        let portal = portal.clone();
        live::task(async move {
            let name = format!("unsent-{}.json", Date::of(clock::now()));
            let done = match portal.export().await {
                Ok(json) => {
                    files::offer(&name, "application/json", json.as_bytes()).map_err(Fault::Other)
                }
                Err(failed) => Err(failed),
            };
            match done {
                Ok(()) => say(Msg::unsent_exported),
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let stay = Callback::new(move |()| asks.set(false));
    let has_unsent = move || unsent.get() > 0;
    view! {
        <p>
            {move || {
                t(if has_unsent() { Msg::sign_out_unsent_text } else { Msg::sign_out_text })
            }}
        </p>
        <FaultNote fault/>
        <div class="head">
            <Button label=move || t(Msg::sign_out_stay) on_press=stay/>
            {move || {
                has_unsent()
                    .then(|| view! { <Button label=move || t(Msg::unsent_export) on_press=export/> })
            }}
            <Button
                label=move || {
                    t(if has_unsent() { Msg::sign_out_keep } else { Msg::settings_sign_out })
                }
                on_press=leave
                kind=ButtonKind::Danger
                busy
            />
        </div>
    }
}
