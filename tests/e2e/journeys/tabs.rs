//! Two tabs of one account.

use anyhow::{Result, ensure};
use hyper::Method;
use rapport_e2e::api::text;
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::proxy::{Fault, Gate, on};
use rapport_e2e::wait;

#[test]
fn two_tabs_file_offline_and_both_requests_arrive_once() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let first = j.signed_in("anna").await?;
        let second = j.browser.new_tab().await?;
        second.open(&j.url("")).await?;
        second.until_heading("Home").await?;
        j.proxy.cut();
        j.step("one request in each tab");
        first.file("Filed in the first tab").await?;
        second.file("Filed in the second tab").await?;
        first.until_unsent(2).await?;
        second.until_unsent(2).await?;
        for tab in [&first, &second] {
            tab.go_to("Unsent").await?;
            tab.until_sees("Filed in the second tab").await?;
            let text = tab.text().await?;
            let at = |words: &str| text.find(words);
            ensure!(
                at("Filed in the first tab") < at("Filed in the second tab"),
                "the list is not in order: {text}"
            );
        }
        j.step("the network is back");
        j.proxy.heal();
        first.until_unsent(0).await?;
        second.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        anna.the_ticket("Filed in the first tab").await?;
        anna.the_ticket("Filed in the second tab").await?;
        Ok(())
    })
}

#[test]
fn when_the_leading_tab_closes_another_goes_on_sending() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let first = j.signed_in("anna").await?;
        let second = j.browser.new_tab().await?;
        second.open(&j.url("")).await?;
        second.until_heading("Home").await?;
        j.step("the leading tab closes while a request is under way");
        let filing = on(&Method::POST, "/api/v1/tickets");
        let gate = Gate::closed();
        let held = j
            .proxy
            .always(filing.clone(), Fault::HoldAnswer(gate.clone()));
        first.file("Under way when the tab closed").await?;
        second.until_unsent(1).await?;
        wait::until("the request at the server", || async {
            let seen = j.proxy.seen(&filing);
            ensure!(
                seen.iter()
                    .any(|exchange| exchange.backend_status.is_some())
            );
            Ok(())
        })
        .await?;
        first.close().await?;
        j.proxy.lift(held);
        gate.open();
        j.step("the other tab finds out, and sends what comes next");
        second.until_unsent(0).await?;
        second.file("Filed after the tab closed").await?;
        second.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        anna.the_ticket("Under way when the tab closed").await?;
        anna.the_ticket("Filed after the tab closed").await?;
        Ok(())
    })
}

#[test]
fn what_one_tab_does_shows_in_the_other() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let first = j.signed_in("anna").await?;
        let second = j.browser.new_tab().await?;
        second.open(&j.url("tickets")).await?;
        second.until_heading("Tickets").await?;
        j.proxy.cut();
        first.file("Seen in both tabs").await?;
        second.until_sees("Seen in both tabs").await?;
        j.proxy.heal();
        first.until_unsent(0).await?;
        second.until_unsent(0).await
    })
}

#[test]
fn one_draft_in_two_tabs_is_sent_once() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let subject = "Begun in two tabs";
        let first = j.signed_in("anna").await?;
        first.go_to_form().await?;
        first.fill_form(subject).await?;
        first.until_sees("Draft saved").await?;
        let second = j.browser.new_tab().await?;
        second.open(&first.url().await?).await?;
        second
            .until_field_is("What does not work?", subject)
            .await?;

        j.step("the first tab sends it, the second says so and keeps the words");
        first.press("Send request").await?;
        first.until_heading(subject).await?;
        second
            .until_sees("This has been sent or discarded already")
            .await?;
        second
            .until_field_is("What does not work?", subject)
            .await?;

        j.step("neither a press nor a letter more makes a second request of it");
        second.press("Send request").await?;
        let more = "It stopped this morning, and it smells of smoke.";
        second.fill("What happens, and since when?", more).await?;
        second.until_sees("Draft saved").await?;
        second.press("Send request").await?;
        second.reload().await?;
        second
            .until_sees("This has been sent or discarded already")
            .await?;
        second
            .until_field_is("What happens, and since when?", more)
            .await?;
        first.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        anna.the_ticket(subject).await?;

        j.step("as something new it goes out");
        second.press("Keep as a new draft").await?;
        let other = "Wanted as something new";
        second.fill("What does not work?", other).await?;
        second.press("Send request").await?;
        second.until_heading(other).await?;
        second.until_unsent(0).await?;
        anna.the_ticket(subject).await?;
        anna.the_ticket(other).await?;
        Ok(())
    })
}

#[test]
fn what_is_typed_in_one_tab_shows_in_the_other() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let first = j.signed_in("anna").await?;
        let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
        let at = j.url(&format!("tickets/{}", text(&ticket, "id")?));
        let second = j.browser.new_tab().await?;
        for tab in [&first, &second] {
            tab.open(&at).await?;
            tab.until_field_is("Your answer", "").await?;
        }
        first.fill("Your answer", "It began on Monday").await?;
        second
            .until_field_is("Your answer", "It began on Monday")
            .await?;
        let longer = "It began on Monday, after the update.";
        second.fill("Your answer", longer).await?;
        first.until_field_is("Your answer", longer).await
    })
}

#[test]
fn a_discarded_draft_does_not_come_back_from_a_copy_that_another_tab_left() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.signed_in("anna").await?;
        page.go_to_form().await?;
        let at = page.url().await?;
        page.fill_form("Not wanted any more").await?;
        page.until_sees("Draft saved").await?;
        j.step("a tab that was closed has left its copy behind");
        let copy =
            "const key = (await ended(store.getAllKeys())).find((k) => !k.startsWith('left:'));
            const row = await ended(store.get(key));
            await ended(store.put(row, `left:another:${key}`));";
        page.change_stored("drafts", copy).await?;
        page.press("Discard draft*").await?;
        page.press("Discard").await?;
        page.until_field_is("What does not work?", "").await?;
        page.open(&at).await?;
        page.until_field_is("What does not work?", "").await?;
        page.go_to("Home").await?;
        ensure!(!page.sees("Not wanted any more").await?, "it is back");
        Ok(())
    })
}
