//! One ticket: closing, reopening, changing it while somebody else does, and what is seen first.

use anyhow::{Result, ensure};
use rapport_e2e::api::text;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::wait;
use serde_json::json;

async fn until_state(j: &Journey, id: &str, state: &str) -> Result<()> {
    let anna = j.backend.as_user("anna").await?;
    wait::until(format!("the state {state}"), || async {
        let ticket = anna.get(&format!("/tickets/{id}")).await?;
        ensure!(ticket["state"] == state, "it is {}", ticket["state"]);
        Ok(())
    })
    .await
}

/// A ticket of anna's the service desk works on, open in the page.
async fn open_ticket(j: &mut Journey) -> Result<(Page, String)> {
    let page = j.signed_in("anna").await?;
    let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
    let id = text(&ticket, "id")?;
    page.open(&j.url(&format!("tickets/{id}"))).await?;
    page.until_heading(&text(&ticket, "subject")?).await?;
    Ok((page, id))
}

#[test]
fn a_ticket_can_be_closed_and_reopened_with_a_reason() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let (page, id) = open_ticket(j).await?;
        j.step("close it");
        page.press("Close ticket").await?;
        page.press("Close ticket").await?;
        until_state(j, &id, "closed").await?;
        page.until_unsent(0).await?;
        page.until_sees("Closed").await?;

        j.step("reopen it with a reason, without a network");
        j.proxy.cut();
        page.press("Reopen").await?;
        page.press("Reopen").await?;
        page.until_sees("Please fill this in").await?;
        let reason = page.find(Role::Field, "What is still missing?").await?;
        wait::until("the focus in the field", || async {
            ensure!(reason.has_focus().await?);
            Ok(())
        })
        .await?;
        page.fill(
            "What is still missing?",
            "The second scanner is dark as well.",
        )
        .await?;
        page.press("Reopen").await?;
        page.until_unsent(1).await?;
        page.until_sees("The second scanner is dark as well.")
            .await?;
        j.proxy.heal();
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let changes = anna.list(&format!("/tickets/{id}/changes")).await?;
        let reasons = changes
            .iter()
            .filter(|c| c["note"] == "The second scanner is dark as well.");
        ensure!(reasons.count() == 1, "{changes:#?}");
        Ok(())
    })
}

#[test]
fn changes_of_different_fields_merge_without_a_question() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let (page, id) = open_ticket(j).await?;
        j.step("reword it without a network");
        j.proxy.cut();
        page.press("Edit subject and description").await?;
        page.fill("Subject", "A better subject").await?;
        page.press("Save").await?;
        page.until_heading("A better subject").await?;
        j.step("meanwhile its urgency is raised elsewhere");
        j.backend
            .as_user("anna")
            .await?
            .change(&id, &json!({"urgency": "high"}))
            .await?;
        j.proxy.heal();
        page.until_unsent(0).await?;
        let ticket = j
            .backend
            .as_user("anna")
            .await?
            .get(&format!("/tickets/{id}"))
            .await?;
        ensure!(
            ticket["subject"] == "A better subject" && ticket["urgency"] == "high",
            "{ticket:#}"
        );
        Ok(())
    })
}

#[test]
fn changes_of_the_same_field_become_a_question_with_both_texts() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let (page, id) = open_ticket(j).await?;
        j.step("the same field is changed here and elsewhere");
        j.proxy.cut();
        page.press("Edit subject and description").await?;
        page.fill("Subject", "My subject").await?;
        page.press("Save").await?;
        page.until_heading("My subject").await?;
        let anna = j.backend.as_user("anna").await?;
        anna.change(&id, &json!({"subject": "Their subject"}))
            .await?;
        j.proxy.heal();
        page.go_to("Unsent").await?;
        page.until_sees("Somebody else changed the same meanwhile")
            .await?;
        page.until_sees("My subject").await?;
        page.until_sees("Their subject").await?;
        j.step("mine shall hold");
        page.press("Keep mine*").await?;
        page.until_unsent(0).await?;
        let ticket = anna.get(&format!("/tickets/{id}")).await?;
        ensure!(ticket["subject"] == "My subject", "{}", ticket["subject"]);
        Ok(())
    })
}

#[test]
fn what_comes_while_a_wording_is_being_changed_is_not_overwritten_unseen() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let (page, id) = open_ticket(j).await?;
        j.step("the subject is changed elsewhere while it is being reworded here");
        page.press("Edit subject and description").await?;
        page.fill("Subject", "My subject").await?;
        let anna = j.backend.as_user("anna").await?;
        anna.change(&id, &json!({"subject": "Their subject"}))
            .await?;
        page.until_sees("Their subject").await?;
        page.until_field_is("Subject", "My subject").await?;
        page.press("Save").await?;
        j.step("that is a question, and both are there");
        page.go_to("Unsent").await?;
        page.until_sees("Somebody else changed the same meanwhile")
            .await?;
        page.until_sees("My subject").await?;
        page.until_sees("Their subject").await?;
        let ticket = anna.get(&format!("/tickets/{id}")).await?;
        ensure!(
            ticket["subject"] == "Their subject",
            "{}",
            ticket["subject"]
        );
        Ok(())
    })
}

#[test]
fn subject_state_and_last_message_are_seen_on_a_phone_without_scrolling() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let (page, id) = open_ticket(j).await?;
        let jonas = j.backend.as_user("jonas").await?;
        jonas.comment(&id, "Please try it once more after a restart.").await?;
        page.until_sees("Please try it once more after a restart.").await?;
        j.step("open it afresh and measure");
        page.reload().await?;
        page.until_sees("Please try it once more after a restart.").await?;
        let scrolled = page.run("return scrollY", vec![]).await?;
        let bounds = "
            const words = arguments[0];
            const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              if (!node.data.includes(words)) continue;
              const range = document.createRange();
              range.selectNodeContents(node);
              const { top, bottom } = range.getBoundingClientRect();
              return [top, bottom];
            }
            return null;";
        let ticket = jonas.get(&format!("/tickets/{id}")).await?;
        let subject = text(&ticket, "subject")?;
        for words in [subject.as_str(), "In progress", "Please try it once more"] {
            let place = page.run(bounds, vec![json!(words)]).await?;
            let (top, bottom) = (place[0].as_f64(), place[1].as_f64());
            ensure!(
                top >= Some(0.0) && bottom.is_some_and(|bottom| bottom <= 780.0),
                "{words:?} stands at {place}, scrolled by {scrolled}"
            );
        }
        let answer = page.find(Role::Field, "Your answer").await?;
        let place = answer.place().await?;
        ensure!(place.top >= 0.0, "the answer box is above the window: {place:?}");
        Ok(())
    })
}

#[test]
fn a_relationship_manager_files_a_ticket_in_a_customers_name() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.browser.tab().await?;
        page.open(&j.url("")).await?;
        page.sign_in("ruth").await?;
        page.until_heading("Home").await?;
        page.until_up_to_date().await?;
        page.go_to_form().await?;
        page.choose("For whom?", "Anna Berg").await?;
        page.fill_form("Anna's screen stays black").await?;
        page.press("Send request").await?;
        page.until_heading("Anna's screen stays black").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let ticket = anna.the_ticket("Anna's screen stays black").await?;
        ensure!(
            ticket["requester"]["id"] == anna.user["id"],
            "it is in the name of {}",
            ticket["requester"]
        );
        Ok(())
    })
}
