//! Hints between the tabs and workers of one account. A message says that something changed, never
//! what: the store is the only truth.

use crate::web::js_message;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

/// What contexts tell each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Base, overlay or outbox changed in the store.
    Changed,
    /// A tab changed the outbox.
    Outbox,
    /// A tab wrote or removed a draft.
    Draft {
        /// Its key.
        key: String,
    },
    /// Somebody wants fresh data now.
    Pull,
    /// Somebody signed in or out: the session may be another user's now.
    Session,
    /// A tab asks for the present status.
    AskStatus,
    /// How syncing stands.
    Status {
        /// As the engine says.
        status: rapport_sync::Status,
        /// When data last came in, by the device's clock.
        as_of: Option<rapport_domain::Timestamp>,
    },
}

/// The channel of all tabs of this browser, whoever is signed in.
pub const EVERYBODY: &str = "rapport";

/// The name of an account's channel.
#[must_use]
pub fn of_account(account: &str) -> String {
    format!("rapport:{account}")
}

/// An open channel; closed when dropped.
pub struct Channel {
    inner: BroadcastChannel,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Opens the channel `name` and calls `on_hint` for everything others say in it.
    ///
    /// # Errors
    /// The browser's words when it has no such channels.
    pub fn open(name: &str, mut on_hint: impl FnMut(Hint) + 'static) -> Result<Self, String> {
        let inner = BroadcastChannel::new(name).map_err(|error| js_message(&error))?;
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let hint = event
                .data()
                .as_string()
                .and_then(|json| serde_json::from_str(&json).ok());
            if let Some(hint) = hint {
                on_hint(hint);
            }
        });
        inner.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Ok(Self {
            inner,
            _listener: listener,
        })
    }

    /// Tells everybody else. A hint that cannot be delivered is only logged: whoever misses it finds
    /// the change at the next occasion.
    pub fn tell(&self, hint: &Hint) {
        match serde_json::to_string(hint) {
            Ok(json) => {
                if let Err(error) = self.inner.post_message(&json.into()) {
                    log::warn!("hint not sent: {}", js_message(&error));
                }
            }
            Err(error) => log::warn!("hint not written: {error}"),
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.inner.set_onmessage(None);
        self.inner.close();
    }
}
