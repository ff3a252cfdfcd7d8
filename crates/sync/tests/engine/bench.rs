//! An engine on a bench: a memory store that obeys at once, calls that the test answers, and a clock
//! that the test moves.

use futures::executor::block_on;
use rapport_connector::{Body, Connector, HttpCall, HttpReply};
use rapport_domain::{
    Attachment, AttachmentId, Comment, CommentId, Entity, Intent, Kind, OperationId, PersonRef,
    RecordEdit, RecordKey, Stamp, Ticket, TicketId, TicketKind, TicketState, Timestamp,
};
use rapport_store::writes;
use rapport_store::{Batch, Fault, Memory, Read, Replica, Space, Store};
use rapport_sync::{
    CallId, Command, Config, Engine, Event, NetFault, Outbox, OutboxRow, Status, TimerId, actions,
    read_outbox, snapshot,
};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::rc::Rc;
use uuid::Uuid;

/// How the backend of a test keeps one change from becoming two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// By keys; it can also be asked for tickets.
    Keys,
    /// It ignores keys but can be asked for our ids.
    Ids,
    /// It honours keys and cannot be asked.
    KeysOnly,
    /// Not at all.
    Neither,
}

pub fn profile(backend: Backend) -> Value {
    let json = include_str!("../../../../profiles/rapport.json");
    let mut profile: Value = serde_json::from_str(json).unwrap();
    let asks = matches!(backend, Backend::Keys | Backend::Ids);
    let resources = &mut profile["resources"];
    let look_up = |url: &str| match asks {
        true => json!({ "url": url, "result": { "record": "" } }),
        false => Value::Null,
    };
    for (kind, verb, url) in [
        ("ticket", "create", "api/v1/tickets/{id}"),
        ("ticket", "update", "api/v1/tickets/{ticket}"),
        ("comment", "create", "api/v1/comments/{id}"),
        ("attachment", "create", "api/v1/attachments/{id}"),
    ] {
        match look_up(url) {
            Value::Null => {
                let write = resources[kind][verb].as_object_mut().unwrap();
                write.remove("look_up");
            }
            look_up => resources[kind][verb]["look_up"] = look_up,
        }
    }
    profile["dedupe"] = match backend {
        Backend::Keys | Backend::KeysOnly => json!({ "kind": "key" }),
        Backend::Ids => json!({ "kind": "client_id" }),
        Backend::Neither => json!({ "kind": "none" }),
    };
    profile
}

pub struct Bench {
    pub engine: Engine,
    pub store: Memory,
    pub now: u64,
    /// Calls that wait for an answer, pulls aside.
    pub calls: VecDeque<(CallId, HttpCall)>,
    /// Pulls that wait for an answer; kept only when `holds_pulls`.
    pub pulls: VecDeque<(CallId, HttpCall)>,
    pub holds_pulls: bool,
    pub alarm: Option<u64>,
    pub status: Status,
    pub stopped: bool,
    /// Every call ever issued, with its time.
    pub issued: Vec<(u64, HttpCall)>,
    /// Every batch that the engine committed.
    pub batches: Vec<Batch>,
    /// How long a commit takes.
    pub commit_takes: u64,
}

impl Bench {
    pub fn new(backend: Backend) -> Self {
        Self::on(Memory::new(), profile(backend), Config::default(), 1)
    }

    /// An engine that takes over a store.
    pub fn on(store: Memory, profile: Value, config: Config, seed: u64) -> Self {
        let mut bench = Self::unstarted(store, profile, config, seed);
        bench.start();
        bench
    }

    pub fn unstarted(store: Memory, profile: Value, config: Config, seed: u64) -> Self {
        let connector = Connector::parse(&profile.to_string()).expect("a good profile");
        Self {
            engine: Engine::new(Rc::new(connector), seed, config),
            store,
            now: 1_000_000,
            calls: VecDeque::new(),
            pulls: VecDeque::new(),
            holds_pulls: false,
            alarm: None,
            status: Status::default(),
            stopped: false,
            issued: Vec::new(),
            batches: Vec::new(),
            commit_takes: 0,
        }
    }

    pub fn start(&mut self) {
        let generation = block_on(writes::take_over(&self.store)).unwrap();
        let start = block_on(snapshot(&self.store, generation)).unwrap();
        self.hear(Event::Started(start));
    }

    /// Lets the engine hear something and does everything it asks for.
    pub fn hear(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for command in self.engine.step(self.now, event) {
                events.extend(self.obey(command));
            }
        }
    }

    fn obey(&mut self, command: Command) -> Option<Event> {
        match command {
            Command::Call { id, call, .. } => {
                self.issued.push((self.now, call.clone()));
                assert!(
                    self.issued.len() < 20_000,
                    "I20: the engine calls in circles"
                );
                if !call.url.contains("/changes") {
                    self.calls.push_back((id, call));
                } else if self.holds_pulls {
                    self.pulls.push_back((id, call));
                } else {
                    let page = page(&[], &[], "c", false);
                    return Some(Event::Reply(id, Ok(page)));
                }
                None
            }
            Command::Commit { id, batch } => {
                self.batches.push(batch.clone());
                assert!(
                    self.batches.len() < 20_000,
                    "I20: the engine writes in circles"
                );
                self.now += self.commit_takes;
                let result = block_on(self.store.commit(batch));
                Some(Event::Committed(id, result))
            }
            Command::SetTimer { after_ms, .. } => {
                self.alarm = Some(self.now + after_ms);
                None
            }
            Command::ListBase => Some(Event::Base(self.base())),
            Command::ReadOutbox => Some(Event::Outbox(self.rows())),
            Command::Stop => {
                self.stopped = true;
                None
            }
            Command::Publish(status) => {
                self.status = status;
                None
            }
        }
    }

    /// Lets time pass, and alarms ring.
    pub fn pass(&mut self, millis: u64) {
        let end = self.now + millis;
        let mut rung = 0;
        while let Some(at) = self.alarm.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.alarm = None;
            self.hear(Event::Timer(TimerId(0)));
            rung += 1;
            assert!(rung < 10_000, "I20: the engine runs in circles");
        }
        self.now = end;
    }

    /// Lets time pass until something is called, for at most so long.
    pub fn pass_until_called(&mut self, most: u64) {
        let end = self.now + most;
        while self.calls.is_empty() && self.now < end {
            let next = self.alarm.unwrap_or(end).clamp(self.now, end);
            self.pass(next - self.now);
            if self.calls.is_empty() && self.alarm.is_none_or(|at| at > end) {
                self.now = end;
            }
        }
    }

    /// The call that waits for an answer.
    pub fn call(&mut self) -> (CallId, HttpCall) {
        self.calls.pop_front().expect("a call")
    }

    pub fn no_call(&self) {
        assert!(self.calls.is_empty(), "unexpected: {:?}", self.calls);
    }

    pub fn answer(&mut self, id: CallId, reply: HttpReply) {
        self.hear(Event::Reply(id, Ok(reply)));
    }

    /// The backend makes the ticket that a call asks for.
    pub fn make(&mut self, id: CallId, call: &HttpCall) {
        let Body::Text(body) = &call.body else {
            panic!("not a ticket: {call:?}");
        };
        let mut record: Value = serde_json::from_str(body).unwrap();
        for (name, value) in ticket_json(0, "1", "").as_object().unwrap() {
            if record.get(name).is_none() {
                record[name] = value.clone();
            }
        }
        self.answer(id, ok(201, &record));
    }

    pub fn lose(&mut self, id: CallId) {
        self.hear(Event::Reply(id, Err(NetFault::Lost)));
    }

    pub fn rows(&self) -> Vec<OutboxRow> {
        self.outbox().rows
    }

    pub fn outbox(&self) -> Outbox {
        block_on(read_outbox(&self.store)).unwrap()
    }

    pub fn row(&self) -> OutboxRow {
        let rows = self.rows();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    pub fn base(&self) -> Vec<RecordKey> {
        block_on(Replica::open(self.store.clone())).unwrap().keys()
    }

    /// A record as it is shown, local changes included.
    pub fn load(&self, key: RecordKey) -> Option<Entity> {
        let replica = block_on(Replica::open(self.store.clone())).unwrap();
        block_on(replica.load(key)).unwrap()
    }

    pub fn ticket(&self, id: TicketId) -> Option<Ticket> {
        let replica = block_on(Replica::open(self.store.clone())).unwrap();
        let key = RecordKey {
            kind: Kind::Ticket,
            id: id.0,
        };
        match block_on(replica.load_base(key)).unwrap() {
            Some(Entity::Ticket(ticket)) => Some(ticket),
            _ => None,
        }
    }

    pub fn overlay(&self) -> usize {
        let rows = block_on(self.store.read(&[Read::Keys(Space::Overlay)])).unwrap();
        rows[0].len()
    }

    /// A tab commits something and the engine is told.
    pub fn tab(&mut self, batch: Batch) {
        block_on(self.store.commit(batch)).unwrap();
        self.hear(Event::Outbox(self.rows()));
    }

    /// A tab commits something and nobody tells.
    pub fn tab_silently(&self, batch: Batch) -> Result<(), Fault> {
        block_on(self.store.commit(batch)).map(|_| ())
    }

    /// The user does something new.
    pub fn submit(&mut self, n: u64, intent: Intent) -> OperationId {
        let op = op(n);
        let item = actions::item(&self.rows(), op, intent, Timestamp(5));
        self.tab(actions::submit(&item, Vec::new()).unwrap());
        op
    }

    /// Times at which calls other than pulls were issued.
    pub fn call_times(&self) -> Vec<u64> {
        let calls = self.issued.iter();
        calls
            .filter(|(_, call)| !call.url.contains("/changes"))
            .map(|(at, _)| *at)
            .collect()
    }

    /// Another engine on the same store, this one being gone.
    pub fn restart(self, backend: Backend) -> Self {
        let now = self.now;
        let mut next = Self::unstarted(self.store, profile(backend), Config::default(), 2);
        next.now = now;
        next.holds_pulls = self.holds_pulls;
        next.start();
        next
    }
}

pub fn op(n: u64) -> OperationId {
    OperationId(Uuid::from_u64_pair(0xA, n))
}

pub fn ticket_id(n: u64) -> TicketId {
    TicketId(Uuid::from_u64_pair(0xB, n))
}

pub fn ticket_key(n: u64) -> RecordKey {
    RecordKey {
        kind: Kind::Ticket,
        id: ticket_id(n).0,
    }
}

pub fn create(n: u64) -> Intent {
    let ticket = Ticket {
        id: ticket_id(n),
        stamp: Stamp::default(),
        number: None,
        kind: TicketKind::Incident,
        state: TicketState::Acknowledged,
        subject: "Printer".into(),
        description: "smokes".into(),
        customer: None,
        requester: PersonRef::default(),
        assignee: None,
        service: None,
        form: None,
        answers: vec![],
        impact: None,
        urgency: None,
        priority: None,
        last_comment: None,
    };
    Intent::CreateTicket { ticket }
}

pub fn comment(ticket: u64, n: u64) -> Intent {
    let comment = Comment {
        id: CommentId(Uuid::from_u64_pair(0xC, n)),
        stamp: Stamp::default(),
        ticket: ticket_id(ticket),
        author: PersonRef::default(),
        author_role: None,
        text: "hello".into(),
    };
    Intent::AddComment { comment }
}

pub fn attachment(ticket: u64, n: u64, comment: Option<u64>) -> Intent {
    let attachment = Attachment {
        id: AttachmentId(Uuid::from_u64_pair(0xD, n)),
        stamp: Stamp::default(),
        ticket: ticket_id(ticket),
        comment: comment.map(|n| CommentId(Uuid::from_u64_pair(0xC, n))),
        name: "photo.jpg".into(),
        media_type: "image/jpeg".into(),
        size: 3,
        sha256: None,
        by: PersonRef::default(),
    };
    Intent::AddAttachment { attachment }
}

/// A wish that the subject becomes `mine`, written by somebody who saw `base`.
pub fn subject(ticket: u64, version: Option<&str>, base: &str, mine: &str) -> Intent {
    let (base, mine) = (base.to_owned(), mine.to_owned());
    Intent::Edit {
        target: ticket_key(ticket),
        base_version: version.map(str::to_owned),
        edit: RecordEdit::default().with("subject", &base, &mine),
    }
}

/// A ticket as the backend tells it.
pub fn ticket_json(n: u64, version: &str, subject: &str) -> Value {
    json!({ "id": ticket_id(n).to_string(), "version": version, "number": "INC-1",
        "said_at": "2026-11-22T09:12:31.123Z", "received_at": "2026-11-22T09:12:31.123Z",
        "updated_at": "2026-11-22T09:12:31.123Z", "kind": "incident", "state": "acknowledged",
        "subject": subject, "description": "smokes", "customer_id": null,
        "requester": { "id": null, "name": "Anna" }, "assignee": null, "service_id": null,
        "form_id": null, "answers": [], "impact": null, "urgency": null, "priority": "p3",
        "last_comment": null })
}

pub fn comment_json(ticket: u64, n: u64, version: &str) -> Value {
    json!({ "id": Uuid::from_u64_pair(0xC, n).to_string(), "version": version,
        "ticket_id": ticket_id(ticket).to_string(), "text": "hello",
        "said_at": "2026-11-22T09:12:31.123Z", "received_at": "2026-11-22T09:12:31.123Z",
        "updated_at": "2026-11-22T09:12:31.123Z",
        "author": { "id": null, "name": "Anna", "role": "customer_user" } })
}

pub fn ok(status: u16, body: &Value) -> HttpReply {
    HttpReply {
        status,
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
    }
}

pub fn problem(status: u16, kind: &str, more: &[(&str, Value)]) -> HttpReply {
    let mut body = json!({ "type": format!("/problems/{kind}"), "title": kind, "status": status,
        "detail": "" });
    for (name, value) in more {
        body[name] = value.clone();
    }
    HttpReply {
        status,
        headers: vec![("content-type".into(), "application/problem+json".into())],
        body: body.to_string().into_bytes(),
    }
}

pub fn busy(status: u16, retry_after: &str) -> HttpReply {
    let mut reply = problem(status, "busy", &[]);
    reply
        .headers
        .push(("retry-after".into(), retry_after.into()));
    reply
}

/// A page of the feed: tickets by (number, version, subject), and those that are gone.
pub fn page(tickets: &[(u64, &str, &str)], gone: &[u64], cursor: &str, more: bool) -> HttpReply {
    let shown = tickets.iter().map(|(n, version, subject)| {
        json!({ "type": "ticket", "id": ticket_id(*n).to_string(), "version": version,
            "deleted": false, "record": ticket_json(*n, version, subject) })
    });
    let gone = gone
        .iter()
        .map(|n| json!({ "type": "ticket", "id": ticket_id(*n).to_string(), "deleted": true }));
    let changes: Vec<Value> = shown.chain(gone).collect();
    ok(
        200,
        &json!({ "changes": changes, "cursor": cursor, "more": more }),
    )
}

/// What a captive portal says to everything.
pub fn portal() -> HttpReply {
    HttpReply {
        status: 200,
        headers: vec![("content-type".into(), "text/html".into())],
        body: b"<h1>Welcome</h1>".to_vec(),
    }
}

/// A header of a call; empty where it is not there.
pub fn header<'a>(call: &'a HttpCall, name: &str) -> &'a str {
    let found = call.headers.iter().find(|(key, _)| key == name);
    &found.expect(name).1
}
