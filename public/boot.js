// Starts the wasm of the page, and shows the static stop block when it cannot start or dies later.
// The build replaces the names below with hashed ones.

const stop = (reason) => {
  console.error(reason);
  const block = document.getElementById("stop");
  const texts = [...block.querySelectorAll("[lang]")];
  const [wanted] = navigator.language.toLowerCase().split("-");
  const shown = texts.find(({ lang }) => lang === wanted) ?? texts[0];
  for (const text of texts) text.hidden = text !== shown;
  block.hidden = false;
};

for (const button of document.querySelectorAll("#stop button")) {
  button.addEventListener("click", () => location.reload());
}

// A panic ends as a trap: nothing of the wasm may be called after it.
const trapped = (reason) => reason instanceof WebAssembly.RuntimeError && stop(reason);
addEventListener("error", (event) => trapped(event.error));
addEventListener("unhandledrejection", (event) => trapped(event.reason));

// Imported here and not above, so that a missing file stops in words too. The glue falls back from
// streaming to a buffer by itself when a server does not know the media type of wasm.
try {
  const glue = await import("./rapport.js");
  await glue.default({ module_or_path: new URL("./rapport.wasm", import.meta.url) });
} catch (reason) {
  stop(reason);
}
