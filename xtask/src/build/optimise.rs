//! wasm-opt, from the npm package `binaryen`: the distribution's own is too old for today's rustc.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{process, workspace};

/// What rustc assumes of a browser today, and nothing beyond: an optimiser may use what it is allowed.
const FEATURES: [&str; 6] = [
    "bulk-memory",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// Makes a wasm module smaller without changing what it does.
pub fn shrink(packages: &Path, wasm: &mut Vec<u8>, name: &str) -> Result<()> {
    let folder = workspace::target().join("xtask");
    fs::create_dir_all(&folder)?;
    let (before, after) = (
        folder.join(format!("{name}.wasm")),
        folder.join(format!("{name}.opt.wasm")),
    );
    fs::write(&before, &wasm)?;
    process::quiet(
        Command::new("node")
            .arg(packages.join("binaryen/bin/wasm-opt"))
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES.map(|feature| format!("--enable-{feature}")))
            .arg("-o")
            .args([&after, &before]),
    )
    .with_context(|| format!("wasm-opt refused the {name} module"))?;
    *wasm = fs::read(&after)?;
    Ok(())
}
