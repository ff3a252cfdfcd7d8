//! Service level agreements, and the clocks that run for tickets under them.

use crate::acts::{import, with};
use crate::harness::{Api, Mirror, Reply, World};
use rapport_backend::import::ImportError;
use serde_json::{Value, json};
use uuid::Uuid;

/// An agreement with the customer of Anna, always in service.
fn agreement(world: &World, id: Uuid) -> Value {
    json!({"type": "agreement", "id": id, "customer_id": world.ids["north"], "title": "Care",
    "zone": "UTC", "said_at": "2026-01-01T00:00:00Z",
    "targets": [
        {"metric": "response", "minutes": 60, "percent": 95},
        {"metric": "resolution", "minutes": 240, "percent": 90},
        {"metric": "resolution", "priority": "p1", "minutes": 120, "percent": 90},
    ]})
}

async fn change(api: &Api, ticket: &Value, patch: &Value) -> Reply {
    let path = format!("api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let now = api.get(&path).await.expect(200).body;
    api.patch(&path, now["version"].as_str().unwrap(), patch)
        .await
}

/// The clocks of a ticket that somebody sees: that of the response, then that of the resolution.
async fn clocks(api: &Api, ticket: &Value) -> Vec<Value> {
    let mut mirror = Mirror::default();
    mirror.pull(api, 50).await;
    let all = mirror.records.into_iter();
    let mut of: Vec<Value> = all
        .filter(|((kind, _), record)| {
            kind == "service_clock" && record["ticket_id"] == ticket["id"]
        })
        .map(|(_, record)| record)
        .collect();
    of.sort_by_key(|one| one["metric"] != "response");
    of
}

fn millis(value: &Value) -> i64 {
    rapport_backend::time::Time::parse(value.as_str().unwrap())
        .unwrap()
        .0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clocks_of_a_ticket_follow_its_life_and_are_counted() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let id = Uuid::now_v7();
    assert_eq!(
        import(&world, &[agreement(&world, id)]).await.unwrap().new,
        1
    );
    let ticket = anna.file("the lift stands").await;
    let [response, resolution] = clocks(anna, &ticket).await.try_into().unwrap();
    let received = millis(&ticket["received_at"]);
    assert_eq!(response["state"], "running");
    assert_eq!(millis(&response["due_at"]), received + 60 * 60_000);
    assert_eq!(millis(&resolution["due_at"]), received + 240 * 60_000);

    // The customer's own words are no answer; an internal note is none either.
    anna.say(ticket["id"].as_str().unwrap(), "please hurry")
        .await;
    assert_eq!(clocks(anna, &ticket).await[0]["state"], "running");
    jonas
        .say(ticket["id"].as_str().unwrap(), "on our way")
        .await;
    assert_eq!(clocks(anna, &ticket).await[0]["state"], "met");

    // A greater priority has a promise of its own.
    let urgent = json!({"urgency": "high", "impact": "organisation"});
    change(anna, &ticket, &urgent).await.expect(200);
    let sooner = clocks(anna, &ticket).await[1].clone();
    assert_eq!(millis(&sooner["due_at"]), received + 120 * 60_000);
    assert_eq!(sooner["minutes"], 120);

    change(jonas, &ticket, &json!({"state": "in_progress"}))
        .await
        .expect(200);
    change(jonas, &ticket, &json!({"state": "pending"}))
        .await
        .expect(200);
    let paused = clocks(anna, &ticket).await[1].clone();
    assert_eq!(paused["state"], "paused");
    assert!(paused["due_at"].is_null());
    assert!(
        (118..=120).contains(&paused["left"].as_i64().unwrap()),
        "{paused}"
    );
    change(
        jonas,
        &ticket,
        &json!({"state": "resolved", "note": "mended"}),
    )
    .await
    .expect(200);
    let met = clocks(anna, &ticket).await[1].clone();
    assert_eq!(met["state"], "met");
    assert!(met["stopped_at"].is_string());

    let told = anna
        .get(&format!("api/v1/agreements/{id}"))
        .await
        .expect(200)
        .body;
    let count = |metric: &str| {
        let all = told["attained"].as_array().unwrap().iter();
        let of = all.filter(|one| one["metric"] == metric);
        of.map(|one| (one["met"].as_i64(), one["of"].as_i64()))
            .collect::<Vec<_>>()
    };
    assert_eq!(count("response"), [(Some(1), Some(1))]);
    assert_eq!(count("resolution"), [(Some(1), Some(1))]);

    // Opened again it is not solved, and no longer counted.
    change(
        anna,
        &ticket,
        &json!({"state": "acknowledged", "note": "it stands again"}),
    )
    .await
    .expect(200);
    assert_eq!(clocks(anna, &ticket).await[1]["state"], "running");
    let told = anna
        .get(&format!("api/v1/agreements/{id}"))
        .await
        .expect(200)
        .body;
    assert_eq!(told["attained"].as_array().unwrap().len(), 1);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_is_seen_with_its_ticket_and_an_agreement_by_its_customer() {
    let world = World::new().await;
    let id = Uuid::now_v7();
    import(&world, &[agreement(&world, id)]).await.unwrap();
    let ticket = world.user("anna").file("whose clock").await;
    let (mut of_ticket, mut of_clock, mut of_agreement) = (Vec::new(), Vec::new(), Vec::new());
    for (login, api) in world.users() {
        let mut mirror = Mirror::default();
        mirror.pull(api, 50).await;
        let clock = clocks(api, &ticket).await;
        for (seen, there) in [
            (&mut of_ticket, mirror.has(&ticket["id"])),
            (&mut of_clock, !clock.is_empty()),
            (&mut of_agreement, mirror.has(&json!(id))),
        ] {
            if there {
                seen.push(login);
            }
        }
    }
    assert_eq!(of_clock, of_ticket);
    assert!(
        of_clock.contains(&"anna") && !of_clock.contains(&"carl"),
        "{of_clock:?}"
    );
    assert!(
        of_agreement.contains(&"ben") && !of_agreement.contains(&"carl"),
        "{of_agreement:?}"
    );
    // Nobody writes either by the API: they are counted, or imported.
    for list in ["agreements", "service-clocks"] {
        for login in ["anna", "ruth", "ada"] {
            let tried = world
                .user(login)
                .post(&format!("api/v1/{list}"), &json!({}))
                .await;
            assert!(
                [403, 404, 405, 422].contains(&tried.status.as_u16()),
                "{login} {list} {}",
                tried.status
            );
        }
    }
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_imported_is_timed_where_its_past_is_known() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ticket = anna.file("before the agreement").await;
    assert!(clocks(anna, &ticket).await.is_empty());
    let id = Uuid::now_v7();
    let solved = Uuid::now_v7();
    let old = json!({"type": "ticket", "id": solved, "kind": "incident", "state": "resolved",
        "subject": "From elsewhere", "requester": {"id": anna.id}});
    let lines = [agreement(&world, id), old];
    import(&world, &lines).await.unwrap();
    assert_eq!(clocks(anna, &ticket).await.len(), 2);
    // How it got to be solved is not known here.
    assert!(clocks(anna, &json!({"id": solved})).await.is_empty());
    let again = import(&world, &lines).await.unwrap();
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 2));
    // A file that moves a ticket on stops its clock.
    let moved = json!({"type": "ticket", "id": ticket["id"], "kind": ticket["kind"], "state": "resolved",
        "subject": ticket["subject"], "requester": {"id": anna.id}});
    import(&world, &[moved]).await.unwrap();
    assert_eq!(clocks(anna, &ticket).await[1]["state"], "met");

    let mut wrong = agreement(&world, Uuid::now_v7());
    wrong["zone"] = json!("Europe/Atlantis");
    wrong["hours"] =
        json!([{"weekday": 1, "from": 480, "to": 1080}, {"weekday": 8, "from": 480, "to": 1080}]);
    let refused = import(&world, &[wrong]).await.unwrap_err();
    let ImportError::Faults { faults, .. } = refused else {
        panic!("{refused}");
    };
    let fields: Vec<&str> = faults
        .iter()
        .map(|fault| fault.error.field.as_str())
        .collect();
    assert_eq!(fields, ["zone", "hours.1"]);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_promised_or_given_up_has_no_clock() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let id = Uuid::now_v7();
    let mut only_p1 = agreement(&world, id);
    only_p1["targets"] =
        json!([{"metric": "resolution", "priority": "p1", "minutes": 120, "percent": 90}]);
    import(&world, &[only_p1]).await.unwrap();
    let ticket = anna.file("all is down").await;
    let urgent = json!({"impact": "organisation", "urgency": "high"});
    let urgent = change(jonas, &ticket, &urgent).await.expect(200).body;
    assert_eq!(urgent["priority"], "p1");
    assert_eq!(clocks(anna, &ticket).await.len(), 1);
    change(jonas, &ticket, &json!({"urgency": "low"}))
        .await
        .expect(200);
    assert!(
        clocks(anna, &ticket).await.is_empty(),
        "nothing is promised"
    );
    change(jonas, &ticket, &json!({"urgency": "high"}))
        .await
        .expect(200);
    assert_eq!(clocks(anna, &ticket).await.len(), 1);
    change(
        anna,
        &ticket,
        &json!({"state": "closed", "note": "never mind"}),
    )
    .await
    .expect(200);
    assert!(clocks(anna, &ticket).await.is_empty(), "she gave it up");
    let path = format!("api/v1/agreements/{id}");
    let counted = anna.get(&path).await.expect(200).body;
    assert!(counted["attained"].is_null(), "{counted}");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_tells_a_state_tells_when_and_later_words_move_nothing() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    import(&world, &[agreement(&world, Uuid::now_v7())])
        .await
        .unwrap();
    let line = |state: &str| {
        json!({"type": "ticket", "id": "0192a000-0000-7000-8000-000000000001", "kind": "incident",
            "state": state, "subject": "From elsewhere", "requester": {"id": anna.id}})
    };
    import(&world, &[line("acknowledged")]).await.unwrap();
    let ticket = json!({"id": line("")["id"]});
    assert_eq!(clocks(anna, &ticket).await[1]["state"], "running");
    import(&world, &[line("resolved")]).await.unwrap();
    let solved = clocks(anna, &ticket).await;
    assert_eq!(solved[1]["state"], "met", "{solved:?}");
    change(jonas, &ticket, &json!({"impact": "team", "urgency": "low"}))
        .await
        .expect(200);
    let later = clocks(anna, &ticket).await;
    assert_eq!(later[1]["stopped_at"], solved[1]["stopped_at"]);
    world.server.end().await;
}

/// What the agreement says was kept: met and all, summed over months, of the resolution.
async fn kept(api: &Api, agreement: Uuid) -> Option<(i64, i64)> {
    let path = format!("api/v1/agreements/{agreement}");
    let told = api.get(&path).await.expect(200).body;
    let months = told["attained"].as_array()?.iter();
    let of = months.filter(|one| one["metric"] == "resolution");
    of.map(|one| (one["met"].as_i64().unwrap(), one["of"].as_i64().unwrap()))
        .reduce(|a, b| (a.0 + b.0, a.1 + b.1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_counts_in_one_agreement_whichever_comes_or_ends() {
    let world = World::new().await;
    let (anna, jonas, mia) = (world.user("anna"), world.user("jonas"), world.user("mia"));
    let (older, newer) = (Uuid::now_v7(), Uuid::now_v7());
    let of = |id, minutes: u32| {
        with(
            &agreement(&world, id),
            json!({"targets": [{"metric": "resolution", "minutes": minutes, "percent": 95}]}),
        )
    };
    import(&world, &[of(older, 240)]).await.unwrap();
    for _ in 0..2 {
        let ticket = anna.file("it squeaks").await;
        change(jonas, &ticket, &json!({"state": "resolved"}))
            .await
            .expect(200);
    }
    assert_eq!(kept(mia, older).await, Some((2, 2)));
    // A newer one of the same days takes them over, with the same promise and with another.
    for minutes in [240, 300] {
        let line = with(
            &of(newer, minutes),
            json!({"said_at": "2026-06-01T00:00:00Z"}),
        );
        import(&world, &[line]).await.unwrap();
        assert_eq!(kept(mia, newer).await, Some((2, 2)), "{minutes}");
        assert_eq!(kept(mia, older).await, None, "{minutes}");
    }
    // Ended before they were filed it counts none, nor does one that is the customer's no more.
    let ended = json!({"said_at": "2026-06-01T00:00:00Z", "ends_on": "2026-02-01"});
    import(&world, &[with(&of(newer, 300), ended)])
        .await
        .unwrap();
    assert_eq!(kept(mia, newer).await, None);
    assert_eq!(kept(mia, older).await, Some((2, 2)));
    let moved = json!({"customer_id": world.ids["south"]});
    import(&world, &[with(&of(older, 240), moved)])
        .await
        .unwrap();
    assert_eq!(kept(world.user("dora"), older).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_goes_to_another_customer_counts_there() {
    let world = World::new().await;
    let (anna, jonas, carl) = (world.user("anna"), world.user("jonas"), world.user("carl"));
    let (north, south) = (Uuid::now_v7(), Uuid::now_v7());
    let theirs = json!({"customer_id": world.ids["south"]});
    let both = [
        agreement(&world, north),
        with(&agreement(&world, south), theirs),
    ];
    import(&world, &both).await.unwrap();
    let ticket = anna.file("it squeaks").await;
    change(jonas, &ticket, &json!({"state": "resolved"}))
        .await
        .expect(200);
    assert_eq!(kept(anna, north).await, Some((1, 1)));
    let line = json!({"type": "ticket", "id": ticket["id"], "kind": ticket["kind"],
        "state": "resolved", "subject": ticket["subject"],
        "requester": {"id": carl.id}, "customer_id": world.ids["south"]});
    import(&world, &[line]).await.unwrap();
    assert_eq!(kept(anna, north).await, None);
    assert_eq!(kept(carl, south).await, Some((1, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_made_again_has_another_version() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    import(&world, &[agreement(&world, Uuid::now_v7())])
        .await
        .unwrap();
    let ticket = anna.file("it squeaks").await;
    let mut versions = Vec::new();
    for (api, state) in [
        (jonas, "acknowledged"),
        (jonas, "pending"),
        (anna, "closed"),
        (anna, "acknowledged"),
    ] {
        change(api, &ticket, &json!({"state": state}))
            .await
            .expect(200);
        let all = clocks(anna, &ticket).await.into_iter();
        let of = all.filter(|one| one["metric"] == "resolution");
        versions.extend(of.map(|one| one["version"].as_str().unwrap().to_owned()));
    }
    assert_eq!(versions.len(), 3, "closed by the customer it has none");
    let mut distinct = versions.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), versions.len(), "{versions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_side_moved_it_is_what_he_was_then() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let agreed = Uuid::now_v7();
    import(&world, &[agreement(&world, agreed)]).await.unwrap();
    let ticket = anna.file("never mind").await;
    change(anna, &ticket, &json!({"state": "closed"}))
        .await
        .expect(200);
    assert!(clocks(jonas, &ticket).await.is_empty(), "given up");
    world.change_user("anna", "agent", None, &[]).await;
    // All its tickets are timed anew.
    let renewed = with(&agreement(&world, agreed), json!({"title": "Care plus"}));
    import(&world, &[renewed]).await.unwrap();
    assert!(clocks(jonas, &ticket).await.is_empty(), "still given up");
}
