//! Sessions that end, and people who share a browser.

use anyhow::{Result, ensure};
use hyper::Method;
use rapport_e2e::api::text;
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::Role;
use rapport_e2e::proxy::{Canned, Fault, on};

#[test]
fn a_session_that_ends_in_mid_queue_loses_and_doubles_nothing() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
        let id = text(&ticket, "id")?;
        j.step("three answers and a request without a network");
        j.proxy.cut();
        page.open(&j.url(&format!("tickets/{id}"))).await?;
        let answers = [
            "The first answer.",
            "The second answer.",
            "The third answer.",
        ];
        for words in answers {
            page.answer(words).await?;
        }
        page.file("After the three answers").await?;
        page.until_unsent(4).await?;

        j.step("the session has ended when the second answer goes out");
        let commenting = on(&Method::POST, &format!("/api/v1/tickets/{id}/comments"));
        let filing = on(&Method::POST, "/api/v1/tickets");
        let refused = Fault::Answer(Canned::signed_out());
        let rules = [
            j.proxy.always(commenting.clone(), refused.clone()),
            j.proxy.always(filing, refused),
            j.proxy.next(1, commenting, Fault::Pass),
        ];
        j.proxy.heal();
        page.until_sees("Your session has ended").await?;
        let waiting = page.unsent().await?;
        ensure!(waiting == 3 || waiting == 4, "{waiting} are unsent");

        j.step("sign in again");
        for rule in rules {
            j.proxy.lift(rule);
        }
        page.follow("Sign in").await?;
        page.until_sees("Welcome back").await?;
        page.sign_in("anna").await?;
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        for words in answers {
            anna.the_comment(&id, words).await?;
        }
        anna.the_ticket("After the three answers").await?;
        let comments = anna.comments(&id).await?;
        let order: Vec<_> = comments
            .iter()
            .filter_map(|comment| answers.iter().position(|words| comment["text"] == *words))
            .collect();
        ensure!(
            order == [0, 1, 2],
            "the answers came in the order {order:?}"
        );
        Ok(())
    })
}

#[test]
fn another_user_of_the_browser_sees_and_sends_nothing_of_the_first() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.step("anna files without a network and signs out, keeping it");
        j.proxy.cut();
        page.file("For anna's eyes only").await?;
        page.go_to("Settings").await?;
        page.press("Sign out*").await?;
        page.press("Sign out and keep it here").await?;
        page.find(Role::Field, "User name").await?;

        j.step("ben signs in on the same browser");
        j.proxy.heal();
        page.sign_in("ben").await?;
        page.until_heading("Home").await?;
        page.until_up_to_date().await?;
        ensure!(page.unsent().await? == 0, "ben has something unsent");
        for place in ["Home", "Tickets", "Unsent"] {
            page.go_to(place).await?;
            page.until_up_to_date().await?;
            ensure!(
                !page.sees("For anna's eyes only").await?,
                "ben sees it under {place}"
            );
        }
        page.file("From ben").await?;
        page.until_unsent(0).await?;
        let ben = j.backend.as_user("ben").await?;
        ben.the_ticket("From ben").await?;
        let anna = j.backend.as_user("anna").await?;
        let sent = anna.tickets_with_subject("For anna's eyes only").await?;
        ensure!(sent.is_empty(), "ben's session sent it");

        j.step("anna returns, and it goes out");
        page.go_to("Settings").await?;
        page.press("Sign out*").await?;
        page.press("Sign out").await?;
        page.sign_in("anna").await?;
        page.until_heading("Home").await?;
        page.until_unsent(0).await?;
        let ticket = anna.the_ticket("For anna's eyes only").await?;
        ensure!(
            ticket["requester"]["id"] == anna.user["id"],
            "{:?}",
            ticket["requester"]
        );
        Ok(())
    })
}

#[test]
fn signing_out_with_a_draft_keeps_it() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
        let id = text(&ticket, "id")?;
        let words = "Half a sentence, and";
        j.step("begin an answer and sign out at once");
        page.open(&j.url(&format!("tickets/{id}"))).await?;
        page.fill("Your answer", words).await?;
        page.go_to("Settings").await?;
        page.press("Sign out*").await?;
        page.until_sees("One draft is not finished").await?;
        page.press("Sign out and keep it here").await?;
        page.find(Role::Field, "User name").await?;

        j.step("sign in again: it is where it was");
        page.sign_in("anna").await?;
        page.until_heading("Home").await?;
        page.until_sees("Unfinished").await?;
        page.open(&j.url(&format!("tickets/{id}"))).await?;
        page.until_field_is("Your answer", words).await?;

        j.step("once it is sent there is nothing to keep");
        page.press("Send").await?;
        page.until_unsent(0).await?;
        page.go_to("Settings").await?;
        page.press("Sign out*").await?;
        page.until_sees("Your data is removed from this device")
            .await?;
        page.press("Sign out").await?;
        page.find(Role::Field, "User name").await?;
        let anna = j.backend.as_user("anna").await?;
        anna.the_comment(&id, words).await
    })
}

#[test]
fn wrong_words_at_the_door_are_told_and_kept_apart_from_a_lost_network() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        // The browser itself reports the 401 in the console.
        j.expect_in_console("401");
        let page = j.browser.tab().await?;
        page.open(&j.url("")).await?;
        page.fill("User name", "anna").await?;
        page.fill("Password", "not it").await?;
        page.press("Sign in").await?;
        page.until_sees("That did not match").await?;
        j.proxy.cut();
        page.press("Sign in").await?;
        page.until_sees("Your password was not checked").await?;
        j.proxy.heal();
        page.sign_in("anna").await?;
        page.until_heading("Home").await
    })
}
