//! Web Locks, by a binding of our own: `web-sys` has them only behind an unstable flag. Works in
//! windows and workers of Chromium and Firefox.

use crate::web::js_message;
use std::future::Future;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(thread_local_v2, js_namespace = ["globalThis", "navigator"], js_name = locks)]
    static LOCKS: Option<LockManager>;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        callback: &Closure<dyn FnMut(JsValue) -> js_sys::Promise>,
    ) -> Result<js_sys::Promise, JsValue>;
}

/// Waits for the lock `name`, runs `work` while holding it, and frees it when `work` ends. The
/// browser frees it too when this tab or worker goes away.
///
/// # Errors
/// The browser's words when it has no locks; then `work` never ran.
pub async fn hold<F>(name: &str, work: impl FnOnce() -> F + 'static) -> Result<(), String>
where
    F: Future<Output = ()> + 'static,
{
    let mut work = Some(work);
    let callback = Closure::<dyn FnMut(JsValue) -> js_sys::Promise>::new(move |_lock: JsValue| {
        let work = work.take();
        future_to_promise(async move {
            if let Some(work) = work {
                work().await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let promise = LOCKS.with(|locks| match locks {
        Some(locks) => locks
            .request(name, &callback)
            .map_err(|error| js_message(&error)),
        None => Err("this browser has no Web Locks".to_owned()),
    })?;
    JsFuture::from(promise)
        .await
        .map(|_| ())
        .map_err(|error| js_message(&error))
}
