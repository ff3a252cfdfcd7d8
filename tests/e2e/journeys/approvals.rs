//! What a manager of the customer decides before a request is begun with, and the clocks that run for it.

use anyhow::{Result, ensure};
use rapport_e2e::browser::{Browser, Kind, Look};
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::wait;
use serde_json::Value;

const WHAT: &str = "Harbour Planner";

async fn asks(page: &Page) -> Result<()> {
    page.go_to("Services").await?;
    page.follow("Managed workplace*").await?;
    page.until_heading("Managed workplace").await?;
    page.follow("Install software*").await?;
    page.until_heading("Install software").await?;
    page.until_sees("A manager of your organisation has to agree before we begin.")
        .await?;
    page.fill("Product and version", WHAT).await?;
    page.click(Role::Radio, "None is needed").await?;
    page.fill("What is it for?", "Planning the berths of next week.")
        .await?;
    page.press("Send request").await?;
    page.until_unsent(1).await
}

#[test]
fn a_request_waits_for_the_manager_who_decides_without_a_network() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.browser.tab().await?;
        j.enter(&page, "anna").await?;
        j.step("a request that needs an approval, without a network");
        j.proxy.cut();
        asks(&page).await?;
        j.proxy.heal();
        page.until_unsent(0).await?;
        page.until_sees("Waits for approval").await?;
        let nobody = page.all(Role::Button, Some("Approve")).await?;
        ensure!(nobody.is_empty(), "she approves her own request");
        let ruth = j.backend.as_user("ruth").await?;
        let path = page.path().await?;
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let ticket = ruth.get(&format!("/tickets/{id}")).await?;
        ensure!(ticket["state"] == "held", "{ticket:#}");

        j.step("her manager finds it on the first page, and decides without a network");
        let mut desk = Browser::start(Kind::Chromium, Look::DESKTOP).await?;
        let manager = desk.tab().await?;
        j.enter(&manager, "mia").await?;
        manager.until_sees("Wait for your approval").await?;
        manager.open(&j.url(&format!("tickets/{id}"))).await?;
        manager
            .until_sees("Anna Berg asks for your approval")
            .await?;
        j.proxy.cut();
        manager.press("Refuse").await?;
        manager.press("Refuse").await?;
        manager.until_sees("Please fill this in").await?;
        manager.press("Cancel").await?;
        manager.press("Approve").await?;
        manager.press("Approve").await?;
        manager.until_unsent(1).await?;
        manager.until_sees("Approved").await?;
        j.proxy.heal();
        manager.until_unsent(0).await?;
        wait::until("the request goes on", || async {
            let now = ruth.get(&format!("/tickets/{id}")).await?;
            // The service desk may have begun already.
            let goes_on = ["acknowledged", "in_progress"].map(Value::from);
            ensure!(goes_on.contains(&now["state"]), "{now:#}");
            Ok(())
        })
        .await?;

        j.step("she sees it, and by when somebody answers");
        page.until_sees("Mia Lindqvist").await?;
        page.until_sees("First answer").await?;
        page.until_sees("Due ").await?;
        let jonas = j.backend.as_user("jonas").await?;
        jonas.comment(&id, "It is on its way.").await?;
        page.until_sees("Kept").await?;
        j.step("the clocks stand there without a network, as of when they were known");
        j.proxy.cut();
        page.reload().await?;
        page.until_sees("Kept").await?;
        page.until_sees("As of ").await?;
        j.proxy.heal();
        desk.quit().await
    })
}
