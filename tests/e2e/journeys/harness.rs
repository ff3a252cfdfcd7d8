//! The stage itself: what the journeys rely on, tried on a page of our own.

use std::time::Duration;

use anyhow::{Result, ensure};
use rapport_e2e::api::text;
use rapport_e2e::backend::{Backend, Setup};
use rapport_e2e::browser::{Browser, Kind, Look};
use rapport_e2e::journey::Failure;
use rapport_e2e::page::{Key, Role};

const PAGE: &str = "data:text/html,<!doctype html><html lang=en><title>t</title><main>\
    <h1>Over <b>there</b></h1>\
    <form onsubmit='event.preventDefault(); out.textContent = `sent ${s.value} ${u.value}`'>\
    <label for=s>Subject <span aria-hidden=true>*</span></label><input id=s>\
    <label>Urgency <select id=u><option>Low<option>High</select></label>\
    <fieldset><legend>Impact</legend><label><input type=radio name=i> One person</label></fieldset>\
    <button aria-label='Send it'>→</button><button type=button hidden>Send it</button></form>\
    <p role=status id=out></p></main>";

fn in_a_browser(
    kind: Kind,
    story: impl AsyncFnOnce(&mut Browser) -> Result<()>,
) -> Result<(), Failure> {
    in_time(async { story(&mut Browser::start(kind, Look::PHONE).await?).await })
}

fn in_time(story: impl Future<Output = Result<()>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)?;
    Ok(runtime.block_on(story)?)
}

async fn finds_and_acts(browser: &mut Browser) -> Result<()> {
    let page = browser.tab().await?;
    page.open(PAGE).await?;
    page.until_heading("Over there").await?;
    page.fill("Subject", "A door").await?;
    page.choose("Urgency", "High").await?;
    page.click(Role::Radio, "One person").await?;
    ensure!(page.names(Role::Group).await? == ["Impact"]);
    ensure!(
        page.names(Role::Button).await? == ["Send it"],
        "hidden things are not found"
    );
    page.press("Send it").await?;
    page.until_sees("sent A door High").await?;
    page.find(Role::TextBox, "Subj*").await?.click().await?;
    page.key(Key::End).await?;
    page.type_text(" is open").await?;
    page.key(Key::Tab).await?;
    page.key(Key::ShiftTab).await?;
    page.key(Key::Enter).await?;
    page.until_sees("sent A door is open High").await?;
    let refused = page
        .now(Role::Button, "Cancel")
        .await
        .err()
        .map(|e| e.to_string());
    ensure!(
        refused.is_some_and(|text| text.contains("Send it")),
        "a failure names what there is"
    );
    let second = browser.new_tab().await?;
    second
        .open("data:text/html,<h1>Two</h1><script>console.error('rapport: oh')</script>")
        .await?;
    second.until_heading("Two").await?;
    page.until_heading("Over there").await?;
    ensure!(!page.screenshot().await?.is_empty());
    let messages = browser.messages().await?;
    let errors: Vec<_> = messages.iter().filter(|m| m.is_error).collect();
    ensure!(errors.len() == 1, "errors in the console: {errors:#?}");
    Ok(())
}

#[test]
fn things_are_found_by_role_and_name_in_chromium() -> Result<(), Failure> {
    in_a_browser(Kind::Chromium, async |browser| {
        finds_and_acts(browser).await?;
        let page = browser.tab().await?;
        let width = page.run("return innerWidth", vec![]).await?;
        ensure!(width == 360, "the window is {width} wide");
        Ok(())
    })
}

#[test]
fn things_are_found_by_role_and_name_in_firefox() -> Result<(), Failure> {
    in_a_browser(Kind::Firefox, finds_and_acts)
}

#[test]
fn a_backend_keeps_its_data_over_a_restart_and_tells_the_truth() -> Result<(), Failure> {
    in_time(async {
        let folder = tempfile::TempDir::new()?;
        let mut backend = Backend::start(Setup {
            base: "/help/".to_owned(),
            client: folder.path().to_path_buf(),
            responder_delay: Duration::from_secs(3600),
            more: Vec::new(),
        })
        .await?;
        let anna = backend.as_user("anna").await?;
        let id = text(
            &anna.file("The harness works", "Every part of it.").await?,
            "id",
        )?;
        backend
            .as_user("jonas")
            .await?
            .comment(&id, "So it does.")
            .await?;
        backend.stop().await?;
        backend.start_again().await?;
        let anna = backend.as_user("anna").await?;
        let ticket = anna.the_ticket("The harness works").await?;
        ensure!(text(&ticket, "id")? == id);
        anna.the_comment(&id, "So it does.").await?;
        backend.as_user("jonas").await?.close(&id).await?;
        ensure!(anna.get(&format!("/tickets/{id}")).await?["state"] == "closed");
        let reopened = serde_json::json!({"state": "acknowledged", "note": "Not yet"});
        anna.change(&id, &reopened).await?;
        Ok(())
    })
}
