//! Where everything a journey needs lies. `cargo xtask e2e` says it through the environment; a direct
//! `cargo test` finds what lies in its usual place, and names the command that makes what is missing.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .ancestors()
        .nth(2)
        .map_or_else(|| package.to_path_buf(), Path::to_path_buf)
}

/// Cargo's target directory: screenshots and what failed journeys leave behind go there.
#[must_use]
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(path) => workspace().join(path),
        None => workspace().join("target"),
    }
}

/// The built client.
///
/// # Errors
/// When there is none.
pub fn dist() -> Result<PathBuf> {
    let path = from_environment("RAPPORT_DIST").unwrap_or_else(|| workspace().join("dist"));
    if !path.join("index.html").is_file() {
        bail!(
            "no built client in {}: run `cargo xtask build --release`",
            path.display()
        );
    }
    Ok(path)
}

/// The connector profile of the reference backend.
///
/// # Errors
/// When it is not there.
pub fn profile() -> Result<PathBuf> {
    let usual = || workspace().join("profiles/rapport.json");
    existing(
        from_environment("RAPPORT_PROFILE").unwrap_or_else(usual),
        "set RAPPORT_PROFILE to a connector profile",
    )
}

/// The backend's program.
///
/// # Errors
/// When it is not compiled.
pub fn backend() -> Result<PathBuf> {
    let debug = target().join("debug/rapport-backend");
    let release = target().join("release/rapport-backend");
    let usual = if debug.is_file() { debug } else { release };
    existing(
        from_environment("RAPPORT_BACKEND").unwrap_or(usual),
        "run `cargo build --package rapport-backend`",
    )
}

/// A program by its variable, or else by its names on the search path.
///
/// # Errors
/// When it is in neither place.
pub fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = from_environment(variable) {
        return existing(path, &format!("{variable} names it"));
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    for name in names {
        for folder in env::split_paths(&folders) {
            let path = folder.join(name);
            if path.is_file() {
                return Ok(path);
            }
        }
    }
    bail!(
        "{} is missing: run `cargo xtask e2e`, which installs what can be installed, or set {variable}",
        names.join(" or ")
    )
}

/// The accessibility checker.
///
/// # Errors
/// When it is not installed.
pub fn axe() -> Result<PathBuf> {
    let usual = || target().join("tools/npm/node_modules/axe-core/axe.min.js");
    existing(
        from_environment("AXE_JS").unwrap_or_else(usual),
        "run `cargo xtask e2e`, which installs it",
    )
}

fn from_environment(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn existing(path: PathBuf, remedy: &str) -> Result<PathBuf> {
    if !path.is_file() {
        bail!("{} is missing: {remedy}", path.display());
    }
    Ok(path)
}
