//! What tests need of the browser itself: a look at connections and transactions as they are made,
//! and a hand in their fate. Only prototypes are patched, so the adapter runs as it is shipped.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A name that no other test and no earlier run has used.
pub fn fresh_name(test: &str) -> String {
    format!("{test}-{}", js_sys::Math::random())
}

/// Runs JavaScript as the body of an async function with these arguments.
pub async fn js(body: &str, arguments: &[JsValue]) -> JsValue {
    try_js(body, arguments).await.expect("the script runs")
}

async fn try_js(body: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function = Function::new_with_args(
        "args",
        &format!("{WATCH}\nconst [a, b, c] = args; return (async () => {{ {body} }})();"),
    );
    let arguments: Array = arguments.iter().collect();
    let promise = function.call1(&JsValue::NULL, &arguments)?;
    JsFuture::from(promise.unchecked_into::<Promise>()).await
}

/// Keeps every connection and transaction that is made from now on, once per page.
const WATCH: &str = r"
if (!globalThis.seen) {
    const seen = globalThis.seen = { connections: [], transactions: [] };
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...args) {
        const request = open.apply(this, args);
        request.addEventListener('success', () => seen.connections.push(request.result));
        return request;
    };
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
        const made = transaction.apply(this, args);
        seen.transactions.push(made);
        return made;
    };
    // A promise of a request's result.
    globalThis.result = request => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    // Opens a database by hand; `hold` ignores that others want to upgrade it.
    globalThis.openRaw = (name, version, hold) => new Promise((resolve, reject) => {
        const request = open.call(indexedDB, name, version);
        request.onupgradeneeded = () => {
            if (!request.result.objectStoreNames.contains('extra')) request.result.createObjectStore('extra');
        };
        request.onsuccess = () => {
            if (!hold) request.result.onversionchange = () => request.result.close();
            resolve(request.result);
        };
        request.onerror = () => reject(request.error);
    });
    // Replaces a member of a prototype and gives a function that puts it back.
    globalThis.patch = (prototype, name, replace) => {
        const old = Object.getOwnPropertyDescriptor(prototype, name);
        Object.defineProperty(prototype, name, replace(old));
        globalThis.unpatch = () => Object.defineProperty(prototype, name, old);
    };
}
";

/// Begins to keep connections and transactions.
pub async fn watch() {
    js("seen.connections = []; seen.transactions = [];", &[]).await;
}

/// Puts back what the last `patch` replaced.
pub async fn unpatch() {
    js("globalThis.unpatch();", &[]).await;
}

/// The texts of an array.
pub fn texts(value: &JsValue) -> Vec<String> {
    Array::from(value)
        .iter()
        .map(|text| text.as_string().unwrap_or_default())
        .collect()
}
