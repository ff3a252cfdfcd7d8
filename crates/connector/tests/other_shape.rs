//! A backend that speaks in every respect otherwise than the reference backend: wrapped bodies, other
//! names, integer ids, times without a zone, words by table, a bearer token. Only the profile differs.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "support/written.rs"]
mod written;

use rapport_connector::{
    Auth, Body, Connector, Dedupe, HttpReply, LookedUp, Persist, Refusal, Remote, Verb,
};
use rapport_domain::id::from_remote;
use rapport_domain::{
    Audience, Entity, FieldKind, Intent, Kind, Lifecycle, RecordEdit, Role, TicketKind,
    TicketState, Timestamp,
};
use serde_json::{Value, json};

fn connector() -> Connector {
    Connector::parse(include_str!("profiles/ledger.json"))
        .unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn reply(status: u16, body: &Value) -> HttpReply {
    HttpReply {
        status,
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
    }
}

fn known(intent: &Intent) -> Remote {
    let number = |kind: Kind| match kind {
        Kind::Service => "31",
        Kind::User => "9",
        _ => "1",
    };
    Remote {
        subject_id: Some("213".into()),
        subject_version: Some("5".into()),
        references: connector()
            .references(intent)
            .into_iter()
            .map(|key| (key, number(key.kind).to_owned()))
            .collect(),
        me: written::anna().id,
    }
}

fn text(body: &Body) -> Value {
    match body {
        Body::Text(text) => serde_json::from_str(text).expect("JSON"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_says_what_it_can_do() {
    let connector = connector();
    let can = connector.capabilities();
    assert!(can.can(Kind::Ticket, Verb::Create) && can.can(Kind::Ticket, Verb::Update));
    assert!(!can.can(Kind::Attachment, Verb::Create) && can.can(Kind::Attachment, Verb::Download));
    assert!(!can.can(Kind::Announcement, Verb::Read) && !can.can(Kind::Customer, Verb::Read));
    assert!(
        ["state", "subject"]
            .iter()
            .all(|field| can.edits(Kind::Ticket, field))
    );
    assert!(!can.edits(Kind::Ticket, "urgency"));
    // The table has words for these states only.
    assert!(can.edits_to(Kind::Ticket, "state", "closed"));
    assert!(!can.edits_to(Kind::Ticket, "state", "resolved"));
    assert_eq!(connector.dedupe(), Dedupe::ClientId);
    assert_eq!(connector.hints(), None);
    let Auth::Bearer { persist, .. } = connector.auth() else {
        panic!("a token");
    };
    assert_eq!(*persist, Persist::Device);
    assert_eq!(
        connector.auth().header("t0k"),
        Some(("X-Desk-Token".into(), "t0k".into()))
    );
}

#[test]
fn signing_in_gives_a_token() {
    let connector = connector();
    let call = connector.sign_in("anna", "se\"cret");
    assert_eq!(call.url, "https://desk.example.org/rest/login");
    assert!(
        call.headers
            .contains(&("X-Desk-Version".into(), "2024-10".into()))
    );
    assert_eq!(
        text(&call.body),
        json!({"data": {"credentials": {"name": "anna", "secret": "se\"cret"}, "scope": ["portal"]}})
    );
    let person = json!({"no": 9, "display": "Anna Berg", "group": "clients", "firms": [{"no": 4}, {"no": "x y"}]});
    let found = connector
        .read_sign_in(&reply(
            200,
            &json!({"data": {"token": "t0k", "person": person}}),
        ))
        .expect("signed in");
    assert_eq!(found.token.as_deref(), Some("t0k"));
    assert_eq!(found.user.id.0, from_remote("user", "9"));
    assert_eq!(found.user.role, Role::CustomerUser);
    assert_eq!(found.user.assigned_customers.len(), 1);
    let no_token = reply(200, &json!({"data": {"person": person}}));
    assert!(matches!(
        connector.read_sign_in(&no_token),
        Err(Refusal::NotAnAnswer { .. })
    ));
    let wrong = reply(
        400,
        &json!({"fault": {"code": "E7", "text": "No such name"}}),
    );
    assert!(matches!(
        connector.read_sign_in(&wrong),
        Err(Refusal::Rejected { title, .. }) if title == "No such name"
    ));
    let who = connector.who_am_i();
    assert_eq!(
        (who.method.as_str(), who.url.as_str()),
        ("POST", "https://desk.example.org/rest/whoami")
    );
    assert_eq!(
        connector.read_who_am_i(&reply(200, &json!({"data": person}))),
        Ok(found.user)
    );
    assert_eq!(connector.sign_out(), None);
}

fn case() -> Value {
    json!({
        "attributes": {
            "no": 213, "lock": 5, "label": "C-213", "opened": "2026-11-22 10:12:31",
            "touched": "2026-11-22 11:00:00", "sort": "Malfunction", "status": 3,
            "headline": "Scanner", "text": null, "client": "Anna Berg", "clerk": null
        },
        "relations": {"product": {"no": 31}}
    })
}

#[test]
fn a_journal_becomes_records_and_one_bad_row_hides_no_other() {
    let connector = connector();
    let page = json!({"data": {"unfinished": true, "bookmark": 77, "entries": [
        {"entity": "Case", "body": case()},
        {"entity": "Product", "body": {"no": 31, "touched": "2026-01-02 00:00:00",
            "title": {"en": "Scanners", "translations": {"de": "Scanner"}},
            "for": [{"group": "clients"}, {"firm": 1}]}},
        {"entity": "Questionnaire", "body": {"no": 5, "title": "Swap", "questions": [
            {"code": "why", "as": "line", "must": true, "max": 40},
            {"code": "where", "as": "pick", "picks": [{"v": "n", "t": "North"}, {"t": "no value"}]},
            {"ask": "no key"},
            {"code": "odd", "as": "slider", "max": "many"}]}},
        {"entity": "Note", "body": {"no": 1, "ticket_no": 213, "by": "Jonas", "at": "22.11.2026", "body": "Hi"}},
        {"entity": "Note", "body": {"no": 2, "by": "Jonas", "body": "of no ticket"}},
        {"entity": "Note", "body": {"ticket_no": 213, "body": "no number"}},
        {"entity": "Weather", "body": {"no": 1}},
        {"entity": "Case", "body": "not an object"},
        {"entity": "Case", "removed": true, "key": 12},
        {"entity": "File", "removed": "yes", "key": 12},
        {"entity": "File", "removed": true},
        17,
        {"entity": "File", "body": {"no": 8, "ticket_no": 213, "file": "a.txt", "bytes": -1}}
    ]}});
    let pulled = connector.read_pull(&reply(200, &page)).expect("a page");
    assert_eq!((pulled.cursor.as_deref(), pulled.more), (Some("77"), true));
    assert_eq!(
        connector.pull(Some("77")).url,
        "https://desk.example.org/rest/journal?since=77"
    );
    assert_eq!(
        connector.pull(None).url,
        "https://desk.example.org/rest/journal"
    );
    let [
        Entity::Ticket(ticket),
        Entity::Service(service),
        Entity::Form(form),
        Entity::Comment(comment),
        Entity::Attachment(file),
    ] = pulled.records.as_slice()
    else {
        panic!("{:#?}", pulled.records);
    };
    assert_eq!(ticket.id.0, from_remote("ticket", "213"));
    assert_eq!(ticket.stamp.remote_id.as_deref(), Some("213"));
    assert_eq!(ticket.stamp.version.as_deref(), Some("5"));
    // 10:12:31 in a zone one hour ahead of UTC.
    assert_eq!(ticket.stamp.received_at, Some(Timestamp(1_795_338_751_000)));
    assert_eq!(
        (&ticket.kind, &ticket.state),
        (&TicketKind::Incident, &TicketState::InProgress)
    );
    assert_eq!(
        (ticket.requester.id, ticket.requester.name.as_str()),
        (None, "Anna Berg")
    );
    assert_eq!(
        (ticket.service, ticket.description.as_str()),
        (Some(service.id), "")
    );
    assert_eq!(
        service.audience,
        [Audience::Role(Role::Other("clients".into()))]
    );
    assert_eq!(service.lifecycle, Lifecycle::Live);
    assert_eq!(service.name.in_language("de"), "Scanner");
    assert_eq!(service.category.default, "Everything");
    assert_eq!(form.fields.len(), 3);
    assert!(matches!(&form.fields[1].kind, FieldKind::Choice { options } if options.len() == 1));
    assert_eq!(form.fields[2].kind, FieldKind::Other("slider".into()));
    assert_eq!(
        (comment.ticket, comment.stamp.received_at),
        (ticket.id, None)
    );
    assert_eq!((file.ticket, file.size), (ticket.id, 0));
    assert_eq!(pulled.gone.len(), 1);
    assert_eq!(pulled.gone[0].id, from_remote("ticket", "12"));
    insta::assert_debug_snapshot!(pulled.problems);
}

#[test]
fn a_ticket_is_sent_in_the_backends_own_words() {
    let connector = connector();
    let create = written::create_ticket();
    let call = connector
        .write(written::operation(1), &create, &known(&create))
        .expect("a call");
    assert_eq!(call.url, "https://desk.example.org/rest/tickets");
    insta::assert_snapshot!(serde_json::to_string_pretty(&text(&call.body)).expect("JSON"));
    let mut accepted = reply(201, &json!({"data": {"no": 214}}));
    accepted.headers.push(("etag".into(), "W/\"1\"".into()));
    let written = connector.read_write(&create, &accepted).expect("accepted");
    assert_eq!(
        (written.records.len(), written.remote_id.as_deref()),
        (0, Some("214"))
    );
    // 200 is not among the statuses of success, and a body without the number proves nothing.
    assert!(
        connector
            .read_write(&create, &reply(201, &json!({"data": {}})))
            .is_err()
    );
}

#[test]
fn what_is_not_known_or_has_no_word_is_a_problem_and_not_a_guess() {
    let connector = connector();
    let create = written::create_ticket();
    let problem = connector
        .write(written::operation(1), &create, &Remote::default())
        .expect_err("the service has no number yet");
    assert_eq!(problem.path, "service");
    let comment = written::add_comment();
    let problem = connector
        .write(written::operation(1), &comment, &Remote::default())
        .map(|call| text(&call.body));
    assert_eq!(
        problem.expect_err("the ticket has no number yet").path,
        "ticket"
    );
    let problem = connector
        .write(
            written::operation(1),
            &written::add_attachment(),
            &Remote::default(),
        )
        .expect_err("the profile cannot send files");
    assert_eq!(problem.path, "resources");
    let mut held = written::ticket();
    held.kind = TicketKind::Question;
    let intent = Intent::CreateTicket { ticket: held };
    let problem = connector
        .write(written::operation(1), &intent, &known(&intent))
        .expect_err("no word for questions");
    assert!(
        problem.message.contains("“question”"),
        "{}",
        problem.message
    );
}

fn to_state(state: TicketState) -> Intent {
    let edit = RecordEdit::default().with("state", &TicketState::Pending, &state);
    let ticket = Entity::Ticket(written::ticket());
    Intent::Edit {
        target: ticket.key(),
        base_version: None,
        edit,
    }
}

#[test]
fn an_unknown_word_goes_back_unchanged() {
    let connector = connector();
    let mut row = case();
    row["attributes"]["status"] = json!(17);
    let (record, problems) = connector.read_record(Kind::Ticket, &row);
    assert!(problems.is_empty());
    let Some(Entity::Ticket(ticket)) = record else {
        panic!("a ticket");
    };
    assert_eq!(ticket.state, TicketState::Other("17".into()));
    for (state, word) in [
        (ticket.state, 17),
        (TicketState::InProgress, 2),
        (TicketState::Closed, 6),
    ] {
        let intent = to_state(state);
        let call = connector
            .write(written::operation(1), &intent, &known(&intent))
            .expect("a call");
        assert_eq!(call.url, "https://desk.example.org/rest/tickets/213");
        assert_eq!(
            text(&call.body),
            json!({"data": {"attributes": {"status": word}}})
        );
        assert!(
            call.headers
                .contains(&("If-Match".into(), "W/\"5\"".into()))
        );
    }
    let held = to_state(TicketState::Held);
    assert!(
        connector
            .write(written::operation(1), &held, &known(&held))
            .is_err()
    );
}

#[test]
fn a_look_up_by_reference_believes_only_what_it_sees() {
    let connector = connector();
    let create = written::create_ticket();
    let ours = create.target().id.to_string();
    let call = connector
        .look_up(&create, &Remote::default())
        .expect("a call");
    assert_eq!(
        call.url,
        format!("https://desk.example.org/rest/tickets?client_ref={ours}")
    );
    let mut found = case();
    found["attributes"]["client_ref"] = json!(ours);
    let list = json!({"data": [case(), found]});
    let LookedUp::Found(written) = connector
        .read_look_up(&create, &reply(200, &list))
        .expect("an answer")
    else {
        panic!("it is there");
    };
    assert_eq!(written.remote_id.as_deref(), Some("213"));
    let none = reply(200, &json!({"data": []}));
    assert_eq!(connector.read_look_up(&create, &none), Ok(LookedUp::Absent));
    // The filter was ignored: ours may be on another page.
    let others = reply(200, &json!({"data": [case()]}));
    assert!(connector.read_look_up(&create, &others).is_err());
}

#[test]
fn errors_are_told_apart_by_code_and_words() {
    let connector = connector();
    let create = written::create_ticket();
    let fault = |code: &str, text: &str| json!({"fault": {"code": code, "text": text}});
    let refusal = |status, body: &Value| {
        connector
            .read_write(&create, &reply(status, body))
            .expect_err("refused")
    };
    assert_eq!(refusal(409, &fault("E3", "")), Refusal::AlreadyThere);
    assert_eq!(
        refusal(409, &fault("E4", "")),
        Refusal::Stale { current: None }
    );
    assert_eq!(refusal(403, &fault("E9", "")), Refusal::SignIn);
    assert!(matches!(
        refusal(403, &fault("E1", "No")),
        Refusal::Rejected { status: 403, .. }
    ));
    assert_eq!(
        refusal(503, &json!("away")),
        Refusal::Retry {
            status: 503,
            after_ms: None
        }
    );
    let lost = reply(400, &fault("E5", "this bookmark is too old"));
    assert_eq!(connector.read_pull(&lost), Err(Refusal::CursorLost));
    let parts =
        json!({"fault": {"text": "Look", "parts": [{"name": "headline", "text": "too long"}, {}]}});
    let Refusal::Rejected { title, fields, .. } = refusal(422, &parts) else {
        panic!("rejected");
    };
    assert_eq!(
        (title.as_str(), fields),
        ("Look", vec![("headline".into(), "too long".into())])
    );
}

#[test]
fn limits_of_a_reply_hold() {
    let connector = connector();
    let entry = json!({"entity": "Weather"});
    let page =
        |count: usize| json!({"data": {"bookmark": "b", "entries": vec![entry.clone(); count]}});
    assert!(connector.read_pull(&reply(200, &page(50))).is_ok());
    assert!(matches!(
        connector.read_pull(&reply(200, &page(51))),
        Err(Refusal::NotAnAnswer { .. })
    ));
    let long = json!({"data": {"bookmark": "b", "entries": [], "x": "y".repeat(200_000)}});
    assert!(connector.read_pull(&reply(200, &long)).is_err());
    let cursor = json!({"data": {"bookmark": "b".repeat(2_001), "entries": []}});
    assert!(connector.read_pull(&reply(200, &cursor)).is_err());
    let mut deep = reply(200, &json!({}));
    deep.body = "[".repeat(100_000).into_bytes();
    assert!(matches!(
        connector.read_pull(&deep),
        Err(Refusal::NotAnAnswer { .. })
    ));
}

#[test]
fn files_come_from_their_own_origin() {
    let row = json!({"no": 8, "ticket_no": 213, "file": "a b/ä.txt", "bytes": 3});
    let (Some(Entity::Attachment(file)), _) = connector().read_record(Kind::Attachment, &row)
    else {
        panic!("a file");
    };
    let call = connector().download(&file).expect("a call");
    assert_eq!(call.url, "https://files.example.org/8/a%20b%2F%C3%A4.txt");
    // One that we have not sent yet has no number there.
    assert_eq!(connector().download(&written::attachment()), None);
}
