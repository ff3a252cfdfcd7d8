//! Running a future on the browser's own queue.

use std::future::Future;

/// Runs `work` to its end.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}
