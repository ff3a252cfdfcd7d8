//! Random histories against a model so simple that it is plainly right: a map of base records and a
//! list of local changes. After every action each tab must show what the model shows.

use super::Fixture;
use super::samples::{comment, create, key, op, rename, say, ticket};
use crate::columns;
use crate::fault::Fault;
use crate::fold::{self, Sizes};
use crate::kv::{Key, Read, Space, Store};
use crate::log;
use crate::meta;
use crate::query::Query;
use crate::replica::Replica;
use crate::row::Row;
use crate::writes;
use rapport_domain::{Entity, Intent, Kind, LastComment, OperationId, RecordKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One step of a history. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Action {
    /// The backend tells tickets (with a version) and comments, and what is gone.
    Pull {
        /// Numbers of tickets.
        tickets: Vec<u8>,
        /// Numbers of comments; each is on the ticket of its number modulo 12.
        comments: Vec<u8>,
        /// Tickets that are gone.
        gone: Vec<u8>,
    },
    /// The user files a ticket.
    Create(u8),
    /// The user renames a ticket.
    Rename(u8),
    /// The user says something.
    Say(u8),
    /// The oldest open change, counted from here, is carried out: it is taken out of overlay and
    /// outbox, and the base has it.
    Acknowledge(u8),
    /// The user gives a change up.
    Discard(u8),
    /// The log is folded, so many entries of it.
    Fold(u8),
    /// The caches are dropped.
    Wipe,
    /// The store is opened again.
    Reopen,
    /// The second tab looks.
    SecondTabLooks,
}

/// Numbers of tickets and comments are below this.
const NUMBERS: u32 = 24;

#[derive(Default)]
struct Model {
    base: BTreeMap<RecordKey, Entity>,
    /// Operation, outbox key, change; in order.
    local: Vec<(OperationId, u64, Intent)>,
}

impl Model {
    /// What is shown of a record.
    fn shown(&self, key: &RecordKey) -> Option<Entity> {
        let intents = || self.local.iter().map(|(_, _, intent)| intent);
        let made = || {
            intents()
                .find(|intent| intent.target() == *key && intent.created().is_some())
                .and_then(Intent::created)
        };
        let mut shown = self.base.get(key).cloned().or_else(made)?;
        for intent in intents() {
            if let Intent::Edit { edit, target, .. } = intent
                && target == key
            {
                edit.apply(&mut shown);
            }
        }
        if let Entity::Ticket(ticket) = &mut shown {
            for intent in intents() {
                match intent {
                    Intent::AddComment { comment }
                        if comment.ticket == ticket.id
                            && !self.base.contains_key(&intent.target()) =>
                    {
                        let newer = match &ticket.last_comment {
                            Some(last) => last.at <= comment.stamp.said_at,
                            None => true,
                        };
                        if newer {
                            ticket.last_comment = Some(LastComment {
                                at: comment.stamp.said_at,
                                by: comment.author.clone(),
                                text: comment.text.clone(),
                            });
                        }
                    }
                    _ => {}
                }
            }
        }
        Some(shown)
    }
}

struct Run<'f, F: Fixture> {
    fixture: &'f F,
    store: F::Store,
    model: Model,
    replica: Replica<F::Store>,
    /// What a view would show that looks again only at what change sets name.
    followed: BTreeMap<RecordKey, Arc<Row>>,
    second: Replica<F::Store>,
    generation: Vec<u8>,
    versions: u32,
    operations: u32,
    sequence: u64,
}

/// Plays a history and compares after every action.
///
/// # Errors
/// What the store says; a difference panics with what was expected and what was there.
pub async fn play<F: Fixture>(fixture: &F, actions: &[Action]) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let generation = writes::take_over(&store).await?;
    let replica = Replica::open(store.clone()).await?;
    let second = Replica::open(fixture.open().await?).await?;
    let mut run = Run {
        fixture,
        store,
        model: Model::default(),
        replica,
        followed: BTreeMap::new(),
        second,
        generation,
        versions: 0,
        operations: 0,
        sequence: 0,
    };
    for (step, action) in actions.iter().enumerate() {
        run.act(action).await?;
        run.look().await?;
        run.compare(&run.replica, &format!("step {step} {action:?}"))
            .await?;
    }
    run.second.refresh().await?;
    run.compare(&run.second, "second tab at the end").await?;
    let fresh = Replica::open(run.store.clone()).await?;
    run.compare(&fresh, "opened at the end").await
}

impl<F: Fixture> Run<'_, F> {
    async fn act(&mut self, action: &Action) -> Result<(), Fault> {
        match action {
            Action::Pull {
                tickets,
                comments,
                gone,
            } => {
                self.versions += 1;
                let mut records = Vec::new();
                for number in tickets {
                    let number = u32::from(*number) % NUMBERS;
                    records.push(Entity::Ticket(ticket(number, self.versions)));
                }
                for number in comments {
                    records.push(Entity::Comment(comment_of(*number, self.versions)));
                }
                let gone: Vec<RecordKey> = gone
                    .iter()
                    .map(|number| key(Kind::Ticket, u32::from(*number) % NUMBERS))
                    .collect();
                self.pull(records, gone, crate::Batch::relaxed()).await
            }
            Action::Create(number) => self.submit(create(u32::from(*number) % NUMBERS)).await,
            Action::Rename(number) => {
                let subject = format!("Wish {}", self.operations);
                self.submit(rename(u32::from(*number) % NUMBERS, &subject))
                    .await
            }
            Action::Say(number) => {
                let number = u32::from(*number) % NUMBERS;
                self.submit(say(number, number % 12)).await
            }
            Action::Acknowledge(which) => {
                let Some((op, sequence, intent)) = self.take(*which) else {
                    return Ok(());
                };
                self.versions += 1;
                let record = match &intent {
                    Intent::AddComment { comment } => {
                        let number = comment.id.0.as_u128() as u8;
                        Entity::Comment(comment_of(number, self.versions))
                    }
                    other => {
                        let number = other.subject().id.as_u128() as u32 % NUMBERS;
                        Entity::Ticket(ticket(number, self.versions))
                    }
                };
                let ack = writes::discard(op, sequence, row_of(op), &intent);
                self.pull(vec![record], Vec::new(), ack).await
            }
            Action::Discard(which) => {
                let Some((op, sequence, intent)) = self.take(*which) else {
                    return Ok(());
                };
                let batch = writes::discard(op, sequence, row_of(op), &intent);
                self.store.commit(batch).await.map(|_| ())
            }
            Action::Fold(entries) => {
                let sizes = Sizes {
                    first: 2,
                    full: 6,
                    entries: u32::from(*entries) % 4 + 1,
                };
                fold::fold(&self.store, &self.generation, sizes)
                    .await
                    .map(|_| ())
            }
            Action::Wipe => {
                self.generation = writes::wipe(&self.store).await?;
                self.model.base.clear();
                let rows = self.store.read(&[meta::read(meta::SEQUENCE)]).await?;
                self.sequence = meta::decode(meta::SEQUENCE, rows.first().and_then(meta::value))?;
                Ok(())
            }
            Action::Reopen => {
                self.store = self.fixture.reopen(self.store.clone()).await?;
                self.replica = Replica::open(self.store.clone()).await?;
                self.second = Replica::open(self.fixture.open().await?).await?;
                self.followed.clear();
                for kind in [Kind::Ticket, Kind::Comment] {
                    for shown in self.replica.query(&Query::all(kind)).rows {
                        self.followed.insert(shown.row.key, shown.row);
                    }
                }
                Ok(())
            }
            Action::SecondTabLooks => {
                self.second.refresh().await?;
                self.compare(&self.second, "second tab").await
            }
        }
    }

    async fn pull(
        &mut self,
        records: Vec<Entity>,
        gone: Vec<RecordKey>,
        also: crate::Batch,
    ) -> Result<(), Fault> {
        self.sequence += 1;
        let batch = writes::fenced(&self.generation)
            .and(log::append(self.sequence, &records, &gone)?)
            .and(also);
        self.store.commit(batch).await?;
        for record in records {
            self.model.base.insert(record.key(), record);
        }
        for key in gone {
            self.model.base.remove(&key);
        }
        Ok(())
    }

    async fn submit(&mut self, intent: Intent) -> Result<(), Fault> {
        self.operations += 1;
        let op = op(self.operations);
        let batch = writes::submit(op, &intent, row_of(op), Vec::new())?;
        let receipt = self.store.commit(batch).await?;
        let sequence = receipt.appended.first().copied().unwrap_or(0);
        self.model.local.push((op, sequence, intent));
        Ok(())
    }

    fn take(&mut self, which: u8) -> Option<(OperationId, u64, Intent)> {
        let count = self.model.local.len();
        (count > 0).then(|| self.model.local.remove(usize::from(which) % count))
    }

    /// Brings the followed rows up by the change set alone.
    async fn look(&mut self) -> Result<(), Fault> {
        let changes = self.replica.refresh().await?;
        for key in changes.keys {
            match self.replica.row(&key) {
                Some(shown) => self.followed.insert(key, shown.row),
                None => self.followed.remove(&key),
            };
        }
        Ok(())
    }

    async fn compare(&self, replica: &Replica<F::Store>, when: &str) -> Result<(), Fault> {
        let base: Vec<RecordKey> = self.model.base.keys().copied().collect();
        assert_eq!(replica.keys(), base, "{when}: keys");
        let mut everything = Vec::new();
        for kind in [Kind::Ticket, Kind::Comment] {
            let keys = (0..NUMBERS).map(|number| key(kind, number));
            let expected: Vec<Entity> = keys.filter_map(|key| self.model.shown(&key)).collect();
            let rows: Vec<Row> = expected.iter().map(columns::row).collect();
            let result = replica.query(&Query::all(kind));
            let shown: Vec<Row> = result.rows.iter().map(|s| (*s.row).clone()).collect();
            assert_eq!(shown, rows, "{when}: rows");
            assert_eq!(result.total, rows.len());
            let keys: Vec<RecordKey> = rows.iter().map(|row| row.key).collect();
            let loaded = replica.load_many(&keys).await?;
            let expected: Vec<Option<Entity>> = expected.into_iter().map(Some).collect();
            assert_eq!(loaded, expected, "{when}: bodies");
            everything.extend(rows);
        }
        if replica.is_same(&self.replica) {
            let followed: Vec<Row> = self.followed.values().map(|row| (**row).clone()).collect();
            assert_eq!(followed, everything, "{when}: rows by change sets alone");
        }
        let outbox = self.store.read(&[Read::All(Space::Outbox)]).await?;
        let rows = outbox.into_iter().flatten();
        let mut expected: Vec<(Key, Vec<u8>)> = self
            .model
            .local
            .iter()
            .map(|(op, sequence, _)| (Key::Int(*sequence), row_of(*op)))
            .collect();
        expected.sort();
        assert_eq!(rows.collect::<Vec<_>>(), expected, "{when}: outbox");
        Ok(())
    }
}

fn comment_of(number: u8, version: u32) -> rapport_domain::Comment {
    let number = u32::from(number) % NUMBERS;
    comment(number, number % 12, version)
}

fn row_of(op: OperationId) -> Vec<u8> {
    op.to_string().into_bytes()
}

/// A history from a seed: the same one every time.
#[must_use]
pub fn history(seed: u64, length: usize) -> Vec<Action> {
    let mut state = seed;
    // SplitMix64.
    let mut random = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as u8
    };
    let mut actions = Vec::with_capacity(length);
    while actions.len() < length {
        let mut some = |most: u8| -> Vec<u8> {
            let count = random() % (most + 1);
            (0..count).map(|_| random()).collect()
        };
        let (tickets, comments, gone) = (some(8), some(5), some(2));
        actions.push(match random() % 16 {
            0..4 => Action::Pull {
                tickets,
                comments,
                gone,
            },
            4 => Action::Create(random()),
            5 | 6 => Action::Rename(random()),
            7 | 8 => Action::Say(random()),
            9 => Action::Acknowledge(random()),
            10 => Action::Discard(random()),
            11 | 12 => Action::Fold(random()),
            13 => Action::SecondTabLooks,
            14 => Action::Reopen,
            _ if random() % 4 == 0 => Action::Wipe,
            _ => Action::Acknowledge(random()),
        });
    }
    actions
}

/// A history of the suite's own.
pub async fn any_history_shows_what_the_model_shows<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    play(fixture, &history(20_000, 150)).await
}
