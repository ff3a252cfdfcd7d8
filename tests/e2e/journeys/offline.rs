//! Without a network: everything can be read and written, and arrives once when the network is back.

use anyhow::{Result, ensure};
use hyper::Method;
use rapport_e2e::api::text;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::Role;
use rapport_e2e::portal::{FORM, SERVICE};
use rapport_e2e::proxy::{Canned, Fault, Gate, on, on_any};
use rapport_e2e::wait;

use crate::in_both_browsers;

in_both_browsers! {
    a_request_made_without_a_network_arrives_exactly_once:
        Stage::phone() => async |j| { whole_journey(j, Loss::Cut).await };
}

#[test]
fn a_request_made_while_the_server_is_down_arrives_exactly_once() -> Result<(), Failure> {
    Stage::phone().play(async |j| whole_journey(j, Loss::ServerDown).await)
}

#[test]
fn it_arrives_exactly_once_under_another_path() -> Result<(), Failure> {
    let stage = Stage::phone().under("/help/");
    stage.play(async |j| whole_journey(j, Loss::Cut).await)
}

/// How the connection is lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// Connections end and none can be made.
    Cut,
    /// The network is there, the server is stopped.
    ServerDown,
}

async fn lose(j: &mut Journey, loss: Loss) -> Result<()> {
    match loss {
        Loss::Cut => j.proxy.cut(),
        Loss::ServerDown => j.stop_backend().await?,
    }
    Ok(())
}

async fn regain(j: &mut Journey, loss: Loss) -> Result<()> {
    match loss {
        Loss::Cut => j.proxy.heal(),
        Loss::ServerDown => j.start_backend().await?,
    }
    Ok(())
}

async fn whole_journey(j: &mut Journey, loss: Loss) -> Result<()> {
    let page = j.signed_in("anna").await?;
    let old = j.backend.as_user("anna").await?.known_ticket().await?;
    let (old_id, old_subject) = (text(&old, "id")?, text(&old, "subject")?);

    j.step("lose the connection and browse the catalogue");
    lose(j, loss).await?;
    page.go_to("Services").await?;
    page.fill("Search services", "workplace").await?;
    page.find(Role::Link, &format!("{SERVICE}*")).await?;

    j.step("file a request with a form");
    page.file("The scanner at gate 4 is dark").await?;
    page.until_sees("Saved on this device").await?;

    j.step("comment on a ticket");
    page.go_to("Tickets").await?;
    page.follow(&format!("{old_subject}*")).await?;
    page.until_heading(&old_subject).await?;
    page.answer("It happened again at noon.").await?;
    page.until_unsent(2).await?;

    j.step("quit the browser, start it again without a network at a deep link");
    j.browser.quit().await?;
    j.browser.start_again().await?;
    let page = j.browser.tab().await?;
    page.open(&j.url(&format!("tickets/{old_id}"))).await?;
    page.until_heading(&old_subject).await?;
    page.until_sees("It happened again at noon.").await?;
    page.until_unsent(2).await?;
    page.go_to("Unsent").await?;
    page.until_sees("The scanner at gate 4 is dark").await?;
    page.go_to("Tickets").await?;
    page.follow("The scanner at gate 4 is dark*").await?;
    page.until_heading("The scanner at gate 4 is dark").await?;
    page.mark().await?;

    j.step("the connection is back");
    regain(j, loss).await?;
    let anna = j.backend.as_user("anna").await?;
    let ticket = anna.the_ticket("The scanner at gate 4 is dark").await?;
    anna.the_comment(&old_id, "It happened again at noon.")
        .await?;
    page.until_unsent(0).await?;
    page.until_sees(&text(&ticket, "number")?).await?;

    j.step("the service desk answers, and the answer shows up by itself");
    let id = text(&ticket, "id")?;
    let answer = wait::until("the service desk's answer", || async {
        let comments = anna.comments(&id).await?;
        ensure!(!comments.is_empty(), "there is none");
        text(&comments[0], "text")
    })
    .await?;
    page.until_sees(&answer).await?;
    j.backend
        .as_user("jonas")
        .await?
        .comment(&id, "A technician is on the way.")
        .await?;
    page.until_sees("A technician is on the way.").await?;
    page.is_the_same().await?;

    j.step("nothing is there twice");
    anna.the_ticket("The scanner at gate 4 is dark").await?;
    anna.the_comment(&old_id, "It happened again at noon.")
        .await
}

#[test]
fn a_deep_link_opens_offline() -> Result<(), Failure> {
    Stage::phone().play(deep_links)
}

#[test]
fn a_deep_link_opens_offline_under_another_path() -> Result<(), Failure> {
    Stage::phone().under("/help/").play(deep_links)
}

async fn deep_links(j: &mut Journey) -> Result<()> {
    j.signed_in("anna").await?;
    let anna = j.backend.as_user("anna").await?;
    let ticket = anna.known_ticket().await?;
    let services = anna.list("/services").await?;
    let service = services
        .iter()
        .find(|service| service["name"]["default"] == SERVICE);
    let service = service
        .map(|service| text(service, "id"))
        .transpose()?
        .unwrap_or_default();
    let forms = anna.list("/forms").await?;
    let form = forms.iter().find(|form| form["title"]["default"] == FORM);
    let form = form
        .map(|form| text(form, "id"))
        .transpose()?
        .unwrap_or_default();

    j.step("quit, and start at deep links without a network");
    j.browser.quit().await?;
    j.proxy.cut();
    j.browser.start_again().await?;
    let page = j.browser.tab().await?;
    page.open(&j.url(&format!("services/{service}/request/{form}")))
        .await?;
    page.until_heading(FORM).await?;
    page.find(Role::Field, "What does not work?").await?;
    page.open(&j.url(&format!("tickets/{}", text(&ticket, "id")?)))
        .await?;
    page.until_heading(&text(&ticket, "subject")?).await?;
    page.open(&j.url(&format!("services/{service}"))).await?;
    page.until_heading(SERVICE).await?;
    j.step("what is out of order and what is announced is read without a network");
    page.open(&j.url("")).await?;
    for news in [
        "Outage: Connections to remote access break off",
        "Reconnecting helps for the time being.",
        "Warning: Maintenance of email and calendar",
        "Notice: The fax gateway is switched off soon",
    ] {
        page.until_sees(news).await?;
    }
    page.open(&j.url("unsent")).await?;
    page.until_heading("Unsent").await?;
    page.open(&j.url("nowhere/at/all")).await?;
    page.until_sees("There is nothing here").await
}

#[test]
fn a_captive_portal_stands_in_for_nothing() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        // The browser's own word on a page where a stream was expected.
        j.expect_in_console("EventSource's response has a MIME type");
        let page = j.signed_in("anna").await?;
        j.step("a hotel's network answers everything with its own page");
        let portal = j
            .proxy
            .always(on_any(), Fault::Answer(Canned::captive_portal()));
        j.proxy.reset_connections();
        page.file("The door of room 12 does not open").await?;
        page.until_unsent(1).await?;

        j.step("quit and start again behind it");
        j.browser.quit().await?;
        j.browser.start_again().await?;
        let page = j.browser.tab().await?;
        page.open(&j.url("tickets")).await?;
        page.until_heading("Tickets").await?;
        page.until_sees("The door of room 12 does not open").await?;
        page.follow("The door of room 12 does not open*").await?;
        page.until_heading("The door of room 12 does not open")
            .await?;
        j.step("it was tried, and nothing counts as sent");
        let asked = on(&Method::GET, "/api/v1/session");
        let before = j.proxy.seen(&asked).len();
        j.proxy
            .until_seen(before + 1, &asked, wait::PATIENCE)
            .await?;
        ensure!(page.unsent().await? == 1, "something counts as sent");
        ensure!(
            page.sees("Comes when it is received").await?,
            "the page takes it for received"
        );

        j.step("past it, everything arrives once");
        j.proxy.lift(portal);
        page.until_unsent(0).await?;
        j.backend
            .as_user("anna")
            .await?
            .the_ticket("The door of room 12 does not open")
            .await?;
        Ok(())
    })
}

#[test]
fn what_is_typed_offline_survives_a_change_of_language_and_theme() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        j.step("type without a network");
        j.proxy.cut();
        page.go_to_form().await?;
        page.fill_form("Der Drucker streikt").await?;
        let form = page.url().await?;

        j.step("change language and theme");
        page.go_to("Settings").await?;
        page.choose("Language", "Deutsch").await?;
        page.until_heading("Einstellungen").await?;
        page.click(Role::Radio, "Dunkel").await?;
        page.until_true("document.documentElement.dataset.theme === 'dark'")
            .await?;
        page.until_true("document.documentElement.lang === 'de'")
            .await?;

        j.step("go back to the form, in this page and in a fresh one");
        page.back().await?;
        page.until_heading("Störung melden").await?;
        page.until_field_is("Was geht nicht?", "Der Drucker streikt")
            .await?;
        page.open(&form).await?;
        page.until_heading("Störung melden").await?;
        page.until_field_is("Was geht nicht?", "Der Drucker streikt")
            .await?;
        page.until_true("document.documentElement.dataset.theme === 'dark'")
            .await
    })
}

#[test]
fn a_server_that_takes_the_connection_and_never_answers_delays_no_start() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        page.until_installed().await?;
        j.step("from here on nothing is answered");
        let gate = Gate::closed();
        j.proxy.always(on_any(), Fault::HoldAnswer(gate.clone()));
        page.open(&j.url("tickets")).await?;
        page.until_heading("Tickets").await?;
        page.until_sees("In progress").await?;
        let text = page.text().await?;
        ensure!(
            !text.contains("Up to date"),
            "it claims to know that nothing has changed"
        );
        gate.open();
        page.until_up_to_date().await
    })
}
