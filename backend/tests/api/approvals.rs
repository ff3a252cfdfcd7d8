//! Approvals: a manager of the customer agrees to a request before it is begun with.

use crate::acts::{change, import, new};
use crate::harness::{Api, Mirror, Reply, World, form};
use serde_json::{Value, json};
use uuid::Uuid;

/// A form that needs an approval.
async fn approved_form(world: &World) -> Value {
    let mut wish = form(None);
    wish["approval"] = json!(true);
    let ada = world.user("ada");
    let path = format!("api/v1/forms/{}", Uuid::now_v7());
    let request = ada
        .request(reqwest::Method::PUT, &path)
        .header("If-None-Match", "*");
    let request = request.json(&wish);
    ada.send(request).await.expect(201).body
}

async fn file(api: &Api, form: &Value) -> Value {
    let wish = json!({"id": Uuid::now_v7(), "kind": "service_request", "subject": "",
        "form_id": form["id"], "said_at": "2026-11-22T09:12:31.123Z",
        "answers": [
            {"field": "subject", "label": "What", "value": "A chair"},
            {"field": "count", "label": "How many", "value": 2.0}]});
    api.post("api/v1/tickets", &wish).await.expect(201).body
}

async fn ticket(api: &Api, ticket: &Value) -> Value {
    let path = format!("api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    api.get(&path).await.expect(200).body
}

async fn approval(api: &Api, ticket: &Value) -> Option<Value> {
    let mut mirror = Mirror::default();
    mirror.pull(api, 50).await;
    let mut all = mirror.records.into_iter();
    let found = all.find(|((kind, _), one)| kind == "approval" && one["ticket_id"] == ticket["id"]);
    found.map(|(_, record)| record)
}

async fn decide(api: &Api, approval: &Value, patch: &Value) -> Reply {
    let path = format!("api/v1/approvals/{}", approval["id"].as_str().unwrap());
    api.patch(&path, approval["version"].as_str().unwrap(), patch)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_the_manager_and_goes_on_when_he_agrees() {
    let world = World::new().await;
    let form = approved_form(&world).await;
    let (anna, mia, jonas) = (world.user("anna"), world.user("mia"), world.user("jonas"));
    let filed = file(anna, &form).await;
    assert_eq!(filed["state"], "held");
    let asked = approval(mia, &filed).await.expect("an approval");
    assert_eq!(asked["state"], "requested");
    assert_eq!(asked["requester"]["name"], "anna name");
    // Meanwhile nobody begins with it.
    let path = format!("api/v1/tickets/{}", filed["id"].as_str().unwrap());
    let begun = jonas
        .patch(
            &path,
            filed["version"].as_str().unwrap(),
            &json!({"state": "in_progress"}),
        )
        .await;
    assert_eq!(
        begun.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    // Who wants it does not agree to it; a stranger does not know of it.
    let yes = json!({"state": "approved"});
    decide(anna, &asked, &yes)
        .await
        .expect_problem(403, "forbidden");
    decide(world.user("dora"), &asked, &yes)
        .await
        .expect_problem(404, "not-found");
    decide(world.user("ruth"), &asked, &yes)
        .await
        .expect_problem(403, "forbidden");
    let agreed = decide(mia, &asked, &yes).await.expect(200).body;
    assert_eq!(agreed["decided_by"]["name"], "mia name");
    assert!(agreed["decided_at"].is_string());
    assert_eq!(ticket(anna, &filed).await["state"], "acknowledged");
    // What is decided stays so; the same again is the same.
    decide(mia, &agreed, &yes).await.expect(200);
    let back = decide(
        mia,
        &agreed,
        &json!({"state": "refused", "reason": "too dear"}),
    )
    .await;
    assert_eq!(
        back.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_calls_the_request_off() {
    let world = World::new().await;
    let form = approved_form(&world).await;
    let (anna, mia) = (world.user("anna"), world.user("mia"));
    let filed = file(anna, &form).await;
    let asked = approval(mia, &filed).await.unwrap();
    let silent = decide(mia, &asked, &json!({"state": "refused"})).await;
    assert_eq!(
        silent.expect_problem(422, "invalid").error_fields(),
        ["reason"]
    );
    let no = json!({"state": "refused", "reason": "There is one in the cellar."});
    decide(mia, &asked, &no).await.expect(200);
    assert_eq!(ticket(anna, &filed).await["state"], "cancelled");
    let path = format!("api/v1/tickets/{}/changes", filed["id"].as_str().unwrap());
    let history = anna.get(&path).await.expect(200).body;
    let last = history.as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["to"], &last["note"]),
        (&json!("cancelled"), &no["reason"])
    );
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_off_is_not_asked_any_more_and_managers_need_nobody() {
    let world = World::new().await;
    let form = approved_form(&world).await;
    let (anna, mia) = (world.user("anna"), world.user("mia"));
    let filed = file(anna, &form).await;
    let path = format!("api/v1/tickets/{}", filed["id"].as_str().unwrap());
    anna.patch(
        &path,
        filed["version"].as_str().unwrap(),
        &json!({"state": "closed", "note": "found one"}),
    )
    .await
    .expect(200);
    let asked = approval(mia, &filed).await.unwrap();
    assert_eq!(asked["state"], "withdrawn");
    let late = decide(mia, &asked, &json!({"state": "approved"})).await;
    assert_eq!(
        late.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    // Closing and opening again leads around nobody.
    let closed = ticket(anna, &filed).await;
    let again = json!({"state": "acknowledged", "note": "it was broken"});
    let again = anna
        .patch(&path, closed["version"].as_str().unwrap(), &again)
        .await;
    assert_eq!(again.expect(200).body["state"], "held");
    assert_eq!(approval(mia, &filed).await.unwrap()["state"], "requested");
    let own = file(mia, &form).await;
    assert_eq!(own["state"], "acknowledged");
    assert!(approval(mia, &own).await.is_none());
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_asks_for_an_approval_and_notes_what_it_was_told() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let filed = anna.file("a van").await;
    let wish = json!({"id": Uuid::now_v7(), "ticket_id": filed["id"], "said_at": "2026-11-22T09:12:31.123Z"});
    anna.post("api/v1/approvals", &wish)
        .await
        .expect_problem(422, "invalid");
    let asked = jonas.post("api/v1/approvals", &wish).await.expect(201).body;
    assert_eq!(ticket(anna, &filed).await["state"], "held");
    let mut second = wish.clone();
    second["id"] = json!(Uuid::now_v7());
    let twice = jonas.post("api/v1/approvals", &second).await;
    assert_eq!(
        twice.expect_problem(422, "invalid").error_fields(),
        ["ticket_id"]
    );
    let told = json!({"state": "approved", "reason": "Mia said so on the telephone."});
    let decided = decide(jonas, &asked, &told).await.expect(200).body;
    assert_eq!(decided["decided_by"]["name"], "jonas name");
    assert_eq!(ticket(anna, &filed).await["state"], "acknowledged");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_around_the_manager() {
    let world = World::new().await;
    let form = approved_form(&world).await;
    let (anna, mia, jonas) = (world.user("anna"), world.user("mia"), world.user("jonas"));
    let filed = file(anna, &form).await;
    let path = format!("api/v1/tickets/{}", filed["id"].as_str().unwrap());
    let patch = async |api: &Api, patch: Value| {
        let now = ticket(api, &filed).await;
        api.patch(&path, now["version"].as_str().unwrap(), &patch)
            .await
    };
    // It is not done before it is agreed to, and nobody agrees to one thing and gets another.
    let done = patch(jonas, json!({"state": "resolved"})).await;
    assert_eq!(
        done.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    let other = patch(anna, json!({"description": "A sofa"})).await;
    assert_eq!(
        other.expect_problem(422, "invalid").error_fields(),
        ["description"]
    );
    let asked = approval(mia, &filed).await.unwrap();
    let no = json!({"state": "refused", "reason": "Too dear."});
    decide(mia, &asked, &no).await.expect(200);
    // Opened again after a refusal, it is asked about anew.
    let again = patch(jonas, json!({"state": "acknowledged"})).await;
    assert_eq!(again.expect(200).body["state"], "held");
    let mut mirror = Mirror::default();
    mirror.pull(mia, 50).await;
    let of_it = mirror
        .records
        .into_iter()
        .filter(|((kind, _), one)| kind == "approval" && one["ticket_id"] == filed["id"]);
    let mut states: Vec<String> = of_it
        .map(|(_, one)| one["state"].as_str().unwrap().to_owned())
        .collect();
    states.sort();
    assert_eq!(states, ["refused", "requested"]);
    // What others file in her name is asked as well.
    let mut for_mia = json!({"id": Uuid::now_v7(), "kind": "service_request", "subject": "",
        "form_id": form["id"], "said_at": "2026-11-22T09:12:31.123Z",
        "answers": [
            {"field": "subject", "label": "What", "value": "A chair"},
            {"field": "count", "label": "How many", "value": 2.0}]});
    for_mia["on_behalf_of"] = json!(mia.id);
    let filed = jonas.post("api/v1/tickets", &for_mia).await.expect(201);
    assert_eq!(filed.body["state"], "held");
    world.server.end().await;
}

/// The ticket as a line of an import, with another requester or state.
fn line(ticket: &Value, fields: Value) -> Value {
    let mut line = json!({"type": "ticket", "id": ticket["id"], "kind": ticket["kind"],
        "state": ticket["state"], "subject": ticket["subject"], "form_id": ticket["form_id"],
        "answers": ticket["answers"], "requester": {"id": ticket["requester"]["id"]}});
    for (name, value) in fields.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_agrees_to_what_has_become_his_own_request() {
    let world = World::new().await;
    let form = approved_form(&world).await;
    let (anna, mia, dora) = (world.user("anna"), world.user("mia"), world.user("dora"));
    let filed = file(anna, &form).await;
    let now_hers = line(&filed, json!({"requester": {"id": mia.id}}));
    import(&world, &[now_hers]).await.unwrap();
    let asked = approval(mia, &filed).await.unwrap();
    assert_eq!(asked["requester"]["name"], "mia name");
    decide(mia, &asked, &json!({"state": "approved"}))
        .await
        .expect_problem(403, "forbidden");
    // Nor does she decide for another customer, whose own manager does.
    let carls = json!({"requester": {"id": world.user("carl").id},
        "customer_id": world.ids["south"]});
    import(&world, &[line(&filed, carls)]).await.unwrap();
    assert!(approval(mia, &filed).await.is_none());
    let asked = approval(dora, &filed).await.unwrap();
    assert_eq!(asked["customer_id"], world.ids["south"].as_str());
    decide(dora, &asked, &json!({"state": "approved"}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_ends_a_ticket_ends_the_asking() {
    let world = World::new().await;
    let form = approved_form(&world).await;
    let (anna, mia) = (world.user("anna"), world.user("mia"));
    let filed = file(anna, &form).await;
    import(&world, &[line(&filed, json!({"state": "closed"}))])
        .await
        .unwrap();
    assert_eq!(approval(mia, &filed).await.unwrap()["state"], "withdrawn");
    let again = change(anna, "tickets", &filed, json!({"state": "acknowledged"})).await;
    assert_eq!(again.expect(200).body["state"], "held");
    assert_eq!(approval(mia, &filed).await.unwrap()["state"], "requested");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_to_is_not_made_more_urgent_by_who_wants_it() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let filed = anna.file("a chair").await;
    let asked = made_approval(jonas, &filed).await;
    decide(world.user("mia"), &asked, &json!({"state": "approved"}))
        .await
        .expect(200);
    let more = json!({"impact": "organisation", "urgency": "high"});
    let refused = change(anna, "tickets", &filed, more.clone()).await;
    assert_eq!(refused.expect(422).error_fields(), ["impact", "urgency"]);
    // How bad it is the service desk may find out.
    change(jonas, "tickets", &filed, more).await.expect(200);
}

async fn made_approval(api: &Api, ticket: &Value) -> Value {
    let wish = new(json!({"ticket_id": ticket["id"]}));
    api.post("api/v1/approvals", &wish).await.expect(201).body
}
