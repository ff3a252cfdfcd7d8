//! The demonstration.

use crate::harness::{Api, Mirror, Scratch, new_comment, new_ticket, send};
use rapport_backend::{Running, ServeConfig, serve};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

async fn demo(database: &Path, adjust: impl FnOnce(&mut ServeConfig)) -> Running {
    let mut config = ServeConfig::local(database.to_owned());
    config.demo = true;
    adjust(&mut config);
    serve(config).await.unwrap()
}

async fn sign_in(server: &Running, login: &str) -> Api {
    let url = server.url();
    let http = reqwest::Client::new();
    let body = json!({"login": login, "password": "demo", "bearer": true});
    let session = send(http.post(format!("{url}api/v1/session")).json(&body))
        .await
        .expect(200)
        .body;
    Api {
        http,
        url,
        id: session["user"]["id"].as_str().unwrap().to_owned(),
        token: session["token"].as_str().unwrap().to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_filled_with_everything() {
    let scratch = Scratch::new();
    let server = demo(&scratch.database(), |_| {}).await;
    let ada = sign_in(&server, "ada").await;
    let mut mirror = Mirror::default();
    mirror.pull(&ada, 1000).await;
    let of = |kind: &str| -> Vec<&Value> {
        mirror
            .records
            .iter()
            .filter(|((k, _), _)| k == kind)
            .map(|(_, record)| record)
            .collect()
    };
    assert_eq!(of("customer").len(), 3);
    assert_eq!(of("user").len(), 8);
    assert_eq!(of("service").len(), 14);
    assert!(of("form").len() >= 10);
    assert_eq!(of("ticket").len(), 402);
    assert_eq!(of("announcement").len(), 4);
    assert!(of("comment").len() > 1000 && of("ticket_change").len() > 1000);
    assert!(of("attachment").len() > 20);
    let words = |kind: &str, field: &str| -> BTreeSet<String> {
        of(kind)
            .iter()
            .filter_map(|r| r[field].as_str().map(ToOwned::to_owned))
            .collect()
    };
    for state in [
        "acknowledged",
        "rejected",
        "pending",
        "held",
        "in_progress",
        "cancelled",
        "resolved",
        "closed",
    ] {
        assert!(words("ticket", "state").contains(state), "{state}");
    }
    assert_eq!(words("ticket", "kind").len(), 3);
    for stage in rapport_domain::ComplaintStage::KNOWN {
        assert!(
            words("complaint", "stage").contains(stage.as_str()),
            "{stage}"
        );
    }
    assert!(words("service", "lifecycle").contains("retiring"));
    assert!(words("announcement", "severity").contains("outage"));
    let kinds: BTreeSet<&str> = of("form")
        .iter()
        .flat_map(|form| form["fields"].as_array().unwrap())
        .map(|field| field["kind"]["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.len(), 8, "{kinds:?}");
    for (key, record) in &mirror.records {
        let text = record.to_string();
        assert!(
            !text.contains("\"@") && !text.to_lowercase().contains("lorem"),
            "{key:?}: {text}"
        );
        if key.0 == "ticket" || key.0 == "comment" {
            assert!(
                !text.contains("{p") && !text.contains("{n") && !text.contains("{d"),
                "{text}"
            );
            assert!(record["said_at"].as_str() <= record["received_at"].as_str());
        }
    }
    // Each customer account finds open tickets of its own and something that waits for it.
    for login in ["anna", "ben", "mia", "carl", "dora"] {
        let api = sign_in(&server, login).await;
        let own: Vec<String> = api
            .everything()
            .await
            .iter()
            .filter(|((kind, _), record)| kind == "ticket" && record["requester"]["id"] == api.id)
            .map(|(_, record)| record["state"].as_str().unwrap().to_owned())
            .collect();
        for state in ["pending", "in_progress", "resolved", "closed"] {
            assert!(own.iter().any(|s| s == state), "{login}: {state}");
        }
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_makes_the_same_data() {
    async fn content(seed: u64) -> BTreeMap<String, (String, String)> {
        let scratch = Scratch::new();
        let server = demo(&scratch.database(), |config| config.demo_seed = seed).await;
        let jonas = sign_in(&server, "jonas").await;
        let mut mirror = Mirror::default();
        mirror.pull(&jonas, 1000).await;
        server.end().await;
        mirror
            .records
            .into_iter()
            .filter(|((kind, _), _)| kind == "ticket" || kind == "comment")
            .map(|((_, id), record)| {
                let words = record["subject"]
                    .as_str()
                    .or(record["text"].as_str())
                    .unwrap();
                // Days in the words move with the day of filling, which the test may cross.
                (id, (record["state"].to_string(), words.to_owned()))
            })
            .collect()
    }
    let (one, again, other) = (content(1).await, content(1).await, content(2).await);
    assert_eq!(one, again);
    assert_ne!(one.keys().next(), other.keys().next());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tickets_and_words_are_answered_once_over_restarts() {
    let scratch = Scratch::new();
    let quick = |config: &mut ServeConfig| config.demo_delay_ms = 200;
    let server = demo(&scratch.database(), quick).await;
    let carl = sign_in(&server, "carl").await;
    let wish = new_ticket("Der Drucker auf der Station druckt nicht");
    let ticket = carl.post("api/v1/tickets", &wish).await.expect(201).body;
    let path = format!("api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let comments = format!("{path}/comments");
    async fn answers(api: &Api, comments: &str, count: usize) -> Vec<Value> {
        let waiting = async {
            loop {
                let list = api.get(comments).await.expect(200).body;
                let list: Vec<Value> = list
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|c| c["author"]["role"] == "agent")
                    .cloned()
                    .collect();
                if list.len() >= count {
                    return list;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waiting)
            .await
            .unwrap()
    }
    let first = answers(&carl, &comments, 1).await;
    assert!(
        first[0]["text"]
            .as_str()
            .unwrap()
            .starts_with("Guten Tag Carl"),
        "{}",
        first[0]
    );
    assert_eq!(first[0]["author"]["name"], "Jonas Weber");
    let now = carl.get(&path).await.expect(200).body;
    assert_eq!(now["state"], "in_progress");
    assert_eq!(now["assignee"]["name"], "Jonas Weber");
    carl.post(&comments, &new_comment("Danke für die schnelle Antwort"))
        .await
        .expect(201);
    server.end().await;
    let server = demo(&scratch.database(), quick).await;
    let carl = sign_in(&server, "carl").await;
    let second = answers(&carl, &comments, 2).await;
    assert!(second.iter().any(|c| {
        c["text"]
            .as_str()
            .unwrap()
            .starts_with("Gern geschehen, Carl")
    }));
    server.end().await;
    // Some more rounds over a restart: nothing is said twice. A second ticket shows that it went round.
    let server = demo(&scratch.database(), quick).await;
    let carl = sign_in(&server, "carl").await;
    let later = carl
        .post("api/v1/tickets", &new_ticket("The screen stays black"))
        .await
        .expect(201)
        .body;
    let later = format!("api/v1/tickets/{}/comments", later["id"].as_str().unwrap());
    let reply = answers(&carl, &later, 1).await;
    assert!(reply[0]["text"].as_str().unwrap().starts_with("Hello Carl"));
    assert_eq!(answers(&carl, &comments, 2).await.len(), 2);
    let tickets = carl.get("api/v1/tickets?limit=500").await.expect(200).body;
    let untouched = tickets
        .as_array()
        .unwrap()
        .iter()
        .filter(|t| t["state"] == "acknowledged")
        .count();
    assert!(untouched > 0, "tickets of the filling are left as they are");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_data_is_never_mixed_with_it() {
    let world = crate::harness::World::new().await;
    let database = world.scratch.database();
    world.server.end().await;
    let mut config = ServeConfig::local(database);
    config.demo = true;
    let error = serve(config).await.unwrap_err().to_string();
    assert!(error.contains("use --demo with a new file"), "{error}");
}
