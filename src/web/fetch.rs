//! Sending an [`HttpCall`], from a window or a worker.

use crate::web::js_message;
use crate::web::timer;
use rapport_connector::{HttpCall, HttpReply};
use rapport_sync::NetFault;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, Request, RequestCredentials, RequestInit, RequestRedirect,
};

#[wasm_bindgen]
extern "C" {
    /// The same function in windows and workers; `web-sys` binds it only as a method of each.
    #[wasm_bindgen(js_name = fetch)]
    fn fetch_with(request: &Request) -> js_sys::Promise;
}

/// The bytes of a request's body, already taken from the store.
#[derive(Clone, Debug, Default)]
pub enum Bytes {
    /// None.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// Bytes of a file.
    Raw(Vec<u8>),
}

/// Sends `call` with `body` and waits at most `timeout_ms` for the whole reply.
///
/// The session cookie goes along to the portal's own origin only. A redirect is not followed: an API
/// that redirects wants a person to sign in, and following it would fetch a page as if it were data.
///
/// # Errors
/// [`NetFault::Lost`] whenever no complete reply came: a browser does not tell whether the request
/// had left.
pub async fn send(
    base: &str,
    call: &HttpCall,
    body: Bytes,
    timeout_ms: u32,
) -> Result<HttpReply, NetFault> {
    let url = if call.url.contains("://") {
        call.url.clone()
    } else {
        format!("{base}{}", call.url.trim_start_matches('/'))
    };
    let abort = AbortController::new().ok();
    let request = request(&url, call, body, abort.as_ref()).map_err(|error| {
        log::warn!("request not made: {}", js_message(&error));
        NetFault::NotSent
    })?;
    let _guard = timer::after(timeout_ms, move || {
        if let Some(abort) = &abort {
            abort.abort();
        }
    });
    receive(&request).await.map_err(|error| {
        log::debug!("no reply: {}", js_message(&error));
        NetFault::Lost
    })
}

fn request(
    url: &str,
    call: &HttpCall,
    body: Bytes,
    abort: Option<&AbortController>,
) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &call.headers {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(call.method.as_str());
    init.set_headers(&headers);
    if call.anonymous {
        init.set_credentials(RequestCredentials::Omit);
        init.set_referrer_policy(web_sys::ReferrerPolicy::NoReferrer);
    } else {
        init.set_credentials(RequestCredentials::SameOrigin);
    }
    init.set_redirect(RequestRedirect::Manual);
    init.set_cache(web_sys::RequestCache::NoStore);
    init.set_signal(abort.map(AbortController::signal).as_ref());
    match body {
        Bytes::Empty => {}
        Bytes::Text(text) => init.set_body(&text.into()),
        Bytes::Raw(bytes) => init.set_body(&js_sys::Uint8Array::from(bytes.as_slice()).into()),
    }
    Request::new_with_str_and_init(url, &init)
}

/// The largest answer that is taken in, in bytes.
const MOST_BYTES: u32 = 256 << 20;

async fn receive(request: &Request) -> Result<HttpReply, JsValue> {
    let response: web_sys::Response = JsFuture::from(fetch_with(request)).await?.dyn_into()?;
    let mut headers = Vec::new();
    for entry in response.headers().entries() {
        let entry: js_sys::Array = entry?.unchecked_into();
        if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
            headers.push((name, value));
        }
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    let body = js_sys::Uint8Array::new(&buffer);
    if body.length() > MOST_BYTES {
        // Copied in it could leave no memory to go on with.
        return Err(JsValue::from_str("the answer is too large"));
    }
    Ok(HttpReply {
        status: response.status(),
        headers,
        body: body.to_vec(),
    })
}

/// The text of a file of this deployment, such as a message catalogue or the profile.
///
/// # Errors
/// What went wrong, naming the file.
pub async fn text(base: &str, path: &str) -> Result<String, String> {
    let body = bytes(base, path).await?;
    String::from_utf8(body).map_err(|_| format!("{path}: not UTF-8"))
}

/// The bytes of such a file.
///
/// # Errors
/// What went wrong, naming the file.
pub async fn bytes(base: &str, path: &str) -> Result<Vec<u8>, String> {
    let reply = plain(base, path, "GET").await?;
    if reply.status != 200 {
        return Err(format!("{path}: status {}", reply.status));
    }
    Ok(reply.body)
}

/// Removes what the service worker keeps there.
///
/// # Errors
/// What went wrong, naming it.
pub async fn remove(base: &str, path: &str) -> Result<(), String> {
    plain(base, path, "DELETE").await.map(|_| ())
}

async fn plain(base: &str, path: &str, method: &str) -> Result<HttpReply, String> {
    let url = format!("{base}{path}");
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::SameOrigin);
    let request = Request::new_with_str_and_init(&url, &init)
        .map_err(|error| format!("{path}: {}", js_message(&error)))?;
    receive(&request)
        .await
        .map_err(|error| format!("{path}: {}", js_message(&error)))
}
