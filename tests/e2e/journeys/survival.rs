//! What was typed or saved is still there: after a reload, a kill, an ended session.

use anyhow::{Context, Result, ensure};
use rapport_e2e::api::text;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::Role;

use crate::in_both_browsers;

in_both_browsers! {
    a_reload_in_the_middle_of_typing_loses_nothing: Stage::phone() => reload_while_typing;
    leaving_right_after_the_press_loses_nothing: Stage::desktop() => leave_right_after_the_press;
    a_session_that_ends_while_typing_loses_nothing: Stage::phone() => session_ends_while_typing;
}

async fn reload_while_typing(j: &mut Journey) -> Result<()> {
    let page = j.signed_in("anna").await?;
    let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
    let (id, subject) = (text(&ticket, "id")?, text(&ticket, "subject")?);

    j.step("reload right after the last letter of an answer");
    page.open(&j.url(&format!("tickets/{id}"))).await?;
    page.until_heading(&subject).await?;
    let words = "It began on Monday, just after the update, and";
    page.fill("Your answer", words).await?;
    page.reload().await?;
    page.until_heading(&subject).await?;
    page.until_field_is("Your answer", words).await?;

    j.step("reload in a half filled form");
    page.go_to_form().await?;
    page.fill("What does not work?", "The wall display").await?;
    page.click(Role::Radio, "Yes").await?;
    page.fill("What do you do just before? Optional", "I switch it on")
        .await?;
    page.reload().await?;
    page.until_heading("Report a fault").await?;
    page.until_field_is("What does not work?", "The wall display")
        .await?;
    page.until_field_is("What do you do just before? Optional", "I switch it on")
        .await?;

    j.step("both are listed as unfinished");
    page.go_to("Home").await?;
    page.until_sees("Unfinished").await?;
    page.until_sees("The wall display").await?;

    j.step("leave the page for another site and come back");
    page.open("about:blank").await?;
    page.open(&j.url(&format!("tickets/{id}"))).await?;
    page.until_field_is("Your answer", words).await?;
    page.press("Send").await?;
    page.until_unsent(0).await?;
    j.backend
        .as_user("anna")
        .await?
        .the_comment(&id, words)
        .await
}

async fn session_ends_while_typing(j: &mut Journey) -> Result<()> {
    let page = j.signed_in("anna").await?;
    let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
    let id = text(&ticket, "id")?;
    page.open(&j.url(&format!("tickets/{id}"))).await?;
    page.fill("Your answer", "Half a sentence, and").await?;

    j.step("the session ends; the answer is sent all the same");
    page.end_session_secretly().await?;
    page.fill("Your answer", "Half a sentence, and the other half.")
        .await?;
    page.press("Send").await?;
    page.until_sees("Your session has ended").await?;
    page.until_unsent(1).await?;
    page.fill("Your answer", "A second thought").await?;

    j.step("sign in again");
    page.follow("Sign in").await?;
    page.sign_in("anna").await?;
    page.until_unsent(0).await?;
    let anna = j.backend.as_user("anna").await?;
    anna.the_comment(&id, "Half a sentence, and the other half.")
        .await?;
    page.open(&j.url(&format!("tickets/{id}"))).await?;
    page.until_field_is("Your answer", "A second thought").await
}

async fn leave_right_after_the_press(j: &mut Journey) -> Result<()> {
    let page = j.signed_in("anna").await?;
    let ticket = j.backend.as_user("anna").await?.known_ticket().await?;
    let id = text(&ticket, "id")?;
    let both = "arguments[0].click(); arguments[1].click()";

    j.step("send an answer and leave the page in the same moment");
    page.open(&j.url(&format!("tickets/{id}"))).await?;
    page.fill("Your answer", "Sent on the way out.").await?;
    let send = page.find(Role::Button, "Send").await?;
    let leave = page.find(Role::Link, "Services*").await?;
    page.run(both, vec![send.as_argument(), leave.as_argument()])
        .await?;
    page.until_heading("Services").await?;
    let anna = j.backend.as_user("anna").await?;
    anna.the_comment(&id, "Sent on the way out.").await?;

    j.step("the same with a request");
    page.go_to_form().await?;
    page.fill_form("Filed on the way out").await?;
    let send = page.find(Role::Button, "Send request").await?;
    let leave = page.find(Role::Link, "Tickets*").await?;
    page.run(both, vec![send.as_argument(), leave.as_argument()])
        .await?;
    anna.the_ticket("Filed on the way out").await?;
    page.go_to("Home").await?;
    page.until_unsent(0).await?;
    ensure!(
        !page.sees("Unfinished").await?,
        "a draft of what was sent is left"
    );
    Ok(())
}

/// How many kills: `RAPPORT_KILLS`, or a few.
fn kills() -> Result<usize> {
    match std::env::var("RAPPORT_KILLS") {
        Ok(count) => count.parse().context("RAPPORT_KILLS is a number"),
        Err(_) => Ok(3),
    }
}

#[test]
fn what_was_saved_survives_a_kill_right_after() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        j.signed_in("anna").await?;
        // A browser writes cookies out lazily; those are not what this is about.
        j.browser.quit().await?;
        j.proxy.cut();
        let kills = kills()?;
        for kill in 1..=kills {
            j.step(&format!(
                "file a request, kill the browser as soon as it says saved ({kill} of {kills})"
            ));
            j.browser.start_again().await?;
            let page = j.browser.tab().await?;
            page.open(&j.url("")).await?;
            page.until_heading("Home").await?;
            page.go_to_form().await?;
            page.fill_form(&format!("Before kill {kill}")).await?;
            page.press("Send request").await?;
            page.until_sees("Saved on this device").await?;
            j.browser.kill()?;
        }
        j.step("everything is still there");
        j.browser.start_again().await?;
        let page = j.browser.tab().await?;
        page.open(&j.url("unsent")).await?;
        page.until_heading("Unsent").await?;
        page.until_unsent(kills).await?;
        for kill in 1..=kills {
            page.until_sees(&format!("Before kill {kill}")).await?;
        }
        j.step("and goes out once");
        j.proxy.heal();
        page.until_unsent(0).await?;
        let anna = j.backend.as_user("anna").await?;
        for kill in 1..=kills {
            anna.the_ticket(&format!("Before kill {kill}")).await?;
        }
        Ok(())
    })
}

#[test]
fn what_was_typed_survives_a_kill() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        page.go_to_form().await?;
        page.fill_form("Typed before the kill").await?;
        j.step("the draft is saved at a pause of typing; then the browser is killed");
        page.until_sees("Draft saved").await?;
        j.browser.kill()?;
        j.browser.start_again().await?;
        let page = j.browser.tab().await?;
        page.open(&j.url("")).await?;
        page.follow("Typed before the kill*").await?;
        page.until_heading("Report a fault").await?;
        page.until_field_is("What does not work?", "Typed before the kill")
            .await?;
        let field = page
            .find(Role::Field, "What happens, and since when?")
            .await?;
        ensure!(field.value().await?.starts_with("It stopped"));
        Ok(())
    })
}
