//! Writing services, forms and announcements.

use crate::harness::{Mirror, World, announcement, form, service};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_changes_and_deletes() {
    let world = World::new().await;
    let (ada, carl) = (world.user("ada"), world.user("carl"));
    let mut mirror = Mirror::default();
    mirror.pull(carl, 100).await;
    for (list, body) in [
        ("services", service("new", json!([]))),
        ("forms", form(None)),
        ("announcements", announcement("new", json!([]))),
    ] {
        let id = Uuid::now_v7();
        let path = format!("api/v1/{list}/{id}");
        let put = |header: Option<(&'static str, String)>, body: &serde_json::Value| {
            let mut request = ada.request(Method::PUT, &path).json(body);
            if let Some((name, value)) = header {
                request = request.header(name, value);
            }
            ada.send(request)
        };
        let anew = Some(("if-none-match", "*".to_owned()));
        put(None, &body)
            .await
            .expect_problem(428, "precondition-required");
        put(Some(("if-match", "\"1\"".to_owned())), &body)
            .await
            .expect_problem(404, "not-found");
        let made = put(anew.clone(), &body).await.expect(201);
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.body[name], value, "{list} {name}");
        }
        let there = put(anew.clone(), &body).await.expect_problem(412, "stale");
        assert_eq!(there.body["current"], made.body);
        mirror.pull(carl, 100).await;
        assert!(mirror.has(&json!(id)));
        let tag = made.header("etag").to_owned();
        let mut odd = body.clone();
        odd["colour"] = json!("red");
        let reply = put(Some(("if-match", tag.clone())), &odd)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(reply.error_fields(), ["colour"]);
        let same = put(Some(("if-match", tag.clone())), &body)
            .await
            .expect(200);
        assert_eq!(same.body, made.body);
        let delete = |tag: &str| {
            ada.send(
                ada.request(Method::DELETE, &path)
                    .header("if-match", tag.to_owned()),
            )
        };
        delete("\"77\"").await.expect_problem(412, "stale");
        delete(&tag).await.expect(204);
        carl.get(&path).await.expect_problem(404, "not-found");
        mirror.pull(carl, 100).await;
        assert!(!mirror.has(&json!(id)));
        // Made anew, its version has moved on.
        let anew = put(anew, &body).await.expect(201).body;
        assert_ne!(anew["version"], made.body["version"]);
        mirror.pull(carl, 100).await;
        assert!(mirror.has(&json!(id)));
    }
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faulty_entries_are_refused_by_field() {
    let world = World::new().await;
    let ada = world.user("ada");
    let put = |list: &str, body: serde_json::Value| {
        let path = format!("api/v1/{list}/{}", Uuid::now_v7());
        ada.send(
            ada.request(Method::PUT, &path)
                .header("if-none-match", "*")
                .json(&body),
        )
    };
    let mut bad = service(" ", json!([{"role": "boss"}]));
    bad["name"] = json!({"default": " "});
    bad["lifecycle"] = json!("asleep");
    bad["reviewed_on"] = json!("2026-02-30");
    let reply = put("services", bad).await.expect_problem(422, "invalid");
    assert_eq!(
        reply.error_fields(),
        [
            "name.default",
            "lifecycle",
            "audience[0].role",
            "reviewed_on"
        ]
    );
    let mut bad = form(None);
    bad["ticket_kind"] = json!("wish");
    bad["fields"][1]["key"] = json!("subject");
    bad["fields"][2]["kind"]["options"] = json!([]);
    bad["fields"][3]["visible_when"]["field"] = json!("nothing");
    bad["fields"][4]["kind"]["earliest"] = json!("tomorrow");
    let reply = put("forms", bad).await.expect_problem(422, "invalid");
    assert_eq!(
        reply.error_fields(),
        [
            "ticket_kind",
            "fields[1].key",
            "fields[2].kind.options",
            "fields[3].visible_when.field",
            "fields[4].kind.earliest"
        ]
    );
    let mut bad = form(None);
    bad["fields"][0]["kind"]["type"] = json!("colour");
    put("forms", bad).await.expect_problem(422, "invalid");
    let mut bad = announcement("x", json!([]));
    bad["severity"] = json!("loud");
    bad["ends_at"] = json!("2020-01-01T00:00:00Z");
    let reply = put("announcements", bad)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(reply.error_fields(), ["severity", "ends_at"]);
    world.server.end().await;
}
