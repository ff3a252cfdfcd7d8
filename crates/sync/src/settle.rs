//! Writes whose outcome is not known: the backend is asked, more than once if need be, before
//! anything is sent again.

use crate::disk::Job;
use crate::engine::{Engine, Failure, Outstanding, Purpose};
use crate::event::NetFault;
use crate::line::Phase;
use crate::note;
use crate::outbox::{OutboxRow, Parked, State};
use rapport_connector::{Dedupe, HttpCall, HttpReply, LookedUp, Refusal};
use rapport_domain::{Intent, Merge};

impl Engine {
    /// Takes the next step with a row whose outcome is not known.
    pub(crate) fn find_out(&mut self, row: &OutboxRow) {
        let (sequence, op) = (row.sequence, row.item.op);
        let intent = &row.item.intent;
        let askable = self.look_up(intent).is_some();
        let needed = self.look_ups_needed(intent);
        let look_ups = match row.item.state {
            State::Unknown { look_ups } => look_ups,
            _ => 0,
        };
        let Some(flight) = self.line.flight(sequence, op) else {
            return;
        };
        if askable && look_ups < needed {
            if needed > 1 && !flight.settling {
                // The backend may still be at it, and how long ago it was asked is not known.
                flight.settling = true;
                flight.due = self.now + self.config.settle_delay_ms;
                return;
            }
            if self.ask(row) {
                return;
            }
        }
        let claimed = self.line.flight(sequence, op).is_some_and(|f| f.claimed);
        if claimed {
            // “I have that already”, but it is not to be found: not ours.
            let refusal = Refusal::AlreadyThere;
            self.park(row, Parked::Refused { refusal });
        } else if askable || self.honours_keys() {
            self.mark_sending(row, None);
        } else {
            self.park(row, Parked::OutcomeUnknown);
        }
    }

    /// It has arrived, and the base shows what became of it.
    pub(crate) fn acknowledge(&mut self, row: &OutboxRow) {
        self.set_phase(row.sequence, row.item.op, Phase::Committing);
        self.disk.push(Job::Ack {
            sequence: row.sequence,
            op: row.item.op,
            intent: Box::new(row.item.intent.clone()),
            records: Vec::new(),
            shown: true,
        });
    }

    /// How many look-ups must find nothing before a change is sent again. An edit is tied to the
    /// version it stands on, and a key makes the second one harmless: there one is enough.
    fn look_ups_needed(&self, intent: &Intent) -> u32 {
        let edit = matches!(intent, Intent::Edit { .. });
        if edit || self.honours_keys() {
            1
        } else {
            self.config.settle_look_ups.max(1)
        }
    }

    /// Whether the same request under the same key has one effect.
    pub(crate) fn honours_keys(&self) -> bool {
        self.connector.dedupe() == Dedupe::Key
    }

    /// The call that asks whether a change arrived (of an edit: what the record is now).
    fn look_up(&self, intent: &Intent) -> Option<HttpCall> {
        self.connector.look_up(intent, &self.remote(intent))
    }

    /// Asks the backend about a row, if it can be asked.
    pub(crate) fn ask(&mut self, row: &OutboxRow) -> bool {
        let Some(call) = self.look_up(&row.item.intent) else {
            return false;
        };
        let (sequence, op) = (row.sequence, row.item.op);
        let row = Box::new(row.clone());
        let id = self.call(Purpose::Ask { row }, call);
        self.set_phase(sequence, op, Phase::Asking(id));
        true
    }

    /// The version is stale, and the answer did not say what the record is now.
    pub(crate) fn read_current(&mut self, row: &OutboxRow) {
        if let Some(flight) = self.line.flight(row.sequence, row.item.op) {
            flight.outdated = true;
        }
        if !self.ask(row) {
            let refusal = Refusal::Stale { current: None };
            self.park(row, Parked::Refused { refusal });
        }
    }

    pub(crate) fn ask_answered(
        &mut self,
        row: &OutboxRow,
        call: &Outstanding,
        reply: Result<HttpReply, NetFault>,
    ) {
        let answer = match reply {
            Err(fault) => Err(Failure::from(fault)),
            Ok(reply) => self
                .connector
                .read_look_up(&row.item.intent, &reply)
                .map_err(Failure::Refused),
        };
        self.set_phase(row.sequence, row.item.op, Phase::Waiting);
        match answer {
            Ok(found) => {
                self.note_answer();
                self.looked_up(row, found, call);
            }
            Err(Failure::Refused(refusal @ Refusal::Gone { .. })) => {
                self.note_answer();
                match row.item.intent.created() {
                    // It was there, and has been removed since.
                    Some(_) => self.acknowledge(row),
                    None => self.park(row, Parked::Refused { refusal }),
                }
            }
            Err(failure) => {
                self.note_failure(&failure, call.session);
                let signed_out = matches!(&failure, Failure::Refused(Refusal::SignIn));
                if !signed_out || call.session != self.session {
                    self.back_off(row, failure.floor());
                }
            }
        }
    }

    fn looked_up(&mut self, row: &OutboxRow, found: LookedUp, call: &Outstanding) {
        let Intent::Edit { target, edit, .. } = &row.item.intent else {
            return match found {
                LookedUp::Found(written) => {
                    self.known.learn(&row.item.intent, &written, false);
                    self.accept(row, written, call, true);
                }
                LookedUp::Absent => self.absent(row),
            };
        };
        let LookedUp::Found(written) = found else {
            let refusal = Refusal::Gone { status: 404 };
            return self.park(row, Parked::Refused { refusal });
        };
        let mut records = written.records.iter();
        let current = records.find(|record| record.key() == *target).cloned();
        match current {
            // No copy of it has arrived.
            Some(now) if row.item.state == State::Queued || self.is_outdated(row) => {
                self.merge(row, now, call);
            }
            Some(now) if edit.merge(&now) == Merge::AlreadyThere => {
                // Whether his reason came with it or somebody else made the change, the record does
                // not tell: under its key the same request does.
                let gives_reason = note::of(edit).is_some();
                match (gives_reason, self.honours_keys()) {
                    (false, _) => self.accept(row, written, call, true),
                    (true, true) => self.absent(row),
                    (true, false) => self.park(row, Parked::OutcomeUnknown),
                }
            }
            _ => self.absent(row),
        }
    }

    fn is_outdated(&mut self, row: &OutboxRow) -> bool {
        let flight = self.line.flight(row.sequence, row.item.op);
        flight.is_some_and(|flight| flight.outdated)
    }

    /// The backend does not have it now.
    fn absent(&mut self, row: &OutboxRow) {
        let look_ups = match row.item.state {
            State::Unknown { look_ups } => look_ups,
            _ => 0,
        };
        let state = State::Unknown {
            look_ups: look_ups.saturating_add(1),
        };
        let needed = self.look_ups_needed(&row.item.intent);
        if let Some(flight) = self.line.flight(row.sequence, row.item.op) {
            flight.due = if look_ups + 1 < needed {
                self.now + self.config.settle_delay_ms
            } else {
                self.now
            };
        }
        self.settle(row, state, row.item.attempts, None);
    }
}
