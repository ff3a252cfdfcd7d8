//! Replies that are no answer of the backend: pages of proxies and hotspots, cut and mixed-up replies.
//! What the user wrote must neither count as sent nor be refused because of them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/written.rs"]
mod written;

use fixture::Fixture;
use rapport_connector::{Connector, HttpReply, Refusal};
use rapport_domain::Intent;
use serde_json::json;
use uuid::Uuid;

fn connector() -> Connector {
    Connector::parse(include_str!("../../../profiles/rapport.json"))
        .unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> HttpReply {
    HttpReply {
        status,
        headers: headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    }
}

/// A hotspot's or proxy's 404 must not make us send a second time.
#[test]
fn a_foreign_page_is_no_proof_of_absence() {
    let connector = connector();
    let create = written::create_ticket();
    for (status, headers) in [
        (404, &[("content-type", "text/html")][..]),
        (404, &[]),
        (502, &[]),
    ] {
        let page = reply(status, headers, "<!doctype html><title>Not Found</title>");
        let answer = connector.read_look_up(&create, &page);
        let unknown = [
            matches!(answer, Err(Refusal::NotAnAnswer { .. })),
            matches!(answer, Err(Refusal::Retry { .. })),
        ];
        assert!(unknown.contains(&true), "{answer:?}");
    }
}

#[test]
fn a_page_with_status_200_is_no_answer() {
    let connector = connector();
    let portal = "<!doctype html><title>Sign in to the hotel's network</title>";
    let created = Fixture::load("create-ticket").reply();
    let cut = String::from_utf8(created.body).expect("text");
    let cut = cut.get(..cut.len() / 2).expect("half").to_owned();
    let json = [("content-type", "application/json; charset=utf-8")];
    let intent = written::create_ticket();
    for (headers, body) in [
        (&[("content-type", "text/html")][..], portal),
        (&[], portal),
        (&json[..], portal),
        (&json[..], cut.as_str()),
        (&json[..], ""),
        (&json[..], "null"),
        (&[], ""),
    ] {
        let page = reply(200, headers, body);
        let no_answer = |refusal: Refusal| {
            assert!(
                matches!(refusal, Refusal::NotAnAnswer { .. }),
                "{body}: {refusal:?}"
            );
        };
        no_answer(connector.read_pull(&page).expect_err("no answer"));
        no_answer(connector.read_sign_in(&page).expect_err("no answer"));
        no_answer(connector.read_who_am_i(&page).expect_err("no answer"));
        no_answer(
            connector
                .read_look_up(&intent, &page)
                .expect_err("no answer"),
        );
        no_answer(connector.read_write(&intent, &page).expect_err("no answer"));
    }
    for status in [0, 302, 304] {
        let refusal = connector
            .read_write(&intent, &reply(status, &[], ""))
            .expect_err("no answer");
        assert!(
            matches!(refusal, Refusal::NotAnAnswer { .. }),
            "{status}: {refusal:?}"
        );
    }
}

#[test]
fn only_json_that_says_so_and_only_the_record_that_was_meant_is_an_answer() {
    let connector = connector();
    let intent = written::create_ticket();
    let mut page = Fixture::load("create-ticket").reply();
    assert!(connector.read_write(&intent, &page).is_ok());
    let mut other = written::ticket();
    other.id.0 = Uuid::from_u128(7);
    let other = Intent::CreateTicket { ticket: other };
    let mixed_up = connector
        .read_write(&other, &page)
        .expect_err("another one's reply");
    assert!(
        matches!(mixed_up, Refusal::NotAnAnswer { .. }),
        "{mixed_up:?}"
    );
    page.headers = vec![("content-type".into(), "text/html".into())];
    let refusal = connector.read_write(&intent, &page).expect_err("no answer");
    assert!(
        matches!(refusal, Refusal::NotAnAnswer { .. }),
        "{refusal:?}"
    );
    for headers in [&[][..], &[("content-type", "application/vnd.other+json")]] {
        let refusal = connector
            .read_look_up(&intent, &reply(404, headers, ""))
            .expect_err("no answer");
        assert!(
            matches!(refusal, Refusal::NotAnAnswer { .. }),
            "{refusal:?}"
        );
    }
}

#[test]
fn a_proxys_page_does_not_park_what_the_user_wrote() {
    let page = reply(403, &[("content-type", "text/html")], "<h1>Blocked</h1>");
    let refusal = connector()
        .read_write(&written::add_comment(), &page)
        .expect_err("no answer");
    assert!(
        matches!(refusal, Refusal::NotAnAnswer { .. }),
        "{refusal:?}"
    );
    let gateway = reply(413, &[("content-type", "text/html")], "<h1>Too large</h1>");
    let refusal = connector()
        .read_write(&written::add_attachment(), &gateway)
        .expect_err("refused");
    assert!(
        matches!(refusal, Refusal::Rejected { status: 413, .. }),
        "{refusal:?}"
    );
}

#[test]
fn what_is_still_in_progress_is_asked_again() {
    let problem = json!({"type": "/problems/in-progress", "status": 409}).to_string();
    let headers = [
        ("content-type", "application/problem+json"),
        ("retry-after", "1"),
    ];
    let refusal =
        connector().read_write(&written::create_ticket(), &reply(409, &headers, &problem));
    assert_eq!(
        refusal,
        Err(Refusal::Retry {
            status: 409,
            after_ms: Some(1000)
        })
    );
}
