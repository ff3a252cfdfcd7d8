//! The table of rights, each role against each resource. What the backend allows is compared with the
//! domain's table, so that neither can change alone.

use crate::harness::{Api, Mirror, USERS, World, new_comment, new_ticket};
use rapport_domain::rights::{Right, over_ticket};
use rapport_domain::{
    CustomerId, PersonRef, Role, Stamp, Ticket, TicketId, TicketKind, TicketState, User, UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn domain_user(world: &World, login: &str) -> User {
    let (_, role, customer, assigned) = USERS.iter().find(|user| user.0 == login).unwrap();
    let id = |name: &str| CustomerId(world.ids[name].parse().unwrap());
    User {
        id: UserId(world.ids[login].parse().unwrap()),
        stamp: Stamp::default(),
        customer: customer.map(id),
        name: login.to_owned(),
        login: None,
        email: None,
        phone: None,
        role: Role::from(*role),
        assigned_customers: assigned.iter().map(|name| id(name)).collect(),
    }
}

fn domain_ticket(world: &World, record: &Value) -> Ticket {
    let uuid = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
    let _ = world;
    Ticket {
        id: TicketId(uuid(&record["id"])),
        stamp: Stamp::default(),
        number: None,
        kind: TicketKind::from(record["kind"].as_str().unwrap()),
        state: TicketState::Acknowledged,
        subject: String::new(),
        description: String::new(),
        customer: Some(CustomerId(uuid(&record["customer_id"]))),
        requester: PersonRef {
            id: Some(UserId(uuid(&record["requester"]["id"]))),
            name: String::new(),
        },
        assignee: None,
        service: None,
        form: None,
        answers: Vec::new(),
        impact: None,
        urgency: None,
        priority: None,
        last_comment: None,
    }
}

async fn version(world: &World, id: &str) -> String {
    let path = format!("api/v1/tickets/{id}");
    let record = world.user("ada").get(&path).await.expect(200).body;
    record["version"].as_str().unwrap().to_owned()
}

async fn attach(api: &Api, ticket: &str) -> crate::harness::Reply {
    let id = Uuid::now_v7();
    let path = format!(
        "api/v1/tickets/{ticket}/attachments?id={id}&name=a.txt&said_at=2026-11-22T09:00:00Z"
    );
    let request = api
        .request(Method::POST, &path)
        .header("content-type", "text/plain");
    api.send(request.body("bytes")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_by_role() {
    let world = World::new().await;
    let mut tickets = Vec::new();
    for login in ["anna", "ben", "mia", "carl", "dora"] {
        for kind in ["incident", "complaint"] {
            let mut wish = new_ticket(login);
            wish["kind"] = json!(kind);
            let api = world.user(login);
            let ticket = api.post("api/v1/tickets", &wish).await.expect(201).body;
            let id = ticket["id"].as_str().unwrap();
            let comment = api.say(id, "mine").await;
            let file = attach(api, id).await.expect(201).body;
            tickets.push((ticket, comment, file));
        }
    }
    for (login, api) in world.users() {
        let user = domain_user(&world, login);
        let mut mirror = Mirror::default();
        mirror.pull(api, 50).await;
        let listed = api.get("api/v1/tickets?limit=500").await.expect(200).body;
        for (ticket, comment, file) in &tickets {
            let id = ticket["id"].as_str().unwrap();
            let row = domain_ticket(&world, ticket);
            let may = |right| over_ticket(&user, right, &row);
            let what = format!("{login}, {} of {}", row.kind, ticket["requester"]["name"]);
            let seen = may(Right::ReadTicket);
            for record in [ticket, comment, file] {
                assert_eq!(mirror.has(&record["id"]), seen, "feed: {what}");
            }
            let in_list = listed
                .as_array()
                .unwrap()
                .iter()
                .any(|r| r["id"] == ticket["id"]);
            assert_eq!(in_list, seen, "list: {what}");
            let path = format!("api/v1/tickets/{id}");
            let file = format!("api/v1/attachments/{}", file["id"].as_str().unwrap());
            for path in [
                path.clone(),
                format!("{path}/comments"),
                format!("{path}/changes"),
                format!("{path}/attachments"),
                file.clone(),
                format!("{file}/content"),
            ] {
                let status = api.get(&path).await.status.as_u16();
                assert_eq!(status, if seen { 200 } else { 404 }, "GET {path}: {what}");
            }
            let allowed = |right: bool, done: u16| match (seen, right) {
                (false, _) => 404,
                (true, true) => done,
                (true, false) => 403,
            };
            let comments = format!("{path}/comments");
            let status = api.post(&comments, &new_comment("hello")).await.status;
            let expected = allowed(may(Right::CommentTicket), 201);
            assert_eq!(status.as_u16(), expected, "comment: {what}");
            let status = attach(api, id).await.status;
            assert_eq!(status.as_u16(), expected, "attach: {what}");
            let mut internal = new_comment("inside");
            internal["internal"] = json!(true);
            let status = api.post(&comments, &internal).await.status;
            let expected = allowed(may(Right::WorkTicket), 201);
            assert_eq!(status.as_u16(), expected, "internal comment: {what}");

            let subject = json!({"subject": format!("by {login}")});
            let status = api
                .patch(&path, &version(&world, id).await, &subject)
                .await
                .status;
            let expected = allowed(may(Right::EditTicket), 200);
            assert_eq!(status.as_u16(), expected, "subject: {what}");
            let assignee = json!({"assignee": {"id": world.ids["jonas"]}});
            let status = api
                .patch(&path, &version(&world, id).await, &assignee)
                .await
                .status;
            if seen && may(Right::WorkTicket) {
                assert_eq!(status.as_u16(), 200, "assignee: {what}");
                let nobody = json!({"assignee": null});
                api.patch(&path, &version(&world, id).await, &nobody)
                    .await
                    .expect(200);
            } else {
                assert_eq!(status.as_u16(), allowed(false, 200), "assignee: {what}");
            }
            let handles = row.kind == TicketKind::Complaint && may(Right::HandleComplaint);
            let state = json!({"state": "held"});
            let status = api
                .patch(&path, &version(&world, id).await, &state)
                .await
                .status;
            let expected = match (
                seen,
                may(Right::WorkTicket) || handles,
                may(Right::EditTicket),
            ) {
                (false, ..) => 404,
                (true, true, _) => 200,
                // A customer may close and reopen, so for him it is the state that is wrong.
                (true, false, true) => 422,
                (true, false, false) => 403,
            };
            assert_eq!(status.as_u16(), expected, "state: {what}");
            if expected == 200 {
                let back = json!({"state": "in_progress"});
                world
                    .user("ada")
                    .patch(&path, &version(&world, id).await, &back)
                    .await
                    .expect(200);
            }
        }
    }
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filing_for_oneself_and_for_others() {
    let world = World::new().await;
    let outcome = |who: &'static str, for_whom: Option<&'static str>| {
        let mut wish = new_ticket("filed");
        if let Some(login) = for_whom {
            wish["on_behalf_of"] = json!(world.ids[login]);
        }
        let api = world.user(who);
        async move { api.post("api/v1/tickets", &wish).await }
    };
    for who in ["anna", "mia", "carl", "dora"] {
        let ticket = outcome(who, None).await.expect(201).body;
        assert_eq!(ticket["requester"]["id"], world.ids[who]);
    }
    for who in ["ruth", "jonas", "ada"] {
        outcome(who, None).await.expect_problem(403, "forbidden");
    }
    for (who, for_whom, allowed) in [
        ("anna", "ben", false),
        ("mia", "anna", false),
        ("mia", "carl", false),
        ("ruth", "anna", true),
        ("ruth", "carl", false),
        ("ruth", "jonas", false),
        ("jonas", "carl", true),
        ("ada", "dora", true),
    ] {
        let reply = outcome(who, Some(for_whom)).await;
        if allowed {
            let ticket = reply.expect(201).body;
            assert_eq!(ticket["requester"]["id"], world.ids[for_whom]);
        } else {
            let reply = reply.expect_problem(422, "invalid");
            assert_eq!(
                reply.error_fields(),
                ["on_behalf_of"],
                "{who} for {for_whom}"
            );
        }
    }
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_customers_by_role() {
    let world = World::new().await;
    // Who sees whom: w whole, c name and how to reach, n name, - not at all; in the order of USERS.
    let table = [
        ("anna", "wnn--c--"),
        ("ben", "nwn--c--"),
        ("mia", "nnw--c--"),
        ("carl", "---wn---"),
        ("dora", "---nw---"),
        ("ruth", "www--w--"),
        ("jonas", "wwwwwwww"),
        ("ada", "wwwwwwww"),
    ];
    for (login, row) in table {
        let api = world.user(login);
        for (cell, (other, ..)) in row.chars().zip(USERS) {
            let reply = api.get(&format!("api/v1/users/{}", world.ids[other])).await;
            let record = &reply.body;
            let what = format!("{login} sees {other}: {record}");
            let has = |field: &str| record.get(field).is_some();
            match cell {
                '-' => assert_eq!(reply.status.as_u16(), 404, "{what}"),
                'n' => assert!(
                    has("name")
                        && has("role")
                        && !has("email")
                        && !has("login")
                        && !has("customer_id"),
                    "{what}"
                ),
                'c' => assert!(
                    has("email") && has("phone") && !has("login") && !has("assigned_customers"),
                    "{what}"
                ),
                _ => assert!(
                    has("email") && has("login") && has("assigned_customers"),
                    "{what}"
                ),
            }
        }
    }
    for (login, north, south) in [
        ("anna", true, false),
        ("mia", true, false),
        ("carl", false, true),
        ("dora", false, true),
        ("ruth", true, false),
        ("jonas", true, true),
        ("ada", true, true),
    ] {
        for (customer, seen) in [("north", north), ("south", south)] {
            let path = format!("api/v1/customers/{}", world.ids[customer]);
            let status = world.user(login).get(&path).await.status.as_u16();
            assert_eq!(status, if seen { 200 } else { 404 }, "{login}: {customer}");
        }
    }
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn catalogue_by_role() {
    let world = World::new().await;
    // for all, for north, for managers, form for all, form for north, news for all, news for north
    let things = [
        ("services", "for all"),
        ("services", "for north"),
        ("services", "for managers"),
        ("forms", "form for all"),
        ("forms", "form for north"),
        ("announcements", "news for all"),
        ("announcements", "news for north"),
    ];
    for (login, row) in [
        ("anna", "yy-yyyy"),
        ("ben", "yy-yyyy"),
        ("mia", "yyyyyyy"),
        ("carl", "y--y-y-"),
        ("dora", "y-yy-y-"),
        ("ruth", "yyyyyyy"),
        ("jonas", "yyyyyyy"),
        ("ada", "yyyyyyy"),
    ] {
        let api = world.user(login);
        for (cell, (list, name)) in row.chars().zip(things) {
            let path = format!("api/v1/{list}/{}", world.ids[name]);
            let reply = api.get(&path).await;
            assert_eq!(reply.status == 200, cell == 'y', "{login}: {name}");
            let write = api
                .request(Method::PUT, &path)
                .header("if-match", "*")
                .json(&json!({}));
            let status = api.send(write).await.status.as_u16();
            assert_eq!(
                status,
                if login == "ada" { 422 } else { 403 },
                "PUT, {login}: {name}"
            );
            let delete = api
                .request(Method::DELETE, &path)
                .header("if-match", "\"none\"");
            let status = api.send(delete).await.status.as_u16();
            assert_eq!(
                status,
                if login == "ada" { 412 } else { 403 },
                "DELETE, {login}: {name}"
            );
        }
    }
    // A service that one may not see cannot be asked for either, nor with its form.
    let carl = world.user("carl");
    let mut wish = new_ticket("not for me");
    wish["service_id"] = json!(world.ids["for north"]);
    let reply = carl
        .post("api/v1/tickets", &wish)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(reply.error_fields(), ["service_id"]);
    wish["service_id"] = Value::Null;
    wish["form_id"] = json!(world.ids["form for north"]);
    let reply = carl
        .post("api/v1/tickets", &wish)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(reply.error_fields(), ["form_id"]);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_nothing_is_to_be_had() {
    let world = World::new().await;
    let id = Uuid::now_v7();
    let paths = [
        "session",
        "changes",
        "events",
        "customers",
        "users",
        "services",
        "forms",
        "announcements",
        "tickets",
        "attachments",
    ];
    let mut asked: Vec<(Method, String)> = paths
        .iter()
        .map(|path| (Method::GET, format!("api/v1/{path}")))
        .collect();
    for path in [
        "tickets/{id}",
        "tickets/{id}/comments",
        "tickets/{id}/changes",
        "tickets/{id}/attachments",
        "attachments/{id}",
        "attachments/{id}/content",
        "users/{id}",
    ] {
        asked.push((
            Method::GET,
            format!("api/v1/{}", path.replace("{id}", &id.to_string())),
        ));
    }
    asked.push((Method::POST, "api/v1/tickets".to_owned()));
    asked.push((Method::PATCH, format!("api/v1/tickets/{id}")));
    asked.push((Method::POST, format!("api/v1/tickets/{id}/comments")));
    asked.push((Method::PUT, format!("api/v1/services/{id}")));
    for (method, path) in asked {
        for token in ["", "wrong"] {
            let mut nobody = world.user("anna").clone();
            nobody.token = token.to_owned();
            let request = nobody.request(method.clone(), &path).json(&json!({}));
            let reply = nobody
                .send(request)
                .await
                .expect_problem(401, "unauthorized");
            assert!(
                reply.header("www-authenticate").starts_with("Bearer"),
                "{path}"
            );
        }
    }
    world.server.end().await;
}
