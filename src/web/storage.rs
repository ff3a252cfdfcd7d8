//! How much room the browser gives, and small settings that are needed before any account is open.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// What the browser says about this origin's room.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StorageInfo {
    /// Bytes in use, roughly.
    pub used: Option<u64>,
    /// Bytes allowed, roughly.
    pub quota: Option<u64>,
    /// Whether the browser promised not to evict it by itself.
    pub persisted: bool,
}

fn manager() -> Option<web_sys::StorageManager> {
    let manager = web_sys::window()?.navigator().storage();
    (!manager.is_undefined()).then_some(manager)
}

/// Room used and allowed. Everything is unknown where the browser does not tell.
pub async fn info() -> StorageInfo {
    let Some(manager) = manager() else {
        return StorageInfo::default();
    };
    let mut info = StorageInfo::default();
    if let Ok(promise) = manager.estimate()
        && let Ok(estimate) = JsFuture::from(promise).await
    {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "byte counts"
        )]
        let number = |name: &str| {
            let value = js_sys::Reflect::get(&estimate, &name.into()).ok()?;
            value.as_f64().map(|bytes| bytes as u64)
        };
        info.used = number("usage");
        info.quota = number("quota");
    }
    if let Ok(promise) = manager.persisted()
        && let Ok(persisted) = JsFuture::from(promise).await
    {
        info.persisted = persisted.as_bool().unwrap_or(false);
    }
    info
}

/// Asks the browser not to evict what is stored here; whether it agreed.
pub async fn persist() -> bool {
    let Some(promise) = manager().and_then(|manager| manager.persist().ok()) else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .ok()
        .and_then(|agreed| agreed.as_bool())
        .unwrap_or(false)
}

fn local() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// A small setting; `None` where it was never set or the browser keeps none.
#[must_use]
pub fn setting(name: &str) -> Option<String> {
    local()?.get_item(&format!("rapport.{name}")).ok().flatten()
}

/// Keeps a small setting. Where the browser keeps none it holds until the page is left.
pub fn set_setting(name: &str, value: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(&format!("rapport.{name}"), value);
    }
}

/// The languages the user prefers, best first.
#[must_use]
pub fn preferred_languages() -> Vec<String> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    window
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

/// A parameter of the page's address.
#[must_use]
pub fn query_parameter(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search)
        .ok()?
        .get(name)
}

/// Writes an attribute of the root element, such as language or theme.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute(name, value);
    }
}

/// Sets a custom property of the root element through the CSSOM, which a strict policy allows.
pub fn set_root_property(name: &str, value: &str) {
    if let Some(root) = root().and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = root.style().set_property(name, value);
    }
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}
