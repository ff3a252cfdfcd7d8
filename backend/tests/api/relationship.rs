//! What relationship managers keep about customers: who sees and changes what.

use crate::acts::{made, new, sees};
use crate::harness::{Reply, World};
use serde_json::{Value, json};
use uuid::Uuid;

/// A new record about the customer of Anna.
fn about(world: &World, fields: &Value) -> Value {
    let mut record = json!({"id": Uuid::now_v7(), "customer_id": world.ids["north"],
        "said_at": "2026-11-22T09:12:31.123Z"});
    for (name, value) in fields.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

async fn change(world: &World, login: &str, list: &str, record: &Value, patch: &Value) -> Reply {
    let path = format!("api/v1/{list}/{}", record["id"].as_str().unwrap());
    let now = world.user("ruth").get(&path).await.expect(200).body;
    let version = now["version"].as_str().unwrap().to_owned();
    world.user(login).patch(&path, &version, patch).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_seen_by_its_manager_and_what_is_shared_by_the_customers() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let contact = about(&world, &json!({"name": "Head of the terminal"}));
    let contact = made(ruth, "contacts", &contact).await;
    assert_eq!(sees(&world, &contact).await, ["ruth", "ada"]);
    let talk = about(
        &world,
        &json!({"reason": "Growth next year", "direction": "inbound",
        "channel": "meeting", "at": "2026-11-21T09:00:00Z", "note": "A second terminal is planned."}),
    );
    let talk = made(ruth, "interactions", &talk).await;
    assert_eq!(talk["author"]["name"], "ruth name");
    assert_eq!(sees(&world, &talk).await, ["ruth", "ada"]);
    let action = about(
        &world,
        &json!({"title": "Send the plan", "owner": {"id": world.user("anna").id},
        "side": "customer", "due_on": "2026-12-01", "state": "open"}),
    );
    let action = made(ruth, "actions", &action).await;
    assert_eq!(sees(&world, &action).await, ["ruth", "ada"]);
    change(&world, "ruth", "actions", &action, &json!({"shared": true}))
        .await
        .expect(200);
    assert_eq!(sees(&world, &action).await, ["anna", "mia", "ruth", "ada"]);
    change(
        &world,
        "anna",
        "actions",
        &action,
        &json!({"state": "done", "result": "Sent."}),
    )
    .await
    .expect(200);
    let refused = change(
        &world,
        "anna",
        "actions",
        &action,
        &json!({"due_on": "2027-01-01"}),
    )
    .await;
    assert_eq!(
        refused.expect_problem(403, "forbidden").error_fields(),
        ["due_on"]
    );
    change(&world, "mia", "actions", &action, &json!({"state": "open"}))
        .await
        .expect_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_keeps_records_about_a_customer_that_is_not_his() {
    let world = World::new().await;
    let mut foreign = about(&world, &json!({"name": "Somebody"}));
    foreign["customer_id"] = json!(world.ids["south"]);
    let refused = world.user("ruth").post("api/v1/contacts", &foreign).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").error_fields(),
        ["customer_id"]
    );
    for login in ["anna", "mia", "jonas"] {
        let contact = about(&world, &json!({"name": "Somebody"}));
        let refused = world.user(login).post("api/v1/contacts", &contact).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").error_fields(),
            ["customer_id"],
            "{login}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_are_written_shared_signed_and_then_stay() {
    let world = World::new().await;
    let review = about(
        &world,
        &json!({"title": "Third quarter", "planned_on": "2026-11-20",
        "state": "planned", "agenda": [{"title": "Service levels", "facts": "91 % met"}]}),
    );
    let review = made(world.user("ruth"), "reviews", &review).await;
    assert_eq!(sees(&world, &review).await, ["ruth", "ada"]);
    let too_early = change(
        &world,
        "ruth",
        "reviews",
        &review,
        &json!({"state": "shared"}),
    )
    .await;
    let too_early = too_early.expect_problem(422, "invalid");
    assert_eq!(
        too_early.error_fields(),
        ["held_on", "minutes", "attendance"]
    );
    let held = json!({"state": "shared", "held_on": "2026-11-20", "minutes": "We spoke about growth.",
        "decisions": ["A second line for the night"],
        "attendance": [{"name": "ruth", "side": "provider"}, {"name": "mia", "side": "customer"}]});
    let shared = change(&world, "ruth", "reviews", &review, &held)
        .await
        .expect(200)
        .body;
    assert_eq!(shared["decisions"][0], "A second line for the night");
    assert_eq!(sees(&world, &review).await, ["mia", "ruth", "ada"]);
    change(
        &world,
        "ruth",
        "reviews",
        &review,
        &json!({"state": "signed"}),
    )
    .await
    .expect_problem(403, "forbidden");
    for taken_back in ["held", "planned"] {
        let state = json!({ "state": taken_back });
        change(&world, "mia", "reviews", &review, &state)
            .await
            .expect_problem(403, "forbidden");
    }
    assert_eq!(sees(&world, &review).await, ["mia", "ruth", "ada"]);
    let reworded = json!({"state": "signed", "minutes": "No."});
    let other = change(&world, "mia", "reviews", &review, &reworded).await;
    assert_eq!(
        other.expect_problem(403, "forbidden").error_fields(),
        ["minutes"]
    );
    let signed = change(
        &world,
        "mia",
        "reviews",
        &review,
        &json!({"state": "signed"}),
    )
    .await;
    let signed = signed.expect(200).body;
    assert_eq!(signed["signed_by"]["name"], "mia name");
    for patch in [
        json!({"minutes": "Later words."}),
        json!({"state": "shared"}),
    ] {
        change(&world, "ruth", "reviews", &review, &patch)
            .await
            .expect_problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_a_customer_is_known_to_its_people_with_the_history() {
    let world = World::new().await;
    let terms = |api: Reply| api.expect(200).body.as_array().unwrap().clone();
    let known = terms(world.user("anna").get("api/v1/relationship-managers").await);
    assert_eq!(known.len(), 1);
    assert_eq!(known[0]["person"]["name"], "ruth name");
    assert!(known[0]["until"].is_null());
    assert!(terms(world.user("carl").get("api/v1/relationship-managers").await).is_empty());
    world.change_user("ruth", "brm", None, &["south"]).await;
    let known = terms(world.user("anna").get("api/v1/relationship-managers").await);
    assert_eq!(known.len(), 1);
    assert!(!known[0]["until"].is_null(), "{known:?}");
    assert_eq!(
        terms(world.user("carl").get("api/v1/relationship-managers").await).len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_minutes_that_are_signed_already() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let mut minutes = about(
        &world,
        &json!({"title": "Third quarter", "planned_on": "2026-11-20", "held_on": "2026-11-20",
        "minutes": "All well.",
        "state": "signed", "decisions": [], "agenda": [],
        "attendance": [{"name": "Ruth", "side": "provider"}, {"name": "Mia", "side": "customer"}]}),
    );
    let signed = ruth.post("api/v1/reviews", &minutes).await;
    assert_eq!(
        signed.expect_problem(422, "invalid").error_fields(),
        ["state"]
    );
    // Shared, with empty lists, they can be signed.
    minutes["state"] = json!("shared");
    let shared = made(ruth, "reviews", &minutes).await;
    let sign = json!({"state": "signed"});
    let signed = change(&world, "mia", "reviews", &shared, &sign).await;
    assert_eq!(signed.expect(200).body["signed_by"]["name"], "mia name");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_seen_by_who_is_to_do_it_and_done_by_nobody_elses_people() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let action = |login: &str| {
        about(
            &world,
            &json!({"title": "Change the lamp", "owner": {"id": world.user(login).id},
                "side": "provider", "due_on": "2026-12-01", "state": "open"}),
        )
    };
    let his = made(ruth, "actions", &action("jonas")).await;
    assert_eq!(sees(&world, &his).await, ["ruth", "jonas", "ada"]);
    let foreign = ruth.post("api/v1/actions", &action("carl")).await;
    assert_eq!(
        foreign.expect_problem(422, "invalid").error_fields(),
        ["owner"]
    );
    // He is called otherwise: so he is where he is named.
    world.rename("jonas", "agent", &[], "Jonas Weber").await;
    let path = format!("api/v1/actions/{}", his["id"].as_str().unwrap());
    let renamed = ruth.get(&path).await.expect(200).body;
    assert_eq!(renamed["owner"]["name"], "Jonas Weber");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_one_of_a_customers_people_loses_what_is_not_shared() {
    let world = World::new().await;
    let action = new(json!({"customer_id": world.ids["north"], "title": "T",
        "owner": {"id": world.user("jonas").id}, "side": "provider", "due_on": "2026-12-01",
        "state": "open"}));
    let his = made(world.user("ruth"), "actions", &action).await;
    assert!(sees(&world, &his).await.contains(&"jonas"));
    world
        .change_user("jonas", "customer_user", Some("south"), &[])
        .await;
    assert_eq!(sees(&world, &his).await, ["ruth", "ada"]);
}
