//! Nothing that a backend or user writes leads a request to another place.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "support/written.rs"]
mod written;

use rapport_connector::{Connector, Remote};
use rapport_domain::Intent;

fn connector() -> Connector {
    Connector::parse(include_str!("../../../profiles/rapport.json"))
        .unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[test]
fn a_cursor_cannot_break_out_of_its_place() {
    let call = connector().pull(Some("a&limit=1#/../ä?"));
    assert_eq!(
        call.url,
        "api/v1/changes?limit=500&since=a%26limit%3D1%23%2F..%2F%C3%A4%3F"
    );
}

#[test]
fn an_attachment_is_fetched_by_its_id() {
    let call = connector()
        .download(&written::attachment())
        .expect("a call");
    assert_eq!(
        call.url,
        "api/v1/attachments/0198f3a2-7c11-7d3e-9f00-000000000003/content"
    );
    let mut odd = written::attachment();
    odd.stamp.remote_id = Some("..".into());
    assert_eq!(connector().download(&odd), None);
    odd.stamp.remote_id = Some("../../session?x".into());
    let call = connector().download(&odd).expect("a call");
    assert_eq!(call.url, "api/v1/attachments/..%2F..%2Fsession%3Fx/content");
}

/// An id or version from a backend that would lead a request elsewhere, or break a header.
#[test]
fn odd_ids_and_versions_send_nothing_astray() {
    let connector = connector();
    let comment = written::add_comment();
    for id in ["", ".", ".."] {
        let remote = Remote {
            subject_id: Some(id.into()),
            ..Remote::default()
        };
        let call = connector.write(written::operation(5), &comment, &remote);
        assert_eq!(call.expect_err(id).path, "url");
    }
    let remote = Remote {
        subject_id: Some("../session?a#b".into()),
        ..Remote::default()
    };
    let call = connector.write(written::operation(5), &comment, &remote);
    let url = "api/v1/tickets/..%2Fsession%3Fa%23b/comments";
    assert_eq!(call.expect("a call").url, url);
    for media_type in ["text/plain\r\nX-Evil: 1", "texte/ordinaire é"] {
        let mut attachment = written::attachment();
        attachment.media_type = media_type.into();
        let add = Intent::AddAttachment { attachment };
        let call = connector.write(written::operation(6), &add, &Remote::default());
        let call = call.expect("a call");
        assert!(
            !call.headers.iter().any(|(name, _)| name == "Content-Type"),
            "{call:?}"
        );
    }
}

/// `{+ticket}` lets reserved characters through; what they would do to the URL is still refused.
#[test]
fn a_value_in_reserved_expansion_stays_within_the_path() {
    let profile = include_str!("../../../profiles/rapport.json");
    let plain = "api/v1/tickets/{ticket}/comments";
    let reserved = profile.replace(plain, "api/v1/tickets/{+ticket}/comments");
    assert_ne!(profile, reserved);
    let connector = Connector::parse(&reserved).expect("sound");
    let call = |id: &str| {
        let remote = Remote {
            subject_id: Some(id.into()),
            ..Remote::default()
        };
        connector.write(written::operation(5), &written::add_comment(), &remote)
    };
    assert_eq!(
        call("a/b").expect("a call").url,
        "api/v1/tickets/a/b/comments"
    );
    for id in ["1#", "../session", "a/%2e%2E/b", "..\\x"] {
        let made = call(id);
        let harmless = made.as_ref().is_ok_and(|call| call.url.contains("%5C"));
        assert!(made.is_err() || harmless, "{id}: {made:?}");
    }
}
