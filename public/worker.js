// Loads the wasm of the sync worker. The build replaces the names below with hashed ones.

// The wasm is not there yet when the page posts its first message, and an event without a listener
// is gone: keep them, and hand them on in their order once the wasm listens.
const early = [];
const keep = (event) => early.push(event);
addEventListener("message", keep);

const failed = (reason) => {
  postMessage({ type: "failed", message: String(reason?.message ?? reason) });
};

try {
  importScripts("./sync_worker.js");
  wasm_bindgen({ module_or_path: new URL("./sync_worker.wasm", location.href) }).then(() => {
    removeEventListener("message", keep);
    for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports }));
  }).catch(failed);
} catch (reason) {
  failed(reason);
}
