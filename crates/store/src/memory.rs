//! The memory adapter: a map. It runs where there is no durable store, in tests and in simulations.

use crate::fault::Fault;
use crate::kv::{Batch, Guard, Key, Read, Receipt, Rows, Space, Step, Store};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

type Map = BTreeMap<(Space, Key), Rc<[u8]>>;

/// A store in memory. Clones are handles on the same rows.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    rows: Map,
    /// The greatest integer key ever given or written, for each space.
    last_key: BTreeMap<Space, u64>,
    /// What relaxed commits replaced since the last strict one, newest last.
    #[cfg(feature = "testing")]
    volatile: Vec<testing::Undo>,
    #[cfg(feature = "testing")]
    plan: testing::Plan,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = self.0.borrow().rows.len();
        f.debug_struct("Memory").field("rows", &rows).finish()
    }
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for Memory {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, Fault> {
        #[cfg(feature = "testing")]
        self.before_read().await?;
        let rows = {
            let state = self.0.borrow();
            reads.iter().map(|read| state.read(read)).collect()
        };
        #[cfg(feature = "testing")]
        self.give_way().await;
        Ok(rows)
    }

    async fn commit(&self, batch: Batch) -> Result<Receipt, Fault> {
        #[cfg(feature = "testing")]
        let after = self.before_commit().await?;
        let receipt = self.0.borrow_mut().commit(batch)?;
        #[cfg(feature = "testing")]
        self.give_way().await;
        #[cfg(feature = "testing")]
        if let Some(fault) = after {
            return Err(fault);
        }
        Ok(receipt)
    }
}

impl State {
    fn read(&self, read: &Read) -> Rows {
        let all = |space: Space| {
            let end = match Space::ALL.into_iter().find(|other| *other > space) {
                Some(next) => Bound::Excluded((next, Key::FIRST)),
                None => Bound::Unbounded,
            };
            self.rows.range((Bound::Included((space, Key::FIRST)), end))
        };
        match read {
            Read::One(space, key) => {
                let found = self.rows.get(&(*space, key.clone()));
                found
                    .map(|value| (key.clone(), value.to_vec()))
                    .into_iter()
                    .collect()
            }
            Read::All(space) => all(*space)
                .map(|((_, key), value)| (key.clone(), value.to_vec()))
                .collect(),
            Read::Keys(space) => all(*space)
                .map(|((_, key), _)| (key.clone(), Vec::new()))
                .collect(),
            Read::Range {
                space,
                from,
                to,
                limit,
            } => all(*space)
                .skip_while(|((_, key), _)| key < from)
                .take_while(|((_, key), _)| to.as_ref().is_none_or(|to| key < to))
                .take(limit.map_or(usize::MAX, |limit| limit as usize))
                .map(|((_, key), value)| (key.clone(), value.to_vec()))
                .collect(),
        }
    }

    fn commit(&mut self, batch: Batch) -> Result<Receipt, Fault> {
        for Guard { space, key, value } in batch.guards {
            let held = self.rows.get(&(space, key));
            if held.map(|bytes| &bytes[..]) != value.as_deref() {
                return Err(Fault::Guard);
            }
        }
        let mut receipt = Receipt::default();
        for step in batch.steps {
            match step {
                Step::Put(space, key, value) => self.set(space, key, Some(value)),
                Step::Append(space, value) => {
                    let key = self.last_key.get(&space).copied().unwrap_or(0) + 1;
                    self.set(space, Key::Int(key), Some(value));
                    receipt.appended.push(key);
                }
                Step::Delete(space, key) => self.set(space, key, None),
                Step::DeleteRange(space, from, to) => {
                    let range = Read::Range {
                        space,
                        from,
                        to: Some(to),
                        limit: None,
                    };
                    for (key, _) in self.read(&range) {
                        self.set(space, key, None);
                    }
                }
            }
        }
        #[cfg(feature = "testing")]
        if batch.durability == crate::Durability::Strict {
            self.volatile.clear();
        }
        Ok(receipt)
    }

    fn set(&mut self, space: Space, key: Key, value: Option<Vec<u8>>) {
        if let (Key::Int(number), true) = (&key, value.is_some()) {
            let last = self.last_key.entry(space).or_default();
            *last = (*last).max(*number);
        }
        let at = (space, key);
        let before = match value {
            Some(value) => self.rows.insert(at.clone(), value.into()),
            None => self.rows.remove(&at),
        };
        #[cfg(feature = "testing")]
        self.volatile.push((at, before));
        #[cfg(not(feature = "testing"))]
        drop(before);
    }
}

#[cfg(feature = "testing")]
pub(crate) mod testing {
    //! Hooks that make a memory store fail, crash and take its time.

    use super::{Memory, State};
    use crate::fault::Fault;
    use crate::kv::{Key, Space};
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::future::poll_fn;
    use std::rc::Rc;
    use std::task::Poll;

    pub(super) type Undo = ((Space, Key), Option<Rc<[u8]>>);

    /// Whether a failing commit has an effect all the same.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum When {
        /// Nothing is done.
        Before,
        /// All is done, and then the fault reported: the answer was lost.
        After,
    }

    /// What a crash takes along.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Loss {
        /// Nothing: a killed process.
        Nothing,
        /// Relaxed commits since the last strict one: a power cut.
        Relaxed,
    }

    #[derive(Default)]
    pub(super) struct Plan {
        commits: u64,
        reads: u64,
        failing_commits: BTreeMap<u64, (Fault, When)>,
        failing_reads: BTreeMap<u64, Fault>,
        slow: bool,
    }

    impl Memory {
        /// Lets the commit after `skip` others, counted from now, fail.
        pub fn fail_commit(&self, skip: u64, fault: Fault, when: When) {
            let plan = &mut self.0.borrow_mut().plan;
            plan.failing_commits
                .insert(plan.commits + skip, (fault, when));
        }

        /// Lets the read after `skip` others, counted from now, fail.
        pub fn fail_read(&self, skip: u64, fault: Fault) {
            let plan = &mut self.0.borrow_mut().plan;
            plan.failing_reads.insert(plan.reads + skip, fault);
        }

        /// Lets every call give way to others before it does anything and before it answers.
        pub fn be_slow(&self) {
            self.0.borrow_mut().plan.slow = true;
        }

        /// How many commits were asked for.
        #[must_use]
        pub fn commits(&self) -> u64 {
            self.0.borrow().plan.commits
        }

        /// The store as it is found after a crash now, apart from this one.
        #[must_use]
        pub fn crash(&self, loss: Loss) -> Memory {
            let state = self.0.borrow();
            let mut rows = state.rows.clone();
            if loss == Loss::Relaxed {
                for (at, before) in state.volatile.iter().rev() {
                    match before {
                        Some(value) => rows.insert(at.clone(), Rc::clone(value)),
                        None => rows.remove(at),
                    };
                }
            }
            Memory(Rc::new(RefCell::new(State {
                rows,
                last_key: state.last_key.clone(),
                ..State::default()
            })))
        }

        pub(super) async fn before_read(&self) -> Result<(), Fault> {
            let fault = {
                let plan = &mut self.0.borrow_mut().plan;
                plan.reads += 1;
                plan.failing_reads.remove(&(plan.reads - 1))
            };
            self.give_way().await;
            fault.map_or(Ok(()), Err)
        }

        /// The fault to report after the commit, if that is planned.
        pub(super) async fn before_commit(&self) -> Result<Option<Fault>, Fault> {
            let planned = {
                let plan = &mut self.0.borrow_mut().plan;
                plan.commits += 1;
                plan.failing_commits.remove(&(plan.commits - 1))
            };
            self.give_way().await;
            match planned {
                Some((fault, When::Before)) => Err(fault),
                Some((fault, When::After)) => Ok(Some(fault)),
                None => Ok(None),
            }
        }

        /// Is pending once, if the store is slow.
        pub(super) async fn give_way(&self) {
            let mut given = !self.0.borrow().plan.slow;
            poll_fn(|context| {
                if given {
                    return Poll::Ready(());
                }
                given = true;
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        }
    }
}
