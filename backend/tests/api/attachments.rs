//! Files on tickets.

use crate::harness::{Api, Reply, World, send};
use futures::StreamExt as _;
use reqwest::Method;
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use uuid::Uuid;

fn path(ticket: &str, id: Uuid, name: &str) -> String {
    format!("api/v1/tickets/{ticket}/attachments?id={id}&name={name}&said_at=2026-11-22T09:00:00Z")
}

async fn attach(api: &Api, path: &str, media: &str, bytes: Vec<u8>) -> Reply {
    let request = api
        .request(Method::POST, path)
        .header("content-type", media);
    api.send(request.body(bytes)).await
}

fn stored(world: &World) -> usize {
    let root = world.scratch.0.join("data.sqlite.files");
    assert_eq!(
        std::fs::read_dir(root.join("incoming")).unwrap().count(),
        0,
        "nothing half received"
    );
    std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name() != "incoming")
        .map(|entry| std::fs::read_dir(entry.path()).unwrap().count())
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_come_back_as_a_download() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ticket = anna.file("with files").await;
    let ticket = ticket["id"].as_str().unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let id = Uuid::now_v7();
    let target = path(ticket, id, "Gr%C3%B6%C3%9Fe%20%221%22.html");
    let made = attach(anna, &target, "text/html; charset=utf-8", bytes.clone())
        .await
        .expect(201);
    let digest = Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect::<String>();
    assert_eq!(made.body["sha256"], digest);
    assert_eq!(made.body["size"], bytes.len());
    assert_eq!(made.body["name"], "Größe \"1\".html");
    assert_eq!(made.body["media_type"], "text/html");
    assert_eq!(made.body["by"]["id"], anna.id);
    let content = format!("api/v1/attachments/{id}/content");
    let response = world
        .user("jonas")
        .request(Method::GET, &content)
        .send()
        .await
        .unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-type"), "text/html");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"Gr__e _1_.html\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.html"
    );
    assert!(header("content-security-policy").contains("default-src 'none'"));
    let tag = header("etag");
    assert_eq!(tag, format!("\"{digest}\""));
    assert_eq!(response.bytes().await.unwrap(), bytes);
    let known = anna
        .request(Method::GET, &content)
        .header("if-none-match", tag);
    anna.send(known).await.expect(304);
    // Sent again: the same. Other bytes under the id: refused, and not kept.
    attach(anna, &target, "text/html", bytes.clone())
        .await
        .expect(200);
    attach(anna, &target, "text/html", vec![1])
        .await
        .expect_problem(409, "id-taken");
    assert_eq!(stored(&world), 1);
    let list = anna
        .get(&format!("api/v1/tickets/{ticket}/attachments"))
        .await
        .expect(200)
        .body;
    assert_eq!(list.as_array().unwrap().len(), 1);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_breaks_off_leaves_nothing() {
    let world = World::with(|config| config.max_attachment = 100_000).await;
    let anna = world.user("anna");
    let ticket = anna.file("with files").await;
    let ticket = ticket["id"].as_str().unwrap();
    let target = || path(ticket, Uuid::now_v7(), "a.bin");
    attach(anna, &target(), "text/plain", vec![0; 100_000])
        .await
        .expect(201);
    attach(anna, &target(), "text/plain", vec![0; 100_001])
        .await
        .expect_problem(413, "too-large");
    // Without a length it is noticed on the way.
    let chunks = futures::stream::iter((0..200).map(|_| Ok::<_, std::io::Error>(vec![0_u8; 1000])));
    let request = anna
        .request(Method::POST, &target())
        .body(reqwest::Body::wrap_stream(chunks));
    if let Ok(response) = request.send().await {
        assert_eq!(response.status(), 413);
    }
    let broken = futures::stream::iter([Ok(vec![0_u8; 1000]), Err(std::io::Error::other("gone"))]);
    let request = anna
        .request(Method::POST, &target())
        .body(reqwest::Body::wrap_stream(broken));
    assert!(request.send().await.is_err());
    // The server notices the broken one when it likes; its answer to the next request shows it did.
    let cleaned = async {
        let incoming = world.scratch.0.join("data.sqlite.files/incoming");
        while std::fs::read_dir(&incoming).unwrap().count() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), cleaned)
        .await
        .unwrap();
    assert_eq!(stored(&world), 1);
    let list = anna
        .get(&format!("api/v1/tickets/{ticket}/attachments"))
        .await
        .expect(200)
        .body;
    assert_eq!(list.as_array().unwrap().len(), 1);
    world.server.end().await;
}

/// A network that goes away without a word leaves the connection open: the request must end all the
/// same, or its key would be in progress for ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_still_is_given_up_and_can_be_sent_again() {
    let world = World::with(|config| config.idle_ms = 300).await;
    let anna = world.user("anna");
    let ticket = anna.file("with files").await;
    let target = path(ticket["id"].as_str().unwrap(), Uuid::now_v7(), "a.bin");
    let still = || {
        let begun = futures::stream::iter([Ok::<_, std::io::Error>(vec![b' '; 1000])]);
        reqwest::Body::wrap_stream(begun.chain(futures::stream::pending()))
    };
    let upload = || {
        let request = anna.request(Method::POST, &target);
        request.header("idempotency-key", "still")
    };
    let filing = anna
        .request(Method::POST, "api/v1/tickets")
        .header("content-type", "application/json");
    let halves = futures::future::join(send(upload().body(still())), send(filing.body(still())));
    let (upload_half, filing_half) = tokio::time::timeout(Duration::from_secs(20), halves)
        .await
        .unwrap();
    upload_half.expect_problem(400, "incomplete");
    filing_half.expect_problem(400, "incomplete");
    assert_eq!(stored(&world), 0);
    let whole = upload().body(vec![b' '; 2000]);
    assert_eq!(send(whole).await.expect(201).body["size"], 2000);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_comments_are_checked() {
    let world = World::new().await;
    let (anna, jonas) = (world.user("anna"), world.user("jonas"));
    let ticket = anna.file("with files").await;
    let ticket = ticket["id"].as_str().unwrap();
    let annas = anna.say(ticket, "see the file").await;
    let jonass = jonas.say(ticket, "which file?").await;
    for (extra, field) in [
        ("..%2Fetc%2Fpasswd", "name"),
        ("a%0Ab", "name"),
        ("%20", "name"),
        (
            &format!("a&comment_id={}", jonass["id"].as_str().unwrap())[..],
            "comment_id",
        ),
        (
            &format!("a&comment_id={}", Uuid::now_v7())[..],
            "comment_id",
        ),
    ] {
        let target = path(ticket, Uuid::now_v7(), extra);
        let reply = attach(anna, &target, "text/plain", vec![1])
            .await
            .expect_problem(422, "invalid");
        assert_eq!(reply.error_fields(), [field], "{extra}");
    }
    let target = path(
        ticket,
        Uuid::now_v7(),
        &format!("a&comment_id={}", annas["id"].as_str().unwrap()),
    );
    let made = attach(anna, &target, "not a media type", vec![1])
        .await
        .expect(201)
        .body;
    assert_eq!(made["comment_id"], annas["id"]);
    assert_eq!(made["media_type"], "application/octet-stream");
    attach(
        anna,
        &format!("api/v1/tickets/{ticket}/attachments?name=a"),
        "text/plain",
        vec![1],
    )
    .await
    .expect_problem(400, "bad-query");
    let record = format!("api/v1/tickets/{ticket}");
    let version = anna.get(&record).await.body["version"].clone();
    let close = serde_json::json!({"state": "closed"});
    anna.patch(&record, version.as_str().unwrap(), &close)
        .await
        .expect(200);
    let target = path(ticket, Uuid::now_v7(), "late");
    attach(anna, &target, "text/plain", vec![1])
        .await
        .expect_problem(409, "ticket-closed");
    assert_eq!(stored(&world), 1);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_sweeps_what_a_crash_left() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ticket = anna.file("with files").await;
    let target = path(ticket["id"].as_str().unwrap(), Uuid::now_v7(), "kept");
    let made = attach(anna, &target, "text/plain", b"kept".to_vec())
        .await
        .expect(201)
        .body;
    let root = world.scratch.0.join("data.sqlite.files");
    std::fs::write(root.join("incoming/half"), "half").unwrap();
    std::fs::create_dir_all(root.join("ff")).unwrap();
    std::fs::write(root.join("ff/ffff"), "whole, but no row names it").unwrap();
    let world = world.restarted().await;
    assert_eq!(stored(&world), 1);
    let content = format!(
        "api/v1/attachments/{}/content",
        made["id"].as_str().unwrap()
    );
    let reply = send(world.user("anna").request(Method::GET, &content)).await;
    assert_eq!(reply.status, 200);
    world.server.end().await;
}
