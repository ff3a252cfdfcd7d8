//! Surveys: made, answered without a network by the invited and for them, and what came of it; and that
//! an anonymous answer carries nothing of its author.

use anyhow::{Context, Result, ensure};
use hyper::Method;
use rapport_e2e::api::{Api, new_id, now, text};
use rapport_e2e::browser::{Browser, Kind, Look};
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::{Page, Role};
use rapport_e2e::proxy::on;
use rapport_e2e::wait;
use serde_json::{Value, json};

const TITLE: &str = "The new desk";
const SATISFIED: &str = "How satisfied are you with the new desk?";
const RECOMMENDS: &str = "Would you recommend it?";

/// Opens the survey of that title from the list of surveys.
async fn open_survey(page: &Page, title: &str) -> Result<()> {
    page.go_to("Feedback").await?;
    page.follow("All surveys and their results").await?;
    page.until_heading("Surveys").await?;
    page.follow(&format!("{title}*")).await?;
    page.until_heading(title).await
}

/// Writes a survey of two questions, starts it and invites three people.
async fn makes_the_survey(page: &Page) -> Result<()> {
    page.go_to("Feedback").await?;
    page.follow("All surveys and their results").await?;
    page.follow("New survey").await?;
    page.until_heading("New survey").await?;
    page.press("Go on to the questions").await?;
    page.until_sees("Please fill this in").await?;
    page.fill("Title*", TITLE).await?;
    page.press("Go on to the questions").await?;
    page.until_heading(TITLE).await?;
    page.press("Start asking").await?;
    page.until_sees("The questions are not finished").await?;
    page.follow("Edit the questions").await?;
    page.until_heading(&format!("Edit the questions: {TITLE}"))
        .await?;
    page.press("Add a question").await?;
    page.fill("Question", SATISFIED).await?;
    page.click(Role::Checkbox, "Must be answered").await?;
    page.press("Save").await?;
    page.until_heading(TITLE).await?;
    page.follow("Edit the questions").await?;
    page.until_heading(&format!("Edit the questions: {TITLE}"))
        .await?;
    page.choose("Kind of question", "Recommendation (0 to 10)")
        .await?;
    page.press("Add a question").await?;
    let second = "const fields = [...document.querySelectorAll('.question-editor')];
        const input = fields.at(-1)?.querySelector('input[type=text], input:not([type])');
        if (fields.length < 2 || !input) return false;
        input.focus(); return true;";
    wait::until("the second question", || async {
        ensure!(page.run(second, vec![]).await? == true, "it is not there");
        Ok(())
    })
    .await?;
    page.type_text(RECOMMENDS).await?;
    page.press("Save").await?;
    page.until_heading(TITLE).await?;
    page.until_sees(RECOMMENDS).await?;
    page.press("Start asking").await?;
    page.until_sees("Open").await?;
    page.press("Invite people").await?;
    for person in ["Anna Berg*", "Ben Okafor*", "Carl Brandt*"] {
        page.click(Role::Checkbox, person).await?;
    }
    page.press("Invite").await?;
    page.until_sees("0 of 3 answered").await
}

/// Gives the points to the two questions, up to the answers once more.
async fn gives(page: &Page, satisfied: &str, recommends: &str) -> Result<()> {
    page.until_sees(SATISFIED).await?;
    page.click(Role::Radio, satisfied).await?;
    page.press("Next").await?;
    page.until_sees(RECOMMENDS).await?;
    page.click(Role::Radio, recommends).await?;
    page.press("Next").await?;
    page.until_sees("Your answers").await
}

async fn answers(page: &Page, satisfied: &str, recommends: &str) -> Result<()> {
    page.go_to("Feedback").await?;
    page.follow(&format!("{TITLE}*")).await?;
    page.until_heading(TITLE).await?;
    gives(page, satisfied, recommends).await?;
    page.press("Send my answers").await?;
    page.until_sees("Thank you").await
}

async fn until_responses(api: &Api, survey: &str, count: usize) -> Result<Vec<Value>> {
    wait::until(format!("{count} responses"), || async {
        let mut all = api.list("/responses").await?;
        all.retain(|one| one["survey_id"] == survey);
        ensure!(all.len() == count, "there are {}", all.len());
        Ok(all)
    })
    .await
}

#[test]
fn a_survey_is_answered_offline_by_two_and_for_a_third_and_its_results_are_right()
-> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let manager = j.browser.tab().await?;
        j.enter(&manager, "ruth").await?;
        j.step("the relationship manager writes it, starts it and invites three people");
        makes_the_survey(&manager).await?;
        manager.until_unsent(0).await?;
        let ruth = j.backend.as_user("ruth").await?;
        let surveys = ruth.list("/surveys").await?;
        let ours = surveys.iter().find(|one| one["title"]["default"] == TITLE);
        let survey = text(ours.context("no survey")?, "id")?;

        let mut phones = Vec::new();
        for login in ["anna", "ben"] {
            let browser = Browser::start(Kind::Chromium, Look::PHONE).await?;
            let page = browser.tab().await?;
            j.enter(&page, login).await?;
            page.go_to("Feedback").await?;
            page.find(Role::Link, &format!("{TITLE}*")).await?;
            phones.push((browser, page));
        }
        j.step("two answer, and one is called by telephone, all without a network");
        j.proxy.cut();
        answers(&phones[0].1, "5", "10").await?;
        answers(&phones[1].1, "2", "3").await?;
        manager.follow("Take answers").await?;
        manager.click(Role::Radio, "Telephone").await?;
        manager.choose("Invited person", "Carl Brandt").await?;
        gives(&manager, "4", "9").await?;
        manager.press("Save the answers").await?;
        manager.until_sees("1 answer taken by you").await?;
        j.step("what was taken here is counted here at once");
        manager.follow("Survey").await?;
        manager.follow("Results").await?;
        manager.until_sees("1 set of answers").await?;
        manager
            .until_sees("1 of them is only on this device")
            .await?;

        j.step("it arrives once each, and the results are right to the digit");
        j.proxy.heal();
        manager.until_unsent(0).await?;
        for (_, page) in &phones {
            page.until_unsent(0).await?;
        }
        until_responses(&ruth, &survey, 3).await?;
        manager.until_sees("3 sets of answers").await?;
        manager
            .until_sees("3 of 3 invited answered (100.0%)")
            .await?;
        // Wilson (1927) for 2 of 3; points and normal interval for two promoters and a detractor.
        manager
            .until_sees("66.7% (95 % interval: 20.8% to 93.9%)")
            .await?;
        manager
            .until_sees("33.3 (95 % interval: -73.4 to 100.0)")
            .await?;
        manager.until_sees("Too few answers").await?;
        manager.press("Answers as a file (CSV)").await?;
        let file = j.browser.downloaded("survey-answers").await?;
        let table = std::fs::read_to_string(file)?;
        ensure!(table.lines().count() == 4, "{table}");
        let carl = table.lines().find(|line| line.contains("Carl Brandt"));
        ensure!(
            carl.is_some_and(|row| row.contains("Telephone") && row.contains("Ruth Ferreira")),
            "{table}"
        );
        j.step("who was asked sees that it is done");
        let (_, anna) = &phones[0];
        anna.go_to("Feedback").await?;
        anna.until_sees("Answered").await?;
        for (mut browser, _) in phones {
            browser.quit().await?;
        }
        Ok(())
    })
}

/// An open survey of one question, made over the API.
async fn simple_survey(api: &Api, anonymous: bool) -> Result<String> {
    let id = new_id()?;
    let question = json!({"key": "overall", "kind": "csat", "required": true,
        "label": {"default": SATISFIED}});
    let words = json!({"key": "why", "kind": "long_text", "label": {"default": "Why?"}});
    let body = json!({"id": id, "said_at": now(), "title": {"default": TITLE},
        "intro": {"default": ""}, "state": "draft", "anonymous": anonymous,
        "questions": [question, words]});
    let key = [("idempotency-key", id.as_str())];
    let made = api
        .send(Method::POST, "/surveys", &key, Some(&body))
        .await?;
    let version = made.etag.clone().context("no version")?;
    made.done()?;
    let opened = json!({"state": "open"});
    let read = [("if-match", version.as_str())];
    let path = format!("/surveys/{id}");
    api.send(Method::PATCH, &path, &read, Some(&opened))
        .await?
        .done()?;
    Ok(id)
}

async fn invite(api: &Api, survey: &str, who: &Api) -> Result<String> {
    let id = new_id()?;
    let body = json!({"id": id, "said_at": now(), "survey_id": survey,
        "customer_id": who.user["customer_id"], "person": {"id": who.user["id"], "name": who.user["name"]}});
    api.send(
        Method::POST,
        "/invitations",
        &[("idempotency-key", &id)],
        Some(&body),
    )
    .await?
    .done()?;
    Ok(id)
}

#[test]
fn twenty_people_answer_one_after_the_other_on_one_device_without_a_network() -> Result<(), Failure>
{
    Stage::phone().play(async |j| {
        let ruth = j.backend.as_user("ruth").await?;
        let survey = simple_survey(&ruth, false).await?;
        let page = j.browser.tab().await?;
        j.enter(&page, "ruth").await?;
        open_survey(&page, TITLE).await?;
        page.follow("Take answers").await?;
        j.proxy.cut();
        // Twelve are satisfied (4 or 5).
        let points = [5, 4, 3, 5, 1, 4, 4, 2, 5, 3, 5, 4, 2, 4, 1, 5, 3, 4, 5, 2];
        for (at, point) in points.iter().enumerate() {
            page.until_sees(&match at {
                1 => "1 answer taken by you".to_owned(),
                _ => format!("{at} answers taken by you"),
            })
            .await?;
            page.click(Role::Radio, &point.to_string()).await?;
            page.press("Next").await?;
            page.fill("Why?*", &format!("Said by number {at}.")).await?;
            if at == 9 {
                j.step("the device restarts in the middle of the tenth");
                page.until_sees("Draft saved").await?;
                page.reload().await?;
                page.until_heading(&format!("Take answers: {TITLE}"))
                    .await?;
                page.until_field_is("Why?*", "Said by number 9.").await?;
            }
            page.press("Next").await?;
            page.press("Save the answers").await?;
        }
        page.until_sees("20 answers taken by you").await?;
        page.until_unsent(20).await?;
        j.step("then there is a network");
        j.proxy.heal();
        page.until_unsent(0).await?;
        let all = until_responses(&ruth, &survey, 20).await?;
        for (at, point) in points.iter().enumerate() {
            let said = format!("Said by number {at}.");
            let ours = all.iter().filter(|one| {
                one["answers"].as_array().is_some_and(|answers| {
                    answers.iter().any(|answer| answer["text"] == said.as_str())
                        && answers
                            .iter()
                            .any(|answer| answer["number"] == json!(point))
                })
            });
            ensure!(ours.count() == 1, "number {at} is not there once");
        }
        page.follow("Survey").await?;
        page.follow("Results").await?;
        page.until_sees("20 sets of answers").await?;
        page.until_sees("60.0% (95 % interval: 38.7% to 78.1%)")
            .await?;
        page.until_sees("Said by number 19.").await
    })
}

/// Begins the answer in the portal, up to the words.
async fn begins(page: &Page, j: &Journey, invitation: &str, words: &str) -> Result<()> {
    page.open(&j.url(&format!("invitations/{invitation}")))
        .await?;
    page.until_heading(TITLE).await?;
    page.click(Role::Radio, "2").await?;
    page.press("Next").await?;
    page.fill("Why?*", words).await
}

#[test]
fn an_answer_begun_survives_a_restart_and_one_given_elsewhere_is_told_kindly() -> Result<(), Failure>
{
    Stage::phone().play(async |j| {
        let (ruth, anna) = (
            j.backend.as_user("ruth").await?,
            j.backend.as_user("anna").await?,
        );
        let survey = simple_survey(&ruth, false).await?;
        let invitation = invite(&ruth, &survey, &anna).await?;
        let page = j.signed_in("anna").await?;
        let words = "Nobody told me about it.";
        begins(&page, j, &invitation, words).await?;
        page.until_sees("Draft saved").await?;
        j.step("a restart");
        page.reload().await?;
        page.until_field_is("Why?*", words).await?;
        page.press("Back").await?;
        let chosen = "return document.querySelector('.opt:has(:checked)')?.innerText.trim()";
        wait::until("the first answer", || async {
            ensure!(page.run(chosen, vec![]).await? == "2", "it is gone");
            Ok(())
        })
        .await?;
        ensure!(
            anna.list("/responses")
                .await?
                .iter()
                .all(|one| one["survey_id"] != survey.as_str()),
            "something was sent before it was asked for"
        );

        j.step("somebody takes the answer by telephone meanwhile");
        let id = new_id()?;
        let body = json!({"id": id, "said_at": now(), "survey_id": survey, "invitation_id": invitation,
            "customer_id": anna.user["customer_id"],
            "person": {"id": anna.user["id"], "name": anna.user["name"]}, "channel": "phone",
            "answers": [{"question": "overall", "number": 4}]});
        ruth.send(
            Method::POST,
            "/responses",
            &[("idempotency-key", &id)],
            Some(&body),
        )
        .await?
        .done()?;
        page.until_sees("Your answers were taken already (Telephone)")
            .await?;
        page.until_sees("What you had written is still here")
            .await?;
        page.until_sees(words).await?;
        until_responses(&ruth, &survey, 1).await?;
        Ok(())
    })
}

#[test]
fn an_anonymous_answer_has_nothing_of_its_author_on_the_wire() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let (ruth, anna) = (
            j.backend.as_user("ruth").await?,
            j.backend.as_user("anna").await?,
        );
        let survey = simple_survey(&ruth, true).await?;
        let invitation = invite(&ruth, &survey, &anna).await?;
        let page = j.signed_in("anna").await?;
        let words = "The tone is rude.";
        begins(&page, j, &invitation, words).await?;
        page.press("Next").await?;
        page.press("Send my answers").await?;
        page.until_sees("Thank you").await?;
        page.until_unsent(0).await?;

        j.step("on the wire");
        let sent = j
            .proxy
            .seen(&on(&Method::POST, "/api/v1/anonymous-responses"));
        ensure!(sent.len() == 1, "{}", j.proxy.log());
        let one = &sent[0];
        ensure!(one.backend_status == Some(201), "{:?}", one.backend_status);
        for name in [
            "cookie",
            "authorization",
            "referer",
            "idempotency-key",
            "x-csrf-token",
        ] {
            ensure!(one.header(name).is_none(), "{name}: {:?}", one.header(name));
        }
        let body: Value = serde_json::from_slice(&one.body).context("no JSON")?;
        let line = format!("{body} {:?}", one.headers);
        let id = text(&anna.user, "id")?;
        let customer = text(&anna.user, "customer_id")?;
        for mark in [id.as_str(), "anna", "Anna", "Berg", &customer, &invitation] {
            ensure!(!line.contains(mark), "{mark} in {line}");
        }
        ensure!(
            text(&body, "said_at")?.contains("T00:00:00"),
            "the minute of the answer is in {body}"
        );
        // What tells the server that the invitation is answered says nothing of the answers.
        let told = j.proxy.seen(&on(&Method::PATCH, "/api/v1/invitations/*"));
        ensure!(told.len() == 1, "{}", j.proxy.log());
        let told = String::from_utf8_lossy(&told[0].body).into_owned();
        ensure!(
            !told.contains("rude") && !told.contains("overall"),
            "{told}"
        );
        j.step("nobody reads it while fewer than five have answered");
        let seen = ruth.list("/anonymous-responses").await?;
        ensure!(
            seen.iter().all(|one| one["survey_id"] != survey.as_str()),
            "{seen:#?}"
        );
        Ok(())
    })
}
