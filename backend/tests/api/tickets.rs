//! Filing, changing and answering tickets.

use crate::harness::{World, new_comment, new_ticket};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_carries_what_was_said_and_when_it_was_received() {
    let world = World::new().await;
    let anna = world.user("anna");
    let mut wish = new_ticket("  The door is stuck ");
    wish["service_id"] = json!(world.ids["for all"]);
    let reply = anna.post("api/v1/tickets", &wish).await.expect(201);
    let ticket = &reply.body;
    assert_eq!(
        reply.header("etag"),
        format!("\"{}\"", ticket["version"].as_str().unwrap())
    );
    assert_eq!(ticket["id"], wish["id"]);
    assert_eq!(ticket["subject"], "The door is stuck");
    assert_eq!(ticket["state"], "acknowledged");
    assert_eq!(ticket["priority"], "p3");
    assert!(ticket["number"].as_str().unwrap().starts_with("INC-"));
    assert_eq!(ticket["said_at"], "2026-11-22T09:12:31.123Z");
    assert_ne!(ticket["received_at"], ticket["said_at"]);
    assert_eq!(ticket["customer_id"], world.ids["north"]);
    assert_eq!(
        ticket["requester"],
        json!({"id": anna.id, "name": "anna name"})
    );
    for null in ["assignee", "form_id", "last_comment"] {
        assert!(
            ticket[null].is_null() && ticket.get(null).is_some(),
            "{null}"
        );
    }
    let long = "ä".repeat(300);
    anna.say(ticket["id"].as_str().unwrap(), &long).await;
    let path = format!("api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let now = anna.get(&path).await.expect(200);
    let last = &now.body["last_comment"];
    assert_eq!(last["text"].as_str().unwrap(), "ä".repeat(140));
    assert_eq!(last["by"]["name"], "anna name");
    assert_ne!(now.body["version"], ticket["version"]);
    let known = anna
        .request(Method::GET, &path)
        .header("if-none-match", now.header("etag"));
    let reply = anna.send(known).await.expect(304);
    assert_eq!(reply.header("etag"), now.header("etag"));
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_name_the_field_and_the_remedy() {
    let world = World::new().await;
    let anna = world.user("anna");
    let all_wrong = json!({"id": uuid::Uuid::nil(), "kind": "wish", "subject": "x".repeat(201),
        "impact": "galaxy", "urgency": "now", "service_id": uuid::Uuid::now_v7(),
        "said_at": "2026-11-22T09:00:00Z"});
    let reply = anna
        .post("api/v1/tickets", &all_wrong)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        reply.error_fields(),
        ["id", "kind", "impact", "urgency", "service_id", "subject"]
    );
    for error in reply.body["errors"].as_array().unwrap() {
        assert!(!error["message"].as_str().unwrap().is_empty());
        assert!(!error["remedy"].as_str().unwrap().is_empty());
    }
    let with = |field: &str, value: Value| {
        let mut wish = new_ticket("x");
        wish[field] = value;
        wish
    };
    for (wish, field) in [
        (with("urgencyy", json!("low")), "urgencyy"),
        (
            with("answers", json!([{"field": "a", "value": 1, "valeu": 2}])),
            "answers[0].valeu",
        ),
        (with("said_at", json!("yesterday")), "said_at"),
        (with("id", json!("7")), "id"),
        (
            json!({"id": uuid::Uuid::now_v7(), "kind": "incident", "subject": "x"}),
            "said_at",
        ),
        (with("subject", json!("   ")), "subject"),
        (
            with("answers", json!([{"field": "a", "label": "A", "value": 1}])),
            "answers",
        ),
    ] {
        let reply = anna
            .post("api/v1/tickets", &wish)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(reply.error_fields(), [field], "{}", reply.body);
    }
    let raw = |body: &'static str, media: &'static str| {
        let request = anna.request(Method::POST, "api/v1/tickets");
        anna.send(request.header("content-type", media).body(body))
    };
    raw("{", "application/json")
        .await
        .expect_problem(400, "not-json");
    raw("{} {}", "application/json")
        .await
        .expect_problem(422, "invalid");
    raw("{}", "text/plain")
        .await
        .expect_problem(415, "media-type");
    let huge = new_ticket(&"x".repeat(1_100_000));
    anna.post("api/v1/tickets", &huge)
        .await
        .expect_problem(413, "too-large");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_checks_its_answers() {
    let world = World::new().await;
    let anna = world.user("anna");
    let wish = |answers: Value| {
        json!({"id": uuid::Uuid::now_v7(), "kind": "service_request", "said_at": "2026-11-22T09:00:00Z",
            "form_id": world.ids["form for all"], "answers": answers})
    };
    let answer =
        |field: &str, value: Value| json!({"field": field, "label": field, "value": value});
    let bad = wish(json!([
        answer("subject", json!("")),
        answer("count", json!(9)),
        answer("colour", json!("other")),
        answer("which", json!("No!")),
        answer("on", json!("2020-01-01")),
        answer("mood", json!("good"))
    ]));
    let reply = anna
        .post("api/v1/tickets", &bad)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        reply.error_fields(),
        ["mood", "subject", "count", "which", "on"]
    );
    // What is not asked is not kept; the service is the form's; the answer is the subject.
    let good = wish(json!([
        answer("subject", json!("A red one")),
        answer("count", json!(2)),
        answer("colour", json!("red")),
        answer("which", json!("hidden")),
        answer("on", json!("2026-11-22"))
    ]));
    let ticket = anna.post("api/v1/tickets", &good).await.expect(201).body;
    assert_eq!(ticket["subject"], "A red one");
    assert_eq!(ticket["service_id"], world.ids["for all"]);
    let kept: Vec<&str> = ticket["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["field"].as_str().unwrap())
        .collect();
    assert_eq!(kept, ["subject", "count", "colour", "on"]);
    assert_eq!(
        ticket["answers"][1]["value"],
        json!(2),
        "a number comes back as it went in"
    );
    let mut other_kind = good.clone();
    other_kind["id"] = json!(uuid::Uuid::now_v7());
    other_kind["kind"] = json!("incident");
    other_kind["service_id"] = json!(world.ids["for north"]);
    let reply = anna
        .post("api/v1/tickets", &other_kind)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(reply.error_fields(), ["kind", "service_id"]);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_must_know_what_it_changes() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ticket = anna.file("first words").await;
    let path = format!("api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let blind = anna
        .request(Method::PATCH, &path)
        .json(&json!({"subject": "x"}));
    anna.send(blind)
        .await
        .expect_problem(428, "precondition-required");
    let version = ticket["version"].as_str().unwrap();
    let changed = anna
        .patch(&path, version, &json!({"subject": "better words"}))
        .await
        .expect(200);
    assert_eq!(
        changed.header("etag"),
        format!("\"{}\"", changed.body["version"].as_str().unwrap())
    );
    let stale = anna
        .patch(&path, version, &json!({"subject": "other words"}))
        .await;
    let stale = stale.expect_problem(412, "stale");
    assert_eq!(stale.body["current"], changed.body);
    // The same again, with the version of now: nothing changes, not even the version.
    let version = changed.body["version"].as_str().unwrap();
    let same = anna
        .patch(&path, version, &json!({"subject": "better words"}))
        .await
        .expect(200);
    assert_eq!(same.body, changed.body);
    let wrong = anna
        .patch(&path, version, &json!({"priority": "p1"}))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(wrong.error_fields(), ["priority"]);
    let urgent = json!({"urgency": "high", "impact": "organisation", "note": "all of us now"});
    let urgent = anna.patch(&path, version, &urgent).await.expect(200).body;
    assert_eq!(urgent["priority"], "p1");
    let none = json!({"urgency": null});
    let version = urgent["version"].as_str().unwrap();
    assert!(anna.patch(&path, version, &none).await.expect(200).body["priority"].is_null());
    let history = anna.get(&format!("{path}/changes")).await.expect(200).body;
    let fields: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "subject", "impact", "urgency", "priority", "urgency", "priority"
        ]
    );
    assert_eq!(history[1]["note"], "all of us now");
    assert_eq!(history[0]["by"]["name"], "anna name");
    assert_eq!(history[0]["to"], "better words");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn states_follow_each_other_as_the_domain_says() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let ticket = anna.file("a life").await;
    let id = ticket["id"].as_str().unwrap();
    let path = format!("api/v1/tickets/{id}");
    let version = async || {
        let record = anna.get(&path).await.expect(200).body;
        record["version"].as_str().unwrap().to_owned()
    };
    let state = |word: &str| json!({"state": word});
    let illegal = anna
        .patch(&path, &version().await, &state("resolved"))
        .await;
    assert_eq!(
        illegal.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    jonas
        .patch(&path, &version().await, &state("pending"))
        .await
        .expect(200);
    // The customer's word is what was waited for.
    anna.say(id, "here is what you asked for").await;
    assert_eq!(anna.get(&path).await.body["state"], "in_progress");
    let illegal = jonas
        .patch(&path, &version().await, &state("acknowledged"))
        .await;
    assert_eq!(
        illegal.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    let odd = jonas
        .patch(&path, &version().await, &state("exploded"))
        .await;
    assert_eq!(odd.expect_problem(422, "invalid").error_fields(), ["state"]);
    jonas
        .patch(
            &path,
            &version().await,
            &json!({"state": "resolved", "note": "new hinge"}),
        )
        .await
        .expect(200);
    let refused = anna
        .patch(&path, &version().await, &json!({"subject": "x"}))
        .await;
    refused.expect_problem(409, "ticket-closed");
    anna.patch(&path, &version().await, &state("acknowledged"))
        .await
        .expect(200);
    anna.patch(&path, &version().await, &state("closed"))
        .await
        .expect(200);
    let comments = format!("{path}/comments");
    anna.post(&comments, &new_comment("too late"))
        .await
        .expect_problem(409, "ticket-closed");
    jonas
        .post(&comments, &new_comment("too late"))
        .await
        .expect_problem(409, "ticket-closed");
    // Reopening and rewording in one go is rewording an open ticket.
    let both = json!({"state": "acknowledged", "description": "again"});
    anna.patch(&path, &version().await, &both).await.expect(200);
    anna.post(&comments, &new_comment(""))
        .await
        .expect_problem(422, "invalid");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages() {
    let world = World::new().await;
    let (anna, carl) = (world.user("anna"), world.user("carl"));
    for n in 0..7 {
        anna.file(&format!("ticket {n}")).await;
        // What somebody else sees makes her pages no shorter.
        carl.file(&format!("another ticket {n}")).await;
    }
    let first = anna.get("api/v1/tickets?limit=3").await.expect(200);
    assert_eq!(first.body.as_array().unwrap().len(), 3);
    let last = first.body[2]["id"].as_str().unwrap();
    assert_eq!(
        first.header("link"),
        format!("</api/v1/tickets?limit=3&after={last}>; rel=\"next\"")
    );
    let end = anna
        .get(&format!("api/v1/tickets?limit=50&after={last}"))
        .await
        .expect(200);
    assert_eq!(end.body.as_array().unwrap().len(), 4);
    assert_eq!(end.header("link"), "");
    anna.get("api/v1/tickets?limit=many")
        .await
        .expect_problem(400, "bad-query");
    anna.get("api/v1/tickets/not-an-id")
        .await
        .expect_problem(404, "not-found");
    anna.get("api/v1/nothing")
        .await
        .expect_problem(404, "not-found");
    let put = anna.request(Method::PUT, "api/v1/tickets").json(&json!({}));
    anna.send(put)
        .await
        .expect_problem(405, "method-not-allowed");
    world.server.end().await;
}
