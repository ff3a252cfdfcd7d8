//! The number on the icon of the installed app (W3C Badging API); where there is none, nothing happens.

use wasm_bindgen::{JsCast, JsValue};

/// Shows so many; 0 shows none.
pub fn show(count: u32) {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return;
    };
    let function = js_sys::Reflect::get(&navigator, &JsValue::from_str("setAppBadge"));
    let Some(set) = function
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Function>().ok())
    else {
        return;
    };
    // The promise fails where the app is not installed, which is nobody's concern.
    if let Ok(promise) = set.call1(&navigator, &JsValue::from(count))
        && let Ok(promise) = promise.dyn_into::<js_sys::Promise>()
    {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}
