//! The outbox in memory: what waits, for what, and what may go next.

use crate::event::CallId;
use crate::outbox::{OutboxRow, State};
use rapport_domain::{Entity, OperationId, RecordKey};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The engine's own knowledge of one row. It is lost with the engine, and nothing depends on it that
/// may not be lost.
#[derive(Clone, Debug)]
pub struct Flight {
    /// The operation it is about; a row edited meanwhile has another one.
    pub op: OperationId,
    /// Not before this.
    pub due: u64,
    /// What the backend asked us to wait for; nothing shortens it.
    pub floor: u64,
    /// Failures in a row.
    pub failures: u32,
    /// What is happening now.
    pub phase: Phase,
    /// The backend said that it has this already: if it cannot be found there, the user must look.
    pub claimed: bool,
    /// Whether the late check of the generation has been done for this attempt.
    pub rechecked: bool,
    /// Whether the time that a backend may still be at it has been waited for.
    pub settling: bool,
    /// A pull showed the record that it makes, so it has arrived.
    pub arrived: bool,
    /// The backend said that the record has moved on; what it is now is being asked.
    pub outdated: bool,
    /// An earlier attempt may have arrived: that a later one did not leave proves nothing.
    pub doubtful: bool,
}

/// What is happening with a row now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing; it waits for its time.
    Waiting,
    /// A change of the row is being committed.
    Committing,
    /// It is being sent.
    Sending(CallId),
    /// The backend is being asked about it.
    Asking(CallId),
}

impl Flight {
    fn new(op: OperationId, due: u64) -> Self {
        Self {
            op,
            due,
            floor: 0,
            failures: 0,
            phase: Phase::Waiting,
            claimed: false,
            rechecked: false,
            settling: false,
            arrived: false,
            outdated: false,
            doubtful: false,
        }
    }
}

/// The outbox.
#[derive(Clone, Debug, Default)]
pub struct Line {
    rows: BTreeMap<u64, OutboxRow>,
    flights: BTreeMap<u64, Flight>,
    /// Rows that this engine removed. A reading from before the removal may still show them.
    removed: BTreeSet<u64>,
    /// What this engine last overwrote in a row. A reading from before that may still show it.
    overwritten: HashMap<u64, Vec<u8>>,
    lines: HashMap<RecordKey, BTreeSet<u64>>,
    operations: HashMap<OperationId, u64>,
}

impl Line {
    /// Takes over the rows of a fresh reading. New and changed rows are due at `now`; rows under way
    /// stay under way.
    pub fn replace(&mut self, rows: Vec<OutboxRow>, now: u64) {
        let mut old = std::mem::take(&mut self.rows);
        self.lines.clear();
        self.operations.clear();
        let mut present = HashSet::new();
        for mut row in rows {
            if self.removed.contains(&row.sequence) {
                continue;
            }
            if self.overwritten.get(&row.sequence) == Some(&row.bytes)
                && let Some(newer) = old.get(&row.sequence)
            {
                row = newer.clone();
            }
            present.insert(row.sequence);
            let touched = old
                .remove(&row.sequence)
                .is_none_or(|before| before.bytes != row.bytes);
            let op = row.item.op;
            let flight = self
                .flights
                .entry(row.sequence)
                .or_insert_with(|| Flight::new(op, now));
            if touched && (flight.op != op || flight.phase == Phase::Waiting) {
                let floor = flight.floor;
                *flight = Flight::new(op, now.max(floor));
                flight.floor = floor;
            }
            self.index(&row);
            self.rows.insert(row.sequence, row);
        }
        self.flights
            .retain(|sequence, _| present.contains(sequence));
    }

    fn index(&mut self, row: &OutboxRow) {
        self.operations.insert(row.item.op, row.sequence);
        let subject = row.item.intent.subject();
        self.lines.entry(subject).or_default().insert(row.sequence);
    }

    /// What is held here has turned out to be wrong: the next reading is right, whatever it says.
    pub fn believe_readings(&mut self) {
        self.overwritten.clear();
    }

    /// A row that this engine has rewritten.
    pub fn rewritten(&mut self, row: OutboxRow) {
        if !self.removed.contains(&row.sequence) {
            self.index(&row);
            let sequence = row.sequence;
            if let Some(before) = self.rows.insert(sequence, row) {
                self.overwritten.insert(sequence, before.bytes);
            }
        }
    }

    /// A row that this engine has removed.
    pub fn remove(&mut self, sequence: u64) {
        self.removed.insert(sequence);
        self.overwritten.remove(&sequence);
        self.flights.remove(&sequence);
        if let Some(row) = self.rows.remove(&sequence) {
            self.operations.remove(&row.item.op);
            let subject = row.item.intent.subject();
            if let Some(line) = self.lines.get_mut(&subject) {
                line.remove(&sequence);
                if line.is_empty() {
                    self.lines.remove(&subject);
                }
            }
        }
    }

    /// The row of a place, if it still carries this operation.
    #[must_use]
    pub fn row(&self, sequence: u64, op: OperationId) -> Option<&OutboxRow> {
        self.rows.get(&sequence).filter(|row| row.item.op == op)
    }

    /// The row of a place.
    #[must_use]
    pub fn at(&self, sequence: u64) -> Option<&OutboxRow> {
        self.rows.get(&sequence)
    }

    /// What the engine knows about a row, as long as it carries this operation.
    pub fn flight(&mut self, sequence: u64, op: OperationId) -> Option<&mut Flight> {
        self.flights
            .get_mut(&sequence)
            .filter(|flight| flight.op == op)
    }

    /// Everything the engine knows about rows.
    pub fn flights(&mut self) -> impl Iterator<Item = &mut Flight> {
        self.flights.values_mut()
    }

    /// A pull showed these records, present or gone: what was to make them has arrived, even if the
    /// backend refused a later copy of it.
    pub fn arrived(&mut self, records: &[Entity], gone: &[RecordKey], now: u64) {
        for row in self.rows.values() {
            let Some(made) = row.item.intent.created() else {
                continue;
            };
            let key = made.key();
            // While its outcome is unknown nobody can have edited it.
            let untouched = row.item.may_have_arrived();
            let is_it =
                |record: &Entity| record.key() == key && (untouched || same_words(record, &made));
            let shown = records.iter().any(is_it) || (untouched && gone.contains(&key));
            if row.item.frozen.is_some()
                && shown
                && let Some(flight) = self.flights.get_mut(&row.sequence)
            {
                flight.arrived = true;
                flight.due = flight.due.min(now);
            }
        }
    }

    /// How many rows are being sent or asked about.
    #[must_use]
    pub fn under_way(&self) -> usize {
        let busy = |flight: &&Flight| flight.phase != Phase::Waiting;
        self.flights.values().filter(busy).count()
    }

    /// The waiting row that is due longest among those that nothing holds back, and when the next
    /// one will be due.
    #[must_use]
    pub fn next(&self, now: u64) -> (Option<u64>, Option<u64>) {
        let mut best: Option<(u64, u64)> = None;
        let mut later: Option<u64> = None;
        for sequences in self.lines.values() {
            for sequence in sequences {
                let (Some(row), Some(flight)) =
                    (self.rows.get(sequence), self.flights.get(sequence))
                else {
                    continue;
                };
                if steps_aside(row, flight) {
                    continue;
                }
                // From here on this row holds back whatever follows on its ticket.
                if flight.phase == Phase::Waiting && !self.waits_for_another(row) {
                    if flight.due > now {
                        later = Some(later.map_or(flight.due, |at| at.min(flight.due)));
                    } else if best.is_none_or(|found| (flight.due, *sequence) < found) {
                        best = Some((flight.due, *sequence));
                    }
                    break;
                }
                if flight.phase != Phase::Waiting {
                    break;
                }
                // It waits for another row; what does not depend on it may pass only if that other
                // row has stepped aside for the user.
                if !self.waits_for_parked(row) {
                    break;
                }
            }
        }
        (best.map(|(_, sequence)| sequence), later)
    }

    /// The earlier rows that `row` cannot be done before, as far as they are still here.
    fn parents<'a>(&'a self, row: &'a OutboxRow) -> impl Iterator<Item = &'a OutboxRow> {
        // Only earlier ones: so no two rows can wait for each other.
        let siblings = self.lines.get(&row.item.intent.subject()).into_iter();
        let siblings = siblings.flat_map(|line| line.range(..row.sequence));
        let named = row.item.after.iter();
        let named = named.filter_map(|op| self.operations.get(op));
        siblings
            .chain(named.filter(|sequence| **sequence < row.sequence))
            .filter_map(|sequence| self.rows.get(sequence))
            .filter(|other| depends(row, other))
    }

    /// Whether a row waits for another one to be done first.
    #[must_use]
    pub fn waits_for_another(&self, row: &OutboxRow) -> bool {
        self.parents(row).next().is_some()
    }

    fn waits_for_parked(&self, row: &OutboxRow) -> bool {
        self.parents(row).any(|parent| {
            matches!(parent.item.state, State::Parked { .. }) || self.waits_for_parked(parent)
        })
    }

    /// Rows that need the user.
    #[must_use]
    pub fn parked(&self) -> usize {
        let parked = |row: &&OutboxRow| matches!(row.item.state, State::Parked { .. });
        self.rows.values().filter(parked).count()
    }

    /// Rows that are being sent.
    #[must_use]
    pub fn sending(&self) -> usize {
        let sent = |flight: &&Flight| matches!(flight.phase, Phase::Sending(_));
        self.flights.values().filter(sent).count()
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Whether a record says what was written. Words that were edited after an earlier copy of them had
/// left must not go with that copy.
fn same_words(record: &Entity, made: &Entity) -> bool {
    match (record, made) {
        (Entity::Comment(theirs), Entity::Comment(mine)) => theirs.text.trim() == mine.text.trim(),
        (Entity::Ticket(theirs), Entity::Ticket(mine)) => {
            theirs.subject.trim() == mine.subject.trim()
                && theirs.description.trim() == mine.description.trim()
        }
        _ => true,
    }
}

/// Whether a row waits for the user, so that what follows on its ticket may pass unless it depends
/// on it.
fn steps_aside(row: &OutboxRow, flight: &Flight) -> bool {
    !flight.arrived && matches!(row.item.state, State::Parked { .. })
}

/// Whether `row` cannot be done before `other`: what it belongs to is not there yet, or it says so
/// itself.
#[must_use]
pub fn depends(row: &OutboxRow, other: &OutboxRow) -> bool {
    row.item.after.contains(&other.item.op) || row.item.intent.needs(&other.item.intent)
}
