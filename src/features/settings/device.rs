//! How much lies on this device, and whether the browser keeps it.

use crate::i18n::{Msg, fmt, t, tf};
use crate::live::{self, StorageInfo, use_portal};
use crate::signals::derived;
use crate::ui::{Button, Card, Fact, Facts, Note, Tone};
use leptos::prelude::*;

/// How much lies on this device.
#[component]
pub fn Device() -> impl IntoView {
    let portal = use_portal();
    let info = RwSignal::new(None::<StorageInfo>);
    let refused = RwSignal::new(false);
    let reader = portal.clone();
    live::task(async move {
        let found = reader.storage().await;
        info.try_set(Some(found));
    });
    let ask = Callback::new(move |()| {
        let portal = portal.clone();
        live::task(async move {
            let agreed = portal.persist().await;
            refused.try_set(!agreed);
            let found = portal.storage().await;
            info.try_set(Some(found));
        });
    });
    let used = move || match info.get() {
        None => String::new(),
        Some(StorageInfo {
            used: Some(used),
            quota: Some(quota),
            ..
        }) => tf(
            Msg::settings_storage_of,
            &[("used", &fmt::bytes(used)), ("quota", &fmt::bytes(quota))],
        ),
        Some(StorageInfo {
            used: Some(used), ..
        }) => fmt::bytes(used),
        Some(_) => t(Msg::settings_storage_unknown),
    };
    let kept = move || match info.get() {
        None => String::new(),
        Some(info) if info.persisted => t(Msg::settings_persisted_yes),
        Some(_) => t(Msg::settings_persisted_no),
    };
    let can_ask = move || info.get().is_some_and(|info| !info.persisted);
    view! {
        <Card title=move || t(Msg::settings_device)>
            <Facts>
                <Fact name=move || t(Msg::settings_storage) value=derived(used)/>
                <Fact name=move || t(Msg::settings_persisted) value=derived(kept)/>
            </Facts>
            {move || {
                can_ask()
                    .then(|| {
                        view! { <Button label=move || t(Msg::settings_persist) on_press=ask/> }
                    })
            }}
            {move || {
                refused
                    .get()
                    .then(|| {
                        view! {
                            <Note
                                title=move || t(Msg::settings_persist_refused)
                                tone=Tone::Warn
                                urgent=true
                            />
                        }
                    })
            }}
        </Card>
    }
}
