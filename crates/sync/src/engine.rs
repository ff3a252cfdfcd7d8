//! The engine itself: events in, commands out.

use crate::backoff::{Gate, Rng};
use crate::config::Config;
use crate::disk::Disk;
use crate::event::{CallId, Command, Event, NetFault, Snapshot, Status, TimerId};
use crate::line::{Line, Phase};
use crate::outbox::{OutboxRow, State};
use crate::pull::Pull;
use crate::send::Known;
use rapport_connector::{Body, Connector, HttpCall, HttpReply, Refusal};
use rapport_domain::{OperationId, RecordKey};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// The one timer there is: it is set to whatever comes first.
const WAKE: TimerId = TimerId(0);
/// How much longer than the host's own limit the engine waits before it believes a call lost.
const GRACE_MS: u64 = 10_000;
/// Longest wait that a backend may ask for: a slip of its clock must not silence a device for ever.
const LONGEST_MS: u64 = 86_400_000;

/// Order, retries, conflicts and cursors of one account on one device.
pub struct Engine {
    pub(crate) connector: Rc<Connector>,
    pub(crate) config: Config,
    pub(crate) rng: Rng,
    pub(crate) now: u64,
    pub(crate) phase: Life,
    /// What the host says about the connection.
    online: bool,
    /// It says that there is none, but the backend has answered since.
    proven: bool,
    pub(crate) gate: Gate,
    pub(crate) reachable: bool,
    pub(crate) needs_sign_in: bool,
    /// Counts sign-ins, so that a late 401 of an older session does not end the new one.
    pub(crate) session: u64,
    pub(crate) line: Line,
    pub(crate) pull: Pull,
    pub(crate) disk: Disk,
    pub(crate) known: Known,
    pub(crate) calls: BTreeMap<CallId, Outstanding>,
    next_call: u64,
    armed: Option<u64>,
    published: Option<Status>,
    pub(crate) out: Vec<Command>,
}

/// How far the engine has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Not told yet what the store holds.
    Unborn,
    /// At work.
    Running,
    /// Replaced by another engine.
    Stopped,
}

/// A call under way.
#[derive(Clone, Debug)]
pub(crate) struct Outstanding {
    pub purpose: Purpose,
    /// When it counts as lost if nobody says so.
    pub deadline: u64,
    pub session: u64,
    /// Records that other answers brought up to date meanwhile: this answer may be older.
    pub overtaken: HashSet<RecordKey>,
}

/// What a call is for.
#[derive(Clone, Debug)]
pub(crate) enum Purpose {
    /// A change on its way. The row may be gone when it is answered.
    Write { sequence: u64, row: Box<OutboxRow> },
    /// A question whether a change arrived, or what the record is now.
    Ask { row: Box<OutboxRow> },
    /// A pull.
    Pull,
}

impl Engine {
    /// An engine that speaks with one backend. The same seed and the same events give the same
    /// commands.
    #[must_use]
    pub fn new(connector: Rc<Connector>, seed: u64, config: Config) -> Self {
        Self {
            connector,
            config,
            rng: Rng::new(seed),
            now: 0,
            phase: Life::Unborn,
            online: true,
            proven: false,
            gate: Gate::default(),
            reachable: true,
            needs_sign_in: false,
            session: 0,
            line: Line::default(),
            pull: Pull::default(),
            disk: Disk::default(),
            known: Known::default(),
            calls: BTreeMap::new(),
            next_call: 0,
            armed: None,
            published: None,
            out: Vec::new(),
        }
    }

    /// Takes in an event at the host's monotonic time (milliseconds from any beginning) and tells
    /// what is to be done. The host tells outbox readings in the order in which it read.
    pub fn step(&mut self, now_ms: u64, event: Event) -> Vec<Command> {
        self.now = self.now.max(now_ms);
        match (self.phase, event) {
            (Life::Unborn, Event::Started(snapshot)) => self.start(snapshot),
            (Life::Running, event) => self.hear(event),
            (Life::Unborn, event) => return self.hear_early(&event),
            (Life::Stopped, _) => return Vec::new(),
        }
        self.go_on();
        std::mem::take(&mut self.out)
    }

    /// What is told before the start counts from the start on.
    fn hear_early(&mut self, event: &Event) -> Vec<Command> {
        match event {
            Event::Online(online) => self.online = *online,
            // Which of both readings is the newer one is not known: read once more.
            Event::Outbox(_) => self.disk.distrust(self.now),
            _ => {}
        }
        Vec::new()
    }

    fn start(&mut self, snapshot: Snapshot) {
        self.phase = Life::Running;
        self.disk.open(snapshot.generation, snapshot.sequence);
        self.pull.open(snapshot.cursor, self.connector.hash());
        self.pull.lingering(snapshot.lingering);
        self.pull.due = self.now;
        let interrupted: Vec<OutboxRow> = snapshot
            .outbox
            .iter()
            .filter(|row| row.item.state == State::Sending)
            .cloned()
            .collect();
        self.line.replace(snapshot.outbox, self.now);
        for row in interrupted {
            // The engine before this one may have sent it.
            let attempts = row.item.attempts.saturating_add(1);
            self.settle(&row, State::Unknown { look_ups: 0 }, attempts, None);
        }
        if self.config.spread_at_start {
            self.come_back();
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Started(_) => {}
            Event::Outbox(rows) => {
                self.line.replace(rows, self.now);
                self.disk.refreshed();
            }
            Event::Reply(id, reply) => {
                if let Some(call) = self.calls.remove(&id) {
                    self.answered(call, reply);
                }
            }
            Event::Committed(id, receipt) => self.committed(id, receipt.map(|_| ())),
            Event::Base(keys) => self.base_listed(&keys),
            Event::Timer(WAKE) => self.armed = None,
            Event::Timer(_) => {}
            Event::Online(true) => {
                if !self.online {
                    self.online = true;
                    self.come_back();
                }
            }
            Event::Online(false) => {
                self.online = false;
                self.proven = false;
            }
            Event::SignedIn => {
                self.session += 1;
                self.needs_sign_in = false;
                self.pull.due = self.now;
            }
            Event::Pull => self.pull.hint(self.now, &self.config),
        }
    }

    /// The connection came back: what waited for it goes out within the spread, all of it at one
    /// random moment of this device.
    fn come_back(&mut self) {
        let at = self.now + self.rng.up_to(self.config.reconnect_spread_ms);
        let base = self.config.base_delay_ms;
        self.gate.reopen(self.now);
        for flight in self.line.flights() {
            // A line that comes and goes must not turn backoff into a loop: who has failed waits at
            // least as long as after his first failure.
            let pause = if flight.failures > 0 { base } else { 0 };
            let soon = at.saturating_add(pause).max(flight.floor);
            flight.due = if flight.due > self.now {
                flight.due.min(soon)
            } else {
                soon
            };
        }
        self.pull.come_back(at);
    }

    fn answered(&mut self, call: Outstanding, reply: Result<HttpReply, NetFault>) {
        match call.purpose.clone() {
            Purpose::Pull => self.pull_answered(&call, reply),
            Purpose::Write { sequence, row } => {
                self.write_answered(sequence, &row, &call, reply);
            }
            Purpose::Ask { row } => self.ask_answered(&row, &call, reply),
        }
    }

    /// Everything that can be done now, then the next alarm, then the news.
    fn go_on(&mut self) {
        self.give_up_on_overdue();
        self.compare_again();
        self.write_disk();
        if self.phase == Life::Stopped {
            self.out.push(Command::Stop);
            self.calls.clear();
            return;
        }
        let wake = self.start_calls();
        self.write_disk();
        self.arm(wake);
        self.publish();
    }

    /// A host that never answers must not stop the line.
    fn give_up_on_overdue(&mut self) {
        let overdue: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, call)| call.deadline <= self.now)
            .map(|(id, _)| *id)
            .collect();
        for id in overdue {
            if let Some(call) = self.calls.remove(&id) {
                self.answered(call, Err(NetFault::Lost));
            }
        }
    }

    /// Starts what may start, and tells when to look again.
    fn start_calls(&mut self) -> Option<u64> {
        if self.needs_sign_in || self.disk.is_stale() {
            return None;
        }
        if !self.connected() {
            // “Offline” is a guess of the browser; a pull now and then finds out.
            return self.try_pull();
        }
        let mut wake = self.try_pull();
        while self.line.under_way() < self.config.concurrency {
            let in_flight = self.line.under_way() + usize::from(self.pull.calling());
            if !self.gate.admits(self.now, in_flight) {
                let opens = self.gate.opens_at();
                if opens > self.now {
                    wake = earliest(wake, Some(opens));
                }
                break;
            }
            let (next, later) = self.line.next(self.now);
            let Some(sequence) = next else {
                wake = earliest(wake, later);
                break;
            };
            self.set_off(sequence);
        }
        wake
    }

    fn try_pull(&mut self) -> Option<u64> {
        if !self.pull.idle() {
            return None;
        }
        let opens = self.gate.opens_at();
        let at = self.pull.due.max(if self.connected() { opens } else { 0 });
        if at > self.now {
            return Some(at);
        }
        if self.gate.admits(self.now, self.calls.len()) || !self.connected() {
            self.start_pull();
        }
        None
    }

    /// Issues a call.
    pub(crate) fn call(&mut self, purpose: Purpose, call: HttpCall) -> CallId {
        let id = CallId(self.next_call);
        self.next_call += 1;
        let timeout_ms = match call.body {
            Body::Blob(_) => self.config.upload_timeout_ms,
            _ => self.config.call_timeout_ms,
        };
        let outstanding = Outstanding {
            purpose,
            deadline: self.now + timeout_ms + GRACE_MS,
            session: self.session,
            overtaken: HashSet::new(),
        };
        self.calls.insert(id, outstanding);
        self.out.push(Command::Call {
            id,
            call,
            timeout_ms,
        });
        id
    }

    /// Notes what a failed call says about the connection as a whole. The wait that the backend
    /// asked for, if any, comes back.
    pub(crate) fn note_failure(&mut self, failure: &Failure, session: u64) {
        let floor = failure.floor();
        match failure {
            Failure::Net(_) | Failure::Refused(Refusal::NotAnAnswer { .. }) => {
                self.reachable = false;
                self.gate
                    .failed(&mut self.rng, &self.config, self.now, None);
            }
            // The backend as a whole asks for time.
            Failure::Refused(Refusal::Retry {
                status: 429 | 503, ..
            }) => {
                self.reachable = true;
                self.gate
                    .failed(&mut self.rng, &self.config, self.now, floor);
            }
            Failure::Refused(refusal) => {
                self.note_answer();
                if *refusal == Refusal::SignIn && session == self.session {
                    self.needs_sign_in = true;
                }
            }
        }
    }

    /// Notes that the backend answered.
    pub(crate) fn note_answer(&mut self) {
        self.reachable = true;
        self.gate.answered();
        if !self.connected() {
            self.proven = true;
            self.come_back();
        }
    }

    const fn connected(&self) -> bool {
        self.online || self.proven
    }

    fn arm(&mut self, calls: Option<u64>) {
        let deadlines = self.calls.values().map(|call| call.deadline).min();
        let idle = earliest(self.disk.wake(), self.pull_wake());
        let wake = earliest(earliest(calls, deadlines), idle);
        let Some(at) = wake else { return };
        if self.armed != Some(at) {
            self.armed = Some(at);
            self.out.push(Command::SetTimer {
                id: WAKE,
                after_ms: at.saturating_sub(self.now).max(1),
            });
        }
    }

    fn publish(&mut self) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (sending, parked) = (self.line.sending(), self.line.parked());
        let status = Status {
            reachable: self.reachable && self.connected(),
            needs_sign_in: self.needs_sign_in,
            pulling: !self.pull.idle(),
            pulls: self.pull.ended,
            sending: count(sending),
            waiting: count(self.line.len().saturating_sub(sending + parked)),
            parked: count(parked),
            complete: self.pull.complete(),
            unreadable: count(self.pull.unreadable),
            pull_problem: self.pull.problem.clone(),
            store_problem: self.disk.problem.clone(),
        };
        if self.published.as_ref() != Some(&status) {
            self.published = Some(status.clone());
            self.out.push(Command::Publish(status));
        }
    }

    /// Puts a row's flight into a phase.
    pub(crate) fn set_phase(&mut self, sequence: u64, op: OperationId, phase: Phase) {
        if let Some(flight) = self.line.flight(sequence, op) {
            flight.phase = phase;
        }
    }
}

/// Why a call gave nothing.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// No answer.
    Net(NetFault),
    /// An answer that is none, or a refusal.
    Refused(Refusal),
}

impl From<NetFault> for Failure {
    /// Somebody else's session, or none, is no fault of the network: it waits for a sign-in.
    fn from(fault: NetFault) -> Self {
        match fault {
            NetFault::NotSignedIn => Self::Refused(Refusal::SignIn),
            fault => Self::Net(fault),
        }
    }
}

impl Failure {
    /// What the backend asked us to wait for.
    pub(crate) const fn floor(&self) -> Option<u64> {
        match self {
            Self::Refused(Refusal::Retry {
                after_ms: Some(after),
                ..
            }) => Some(if *after < LONGEST_MS {
                *after
            } else {
                LONGEST_MS
            }),
            _ => None,
        }
    }
}

pub(crate) fn earliest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}
