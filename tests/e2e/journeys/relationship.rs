//! The relationship manager's desk: what was said, agreed and reviewed is written down without a network,
//! and the customer reads his side of it.

use anyhow::{Context, Result, ensure};
use rapport_e2e::api::{Api, text};
use rapport_e2e::browser::{Browser, Kind, Look};
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::wait;
use serde_json::Value;

const CUSTOMER: &str = "Harbour Logistics";
const TALK: &str = "A second line for the night";
const ACTION: &str = "Order the second line";
const REVIEW: &str = "Service review, winter";

/// The one record of that list with this text.
async fn the_one(api: &Api, path: &str, field: &str, words: &str) -> Result<Value> {
    wait::until(format!("{words:?} in {path}"), || async {
        let all = api.list(path).await?;
        let mut ours = all.into_iter().filter(|one| one[field] == words);
        let one = ours.next().context("it is not there")?;
        ensure!(ours.next().is_none(), "it is there twice");
        Ok(one)
    })
    .await
}

async fn none_of(api: &Api, path: &str, field: &str, words: &str) -> Result<()> {
    let all = api.list(path).await?;
    ensure!(all.iter().all(|one| one[field] != words), "{path} has it");
    Ok(())
}

async fn open_customer(page: &Page) -> Result<()> {
    page.go_to("Customers").await?;
    page.follow(&format!("{CUSTOMER}*")).await?;
    page.until_heading(CUSTOMER).await
}

/// Plans a review, fills in the figures, and writes down what was said by whom.
async fn writes_a_review(page: &Page) -> Result<()> {
    page.press("Plan a review").await?;
    page.fill("Title", REVIEW).await?;
    page.press("Save").await?;
    page.until_sees("Please fill this in").await?;
    page.fill_day("Planned for", "2026-12-01").await?;
    page.press("Save").await?;
    page.until_heading(REVIEW).await?;
    page.press("Fill in today’s figures").await?;
    page.until_field_is("Point 1", "Tickets").await?;
    page.fill("Minutes*", "We looked at the night shift.")
        .await?;
    page.fill(
        "Decisions*",
        "The second line comes in March.\nNo more paper.",
    )
    .await?;
    page.click(Role::Radio, "Shared with the customer").await?;
    page.press("Save").await?;
    // Not without the day and both sides.
    page.until_sees("Please fill this in").await?;
    page.fill_day("Held on*", "2026-12-01").await?;
    page.fill("There for us*", "Ruth Ferreira\nJonas Weber")
        .await?;
    page.fill("There for the customer*", "Mia Lindqvist")
        .await?;
    page.press("Save").await
}

#[test]
fn a_review_is_written_without_a_network_and_read_and_signed_by_the_customer() -> Result<(), Failure>
{
    Stage::desktop().play(async |j| {
        let manager = j.browser.tab().await?;
        j.enter(&manager, "ruth").await?;
        j.step("the first page says which customer needs something");
        manager.until_sees("Something is late").await?;
        open_customer(&manager).await?;
        j.step("in a meeting without a network");
        j.proxy.cut();
        manager.press("Write down a conversation").await?;
        manager.fill("What it was about", TALK).await?;
        manager
            .fill("What was said*", "Forty people wait every night.")
            .await?;
        manager.press("Save").await?;
        manager.until_unsent(1).await?;
        manager.until_sees("Forty people wait every night.").await?;
        manager.press("Add an action").await?;
        manager.fill("What is to be done", ACTION).await?;
        manager.press("Save").await?;
        manager.until_sees("Please fill this in").await?;
        manager.fill_day("By which day", "2026-12-15").await?;
        manager.press("Save").await?;
        manager.until_unsent(2).await?;
        writes_a_review(&manager).await?;
        manager.until_unsent(4).await?;
        j.step("it arrives once");
        j.proxy.heal();
        manager.until_unsent(0).await?;
        let (ruth, mia, anna) = (
            j.backend.as_user("ruth").await?,
            j.backend.as_user("mia").await?,
            j.backend.as_user("anna").await?,
        );
        the_one(&ruth, "/interactions", "reason", TALK).await?;
        the_one(&ruth, "/actions", "title", ACTION).await?;
        let review = the_one(&ruth, "/reviews", "title", REVIEW).await?;
        ensure!(review["state"] == "shared", "{review:#}");
        let agenda = review["agenda"].as_array().context("no agenda")?;
        ensure!(agenda.len() == 4, "{review:#}");

        j.step("what was saved stands there, and stays when something else is saved");
        manager
            .until_field_is("Minutes*", "We looked at the night shift.")
            .await?;
        manager
            .fill("Title", &format!("{REVIEW} and spring"))
            .await?;
        manager.press("Save").await?;
        manager
            .until_heading(&format!("{REVIEW} and spring"))
            .await?;
        manager.fill("Title", REVIEW).await?;
        manager.press("Save").await?;
        manager.until_heading(REVIEW).await?;
        manager.until_unsent(0).await?;
        let again = the_one(&ruth, "/reviews", "title", REVIEW).await?;
        for field in ["minutes", "decisions", "attendance", "agenda", "state"] {
            ensure!(again[field] == review[field], "{field}: {again:#}");
        }

        j.step("the customer sees its side and no more");
        the_one(&mia, "/actions", "title", ACTION).await?;
        none_of(&mia, "/interactions", "reason", TALK).await?;
        none_of(&anna, "/reviews", "title", REVIEW).await?;
        none_of(&anna, "/actions", "title", ACTION).await?;
        let mut phone = Browser::start(Kind::Chromium, Look::PHONE).await?;
        let customer = phone.tab().await?;
        j.enter(&customer, "mia").await?;
        customer.go_to("Feedback").await?;
        customer
            .until_sees("Ruth Ferreira looks after you.")
            .await?;
        customer.follow("Reviews and what was agreed").await?;
        customer.until_heading(CUSTOMER).await?;
        customer.until_sees(ACTION).await?;
        let seen = customer.text().await?;
        ensure!(!seen.contains("Conversations"), "{seen}");
        customer.follow(&format!("{REVIEW}*")).await?;
        customer.until_heading(REVIEW).await?;
        customer.until_sees("We looked at the night shift.").await?;
        customer.until_sees("No more paper.").await?;
        ensure!(
            customer.all(Role::Button, Some("Save")).await?.is_empty(),
            "the customer can write the minutes"
        );
        j.step("its manager agrees");
        customer.press("Agree to the minutes").await?;
        customer
            .until_sees("You confirm for your organisation")
            .await?;
        customer.press("Agree to the minutes").await?;
        customer.until_sees("Agreed by Mia Lindqvist").await?;
        wait::until("the signature", || async {
            let review = ruth
                .get(&format!("/reviews/{}", text(&review, "id")?))
                .await?;
            ensure!(review["state"] == "signed", "{review:#}");
            ensure!(review["signed_by"]["name"] == "Mia Lindqvist", "{review:#}");
            Ok(())
        })
        .await?;
        manager.until_sees("Agreed by Mia Lindqvist").await?;
        phone.quit().await
    })
}
