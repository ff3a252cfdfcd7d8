//! `e2e`: the journeys of `tests/e2e` in a real browser against the real backend.

use std::process::Command;

use anyhow::Result;
use serde_json::Value;

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

/// Compiles the backend the journeys start.
///
/// It comes from the same selection of packages as the native tests: cargo chooses the features of a
/// shared dependency by what is selected, and another selection would compile most of them again.
pub fn backend() -> Result<()> {
    tools::c_compiler()?;
    let mut command = process::cargo(["test", "--workspace", "--no-run", "--quiet"]);
    for name in test_targets(|package| package == "rapport-backend")? {
        command.args(["--test", &name]);
    }
    step("compile the backend", || {
        process::run(&mut command)
            .advise("mend what the compiler says above, then run the same command again")
    })
}

/// The integration tests of the packages that are wanted.
pub fn test_targets(wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let text = process::quiet(&mut process::cargo([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let chosen = packages
        .iter()
        .filter(|package| package["name"].as_str().is_some_and(&wanted));
    let targets = chosen.flat_map(|package| list(&package["targets"]));
    let tests = targets.filter(|target| list(&target["kind"]).contains(&Value::from("test")));
    Ok(tests
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect())
}

/// The command that runs the journeys, told where everything is.
pub fn command() -> Result<Command> {
    let mut command = process::cargo(["test", "--workspace", "--no-fail-fast"]);
    for name in test_targets(|package| package == "rapport-e2e")? {
        command.args(["--test", &name]);
    }
    command
        // Journeys wait more than they compute; how many run at once they settle among themselves.
        .env("RUST_TEST_THREADS", "4")
        .env("RAPPORT_DIST", workspace::dist())
        .env(
            "RAPPORT_BACKEND",
            workspace::target().join("debug/rapport-backend"),
        )
        .env(
            "RAPPORT_PROFILE",
            workspace::root().join("profiles/rapport.json"),
        )
        .env("CHROMEDRIVER", tools::path_of(&["chromedriver"])?)
        .env("CHROMIUM", tools::path_of(&["chromium"])?)
        .env("CHROMIUM_SWITCHES", tools::CHROMIUM_SWITCHES.join(" "))
        .env("GECKODRIVER", tools::geckodriver()?)
        .env("FIREFOX", tools::path_of(&["firefox-esr", "firefox"])?)
        .env("AXE_JS", tools::axe()?)
        .env("SCHEMATHESIS", tools::schemathesis()?);
    Ok(command)
}
