//! Where things are: the workspace, its target directory, the built client.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The root of the workspace this program was compiled in.
pub fn root() -> PathBuf {
    // Cargo sets the variable when it runs the program; the compiled-in one serves a direct call.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(Path::to_path_buf).unwrap_or(package)
}

/// Cargo's target directory.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(path) => std::env::current_dir().unwrap_or_default().join(path),
        None => root().join("target"),
    }
}

/// Tools that are built or installed once: geckodriver, npm packages.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// The built client.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The cargo that runs us.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
