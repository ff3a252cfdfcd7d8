//! A server with a small world in it: two customers, people of all roles, a few services.

use rapport_backend::db::people::{self, CustomerRow, UserRow};
use rapport_backend::db::sight::Touched;
use rapport_backend::db::{Db, catalogue, sessions};
use rapport_backend::time::{DAY, Time};
use rapport_backend::wire::catalogue::{FormBody, ServiceBody};
use rapport_backend::{Running, ServeConfig, auth, serve};
use rapport_domain::Kind;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use uuid::Uuid;

/// A directory that goes away with its owner.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("rapport-backend-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("data.sqlite")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A user of the world, with a bearer token.
#[derive(Clone)]
pub struct Api {
    pub http: reqwest::Client,
    pub url: String,
    pub id: String,
    pub token: String,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Fails the test unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn expect_problem(self, status: u16, slug: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(
            reply.body["type"],
            format!("/problems/{slug}"),
            "{}",
            reply.body
        );
        assert_eq!(reply.body["status"], status);
        assert_eq!(reply.body["request_id"], reply.header("x-request-id"));
        reply
    }

    pub fn error_fields(&self) -> Vec<&str> {
        self.body["errors"]
            .as_array()
            .map(|errors| {
                errors
                    .iter()
                    .map(|e| e["field"].as_str().unwrap())
                    .collect()
            })
            .unwrap_or_default()
    }
}

impl Api {
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        send(request).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, version: &str, body: &Value) -> Reply {
        let request = self
            .request(Method::PATCH, path)
            .header("if-match", format!("\"{version}\""));
        send(request.json(body)).await
    }

    /// Files a ticket and returns its record.
    pub async fn file(&self, subject: &str) -> Value {
        let wish = new_ticket(subject);
        self.post("api/v1/tickets", &wish).await.expect(201).body
    }

    /// Says something and returns the comment.
    pub async fn say(&self, ticket: &str, text: &str) -> Value {
        let path = format!("api/v1/tickets/{ticket}/comments");
        self.post(&path, &new_comment(text)).await.expect(201).body
    }

    /// Everything the lists show, by kind and id.
    pub async fn everything(&self) -> Records {
        let mut all = Records::new();
        for (kind, list) in [
            ("customer", "customers"),
            ("user", "users"),
            ("service", "services"),
            ("form", "forms"),
            ("announcement", "announcements"),
            ("ticket", "tickets"),
            ("attachment", "attachments"),
            ("complaint", "complaints"),
            ("complaint_note", "complaint-notes"),
            ("relationship_manager", "relationship-managers"),
            ("contact", "contacts"),
            ("interaction", "interactions"),
            ("action", "actions"),
            ("review", "reviews"),
            ("survey", "surveys"),
            ("invitation", "invitations"),
            ("response", "responses"),
            ("anonymous_response", "anonymous-responses"),
            ("survey_result", "survey-results"),
            ("article", "articles"),
            ("agreement", "agreements"),
            ("service_clock", "service-clocks"),
            ("approval", "approvals"),
        ] {
            self.collect(&mut all, kind, &format!("api/v1/{list}"))
                .await;
        }
        let tickets: Vec<String> = all
            .keys()
            .filter(|(kind, _)| kind == "ticket")
            .map(|(_, id)| id.clone())
            .collect();
        for ticket in tickets {
            let path = format!("api/v1/tickets/{ticket}");
            self.collect(&mut all, "comment", &format!("{path}/comments"))
                .await;
            self.collect(&mut all, "ticket_change", &format!("{path}/changes"))
                .await;
        }
        all
    }

    async fn collect(&self, all: &mut Records, kind: &str, path: &str) {
        let mut next = Some(format!("{path}?limit=100"));
        while let Some(path) = next {
            let reply = self.get(&path).await.expect(200);
            for record in reply.body.as_array().unwrap() {
                let id = record["id"].as_str().unwrap().to_owned();
                assert!(all.insert((kind.to_owned(), id), record.clone()).is_none());
            }
            let link = reply.header("link");
            next = link
                .strip_prefix("</")
                .and_then(|rest| rest.split('>').next())
                .map(ToOwned::to_owned);
        }
    }
}

/// Sends the request; the answer is one that the API's description knows.
pub async fn send(request: reqwest::RequestBuilder) -> Reply {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (method, url) = (request.method().clone(), request.url().clone());
    let response = client.execute(request).await.unwrap();
    let status = response.status();
    crate::openapi::assert_described(&method, url.path(), status);
    let headers = response.headers().clone();
    let bytes = response.bytes().await.unwrap();
    Reply {
        status,
        headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

pub fn new_ticket(subject: &str) -> Value {
    json!({"id": Uuid::now_v7(), "kind": "incident", "subject": subject,
        "description": "It does not work.", "impact": "team", "urgency": "medium",
        "said_at": "2026-11-22T09:12:31.123Z"})
}

pub fn new_comment(text: &str) -> Value {
    json!({"id": Uuid::now_v7(), "text": text, "said_at": "2026-11-22T09:12:31.123Z"})
}

/// Records by kind and id.
pub type Records = BTreeMap<(String, String), Value>;

/// What a client that follows the feed holds.
#[derive(Default, Clone)]
pub struct Mirror {
    pub records: Records,
    pub cursor: Option<String>,
    /// Every id that was ever named to it.
    pub named: std::collections::BTreeSet<String>,
    pub tombstones: usize,
}

impl Mirror {
    /// Fetches one page; returns whether there is more.
    pub async fn page(&mut self, api: &Api, limit: usize) -> bool {
        let mut path = format!("api/v1/changes?limit={limit}");
        if let Some(cursor) = &self.cursor {
            path.push_str(&format!("&since={cursor}"));
        }
        let page = api.get(&path).await.expect(200).body;
        let changes = page["changes"].as_array().unwrap();
        assert!(changes.len() <= limit);
        let mut on_page = std::collections::BTreeSet::new();
        for change in changes {
            let id = change["id"].as_str().unwrap().to_owned();
            let name = (change["type"].as_str().unwrap().to_owned(), id.clone());
            assert!(on_page.insert(name.clone()), "twice on one page: {change}");
            self.named.insert(id);
            if change["deleted"] == true {
                assert!(
                    self.cursor.is_some(),
                    "a tombstone without a cursor: {change}"
                );
                assert!(change["record"].is_null());
                self.records.remove(&name);
                self.tombstones += 1;
            } else {
                assert_eq!(change["version"], change["record"]["version"]);
                self.records.insert(name, change["record"].clone());
            }
        }
        self.cursor = Some(page["cursor"].as_str().unwrap().to_owned());
        page["more"] == true
    }

    pub async fn pull(&mut self, api: &Api, limit: usize) {
        let mut pages = 0;
        while self.page(api, limit).await {
            pages += 1;
            assert!(pages < 10_000, "the feed does not end");
        }
    }

    pub fn has(&self, id: &Value) -> bool {
        let id = id.as_str().unwrap();
        self.records.keys().any(|(_, known)| known == id)
    }
}

/// The same records, or the difference in words.
#[track_caller]
pub fn assert_same(who: &str, held: &Records, expected: &Records) {
    for (name, record) in expected {
        match held.get(name) {
            None => panic!("{who} misses {name:?}: {record}"),
            Some(other) if other != record => panic!("{who} holds {other}\nnot {record}"),
            Some(_) => {}
        }
    }
    for name in held.keys() {
        assert!(expected.contains_key(name), "{who} still holds {name:?}");
    }
}

/// The world.
pub struct World {
    pub server: Running,
    pub scratch: Scratch,
    /// Ids of customers and services by name.
    pub ids: HashMap<&'static str, String>,
    users: HashMap<&'static str, Api>,
}

/// Login, role, customer, assigned customers.
pub const USERS: [(&str, &str, Option<&str>, &[&str]); 8] = [
    ("anna", "customer_user", Some("north"), &[]),
    ("ben", "customer_user", Some("north"), &[]),
    ("mia", "customer_manager", Some("north"), &[]),
    ("carl", "customer_user", Some("south"), &[]),
    ("dora", "customer_manager", Some("south"), &[]),
    ("ruth", "brm", None, &["north"]),
    ("jonas", "agent", None, &[]),
    ("ada", "administrator", None, &[]),
];

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world on a server with other options.
    pub async fn with(adjust: impl FnOnce(&mut ServeConfig)) -> Self {
        let scratch = Scratch::new();
        let mut config = ServeConfig::local(scratch.database());
        adjust(&mut config);
        let server = serve(config).await.unwrap();
        let mut world = Self {
            server,
            scratch,
            ids: HashMap::new(),
            users: HashMap::new(),
        };
        world.fill().await;
        world
    }

    pub fn db(&self) -> &Db {
        self.server.app().db()
    }

    pub fn user(&self, login: &str) -> &Api {
        &self.users[login]
    }

    pub fn users(&self) -> impl Iterator<Item = (&'static str, &Api)> {
        USERS.iter().map(|(login, ..)| (*login, &self.users[login]))
    }

    async fn fill(&mut self) {
        let now = Time::now();
        for name in ["north", "south"] {
            self.ids.insert(name, Uuid::now_v7().to_string());
        }
        for (login, ..) in USERS {
            self.ids.insert(login, Uuid::now_v7().to_string());
        }
        let mut touched = Touched::default();
        let mut tx = self.db().write().await.unwrap();
        for name in ["north", "south"] {
            let row = CustomerRow {
                id: self.ids[name].clone(),
                name: name.to_owned(),
                card: Some(format!("card of {name}")),
            };
            people::put_customer(&mut tx, &mut touched, &row, now)
                .await
                .unwrap();
        }
        for user in USERS {
            let row = self.row(user);
            people::put_user(&mut tx, &mut touched, &row, now)
                .await
                .unwrap();
        }
        for (name, audience) in [
            ("for all", json!([])),
            ("for north", json!([{"customer": self.ids["north"]}])),
            ("for managers", json!([{"role": "customer_manager"}])),
        ] {
            let id = Uuid::now_v7().to_string();
            let body: ServiceBody = serde_json::from_value(service(name, audience)).unwrap();
            let body = serde_json::to_string(&body).unwrap();
            catalogue::put(&mut tx, &mut touched, Kind::Service, &id, &body, now)
                .await
                .unwrap();
            self.ids.insert(name, id);
        }
        for (name, service) in [("form for all", "for all"), ("form for north", "for north")] {
            let id = Uuid::now_v7().to_string();
            let body: FormBody = serde_json::from_value(form(Some(&self.ids[service]))).unwrap();
            let body = serde_json::to_string(&body).unwrap();
            catalogue::put(&mut tx, &mut touched, Kind::Form, &id, &body, now)
                .await
                .unwrap();
            self.ids.insert(name, id);
        }
        for (name, services) in [
            ("news for all", json!([])),
            ("news for north", json!([self.ids["for north"]])),
        ] {
            let id = Uuid::now_v7().to_string();
            let body = announcement(name, services).to_string();
            catalogue::put(&mut tx, &mut touched, Kind::Announcement, &id, &body, now)
                .await
                .unwrap();
            self.ids.insert(name, id);
        }
        for (login, ..) in USERS {
            let token = auth::new_token().unwrap();
            let hash = auth::hash_of(&token);
            let id = self.ids[login].clone();
            sessions::start(&mut tx, &hash, &id, true, now, now.plus(30 * DAY))
                .await
                .unwrap();
            let api = Api {
                http: reqwest::Client::new(),
                url: self.server.url(),
                id,
                token,
            };
            self.users.insert(login, api);
        }
        tx.commit().await.unwrap();
    }

    fn row(
        &self,
        (login, role, customer, assigned): (&str, &str, Option<&str>, &[&str]),
    ) -> UserRow {
        UserRow {
            id: self.ids[login].clone(),
            customer_id: customer.map(|name| self.ids[name].clone()),
            name: format!("{login} name"),
            login: login.to_owned(),
            email: Some(format!("{login}@example.org")),
            phone: Some("+49 40 1".to_owned()),
            role: role.to_owned(),
            assigned: assigned.iter().map(|name| self.ids[name].clone()).collect(),
        }
    }

    /// Gives a user another role, customer or assignments.
    pub async fn change_user(
        &self,
        login: &str,
        role: &str,
        customer: Option<&str>,
        assigned: &[&str],
    ) {
        self.put_user(&self.row((login, role, customer, assigned)))
            .await;
    }

    /// Calls somebody otherwise, as an import does.
    pub async fn rename(&self, login: &str, role: &str, assigned: &[&str], name: &str) {
        let row = UserRow {
            name: name.to_owned(),
            ..self.row((login, role, None, assigned))
        };
        self.put_user(&row).await;
    }

    async fn put_user(&self, row: &UserRow) {
        let mut touched = Touched::default();
        let mut tx = self.db().write().await.unwrap();
        people::put_user(&mut tx, &mut touched, row, Time::now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.server.app().hints().tell(touched);
    }

    /// Makes the audience of a service another one.
    pub async fn change_audience(&self, service_name: &str, audience: Value) {
        let ada = self.user("ada");
        let path = format!("api/v1/services/{}", self.ids[service_name]);
        let version = ada.get(&path).await.expect(200).body["version"].clone();
        let request = ada
            .request(Method::PUT, &path)
            .header("if-match", format!("\"{}\"", version.as_str().unwrap()))
            .json(&service(service_name, audience));
        ada.send(request).await.expect(200);
    }

    /// Ends the server and starts one with the same database.
    pub async fn restarted(mut self) -> Self {
        let config = self.server.app().config().clone();
        self.server.end().await;
        self.server = serve(config).await.unwrap();
        for api in self.users.values_mut() {
            api.url = self.server.url();
        }
        self
    }
}

pub fn text(words: &str) -> Value {
    json!({"default": words, "by_language": {"de": format!("{words} auf Deutsch")}})
}

pub fn service(name: &str, audience: Value) -> Value {
    json!({"name": text(name), "summary": text("summary"), "category": text("category"),
        "audience": audience, "lifecycle": "live"})
}

pub fn form(service_id: Option<&str>) -> Value {
    json!({"service_id": service_id, "title": text("Order a chair"), "ticket_kind": "service_request",
        "fields": [
            {"key": "subject", "label": text("What"), "kind": {"type": "text", "max_length": 50}, "required": true},
            {"key": "count", "label": text("How many"), "kind": {"type": "number", "min": 1.0, "max": 5.0, "whole": true}, "required": true},
            {"key": "colour", "label": text("Colour"), "kind": {"type": "choice", "options": [
                {"value": "red", "label": text("red")}, {"value": "other", "label": text("other")}]}, "required": false},
            {"key": "which", "label": text("Which"), "kind": {"type": "text", "pattern": "[a-z]+"}, "required": true,
                "visible_when": {"field": "colour", "is": ["other"]}},
            {"key": "on", "label": text("When"), "kind": {"type": "date", "earliest": "today"}, "required": false}]})
}

pub fn announcement(title: &str, services: Value) -> Value {
    json!({"title": text(title), "body": text("body"), "severity": "info", "services": services,
        "starts_at": "2026-11-22T09:00:00.000Z", "ends_at": null})
}
