//! Two tabs of one account.

use anyhow::{Result, ensure};
use hyper::Method;
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
