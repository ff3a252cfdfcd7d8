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
    /// Where a draft keeps them meanwhile: that copy goes when they are sent.
    pub kept_at: Option<String>,
}

/// A file that was chosen and is not read yet: asking what it is costs nothing, whatever its size.
pub struct ChosenFile {
    /// Its name.
    pub name: String,
    /// Its media type; `application/octet-stream` where the browser knows none.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    file: web_sys::File,
}

/// The files chosen in an `<input type=file>`, none of them read.
#[must_use]
pub fn chosen(input: &web_sys::HtmlInputElement) -> Vec<ChosenFile> {
    let Some(list) = input.files() else {
        return Vec::new();
    };
    let one = |file: web_sys::File| {
        let media_type = match file.type_() {
            unknown if unknown.is_empty() => "application/octet-stream".to_owned(),
            known => known,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size is a whole number below 2^53"
        )]
        let size = file.size() as u64;
        ChosenFile {
            name: file.name(),
            media_type,
            size,
            file,
        }
    };
    (0..list.length())
        .filter_map(|index| list.get(index))
        .map(one)
        .collect()
}

/// Empties the input, so that the same file can be chosen again.
pub fn clear(input: &web_sys::HtmlInputElement) {
    input.set_value("");
}

impl ChosenFile {
    /// Reads the bytes into memory.
    ///
    /// # Errors
    /// The browser's reason.
    pub async fn read(self) -> Result<PickedFile, String> {
        let buffer = JsFuture::from(self.file.array_buffer())
            .await
            .map_err(|error| js_message(&error))?;
        Ok(PickedFile {
            name: self.name,
            media_type: self.media_type,
            bytes: js_sys::Uint8Array::new(&buffer).to_vec(),
            kept_at: None,
        })
    }
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
