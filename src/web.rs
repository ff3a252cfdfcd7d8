//! The only room that names the browser: every use of `web_sys`, `js_sys`, `gloo` and IndexedDB.
//! What leaves it are plain owned values; no JS value goes out.

pub mod assets;
pub mod badge;
pub mod channel;
pub mod clock;
pub mod crash;
pub mod dom;
pub mod fetch;
pub mod files;
pub mod idb;
pub mod intl;
pub mod lifecycle;
pub mod locks;
pub mod pattern;
pub mod random;
pub mod service_worker;
pub mod share;
pub mod storage;
pub mod sync_host;
pub mod task;
pub mod timer;
pub mod worker;

use wasm_bindgen::{JsCast, JsValue};

/// What a JS exception says: its message where it is an `Error`, else its text.
fn js_message(value: &JsValue) -> String {
    match value.dyn_ref::<js_sys::Error>() {
        Some(error) => format!(
            "{}: {}",
            String::from(error.name()),
            String::from(error.message())
        ),
        None => value.as_string().unwrap_or_else(|| format!("{value:?}")),
    }
}
