//! Registering the service worker, and asking before a new build takes over.

use crate::web::js_message;
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerRegistration, ServiceWorkerState};

/// A new build that waits to take over.
#[derive(Clone)]
pub struct Update(ServiceWorkerRegistration);

impl Update {
    /// Lets the new build take over and reloads this page once it has. Call it only when the user
    /// asked for it and nothing typed is unsaved.
    pub fn apply(&self) {
        let Some(container) = container() else { return };
        // Reload exactly once: the event also fires when another tab applied the update.
        EventListener::once(&container, "controllerchange", |_| reload()).forget();
        let message = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&message, &"type".into(), &"skip-waiting".into());
        match self.0.waiting() {
            Some(waiting) => {
                let _ = waiting.post_message(&message);
            }
            None => reload(),
        }
    }
}

fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

fn container() -> Option<web_sys::ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    // Absent on insecure origins and in some private modes.
    let has = js_sys::Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false);
    has.then(|| navigator.service_worker())
        .filter(|container| !container.is_undefined())
}

/// Registers `sw.js` and calls `on_update` whenever a newer build is ready and waits.
pub async fn register(base: &str, on_update: impl Fn(Update) + Clone + 'static) {
    let Some(container) = container() else { return };
    let options = web_sys::RegistrationOptions::new();
    options.set_scope(base);
    options.set_update_via_cache(web_sys::ServiceWorkerUpdateViaCache::None);
    let promise = container.register_with_options(&format!("{base}sw.js"), &options);
    let registration: ServiceWorkerRegistration = match JsFuture::from(promise).await {
        Ok(registration) => registration.unchecked_into(),
        Err(error) => {
            log::warn!("no offline start: {}", js_message(&error));
            return;
        }
    };
    if registration.waiting().is_some() && container.controller().is_some() {
        on_update(Update(registration.clone()));
    }
    let watched = registration.clone();
    EventListener::new(&registration, "updatefound", move |_| {
        let Some(installing) = watched.installing() else {
            return;
        };
        let registration = watched.clone();
        let on_update = on_update.clone();
        let worker = installing.clone();
        EventListener::new(&installing, "statechange", move |_| {
            // Without a controller it is the first install: nothing to update.
            let replaces = self::container().is_some_and(|c| c.controller().is_some());
            if worker.state() == ServiceWorkerState::Installed && replaces {
                on_update(Update(registration.clone()));
            }
        })
        .forget();
    })
    .forget();
    look_for_updates_hourly(registration);
}

fn look_for_updates_hourly(registration: ServiceWorkerRegistration) {
    wasm_bindgen_futures::spawn_local(async move {
        loop {
            crate::web::timer::wait(60 * 60 * 1000).await;
            if let Ok(promise) = registration.update() {
                let _ = JsFuture::from(promise).await;
            }
        }
    });
}
