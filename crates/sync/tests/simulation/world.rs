//! The world: virtual time, what is about to happen, and the weather.

use crate::device::{Device, Place};
use crate::net::{Answer, Weather};
use crate::profile::{Backend, connector};
use crate::server::{Desk, Request, Server};
use rapport_connector::Connector;
use rapport_store::Batch;
use rapport_sync::backoff::Rng;
use rapport_sync::{CallId, CommitId, Event, TimerId};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

/// How long the bad times last, in milliseconds.
const CHAOS: u64 = 300_000;
/// Within this after the healing everything must have come to rest.
const REST: u64 = 600_000;
/// How many lines of a trace are kept.
const TRACE: usize = 2_000;

/// Something that is going to happen.
#[derive(Debug)]
pub enum Happening {
    /// An event reaches the engine of a tab.
    Hear(Place, Event),
    /// The timer of a tab rings, if it has not been set anew.
    Ring(Place, TimerId, u64),
    /// A batch reaches the store.
    Commit(Place, CommitId, Batch),
    /// A request reaches the server.
    Arrive(Request, Answer),
    /// The server gets done with a request whose sender has given up.
    Late(Request),
    /// A call ends for its tab, one way or another.
    Settle(Place, CallId, crate::net::Outcome),
    /// The outbox is read for a tab.
    ReadOutbox(Place),
    /// The base is listed for a tab.
    ListBase(Place),
    /// A person does something.
    Act(usize),
    /// What he did reaches the store.
    UserCommit(usize, Batch),
    /// The desk does something.
    Desk,
    /// Something breaks or mends.
    Fate(usize),
    /// A tab starts leading.
    Lead(usize, usize),
    /// A tab wakes up.
    Thaw(usize, usize),
    /// The device is back online.
    Online(usize),
    /// A person signs in again.
    SignIn(usize),
    /// The feed forgets.
    LoseCursors,
}

/// What happened in a world, to see that the worlds are interesting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub steps: u64,
    pub submitted: u64,
    pub acked: u64,
    pub discarded: u64,
    pub replaced: u64,
    pub parked: u64,
    pub conflicts: u64,
    pub rebased: u64,
    pub unknown: u64,
    pub crashes: u64,
    pub takeovers: u64,
    pub lost_cursors: u64,
    pub swept: u64,
    pub guards: u64,
    pub sign_ins: u64,
    pub calls: u64,
}

impl Totals {
    fn fields(&mut self) -> [(&'static str, &mut u64); 16] {
        [
            ("steps", &mut self.steps),
            ("submitted", &mut self.submitted),
            ("acked", &mut self.acked),
            ("discarded", &mut self.discarded),
            ("replaced", &mut self.replaced),
            ("parked", &mut self.parked),
            ("conflicts", &mut self.conflicts),
            ("rebased", &mut self.rebased),
            ("unknown", &mut self.unknown),
            ("crashes", &mut self.crashes),
            ("takeovers", &mut self.takeovers),
            ("lost_cursors", &mut self.lost_cursors),
            ("swept", &mut self.swept),
            ("guards", &mut self.guards),
            ("sign_ins", &mut self.sign_ins),
            ("calls", &mut self.calls),
        ]
    }

    pub fn add(&mut self, other: &Self) {
        let mut other = other.clone();
        for ((_, mine), (_, theirs)) in self.fields().into_iter().zip(other.fields()) {
            *mine += *theirs;
        }
    }

    /// Everything that can happen has happened, or the worlds are too tame to prove anything.
    pub fn check(&self, seeds: u64) {
        if seeds < 100 {
            return;
        }
        for (name, count) in self.clone().fields() {
            assert!(*count > 0, "in {seeds} worlds there was nothing {name}");
        }
    }
}

pub struct World {
    pub rng: Rng,
    pub now: u64,
    order: u64,
    queue: BinaryHeap<Reverse<(u64, u64, Slot)>>,
    pub server: Server,
    pub devices: Vec<Device>,
    pub weather: Weather,
    pub connector: Rc<Connector>,
    pub backend: Backend,
    /// The world has healed.
    pub calm: bool,
    pub totals: Totals,
    trace: Option<VecDeque<String>>,
}

/// A happening in the queue; only time and order count there.
struct Slot(Happening);

impl PartialEq for Slot {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Slot {}
impl PartialOrd for Slot {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Slot {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl World {
    pub fn new(seed: u64, backend: Backend, trace: bool) -> Self {
        let mut rng = Rng::new(seed ^ 0x005E_ED00);
        let count = 1 + rng.up_to(2) as usize;
        let mut server = Server::default();
        server.honours_keys = backend == Backend::HonoursKeys;
        server.sends_current = rng.up_to(3) > 0;
        server.page = 1 + rng.up_to(6) as usize;
        server.sessions = vec![true; count];
        let weather = Weather::draw(&mut rng);
        let devices = (0..count).map(|_| Device::new(&mut rng)).collect();
        Self {
            rng,
            now: 0,
            order: 0,
            queue: BinaryHeap::new(),
            server,
            devices,
            weather,
            connector: connector(backend),
            backend,
            calm: false,
            totals: Totals::default(),
            trace: trace.then(VecDeque::new),
        }
    }

    pub fn at(&mut self, when: u64, what: Happening) {
        self.order += 1;
        self.queue.push(Reverse((when, self.order, Slot(what))));
    }

    pub fn after(&mut self, wait: u64, what: Happening) {
        self.at(self.now + wait, what);
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.rng.up_to(99) < percent
    }

    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.rng.up_to(most - least)
    }

    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let line = line();
            if self.calm && line.contains("GET") {
                return;
            }
            if trace.len() == TRACE {
                trace.pop_front();
            }
            trace.push_back(format!("{:>7} {line}", self.now));
        }
    }

    pub fn print_trace(&self) {
        for line in self.trace.iter().flatten() {
            eprintln!("{line}");
        }
    }

    /// The whole life of a world.
    pub fn live(&mut self) {
        for device in 0..self.devices.len() {
            let start = self.between(0, 3_000);
            self.after(start, Happening::Lead(device, 0));
            let acts = self.between(3, 14);
            for _ in 0..acts {
                let when = self.between(0, CHAOS);
                self.at(when, Happening::Act(device));
            }
            for _ in 0..self.between(0, 6) {
                let when = self.between(0, CHAOS);
                self.at(when, Happening::Fate(device));
            }
        }
        for _ in 0..self.between(0, 12) {
            let when = self.between(0, CHAOS);
            self.at(when, Happening::Desk);
        }
        if self.chance(30) {
            let when = self.between(0, CHAOS);
            self.at(when, Happening::LoseCursors);
        }
        self.run_until(CHAOS);
        self.heal();
        self.run_until(CHAOS + REST);
        self.check_rest();
    }

    fn run_until(&mut self, end: u64) {
        while let Some(Reverse((when, _, _))) = self.queue.peek() {
            if *when > end {
                break;
            }
            let Some(Reverse((when, _, Slot(what)))) = self.queue.pop() else {
                break;
            };
            self.now = when;
            self.totals.steps += 1;
            assert!(
                self.totals.steps < 200_000,
                "I20: the world runs in circles"
            );
            self.happen(what);
        }
        self.now = end;
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Hear(place, event) => self.hear(place, event),
            Happening::Ring(place, id, stamp) => self.ring(place, id, stamp),
            Happening::Commit(place, id, batch) => self.engine_commits(place, id, batch),
            Happening::Arrive(request, answer) => self.arrive(request, answer),
            Happening::Late(request) => self.late(&request),
            Happening::Settle(place, id, outcome) => self.settle(place, id, outcome),
            Happening::ReadOutbox(place) => self.read_outbox(place),
            Happening::ListBase(place) => self.list_base(place),
            Happening::Act(device) => self.act(device),
            Happening::UserCommit(device, batch) => self.user_commits(device, batch),
            Happening::Desk => self.desk(),
            Happening::Fate(device) => self.fate(device),
            Happening::Lead(device, tab) => self.lead(device, tab),
            Happening::Thaw(device, tab) => self.thaw(device, tab),
            Happening::Online(device) => self.go_online(device, true),
            Happening::SignIn(device) => self.sign_in(device),
            Happening::LoseCursors => {
                self.note(|| "the feed forgets its past".into());
                self.totals.lost_cursors += 1;
                self.server.lose_cursors();
            }
        }
    }

    fn desk(&mut self) {
        let what = match self.rng.up_to(9) {
            0..=2 => Desk::Subject,
            3..=4 => Desk::Description,
            5..=6 => Desk::State,
            7..=8 => Desk::Comment,
            _ => Desk::Delete,
        };
        let pick = self.rng.up_to(1_000);
        self.note(|| format!("the desk: {what:?} {pick}"));
        self.server.desk(self.now, what, pick);
        self.hint();
    }

    /// Tells leaders that there may be something new; now and then it is not told.
    pub fn hint(&mut self) {
        for device in 0..self.devices.len() {
            if self.chance(50)
                && let Some(place) = self.devices[device].leading()
            {
                let wait = self.between(5, 500);
                self.after(wait, Happening::Hear(place, Event::Pull));
            }
        }
    }

    fn heal(&mut self) {
        self.note(|| "the world heals".into());
        self.calm = true;
        self.weather = Weather::fair();
        for device in 0..self.devices.len() {
            self.server.sessions[device] = true;
            self.mend(device);
        }
    }
}
