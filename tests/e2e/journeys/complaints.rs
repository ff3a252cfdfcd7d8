//! A complaint from the telephone without a network to its closure, by both sides.

use anyhow::{Context, Result, ensure};
use rapport_e2e::api::{Api, text};
use rapport_e2e::browser::{Browser, Kind, Look};
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::wait;
use serde_json::{Value, json};

const SUBJECT: &str = "Twice promised, never called";

/// The one complaint of this subject, once it is there.
async fn the_complaint(api: &Api) -> Result<Value> {
    let found = wait::until("the complaint on the server", || async {
        let all = api.list("/complaints").await?;
        let mut ours = all.into_iter().filter(|one| one["subject"] == SUBJECT);
        let one = ours.next().context("it is not there")?;
        ensure!(ours.next().is_none(), "it is there twice");
        Ok(one)
    });
    found.await
}

async fn until_stage(api: &Api, stage: &str) -> Result<Value> {
    wait::until(format!("the stage {stage}"), || async {
        let complaint = the_complaint(api).await?;
        ensure!(complaint["stage"] == stage, "it is {}", complaint["stage"]);
        Ok(complaint)
    })
    .await
}

/// Moves the open complaint on, with a reason.
async fn moves(page: &Page, how: &str, why: &str) -> Result<()> {
    page.press(how).await?;
    if !why.is_empty() {
        page.fill("Why*", why).await?;
    }
    page.press("Save").await
}

async fn files(page: &Page) -> Result<()> {
    page.go_to("Feedback").await?;
    page.follow("Make a complaint").await?;
    page.until_heading("Make a complaint").await?;
    page.fill("Subject", SUBJECT).await?;
    page.fill(
        "What happened",
        "On Monday and on Thursday somebody was to call me.",
    )
    .await?;
    page.fill("What would put it right*", "A call, today.")
        .await?;
    page.press("Send the complaint").await?;
    page.until_heading(SUBJECT).await
}

/// The receipt number that the page shows.
async fn receipt(page: &Page) -> Result<String> {
    let shown = page.run(
        "return document.querySelector('main .places').innerText",
        vec![],
    );
    let shown = shown.await?;
    let shown = shown.as_str().context("no text")?;
    let (_, number) = shown
        .split_once("Your reference ")
        .context("no receipt number")?;
    Ok(number.trim().to_owned())
}

#[test]
fn a_complaint_goes_from_no_network_through_an_escalation_to_its_closure() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.step("filed without a network");
        j.proxy.cut();
        files(&page).await?;
        page.until_unsent(1).await?;
        let number = receipt(&page).await?;
        j.step("its complainant adds words to it, still without a network");
        page.fill("Add a note", "It was Ms Berg of the desk who promised it.")
            .await?;
        page.press("Add").await?;
        page.until_unsent(2).await?;
        j.proxy.heal();
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let complaint = the_complaint(&anna).await?;
        ensure!(
            receipt(&page).await? == number,
            "the receipt number has changed"
        );
        page.until_sees(&text(&complaint, "number")?).await?;

        j.step("the relationship manager finds it in the register and leads it on");
        let mut desk = Browser::start(Kind::Chromium, Look::DESKTOP).await?;
        let manager = desk.tab().await?;
        j.enter(&manager, "ruth").await?;
        manager.go_to("Feedback").await?;
        manager.follow("Open the register of complaints").await?;
        manager.until_heading("Register of complaints").await?;
        manager.follow(&format!("{SUBJECT}*")).await?;
        manager.until_heading(SUBJECT).await?;
        manager
            .until_sees("It was Ms Berg of the desk who promised it.")
            .await?;
        moves(&manager, "Acknowledge", "I take this up myself.").await?;
        until_stage(&anna, "acknowledged").await?;
        manager.press("Propose an answer").await?;
        manager.press("Save").await?;
        manager.until_sees("Please fill this in").await?;
        manager
            .fill("Decision", "You are called on Friday at ten.")
            .await?;
        manager.press("Save").await?;
        until_stage(&anna, "response_proposed").await?;

        j.step("that is not enough for its complainant");
        page.until_sees("You are called on Friday at ten.").await?;
        moves(&page, "Do not accept", "Friday is too late.").await?;
        until_stage(&anna, "rejected_by_complainant").await?;
        moves(&page, "Escalate", "I want to speak with somebody else.").await?;
        let complaint = until_stage(&anna, "escalated").await?;
        ensure!(complaint["level"] == 1, "{complaint:#}");

        j.step("the manager decides, without a network this time");
        manager
            .until_sees("I want to speak with somebody else.")
            .await?;
        j.proxy.cut();
        moves(&manager, "Look into it", "").await?;
        manager.until_unsent(1).await?;
        manager.press("Tell the decision").await?;
        manager
            .fill("Decision", "The head of the desk calls you today.")
            .await?;
        manager.press("Save").await?;
        manager.until_unsent(2).await?;
        j.proxy.heal();
        manager.until_unsent(0).await?;
        until_stage(&anna, "decision_communicated").await?;
        page.until_sees("The head of the desk calls you today.")
            .await?;
        moves(&page, "Accept the answer", "").await?;
        until_stage(&anna, "accepted").await?;
        manager.until_sees("Accepted · Anna Berg").await?;
        moves(&manager, "Close", "").await?;
        let complaint = until_stage(&anna, "closed").await?;
        let steps = complaint["steps"].as_array().context("no steps")?;
        ensure!(steps.len() == 9, "{complaint:#}");

        j.step("the register says so");
        manager.go_to("Feedback").await?;
        manager.follow("Open the register of complaints").await?;
        manager.press("Ended").await?;
        manager.find(Role::Link, &format!("{SUBJECT}*")).await?;
        manager.press("Save as CSV").await?;
        let file = desk.downloaded("complaints-").await?;
        let table = std::fs::read_to_string(file)?;
        let row = table.lines().find(|line| line.contains(SUBJECT));
        ensure!(row.is_some_and(|row| row.contains(&number)), "{table}");
        desk.quit().await
    })
}

#[test]
fn an_internal_note_stays_with_the_provider_and_a_confidential_complaint_with_its_author()
-> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.signed_in("mia").await?;
        let ruth = j.backend.as_user("ruth").await?;
        page.go_to("Feedback").await?;
        page.find(Role::Link, "Third technician in a week*").await?;
        ensure!(
            page.all(Role::Link, Some("Rude answer on the hotline*"))
                .await?
                .is_empty(),
            "the organisation's manager sees a confidential complaint"
        );
        j.step("what is internal is not even on the device");
        page.follow("Unannounced outage of order management*")
            .await?;
        page.until_sees("Critical: work stood still at three terminals.")
            .await?;
        let notes = ruth.list("/complaint-notes").await?;
        ensure!(
            notes.iter().any(|note| note["internal"] == true),
            "{notes:#?}"
        );
        let seen = page.html().await?;
        ensure!(
            !seen.contains("Asked operations"),
            "an internal note is shown"
        );
        let shown = j
            .backend
            .as_user("mia")
            .await?
            .list("/complaint-notes")
            .await?;
        ensure!(
            shown.iter().all(|note| note["internal"] != json!(true)),
            "{shown:#?}"
        );
        Ok(())
    })
}
