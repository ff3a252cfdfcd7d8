//! Exactly once: whatever happens to the answer or to the finger on the button.

use std::time::Duration;

use anyhow::{Result, ensure};
use hyper::Method;
use rapport_e2e::api::text;
use rapport_e2e::journey::{Journey, Stage};
use rapport_e2e::page::{Key, Role};
use rapport_e2e::proxy::{Canned, Fault, Matcher, on, on_any};
use rapport_e2e::wait;

use crate::in_both_browsers;

in_both_browsers! {
    an_answer_lost_after_the_commit_makes_one_ticket: Stage::phone() => lost_answer;
    a_request_that_arrives_twice_makes_one_ticket: Stage::phone() => arrives_twice;
    a_double_click_makes_one_ticket: Stage::desktop() => async |j| { clicks(j, None).await };
    a_held_submit_makes_one_ticket: Stage::desktop() => async |j| { held_enter(j, None).await };
    clicks_on_a_slow_network_make_one_ticket: Stage::phone() => async |j| {
        clicks(j, Some(Duration::from_millis(1200))).await
    };
    a_held_submit_on_a_slow_network_makes_one_ticket: Stage::phone() => async |j| {
        held_enter(j, Some(Duration::from_millis(1200))).await
    };
    a_server_that_is_busy_gets_it_once: Stage::phone() => busy_server;
}

fn filing() -> Matcher {
    on(&Method::POST, "/api/v1/tickets")
}

async fn lost_answer(j: &mut Journey) -> Result<()> {
    let page = j.signed_in("anna").await?;
    j.step("file a request; the server takes it, its answer is lost");
    j.proxy.next(1, filing(), Fault::DropAnswer);
    page.file("Pallet jack 3 leaks oil").await?;
    let seen = j.proxy.until_seen(1, &filing(), wait::PATIENCE).await?;
    ensure!(
        seen[0].backend_status == Some(201),
        "{:?}",
        seen[0].backend_status
    );
    ensure!(seen[0].status.is_none());

    j.step("the page finds out that it was received");
    page.until_unsent(0).await?;
    let anna = j.backend.as_user("anna").await?;
    let ticket = anna.the_ticket("Pallet jack 3 leaks oil").await?;
    page.until_sees(&text(&ticket, "number")?).await?;
    page.until_gone("Saved on this device").await?;

    j.step("the same with an answer on the ticket");
    let id = text(&ticket, "id")?;
    let commenting = on(&Method::POST, &format!("/api/v1/tickets/{id}/comments"));
    j.proxy.next(1, commenting.clone(), Fault::DropAnswer);
    page.answer("It is the left cylinder.").await?;
    j.proxy.until_seen(1, &commenting, wait::PATIENCE).await?;
    page.until_unsent(0).await?;
    anna.the_comment(&id, "It is the left cylinder.").await?;
    anna.the_ticket("Pallet jack 3 leaks oil").await?;
    same_key_and_bytes(j, &filing())?;
    same_key_and_bytes(j, &commenting)
}

/// Every attempt carried the same key, address and bytes.
fn same_key_and_bytes(j: &Journey, matcher: &Matcher) -> Result<()> {
    let seen = j.proxy.seen(matcher);
    let first = &seen[0];
    ensure!(
        first.header("idempotency-key").is_some(),
        "no Idempotency-Key"
    );
    for again in &seen {
        ensure!(again.header("idempotency-key") == first.header("idempotency-key"));
        ensure!(again.body_sha256 == first.body_sha256, "the body changed");
        ensure!(again.path == first.path && again.query == first.query);
    }
    Ok(())
}

async fn arrives_twice(j: &mut Journey) -> Result<()> {
    let page = j.signed_in("anna").await?;
    j.step("file a request; the network delivers it two times");
    j.proxy.next(1, filing(), Fault::Twice);
    page.file("Two labels on one crate").await?;
    page.until_unsent(0).await?;
    j.backend
        .as_user("anna")
        .await?
        .the_ticket("Two labels on one crate")
        .await?;
    Ok(())
}

async fn busy_server(j: &mut Journey) -> Result<()> {
    let page = j.signed_in("anna").await?;
    j.step("file a request while the server is being restarted");
    j.proxy
        .next(2, filing(), Fault::Answer(Canned::unavailable(1)));
    page.file("The gate does not open").await?;
    j.proxy.until_seen(3, &filing(), wait::PATIENCE).await?;
    page.until_unsent(0).await?;
    j.backend
        .as_user("anna")
        .await?
        .the_ticket("The gate does not open")
        .await?;
    Ok(())
}

async fn slow(j: &mut Journey, delay: Option<Duration>) {
    if let Some(delay) = delay {
        j.step("the network is slow");
        j.proxy.always(on_any(), Fault::Delay(delay));
    }
}

async fn clicks(j: &mut Journey, delay: Option<Duration>) -> Result<()> {
    let page = j.signed_in("anna").await?;
    slow(j, delay).await;
    j.step("double click on the button");
    page.go_to_form().await?;
    page.fill_form("Forklift 7 beeps").await?;
    page.find(Role::Button, "Send request")
        .await?
        .double_click()
        .await?;
    page.until_heading("Forklift 7 beeps").await?;
    page.until_unsent(0).await?;

    j.step("ten clicks in a row");
    page.go_to_form().await?;
    page.fill_form("Forklift 8 beeps").await?;
    let button = page.find(Role::Button, "Send request").await?;
    let script = "for (let i = 0; i < 10; i += 1) arguments[0].click()";
    page.run(script, vec![button.as_argument()]).await?;
    page.until_heading("Forklift 8 beeps").await?;
    page.until_unsent(0).await?;

    j.step("ten clicks on an answer's button");
    page.fill("Your answer", "It beeps three times.").await?;
    let button = page.find(Role::Button, "Send").await?;
    page.run(script, vec![button.as_argument()]).await?;
    page.until_field_is("Your answer", "").await?;
    page.until_unsent(0).await?;

    let anna = j.backend.as_user("anna").await?;
    anna.the_ticket("Forklift 7 beeps").await?;
    let ticket = anna.the_ticket("Forklift 8 beeps").await?;
    anna.the_comment(&text(&ticket, "id")?, "It beeps three times.")
        .await
}

async fn held_enter(j: &mut Journey, delay: Option<Duration>) -> Result<()> {
    let page = j.signed_in("anna").await?;
    slow(j, delay).await;
    j.step("hold Enter in a line of the form");
    page.go_to_form().await?;
    page.fill_form("The conveyor squeaks").await?;
    page.find(Role::Field, "What does not work?")
        .await?
        .click()
        .await?;
    page.hold_key(Key::Enter, 40).await?;
    page.until_heading("The conveyor squeaks").await?;
    page.until_unsent(0).await?;

    j.step("hold Enter on the button");
    page.go_to_form().await?;
    page.fill_form("The conveyor stops").await?;
    page.tab_to(Role::Button, "Send request").await?;
    page.hold_key(Key::Enter, 40).await?;
    page.until_heading("The conveyor stops").await?;
    page.until_unsent(0).await?;

    let anna = j.backend.as_user("anna").await?;
    anna.the_ticket("The conveyor squeaks").await?;
    anna.the_ticket("The conveyor stops").await?;
    Ok(())
}
