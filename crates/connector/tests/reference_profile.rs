//! The profile of the reference backend against what that backend really answered: every function of
//! the connector is replayed on recorded exchanges (`profiles/fixtures/record.py`).

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
use rapport_connector::{
    Auth, Body, Connector, Dedupe, HttpReply, LookedUp, Refusal, Remote, Verb, Written,
};
use rapport_domain::plain::{Fields, schema};
use rapport_domain::schema::Uses;
use rapport_domain::{
    Date, Entity, FieldKind, Intent, Kind, PersonRef, Record, RecordEdit, Role, Stamp, TicketState,
    Urgency, UserId,
};
use uuid::Uuid;

fn connector() -> Connector {
    Connector::parse(include_str!("../../../profiles/rapport.json"))
        .unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn remote() -> Remote {
    Remote {
        me: written::anna().id,
        ..Remote::default()
    }
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

fn edit(edit: RecordEdit) -> Intent {
    Intent::Edit {
        target: Entity::Ticket(written::ticket()).key(),
        base_version: None,
        edit,
    }
}

fn new_subject() -> RecordEdit {
    let base = "Scanner at gate 4 is dead".to_owned();
    RecordEdit::default().with("subject", &base, &"Scanner at gate 4".to_owned())
}

fn version(version: &str) -> Remote {
    Remote {
        subject_version: Some(version.into()),
        ..remote()
    }
}

#[test]
fn it_can_do_everything_there_is() {
    let connector = connector();
    let can = connector.capabilities();
    for kind in Kind::ALL {
        assert!(can.can(kind, Verb::Read), "{kind:?}");
        let own = schema(kind).iter().skip(5);
        let uses = |uses: Uses| own.clone().any(|field| field.uses.has(uses));
        let made = matches!(kind, Kind::Ticket | Kind::Comment | Kind::Attachment);
        let made = made || uses(Uses::GIVEN);
        assert_eq!(can.can(kind, Verb::Create), made, "{kind:?}");
        let changed = kind == Kind::Ticket || uses(Uses::EDITED);
        assert_eq!(can.can(kind, Verb::Update), changed, "{kind:?}");
        for field in own.filter(|field| field.uses.has(Uses::EDITED)) {
            assert!(can.edits(kind, field.name), "{kind:?} {}", field.name);
        }
        assert_eq!(
            can.can(kind, Verb::Download),
            kind == Kind::Attachment,
            "{kind:?}"
        );
    }
    for field in [
        "state",
        "subject",
        "description",
        "impact",
        "urgency",
        "note",
    ] {
        assert!(can.edits(Kind::Ticket, field), "{field}");
    }
    assert!(can.edits_to(Kind::Ticket, "state", "closed"));
    assert!(!can.edits(Kind::Ticket, "assignee"));
    assert_eq!(can.max_attachment(), Some(10_000_000));
    assert_eq!(connector.dedupe(), Dedupe::Key);
    assert_eq!(connector.auth(), &Auth::Cookie);
    assert_eq!(connector.auth().header("t"), None);
    assert_eq!(connector.hints().as_deref(), Some("api/v1/events"));
    assert_eq!(connector.name(), "Rapport reference backend");
    assert!(connector.references(&written::create_ticket()).is_empty());
}

#[test]
fn signing_in_and_out() {
    let connector = connector();
    let signed_in = Fixture::load("sign-in");
    signed_in.assert_sent(&connector.sign_in("anna", "demo"));
    let found = connector
        .read_sign_in(&signed_in.reply())
        .expect("signed in");
    assert_eq!(
        (found.user.id, found.token),
        (written::anna().id.expect("id"), None)
    );
    assert_eq!(found.user.role, Role::CustomerUser);

    let who = Fixture::load("who-am-i");
    who.assert_sent(&connector.who_am_i());
    assert_eq!(
        connector.read_who_am_i(&who.reply()).expect("signed in"),
        found.user
    );
    insta::assert_debug_snapshot!(found.user);

    Fixture::load("sign-out").assert_sent(&connector.sign_out().expect("a call"));
}

#[test]
fn a_wrong_password_is_told_and_an_ended_session_asks_to_sign_in() {
    let connector = connector();
    let wrong = Fixture::load("sign-in-wrong-password");
    wrong.assert_sent(&connector.sign_in("anna", "wrong"));
    assert_eq!(
        connector.read_sign_in(&wrong.reply()).expect_err("wrong"),
        Refusal::SignIn
    );
    let ended = Fixture::load("who-am-i-signed-out");
    assert_eq!(
        connector.read_who_am_i(&ended.reply()),
        Err(Refusal::SignIn)
    );
    assert_eq!(connector.read_pull(&ended.reply()), Err(Refusal::SignIn));
    let comment = written::add_comment();
    assert_eq!(
        connector.read_write(&comment, &ended.reply()),
        Err(Refusal::SignIn)
    );
    let many = reply(429, &[("retry-after", "17")], "");
    let again = Refusal::Retry {
        status: 429,
        after_ms: Some(17_000),
    };
    assert_eq!(connector.read_sign_in(&many), Err(again));
}

#[test]
fn first_pages_hold_every_kind_without_a_problem() {
    let connector = connector();
    let page = Fixture::load("pull-first");
    page.assert_sent(&connector.pull(None));
    let pulled = connector.read_pull(&page.reply()).expect("a page");
    assert_eq!(pulled.problems, []);
    assert!(pulled.more && pulled.gone.is_empty());
    assert_eq!(pulled.cursor.as_deref(), page.body()["cursor"].as_str());
    let changes = page.body()["changes"].as_array().expect("changes");
    assert_eq!(pulled.records.len(), changes.len());
    let desk = connector.read_pull(&Fixture::load("pull-desk").reply());
    let desk = desk.expect("a page");
    assert_eq!(desk.problems, []);
    for kind in Kind::ALL {
        let mut both = pulled.records.iter().chain(&desk.records);
        assert!(both.any(|entity| entity.kind() == kind), "{kind:?}");
    }
    for (entity, change) in pulled.records.iter().zip(changes) {
        assert_eq!(entity.kind().as_str(), change["type"]);
        assert_eq!(entity.key().id.to_string(), change["id"]);
        let stamp = entity.stamp();
        assert_eq!(stamp.version.as_deref(), change["version"].as_str());
        assert_eq!(stamp.remote_id.as_deref(), change["id"].as_str());
        assert!(stamp.received_at.is_some() && stamp.updated_at.0 > 1_700_000_000_000);
    }
    // One of each kind in full; the first, whatever it is.
    for kind in Kind::ALL {
        let mut both = pulled.records.iter().chain(&desk.records);
        let first = both.find(|entity| entity.kind() == kind);
        insta::assert_debug_snapshot!(format!("first_{}", kind.as_str()), first);
    }
}

#[test]
fn every_kind_of_form_field_is_understood() {
    let connector = connector();
    let pulled = connector
        .read_pull(&Fixture::load("pull-first").reply())
        .expect("a page");
    let mut seen = std::collections::BTreeSet::new();
    for entity in &pulled.records {
        let Entity::Form(form) = entity else { continue };
        for field in &form.fields {
            seen.insert(match &field.kind {
                FieldKind::Text { .. } => "text",
                FieldKind::LongText { .. } => "long_text",
                FieldKind::Number { .. } => "number",
                FieldKind::Date { .. } => "date",
                FieldKind::Choice { options } => {
                    assert!(!options.is_empty());
                    "choice"
                }
                FieldKind::MultiChoice { options, .. } => {
                    assert!(!options.is_empty());
                    "multi_choice"
                }
                FieldKind::YesNo => "yes_no",
                FieldKind::File { .. } => "file",
                FieldKind::Other(word) => panic!("“{word}” in {}", form.title.default),
            });
        }
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

#[test]
fn later_pages_follow_the_cursor_and_tell_what_is_gone() {
    let connector = connector();
    let cursor = Fixture::load("pull-first").body()["cursor"]
        .as_str()
        .expect("text")
        .to_owned();
    let next = Fixture::load("pull-next");
    next.assert_sent(&connector.pull(Some(&cursor)));
    assert_eq!(
        connector.read_pull(&next.reply()).expect("a page").problems,
        []
    );

    let after = Fixture::load("pull-after");
    let pulled = connector.read_pull(&after.reply()).expect("a page");
    assert_eq!((pulled.problems.len(), pulled.more), (0, false));
    let gone: Vec<Kind> = pulled.gone.iter().map(|key| key.kind).collect();
    assert_eq!(gone, [Kind::Announcement]);
    let ids: Vec<Uuid> = pulled
        .records
        .iter()
        .map(|entity| entity.key().id)
        .collect();
    for written in [
        written::create_ticket(),
        written::add_comment(),
        written::add_attachment(),
    ] {
        assert!(ids.contains(&written.target().id));
    }
}

#[test]
fn a_lost_cursor_is_told_apart_from_a_record_that_is_gone() {
    let connector = connector();
    let lost = Fixture::load("pull-cursor-lost");
    lost.assert_sent(&connector.pull(Some("AQEIgDP6yEkang")));
    assert_eq!(connector.read_pull(&lost.reply()), Err(Refusal::CursorLost));
    let gone = reply(410, &[("content-type", "application/problem+json")], "{}");
    assert_eq!(
        connector.read_pull(&gone),
        Err(Refusal::Gone { status: 410 })
    );
}

/// The call for an intent is what was sent, and the reply to it is the record.
fn accepted(name: &str, number: u32, intent: &Intent, remote: &Remote) -> Written {
    let connector = connector();
    let exchange = Fixture::load(name);
    let call = connector
        .write(written::operation(number), intent, remote)
        .expect("a call");
    exchange.assert_sent(&call);
    let written = connector
        .read_write(intent, &exchange.reply())
        .expect("accepted");
    let [record] = written.records.as_slice() else {
        panic!("{name} tells the record");
    };
    assert_eq!(record.key(), intent.target());
    assert_eq!(written.remote_id, Some(intent.target().id.to_string()));
    assert!(record.stamp().version.is_some() && record.stamp().received_at.is_some());
    assert_eq!(record.stamp().said_at, written::SAID_AT);
    written
}

#[test]
fn a_ticket_arrives_as_it_was_written_and_a_repetition_is_answered_alike() {
    let intent = written::create_ticket();
    let written = accepted("create-ticket", 1, &intent, &remote());
    let again = accepted("create-ticket-again", 1, &intent, &remote());
    let other = accepted("create-ticket-other-key", 2, &intent, &remote());
    assert!(written == again && again == other);
    let Some(Entity::Ticket(ticket)) = written.records.first() else {
        panic!("a ticket");
    };
    let sent = written::ticket();
    assert_eq!(ticket.answers, sent.answers);
    assert_eq!((&ticket.subject, &ticket.kind), (&sent.subject, &sent.kind));
    assert_eq!((ticket.service, ticket.form), (sent.service, sent.form));
    assert!(ticket.number.is_some() && ticket.priority.is_some());
}

#[test]
fn comment_and_attachment_arrive() {
    accepted("add-comment", 5, &written::add_comment(), &remote());
    let written = accepted("add-attachment", 6, &written::add_attachment(), &remote());
    let Some(Entity::Attachment(found)) = written.records.first() else {
        panic!("an attachment");
    };
    let sent = written::attachment();
    assert_eq!(
        (&found.name, found.size, found.comment),
        (&sent.name, 12, sent.comment)
    );
    let hello = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447";
    assert_eq!(found.sha256.as_deref(), Some(hello));
    let call = connector()
        .write(written::operation(6), &written::add_attachment(), &remote())
        .expect("a call");
    assert_eq!(call.body, Body::Blob(sent.id.to_string()));
}

#[test]
fn an_edit_names_its_version_and_clears_what_was_cleared() {
    let cleared = edit(new_subject().with("urgency", &Some(Urgency::High), &None));
    let written = accepted("edit-ticket", 10, &cleared, &version("2"));
    assert_eq!(written.records[0].stamp().version.as_deref(), Some("3"));
    let closes = RecordEdit::default()
        .with("state", &TicketState::Acknowledged, &TicketState::Closed)
        .because("It was the fuse.");
    let close = edit(closes);
    let written = accepted("close-ticket", 12, &close, &version("3"));
    let Some(Entity::Ticket(ticket)) = written.records.first() else {
        panic!("a ticket");
    };
    assert_eq!(ticket.state, TicketState::Closed);
}

#[test]
fn an_emptied_text_is_sent_as_an_empty_text_and_what_an_edit_stands_on_not_at_all() {
    let emptied = RecordEdit::default()
        .with("description", &"It drops.".to_owned(), &String::new())
        .with("subject", &"VPN".to_owned(), &"VPN".to_owned());
    let call = connector()
        .write(written::operation(8), &edit(emptied), &version("2"))
        .expect("a call");
    let rapport_connector::Body::Text(body) = &call.body else {
        panic!("{call:?}");
    };
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["description"], "");
    assert!(body.get("subject").is_none(), "{body}");
}

#[test]
fn the_version_that_the_user_saw_is_used_where_no_newer_one_is_known() {
    let intent = Intent::Edit {
        target: edit(new_subject()).target(),
        base_version: Some("1".into()),
        edit: new_subject(),
    };
    let call = connector()
        .write(written::operation(8), &intent, &remote())
        .expect("a call");
    Fixture::load("edit-ticket-stale").assert_sent(&call);
    let call = connector()
        .write(written::operation(8), &intent, &version("9"))
        .expect("a call");
    assert!(call.headers.contains(&("If-Match".into(), "\"9\"".into())));
}

#[test]
fn a_stale_edit_is_told_the_record_as_it_is_now() {
    let intent = edit(new_subject());
    let stale = Fixture::load("edit-ticket-stale").reply();
    let refusal = connector().read_write(&intent, &stale).expect_err("stale");
    let Refusal::Stale {
        current: Some(current),
    } = refusal
    else {
        panic!("{refusal:?}");
    };
    assert_eq!(current.key(), intent.target());
    assert_eq!(current.stamp().version.as_deref(), Some("2"));
}

#[test]
fn refusals_are_told_in_the_backends_words() {
    let connector = connector();
    let create = written::create_ticket();
    let comment = written::add_comment();
    let change = edit(new_subject());
    let exchanges = [
        ("create-ticket-invalid", &create),
        ("create-ticket-id-taken", &create),
        ("create-ticket-key-reused", &create),
        ("add-comment-closed", &comment),
        ("add-attachment-too-large", &comment),
        ("edit-ticket-illegal", &change),
        ("edit-ticket-unconditional", &change),
        ("add-comment-no-ticket", &comment),
    ];
    let refusals: Vec<_> = exchanges
        .iter()
        .map(|(name, intent)| {
            (
                name,
                connector
                    .read_write(intent, &Fixture::load(name).reply())
                    .expect_err(name),
            )
        })
        .collect();
    insta::assert_debug_snapshot!(refusals);
}

#[test]
fn a_look_up_finds_what_is_there_and_nothing_else() {
    let connector = connector();
    let create = written::create_ticket();
    let call = connector.look_up(&create, &remote()).expect("a call");
    let absent = Fixture::load("look-up-ticket-absent");
    absent.assert_sent(&call);
    assert_eq!(
        connector.read_look_up(&create, &absent.reply()),
        Ok(LookedUp::Absent)
    );
    let found = Fixture::load("look-up-ticket");
    found.assert_sent(&call);
    let created = accepted("create-ticket", 1, &create, &remote());
    assert_eq!(
        connector.read_look_up(&create, &found.reply()),
        Ok(LookedUp::Found(created))
    );

    let add = written::add_attachment();
    let found = Fixture::load("look-up-attachment");
    found.assert_sent(&connector.look_up(&add, &remote()).expect("a call"));
    let LookedUp::Found(seen) = connector
        .read_look_up(&add, &found.reply())
        .expect("an answer")
    else {
        panic!("it is there");
    };
    assert_eq!(seen.remote_id, Some(add.target().id.to_string()));
    assert_eq!(connector.look_up(&written::add_comment(), &remote()), None);
}

#[test]
fn a_ticket_in_somebody_elses_name_says_so() {
    let ben = UserId(Uuid::from_u128(0xbe));
    let mut ticket = written::ticket();
    ticket.requester = PersonRef {
        id: Some(ben),
        name: "Ben".into(),
    };
    let intent = Intent::CreateTicket { ticket };
    let call = connector()
        .write(written::operation(1), &intent, &remote())
        .expect("a call");
    let Body::Text(body) = call.body else {
        panic!("a body");
    };
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["on_behalf_of"], ben.to_string());
}

#[test]
fn an_anonymous_answer_is_sent_without_key_and_credentials() {
    let exchange = Fixture::load("cast-anonymous-response");
    let body = exchange.body();
    let mut record = Record {
        kind: Kind::AnonymousResponse,
        id: body["id"].as_str().expect("an id").parse().expect("a UUID"),
        stamp: Stamp::said_now(Date::parse("2026-11-22").expect("a day").starts_at()),
        fields: Fields::new(),
    };
    record.set("survey", body["survey_id"].clone());
    record.set("ballot", body["ballot"].clone());
    record.set("answers", body["answers"].clone());
    let intent = Intent::Create {
        record: record.clone(),
    };
    let call = connector()
        .write(written::operation(1), &intent, &Remote::default())
        .expect("a call");
    assert!(call.anonymous);
    let names: Vec<&str> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Accept", "Content-Type"]);
    exchange.assert_sent(&call);
    let written = connector().read_write(&intent, &exchange.reply());
    assert_eq!(written.expect("taken").records.len(), 1);
    let named = Intent::Create {
        record: Record {
            kind: Kind::Response,
            ..record
        },
    };
    let call = connector().write(written::operation(2), &named, &Remote::default());
    let call = call.expect("a call");
    assert!(
        !call.anonymous
            && call
                .headers
                .iter()
                .any(|(name, _)| name == "Idempotency-Key")
    );
}
