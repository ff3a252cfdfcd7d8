//! What the browser tells a page or worker about its surroundings: network, visibility, leaving.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

/// Listeners that live as long as this value.
#[derive(Default)]
pub struct Listeners(Vec<EventListener>);

fn global() -> Option<EventTarget> {
    js_sys::global().dyn_into().ok()
}

/// Whether the browser believes the device to be online. It lies both ways: show it, do not rely on
/// it.
#[must_use]
pub fn is_online() -> bool {
    let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into());
    navigator
        .and_then(|navigator| js_sys::Reflect::get(&navigator, &"onLine".into()))
        .ok()
        .and_then(|value| value.as_bool())
        .unwrap_or(true)
}

impl Listeners {
    /// Calls `then` whenever the device goes online or offline. In windows and workers.
    pub fn on_online(&mut self, then: impl Fn(bool) + Clone + 'static) {
        let Some(target) = global() else { return };
        for (name, online) in [("online", true), ("offline", false)] {
            let then = then.clone();
            self.0
                .push(EventListener::new(&target, name, move |_| then(online)));
        }
    }

    /// Calls `then` when the page may be about to go: hidden, or left. Phones give no later chance.
    pub fn on_leaving(&mut self, then: impl Fn() + Clone + 'static) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let leave = then.clone();
        self.0
            .push(EventListener::new(&window, "pagehide", move |_| leave()));
        let Some(document) = window.document() else {
            return;
        };
        let watched = document.clone();
        self.0.push(EventListener::new(
            &document,
            "visibilitychange",
            move |_| {
                if watched.visibility_state() == web_sys::VisibilityState::Hidden {
                    then();
                }
            },
        ));
    }

    /// Calls `then` when the page is looked at again.
    pub fn on_return(&mut self, then: impl Fn() + 'static) {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else {
            return;
        };
        let watched = document.clone();
        self.0.push(EventListener::new(
            &document,
            "visibilitychange",
            move |_| {
                if watched.visibility_state() == web_sys::VisibilityState::Visible {
                    then();
                }
            },
        ));
    }
}
