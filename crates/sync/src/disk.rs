//! What is to be written, one commit at a time, each guarded by the generation and by the exact bytes
//! of the row it changes.
//!
//! A job is turned into a batch only when its turn comes, so that it always stands on what the one
//! before it left. A job whose guard did not hold waits until the outbox has been read again and is
//! then decided anew; a job that the store could not do is tried again later. Nothing is dropped
//! because the store failed.

use crate::backoff;
use crate::engine::{Engine, Life, earliest};
use crate::event::{Command, CommitId};
use crate::line::Phase;
use crate::outbox::{OutboxItem, OutboxRow, State};
use crate::pull::Page;
use rapport_connector::HttpCall;
use rapport_domain::{Entity, Intent, OperationId, RecordKey};
use rapport_store::{Batch, Fault, Space, log, meta, writes};
use std::collections::VecDeque;

/// Something to write.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    /// Marks a row as being sent, with the frozen request. The call follows when this is on disk.
    Send {
        sequence: u64,
        op: OperationId,
        /// The request and the intent it stands for, when they are new.
        freeze: Option<Box<Freeze>>,
    },
    /// Writes where a row stands after an attempt.
    Settle {
        sequence: u64,
        op: OperationId,
        /// Where it stood when that was decided; if a tab has moved it since, the tab is right.
        from: State,
        state: State,
        attempts: u32,
        /// The next request, when it has to be another one.
        freeze: Option<Box<Freeze>>,
    },
    /// The backend has it: the row goes, and so does the overlay row when the records show it.
    Ack {
        sequence: u64,
        op: OperationId,
        intent: Box<Intent>,
        records: Vec<Entity>,
        /// The records show the change, or the base does already.
        shown: bool,
    },
    /// Records that answered a row which is gone.
    Records { records: Vec<Entity> },
    /// A page of a pull.
    Page(Box<Page>),
    /// Nothing: asks whether the generation still holds.
    Probe,
}

/// A request that is frozen now.
#[derive(Clone, Debug)]
pub(crate) struct Freeze {
    pub call: HttpCall,
    pub intent: Intent,
    /// The key, when it is not the operation's id.
    pub key: Option<OperationId>,
    pub rebases: u32,
}

/// A commit under way.
struct Writing {
    id: CommitId,
    job: Job,
    /// The row as this commit leaves it.
    row: Option<OutboxRow>,
    issued: u64,
    deadline: u64,
}

/// The store, as the engine sees it.
#[derive(Default)]
pub(crate) struct Disk {
    generation: Vec<u8>,
    sequence: u64,
    jobs: VecDeque<Job>,
    writing: Option<Writing>,
    next_commit: u64,
    failures: u32,
    retry_at: u64,
    /// The outbox must be read again before any row is written.
    stale: bool,
    /// Guards that did not hold, in a row.
    misses: u32,
    asked_again_at: u64,
    pub problem: Option<String>,
}

impl Disk {
    pub fn open(&mut self, generation: Vec<u8>, sequence: u64) {
        self.generation = generation;
        self.sequence = sequence;
    }

    /// A fresh reading of the outbox has come.
    pub fn refreshed(&mut self) {
        self.stale = false;
    }

    /// The outbox must be read again.
    pub const fn distrust(&mut self, now: u64) {
        self.stale = true;
        self.asked_again_at = now;
    }

    pub const fn is_stale(&self) -> bool {
        self.stale
    }

    pub fn wake(&self) -> Option<u64> {
        let deadline = self.writing.as_ref().map(|writing| writing.deadline);
        let next = if self.stale {
            Some(self.asked_again_at)
        } else {
            (self.writing.is_none() && !self.jobs.is_empty()).then_some(self.retry_at)
        };
        earliest(deadline, next)
    }

    /// Puts a job behind the others.
    pub fn push(&mut self, job: Job) {
        self.jobs.push_back(job);
    }
}

impl Engine {
    /// Issues the next commit, if none is under way.
    pub(crate) fn write_disk(&mut self) {
        let overdue = self.disk.writing.as_ref().map(|w| (w.id, w.deadline));
        if let Some((id, deadline)) = overdue
            && deadline <= self.now
        {
            self.committed(id, Err(Fault::Timeout));
        }
        if self.disk.stale {
            if self.disk.asked_again_at <= self.now {
                self.disk.asked_again_at = self.now + self.config.commit_timeout_ms;
                self.out.push(Command::ReadOutbox);
            }
            return;
        }
        while self.phase == Life::Running
            && self.disk.writing.is_none()
            && self.disk.retry_at <= self.now
        {
            let Some(job) = self.disk.jobs.pop_front() else {
                return;
            };
            match self.batch(&job) {
                Ok(Some((batch, row))) => self.commit(job, batch, row),
                Ok(None) => self.moot(job),
                Err(fault) => {
                    // Only a record that cannot be encoded at all comes here; without it nothing is
                    // lost that the backend does not have.
                    ::log::error!("not written: {fault}");
                    self.disk.problem = Some(fault.to_string());
                    self.moot(job);
                }
            }
        }
    }

    fn commit(&mut self, job: Job, batch: Batch, row: Option<OutboxRow>) {
        let id = CommitId(self.disk.next_commit);
        self.disk.next_commit += 1;
        self.disk.writing = Some(Writing {
            id,
            job,
            row,
            issued: self.now,
            deadline: self.now + self.config.commit_timeout_ms,
        });
        self.out.push(Command::Commit { id, batch });
    }

    /// A batch that holds only as long as no other engine has taken over.
    fn fence(&self) -> Batch {
        writes::fenced(&self.disk.generation)
    }

    /// A durable batch that also holds only as long as nobody has changed the row.
    fn guarded(&self, row: &OutboxRow) -> Batch {
        self.fence().and(Batch::strict()).expect(
            Space::Outbox,
            row.sequence,
            Some(row.bytes.clone()),
        )
    }

    /// Puts `item` in the place of `row`, with another request where there is one.
    fn rewrite(
        &self,
        row: &OutboxRow,
        mut item: OutboxItem,
        freeze: Option<&Freeze>,
    ) -> Result<(Batch, Option<OutboxRow>), Fault> {
        let mut batch = self.guarded(row);
        if let Some(freeze) = freeze {
            item.frozen = Some(freeze.call.clone());
            item.key = freeze.key;
            item.rebases = freeze.rebases;
            if item.intent != freeze.intent {
                item.intent = freeze.intent.clone();
                batch = batch.and(writes::put_overlay(item.op, &item.intent)?);
            }
        }
        let row = written(row.sequence, item)?;
        Ok((
            batch.put(Space::Outbox, row.sequence, row.bytes.clone()),
            Some(row),
        ))
    }

    /// The batch of a job and the row as it leaves it; none when the row has changed hands.
    fn batch(&mut self, job: &Job) -> Result<Option<(Batch, Option<OutboxRow>)>, Fault> {
        Ok(match job {
            Job::Send {
                sequence,
                op,
                freeze,
            } => {
                let Some(row) = self.line.row(*sequence, *op) else {
                    return Ok(None);
                };
                let mut item = row.item.clone();
                item.state = State::Sending;
                Some(self.rewrite(row, item, freeze.as_deref())?)
            }
            Job::Settle {
                sequence,
                op,
                from,
                state,
                attempts,
                freeze,
            } => {
                let Some(row) = self.line.row(*sequence, *op) else {
                    return Ok(None);
                };
                if row.item.state != *from {
                    return Ok(None);
                }
                let mut item = row.item.clone();
                item.state = state.clone();
                item.attempts = *attempts;
                Some(self.rewrite(row, item, freeze.as_deref())?)
            }
            Job::Ack {
                sequence,
                op,
                intent,
                records,
                shown,
            } => {
                let Some(row) = self.line.row(*sequence, *op) else {
                    return Ok(None);
                };
                let mut batch = self.guarded(row).delete(Space::Outbox, *sequence);
                if let Intent::AddAttachment { attachment } = intent.as_ref() {
                    batch = batch.delete(Space::Blobs, attachment.id.to_string());
                }
                if *shown {
                    batch = batch.delete(Space::Overlay, op.to_string());
                }
                if !records.is_empty() {
                    self.disk.sequence += 1;
                    batch = batch.and(log::append(self.disk.sequence, records, &[])?);
                }
                Some((batch, None))
            }
            Job::Records { records } => {
                if records.is_empty() {
                    return Ok(None);
                }
                self.disk.sequence += 1;
                let entry = log::append(self.disk.sequence, records, &[])?;
                Some((self.fence().and(entry), None))
            }
            Job::Page(page) => {
                let mut batch = self.fence();
                let gone = self.pull.gone(page);
                if !page.records.is_empty() || !gone.is_empty() {
                    self.disk.sequence += 1;
                    batch = batch.and(log::append(self.disk.sequence, &page.records, &gone)?);
                }
                for op in self.pull.shown_by(page, &gone) {
                    batch = batch.delete(Space::Overlay, op.to_string());
                }
                if let Some(cursor) = self.pull.cursor_to_write(page) {
                    batch = batch.put(Space::Meta, meta::CURSOR, json(&cursor)?);
                }
                if batch.steps.is_empty() {
                    return Ok(None);
                }
                Some((batch, None))
            }
            Job::Probe => Some((self.fence(), None)),
        })
    }

    /// A job that there is nothing to write for.
    fn moot(&mut self, job: Job) {
        match job {
            // The user discarded or replaced the row meanwhile (what the backend has is still news),
            // or it was this very commit, of which the store never told that it was done.
            Job::Ack {
                op,
                intent,
                records,
                shown,
                ..
            } => {
                if !records.is_empty() {
                    self.disk.jobs.push_front(Job::Records { records });
                }
                if !shown {
                    self.pull.linger(op, intent.target(), self.now);
                }
            }
            Job::Page(page) => self.page_written(*page),
            Job::Send { sequence, op, .. } | Job::Settle { sequence, op, .. } => {
                self.set_phase(sequence, op, Phase::Waiting);
            }
            Job::Records { .. } | Job::Probe => {}
        }
    }

    /// A commit has ended.
    pub(crate) fn committed(&mut self, id: CommitId, result: Result<(), Fault>) {
        let Some(writing) = self.disk.writing.take_if(|writing| writing.id == id) else {
            return;
        };
        match result {
            Ok(()) => {
                self.disk.failures = 0;
                self.disk.problem = None;
                self.done(writing);
            }
            Err(Fault::Guard)
                if matches!(writing.job, Job::Probe | Job::Page(_) | Job::Records { .. }) =>
            {
                // Nothing but the generation is guarded here.
                self.phase = Life::Stopped;
            }
            Err(Fault::TooNew) => self.phase = Life::Stopped,
            Err(Fault::Guard) => {
                // Either the generation has moved on or a tab has changed the row; the probe tells.
                self.disk.jobs.push_front(writing.job);
                self.disk.jobs.push_front(Job::Probe);
            }
            Err(fault) => {
                self.disk.problem = Some(fault.to_string());
                self.disk.jobs.push_front(writing.job);
                self.wait_for_store();
            }
        }
    }

    fn wait_for_store(&mut self) {
        self.disk.failures = self.disk.failures.saturating_add(1);
        let wait = backoff::delay(&mut self.rng, &self.config, self.disk.failures, None);
        self.disk.retry_at = self.now + wait;
    }

    /// What a successful commit changes in memory, and what follows from it.
    fn done(&mut self, writing: Writing) {
        if let Some(row) = writing.row {
            self.line.rewritten(row);
        }
        if !matches!(writing.job, Job::Probe) {
            self.disk.misses = 0;
        }
        match writing.job {
            Job::Send { sequence, op, .. } => {
                let late = self.now - writing.issued > self.config.stale_after_ms;
                self.marked_sending(sequence, op, late);
            }
            Job::Settle { sequence, op, .. } => self.set_phase(sequence, op, Phase::Waiting),
            Job::Ack {
                sequence,
                op,
                intent,
                shown,
                ..
            } => {
                self.line.remove(sequence);
                if !shown {
                    self.pull.linger(op, intent.target(), self.now);
                }
            }
            Job::Records { .. } => {}
            Job::Page(page) => self.page_written(*page),
            Job::Probe => self.row_was_changed(),
        }
    }

    /// The generation holds, so a tab has changed the row of the job at the front.
    fn row_was_changed(&mut self) {
        self.disk.stale = true;
        self.line.believe_readings();
        self.disk.misses = self.disk.misses.saturating_add(1);
        // Once is a tab that was faster; more than once is a host that reads badly.
        self.disk.asked_again_at = match self.disk.misses {
            1 => self.now,
            misses => self.now + backoff::delay(&mut self.rng, &self.config, misses, None),
        };
        // What was about to start is decided anew; what has happened already is still to be written.
        let jobs = std::mem::take(&mut self.disk.jobs);
        for job in jobs {
            match job {
                Job::Send { sequence, op, .. } => self.set_phase(sequence, op, Phase::Waiting),
                other => self.disk.jobs.push_back(other),
            }
        }
    }
}

/// The keys of records.
pub(crate) fn keys(records: &[Entity]) -> impl Iterator<Item = RecordKey> {
    records.iter().map(Entity::key)
}

/// A row with the bytes that stand for its item.
///
/// # Errors
/// Only when the item cannot be serialized at all.
pub(crate) fn written(sequence: u64, item: OutboxItem) -> Result<OutboxRow, Fault> {
    let bytes = json(&item)?;
    Ok(OutboxRow {
        sequence,
        item,
        bytes,
    })
}

/// A value as versioned JSON.
///
/// # Errors
/// Only when the value cannot be serialized at all.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(value).map_err(|error| Fault::Other(error.to_string()))
}
