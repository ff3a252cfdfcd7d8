//! The build's asset map and the deployment's configuration, both read from the page.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the hashed files of this build lie, from the data block in `index.html`. URLs are relative
/// to the document's base.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Assets {
    /// The build's id.
    #[serde(default)]
    pub build: String,
    /// The sync worker's script.
    #[serde(default)]
    pub worker: String,
    /// Message catalogues by language.
    #[serde(default)]
    pub languages: BTreeMap<String, String>,
}

/// The asset map of the page; empty where the page has none.
#[must_use]
pub fn assets() -> Assets {
    let text = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("rapport-assets"))
        .and_then(|element| element.text_content());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// The document's base URL, absolute, with a trailing slash.
#[must_use]
pub fn base_url() -> String {
    let uri = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten())
        .unwrap_or_default();
    match uri.rfind('/') {
        Some(end) => uri.get(..=end).unwrap_or(&uri).to_owned(),
        None => uri,
    }
}

/// The path of the base URL without its trailing slash: empty at the root, `/help` below it.
#[must_use]
pub fn base_path() -> String {
    let url = base_url();
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let path = url
        .get(after_scheme..)
        .and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)));
    path.unwrap_or("/").trim_end_matches('/').to_owned()
}

/// The origin of the page, such as `https://portal.example`.
#[must_use]
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}
