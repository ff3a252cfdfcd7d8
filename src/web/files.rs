//! Files that the user picks, and files that he is offered.

use crate::web::js_message;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A picked file with its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct PickedFile {
    /// Its name.
    pub name: String,
    /// Its media type; `application/octet-stream` where the browser knows none.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads every file chosen in the event's `<input type=file>` and empties the input, so that the
/// same file can be chosen again.
///
/// # Errors
/// The name of the file that cannot be read and the browser's reason; the others are lost with it,
/// so that none is forgotten silently.
pub async fn read(input: web_sys::HtmlInputElement) -> Result<Vec<PickedFile>, String> {
    let Some(list) = input.files() else {
        return Ok(Vec::new());
    };
    let mut picked = Vec::new();
    for index in 0..list.length() {
        let Some(file) = list.get(index) else {
            continue;
        };
        let name = file.name();
        let buffer = JsFuture::from(file.array_buffer())
            .await
            .map_err(|error| format!("{name}: {}", js_message(&error)))?;
        let media_type = match file.type_() {
            unknown if unknown.is_empty() => "application/octet-stream".to_owned(),
            known => known,
        };
        picked.push(PickedFile {
            name,
            media_type,
            bytes: js_sys::Uint8Array::new(&buffer).to_vec(),
        });
    }
    input.set_value("");
    Ok(picked)
}

/// Offers bytes to the user as a file to save. Never opened in place: what somebody attached must not
/// run in the portal's origin.
///
/// # Errors
/// The browser's reason.
pub fn offer(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), String> {
    let run = || -> Result<(), wasm_bindgen::JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let url = web_sys::Url::create_object_url_with_blob(&blob)?;
        let document = web_sys::window()
            .and_then(|window| window.document())
            .ok_or_else(|| wasm_bindgen::JsValue::from_str("no document"))?;
        let link: web_sys::HtmlAnchorElement = document.create_element("a")?.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
        // The download has taken its own reference by the next turn of the event loop.
        drop_later(url);
        Ok(())
    };
    run().map_err(|error| js_message(&error))
}

fn drop_later(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        crate::web::timer::wait(60_000).await;
        let _ = web_sys::Url::revoke_object_url(&url);
    });
}
