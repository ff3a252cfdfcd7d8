//! Keys and values as IndexedDB has them: numbers and strings, and byte arrays.

use indexed_db_futures::KeyRange;
use js_sys::Uint8Array;
use rapport_store::{Fault, Key};
use wasm_bindgen::{JsCast, JsValue};

/// A key for the browser.
#[expect(
    clippy::cast_precision_loss,
    reason = "keys are at most 2^53, which a double holds exactly"
)]
pub(super) fn key(key: &Key) -> JsValue {
    match key {
        Key::Int(number) => JsValue::from_f64(*number as f64),
        Key::Text(text) => JsValue::from_str(text),
    }
}

/// A key from the browser.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "only whole numbers from 0 were ever written"
)]
pub(super) fn read_key(value: &JsValue) -> Result<Key, Fault> {
    if let Some(number) = value.as_f64() {
        return Ok(Key::Int(number as u64));
    }
    value
        .as_string()
        .map(Key::Text)
        .ok_or_else(|| Fault::Corrupt("a key that is neither number nor text".into()))
}

/// A value for the browser.
pub(super) fn bytes(value: &[u8]) -> JsValue {
    Uint8Array::from(value).into()
}

/// A value from the browser.
pub(super) fn read_bytes(value: &JsValue) -> Result<Vec<u8>, Fault> {
    value
        .dyn_ref::<Uint8Array>()
        .map(Uint8Array::to_vec)
        .ok_or_else(|| Fault::Corrupt("a value that is not bytes".into()))
}

/// The keys from `from` to before `to`; `None` when there can be none, which the browser would call
/// an error.
pub(super) fn range(from: &Key, to: Option<&Key>) -> Option<KeyRange<JsValue>> {
    match to {
        Some(to) if from >= to => None,
        Some(to) => Some(KeyRange::Bound(key(from), false, key(to), true)),
        None => Some(KeyRange::LowerBound(key(from), false)),
    }
}
