//! Complaints: who sees and does what at which stage.

use crate::harness::{Api, Mirror, Reply, World};
use serde_json::{Value, json};
use uuid::Uuid;

fn wish(subject: &str) -> Value {
    json!({"id": Uuid::now_v7(), "subject": subject, "description": "It came unannounced.",
        "remedy_sought": "A word before it happens.", "said_at": "2026-11-22T09:12:31.123Z"})
}

async fn filed(api: &Api, subject: &str) -> Value {
    let made = api.post("api/v1/complaints", &wish(subject)).await;
    made.expect(201).body
}

fn path(complaint: &Value) -> String {
    format!("api/v1/complaints/{}", complaint["id"].as_str().unwrap())
}

/// Changes the complaint as it is now.
async fn change(api: &Api, complaint: &Value, patch: &Value) -> Reply {
    let now = api.get(&path(complaint)).await.expect(200).body;
    let version = now["version"].as_str().unwrap().to_owned();
    api.patch(&path(complaint), &version, patch).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_led_from_receipt_to_closure_with_an_escalation() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let complaint = filed(anna, "Unannounced outage").await;
    assert!(complaint["number"].as_str().unwrap().starts_with("CMP-"));
    assert_eq!(complaint["stage"], "received");
    assert_eq!(complaint["channel"], "portal");
    assert_eq!(complaint["handler"]["name"], "ruth name");
    assert_eq!(complaint["targets"].as_array().unwrap().len(), 5);
    assert_eq!(complaint["due_at"], complaint["targets"][0]["due_at"]);

    for (api, patch) in [
        (ruth, json!({"stage": "acknowledged", "note": "Thank you."})),
        (ruth, json!({"stage": "assessed", "severity": "high"})),
        (ruth, json!({"stage": "investigating"})),
        (
            ruth,
            json!({"stage": "response_proposed", "decision": "We repay the fee."}),
        ),
        (
            anna,
            json!({"stage": "rejected_by_complainant", "note": "It is not about the fee."}),
        ),
        (
            anna,
            json!({"stage": "escalated", "note": "Please let somebody else look."}),
        ),
        (ruth, json!({"stage": "investigating"})),
        (
            ruth,
            json!({"stage": "decision_communicated", "decision": "We announce it.",
            "remedy_given": "A channel for announcements."}),
        ),
    ] {
        change(api, &complaint, &patch).await.expect(200);
    }
    change(anna, &complaint, &json!({"stage": "accepted"}))
        .await
        .expect(200);
    let closed = change(ruth, &complaint, &json!({"stage": "closed"}))
        .await
        .expect(200)
        .body;
    assert_eq!(closed["level"], 1);
    assert!(closed["due_at"].is_null(), "nothing is left to be due");
    let steps: Vec<(&str, &str)> = closed["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            (
                step["stage"].as_str().unwrap(),
                step["by"]["name"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(steps.first(), Some(&("received", "anna name")));
    assert_eq!(steps.last(), Some(&("closed", "ruth name")));
    assert_eq!(steps.len(), 11);
    assert_eq!(closed["steps"][5]["note"], "It is not about the fee.");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_makes_only_its_own_moves() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let complaint = filed(anna, "Slow answers").await;
    for (api, patch) in [
        (anna, json!({"stage": "acknowledged"})),
        (anna, json!({"stage": "closed"})),
        (ruth, json!({"stage": "accepted"})),
        (ruth, json!({"stage": "withdrawn"})),
        (ruth, json!({"stage": "closed"})),
    ] {
        let refused = change(api, &complaint, &patch)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(refused.error_fields(), ["stage"], "{patch}");
    }
    let his = json!({"severity": "critical", "decision": "I win."});
    let refused = change(anna, &complaint, &his)
        .await
        .expect_problem(403, "forbidden");
    assert_eq!(refused.error_fields(), ["severity", "decision"]);
    let refused = change(ruth, &complaint, &json!({"stage": "response_proposed"})).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").error_fields(),
        ["decision"]
    );
    for login in ["mia", "jonas"] {
        let patch = json!({"stage": "acknowledged"});
        change(world.user(login), &complaint, &patch)
            .await
            .expect_problem(403, "forbidden");
    }
    // Nothing of it has left a trace.
    let now = anna.get(&path(&complaint)).await.expect(200).body;
    assert_eq!(
        (now["stage"].clone(), now["version"].clone()),
        (json!("received"), json!("1"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_handles_what_is_complained_about_himself() {
    let world = World::new().await;
    let (anna, ruth, ada) = (world.user("anna"), world.user("ruth"), world.user("ada"));
    let mut about_ruth = wish("Rude words");
    about_ruth["about"] = json!({"id": ruth.id});
    let complaint = anna
        .post("api/v1/complaints", &about_ruth)
        .await
        .expect(201)
        .body;
    assert!(complaint["handler"].is_null(), "{complaint}");
    change(ruth, &complaint, &json!({"stage": "acknowledged"}))
        .await
        .expect_problem(403, "forbidden");
    let refused = change(ada, &complaint, &json!({"handler": {"id": ruth.id}})).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").error_fields(),
        ["handler"]
    );
    let mut by_name = wish("Rude words again");
    by_name["about"] = json!({"name": "Ruth Name"});
    let made = anna.post("api/v1/complaints", &by_name).await;
    let named = made.expect(201).body;
    assert_eq!(named["about"]["id"], ruth.id.as_str());
    assert!(named["handler"].is_null(), "{named}");
    let nobody = change(
        ada,
        &complaint,
        &json!({"handler": {"id": world.user("jonas").id}}),
    )
    .await;
    assert_eq!(
        nobody.expect_problem(422, "invalid").error_fields(),
        ["handler"]
    );
    change(ada, &complaint, &json!({"handler": {"id": ada.id}}))
        .await
        .expect(200);
}

/// Who sees which complaint, by the lists, one by one and in the feed alike.
#[tokio::test(flavor = "multi_thread")]
async fn complaints_by_role() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let open = filed(anna, "An open one").await;
    let mut secret = wish("A confidential one");
    secret["confidential"] = json!(true);
    let secret = anna
        .post("api/v1/complaints", &secret)
        .await
        .expect(201)
        .body;
    let mut about_ruth = wish("A confidential one about Ruth");
    about_ruth["confidential"] = json!(true);
    about_ruth["about"] = json!({"id": ruth.id});
    let about_ruth = anna
        .post("api/v1/complaints", &about_ruth)
        .await
        .expect(201)
        .body;
    let sees: [(&str, [bool; 3]); 8] = [
        ("anna", [true, true, true]),
        ("ben", [false, false, false]),
        ("mia", [true, false, false]),
        ("carl", [false, false, false]),
        ("dora", [false, false, false]),
        ("ruth", [true, true, false]),
        ("jonas", [true, false, false]),
        ("ada", [true, true, true]),
    ];
    for (login, expected) in sees {
        let api = world.user(login);
        let mut mirror = Mirror::default();
        mirror.pull(api, 50).await;
        let listed = api.get("api/v1/complaints").await.expect(200).body;
        for (complaint, seen) in [&open, &secret, &about_ruth].into_iter().zip(expected) {
            let what = format!("{login}: {}", complaint["subject"]);
            let in_list = listed
                .as_array()
                .unwrap()
                .iter()
                .any(|c| c["id"] == complaint["id"]);
            assert_eq!(in_list, seen, "{what} in the list");
            assert_eq!(mirror.has(&complaint["id"]), seen, "{what} in the feed");
            let one = api.get(&path(complaint)).await;
            one.expect(if seen { 200 } else { 404 });
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_confidential_is_taken_back_with_its_notes() {
    let world = World::new().await;
    let (anna, mia) = (world.user("anna"), world.user("mia"));
    let complaint = filed(anna, "To be kept quiet").await;
    let note = json!({"id": Uuid::now_v7(), "complaint_id": complaint["id"], "text": "More of it",
        "said_at": "2026-11-22T09:12:31.123Z"});
    let note = anna
        .post("api/v1/complaint-notes", &note)
        .await
        .expect(201)
        .body;
    let mut mirror = Mirror::default();
    mirror.pull(mia, 50).await;
    assert!(mirror.has(&complaint["id"]) && mirror.has(&note["id"]));
    change(anna, &complaint, &json!({"confidential": true}))
        .await
        .expect(200);
    mirror.pull(mia, 50).await;
    assert!(!mirror.has(&complaint["id"]) && !mirror.has(&note["id"]));
    change(anna, &complaint, &json!({"confidential": false}))
        .await
        .expect(200);
    mirror.pull(mia, 50).await;
    assert!(mirror.has(&complaint["id"]) && mirror.has(&note["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_note_never_shows_on_the_customers_side() {
    let world = World::new().await;
    let complaint = filed(world.user("anna"), "With words behind the scenes").await;
    let note = |text: &str, internal: bool| {
        json!({"id": Uuid::now_v7(), "complaint_id": complaint["id"], "text": text,
            "internal": internal, "said_at": "2026-11-22T09:12:31.123Z"})
    };
    let secret = note("Between us", true);
    let secret = world
        .user("ruth")
        .post("api/v1/complaint-notes", &secret)
        .await
        .expect(201)
        .body;
    let refused = world
        .user("anna")
        .post("api/v1/complaint-notes", &note("Mine", true))
        .await;
    refused.expect_problem(403, "forbidden");
    let unseen = world
        .user("ben")
        .post("api/v1/complaint-notes", &note("Me too", false))
        .await;
    assert_eq!(
        unseen.expect_problem(422, "invalid").error_fields(),
        ["complaint_id"]
    );
    for (login, sees) in [
        ("anna", false),
        ("mia", false),
        ("ruth", true),
        // He may read the complaint; its internal notes are for who leads it.
        ("jonas", false),
        ("ada", true),
    ] {
        let mut mirror = Mirror::default();
        mirror.pull(world.user(login), 50).await;
        assert_eq!(mirror.has(&secret["id"]), sees, "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_enters_what_a_customer_told_him() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let mut told = wish("Told on the telephone");
    told["channel"] = json!("phone");
    told["complainant"] = json!({"id": anna.id});
    let made = ruth.post("api/v1/complaints", &told).await.expect(201).body;
    assert_eq!(made["complainant"]["name"], "anna name");
    assert_eq!(made["entered_by"]["name"], "ruth name");
    assert_eq!(made["channel"], "phone");
    anna.get(&path(&made)).await.expect(200);
    let own = ruth.post("api/v1/complaints", &wish("His own")).await;
    own.expect_problem(403, "forbidden");
    let mut foreign = wish("Of somebody else's customer");
    foreign["complainant"] = json!({"id": world.user("carl").id});
    let refused = ruth
        .post("api/v1/complaints", &foreign)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.error_fields(), ["complainant.id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_complaint_is_made_once_and_faults_are_named() {
    let world = World::new().await;
    let anna = world.user("anna");
    let wanted = wish("Once");
    anna.post("api/v1/complaints", &wanted).await.expect(201);
    anna.post("api/v1/complaints", &wanted).await.expect(200);
    let mut other = wanted.clone();
    other["subject"] = json!("Another");
    anna.post("api/v1/complaints", &other)
        .await
        .expect_problem(409, "id-taken");
    let faulty = json!({"id": "no", "subject": " ", "severity": "high", "said_at": "yesterday",
        "service_id": "x", "confidential": "yes", "about": {"id": 7, "title": "Dr"}});
    let refused = anna
        .post("api/v1/complaints", &faulty)
        .await
        .expect_problem(422, "invalid");
    let mut fields = refused.error_fields();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "about.id",
            "about.title",
            "confidential",
            "id",
            "said_at",
            "service_id",
            "severity"
        ]
    );
    let empty = anna
        .post("api/v1/complaints", &json!({}))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(empty.error_fields(), ["id", "said_at"]);
    let mut wordless = wish(" ");
    wordless["description"] = json!("");
    let refused = anna
        .post("api/v1/complaints", &wordless)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.error_fields(), ["subject", "description"]);
    let stale = filed(anna, "Twice at once").await;
    change(anna, &stale, &json!({"confidential": true}))
        .await
        .expect(200);
    let late = anna
        .patch(&path(&stale), "1", &json!({"confidential": false}))
        .await;
    let late = late.expect_problem(412, "stale");
    assert_eq!(late.body["current"]["confidential"], true);
}

/// A right that was lost and came back while its records were still being taken back.
#[tokio::test(flavor = "multi_thread")]
async fn what_went_while_a_right_came_and_went_is_taken_back() {
    let world = World::new().await;
    let (anna, mia) = (world.user("anna"), world.user("mia"));
    let mut complaints = Vec::new();
    for number in 0..4 {
        complaints.push(filed(anna, &format!("Number {number}")).await);
    }
    let mut mirror = Mirror::default();
    mirror.pull(mia, 50).await;
    world
        .change_user("mia", "customer_user", Some("north"), &[])
        .await;
    // She is told of the loss, but not yet of every record.
    assert!(mirror.page(mia, 1).await, "there is more to be told");
    let kept: Vec<&Value> = complaints
        .iter()
        .filter(|one| mirror.has(&one["id"]))
        .collect();
    assert!(kept.len() > 1, "not all was taken back");
    let gone = kept.last().unwrap();
    change(anna, gone, &json!({"confidential": true}))
        .await
        .expect(200);
    world
        .change_user("mia", "customer_manager", Some("north"), &[])
        .await;
    mirror.pull(mia, 50).await;
    assert!(!mirror.has(&gone["id"]), "what she may not see any more");
    assert!(
        complaints
            .iter()
            .all(|one| one == *gone || mirror.has(&one["id"]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_by_his_name_alone_is_passed_over_as_well() {
    let world = World::new().await;
    let anna = world.user("anna");
    world
        .rename("ruth", "brm", &["north"], "Jürgen Meier")
        .await;
    let about = |name: &str| {
        let mut wish = wish("Rude words");
        wish["about"] = json!({"name": name});
        wish["confidential"] = json!(true);
        wish
    };
    let shouted = anna.post("api/v1/complaints", &about("JÜRGEN MEIER")).await;
    let shouted = shouted.expect(201).body;
    assert!(shouted["handler"].is_null(), "{shouted}");
    assert_eq!(shouted["about"]["id"], world.user("ruth").id.as_str());
    // Two of that name: neither of them leads or reads it.
    world
        .rename("jonas", "brm", &["north"], "Jürgen Meier")
        .await;
    let both = anna.post("api/v1/complaints", &about("Jürgen Meier")).await;
    let both = both.expect(201).body;
    assert!(both["handler"].is_null(), "{both}");
    assert_eq!(holders(&world, &both).await, ["anna", "ada"]);
}

/// Who holds the record.
async fn holders(world: &World, record: &Value) -> Vec<&'static str> {
    let mut holders = Vec::new();
    for login in ["anna", "ben", "mia", "ruth", "jonas", "ada"] {
        let mut mirror = Mirror::default();
        mirror.pull(world.user(login), 50).await;
        if mirror.has(&record["id"]) {
            holders.push(login);
        }
    }
    holders
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_complaint_is_kept_from_whom_it_is_about_whatever_he_becomes() {
    let world = World::new().await;
    let anna = world.user("anna");
    let about = |login: &str| {
        let mut wish = wish("Between us");
        wish["about"] = json!({"id": world.user(login).id});
        wish["confidential"] = json!(true);
        wish
    };
    let of_ada = anna.post("api/v1/complaints", &about("ada")).await;
    let of_ada = of_ada.expect(201).body;
    assert_eq!(holders(&world, &of_ada).await, ["anna", "ruth"]);
    let of_jonas = anna.post("api/v1/complaints", &about("jonas")).await;
    let of_jonas = of_jonas.expect(201).body;
    assert_eq!(holders(&world, &of_jonas).await, ["anna", "ruth", "ada"]);
    world.change_user("jonas", "brm", None, &["north"]).await;
    assert_eq!(holders(&world, &of_jonas).await, ["anna", "ruth", "ada"]);
    assert_eq!(holders(&world, &of_ada).await, ["anna", "ruth", "jonas"]);
    // Who looks after the customer no more reads no more of it.
    world.change_user("ruth", "brm", None, &[]).await;
    assert_eq!(holders(&world, &of_jonas).await, ["anna", "ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_enters_what_he_does_not_see_afterwards() {
    let world = World::new().await;
    let mut told = wish("On the telephone");
    told["complainant"] = json!({"id": world.user("anna").id});
    told["confidential"] = json!(true);
    told["channel"] = json!("phone");
    let entered = world.user("jonas").post("api/v1/complaints", &told).await;
    let entered = entered.expect(201).body;
    assert_eq!(entered["subject"], "On the telephone");
    assert_eq!(holders(&world, &entered).await, ["anna", "ruth", "ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rejected_is_closed_only_with_the_complainants_word() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let complaint = filed(anna, "Fee").await;
    let propose = json!({"stage": "response_proposed", "decision": "No."});
    change(ruth, &complaint, &propose).await.expect(200);
    let reject = json!({"stage": "rejected_by_complainant", "note": "Look again."});
    let rejected = change(anna, &complaint, &reject).await.expect(200).body;
    let due = |complaint: &Value| complaint["due_at"].as_str().unwrap().to_owned();
    assert!(due(&rejected) < due(&complaint).replace("2026", "9999"));
    for stage in ["response_proposed", "decision_communicated"] {
        change(ruth, &complaint, &json!({"stage": stage}))
            .await
            .expect(200);
    }
    let closed = change(ruth, &complaint, &json!({"stage": "closed"})).await;
    assert_eq!(
        closed.expect_problem(422, "invalid").error_fields(),
        ["stage"]
    );
    change(anna, &complaint, &json!({"stage": "accepted"}))
        .await
        .expect(200);
    change(ruth, &complaint, &json!({"stage": "closed"}))
        .await
        .expect(200);
}
