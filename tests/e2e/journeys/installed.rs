//! The portal as an installed app: its shortcuts, what other apps share with it, the number on its icon.

use anyhow::{Context, Result, ensure};
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::Role;
use rapport_e2e::wait;
use serde_json::Value;

/// What the browser does with the manifest's share target: it posts a form.
const SHARE: &str = "
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', enctype: 'multipart/form-data', action: 'share' });
    for (const [name, value] of [['title', 'Scanner 12'], ['text', arguments[0]]]) {
      const field = document.createElement('input');
      Object.assign(field, { name, value, type: 'hidden' });
      form.append(field);
    }
    const input = document.createElement('input');
    Object.assign(input, { name: 'files', type: 'file', multiple: true });
    const files = new DataTransfer();
    files.items.add(new File(['what the display says'], 'display.txt', { type: 'text/plain' }));
    input.files = files.files;
    form.append(input);
    document.body.append(form);
    form.submit();";

#[test]
fn words_and_a_file_shared_without_a_network_become_a_draft_and_arrive() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.proxy.cut();
        j.step("shared twice: the second adds to the draft of the first");
        page.run(SHARE, vec![Value::from("It beeps.")]).await?;
        page.until_field_is("In one line", "Scanner 12").await?;
        page.until_sees("display.txt").await?;
        page.until_true("!location.search").await?;
        page.run(SHARE, vec![Value::from("Still beeping.")]).await?;
        page.until_true("!location.search").await?;
        page.until_field_is("Tell us more*", "It beeps.\n\nScanner 12\n\nStill beeping.")
            .await?;
        j.step("it is a draft like any other");
        page.reload().await?;
        page.until_field_is("In one line", "Scanner 12").await?;
        page.click(Role::Radio, "Something does not work*").await?;
        page.click(Role::Radio, "Only one person").await?;
        page.click(Role::Radio, "It goes on").await?;
        page.press("Send request").await?;
        page.until_heading("Scanner 12").await?;
        j.proxy.heal();
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        let ticket = anna.the_ticket("Scanner 12").await?;
        let id = rapport_e2e::api::text(&ticket, "id")?;
        wait::until("both files", || async {
            let all = anna.list("/attachments").await?;
            let ours = all.iter().filter(|one| one["ticket_id"] == id.as_str());
            ensure!(ours.clone().count() == 2, "{all:#?}");
            ensure!(
                ours.clone().all(|one| one["name"] == "display.txt"),
                "{all:#?}"
            );
            Ok(())
        })
        .await
    })
}

#[test]
fn shortcuts_lead_somewhere_and_the_icon_counts_what_waits() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let manifest = "return fetch(document.querySelector('link[rel=manifest]').href)
            .then((response) => response.json())";
        let manifest = page.run(manifest, vec![]).await?;
        let shortcuts = manifest["shortcuts"].as_array().context("no shortcuts")?;
        ensure!(!shortcuts.is_empty(), "no shortcuts");
        for shortcut in shortcuts {
            let url = shortcut["url"].as_str().context("no address")?;
            page.open(&j.url(url.trim_start_matches("./"))).await?;
            page.until_settled().await?;
            let missing = page
                .all(Role::Heading, Some("There is nothing here"))
                .await?;
            ensure!(missing.is_empty(), "{url} leads nowhere");
        }
        j.step("the number on the icon");
        page.open(&j.url("")).await?;
        page.until_up_to_date().await?;
        let listen = "navigator.setAppBadge = (count) => {
            window.onTheIcon = count; return Promise.resolve() }";
        page.run(listen, vec![]).await?;
        j.proxy.cut();
        page.file("Counted on the icon").await?;
        page.until_true("window.onTheIcon === 1").await?;
        j.proxy.heal();
        page.until_true("window.onTheIcon === 0").await
    })
}
