//! What people do in the portal, step by step, in the words the portal uses. Journeys are told in
//! these; when a word of the interface changes, it changes here.

use anyhow::{Context, Result, ensure};
use hyper::Method;
use serde_json::{Value, json};

use crate::api::{Api, PASSWORD, text};
use crate::journey::Journey;
use crate::page::{Page, Role};
use crate::proxy::{Canned, Fault, on};
use crate::wait;

/// A service of the demonstration, with a form that makes an incident.
pub const SERVICE: &str = "Managed workplace";
/// Its form.
pub const FORM: &str = "Report a fault";

/// The subject of the ticket that is there before a journey begins.
const KNOWN: &str = "The lamp at dock 2 flickers";

/// What a request filed here looks like to the person.
pub const SAVED_HERE: &str = "Saved on this device";

impl Page {
    /// Signs in on the sign-in page.
    ///
    /// # Errors
    /// When there is no sign-in page.
    pub async fn sign_in(&self, login: &str) -> Result<()> {
        self.fill("User name", login).await?;
        self.fill("Password", PASSWORD).await?;
        self.press("Sign in").await
    }

    /// Waits until the data is here and everything is sent.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn until_up_to_date(&self) -> Result<()> {
        self.until_sees("Up to date").await
    }

    /// Waits until the next start needs no network.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn until_installed(&self) -> Result<()> {
        self.until_true("navigator.serviceWorker.controller !== null")
            .await
    }

    /// Goes to a place of the main navigation, or to the settings, which stand in the header.
    ///
    /// # Errors
    /// When there is no such place.
    pub async fn go_to(&self, place: &str) -> Result<()> {
        match place {
            "Settings" => self.follow(place).await?,
            _ => self.navigate(&format!("{place}*")).await?,
        }
        self.until_heading(place).await
    }

    /// Finds the form in the catalogue.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn go_to_form(&self) -> Result<()> {
        let places = self.names(Role::Link).await?;
        if places.iter().any(|name| name == "Customers") {
            // Who looks after customers has the catalogue behind the button of the first page.
            self.go_to("Home").await?;
            self.follow("New request").await?;
            self.until_heading("Services").await?;
        } else {
            self.go_to("Services").await?;
        }
        self.follow(&format!("{SERVICE}*")).await?;
        self.until_heading(SERVICE).await?;
        self.follow(&format!("{FORM}*")).await?;
        self.until_heading(FORM).await
    }

    /// Fills the form in, without sending it.
    ///
    /// # Errors
    /// When a field is missing.
    pub async fn fill_form(&self, subject: &str) -> Result<()> {
        self.fill("What does not work?", subject).await?;
        let details = "It stopped this morning and has not come back since.";
        self.fill("What happens, and since when?", details).await?;
        self.click(Role::Radio, "A team").await?;
        self.click(Role::Radio, "It is hindered").await
    }

    /// Files a request with the form, from the catalogue on.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn file(&self, subject: &str) -> Result<()> {
        self.go_to_form().await?;
        self.fill_form(subject).await?;
        self.press("Send request").await?;
        self.until_heading(subject).await
    }

    /// Waits until the page shows what it is about and has been drawn.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn until_settled(&self) -> Result<()> {
        self.until_true("document.querySelector('h1')?.textContent.trim()")
            .await?;
        self.until_true("!document.querySelector('[aria-busy=true]')")
            .await?;
        let frames = "return new Promise((done) => {
            requestAnimationFrame(() => requestAnimationFrame(() => done(true))) })";
        self.run(frames, vec![]).await?;
        Ok(())
    }

    /// Adds an answer on the ticket that is open.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn answer(&self, words: &str) -> Result<()> {
        self.fill("Your answer", words).await?;
        self.press("Send").await?;
        self.until_field_is("Your answer", "").await?;
        self.until_sees(words).await
    }

    /// Unfolds the earlier part of a ticket's conversation, where it is folded.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn unfold(&self) -> Result<()> {
        let script =
            "for (const summary of document.querySelectorAll('.earlier:not([open]) > summary'))
            summary.click();";
        self.run(script, vec![]).await?;
        Ok(())
    }

    /// How many things the main navigation counts as unsent.
    ///
    /// # Errors
    /// When the navigation is not there.
    pub async fn unsent(&self) -> Result<usize> {
        let names = self.names(Role::Link).await?;
        let name = names
            .iter()
            .find(|name| name.starts_with("Unsent"))
            .context("no Unsent")?;
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        Ok(digits.parse().unwrap_or(0))
    }

    /// Waits until so many things are unsent.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn until_unsent(&self, count: usize) -> Result<()> {
        wait::until(format!("{count} unsent"), || async {
            let now = self.unsent().await?;
            ensure!(now == count, "there are {now}");
            Ok(())
        })
        .await
    }

    /// Leaves a mark in the page that a reload would wipe out.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn mark(&self) -> Result<()> {
        self.run("window.markOfTheJourney = true", vec![]).await?;
        Ok(())
    }

    /// Makes sure that the page was not loaded anew since it was marked.
    ///
    /// # Errors
    /// When it was.
    pub async fn is_the_same(&self) -> Result<()> {
        let marked = self
            .run("return window.markOfTheJourney === true", vec![])
            .await?;
        ensure!(marked == true, "the page was loaded anew");
        Ok(())
    }

    /// Does something to an object store of the account's database behind the page's back; the script
    /// has it as `store`.
    ///
    /// # Errors
    /// When the script fails.
    pub async fn change_stored(&self, store: &str, script: &str) -> Result<()> {
        let script = format!(
            "return (async () => {{
              const ended = (request) => new Promise((done, failed) => {{
                request.onsuccess = () => done(request.result);
                request.onerror = () => failed(request.error);
              }});
              for (const {{ name }} of await indexedDB.databases()) {{
                const database = await ended(indexedDB.open(name));
                if (database.objectStoreNames.contains('{store}')) {{
                  const change = database.transaction('{store}', 'readwrite');
                  const store = change.objectStore('{store}');
                  {script}
                  await new Promise((done, failed) => {{
                    change.oncomplete = done;
                    change.onabort = () => failed(change.error);
                  }});
                }}
                database.close();
              }}
              return true;
            }})()"
        );
        let done = self.run(&script, vec![]).await?;
        ensure!(done == true, "the script said {done}");
        Ok(())
    }

    /// Ends the session on the server without telling the page.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn end_session_secretly(&self) -> Result<()> {
        let script = "return fetch(new URL('api/v1/session', document.baseURI), {method: 'DELETE'})
            .then((response) => response.status)";
        let status = self.run(script, vec![]).await?;
        ensure!(status == 204, "the server said {status}");
        Ok(())
    }
}

/// A page of the portal with its address below the deploy base.
#[derive(Clone, Debug)]
pub struct Route {
    /// What it is called in reports and file names.
    pub name: &'static str,
    /// Its path, without a leading slash.
    pub path: String,
}

impl Journey {
    /// Every route of the portal, with something unsent to look at: a request the server refuses, as
    /// it refuses everything that is filed from here on.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn routes(&mut self, page: &Page) -> Result<Vec<Route>> {
        self.step("have something that was refused");
        let filing = on(&Method::POST, "/api/v1/tickets");
        self.proxy.always(filing, Fault::Answer(Canned::refused()));
        page.file("Saved, but not accepted").await?;
        let filed = page.path().await?;
        let anna = self.backend.as_user("anna").await?;
        let ticket = text(&anna.known_ticket().await?, "id")?;
        let complaints = anna.list("/complaints").await?;
        let judged = complaints
            .iter()
            .find(|one| one["stage"] == "response_proposed");
        let complaint = text(judged.context("no complaint to judge")?, "id")?;
        let invitations = anna.list("/invitations").await?;
        let asked = invitations.iter().find(|one| one["state"] == "open");
        let invitation = text(asked.context("nothing to answer")?, "id")?;
        let articles = anna.list("/articles").await?;
        let article = text(articles.first().context("no article")?, "id")?;
        let service = named(anna.list("/services").await?, "name", SERVICE)?;
        let form = named(anna.list("/forms").await?, "title", FORM)?;
        page.go_to("Unsent").await?;
        page.follow("Edit*").await?;
        page.until_heading("Edit before it is sent").await?;
        let below = |path: String| {
            path.strip_prefix(self.backend.base())
                .map(str::to_owned)
                .unwrap_or(path)
        };
        let route = |name, path: &str| Route {
            name,
            path: path.to_owned(),
        };
        Ok(vec![
            route("home", ""),
            route("services", "services"),
            route("service", &format!("services/{service}")),
            route("form", &format!("services/{service}/request/{form}")),
            route("request", "request"),
            route("tickets", "tickets"),
            route("ticket", &format!("tickets/{ticket}")),
            route("ticket-unsent", &below(filed)),
            route("articles", "articles"),
            route("article", &format!("articles/{article}")),
            route("feedback", "feedback"),
            route("complaint-new", "complaints/new"),
            route("complaint", &format!("complaints/{complaint}")),
            route("invitation", &format!("invitations/{invitation}")),
            route("unsent", "unsent"),
            route("unsent-edit", &below(page.path().await?)),
            route("settings", "settings"),
            route("sign-in", "sign-in"),
            route("not-found", "nowhere"),
        ])
    }

    /// The routes that only those have who look after customers.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn desk_routes(&mut self) -> Result<Vec<Route>> {
        let ruth = self.backend.as_user("ruth").await?;
        let surveys = ruth.list("/surveys").await?;
        let in_state = |state: &str| {
            let found = surveys
                .iter()
                .find(|one| one["state"] == state && one["anonymous"] != true);
            text(
                found.with_context(|| format!("no survey is {state}"))?,
                "id",
            )
        };
        let customer = ruth.list("/customers").await?;
        let customer = customer
            .iter()
            .find(|one| one["name"] == "Harbour Logistics");
        let customer = text(customer.context("no customer")?, "id")?;
        let reviews = ruth.list("/reviews").await?;
        let in_stage = |state: &str| {
            let found = reviews.iter().find(|one| one["state"] == state);
            text(
                found.with_context(|| format!("no review is {state}"))?,
                "id",
            )
        };
        let (planned, signed) = (in_stage("planned")?, in_stage("signed")?);
        let (open, draft, closed) = (in_state("open")?, in_state("draft")?, in_state("closed")?);
        let route = |name, path: &str| Route {
            name,
            path: path.to_owned(),
        };
        Ok(vec![
            route("desk-home", ""),
            route("desk-feedback", "feedback"),
            route("customers", "customers"),
            route("customer", &format!("customers/{customer}")),
            route("review-write", &format!("reviews/{planned}")),
            route("review-read", &format!("reviews/{signed}")),
            route("register", "complaints"),
            route("surveys", "surveys"),
            route("survey-new", "surveys/new"),
            route("survey", &format!("surveys/{open}")),
            route("survey-edit", &format!("surveys/{draft}/edit")),
            route("survey-preview", &format!("surveys/{draft}/preview")),
            route("survey-take", &format!("surveys/{open}/take")),
            route("survey-results", &format!("surveys/{closed}/results")),
        ])
    }

    /// Opens the portal, signs in and waits until everything is on the device.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn signed_in(&mut self, login: &str) -> Result<Page> {
        self.step("the service desk works on a ticket already");
        self.backend
            .as_user(login)
            .await?
            .file_known_ticket()
            .await?;
        let page = self.browser.tab().await?;
        self.enter(&page, login).await?;
        Ok(page)
    }

    /// Opens the portal in a tab, signs in and waits until everything is on the device.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn enter(&mut self, page: &Page, login: &str) -> Result<()> {
        self.step(&format!("sign in as {login} and wait for the data"));
        page.open(&self.url("")).await?;
        page.sign_in(login).await?;
        page.until_heading("Home").await?;
        page.until_sees("As of ").await?;
        page.until_up_to_date().await?;
        page.until_installed().await
    }
}

/// The id of the record with this text.
fn named(records: Vec<Value>, field: &str, name: &str) -> Result<String> {
    let found = records
        .iter()
        .find(|record| record[field]["default"] == name);
    text(found.with_context(|| format!("no {name:?}"))?, "id")
}

impl Api {
    /// Files the ticket that journeys answer on, and waits until the service desk works on it.
    async fn file_known_ticket(&self) -> Result<()> {
        let id = text(
            &self.file(KNOWN, "It went on and off all night.").await?,
            "id",
        )?;
        wait::until("the service desk to work on it", || async {
            let ticket = self.get(&format!("/tickets/{id}")).await?;
            ensure!(ticket["state"] == "in_progress" && !ticket["last_comment"].is_null());
            Ok(())
        })
        .await
    }

    /// The ticket that was filed before the journey began: an own one the service desk works on.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn known_ticket(&self) -> Result<Value> {
        self.the_ticket(KNOWN).await
    }

    /// Own tickets in a state.
    ///
    /// # Errors
    /// When they are not to be had.
    pub async fn own_tickets(&self, state: &str) -> Result<Vec<Value>> {
        let me = text(&self.user, "id")?;
        let mut tickets = self.list("/tickets").await?;
        tickets.retain(|ticket| ticket["state"] == state && ticket["requester"]["id"] == json!(me));
        Ok(tickets)
    }

    /// Closes a ticket as the service desk does.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn close(&self, ticket: &str) -> Result<()> {
        let state = self.get(&format!("/tickets/{ticket}")).await?;
        if state["state"] != "resolved" {
            self.change(ticket, &json!({"state": "resolved"})).await?;
        }
        self.change(ticket, &json!({"state": "closed"})).await?;
        Ok(())
    }
}
