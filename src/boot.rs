//! Puts the client together: configuration, language, account, service worker, then the app.

use crate::app::App;
use crate::live::{AppState, durable, settings};
use crate::web::{assets, crash, dom, service_worker};
use crate::{context, i18n, paths};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Starts the client in the page's `#app`.
pub fn start() {
    crash::install_log();
    crash::install();
    let base = assets::base_url();
    paths::set_base(assets::base_path());
    let state = AppState::new(base.clone());
    let app = state.clone();
    let Some(root) = dom::app_root() else {
        log::error!("index.html has no #app");
        return;
    };
    durable(async move {
        settings::load(&base).await;
        i18n::start(&base).await;
        dom::clear(&root);
        let mounted = state.clone();
        mount_to(root, move || {
            settings::follow_theme();
            i18n::follow_language(&mounted.base);
            context::provide_app(mounted.clone());
            view! { <App/> }
        })
        .forget();
        state.follow_other_tabs();
        durable(async move { state.start().await });
        let update = app.update.clone();
        service_worker::register(&base, move |waiting| {
            update.set(Some(SendWrapper::new(waiting)));
        })
        .await;
    });
}
