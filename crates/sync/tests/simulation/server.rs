//! A model of a backend that speaks as `profiles/rapport.json` says, over plain values: requests in,
//! replies out. It keeps a ledger of everything it did, and refuses to be told lies.

use crate::text::{json_bytes, rfc3339};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A request as it lies on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub device: usize,
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn key(&self) -> Option<&str> {
        self.header("Idempotency-Key")
    }

    /// The path without its head, and the query.
    fn target(&self) -> (Vec<String>, BTreeMap<String, String>) {
        let rest = self.url.rsplit_once("api/v1/").map_or("", |(_, rest)| rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), percent_decoded(value)));
        (
            path.split('/').map(str::to_owned).collect(),
            pairs.collect(),
        )
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: json_bytes(body),
        }
    }

    pub fn problem(status: u16, kind: &str) -> Self {
        Self::problem_with(status, kind, json!({}))
    }

    fn problem_with(status: u16, kind: &str, more: Value) -> Self {
        let mut body = json!({ "type": format!("/problems/{kind}"), "title": kind,
            "status": status, "detail": "", "request_id": "r" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        Self {
            status,
            headers: vec![("content-type".into(), "application/problem+json".into())],
            body: json_bytes(&body),
        }
    }

    pub fn with(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.into(), value));
        self
    }
}

/// One thing that was done, in the order of doing.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What made it: the client's id of the record, or the key of an edit.
    pub reference: String,
    pub ticket: String,
    pub version: u64,
}

/// Something a person at the desk does, or the other side of a ticket.
#[derive(Clone, Copy, Debug)]
pub enum Desk {
    Subject,
    Description,
    State,
    Comment,
    Delete,
}

#[derive(Debug, Default)]
pub struct Server {
    pub honours_keys: bool,
    pub sends_current: bool,
    pub page: usize,
    /// Records by kind and id, each with its version inside.
    pub records: BTreeMap<(String, String), Value>,
    /// The last place of each record in the feed.
    feed: BTreeMap<(String, String), (u64, bool)>,
    sequence: u64,
    epoch: u64,
    answers: BTreeMap<String, (Request, Reply)>,
    /// Keys whose request is being worked on.
    pub busy: BTreeSet<String>,
    pub sessions: Vec<bool>,
    pub effects: Vec<Effect>,
    /// The first request under each key.
    seen: BTreeMap<String, Request>,
    /// Tickets that were ever made.
    made: BTreeSet<String>,
    pub deleted: BTreeSet<String>,
    /// What edits replaced: key, field, and the value before.
    pub replaced: Vec<(String, String, Value)>,
    now: u64,
}

impl Server {
    pub fn handle(&mut self, now: u64, request: &Request) -> Reply {
        self.now = now;
        self.check_wire(request);
        if !self.sessions[request.device] {
            return Reply::problem(401, "sign-in");
        }
        let (path, query) = request.target();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if request.method == "GET" {
            return self.read(&path, &query);
        }
        let Some(key) = request.key().filter(|_| self.honours_keys) else {
            return self.write(request, &path, &query);
        };
        if self.busy.contains(key) {
            return Reply::problem(409, "in-progress").with("retry-after", "1".into());
        }
        if let Some((first, answer)) = self.answers.get(key) {
            assert_eq!(first.body, request.body, "key reused");
            return answer.clone().with("idempotency-replayed", "true".into());
        }
        let key = key.to_owned();
        let id = query.get("id").cloned().or_else(|| {
            let body: Value = serde_json::from_slice(&request.body).ok()?;
            body["id"].as_str().map(str::to_owned)
        });
        // A refused request of which another copy came late, and which the user has reworded since.
        if id.is_some_and(|id| self.taken(&id)) {
            return Reply::problem(409, "id-taken");
        }
        let answer = self.write(request, &path, &query);
        if answer.status < 300 {
            self.answers.insert(key, (request.clone(), answer.clone()));
        }
        answer
    }

    fn taken(&self, id: &str) -> bool {
        self.effects.iter().any(|effect| effect.reference == id)
    }

    /// I5: one key, one request, byte for byte.
    fn check_wire(&mut self, request: &Request) {
        let Some(key) = request.key() else { return };
        let first = self
            .seen
            .entry(key.to_owned())
            .or_insert_with(|| request.clone());
        assert_eq!(first, request, "I5: a retry differs from the first attempt");
    }

    fn read(&self, path: &[&str], query: &BTreeMap<String, String>) -> Reply {
        match path {
            ["changes"] => self.changes(query.get("since").map(String::as_str)),
            ["tickets", id] => self.one("ticket", id),
            ["comments", id] => self.one("comment", id),
            ["attachments", id] => self.one("attachment", id),
            other => panic!("no such resource: {other:?}"),
        }
    }

    fn one(&self, kind: &str, id: &str) -> Reply {
        match self.records.get(&(kind.to_owned(), id.to_owned())) {
            Some(record) => Reply::json(200, record),
            None if self.deleted.contains(id) => Reply::problem(410, "gone"),
            None => Reply::problem(404, "not-found"),
        }
    }

    fn changes(&self, since: Option<&str>) -> Reply {
        let after = match since {
            None => 0,
            Some(cursor) => {
                let (epoch, after) = cursor.split_once('-').unwrap();
                if epoch != self.epoch.to_string() {
                    return Reply::problem(410, "cursor-lost");
                }
                after.parse::<u64>().unwrap()
            }
        };
        let mut ordered: Vec<_> = self
            .feed
            .iter()
            .filter(|(_, (at, gone))| *at > after && !(*gone && since.is_none()))
            .collect();
        ordered.sort_by_key(|(_, (at, _))| *at);
        let more = ordered.len() > self.page;
        ordered.truncate(self.page);
        // Without more, the cursor stands behind everything, tombstones that were not sent included.
        let cursor = match ordered.last() {
            Some((_, (at, _))) if more => *at,
            _ => self.sequence.max(after),
        };
        let changes: Vec<Value> = ordered
            .into_iter()
            .map(|((kind, id), (_, gone))| match gone {
                true => json!({ "type": kind, "id": id, "deleted": true }),
                false => {
                    let record = &self.records[&(kind.clone(), id.clone())];
                    json!({ "type": kind, "id": id, "version": record["version"],
                        "deleted": false, "record": record })
                }
            })
            .collect();
        let cursor = format!("{}-{cursor}", self.epoch);
        Reply::json(
            200,
            &json!({ "changes": changes, "cursor": cursor, "more": more }),
        )
    }

    fn write(
        &mut self,
        request: &Request,
        path: &[&str],
        query: &BTreeMap<String, String>,
    ) -> Reply {
        let body = || serde_json::from_slice::<Value>(&request.body).expect("a JSON body");
        match (request.method, path) {
            ("POST", ["tickets"]) => self.create_ticket(&body()),
            ("PATCH", ["tickets", id]) => self.edit_ticket(request, id, &body()),
            ("POST", ["tickets", id, "comments"]) => self.comment(id, &body()),
            ("POST", ["tickets", id, "attachments"]) => self.attach(id, request, query),
            other => panic!("no such resource: {other:?}"),
        }
    }

    fn create_ticket(&mut self, body: &Value) -> Reply {
        let id = body["id"].as_str().unwrap().to_owned();
        let subject = body["subject"].as_str().unwrap();
        if subject.contains("POISON") {
            let errors = json!([{ "field": "subject", "message": "may not be poison" }]);
            return Reply::problem_with(422, "invalid", json!({ "errors": errors }));
        }
        let mut record = json!({ "id": id, "number": format!("INC-{}", self.made.len()),
            "kind": body["kind"], "state": "acknowledged", "subject": subject,
            "description": body["description"], "customer_id": null,
            "requester": { "id": null, "name": "Anna" }, "assignee": null, "service_id": null,
            "form_id": null, "answers": body["answers"], "impact": body["impact"],
            "urgency": body["urgency"], "priority": "p3", "last_comment": null });
        self.stamp(&mut record, body["said_at"].as_str().unwrap());
        self.made.insert(id.clone());
        self.put("ticket", &id, record, Some((&id, &id)), 201)
    }

    fn edit_ticket(&mut self, request: &Request, id: &str, body: &Value) -> Reply {
        let at = ("ticket".to_owned(), id.to_owned());
        assert!(
            self.made.contains(id),
            "I17: an edit came before its ticket {id}"
        );
        let Some(record) = self.records.get(&at).cloned() else {
            return Reply::problem(404, "not-found");
        };
        let Some(wanted) = request.header("If-Match") else {
            return Reply::problem(428, "precondition-required");
        };
        if wanted.trim_matches('"') != record["version"].as_str().unwrap() {
            let current = match self.sends_current {
                true => json!({ "current": record }),
                false => json!({}),
            };
            return Reply::problem_with(412, "stale", current);
        }
        let mut next = record.clone();
        for (name, value) in body.as_object().unwrap() {
            if name == "state" && !legal(&record["state"], value) {
                let errors = json!([{ "field": "state", "message": "not from here" }]);
                return Reply::problem_with(422, "invalid", json!({ "errors": errors }));
            }
            if name != "note" {
                let key = request.key().unwrap_or_default().to_owned();
                self.replaced
                    .push((key, name.clone(), record[name].clone()));
                next[name] = value.clone();
            }
        }
        let said_at = record["said_at"].as_str().unwrap().to_owned();
        self.stamp(&mut next, &said_at);
        let reference = request.key().map_or_else(
            || String::from_utf8(request.body.clone()).unwrap(),
            str::to_owned,
        );
        self.put("ticket", id, next, Some((&reference, id)), 200)
    }

    fn comment(&mut self, ticket: &str, body: &Value) -> Reply {
        if let Err(refused) = self.parent(ticket) {
            return refused;
        }
        let id = body["id"].as_str().unwrap().to_owned();
        let mut record = json!({ "id": id, "ticket_id": ticket, "text": body["text"],
            "author": { "id": null, "name": "Anna", "role": "customer_user" } });
        self.stamp(&mut record, body["said_at"].as_str().unwrap());
        let answer = self.put("comment", &id, record, Some((&id, ticket)), 201);
        self.touch(ticket);
        answer
    }

    fn attach(
        &mut self,
        ticket: &str,
        request: &Request,
        query: &BTreeMap<String, String>,
    ) -> Reply {
        if let Err(refused) = self.parent(ticket) {
            return refused;
        }
        let comment = query.get("comment_id");
        if let Some(comment) = comment {
            let at = ("comment".to_owned(), comment.clone());
            let known = self.records.contains_key(&at) || self.deleted.contains(comment);
            assert!(known, "I17: a file came before its comment {comment}");
        }
        let id = query["id"].clone();
        assert_eq!(request.body, format!("bytes of {id}").into_bytes(), "I3");
        let mut record = json!({ "id": id, "ticket_id": ticket, "comment_id": comment,
            "name": query["name"], "media_type": request.header("Content-Type"),
            "size": request.body.len(), "sha256": "00", "by": { "id": null, "name": "Anna" } });
        self.stamp(&mut record, &query["said_at"]);
        self.put("attachment", &id, record, Some((&id, ticket)), 201)
    }

    fn parent(&self, ticket: &str) -> Result<(), Reply> {
        assert!(
            self.made.contains(ticket),
            "I17: a child came before its ticket {ticket}"
        );
        match self.records.get(&("ticket".to_owned(), ticket.to_owned())) {
            None => Err(Reply::problem(404, "not-found")),
            Some(record) if record["state"] == "closed" => {
                Err(Reply::problem(409, "ticket-closed"))
            }
            Some(_) => Ok(()),
        }
    }

    /// A ticket whose thread grew: its row says so, its version moves.
    fn touch(&mut self, ticket: &str) {
        let at = ("ticket".to_owned(), ticket.to_owned());
        let Some(mut record) = self.records.get(&at).cloned() else {
            return;
        };
        let said_at = record["said_at"].as_str().unwrap().to_owned();
        self.stamp(&mut record, &said_at);
        self.put("ticket", ticket, record, None, 200);
    }

    fn stamp(&mut self, record: &mut Value, said_at: &str) {
        let now = rfc3339(self.now);
        record["said_at"] = json!(said_at);
        record["updated_at"] = json!(now);
        if record.get("received_at").is_none() {
            record["received_at"] = json!(now);
        }
    }

    fn put(
        &mut self,
        kind: &str,
        id: &str,
        mut record: Value,
        effect: Option<(&str, &str)>,
        status: u16,
    ) -> Reply {
        self.sequence += 1;
        record["version"] = json!(self.sequence.to_string());
        let at = (kind.to_owned(), id.to_owned());
        if let Some((reference, ticket)) = effect {
            self.effects.push(Effect {
                reference: reference.to_owned(),
                ticket: ticket.to_owned(),
                version: self.sequence,
            });
            let times = self.effects.iter().filter(|e| e.reference == reference);
            let edit = status == 200;
            assert!(
                times.count() == 1 || (edit && !self.honours_keys),
                "I6: {kind} {id} was made twice",
            );
        }
        self.feed.insert(at.clone(), (self.sequence, false));
        self.records.insert(at, record.clone());
        Reply::json(status, &record)
    }

    /// Somebody else does something with the `pick`-th ticket.
    pub fn desk(&mut self, now: u64, what: Desk, pick: u64) {
        self.now = now;
        let tickets: Vec<String> = self
            .records
            .keys()
            .filter(|(kind, _)| kind == "ticket")
            .map(|(_, id)| id.clone())
            .collect();
        if tickets.is_empty() {
            return;
        }
        let id = tickets[(pick % tickets.len() as u64) as usize].clone();
        let at = ("ticket".to_owned(), id.clone());
        let mut record = self.records[&at].clone();
        match what {
            Desk::Subject => record["subject"] = json!(format!("desk subject {pick}")),
            Desk::Description => record["description"] = json!(format!("desk words {pick}")),
            Desk::State => {
                let states = ["in_progress", "pending", "resolved", "closed"];
                record["state"] = json!(states[(pick % 4) as usize]);
            }
            Desk::Comment => {
                let comment = format!("0000000c-0000-7000-8000-{:012x}", self.sequence);
                let mut words = json!({ "id": comment, "ticket_id": id, "text": "from the desk",
                    "author": { "id": null, "name": "Jonas", "role": "agent" } });
                self.stamp(&mut words, &rfc3339(now));
                self.put("comment", &comment, words, None, 201);
            }
            Desk::Delete => return self.delete(&id),
        }
        let said_at = record["said_at"].as_str().unwrap().to_owned();
        self.stamp(&mut record, &said_at);
        self.put("ticket", &id, record, None, 200);
    }

    fn delete(&mut self, ticket: &str) {
        let of_ticket: Vec<_> = self
            .records
            .iter()
            .filter(|((_, id), record)| id == ticket || record["ticket_id"] == ticket)
            .map(|(at, _)| at.clone())
            .collect();
        for at in of_ticket {
            self.sequence += 1;
            self.records.remove(&at);
            self.deleted.insert(at.1.clone());
            self.feed.insert(at, (self.sequence, true));
        }
    }

    /// The feed forgets its past: cursors mean nothing any more, tombstones are gone.
    pub fn lose_cursors(&mut self) {
        self.epoch += 1;
        self.feed.retain(|_, (_, gone)| !*gone);
    }
}

fn legal(from: &Value, to: &Value) -> bool {
    let reopening = to == "acknowledged";
    let over = from == "closed" || from == "resolved";
    from == to || reopening == over || (to == "closed" && from != "closed")
}
