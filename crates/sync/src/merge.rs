//! Edits of a record that has moved on meanwhile: what does not collide goes on top of the newer
//! version, what does becomes a question.

use crate::backoff;
use crate::disk::{Freeze, Job};
use crate::engine::{Engine, Outstanding};
use crate::note;
use crate::outbox::{OutboxRow, Parked, State};
use crate::send::unmappable;
use rapport_connector::{Refusal, Remote, Written};
use rapport_domain::{Entity, Intent, Merge, OperationId};
use uuid::Uuid;

impl Engine {
    /// Settles an edit against the record as the backend has it now.
    pub(crate) fn merge(&mut self, row: &OutboxRow, current: Entity, call: &Outstanding) {
        let Intent::Edit { target, edit, .. } = &row.item.intent else {
            let refusal = Refusal::Stale { current: None };
            return self.park(row, Parked::Refused { refusal });
        };
        if current.key().kind != target.kind {
            return self.read_current(row);
        }
        let version = current.stamp().version.clone();
        match edit.merge(&current) {
            Merge::AlreadyThere => {
                let said = note::alone(&row.item, *target, edit, self.config.me);
                if let Some(said) = said {
                    self.show(current, call);
                    // A key that was used already would have been answered as before.
                    let is_unsaid = self.honours_keys() || !self.is_doubtful(row);
                    return if is_unsaid {
                        self.rebase(row, said, None)
                    } else {
                        self.park(row, Parked::OutcomeUnknown)
                    };
                }
                let written = Written {
                    records: vec![current],
                    remote_id: None,
                };
                self.accept(row, written, call, true);
            }
            Merge::Conflict(fields) => {
                self.show(current, call);
                self.park(row, Parked::Conflict { fields, version });
            }
            Merge::Rebased(_) if row.item.rebases >= self.config.max_rebases => {
                // Putting it on top of newer versions does not come to an end.
                let fields = edit.differences(&current);
                self.show(current, call);
                self.park(row, Parked::Conflict { fields, version });
            }
            Merge::Rebased(edit) => {
                let intent = Intent::Edit {
                    target: *target,
                    base_version: version.clone(),
                    edit,
                };
                self.rebase(row, intent, version);
            }
        }
    }

    /// Another request for the same operation: frozen anew, under a key of its own.
    fn rebase(&mut self, row: &OutboxRow, intent: Intent, version: Option<String>) {
        let rebases = row.item.rebases + 1;
        let key = next_key(row.item.op, rebases);
        let remote = Remote {
            subject_version: version,
            ..self.remote(&intent)
        };
        let call = match self.connector.write(key, &intent, &remote) {
            Ok(call) => call,
            Err(problem) => return self.park(row, unmappable(&problem)),
        };
        if let Some(flight) = self.line.flight(row.sequence, row.item.op) {
            flight.outdated = false;
            // The first time at once; against somebody who writes all the time, ever slower.
            flight.due = match rebases {
                1 => self.now,
                n => self.now + backoff::delay(&mut self.rng, &self.config, n - 1, None),
            };
        }
        let freeze = Freeze {
            call,
            intent,
            key: Some(key),
            rebases,
        };
        self.settle(
            row,
            State::Queued,
            row.item.attempts,
            Some(Box::new(freeze)),
        );
    }

    /// Stores a record that came with a refusal, unless a newer one has come meanwhile.
    fn show(&mut self, current: Entity, call: &Outstanding) {
        if !self.pull.settled() || call.overtaken.contains(&current.key()) {
            return;
        }
        self.overtake(std::iter::once(current.key()));
        let records = vec![current];
        self.disk.push(Job::Records { records });
    }
}

/// The key of the `rebases`-th other request of an operation. It is derived, so that an engine that
/// was interrupted does not make a second one.
fn next_key(op: OperationId, rebases: u32) -> OperationId {
    let name = format!("rebase/{rebases}");
    OperationId(Uuid::new_v5(&op.0, name.as_bytes()))
}
