//! The glue between wasm and JavaScript, generated in process by the library behind the
//! `wasm-bindgen` command; its version is locked together with the crate's by Cargo.lock.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// One wasm binary with the script that loads it.
pub struct Glue {
    /// The module.
    pub wasm: Vec<u8>,
    /// The script.
    pub script: String,
    /// Scripts that dependencies bring along, by their path below `snippets/`.
    pub snippets: BTreeMap<String, String>,
}

/// The binary of the page: an ES module.
pub fn page(wasm: &Path, release: bool) -> Result<Glue> {
    let mut bindgen = generator(wasm, release);
    bindgen.web(true)?;
    generate(bindgen, wasm)
}

/// The binary of the worker: a classic script, because a classic service worker loads it too.
pub fn worker(wasm: &Path, release: bool) -> Result<Glue> {
    let mut bindgen = generator(wasm, release);
    bindgen.no_modules(true)?;
    generate(bindgen, wasm)
}

fn generator(wasm: &Path, release: bool) -> Bindgen {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(true);
    bindgen
}

fn generate(mut bindgen: Bindgen, wasm: &Path) -> Result<Glue> {
    let mut output = bindgen
        .generate_output()
        .with_context(|| format!("no glue could be generated for {}", wasm.display()))?;
    let mut snippets = BTreeMap::new();
    for (crate_id, scripts) in output.snippets() {
        for (number, script) in scripts.iter().enumerate() {
            snippets.insert(format!("{crate_id}/inline{number}.js"), script.clone());
        }
    }
    for (path, script) in output.local_modules() {
        snippets.insert(path.clone(), script.clone());
    }
    let script = output.js().to_owned();
    Ok(Glue {
        wasm: output.wasm_mut().emit_wasm(),
        script,
        snippets,
    })
}
