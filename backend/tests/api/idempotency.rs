//! Sending again does nothing again.

use crate::harness::{World, new_comment, new_ticket};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_answer() {
    let world = World::new().await;
    let anna = world.user("anna");
    let wish = new_ticket("once");
    let post = || {
        anna.request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", "key-1")
            .json(&wish)
    };
    let first = anna.send(post()).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    // What happens meanwhile does not change the answer.
    anna.say(first.body["id"].as_str().unwrap(), "meanwhile")
        .await;
    let again = anna.send(post()).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    for name in ["etag", "location"] {
        assert!(!first.header(name).is_empty());
        assert_eq!(again.header(name), first.header(name));
    }
    assert_eq!(
        first.header("location"),
        format!("/api/v1/tickets/{}", first.body["id"].as_str().unwrap())
    );
    // Over a restart as well: the answer lies with the effect.
    let world = world.restarted().await;
    let anna = world.user("anna");
    let post = anna
        .request(Method::POST, "api/v1/tickets")
        .header("idempotency-key", "key-1")
        .json(&wish);
    assert_eq!(anna.send(post).await.expect(201).body, first.body);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_one_request_of_one_user() {
    let world = World::new().await;
    let (anna, ben) = (world.user("anna"), world.user("ben"));
    let send = |api: &crate::harness::Api, method, path: &str, body| {
        let request = api
            .request(method, path)
            .header("idempotency-key", "shared")
            .json(&body);
        let api = api.clone();
        async move { api.send(request).await }
    };
    let ticket = send(anna, Method::POST, "api/v1/tickets", new_ticket("a"))
        .await
        .expect(201)
        .body;
    send(anna, Method::POST, "api/v1/tickets", new_ticket("b"))
        .await
        .expect_problem(422, "key-reused");
    let path = format!("api/v1/tickets/{}/comments", ticket["id"].as_str().unwrap());
    send(anna, Method::POST, &path, new_comment("c"))
        .await
        .expect_problem(422, "key-reused");
    send(ben, Method::POST, "api/v1/tickets", new_ticket("b"))
        .await
        .expect(201);
    // A refusal does not use up the key: the mended request may have it.
    let faulty = json!({"id": uuid::Uuid::now_v7(), "kind": "incident", "subject": "", "said_at": "2026-11-22T09:00:00Z"});
    let request = |body| {
        anna.request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", "mended")
            .json(&body)
    };
    anna.send(request(faulty.clone()))
        .await
        .expect_problem(422, "invalid");
    let mut mended = faulty;
    mended["subject"] = json!("now with a subject");
    anna.send(request(mended)).await.expect(201);
    for bad in ["", &"x".repeat(256)] {
        let request = anna
            .request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", bad);
        anna.send(request.json(&new_ticket("bad key")))
            .await
            .expect_problem(400, "bad-key");
    }
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_make_one_ticket() {
    let world = World::new().await;
    let anna = world.user("anna");
    let wish = new_ticket("held submit");
    let send = || {
        let request = anna
            .request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", "held")
            .json(&wish);
        async move {
            loop {
                let reply = anna.send(request.try_clone().unwrap()).await;
                if reply.status != 409 {
                    return reply;
                }
                assert_eq!(reply.body["type"], "/problems/in-progress");
                assert_eq!(reply.header("retry-after"), "1");
                tokio::task::yield_now().await;
            }
        }
    };
    let replies = join_all((0..20).map(|_| send())).await;
    let fresh = replies
        .iter()
        .filter(|r| r.header("idempotency-replayed").is_empty())
        .count();
    assert_eq!(fresh, 1);
    for reply in &replies {
        assert_eq!(reply.status, 201, "{}", reply.body);
        assert_eq!(reply.body, replies[0].body);
    }
    let list = anna.get("api/v1/tickets").await.expect(200).body;
    assert_eq!(list.as_array().unwrap().len(), 1);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_without_a_key_make_one_ticket_by_its_id() {
    let world = World::new().await;
    let anna = world.user("anna");
    let wish = new_ticket("double click");
    let replies = join_all((0..20).map(|_| anna.post("api/v1/tickets", &wish))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    let known = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!((made, known), (1, 19));
    // Another content or another author under the id is no repetition.
    let mut other = wish.clone();
    other["subject"] = json!("something else");
    anna.post("api/v1/tickets", &other)
        .await
        .expect_problem(409, "id-taken");
    world
        .user("ben")
        .post("api/v1/tickets", &wish)
        .await
        .expect_problem(409, "id-taken");
    world
        .user("carl")
        .post("api/v1/tickets", &wish)
        .await
        .expect_problem(409, "id-taken");
    let id = wish["id"].as_str().unwrap();
    let path = format!("api/v1/tickets/{id}/comments");
    let comment = new_comment("said");
    anna.post(&path, &comment).await.expect(201);
    anna.post(&path, &comment).await.expect(200);
    let mut other = comment.clone();
    other["text"] = json!("said otherwise");
    anna.post(&path, &other)
        .await
        .expect_problem(409, "id-taken");
    let comments = anna.get(&path).await.expect(200).body;
    assert_eq!(comments.as_array().unwrap().len(), 1);
    world.server.end().await;
}

/// An upload takes its time, so a second request with its key meets it on the way.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_in_progress_until_it_is_done() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ticket = anna.file("with a file").await;
    let path = format!(
        "api/v1/tickets/{}/attachments?id={}&name=a.bin&said_at=2026-11-22T09:00:00Z",
        ticket["id"].as_str().unwrap(),
        uuid::Uuid::now_v7()
    );
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    let slow = anna
        .request(Method::POST, &path)
        .header("idempotency-key", "upload")
        .body(reqwest::Body::wrap_stream(receiver));
    let slow = tokio::spawn(crate::harness::send(slow));
    sender.unbounded_send(Ok(vec![1; 1000])).unwrap();
    let second = || {
        anna.request(Method::POST, &path)
            .header("idempotency-key", "upload")
            .body(vec![1; 2000])
    };
    // The first one is on its way as soon as its bytes lie in the directory of incoming files.
    let incoming = world.scratch.0.join("data.sqlite.files/incoming");
    let arrived = async {
        while std::fs::read_dir(&incoming).unwrap().count() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), arrived)
        .await
        .unwrap();
    let reply = anna.send(second()).await;
    reply.expect_problem(409, "in-progress");
    sender.unbounded_send(Ok(vec![1; 1000])).unwrap();
    drop(sender);
    let first = slow.await.unwrap().expect(201);
    let again = anna.send(second()).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    let other = anna
        .request(Method::POST, &path)
        .header("idempotency-key", "upload")
        .body("other bytes");
    anna.send(other).await.expect_problem(422, "key-reused");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_kept_for_thirty_days_at_least() {
    const { assert!(rapport_backend::idempotency::KEEP >= 30 * rapport_backend::time::DAY) };
    let world = World::new().await;
    let anna = world.user("anna");
    let wish = new_ticket("old");
    let post = || {
        anna.request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", "old")
            .json(&wish)
    };
    anna.send(post()).await.expect(201);
    let age = |days: i64| {
        let at = rapport_backend::time::Time::now().plus(-days * rapport_backend::time::DAY);
        async move {
            let mut tx = world.db().write().await.unwrap();
            sqlx::query("UPDATE idempotency SET created_at = ?")
                .bind(at.0)
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            world.restarted().await
        }
    };
    let world = age(31).await;
    let anna = world.user("anna");
    let post = || {
        anna.request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", "old")
            .json(&wish)
    };
    assert_eq!(
        anna.send(post())
            .await
            .expect(201)
            .header("idempotency-replayed"),
        "true"
    );
    world.server.end().await;
}

/// Effect and answer stand or fall together: when one of them cannot be written, neither is.
#[tokio::test(flavor = "multi_thread")]
async fn no_effect_without_its_answer() {
    let world = World::new().await;
    let anna = world.user("anna");
    let wish = new_ticket("both or none");
    let path = format!("api/v1/tickets/{}", wish["id"].as_str().unwrap());
    let send = || {
        let post = anna
            .request(Method::POST, "api/v1/tickets")
            .header("idempotency-key", "both");
        anna.send(post.json(&wish))
    };
    for table in ["idempotency", "sight"] {
        let execute = async |statement: String| {
            let mut tx = world.db().write().await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        };
        execute(format!(
            "CREATE TRIGGER broken BEFORE INSERT ON {table}
             BEGIN SELECT raise(ABORT, 'secret words of the disk'); END"
        ))
        .await;
        let reply = send().await.expect_problem(500, "internal");
        assert!(!reply.body.to_string().contains("secret"), "{}", reply.body);
        anna.get(&path).await.expect_problem(404, "not-found");
        execute("DROP TRIGGER broken".to_owned()).await;
    }
    let made = send().await.expect(201);
    assert_eq!(made.header("idempotency-replayed"), "");
    world.server.end().await;
}
