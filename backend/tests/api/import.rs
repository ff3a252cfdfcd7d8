//! Importing NDJSON: all or nothing, and twice is once.

use crate::acts;
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
    lines[2]["login"] = json!("b".repeat(201));
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
        (3, "login"),
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
    assert!(text.contains("import.ndjson:9: type: “wish” cannot be imported (give customer, user, service, form, ticket, agreement, article"), "{text}");
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

/// When a person moves to another customer or to the service desk, the tickets stay where they are.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_stays_with_its_customer_when_its_requester_moves() {
    let world = World::new().await;
    let (ids, mut lines) = lines();
    run(world.db(), &write(&world, &lines)).await.unwrap();
    let customer_of = async || {
        let path = format!("api/v1/tickets/{}", ids.ticket);
        world.user("ada").get(&path).await.expect(200).body["customer_id"].clone()
    };
    lines[1]["customer_id"] = json!(ids.other);
    let outcome = run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!((outcome.new, outcome.changed), (0, 1), "the user only");
    assert_eq!(customer_of().await, json!(ids.customer));
    lines[1]["customer_id"] = Value::Null;
    lines[1]["role"] = json!("agent");
    lines[0]["state"] = json!("resolved");
    run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(customer_of().await, json!(ids.customer));
    lines[0]["customer_id"] = json!(ids.customer);
    run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(customer_of().await, json!(ids.customer));
    // Another person's customer has to be named, and a third one is nobody's.
    lines[0]["requester"]["id"] = json!(world.ids["carl"]);
    for (named, field) in [
        (Value::Null, "requester.id"),
        (json!(ids.other), "customer_id"),
    ] {
        lines[0]["customer_id"] = named;
        let refused = run(world.db(), &write(&world, &lines)).await;
        let Err(ImportError::Faults { faults, .. }) = refused else {
            panic!("imported");
        };
        assert_eq!((faults[0].line, &*faults[0].error.field), (1, field));
    }
    lines[0]["customer_id"] = json!(world.ids["south"]);
    run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(customer_of().await, json!(world.ids["south"]));
    world.server.end().await;
}

/// A number that the file brings along is not given to another of its tickets.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_the_file_come_before_those_that_are_given() {
    let world = World::new().await;
    let given = world.user("anna").file("the newest number").await["number"].clone();
    let (prefix, newest) = given.as_str().unwrap().split_once('-').unwrap();
    let next = newest.parse::<u32>().unwrap() + 1;
    let ticket = |number: Option<String>| {
        json!({"type": "ticket", "id": Uuid::now_v7(), "number": number, "kind": "incident",
            "subject": "numbered", "requester": {"id": world.ids["anna"]}})
    };
    let lines = [ticket(None), ticket(Some(format!("{prefix}-{next}")))];
    let outcome = run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(outcome.new, 2);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_no_utf8_is_told() {
    let world = World::new().await;
    let path = world.scratch.0.join("import.ndjson");
    let mut bytes = b"\xef\xbb\xbf\r\n{\"type\":\"customer\",\"id\":\"0198f3a2-7c11-7d3e-9f00-000000000001\",\"name\":\"A\"}\r\n".to_vec();
    bytes.extend(b"{\"type\":\"customer\",\"name\":\"M\xfcller\"}\n");
    std::fs::write(&path, bytes).unwrap();
    let text = run(world.db(), &path).await.unwrap_err().to_string();
    assert!(
        text.contains("1 to mend")
            && text.contains("import.ndjson:3: line: is not UTF-8 at byte 29"),
        "{text}"
    );
    world.server.end().await;
}

/// One record of every kind under a schema, of the customer `north` and its people.
fn plain_lines(world: &World) -> Vec<Value> {
    let new = || Uuid::now_v7().to_string();
    let north = world.ids["north"].clone();
    let person = |login: &str| json!({"id": world.ids[login], "name": "whatever"});
    let (complaint, review, survey, invitation) = (new(), new(), new(), new());
    let question =
        json!({"key": "overall", "kind": "csat", "required": true, "label": {"default": "How?"}});
    // References point forwards and backwards.
    vec![
        json!({"type": "response", "id": new(), "survey_id": survey, "invitation_id": invitation,
            "customer_id": north, "person": person("anna"), "channel": "phone",
            "taken_by": person("ruth"), "answers": [{"question": "overall", "number": 4}]}),
        json!({"type": "complaint_note", "id": new(), "complaint_id": complaint,
            "author": person("anna"), "author_role": "customer_user", "text": "Once more."}),
        json!({"type": "action", "id": new(), "customer_id": north, "title": "Call back", "side": "provider",
            "owner": {"name": "Somebody"}, "due_on": "2026-12-01", "state": "open", "shared": true,
            "review_id": review, "complaint_id": complaint}),
        json!({"type": "complaint", "id": complaint, "subject": "Nobody called", "description": "Twice.",
            "customer_id": north, "complainant": person("anna"), "channel": "letter", "stage": "received",
            "said_at": "2025-01-02T03:04:05Z", "received_at": "2025-01-03T03:04:05Z"}),
        json!({"type": "contact", "id": new(), "customer_id": north, "name": "Works council"}),
        json!({"type": "interaction", "id": new(), "customer_id": north, "author": person("ruth"),
            "direction": "inbound", "channel": "phone", "reason": "Outage", "at": "2025-02-03T04:05:06Z"}),
        json!({"type": "review", "id": review, "customer_id": north, "title": "First quarter",
            "planned_on": "2025-03-31", "state": "planned"}),
        json!({"type": "relationship_manager", "id": new(), "customer_id": north,
            "person": {"name": "Paul"}, "since": "2023-01-01T00:00:00Z", "until": "2024-01-01T00:00:00Z"}),
        json!({"type": "survey", "id": survey, "title": {"default": "Old wave"}, "intro": {"default": ""},
            "state": "closed", "wave": "2024", "series": "old", "owner": person("ruth"), "questions": [question]}),
        json!({"type": "invitation", "id": invitation, "survey_id": survey, "customer_id": north,
            "person": person("anna"), "state": "answered"}),
        json!({"type": "article", "id": new(), "title": {"default": "Reset"}, "category": "how_to",
            "summary": {"default": "How to reset."}, "body": {"default": "Hold it."}, "keywords": "restart"}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn records_under_a_schema_are_imported_once_and_reach_those_who_see_them() {
    let world = World::new().await;
    let mut lines = plain_lines(&world);
    let path = write(&world, &lines);
    let count = lines.len();
    let outcome = run(world.db(), &path).await.unwrap();
    assert_eq!(
        (outcome.new, outcome.changed, outcome.unchanged),
        (count, 0, 0)
    );
    let again = run(world.db(), &path).await.unwrap();
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, count));

    let complaint = lines[3]["id"].as_str().unwrap();
    let anna = world.user("anna");
    let read = anna.get(&format!("api/v1/complaints/{complaint}")).await;
    let read = read.expect(200).body;
    assert_eq!(read["said_at"], "2025-01-02T03:04:05.000Z");
    assert!(read["number"].is_string(), "{read:#}");
    // People with an account are called what their account says.
    assert_eq!(
        read["complainant"]["name"],
        anna.get("api/v1/session").await.body["user"]["name"]
    );
    let notes = anna.get("api/v1/complaint-notes").await.expect(200).body;
    assert_eq!(notes.as_array().map_or(0, Vec::len), 1, "{notes:#}");
    let contacts = anna.get("api/v1/contacts").await.expect(200).body;
    assert_eq!(contacts, json!([]));
    // What was answered is counted.
    let ruth = world.user("ruth");
    let results = ruth.get("api/v1/survey-results").await.expect(200).body;
    let of_all = results.as_array().unwrap().iter();
    let mut of_all = of_all.filter(|one| one["customer_id"].is_null());
    let result = of_all.next().unwrap();
    assert_eq!(
        (
            &result["invited"],
            &result["answered"],
            &result["responses"]
        ),
        (&json!(1), &json!(1), &json!(1))
    );

    lines[4]["phone"] = json!("+49 40 1");
    let changed = run(world.db(), &write(&world, &lines)).await.unwrap();
    assert_eq!(
        (changed.new, changed.changed, changed.unchanged),
        (0, 1, count - 1)
    );
    // What the API gives can be imported again.
    let mut back = Vec::new();
    for ((kind, _), mut record) in world.user("ada").everything().await {
        if ![
            "comment",
            "attachment",
            "ticket_change",
            "announcement",
            "survey_result",
        ]
        .contains(&kind.as_str())
            && (kind != "relationship_manager" || record.get("until").is_some())
        {
            record["type"] = json!(kind);
            back.push(record);
        }
    }
    let same = run(world.db(), &write(&world, &back)).await.unwrap();
    assert_eq!((same.new, same.changed, same.unchanged), (0, 0, back.len()));
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_records_under_a_schema_are_told_by_line_and_field() {
    let world = World::new().await;
    let mut lines = plain_lines(&world);
    let nobody = Uuid::now_v7().to_string();
    lines[0]["survey_id"] = json!(nobody);
    lines[1]["author"]["id"] = json!(nobody);
    lines[2]["due_on"] = json!("tomorrow");
    lines[3]["subject"] = json!("");
    lines[4]["id"] = lines[3]["id"].clone();
    lines[7]["until"] = Value::Null;
    lines[10]["colour"] = json!("red");
    lines.push(json!({"type": "survey_result", "id": nobody}));
    let told = run(world.db(), &write(&world, &lines))
        .await
        .unwrap_err()
        .to_string();
    for words in [
        ":1: survey_id: there is no survey",
        ":2: author.id: there is no user",
        ":3: due_on:",
        ":4: subject:",
        ":5: id: stands on another line too",
        ":8: until: is required",
        ":11: colour: is not a field here",
        ":12: type: “survey_result” cannot be imported",
    ] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
    let seen = world
        .user("ada")
        .get("api/v1/contacts")
        .await
        .expect(200)
        .body;
    assert_eq!(seen, json!([]));
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_says_no_state_begins_as_new() {
    let world = World::new().await;
    let (north, anna) = (&world.ids["north"], &world.user("anna").id);
    let of = |kind: &str, fields: Value| {
        let line = json!({"type": kind, "customer_id": north});
        acts::with(&acts::new(line), fields)
    };
    let survey = acts::new(json!({"type": "survey", "title": "Q4",
        "questions": [{"key": "q", "kind": "csat", "label": "How?"}]}));
    let lines = [
        of(
            "complaint",
            json!({"subject": "S", "description": "D", "complainant": {"id": anna}}),
        ),
        of(
            "action",
            json!({"title": "T", "owner": {"name": "Ines"}, "side": "provider", "due_on": "2026-12-01"}),
        ),
        of("review", json!({"title": "T", "planned_on": "2026-12-01"})),
        survey.clone(),
        of(
            "invitation",
            json!({"survey_id": survey["id"], "person": {"id": anna}}),
        ),
    ];
    acts::import(&world, &lines).await.unwrap();
    let ada = world.user("ada");
    for (list, line, state) in [
        ("complaints", &lines[0], "received"),
        ("actions", &lines[1], "open"),
        ("reviews", &lines[2], "planned"),
        ("surveys", &lines[3], "draft"),
        ("invitations", &lines[4], "open"),
    ] {
        let there = acts::now(ada, list, line).await;
        let told = if list == "complaints" {
            "stage"
        } else {
            "state"
        };
        assert_eq!(there[told], state, "{list}");
    }
}
