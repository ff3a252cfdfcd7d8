//! What a device owes to its user: every operation ever saved, and what became of it, told from the
//! rows alone.

use rapport_domain::{Intent, OperationId};
use rapport_sync::{OutboxRow, State, actions};
use std::collections::BTreeMap;

/// Who commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Engine,
    User,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Open,
    Acked,
    Discarded,
    Replaced,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Entry {
    pub sequence: u64,
    pub intent: Intent,
    pub fate: Fate,
    pub ever_parked: bool,
    /// Every key under which it was frozen.
    pub keys: Vec<String>,
}

impl Entry {
    /// What the server's ledger calls its effects.
    pub fn references(&self) -> Vec<String> {
        match &self.intent {
            Intent::Edit { .. } => self.keys.clone(),
            other => vec![other.target().id.to_string()],
        }
    }
}

/// The operations of a device.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub device: usize,
    pub entries: BTreeMap<OperationId, Entry>,
    last_sequence: u64,
}

impl Ledger {
    /// Compares the outbox before and after a commit, and refuses what may never happen.
    pub fn compare(&mut self, actor: Actor, before: &[OutboxRow], after: &[OutboxRow]) {
        let old: BTreeMap<u64, &OutboxRow> = before.iter().map(|row| (row.sequence, row)).collect();
        let new: BTreeMap<u64, &OutboxRow> = after.iter().map(|row| (row.sequence, row)).collect();
        let mut touched = 0;
        for (sequence, row) in &new {
            match old.get(sequence) {
                None => self.added(actor, row),
                Some(was) if was.bytes != row.bytes => {
                    touched += 1;
                    self.changed(actor, was, row);
                }
                Some(_) => {}
            }
        }
        for (sequence, row) in &old {
            if !new.contains_key(sequence) {
                touched += 1;
                let entry = self.entries.get_mut(&row.item.op).unwrap();
                entry.fate = match actor {
                    Actor::Engine => Fate::Acked,
                    Actor::User => Fate::Discarded,
                };
            }
        }
        // What waits for the user makes wait what cannot be done without it.
        for row in after {
            if matches!(row.item.state, State::Parked { .. }) {
                for row in actions::goes_with(after, row) {
                    self.entries.get_mut(&row.item.op).unwrap().ever_parked = true;
                }
            }
        }
        let engine = actor == Actor::Engine;
        assert!(
            !engine || touched <= 1,
            "one commit of the engine changes {touched} rows"
        );
        let open = self.count(Fate::Open);
        assert_eq!(open, after.len(), "I11: the outbox and the ledger differ");
    }

    fn added(&mut self, actor: Actor, row: &OutboxRow) {
        assert_eq!(actor, Actor::User, "only people add to the outbox");
        assert!(
            row.sequence > self.last_sequence,
            "I35: a place was given twice"
        );
        self.last_sequence = row.sequence;
        self.enter(row);
    }

    fn enter(&mut self, row: &OutboxRow) {
        let entry = Entry {
            sequence: row.sequence,
            intent: row.item.intent.clone(),
            fate: Fate::Open,
            ever_parked: false,
            keys: Vec::new(),
        };
        let known = self.entries.insert(row.item.op, entry);
        assert!(known.is_none(), "an operation was saved twice");
    }

    fn changed(&mut self, actor: Actor, was: &OutboxRow, row: &OutboxRow) {
        let (old, new) = (&was.item, &row.item);
        if old.op != new.op {
            assert_eq!(actor, Actor::User, "only people replace operations");
            assert!(
                new.frozen.is_none() && new.key.is_none(),
                "I10: an edit kept its request"
            );
            self.entries.get_mut(&old.op).unwrap().fate = Fate::Replaced;
            self.enter(row);
            self.entries.get_mut(&new.op).unwrap().ever_parked = true;
            return;
        }
        if old.frozen.is_some() && old.idempotency_key() == new.idempotency_key() {
            assert_eq!(old.frozen, new.frozen, "I5: a frozen request was changed");
        }
        if actor == Actor::User {
            assert_eq!(old.frozen, new.frozen, "I10: a retry changed the request");
            assert_eq!(old.idempotency_key(), new.idempotency_key(), "I10");
        }
        let entry = self.entries.get_mut(&new.op).unwrap();
        entry.intent = new.intent.clone();
        entry.ever_parked |= matches!(new.state, State::Parked { .. });
        let key = new.idempotency_key().to_string();
        if new.frozen.is_some() && !entry.keys.contains(&key) {
            entry.keys.push(key);
        }
    }

    pub fn count(&self, fate: Fate) -> usize {
        self.entries
            .values()
            .filter(|entry| entry.fate == fate)
            .count()
    }
}

/// Rows in a line.
pub fn brief(rows: &[OutboxRow]) -> String {
    let each = rows.iter().map(|row| {
        let state = match &row.item.state {
            State::Queued => "queued".to_owned(),
            State::Sending => "sending".to_owned(),
            State::Unknown { look_ups } => format!("unknown({look_ups})"),
            State::Parked { why } => format!("parked({why:?})"),
        };
        let op = row.item.op.to_string();
        format!("{}:{}:{state}", row.sequence, &op[..8])
    });
    each.collect::<Vec<_>>().join(" ")
}
