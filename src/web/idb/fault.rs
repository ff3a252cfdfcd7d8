//! The browser's errors by what the caller can do about them. The names are those of DOM exceptions;
//! messages differ from browser to browser and are only shown.

use indexed_db_futures::error::{Error, JSError, OpenDbError};
use indexed_db_futures::internals::SystemRepr;
use rapport_store::Fault;
use wasm_bindgen::{JsCast, JsValue};

/// A fault of a transaction or of one of its requests.
pub(super) fn of(error: &Error) -> Fault {
    match error {
        Error::DomException(exception) => of_exception(exception.as_sys()),
        Error::Unknown(JSError::Error(error)) => {
            let value: &JsValue = error.as_ref();
            match value.dyn_ref::<web_sys::DomException>() {
                Some(exception) => of_exception(exception),
                None => Fault::Other(error.to_string().into()),
            }
        }
        other => Fault::Other(other.to_string()),
    }
}

/// A fault of an exception.
pub(super) fn of_exception(exception: &web_sys::DomException) -> Fault {
    let said = format!("{}: {}", exception.name(), exception.message());
    match exception.name().as_str() {
        "QuotaExceededError" => Fault::Quota(said),
        "VersionError" => Fault::TooNew,
        "InvalidStateError" => Fault::Closed(said),
        "TimeoutError" => Fault::Timeout,
        _ => Fault::Other(said),
    }
}

/// A fault of opening. Whatever keeps a store from being opened at all means that there is none to
/// be had here.
pub(super) fn of_open(error: &OpenDbError) -> Fault {
    match error {
        OpenDbError::Base(error) => match of(error) {
            Fault::Closed(said) | Fault::Other(said) => Fault::Unavailable(said),
            fault => fault,
        },
        // The crate says so of every exception that `open` throws; the version is never 0 here.
        OpenDbError::VersionZero => {
            Fault::Unavailable("the browser does not open databases here".into())
        }
        other => Fault::Unavailable(other.to_string()),
    }
}
