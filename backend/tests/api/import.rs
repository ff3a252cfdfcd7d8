//! Importing NDJSON: all or nothing, and twice is once.

use crate::harness::{Mirror, World, assert_same, form, service};
use rapport_backend::import::{ImportError, Outcome, run};
use serde_json::{Value, json};
use uuid::Uuid;

struct Ids {
    customer: Uuid,
    other: Uuid,
    user: Uuid,
    brm: Uuid,
    agent: Uuid,
    service: Uuid,
    form: Uuid,
    ticket: Uuid,
}

fn lines() -> (Ids, Vec<Value>) {
    let new = Uuid::now_v7;
    let ids = Ids {
        customer: new(),
        other: new(),
        user: new(),
        brm: new(),
        agent: new(),
        service: new(),
        form: new(),
        ticket: new(),
    };
    let mut service = service("imported", json!([{"customer": ids.customer}]));
    service["type"] = json!("service");
    service["id"] = json!(ids.service);
    service["forms"] = json!([ids.form]);
    let mut form = form(Some(&ids.service.to_string()));
    form["type"] = json!("form");
    form["id"] = json!(ids.form);
    // References point forwards and backwards.
    let lines = vec![
        json!({"type": "ticket", "id": ids.ticket, "number": "OLD-7", "kind": "incident", "state": "in_progress",
            "subject": "From the old system", "requester": {"id": ids.user, "name": "ignored"}, "assignee": {"id": ids.agent},
            "service_id": ids.service, "form_id": ids.form, "answers": [{"field": "subject", "label": "What", "value": "x"}],
            "impact": "team", "urgency": "high", "priority": "p9", "said_at": "2025-01-02T03:04:05Z", "received_at": "2025-01-02T03:04:06Z", "version": "8"}),
        json!({"type": "user", "id": ids.user, "customer_id": ids.customer, "name": "Ivy", "login": "ivy", "role": "customer_user", "email": "ivy@example.org"}),
        json!({"type": "user", "id": ids.brm, "name": "Bo", "login": "bo", "role": "brm", "assigned_customers": [ids.customer, ids.other]}),
        json!({"type": "user", "id": ids.agent, "name": "Gus", "login": "gus", "role": "agent"}),
        service,
        form,
        json!({"type": "customer", "id": ids.customer, "name": "Imported", "card": "contract 1"}),
        json!({"type": "customer", "id": ids.other, "name": "Other"}),
    ];
    (ids, lines)
}

fn write(world: &World, lines: &[Value]) -> std::path::PathBuf {
    let path = world.scratch.0.join("import.ndjson");
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    std::fs::write(&path, format!("{}\n\n", text.join("\n"))).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_once_however_often() {
    let world = World::new().await;
    let ada = world.user("ada");
    let mut mirror = Mirror::default();
    mirror.pull(ada, 50).await;
    let (ids, mut lines) = lines();
    let path = write(&world, &lines);
    let outcome = run(world.db(), &path).await.unwrap();
    assert_eq!(
        outcome,
        Outcome {
            new: 8,
            changed: 0,
            unchanged: 0
        }
    );
    mirror.pull(ada, 50).await;
    assert_same("ada", &mirror.records, &ada.everything().await);
    let ticket = ada
        .get(&format!("api/v1/tickets/{}", ids.ticket))
        .await
        .expect(200)
        .body;
    assert_eq!(ticket["number"], "OLD-7");
    assert_eq!(ticket["priority"], "p2");
    assert_eq!(ticket["said_at"], "2025-01-02T03:04:05.000Z");
    assert_eq!(ticket["requester"]["name"], "Ivy");
    assert_eq!(ticket["customer_id"], json!(ids.customer));
    let again = run(world.db(), &path).await.unwrap();
    assert_eq!(
        again,
        Outcome {
            new: 0,
            changed: 0,
            unchanged: 8
        }
    );
    assert_eq!(
        ada.get(&format!("api/v1/tickets/{}", ids.ticket))
            .await
            .body,
        ticket
    );
    // A new name reaches every record that names her.
    lines[1]["name"] = json!("Ivy Lee");
    lines[1]["login"] = json!("gus");
    lines[3]["login"] = json!("ivy");
    lines[0]["state"] = json!("resolved");
    let outcome = run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(
        outcome,
        Outcome {
            new: 0,
            changed: 3,
            unchanged: 5
        }
    );
    mirror.pull(ada, 50).await;
    assert_same("ada", &mirror.records, &ada.everything().await);
    let ticket = &mirror.records[&("ticket".to_owned(), ids.ticket.to_string())];
    assert_eq!(ticket["requester"]["name"], "Ivy Lee");
    assert_eq!(ticket["state"], "resolved");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_by_line_and_field_and_nothing_is_written() {
    let world = World::new().await;
    let (ids, mut lines) = lines();
    lines[0]["requester"]["id"] = json!(Uuid::nil());
    lines[0]["state"] = json!("asleep");
    lines[1]["role"] = json!("boss");
    lines[2]["assigned_customers"][1] = json!(Uuid::nil());
    lines[3]["login"] = json!("ANNA");
    lines[3]["customer_id"] = json!(ids.customer);
    lines[4]["colour"] = json!("red");
    lines[5]["fields"][0]["key"] = json!("count");
    lines[6]["name"] = json!("");
    lines[7]["id"] = json!(ids.customer);
    lines.push(json!({"type": "wish", "id": Uuid::now_v7()}));
    lines.push(json!({"type": "customer", "name": "no id"}));
    lines.push(json!("not an object"));
    let path = write(&world, &lines);
    let Err(ImportError::Faults { faults, .. }) = run(world.db(), &path).await else {
        panic!("imported");
    };
    let told: Vec<(usize, &str)> = faults
        .iter()
        .map(|f| (f.line, f.error.field.as_str()))
        .collect();
    for expected in [
        (1, "state"),
        (1, "requester.id"),
        (2, "role"),
        (3, "assigned_customers[1]"),
        (4, "login"),
        (4, "customer_id"),
        (5, "colour"),
        (6, "fields[1].key"),
        (7, "name"),
        (8, "id"),
        (9, "type"),
        (10, "id"),
        (11, "line"),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    assert!(told.is_sorted_by_key(|(line, _)| *line));
    let text = run(world.db(), &path).await.unwrap_err().to_string();
    assert!(text.contains("import.ndjson:9: type: “wish” cannot be imported (give customer, user, service, form or ticket)"), "{text}");
    let listed = world
        .user("ada")
        .get(&format!("api/v1/customers/{}", ids.customer))
        .await;
    listed.expect_problem(404, "not-found");
    // One bad line among good ones: nothing either.
    let (ids, mut lines) = self::lines();
    lines.push(json!({"type": "customer", "id": Uuid::now_v7(), "name": " "}));
    run(world.db(), &write(&world, &lines)).await.unwrap_err();
    let listed = world
        .user("ada")
        .get(&format!("api/v1/customers/{}", ids.customer))
        .await;
    listed.expect_problem(404, "not-found");
    world.server.end().await;
}

/// What the API gives can be imported again.
#[tokio::test(flavor = "multi_thread")]
async fn records_of_the_api_are_lines_of_an_import() {
    let world = World::new().await;
    let ticket = world.user("anna").file("there and back").await;
    world
        .user("jonas")
        .say(ticket["id"].as_str().unwrap(), "words")
        .await;
    let ada = world.user("ada");
    let mut lines = Vec::new();
    for ((kind, _), mut record) in ada.everything().await {
        if ["customer", "user", "service", "form", "ticket"].contains(&kind.as_str()) {
            record["type"] = json!(kind);
            lines.push(record);
        }
    }
    let outcome = run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(
        outcome,
        Outcome {
            new: 0,
            changed: 0,
            unchanged: lines.len()
        }
    );
    world.server.end().await;
}
