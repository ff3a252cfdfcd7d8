//! What must hold: after every commit, and when all has come to rest.

use crate::device::overlay;
use crate::ledger::{Actor, Entry, Fate};
use crate::profile::Backend;
use crate::world::World;
use futures::executor::block_on;
use rapport_connector::Refusal;
use rapport_domain::{Entity, Intent, Kind, OperationId, RecordKey};
use rapport_store::{Batch, Read, Space, Step, Store, meta};
use rapport_sync::{OutboxRow, Parked, State, actions};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// After every commit on a device.
    pub fn check_commit(
        &mut self,
        device: usize,
        actor: Actor,
        batch: &Batch,
        before: Vec<OutboxRow>,
        after: Vec<OutboxRow>,
    ) {
        let moves_cursor = batch.steps.iter().any(
            |step| matches!(step, Step::Put(Space::Meta, key, _) if *key == meta::CURSOR.into()),
        );
        if moves_cursor {
            assert_eq!(before, after, "I29: a pull touched the outbox");
        }
        let sweeps = moves_cursor && batch.steps.len() > 3;
        self.totals.swept += u64::from(sweeps);
        self.devices[device].ledger.compare(actor, &before, &after);
        self.count(&before, &after);
        self.check_blobs(device, &after);
        self.check_overlay(device, actor, &after);
        self.check_base(device);
    }

    fn count(&mut self, before: &[OutboxRow], after: &[OutboxRow]) {
        for row in after {
            let was = before.iter().find(|old| old.sequence == row.sequence);
            if was.is_some_and(|old| old.bytes == row.bytes) {
                continue;
            }
            match &row.item.state {
                State::Parked {
                    why: Parked::Conflict { .. },
                } => self.totals.conflicts += 1,
                State::Parked { .. } => self.totals.parked += 1,
                State::Unknown { .. } => self.totals.unknown += 1,
                _ => {}
            }
            let rebases = was.map_or(0, |old| old.item.rebases);
            self.totals.rebased += u64::from(row.item.rebases > rebases);
        }
    }

    /// I3: as long as a file is unsent, its bytes are there.
    fn check_blobs(&self, device: usize, rows: &[OutboxRow]) {
        for row in rows {
            let Intent::AddAttachment { attachment } = &row.item.intent else {
                continue;
            };
            let read = Read::One(Space::Blobs, attachment.id.to_string().into());
            let found = block_on(self.devices[device].store.read(&[read])).unwrap();
            assert_eq!(
                found[0].len(),
                1,
                "I3: the bytes of an unsent file are gone"
            );
        }
    }

    /// I2, I26: an unsent change is laid over the base; it is taken away only when the base shows
    /// what became of it.
    fn check_overlay(&mut self, device: usize, actor: Actor, rows: &[OutboxRow]) {
        let now = overlay(&self.devices[device].store);
        let before = std::mem::replace(&mut self.devices[device].overlay, now.clone());
        for row in rows {
            assert!(
                now.contains(&row.item.op),
                "I2: an outbox row without an overlay row"
            );
        }
        block_on(self.devices[device].replica.refresh()).unwrap();
        for op in before.difference(&now) {
            let entry = &self.devices[device].ledger.entries[op];
            match actor {
                Actor::User => assert!(
                    matches!(entry.fate, Fate::Discarded | Fate::Replaced),
                    "I2: the overlay of an open operation was removed"
                ),
                Actor::Engine => {
                    assert_eq!(
                        entry.fate,
                        Fate::Acked,
                        "I2: overlay removed before the ack"
                    );
                    self.check_shown(device, *op);
                }
            }
        }
    }

    /// The base shows what an acknowledged operation did, or something newer.
    fn check_shown(&self, device: usize, op: OperationId) {
        let entry = &self.devices[device].ledger.entries[&op];
        let target = entry.intent.target();
        if self.server.deleted.contains(&target.id.to_string()) {
            return;
        }
        let references = entry.references();
        let effects = self.server.effects.iter();
        let made = effects
            .filter(|effect| references.contains(&effect.reference))
            .map(|effect| effect.version)
            .max();
        let base = block_on(self.devices[device].replica.load_base(target)).unwrap();
        let Some(base) = base else {
            panic!("I26: {target:?} vanished after its ack");
        };
        assert!(
            version(&base) >= made.unwrap_or(0),
            "I26: {target:?} was shown as {} after the ack of {made:?}",
            version(&base)
        );
    }

    /// I27, I28, I34: no record goes back to an older version, and none comes back from the dead.
    fn check_base(&mut self, device: usize) {
        let keys = self.devices[device].replica.keys();
        let listed: BTreeSet<RecordKey> = keys.iter().copied().collect();
        for key in keys {
            let base = block_on(self.devices[device].replica.load_base(key)).unwrap();
            let version = base.as_ref().map_or(0, version);
            let shown = self.devices[device].shown.entry(key).or_default();
            assert!(
                version >= *shown,
                "I27: {key:?} went back from {shown} to {version}"
            );
            *shown = version;
        }
        for (key, shown) in &mut self.devices[device].shown {
            if !listed.contains(key) {
                let gone = self.server.deleted.contains(&key.id.to_string());
                assert!(gone, "I30: {key:?} was taken away, but the server has it");
                *shown = u64::MAX;
            }
        }
    }

    /// I31: no edit replaces a value that its user has not seen.
    pub fn check_replaced(&mut self, device: usize) {
        for (key, field, before) in std::mem::take(&mut self.server.replaced) {
            let entries = &self.devices[device].ledger.entries;
            let Some(entry) = entries.values().find(|entry| entry.keys.contains(&key)) else {
                continue;
            };
            let Intent::Edit { edit, .. } = &entry.intent else {
                panic!("{key} is no edit");
            };
            let base = json(edit)["fields"][&field]["base"].clone();
            // What the same user wrote on this device, he has seen as well.
            let own = |other: &Entry| match &other.intent {
                Intent::CreateTicket { ticket } => json(ticket)[&field] == before,
                Intent::Edit { edit, .. } => json(edit)["fields"][&field]["mine"] == before,
                _ => false,
            };
            let ticket = entry.intent.subject();
            let mut of_ticket = entries.values().filter(|e| e.intent.subject() == ticket);
            assert!(
                base == before || of_ticket.any(own),
                "I31: {key} replaced {field} {before}, unseen; {base} was seen"
            );
        }
    }

    /// When all has come to rest.
    pub fn check_rest(&mut self) {
        for device in 0..self.devices.len() {
            self.check_drained(device);
            self.check_effects(device);
            self.check_order(device);
            self.check_converged(device);
        }
    }

    /// I14, I16, I18: nothing is left but what needs the user, and what waits for that.
    fn check_drained(&mut self, device: usize) {
        let rows = self.outbox(device);
        let mut excused: BTreeSet<u64> = BTreeSet::new();
        for row in &rows {
            if matches!(row.item.state, State::Parked { .. }) {
                let with = actions::goes_with(&rows, row);
                excused.extend(with.iter().map(|row| row.sequence));
            }
        }
        for row in &rows {
            let left = excused.contains(&row.sequence);
            assert!(left, "I18: not drained: {}", crate::ledger::brief(&rows));
        }
        let place = self.devices[device].leading().expect("somebody leads");
        let status = self.devices[device].tabs[place.tab].status.clone();
        let status = status.expect("something is shown");
        // A periodic pull may be under way just now.
        assert!(status.reachable && status.complete, "{status:?}");
        assert!(!status.needs_sign_in && status.sending == 0, "{status:?}");
        assert_eq!(
            status.parked + status.waiting,
            rows.len() as u32,
            "{status:?}"
        );
        assert_eq!(status.store_problem, None);
        let ledger = &self.devices[device].ledger;
        let counts = [Fate::Acked, Fate::Discarded, Fate::Replaced].map(|fate| ledger.count(fate));
        self.totals.acked += counts[0] as u64;
        self.totals.discarded += counts[1] as u64;
        self.totals.replaced += counts[2] as u64;
        self.totals.submitted += ledger.entries.len() as u64;
        let sum = counts.iter().sum::<usize>() + rows.len();
        assert_eq!(ledger.entries.len(), sum, "I11");
    }

    /// I6, I7: what was acknowledged was done once; what was refused was not done.
    fn check_effects(&self, device: usize) {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for effect in &self.server.effects {
            *times.entry(&effect.reference).or_default() += 1;
        }
        let rows = self.outbox(device);
        for (op, entry) in &self.devices[device].ledger.entries {
            let references = entry.references();
            let done: usize = references
                .iter()
                .map(|reference| times.get(reference.as_str()).copied().unwrap_or(0))
                .sum();
            let edit = matches!(entry.intent, Intent::Edit { .. });
            assert!(done <= 1, "I6: {op} was done {done} times");
            let gone = self
                .server
                .deleted
                .contains(&entry.intent.subject().id.to_string());
            match entry.fate {
                Fate::Acked if !edit => assert_eq!(done, 1, "I6: {op} was acknowledged"),
                Fate::Open if !edit && !gone => {
                    let row = rows.iter().find(|row| row.item.op == *op);
                    if row.is_some_and(|row| is_taken(&row.item.state)) {
                        continue;
                    }
                    assert_eq!(
                        done,
                        0,
                        "I14: {op} was done: {:?}",
                        row.map(|row| &row.item)
                    );
                }
                _ => {}
            }
        }
    }

    /// I17: what a device did on one ticket arrived in its order; what once needed the user may come
    /// late, and so may a copy that was on its way when its user gave it up.
    fn check_order(&self, device: usize) {
        let mut places: BTreeMap<String, (u64, bool)> = BTreeMap::new();
        for entry in self.devices[device].ledger.entries.values() {
            for reference in entry.references() {
                let late = entry.ever_parked || entry.fate == Fate::Discarded;
                // Words that were edited are another operation in the same place.
                let place = places.entry(reference).or_insert((entry.sequence, false));
                place.1 |= late;
            }
        }
        let mut last: BTreeMap<&str, u64> = BTreeMap::new();
        for effect in &self.server.effects {
            let Some((sequence, late)) = places.get(&effect.reference) else {
                continue;
            };
            let before = last.entry(&effect.ticket).or_default();
            assert!(
                *late || sequence > before,
                "I17: {} came out of order",
                effect.reference
            );
            *before = (*before).max(*sequence);
        }
    }

    /// I33: the base is what the server has.
    fn check_converged(&mut self, device: usize) {
        block_on(self.devices[device].replica.refresh()).unwrap();
        let mut theirs: BTreeMap<RecordKey, u64> = BTreeMap::new();
        for ((kind, id), record) in &self.server.records {
            let key = RecordKey {
                kind: Kind::parse(kind).unwrap(),
                id: id.parse().unwrap(),
            };
            theirs.insert(key, record["version"].as_str().unwrap().parse().unwrap());
        }
        let mut ours: BTreeMap<RecordKey, u64> = BTreeMap::new();
        for key in self.devices[device].replica.keys() {
            let base = block_on(self.devices[device].replica.load_base(key)).unwrap();
            ours.insert(key, base.as_ref().map_or(0, version));
        }
        let surplus: Vec<_> = ours
            .iter()
            .filter(|(key, v)| theirs.get(key) != Some(v))
            .collect();
        let missing: Vec<_> = theirs
            .iter()
            .filter(|(key, v)| ours.get(key) != Some(v))
            .collect();
        assert!(
            surplus.is_empty() && missing.is_empty(),
            "I33: device {device} has {surplus:?}, the server has {missing:?}"
        );
        let rows = self.outbox(device);
        let unsent: BTreeSet<OperationId> = rows.iter().map(|row| row.item.op).collect();
        let laid_over = overlay(&self.devices[device].store);
        assert_eq!(laid_over, unsent, "I2: the overlay is what is unsent");
        assert_eq!(
            self.backend == Backend::HonoursKeys,
            self.server.honours_keys
        );
    }
}

/// The backend says that it has another record of that id: one that was refused, then reworded by the
/// user, while a copy of the first request was still under way.
fn is_taken(state: &State) -> bool {
    let State::Parked {
        why: Parked::Refused { refusal },
    } = state
    else {
        return false;
    };
    matches!(refusal, Refusal::Rejected { title, .. } if title == "id-taken")
}

pub fn version(entity: &Entity) -> u64 {
    let version = entity.stamp().version.as_deref();
    version
        .and_then(|version| version.parse().ok())
        .unwrap_or(0)
}

fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}
