//! A new build while pages are open.

use anyhow::{Result, ensure};
use rapport_e2e::api::text;
use rapport_e2e::dist;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::places;
use rapport_e2e::wait;
use std::time::Duration;

/// Chromium looks for a new service worker, installs it and lets it take over at its lowest priority.
const PATIENCE: Duration = Duration::from_secs(120);

/// The build the page runs.
async fn build(page: &Page) -> Result<String> {
    let script = "return JSON.parse(document.getElementById('rapport-assets').textContent).build";
    Ok(page
        .run(script, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

async fn until_build(page: &Page, wanted: &str) -> Result<()> {
    wait::until_within(PATIENCE, "the new build", || async {
        ensure!(build(page).await? == wanted, "it runs the old one");
        Ok(())
    })
    .await
}

#[test]
fn a_new_build_waits_for_consent_and_takes_no_text_away() -> Result<(), Failure> {
    Stage::desktop().alone().play(with_two_tabs)
}

#[test]
fn it_takes_no_text_away_under_another_path() -> Result<(), Failure> {
    Stage::desktop().under("/help/").alone().play(with_two_tabs)
}

async fn with_two_tabs(j: &mut Journey) -> Result<()> {
    let first = j.signed_in("anna").await?;
    let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
    let (id, subject) = (text(&ticket, "id")?, text(&ticket, "subject")?);
    first.open(&j.url(&format!("tickets/{id}"))).await?;
    first
        .fill("Your answer", "Written in the old build")
        .await?;
    let second = j.browser.new_tab().await?;
    second.open(&j.url("services")).await?;
    second.until_heading("Services").await?;
    let old = build(&first).await?;

    j.step("another build is deployed; the files of the old one are gone");
    let folder = tempfile::TempDir::new()?;
    let new = dist::next_build(&places::dist()?, folder.path())?;
    j.stop_backend().await?;
    j.backend.serve_client_from(folder.path());
    j.start_backend().await?;
    for page in [&first, &second] {
        page.mark().await?;
    }
    let look = "navigator.serviceWorker.getRegistration().then((r) => r.update()); return true";
    first.run(look, vec![]).await?;

    j.step("both tabs offer it, and go on as they are");
    for page in [&first, &second] {
        wait::until_within(PATIENCE, "the offer", || async {
            let text = page.text().await?;
            ensure!(text.contains("A new version is ready"), "it is not there");
            Ok(())
        })
        .await?;
    }
    second.go_to_form().await?;
    second.fill_form("Filed in the old build").await?;
    second.go_to("Settings").await?;
    second.choose("Language", "Deutsch").await?;
    second.until_heading("Einstellungen").await?;
    second.choose("Sprache", "English").await?;
    second.until_heading("Settings").await?;
    second.back().await?;
    second
        .until_field_is("What does not work?", "Filed in the old build")
        .await?;
    first.type_text(", to the end").await?;
    for page in [&first, &second] {
        page.is_the_same().await?;
        ensure!(
            build(page).await? == old,
            "a page changed its build by itself"
        );
    }

    j.step("a page loaded now still runs one whole build");
    second.reload().await?;
    second
        .until_field_is("What does not work?", "Filed in the old build")
        .await?;
    ensure!(
        build(&second).await? == old,
        "the new build took over without consent"
    );

    j.step("a file is picked in the old build");
    let input = first.find(Role::File, "Add files*").await?;
    let picture = places::workspace().join("public/icons/icon-192.png");
    input.type_in(&picture.display().to_string()).await?;
    first.until_sees("icon-192.png").await?;

    j.step("the person agrees in one tab");
    first.press("Load now").await?;
    until_build(&first, &new).await?;
    first.until_heading(&subject).await?;
    first
        .until_field_is("Your answer", "Written in the old build, to the end")
        .await?;
    first.until_sees("icon-192.png").await?;

    j.step("and in the other");
    second
        .until_field_is("What does not work?", "Filed in the old build")
        .await?;
    if build(&second).await? != new {
        second.press("Load now").await?;
    }
    until_build(&second, &new).await?;
    second
        .until_field_is("What does not work?", "Filed in the old build")
        .await?;
    let files = second
        .run(
            "return performance.getEntriesByType('resource').map((e) => e.name)",
            vec![],
        )
        .await?;
    let old_wasm = places::dist()?;
    for entry in std::fs::read_dir(old_wasm.join("assets"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_gone = !folder.path().join("assets").join(&name).exists();
        ensure!(
            !(is_gone && files.to_string().contains(&name)),
            "{name} is of the old build"
        );
    }
    second.press("Send request").await?;
    second.until_unsent(0).await?;
    j.backend
        .as_user("anna")
        .await?
        .the_ticket("Filed in the old build")
        .await?;
    Ok(())
}
