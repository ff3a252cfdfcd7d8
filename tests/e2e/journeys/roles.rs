//! Each role is led to what it has a right to, and finds nothing else by typing its address.

use anyhow::{Context, Result, ensure};
use rapport_e2e::api::text;
use rapport_e2e::browser::{Browser, Kind, Look};
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::{Page, Role};
use serde_json::Value;

const NOT_FOR_YOU: &str = "This page is not for your role";

/// Where the pages are, by what they show.
struct Places {
    survey: String,
    northwind: String,
    harbour: String,
    planned: String,
    of_ben: String,
    of_carl: String,
}

/// The id of the first record for which that holds.
fn first(all: &[Value], what: &str, holds: impl Fn(&Value) -> bool) -> Result<String> {
    let found = all.iter().find(|one| holds(one));
    text(found.with_context(|| format!("no {what}"))?, "id")
}

async fn places(j: &Journey) -> Result<Places> {
    let (ruth, ada) = (
        j.backend.as_user("ruth").await?,
        j.backend.as_user("ada").await?,
    );
    let surveys = ruth.list("/surveys").await?;
    let customers = ada.list("/customers").await?;
    let reviews = ada.list("/reviews").await?;
    let tickets = ada.list("/tickets").await?;
    let survey = first(&surveys, "open survey", |one| one["state"] == "open")?;
    let customer = |name: &str| first(&customers, name, |one| one["name"] == name);
    let planned = first(&reviews, "planned review", |one| one["state"] == "planned")?;
    let ticket = |name: &str| first(&tickets, name, |one| one["requester"]["name"] == name);
    Ok(Places {
        survey: format!("surveys/{survey}"),
        northwind: format!("customers/{}", customer("Northwind")?),
        harbour: format!("customers/{}", customer("Harbour Logistics")?),
        planned: format!("reviews/{planned}"),
        of_ben: format!("tickets/{}", ticket("Ben Okafor")?),
        of_carl: format!("tickets/{}", ticket("Carl Brandt")?),
    })
}

/// Somebody at a desk of his own.
struct Reader<'a> {
    j: &'a Journey,
    browser: Browser,
    page: Page,
}

impl Reader<'_> {
    async fn finds(&self, path: &str, heading: &str) -> Result<()> {
        self.page.open(&self.j.url(path)).await?;
        let found = self.page.until_heading(heading).await;
        found.with_context(|| format!("at {path}"))
    }

    /// Opens the page, and looks for buttons and links that lead to what one does there.
    async fn may(&self, path: &str, role: Role, name: &str, wanted: bool) -> Result<()> {
        self.page.open(&self.j.url(path)).await?;
        self.page.until_settled().await?;
        let there = !self.page.all(role, Some(name)).await?.is_empty();
        ensure!(there == wanted, "{name:?} at {path}: {there}");
        Ok(())
    }

    async fn is_refused(&self, paths: &[&str]) -> Result<()> {
        for path in paths {
            self.finds(path, NOT_FOR_YOU).await?;
        }
        Ok(())
    }
}

async fn as_reader<'a>(j: &'a mut Journey, login: &str) -> Result<Reader<'a>> {
    let browser = Browser::start(Kind::Chromium, Look::DESKTOP).await?;
    let page = browser.tab().await?;
    j.enter(&page, login).await?;
    Ok(Reader { j, browser, page })
}

#[test]
fn each_role_finds_what_it_has_a_right_to_and_nothing_else() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let at = places(j).await?;
        let (take, edit, results) = (
            format!("{}/take", at.survey),
            format!("{}/edit", at.survey),
            format!("{}/results", at.survey),
        );

        j.step("a customer's user");
        let mut anna = as_reader(j, "anna").await?;
        anna.is_refused(&["complaints", "customers", "surveys", "surveys/new"])
            .await?;
        anna.is_refused(&[&at.survey, &take, &edit, &results])
            .await?;
        anna.finds(&at.of_ben, "This ticket is not here").await?;
        anna.finds(&at.of_carl, "This ticket is not here").await?;
        anna.finds(&at.planned, "No such review").await?;
        anna.finds(&at.northwind, "No such customer").await?;
        anna.may(&at.harbour, Role::Button, "Add an action", false)
            .await?;
        anna.browser.quit().await?;

        j.step("her manager");
        let mut mia = as_reader(j, "mia").await?;
        mia.is_refused(&["complaints", "customers", "surveys/new", &take, &edit])
            .await?;
        mia.may("surveys", Role::Link, "New survey", false).await?;
        mia.may(&at.of_ben, Role::Heading, "This ticket is not here", false)
            .await?;
        mia.finds(&at.of_carl, "This ticket is not here").await?;
        mia.finds(&at.planned, "No such review").await?;
        mia.finds(&at.northwind, "No such customer").await?;
        mia.may(&at.harbour, Role::Button, "Plan a review", false)
            .await?;
        mia.browser.quit().await?;

        j.step("their relationship manager");
        let mut ruth = as_reader(j, "ruth").await?;
        ruth.may("surveys", Role::Link, "New survey", true).await?;
        ruth.may(&at.harbour, Role::Button, "Plan a review", true)
            .await?;
        ruth.may(&at.planned, Role::Button, "Save", true).await?;
        ruth.finds("complaints", "Register of complaints").await?;
        ruth.finds(&at.northwind, "No such customer").await?;
        ruth.may(&at.of_carl, Role::Button, "Reopen", false).await?;
        ruth.browser.quit().await?;

        j.step("the service desk");
        let mut jonas = as_reader(j, "jonas").await?;
        jonas
            .is_refused(&["complaints", "surveys", "surveys/new", &at.survey])
            .await?;
        jonas.finds(&at.planned, "No such review").await?;
        jonas
            .may(&at.harbour, Role::Button, "Add a contact", false)
            .await?;
        jonas
            .may(&at.of_carl, Role::Heading, "This ticket is not here", false)
            .await?;
        jonas.browser.quit().await?;

        j.step("an administrator");
        let mut ada = as_reader(j, "ada").await?;
        ada.may(&at.northwind, Role::Button, "Plan a review", true)
            .await?;
        ada.finds("complaints", "Register of complaints").await?;
        ada.may("surveys", Role::Link, "New survey", true).await?;
        ada.browser.quit().await
    })
}
