//! Files, also without a network.

use anyhow::{Context, Result, ensure};
use rapport_e2e::api::{Api, text};
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::places;
use rapport_e2e::sha256;
use rapport_e2e::wait;

#[test]
fn a_file_added_offline_arrives_byte_by_byte() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
        let id = text(&ticket, "id")?;
        page.open(&j.url(&format!("tickets/{id}"))).await?;

        j.step("answer with a file, without a network");
        let folder = tempfile::TempDir::new()?;
        let path = folder.path().join("scan of gate 4.bin");
        // Not compressible, not text, and more than one chunk of anything.
        let bytes: Vec<u8> = (0..1_300_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        std::fs::write(&path, &bytes)?;
        j.proxy.cut();
        page.fill("Your answer", "Here is the scan.").await?;
        let input = page.find(Role::File, "Add files*").await?;
        input.type_in(&path.display().to_string()).await?;
        page.until_sees("scan of gate 4.bin").await?;
        page.press("Send").await?;
        page.until_sees("Here is the scan.").await?;
        page.until_unsent(2).await?;

        j.step("it survives a restart and can be had back without a network");
        j.browser.quit().await?;
        j.browser.start_again().await?;
        let page = j.browser.tab().await?;
        page.open(&j.url(&format!("tickets/{id}"))).await?;
        page.press("Download scan of gate 4.bin*").await?;
        let file = j.browser.downloaded("scan of gate 4.bin").await?;
        ensure!(
            sha256(&std::fs::read(&file)?) == sha256(&bytes),
            "the file changed here"
        );
        std::fs::remove_file(file)?;

        j.step("it arrives");
        j.proxy.heal();
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let list = anna.list(&format!("/tickets/{id}/attachments")).await?;
        let found: Vec<_> = list
            .iter()
            .filter(|file| file["name"] == "scan of gate 4.bin")
            .collect();
        ensure!(found.len() == 1, "it is there {} times", found.len());
        let attachment = text(found[0], "id")?;
        let (sum, size) = anna.content_of(&attachment).await?;
        ensure!(
            size == bytes.len() && sum == sha256(&bytes),
            "the file changed on the way"
        );

        j.step("the service desk's file can be downloaded");
        page.reload().await?;
        page.find(Role::Field, "Your answer").await?;
        page.unfold().await?;
        page.press("Download scan of gate 4.bin*").await?;
        let file = j.browser.downloaded("scan of gate 4.bin").await?;
        ensure!(
            sha256(&std::fs::read(file)?) == sha256(&bytes),
            "the file changed on the way back"
        );
        Ok(())
    })
}

#[test]
fn a_request_with_a_file_arrives_whole() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.signed_in("anna").await?;
        let folder = tempfile::TempDir::new()?;
        let path = folder.path().join("screen.png");
        let bytes = std::fs::read(places::workspace().join("public/icons/icon-192.png"))?;
        std::fs::write(&path, &bytes)?;
        j.step("file a request with a picture");
        page.go_to_form().await?;
        page.fill_form("The screen shows stripes").await?;
        let input = page.find(Role::File, "Pictures of the screen*").await?;
        input.type_in(&path.display().to_string()).await?;
        page.until_sees("screen.png").await?;
        page.press("Send request").await?;
        page.until_heading("The screen shows stripes").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let id = text(&anna.the_ticket("The screen shows stripes").await?, "id")?;
        let list = wait::until("the picture on the server", || async {
            let list = anna.list(&format!("/tickets/{id}/attachments")).await?;
            ensure!(!list.is_empty(), "there is none");
            Ok(list)
        })
        .await?;
        let file = list.first().context("no attachment")?;
        ensure!(file["media_type"] == "image/png", "{file:#}");
        let (sum, _) = anna.content_of(&text(file, "id")?).await?;
        ensure!(sum == sha256(&bytes));
        Ok(())
    })
}

#[test]
fn a_request_that_is_sent_while_its_file_is_being_read_takes_it_along() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let path = places::workspace().join("public/icons/icon-192.png");
        page.go_to_form().await?;
        page.fill_form("Stripes that came late").await?;

        j.step("press send while the phone still reads the picture");
        let hold = "const read = Blob.prototype.arrayBuffer; \
            const go = new Promise((done) => { window.letItRead = done; }); \
            Blob.prototype.arrayBuffer = function () { return go.then(() => read.call(this)); };";
        page.run(hold, vec![]).await?;
        let input = page.find(Role::File, "Pictures of the screen*").await?;
        input.type_in(&path.display().to_string()).await?;
        page.press("Send request").await?;
        let button = page.find(Role::Button, "Send request*").await?;
        ensure!(
            button.attribute("aria-disabled").await?.as_deref() == Some("true"),
            "nothing says that it is on its way"
        );
        page.run("window.letItRead()", vec![]).await?;

        j.step("it goes with the request");
        page.until_heading("Stripes that came late").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let id = text(&anna.the_ticket("Stripes that came late").await?, "id")?;
        until_one_file(&anna, &id).await
    })
}

#[test]
fn an_answer_does_not_go_without_a_file_that_the_browser_has_removed() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
        let id = text(&ticket, "id")?;
        page.open(&j.url(&format!("tickets/{id}"))).await?;
        page.fill("Your answer", "The picture is with this").await?;
        pick_picture(&page).await?;
        page.until_sees("Draft saved").await?;
        page.change_stored("blobs", "store.clear();").await?;
        page.press("Send").await?;
        page.until_sees("Please add them again").await?;
        ensure!(page.unsent().await? == 0, "it was sent without its file");

        j.step("its author decides to send it without");
        page.press("Remove icon-192.png").await?;
        page.until_gone("Please add them again").await?;
        page.press("Send").await?;
        page.until_field_is("Your answer", "").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        anna.the_comment(&id, "The picture is with this").await
    })
}

/// Adds a picture to the open answer box.
async fn pick_picture(page: &Page) -> Result<()> {
    let input = page.find(Role::File, "Add files*").await?;
    let picture = places::workspace().join("public/icons/icon-192.png");
    input.type_in(&picture.display().to_string()).await?;
    page.until_sees("icon-192.png").await
}

#[test]
fn words_and_files_whose_ticket_was_closed_become_a_new_request() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.signed_in("anna").await?;
        let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
        let id = text(&ticket, "id")?;
        page.open(&j.url(&format!("tickets/{id}"))).await?;
        page.fill("Your answer", "Here is one more picture").await?;
        pick_picture(&page).await?;
        page.until_sees("Draft saved").await?;

        j.step("the ticket is closed for good meanwhile");
        let desk = j.backend.as_user("jonas").await?;
        desk.change(&id, &serde_json::json!({"state": "cancelled"}))
            .await?;
        page.until_sees("Cancelled").await?;
        page.reload().await?;
        page.until_sees("Here is one more picture").await?;
        page.press("New request from this").await?;

        j.step("words and file stand in a new request, and go with it");
        page.until_field_is("Tell us more Optional", "").await?;
        page.until_field_is("In one line", "Here is one more picture")
            .await?;
        page.until_sees("icon-192.png").await?;
        page.click(Role::Radio, "I have a question").await?;
        page.press("Send request").await?;
        page.until_heading("Here is one more picture").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let id = text(&anna.the_ticket("Here is one more picture").await?, "id")?;
        until_one_file(&anna, &id).await
    })
}

/// Waits until the server has exactly one file of a ticket.
async fn until_one_file(anna: &Api, ticket: &str) -> Result<()> {
    wait::until("the picture on the server", || async {
        let list = anna.list(&format!("/tickets/{ticket}/attachments")).await?;
        ensure!(list.len() == 1, "there are {}", list.len());
        Ok(())
    })
    .await
}
