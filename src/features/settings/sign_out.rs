//! Signing out. What is unsent or unfinished is never thrown away by it: it stays, or one stays.

use crate::context;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, save_unsent};
use crate::i18n::{Msg, t, tn};
use crate::live::{self, OnlyHere, use_portal};
use crate::paths;
use crate::signals::derived;
use crate::ui::{Button, ButtonKind, Dialog};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The way out.
#[component]
pub fn SignOut() -> impl IntoView {
    let portal = use_portal();
    let asks = RwSignal::new(false);
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    // What would stay on the device; `None` where the device does not tell.
    let here = RwSignal::new(None::<OnlyHere>);
    let title = derived(move || match here.get().unwrap_or_default() {
        OnlyHere {
            unsent: 0,
            drafts: 0,
        } => t(Msg::sign_out_title),
        OnlyHere { unsent: 0, drafts } => tn(Msg::sign_out_drafts_title, drafts),
        OnlyHere { unsent, .. } => tn(Msg::sign_out_unsent_title, unsent),
    });
    let ask = Callback::new(move |()| {
        busy.set(true);
        fault.set(None);
        let portal = portal.clone();
        live::task(async move {
            let flushed = portal.flush_drafts().await;
            let found = portal.only_here().await;
            busy.try_set(false);
            if let Err(failed) = flushed {
                fault.try_set(Some(untrack(|| explain::fault(&failed))));
                return;
            }
            if let Err(failed) = &found {
                log::error!("not known what is here alone: {failed}");
            }
            here.try_set(found.ok());
            asks.try_set(true);
        });
    });
    view! {
        <p class="head">
            <Button label=move || t(Msg::settings_sign_out) on_press=ask busy/>
        </p>
        <FaultNote fault/>
        <Dialog title open=asks on_close=Callback::new(move |()| asks.set(false))>
            <Choices asks here/>
        </Dialog>
    }
}

/// What follows from signing out.
fn consequences(here: Option<OnlyHere>) -> Vec<String> {
    let Some(here) = here else {
        return vec![t(Msg::sign_out_unknown_text)];
    };
    if here.is_empty() {
        return vec![t(Msg::sign_out_text)];
    }
    let unsent = (here.unsent > 0).then(|| t(Msg::sign_out_unsent_text));
    let drafts = (here.drafts > 0).then(|| tn(Msg::sign_out_drafts_text, here.drafts));
    unsent.into_iter().chain(drafts).collect()
}

#[component]
fn Choices(asks: RwSignal<bool>, here: RwSignal<Option<OnlyHere>>) -> impl IntoView {
    let portal = use_portal();
    let app = context::app();
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<Explained>);
    let leaving = portal.clone();
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        busy.set(true);
        fault.set(None);
        let (portal, app, navigate) = (leaving.clone(), app.clone(), navigate.clone());
        live::durable(async move {
            match portal.sign_out(&app).await {
                // The next one to sign in begins at the beginning, not on this page.
                Ok(()) => navigate(&paths::home(), paths::go()),
                Err(failed) => {
                    busy.try_set(false);
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let export = save_unsent(portal, fault);
    let stay = Callback::new(move |()| asks.set(false));
    let has_unsent = move || here.get().is_some_and(|here| here.unsent > 0);
    let keeps = move || here.get().is_none_or(|here| !here.is_empty());
    view! {
        {move || {
            consequences(here.get())
                .into_iter()
                .map(|words| view! { <p>{words}</p> })
                .collect_view()
        }}
        <FaultNote fault/>
        <div class="head">
            <Button label=move || t(Msg::sign_out_stay) on_press=stay/>
            {move || {
                has_unsent()
                    .then(|| view! { <Button label=move || t(Msg::unsent_export) on_press=export/> })
            }}
            <Button
                label=move || {
                    t(if keeps() { Msg::sign_out_keep } else { Msg::settings_sign_out })
                }
                on_press=leave
                kind=ButtonKind::Danger
                busy
            />
        </div>
    }
}
