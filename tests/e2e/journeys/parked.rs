//! What the server refuses: it stays, says why, and can be dealt with.

use anyhow::{Context, Result, ensure};
use rapport_e2e::api::text;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::{Page, Role};
use serde_json::Value;

/// Answers on tickets that were closed meanwhile: as many as asked for.
async fn refused(j: &mut Journey, count: usize) -> Result<(Page, Vec<Value>)> {
    let page = j.signed_in("anna").await?;
    let anna = j.backend.as_user("anna").await?;
    let mut tickets = anna.own_tickets("in_progress").await?;
    tickets.extend(anna.own_tickets("pending").await?);
    let mut chosen = Vec::new();
    for index in 0..count {
        let ticket = match tickets.get(index) {
            Some(ticket) => ticket.clone(),
            None => {
                anna.file(&format!("Ticket {index}"), "To be closed")
                    .await?
            }
        };
        chosen.push(ticket);
    }
    page.go_to("Tickets").await?;
    for ticket in &chosen {
        page.until_sees(&text(ticket, "subject")?).await?;
    }
    j.step("answer without a network");
    j.proxy.cut();
    for (index, ticket) in chosen.iter().enumerate() {
        page.open(&j.url(&format!("tickets/{}", text(ticket, "id")?)))
            .await?;
        page.answer(&format!("Words for number {index}")).await?;
    }
    page.until_unsent(count).await?;
    j.step("meanwhile the service desk closes the tickets");
    let jonas = j.backend.as_user("jonas").await?;
    for ticket in &chosen {
        jonas.close(&text(ticket, "id")?).await?;
    }
    j.proxy.heal();
    page.go_to("Unsent").await?;
    page.until_sees("The ticket was closed meanwhile").await?;
    page.until_sees(&format!("{count} need")).await?;
    Ok((page, chosen))
}

/// The entry of the list that holds these words.
async fn item(page: &Page, words: &str) -> Result<String> {
    let items = page.names(Role::ListItem).await?;
    items
        .into_iter()
        .find(|item| item.contains(words))
        .context("no such item")
}

#[test]
fn a_refused_answer_says_why_and_can_be_tried_again() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let (page, tickets) = refused(j, 1).await?;
        let id = text(&tickets[0], "id")?;
        ensure!(
            item(&page, "Words for number 0")
                .await?
                .contains("closed meanwhile")
        );

        j.step("the service desk reopens the ticket: now it can be tried again, and goes out");
        ensure!(
            page.all(Role::Button, Some("Try again*")).await?.is_empty(),
            "what cannot succeed is offered"
        );
        let patch = serde_json::json!({"state": "acknowledged", "note": "Reopened"});
        j.backend.as_user("anna").await?.change(&id, &patch).await?;
        page.press("Try again*").await?;
        page.until_unsent(0).await?;
        page.until_sees("Everything is sent").await?;
        j.backend
            .as_user("anna")
            .await?
            .the_comment(&id, "Words for number 0")
            .await
    })
}

#[test]
fn a_refused_answer_can_be_edited_discarded_and_exported() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let (page, tickets) = refused(j, 2).await?;

        j.step("export everything as a file");
        page.press("Export all as a file").await?;
        let file = j.browser.downloaded("unsent-").await?;
        let exported = std::fs::read_to_string(file)?;
        for index in 0..2 {
            ensure!(
                exported.contains(&format!("Words for number {index}")),
                "{exported}"
            );
        }
        serde_json::from_str::<Value>(&exported)?;

        j.step("edit the first one, on a ticket that was reopened");
        let id = text(&tickets[0], "id")?;
        let patch = serde_json::json!({"state": "acknowledged", "note": "Reopened"});
        j.backend.as_user("anna").await?.change(&id, &patch).await?;
        page.follow("Edit*").await?;
        page.until_heading("Edit before it is sent").await?;
        page.fill("Your words", "Better words for number 0").await?;
        page.press("Save and send").await?;
        page.until_unsent(1).await?;
        let anna = j.backend.as_user("anna").await?;
        anna.the_comment(&id, "Better words for number 0").await?;
        ensure!(anna.count_comments(&id, "Words for number 0").await? == 0);

        j.step("discard the second one");
        page.go_to("Unsent").await?;
        page.press("Discard…*").await?;
        page.press("Keep it").await?;
        ensure!(page.unsent().await? == 1, "keeping it did not keep it");
        page.press("Discard…*").await?;
        page.press("Discard").await?;
        page.until_unsent(0).await?;
        let id = text(&tickets[1], "id")?;
        ensure!(anna.count_comments(&id, "Words for number 1").await? == 0);
        Ok(())
    })
}

#[test]
fn a_refused_answer_can_reopen_the_ticket() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let (page, tickets) = refused(j, 1).await?;
        let id = text(&tickets[0], "id")?;
        j.step("reopen the ticket with the answer");
        page.press("Reopen with my answer*").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let ticket = anna.get(&format!("/tickets/{id}")).await?;
        ensure!(ticket["state"] != "closed", "it is still closed");
        anna.the_comment(&id, "Words for number 0").await
    })
}

#[test]
fn what_this_version_cannot_read_is_told_and_goes_only_on_request() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.step("a later version has left things here");
        let later = "store.put(new TextEncoder().encode('{\"v\":99,\"of\":\"a later version\"}'));";
        page.change_stored("outbox", later).await?;
        let draft =
            "store.put(new TextEncoder().encode('{\"v\":99,\"words\":\"kept\"}'), 'answer:7');";
        page.change_stored("drafts", draft).await?;
        page.reload().await?;
        page.until_sees("2 need").await?;
        page.go_to("Unsent").await?;
        page.until_sees("2 entries cannot be read by this version")
            .await?;

        j.step("the export holds them as they are");
        page.press("Export all as a file").await?;
        let file = j.browser.downloaded("unsent-").await?;
        let exported = std::fs::read_to_string(file)?;
        for words in ["a later version", "kept"] {
            ensure!(exported.contains(words), "{exported}");
        }

        j.step("they go when their user gives them up");
        page.press("Discard…").await?;
        page.press("Keep it").await?;
        page.until_sees("2 entries cannot be read").await?;
        page.press("Discard…").await?;
        page.press("Discard").await?;
        page.until_sees("Everything is sent").await?;
        page.reload().await?;
        page.until_sees("Everything is sent").await?;
        page.until_up_to_date().await
    })
}
