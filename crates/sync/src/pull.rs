//! Pulling: one page after another, each committed with the cursor behind it.
//!
//! A pull goes on from the stored cursor. Without one that the backend and the profile know, it is a
//! full listing: what is stored stays visible meanwhile, the stored cursor stays as it is, and only
//! when the listing has ended whole is what it did not show taken away. A listing that broke off
//! starts over.

use crate::backoff;
use crate::config::Config;
use crate::disk::{Job, keys};
use crate::engine::{Engine, Failure, Outstanding, Purpose};
use crate::event::{Command, Lingering, NetFault, SyncCursor};
use rapport_connector::{HttpReply, Pulled, Refusal};
use rapport_domain::{Entity, OperationId, RecordKey};
use std::collections::{BTreeMap, HashSet};

/// A page on its way into the store.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Which pull it belongs to.
    number: u64,
    pub records: Vec<Entity>,
    gone: Vec<RecordKey>,
    cursor: Option<String>,
    /// The pull ends with it.
    last: bool,
    /// The listing has ended with it; what it did not show is still to be taken away.
    sweep: bool,
    /// What the store held when a full listing ended.
    stored: Vec<RecordKey>,
}

/// A full listing under way.
#[derive(Debug, Default)]
struct Listing {
    /// What it has shown so far.
    seen: HashSet<RecordKey>,
    /// Some records could not be read, so that what is missing is not known.
    flawed: bool,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Idle,
    /// A page has been asked for.
    Calling,
    /// The host has been asked what is stored; until when to wait for it.
    Comparing(Box<Page>, u64),
    /// A page is being committed.
    Committing,
}

/// Where pulling stands.
#[derive(Debug, Default)]
pub(crate) struct Pull {
    /// When to pull next.
    pub due: u64,
    stage: Stage,
    /// A hint came while a pull was under way.
    hinted: bool,
    /// Pulls begun so far; the current one's number.
    number: u64,
    /// Whether the current one has not ended.
    open: bool,
    begun_at: u64,
    /// What the store says.
    stored: Option<SyncCursor>,
    profile: String,
    /// Where the current pull goes on.
    at: Option<String>,
    listing: Option<Listing>,
    failures: u32,
    /// Acknowledged changes that the base does not show yet: the record, and the pull that must have
    /// been begun before the one that shows it.
    lingering: BTreeMap<OperationId, (RecordKey, u64)>,
    pub unreadable: usize,
    pub problem: Option<String>,
    /// How many came to their end.
    pub ended: u32,
}

impl Pull {
    pub fn open(&mut self, stored: Option<SyncCursor>, profile: &str) {
        self.profile = profile.to_owned();
        self.stored = stored;
        self.rewind();
    }

    /// Overlay rows without an outbox row, left by an earlier engine: the first pull shows them.
    pub fn lingering(&mut self, rows: Vec<Lingering>) {
        for row in rows {
            self.lingering.insert(row.op, (row.target, self.number));
        }
    }

    /// An acknowledged change that no reply showed.
    pub fn linger(&mut self, op: OperationId, target: RecordKey, now: u64) {
        self.lingering.insert(op, (target, self.number));
        if self.under_way() {
            self.hinted = true;
        } else {
            self.due = self.due.min(now);
        }
    }

    /// Goes back to the stored cursor, or to the beginning where there is none to trust.
    fn rewind(&mut self) {
        self.open = false;
        let known = self
            .stored
            .as_ref()
            .filter(|stored| stored.profile == self.profile && stored.cursor.is_some());
        self.at = known.and_then(|stored| stored.cursor.clone());
        // A device that holds nothing yet has nothing to compare a listing with.
        self.listing = (self.at.is_none() && self.stored.is_some()).then(Listing::default);
    }

    /// Starts over from the beginning.
    fn start_over(&mut self) {
        self.open = false;
        self.at = None;
        self.listing = Some(Listing::default());
    }

    pub const fn idle(&self) -> bool {
        matches!(self.stage, Stage::Idle)
    }

    pub const fn calling(&self) -> bool {
        matches!(self.stage, Stage::Calling)
    }

    pub const fn under_way(&self) -> bool {
        !self.idle() || self.open
    }

    /// Whether a full listing has ever ended.
    pub fn complete(&self) -> bool {
        self.stored.as_ref().is_some_and(|stored| stored.complete)
    }

    /// The backend may have news.
    pub fn hint(&mut self, now: u64, config: &Config) {
        if self.under_way() {
            self.hinted = true;
        }
        if !self.idle() {
            return;
        }
        let gap = if self.failures > 0 {
            config.base_delay_ms
        } else {
            config.pull_gap_ms
        };
        let soon = now.max(self.begun_at.saturating_add(gap));
        self.due = self.due.min(soon);
    }

    /// There is something to see soon, such as what a write has changed beside the record itself.
    pub fn soon(&mut self, at: u64) {
        self.due = self.due.min(at);
    }

    /// The connection came back.
    pub fn come_back(&mut self, at: u64) {
        self.due = at;
    }

    /// Whether the base is whole, so that an answer to a write may be added to it. While a listing is
    /// under way it may not: of what was made and removed before the listing, nothing would ever tell.
    pub fn settled(&self) -> bool {
        let whole = |stored: &SyncCursor| stored.complete && stored.profile == self.profile;
        self.listing.is_none() && self.stored.as_ref().is_some_and(whole)
    }

    /// What a page takes away: what the backend says is gone and, at the end of a whole listing,
    /// what it did not show.
    pub fn gone(&self, page: &Page) -> Vec<RecordKey> {
        let mut gone = page.gone.clone();
        // What is stored is looked at only when the listing has ended.
        if let Some(listing) = &self.listing
            && !listing.flawed
        {
            let unseen = |key: &&RecordKey| !listing.seen.contains(key);
            gone.extend(page.stored.iter().filter(unseen));
        }
        gone
    }

    /// The operations whose overlay rows the base makes superfluous with this page.
    pub fn shown_by(&self, page: &Page, gone: &[RecordKey]) -> Vec<OperationId> {
        let held: HashSet<RecordKey> = keys(&page.records).chain(gone.iter().copied()).collect();
        let shown = |(_, (target, after)): &(&OperationId, &(RecordKey, u64))| {
            page.number > *after && (page.last || held.contains(target))
        };
        self.lingering
            .iter()
            .filter(shown)
            .map(|(op, _)| *op)
            .collect()
    }

    /// The cursor that goes to disk with a page, if it moves.
    pub fn cursor_to_write(&self, page: &Page) -> Option<SyncCursor> {
        if self.listing.is_some() && !page.last {
            return None;
        }
        let next = SyncCursor {
            v: 1,
            profile: self.profile.clone(),
            cursor: page.cursor.clone(),
            complete: page.last || self.complete(),
        };
        (self.stored.as_ref() != Some(&next)).then_some(next)
    }

    fn wake_at(&self) -> Option<u64> {
        match &self.stage {
            Stage::Comparing(_, until) => Some(*until),
            _ => None,
        }
    }
}

impl Engine {
    /// When pulling needs to be looked at although no call of it is under way.
    pub(crate) fn pull_wake(&self) -> Option<u64> {
        self.pull.wake_at()
    }

    /// Asks for the next page.
    pub(crate) fn start_pull(&mut self) {
        if !self.pull.open {
            self.pull.open = true;
            self.pull.number += 1;
            self.pull.begun_at = self.now;
            self.pull.hinted = false;
            self.pull.unreadable = 0;
        }
        self.pull.stage = Stage::Calling;
        let call = self.connector.pull(self.pull.at.as_deref());
        self.call(Purpose::Pull, call);
    }

    pub(crate) fn pull_answered(&mut self, call: &Outstanding, reply: Result<HttpReply, NetFault>) {
        self.pull.stage = Stage::Idle;
        let answer = match reply {
            Err(fault) => Err(Failure::from(fault)),
            Ok(reply) => self.connector.read_pull(&reply).map_err(Failure::Refused),
        };
        match answer {
            Ok(pulled) => {
                self.note_answer();
                self.pull.problem = None;
                self.take_page(call, pulled);
            }
            Err(failure) => {
                self.note_failure(&failure, call.session);
                self.pull_failed(&failure);
            }
        }
    }

    fn pull_failed(&mut self, failure: &Failure) {
        self.pull.failures = self.pull.failures.saturating_add(1);
        match failure {
            Failure::Refused(Refusal::CursorLost) => {
                log::info!("the backend does not know the cursor; listing everything again");
                self.pull.start_over();
            }
            Failure::Refused(Refusal::Rejected { status, title, .. }) => {
                self.pull.problem = Some(format!("{status} {title}"));
            }
            Failure::Refused(Refusal::Gone { status }) => {
                self.pull.problem = Some(status.to_string());
            }
            _ => {}
        }
        let failures = self.pull.failures;
        let wait = backoff::delay(&mut self.rng, &self.config, failures, failure.floor());
        self.pull.due = self.now + wait;
    }

    fn take_page(&mut self, call: &Outstanding, pulled: Pulled) {
        let named: HashSet<RecordKey> = keys(&pulled.records).chain(pulled.gone.clone()).collect();
        if !named.is_disjoint(&call.overtaken) {
            // A write was answered while this page was on its way, and the page may be the older of
            // the two: ask again rather than let a record go back.
            self.pull.due = self.now;
            return;
        }
        self.overtake(named.iter().copied());
        self.line.arrived(&pulled.records, &pulled.gone, self.now);
        if !pulled.problems.is_empty() {
            for problem in &pulled.problems {
                log::warn!("unreadable: {}: {}", problem.path, problem.message);
            }
            self.pull.unreadable += pulled.problems.len();
        }
        if let Some(listing) = &mut self.pull.listing {
            listing.seen.extend(keys(&pulled.records));
            listing.flawed |= !pulled.problems.is_empty();
        }
        let page = Page {
            number: self.pull.number,
            records: pulled.records,
            gone: pulled.gone,
            cursor: pulled.cursor,
            last: !pulled.more && self.pull.listing.is_none(),
            sweep: !pulled.more && self.pull.listing.is_some(),
            stored: Vec::new(),
        };
        self.pull.stage = Stage::Committing;
        self.disk.push(Job::Page(Box::new(page)));
    }

    fn compare(&mut self, page: Box<Page>) {
        let until = self.now + self.config.commit_timeout_ms;
        self.pull.stage = Stage::Comparing(page, until);
        self.out.push(Command::ListBase);
    }

    /// Asks again for the stored keys when the host did not tell them.
    pub(crate) fn compare_again(&mut self) {
        if self.pull.wake_at().is_some_and(|until| until <= self.now)
            && let Stage::Comparing(page, _) = std::mem::take(&mut self.pull.stage)
        {
            self.compare(page);
        }
    }

    /// The host told which records are stored.
    pub(crate) fn base_listed(&mut self, stored: &[RecordKey]) {
        match std::mem::take(&mut self.pull.stage) {
            Stage::Comparing(mut page, _) => {
                page.stored = stored.to_vec();
                self.pull.stage = Stage::Committing;
                self.disk.push(Job::Page(page));
            }
            other => self.pull.stage = other,
        }
    }

    /// A page is on disk, or there was nothing in it to write.
    pub(crate) fn page_written(&mut self, page: Page) {
        let gone = self.pull.gone(&page);
        for op in self.pull.shown_by(&page, &gone) {
            self.pull.lingering.remove(&op);
        }
        if let Some(cursor) = self.pull.cursor_to_write(&page) {
            self.pull.stored = Some(cursor);
        }
        self.pull.stage = Stage::Idle;
        if page.last {
            self.pull_ended(page.cursor);
        } else if page.sweep {
            self.compare(Box::new(Page {
                records: Vec::new(),
                gone: Vec::new(),
                last: true,
                sweep: false,
                ..page
            }));
        } else if self.pull.at == page.cursor {
            // “More”, but no way on: asking again at once would go on for ever.
            self.pull.failures = self.pull.failures.saturating_add(1);
            let failures = self.pull.failures;
            self.pull.due = self.now + backoff::delay(&mut self.rng, &self.config, failures, None);
        } else {
            self.pull.at = page.cursor;
            self.pull.due = self.now;
        }
    }

    fn pull_ended(&mut self, cursor: Option<String>) {
        self.pull.open = false;
        self.pull.ended = self.pull.ended.wrapping_add(1);
        self.pull.failures = 0;
        self.pull.at = cursor;
        // A backend without cursors is listed anew every time.
        self.pull.listing = self.pull.at.is_none().then(Listing::default);
        let gap = self.config.pull_gap_ms;
        let spread = self.rng.up_to(self.config.pull_every_ms / 10);
        self.pull.due = if self.pull.hinted {
            self.now.max(self.pull.begun_at.saturating_add(gap))
        } else {
            self.now + self.config.pull_every_ms + spread
        };
    }

    /// Something newer is known about these records than calls under way may answer.
    pub(crate) fn overtake(&mut self, keys: impl Iterator<Item = RecordKey> + Clone) {
        for call in self.calls.values_mut() {
            call.overtaken.extend(keys.clone());
        }
    }
}
