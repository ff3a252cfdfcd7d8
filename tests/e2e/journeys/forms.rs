//! What is typed and picked in a form stays, whatever the form does meanwhile; and what was refused can
//! be changed in it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use hyper::Method;
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::proxy::{Canned, Fault, on};
use rapport_e2e::wait;

use crate::in_both_browsers;

/// A form that asks for a file only after a Yes.
const SERVICE: &str = "Remote access";
const FORM: &str = "Remote access for a person";
const FILE: &str = "Signed confidentiality agreement*";

async fn go_to_form(page: &Page) -> Result<()> {
    page.go_to("Services").await?;
    page.follow(&format!("{SERVICE}*")).await?;
    page.until_heading(SERVICE).await?;
    page.follow(&format!("{FORM}*")).await?;
    page.until_heading(FORM).await
}

fn agreement(folder: &tempfile::TempDir) -> Result<PathBuf> {
    let path = folder.path().join("agreement.pdf");
    std::fs::write(&path, b"%PDF-1.4 signed")?;
    Ok(path)
}

async fn pick(page: &Page, path: &std::path::Path) -> Result<()> {
    let input = page.find(Role::File, FILE).await?;
    input.type_in(&path.display().to_string()).await?;
    page.until_sees("agreement.pdf").await
}

/// The id of the ticket that was just filed: its form has no subject, so others are called the same.
async fn filed(page: &Page) -> Result<String> {
    page.until_true("/tickets\\/[0-9a-f-]{36}$/.test(location.pathname)")
        .await?;
    let url = page.url().await?;
    let id = url.rsplit('/').next().context("no id")?;
    Ok(id.to_owned())
}

in_both_browsers! {
    a_question_that_is_hidden_and_asked_again_still_has_its_file:
        Stage::desktop() => async |j| {
            let page = j.signed_in("anna").await?;
            let folder = tempfile::TempDir::new()?;
            let path = agreement(&folder)?;

            j.step("pick a file, hide its question, ask it again");
            go_to_form(&page).await?;
            page.fill("For whom", "Nele Brandt").await?;
            page.click(Role::Radio, "Until further notice").await?;
            page.click(Role::Radio, "Yes").await?;
            pick(&page, &path).await?;
            page.click(Role::Radio, "No").await?;
            page.until_gone("agreement.pdf").await?;
            page.click(Role::Radio, "Yes").await?;
            page.until_sees("agreement.pdf").await?;
            page.click(Role::Radio, "No").await?;
            page.click(Role::Radio, "Yes").await?;
            page.until_sees("agreement.pdf").await?;

            j.step("it goes with the request");
            page.press("Send request").await?;
            let id = filed(&page).await?;
            page.until_unsent(0).await?;
            let anna = j.backend.as_user("anna").await?;
            wait::until("the file on the server", || async {
                let list = anna.list(&format!("/tickets/{id}/attachments")).await?;
                ensure!(list.len() == 1, "there are {}", list.len());
                Ok(())
            })
            .await
        };
}

#[test]
fn a_picked_file_is_there_after_a_reload_and_asked_for_again_when_it_is_gone() -> Result<(), Failure>
{
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let folder = tempfile::TempDir::new()?;
        let path = agreement(&folder)?;
        go_to_form(&page).await?;
        page.fill("For whom", "Nele Brandt").await?;
        page.click(Role::Radio, "Until further notice").await?;
        page.click(Role::Radio, "Yes").await?;
        pick(&page, &path).await?;
        page.until_sees("Draft saved").await?;

        j.step("the page is left and loaded again: words and file are there");
        page.go_to("Home").await?;
        page.back().await?;
        page.until_sees("agreement.pdf").await?;
        page.reload().await?;
        page.until_field_is("For whom", "Nele Brandt").await?;
        page.until_sees("agreement.pdf").await?;
        ensure!(!page.sees("Please add them again").await?);

        j.step("the browser has removed the bytes: that is said before anything is sent");
        page.change_stored("blobs", "store.clear();").await?;
        page.reload().await?;
        page.until_field_is("For whom", "Nele Brandt").await?;
        page.until_sees("Please add them again").await?;
        page.press("Send request").await?;
        page.until_sees("One answer needs another look").await?;
        ensure!(page.unsent().await? == 0, "it was filed without its file");

        j.step("with the file it goes");
        pick(&page, &path).await?;
        page.press("Send request").await?;
        let id = filed(&page).await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        anna.get(&format!("/tickets/{id}")).await?;
        Ok(())
    })
}

#[test]
fn a_refused_request_can_be_changed_in_its_form() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.step("a request is refused");
        let refused = Fault::Answer(Canned::refused());
        j.proxy
            .next(1, on(&Method::POST, "/api/v1/tickets"), refused);
        page.file("The gate stays shut").await?;
        page.go_to("Unsent").await?;
        page.until_sees("did not accept it").await?;

        j.step("its answers can be changed, not only its words");
        page.follow("Edit*").await?;
        page.until_heading("Edit before it is sent").await?;
        page.until_field_is("What does not work?", "The gate stays shut")
            .await?;
        page.fill("What does not work?", "Gate 4 stays shut")
            .await?;
        page.fill("Device label Optional", "LT-20418").await?;
        page.press("Save and send").await?;
        page.until_heading("Unsent").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let ticket = anna.the_ticket("Gate 4 stays shut").await?;
        let answers = ticket["answers"].as_array().context("no answers")?;
        let said = |value: &str| answers.iter().any(|answer| answer["value"] == value);
        ensure!(said("LT-20418"), "{ticket:#}");
        ensure!(
            said("Gate 4 stays shut"),
            "subject and answer differ: {ticket:#}"
        );
        Ok(())
    })
}

#[test]
fn what_the_address_gave_is_there_when_the_request_is_gone_on_with() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        page.open(&j.url("request?kind=question")).await?;
        page.fill("In one line", "Nobody called back").await?;
        page.until_sees("Draft saved").await?;
        page.go_to("Home").await?;
        page.follow("Nobody called back*").await?;
        page.until_field_is("In one line", "Nobody called back")
            .await?;
        page.press("Send request").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let ticket = anna.the_ticket("Nobody called back").await?;
        ensure!(ticket["kind"] == "question", "{ticket:#}");
        Ok(())
    })
}

#[test]
fn fast_typing_in_a_search_does_not_end_the_page() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.signed_in("anna").await?;
        page.go_to("Tickets").await?;
        j.step("more keys than a browser lets a page write addresses");
        let field = page.find(Role::SearchBox, "Search tickets").await?;
        let keys = "for (let n = 0; n <= 300; n++) {
            arguments[0].value = `nothing ${n}`;
            arguments[0].dispatchEvent(new Event('input', { bubbles: true }));
        }";
        page.run(keys, vec![field.as_argument()]).await?;
        page.until_sees("No ticket found for “nothing 300”").await?;
        page.until_true("new URLSearchParams(location.search).get('q') === 'nothing 300'")
            .await?;
        j.step("the address can be gone back to");
        page.go_to("Home").await?;
        page.back().await?;
        page.until_field_is("Search tickets", "nothing 300").await
    })
}

#[test]
fn a_typed_number_is_the_same_one_in_another_language() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.signed_in("anna").await?;
        page.go_to("Services").await?;
        page.follow("Site network and Wi-Fi*").await?;
        page.follow("Network is down or slow*").await?;
        page.until_heading("Network is down or slow").await?;
        page.fill("Where and what", "Slow in hall 2").await?;
        page.fill("About how many people Optional", "1,500").await?;
        page.fill("Measured speed Optional", "2.5").await?;
        page.until_sees("Draft saved").await?;
        page.go_to("Settings").await?;
        page.choose("Language", "Deutsch").await?;
        page.until_heading("Einstellungen").await?;
        page.back().await?;
        page.until_field_is("Etwa wie viele Personen optional", "1500")
            .await?;
        page.until_field_is("Gemessene Geschwindigkeit optional", "2,5")
            .await
    })
}

#[test]
fn what_may_answer_a_request_is_offered_while_it_is_written_without_a_network()
-> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.proxy.cut();
        page.go_to_form().await?;
        page.fill("What does not work?", "Paper jam in the printer of hall 3")
            .await?;
        page.until_sees("Perhaps this helps at once").await?;
        page.follow("Printers of the 5200 series*").await?;
        page.until_heading("Printers of the 5200 series jam on recycled paper")
            .await?;
        page.until_sees("Known fault").await?;
        page.until_sees("choose tray 1 when printing").await?;
        j.step("what was written is still there");
        page.back().await?;
        page.until_field_is("What does not work?", "Paper jam in the printer of hall 3")
            .await
    })
}
