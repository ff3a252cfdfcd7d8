//! `e2e`: the journeys of `tests/e2e` in a real browser against the real backend.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::args::Args;
use crate::progress::{Advise, step};
use crate::{build, process, tools, workspace};

/// `cargo xtask e2e [--firefox] [FILTER]`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let firefox = args.switch("--firefox");
    let filter = args.word();
    args.finish()?;
    tools::for_tests()?;
    let options = build::Options::release();
    build::compile(&options)?;
    build::package(&options)?;
    backend()?;
    let mut command = command()?;
    if firefox {
        command.env("RAPPORT_BROWSER", "firefox");
    }
    if let Some(filter) = filter {
        command.args(["--", &filter]);
    }
    step("run the journeys", || {
        process::run(&mut command)
            .advise("each failed journey names its step and the folder with its screenshots above")
    })
}

/// Compiles the backend and returns its path.
pub fn backend() -> Result<PathBuf> {
    tools::c_compiler()?;
    step("compile the backend", || {
        process::run(&mut process::cargo([
            "build",
            "--package",
            "rapport-backend",
        ]))
        .advise("mend what the compiler says above, then run the same command again")
    })?;
    Ok(backend_path())
}

fn backend_path() -> PathBuf {
    workspace::target().join("debug/rapport-backend")
}

/// The command that runs the journeys, told where everything is.
pub fn command() -> Result<Command> {
    let mut command = process::cargo(["test", "--package", "rapport-e2e", "--no-fail-fast"]);
    command
        .env("RAPPORT_DIST", workspace::dist())
        .env("RAPPORT_BACKEND", backend_path())
        .env(
            "RAPPORT_PROFILE",
            workspace::root().join("profiles/rapport.json"),
        )
        .env("CHROMEDRIVER", tools::path_of(&["chromedriver"])?)
        .env("CHROMIUM", tools::path_of(&["chromium"])?)
        .env("CHROMIUM_SWITCHES", tools::CHROMIUM_SWITCHES.join(" "))
        .env("GECKODRIVER", tools::geckodriver()?)
        .env("FIREFOX", tools::path_of(&["firefox-esr", "firefox"])?)
        .env("AXE_JS", tools::axe()?);
    Ok(command)
}
