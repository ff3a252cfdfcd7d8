//! The API against its own description: Schemathesis makes requests of it, good ones and bad ones, and
//! looks whether every answer is one that it describes.

#![expect(clippy::print_stdout, reason = "a test says what it tried")]

use anyhow::{Context, Result, bail};
use rapport_e2e::backend::{Backend, Setup};
use rapport_e2e::places;
use std::time::Duration;
use tokio::process::Command;

/// So that a failing run can be run again.
const SEED: &str = "1";
/// Cases that are tried with each operation, beside the boundaries that the description has.
const CASES: &str = "8";
/// Longer than any run takes here.
const PATIENCE: Duration = Duration::from_secs(300);

/// What holds of every answer, also of the one to a senseless request.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

/// One run as somebody who may everything, one as somebody who may little: they meet other answers.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_is_as_it_is_described() -> Result<()> {
    for login in ["ada", "anna"] {
        let backend = Backend::start(Setup::usual()?).await?;
        let token = backend.as_user(login).await?.token().to_owned();
        let root = format!("http://{}{}", backend.address()?, backend.base());
        let program = places::program("SCHEMATHESIS", &["schemathesis"])?;
        let mut command = Command::new(program);
        let folder = tempfile::TempDir::new()?;
        command
            // It keeps what it found beside itself.
            .current_dir(folder.path())
            .args(["run", &format!("{root}api/openapi.json")])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            // One never ends, the other ends the session.
            .args(["--exclude-path", "/api/v1/events"])
            .args(["--exclude-path", "/api/v1/session"])
            .args(["--phases", "examples,coverage,fuzzing"])
            .args(["--max-examples", CASES])
            .args(["--seed", SEED])
            .args(["--workers", "2"])
            .args(["--checks", CHECKS])
            .args(["--warnings", "off"])
            .arg("--continue-on-failure")
            .env("NO_COLOR", "1")
            .kill_on_drop(true);
        let ended = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = ended.context("Schemathesis does not end")??;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("as {login}, seed {SEED}:\n{said}\n{}", backend.log());
        }
        // A run that tried nothing has shown nothing.
        let tried = said.lines().find(|line| line.contains("generated"));
        println!("as {login}: {}", tried.context("nothing was tried")?.trim());
    }
    Ok(())
}
