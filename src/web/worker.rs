//! Starting the sync worker from a tab. After the start message everything goes through the store and
//! the account's [`channel`](crate::web::channel).

use crate::web::js_message;
use rapport_domain::UserId;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, Worker};

/// What the worker must know to begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The account whose database it opens.
    pub account: String,
    /// The backend's id of the account's user; the session must be his, or nothing is sent.
    pub user: String,
    /// His id as our records name it: a ticket in another one's name is one on his behalf.
    pub me: UserId,
    /// The base URL of the portal, absolute.
    pub base: String,
    /// The connector profile.
    pub profile: String,
}

/// A running worker; terminated when dropped.
pub struct SyncWorker {
    inner: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// Starts the sync worker. `on_failure` hears when it cannot run; the portal then still reads and
/// writes, but sends nothing.
///
/// # Errors
/// The browser's reason when it refuses to start a worker.
pub fn start(
    script: &str,
    start: &Start,
    on_failure: impl Fn(String) + Clone + 'static,
) -> Result<SyncWorker, String> {
    let inner = Worker::new(script).map_err(|error| js_message(&error))?;
    let message = serde_json::to_string(start).map_err(|error| error.to_string())?;
    let failed = on_failure.clone();
    let worker = inner.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let field = |name: &str| {
            js_sys::Reflect::get(&data, &name.into())
                .ok()
                .and_then(|value| value.as_string())
        };
        match field("type").as_deref() {
            // The worker's wasm listens only once it has started.
            Some("ready") => {
                if let Err(error) = worker.post_message(&message.as_str().into()) {
                    failed(js_message(&error));
                }
            }
            Some("failed") => {
                worker.terminate();
                failed(field("message").unwrap_or_default());
            }
            _ => {}
        }
    });
    inner.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let dead = inner.clone();
    let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        // A worker that broke down would keep the account's lock, and no other tab could lead.
        dead.terminate();
        let message = event
            .dyn_ref::<web_sys::ErrorEvent>()
            .map(web_sys::ErrorEvent::message);
        on_failure(message.unwrap_or_else(|| "the sync worker did not start".to_owned()));
    });
    inner.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(SyncWorker {
        inner,
        _on_message: on_message,
        _on_error: on_error,
    })
}

impl Drop for SyncWorker {
    fn drop(&mut self) {
        self.inner.set_onmessage(None);
        self.inner.set_onerror(None);
        self.inner.terminate();
    }
}
