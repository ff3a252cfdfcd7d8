//! Sending: the first attempt freezes the request, every later one repeats it, and each answer is
//! sorted by what can be done about it.

use crate::backoff;
use crate::disk::{Freeze, Job, keys};
use crate::engine::{Engine, Failure, Outstanding, Purpose};
use crate::event::NetFault;
use crate::line::Phase;
use crate::outbox::{OutboxRow, Parked, State};
use rapport_connector::{HttpReply, Problem, Refusal, Remote, Written};
use rapport_domain::{Intent, OperationId, RecordKey};
use std::collections::HashMap;

/// What the backend told about records since the engine started.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Its own ids of records that were made here.
    ids: HashMap<RecordKey, String>,
    /// Versions that our own writes turned into others. `None` is a record that was unsent.
    next: HashMap<(RecordKey, Option<String>), String>,
}

impl Known {
    /// The newest version that differs from `version` by nothing but our own writes.
    pub fn newest(&self, record: RecordKey, version: Option<String>) -> Option<String> {
        let mut at = version;
        // A backend that gives a version a second time must not lead in a circle.
        for _ in 0..self.next.len() {
            match self.next.get(&(record, at.clone())) {
                Some(next) => at = Some(next.clone()),
                None => break,
            }
        }
        at
    }

    /// Remembers what an answer says. Only of the `first` answer to a write is it known that the new
    /// version differs from the old one by nothing else.
    pub fn learn(&mut self, intent: &Intent, written: &Written, first: bool) {
        let target = intent.target();
        if let Some(id) = &written.remote_id
            && intent.created().is_some()
        {
            self.ids.insert(target, id.clone());
        }
        if !first {
            return;
        }
        let base = match intent {
            Intent::CreateTicket { .. } | Intent::Create { .. } => None,
            Intent::Edit { base_version, .. } => self.newest(target, base_version.clone()),
            Intent::AddComment { .. } | Intent::AddAttachment { .. } => return,
        };
        let mut records = written.records.iter();
        let version = records
            .find(|record| record.key() == target)
            .and_then(|record| record.stamp().version.clone());
        if let Some(version) = version
            && base.as_ref() != Some(&version)
        {
            self.next.insert((target, base), version);
        }
    }
}

/// What the profile lacks for a change.
pub(crate) fn unmappable(problem: &Problem) -> Parked {
    Parked::Unmappable {
        message: format!("{}: {}", problem.path, problem.message),
    }
}

impl Engine {
    /// What is known of the record that a change is about.
    pub(crate) fn remote(&self, intent: &Intent) -> Remote {
        let subject = intent.subject();
        let subject_version = match intent {
            Intent::Edit { base_version, .. } => self.known.newest(subject, base_version.clone()),
            _ => None,
        };
        Remote {
            subject_id: self.known.ids.get(&subject).cloned(),
            subject_version,
            references: Vec::new(),
            me: self.config.me,
        }
    }

    /// Takes the next step with a waiting row.
    pub(crate) fn set_off(&mut self, sequence: u64) {
        let Some(row) = self.line.at(sequence).cloned() else {
            return;
        };
        let flight = self.line.flight(sequence, row.item.op);
        if flight.is_some_and(|flight| flight.arrived) {
            return self.acknowledge(&row);
        }
        match (&row.item.state, &row.item.frozen) {
            (State::Queued, None) => self.first_attempt(&row),
            (State::Queued, Some(_)) => self.mark_sending(&row, None),
            (State::Sending | State::Unknown { .. }, _) => self.find_out(&row),
            (State::Parked { .. }, _) => {}
        }
    }

    fn first_attempt(&mut self, row: &OutboxRow) {
        let remote = self.remote(&row.item.intent);
        if matches!(row.item.intent, Intent::Edit { .. })
            && remote.subject_version.is_none()
            && self.ask(row)
        {
            // It was written on top of an unsent record, and what became of that is not known any
            // more: the answer tells what the edit stands on.
            return;
        }
        self.freeze(row, row.item.intent.clone(), &remote);
    }

    /// Maps an intent and marks the row as being sent, in one commit.
    pub(crate) fn freeze(&mut self, row: &OutboxRow, intent: Intent, remote: &Remote) {
        match self.connector.write(row.item.op, &intent, remote) {
            Ok(call) => {
                let freeze = Freeze {
                    call,
                    intent,
                    key: None,
                    rebases: row.item.rebases,
                };
                self.mark_sending(row, Some(Box::new(freeze)));
            }
            Err(problem) => self.park(row, unmappable(&problem)),
        }
    }

    pub(crate) fn mark_sending(&mut self, row: &OutboxRow, freeze: Option<Box<Freeze>>) {
        let (sequence, op) = (row.sequence, row.item.op);
        if let Some(flight) = self.line.flight(sequence, op) {
            flight.doubtful |= row.item.state != State::Queued;
            flight.phase = Phase::Committing;
            flight.rechecked = false;
            flight.settling = false;
        }
        self.disk.push(Job::Send {
            sequence,
            op,
            freeze,
        });
    }

    /// A row is on disk as being sent: now it may be.
    pub(crate) fn marked_sending(&mut self, sequence: u64, op: OperationId, late: bool) {
        let Some(row) = self.line.row(sequence, op).cloned() else {
            return;
        };
        let Some(call) = row.item.frozen.clone() else {
            return self.set_phase(sequence, op, Phase::Waiting);
        };
        let Some(flight) = self.line.flight(sequence, op) else {
            return;
        };
        if late && !flight.rechecked {
            // This engine was asleep. Another one may have taken over since, and have sent it.
            flight.rechecked = true;
            self.disk.push(Job::Send {
                sequence,
                op,
                freeze: None,
            });
            return;
        }
        let row = Box::new(row);
        let id = self.call(Purpose::Write { sequence, row }, call);
        self.set_phase(sequence, op, Phase::Sending(id));
    }

    pub(crate) fn write_answered(
        &mut self,
        sequence: u64,
        row: &OutboxRow,
        call: &Outstanding,
        reply: Result<HttpReply, NetFault>,
    ) {
        let answer = match reply {
            Err(NetFault::NoBody) => return self.park(row, Parked::FileMissing),
            Err(fault) => Err(Failure::from(fault)),
            Ok(reply) => self
                .connector
                .read_write(&row.item.intent, &reply)
                .map_err(Failure::Refused),
        };
        match answer {
            Ok(written) => {
                self.note_answer();
                // What is repeated may be answered by the first answer, however old it is.
                let first = row.item.attempts == 0;
                self.known.learn(&row.item.intent, &written, first);
                self.accept(row, written, call, first);
            }
            Err(failure) => {
                self.note_failure(&failure, call.session);
                if self.line.row(sequence, row.item.op).is_some() {
                    self.write_failed(row, failure, call);
                }
            }
        }
    }

    /// The backend has it: says so in the store, with the records that it answered if they are
    /// `fresh`.
    pub(crate) fn accept(
        &mut self,
        row: &OutboxRow,
        written: Written,
        call: &Outstanding,
        fresh: bool,
    ) {
        let intent = &row.item.intent;
        let target = intent.target();
        let answered: Vec<_> = keys(&written.records).collect();
        // A record that a pull brought while this call was under way may be newer than the answer;
        // then the next pull has the last word.
        let mut records = written.records;
        let usable = fresh && self.pull.settled();
        records.retain(|record| usable && !call.overtaken.contains(&record.key()));
        let made = intent.created().is_some();
        let shown =
            keys(&records).any(|key| key == target) || (made && call.overtaken.contains(&target));
        self.overtake(answered.into_iter());
        self.pull.soon(self.now + 2 * self.config.base_delay_ms);
        self.set_phase(row.sequence, row.item.op, Phase::Committing);
        self.disk.push(Job::Ack {
            sequence: row.sequence,
            op: row.item.op,
            intent: Box::new(intent.clone()),
            records,
            shown,
        });
    }

    fn write_failed(&mut self, row: &OutboxRow, failure: Failure, call: &Outstanding) {
        let attempts = row.item.attempts;
        let unknown = State::Unknown { look_ups: 0 };
        let not_done = if self.is_doubtful(row) {
            unknown.clone()
        } else {
            State::Queued
        };
        let floor = failure.floor();
        match failure {
            Failure::Refused(Refusal::SignIn) => {
                if call.session != self.session {
                    self.back_off(row, None);
                }
                self.settle(row, not_done, attempts, None);
            }
            Failure::Refused(Refusal::Stale { current }) => match current {
                Some(current) => self.merge(row, *current, call),
                None => self.read_current(row),
            },
            Failure::Refused(Refusal::AlreadyThere) => {
                if let Some(flight) = self.line.flight(row.sequence, row.item.op) {
                    flight.claimed = true;
                }
                self.settle(row, unknown, attempts.saturating_add(1), None);
            }
            Failure::Refused(refusal @ (Refusal::Rejected { .. } | Refusal::Gone { .. })) => {
                self.park(row, Parked::Refused { refusal });
            }
            Failure::Net(NetFault::NotSent)
            | Failure::Refused(Refusal::Retry {
                status: 425 | 429, ..
            }) => {
                self.back_off(row, floor);
                self.settle(row, not_done, attempts.saturating_add(1), None);
            }
            Failure::Net(_)
            | Failure::Refused(
                Refusal::Retry { .. } | Refusal::NotAnAnswer { .. } | Refusal::CursorLost,
            ) => {
                self.back_off(row, floor);
                self.settle(row, unknown, attempts.saturating_add(1), None);
            }
        }
    }

    /// Whether an earlier attempt may have arrived.
    pub(crate) fn is_doubtful(&mut self, row: &OutboxRow) -> bool {
        let flight = self.line.flight(row.sequence, row.item.op);
        flight.is_some_and(|flight| flight.doubtful)
    }

    /// Lets a row wait after a failure.
    pub(crate) fn back_off(&mut self, row: &OutboxRow, floor_ms: Option<u64>) {
        let Some(flight) = self.line.flight(row.sequence, row.item.op) else {
            return;
        };
        flight.failures = flight.failures.saturating_add(1);
        let wait = backoff::delay(&mut self.rng, &self.config, flight.failures, floor_ms);
        flight.due = self.now.saturating_add(wait);
        flight.floor = self.now.saturating_add(floor_ms.unwrap_or(0));
    }

    /// Writes where a row stands, and lets it wait until that is on disk.
    pub(crate) fn settle(
        &mut self,
        row: &OutboxRow,
        state: State,
        attempts: u32,
        freeze: Option<Box<Freeze>>,
    ) {
        self.set_phase(row.sequence, row.item.op, Phase::Committing);
        self.disk.push(Job::Settle {
            sequence: row.sequence,
            op: row.item.op,
            from: row.item.state.clone(),
            state,
            attempts,
            freeze,
        });
    }

    /// Leaves a row to the user.
    pub(crate) fn park(&mut self, row: &OutboxRow, why: Parked) {
        let attempts = row.item.attempts.saturating_add(1);
        self.settle(row, State::Parked { why }, attempts, None);
    }
}
