// Loads the wasm of the sync worker. The build replaces the names below with hashed ones. The wasm
// tells the page that it is ready; only a failure to start is told here.

const failed = (reason) => {
  postMessage({ type: "failed", message: String(reason?.message ?? reason) });
};

try {
  importScripts("./sync_worker.js");
  wasm_bindgen({ module_or_path: new URL("./sync_worker.wasm", location.href) }).catch(failed);
} catch (reason) {
  failed(reason);
}
