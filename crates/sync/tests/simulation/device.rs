//! Devices: a store, and tabs of which one leads and runs an engine. Commands are carried out with
//! delays between each step, so that a crash can fall between any command and its effect.

use crate::ledger::{Actor, Ledger};
use crate::net::Outcome;
use crate::server::Request;
use crate::world::{Happening, World};
use futures::executor::block_on;
use rapport_connector::{Body, HttpCall};
use rapport_domain::{OperationId, RecordKey};
use rapport_store::{Batch, Fault, Loss, Memory, Read, Replica, Space, Store, When, fold, writes};
use rapport_sync::backoff::Rng;
use rapport_sync::{
    CallId, Command, CommitId, Config, Engine, Event, NetFault, Status, TimerId, read_outbox,
    snapshot,
};
use std::collections::{BTreeMap, BTreeSet};

/// One life of a tab of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub device: usize,
    pub tab: usize,
    pub life: u64,
}

/// A tab.
#[derive(Default)]
pub struct Tab {
    life: u64,
    engine: Option<Engine>,
    generation: Vec<u8>,
    pub frozen: bool,
    /// What happened while it was frozen.
    backlog: Vec<Event>,
    /// Calls that have not ended.
    pub calls: BTreeSet<CallId>,
    timer: u64,
    /// When the last outbox reading is told: readings are told in order.
    told: u64,
    pub status: Option<Status>,
    /// Alarms in a row after which nothing was done.
    idle_alarms: u32,
}

/// A device.
pub struct Device {
    pub store: Memory,
    pub replica: Replica<Memory>,
    pub tabs: Vec<Tab>,
    pub leader: Option<usize>,
    pub online: bool,
    /// The milliseconds that its clock reads at the beginning.
    clock: u64,
    signing_in: bool,
    pub ledger: Ledger,
    /// The newest version of each record that its base has shown.
    pub shown: BTreeMap<RecordKey, u64>,
    pub overlay: BTreeSet<OperationId>,
}

impl Device {
    pub fn new(rng: &mut Rng) -> Self {
        let store = Memory::new();
        let tabs = 1 + rng.up_to(1);
        Self {
            replica: block_on(Replica::open(store.clone())).unwrap(),
            store,
            tabs: (0..tabs).map(|_| Tab::default()).collect(),
            leader: None,
            online: true,
            clock: rng.up_to(1_000_000),
            signing_in: false,
            ledger: Ledger::default(),
            shown: BTreeMap::new(),
            overlay: BTreeSet::new(),
        }
    }

    pub fn tab(&mut self, place: Place) -> Option<&mut Tab> {
        let tab = &mut self.tabs[place.tab];
        (tab.life == place.life).then_some(tab)
    }

    /// The place of the leader.
    pub fn leading(&self) -> Option<Place> {
        let tab = self.leader?;
        let life = self.tabs[tab].life;
        Some(Place {
            device: self.ledger.device,
            tab,
            life,
        })
    }
}

impl World {
    /// A tab takes the lock: moves the generation, reads what there is and starts an engine.
    pub fn lead(&mut self, device: usize, tab: usize) {
        if self.devices[device].leader.is_some() || self.devices[device].tabs[tab].frozen {
            return;
        }
        self.devices[device].ledger.device = device;
        let store = self.devices[device].store.clone();
        let taken = block_on(async {
            let generation = writes::take_over(&store).await?;
            let start = snapshot(&store, generation.clone()).await?;
            Ok::<_, Fault>((generation, start))
        });
        let Ok((generation, start)) = taken else {
            let wait = self.between(10, 1_000);
            return self.after(wait, Happening::Lead(device, tab));
        };
        let seed = self.rng.next_u64();
        let config = Config {
            spread_at_start: self.chance(20),
            ..Config::default()
        };
        let engine = Engine::new(self.connector.clone(), seed, config);
        self.devices[device].leader = Some(tab);
        let online = self.devices[device].online;
        let one = &mut self.devices[device].tabs[tab];
        one.life += 1;
        one.engine = Some(engine);
        one.generation = generation;
        one.calls.clear();
        one.backlog.clear();
        one.status = None;
        let place = Place {
            device,
            tab,
            life: one.life,
        };
        self.note(|| format!("{place:?} leads, {} unsent", start.outbox.len()));
        let wait = self.between(0, 50);
        self.after(wait, Happening::Hear(place, Event::Started(start)));
        if !online {
            self.after(wait, Happening::Hear(place, Event::Online(false)));
        }
        self.after(wait, Happening::ReadOutbox(place));
    }

    /// An event reaches an engine.
    pub fn hear(&mut self, place: Place, event: Event) {
        let now = self.devices[place.device].clock + self.now;
        let Some(tab) = self.devices[place.device].tab(place) else {
            return;
        };
        if tab.frozen {
            return tab.backlog.push(event);
        }
        let Some(engine) = &mut tab.engine else {
            return;
        };
        let line = match &event {
            Event::Started(_) => "Started".to_owned(),
            Event::Outbox(rows) => format!("Outbox {}", crate::ledger::brief(rows)),
            Event::Reply(id, Ok(reply)) => format!("{id:?} → {}", reply.status),
            other => format!("{other:?}"),
        };
        let timer = matches!(event, Event::Timer(_));
        let commands = engine.step(now, event);
        let idle = timer && matches!(commands[..], [] | [Command::SetTimer { .. }]);
        tab.idle_alarms = if idle { tab.idle_alarms + 1 } else { 0 };
        assert!(
            tab.idle_alarms < 20,
            "I20: the engine wakes for nothing, again and again"
        );
        self.note(|| format!("{place:?} hears {line}"));
        // A crash in the middle of obeying: what comes after it is never done.
        let crash = !self.calm && self.rng.up_to(2_999) == 0;
        let until = match crash {
            true => self.rng.up_to(commands.len() as u64) as usize,
            false => commands.len(),
        };
        for command in commands.into_iter().take(until) {
            self.obey(place, command);
        }
        if crash {
            self.crash(place.device);
        }
    }

    fn obey(&mut self, place: Place, command: Command) {
        match command {
            Command::Call {
                id,
                call,
                timeout_ms,
            } => self.call(place, id, call, timeout_ms),
            Command::Commit { id, batch } => {
                let wait = match self.rng.up_to(99) {
                    0 if !self.calm => self.between(1_000, 8_000),
                    _ => self.between(1, 20),
                };
                self.after(wait, Happening::Commit(place, id, batch));
            }
            Command::SetTimer { id, after_ms } => {
                let Some(tab) = self.devices[place.device].tab(place) else {
                    return;
                };
                tab.timer += 1;
                let stamp = tab.timer;
                // Timers of browsers ring early by a hair or late by much.
                let wait = match self.rng.up_to(19) {
                    0 => after_ms.saturating_sub(1),
                    1 => after_ms + self.rng.up_to(1_000),
                    _ => after_ms,
                };
                self.after(wait, Happening::Ring(place, id, stamp));
            }
            Command::ListBase => {
                let wait = self.between(1, 50);
                self.after(wait, Happening::ListBase(place));
            }
            Command::ReadOutbox => {
                let wait = self.between(1, 50);
                self.after(wait, Happening::ReadOutbox(place));
            }
            Command::Stop => {
                self.note(|| format!("{place:?} stops"));
                let device = &mut self.devices[place.device];
                device.tabs[place.tab].engine = None;
                if device.leader == Some(place.tab) {
                    device.leader = None;
                    let wait = self.between(1, 500);
                    self.after(wait, Happening::Lead(place.device, place.tab));
                }
            }
            Command::Publish(status) => self.publish(place, status),
        }
    }

    fn publish(&mut self, place: Place, status: Status) {
        let needs = status.needs_sign_in;
        if let Some(tab) = self.devices[place.device].tab(place) {
            tab.status = Some(status);
        }
        if needs && !self.devices[place.device].signing_in {
            self.devices[place.device].signing_in = true;
            let wait = self.between(1_000, 60_000);
            self.after(wait, Happening::SignIn(place.device));
        }
    }

    pub fn sign_in(&mut self, device: usize) {
        self.note(|| format!("device {device} signs in"));
        self.totals.sign_ins += 1;
        self.server.sessions[device] = true;
        self.devices[device].signing_in = false;
        for place in self.places(device) {
            self.hear(place, Event::SignedIn);
        }
    }

    fn places(&self, device: usize) -> Vec<Place> {
        let tabs = self.devices[device].tabs.iter().enumerate();
        tabs.map(|(tab, one)| Place {
            device,
            tab,
            life: one.life,
        })
        .collect()
    }

    fn call(&mut self, place: Place, id: CallId, call: HttpCall, timeout: u64) {
        let body = match &call.body {
            Body::Empty => Some(Vec::new()),
            Body::Text(text) => Some(text.clone().into_bytes()),
            Body::Blob(key) => {
                block_on(writes::blob(&self.devices[place.device].store, key)).unwrap()
            }
        };
        if let Some(tab) = self.devices[place.device].tab(place) {
            tab.calls.insert(id);
        }
        let Some(body) = body else {
            let fault = Outcome::Fault(NetFault::NoBody);
            return self.after(1, Happening::Settle(place, id, fault));
        };
        let request = Request {
            device: place.device,
            method: call.method.as_str(),
            url: call.url,
            headers: call.headers,
            body,
        };
        self.send(place, id, request, timeout);
    }

    pub fn ring(&mut self, place: Place, id: TimerId, stamp: u64) {
        let Some(tab) = self.devices[place.device].tab(place) else {
            return;
        };
        if tab.timer == stamp {
            self.hear(place, Event::Timer(id));
        }
    }

    /// A commit of an engine reaches the store. Of one whose tab has died meanwhile, it may or may
    /// not still be done.
    pub fn engine_commits(&mut self, place: Place, id: CommitId, batch: Batch) {
        let dead = self.devices[place.device].tab(place).is_none();
        if dead && self.chance(50) {
            return;
        }
        if !self.calm && self.chance(2) {
            let fault = match self.rng.up_to(3) {
                0 => Fault::Quota("no room".into()),
                1 => Fault::Closed("evicted".into()),
                2 => Fault::Timeout,
                _ => Fault::Other("broken".into()),
            };
            let when = if self.chance(50) {
                When::Before
            } else {
                When::After
            };
            self.devices[place.device].store.fail_commit(0, fault, when);
        }
        let result = self.commit(place.device, Actor::Engine, batch);
        if dead {
            return;
        }
        self.note(|| format!("{place:?} {id:?} {result:?}"));
        let wait = self.between(0, 10);
        self.after(wait, Happening::Hear(place, Event::Committed(id, result)));
    }

    /// Every commit on a device goes through here, and is looked at from all sides.
    pub fn commit(
        &mut self,
        device: usize,
        actor: Actor,
        batch: Batch,
    ) -> Result<rapport_store::Receipt, Fault> {
        let before = self.outbox(device);
        let store = self.devices[device].store.clone();
        let result = block_on(store.commit(batch.clone()));
        if result == Err(Fault::Guard) {
            self.totals.guards += 1;
        }
        let after = self.outbox(device);
        self.check_commit(device, actor, &batch, before, after);
        result
    }

    pub fn outbox(&self, device: usize) -> Vec<rapport_sync::OutboxRow> {
        let outbox = block_on(read_outbox(&self.devices[device].store)).unwrap();
        outbox.rows
    }

    pub fn read_outbox(&mut self, place: Place) {
        let rows = self.outbox(place.device);
        let wait = self.between(0, 60);
        let now = self.now;
        let Some(tab) = self.devices[place.device].tab(place) else {
            return;
        };
        tab.told = tab.told.max(now + wait);
        let told = tab.told;
        self.at(told, Happening::Hear(place, Event::Outbox(rows)));
    }

    pub fn list_base(&mut self, place: Place) {
        block_on(self.devices[place.device].replica.refresh()).unwrap();
        let keys = self.devices[place.device].replica.keys();
        let wait = self.between(0, 60);
        self.after(wait, Happening::Hear(place, Event::Base(keys)));
    }

    /// Something breaks on a device.
    pub fn fate(&mut self, device: usize) {
        match self.rng.up_to(6) {
            0 => self.crash(device),
            1 => {
                self.note(|| format!("device {device} loses its session"));
                self.server.sessions[device] = false;
            }
            2..=3 => {
                self.go_online(device, false);
                let back = self.between(1_000, 90_000);
                self.after(back, Happening::Online(device));
            }
            4 => self.freeze(device),
            5 => self.power_cut(device),
            _ => self.fold(device),
        }
    }

    pub fn go_online(&mut self, device: usize, online: bool) {
        if self.devices[device].online == online {
            return;
        }
        self.note(|| format!("device {device} online: {online}"));
        self.devices[device].online = online;
        // Browsers do not always notice.
        if self.calm || self.chance(80) {
            for place in self.places(device) {
                self.hear(place, Event::Online(online));
            }
        }
    }

    /// All tabs of a device are gone at once; what the store has, it has.
    pub fn crash(&mut self, device: usize) {
        self.note(|| format!("device {device} crashes"));
        self.totals.crashes += 1;
        for tab in &mut self.devices[device].tabs {
            let life = tab.life + 1;
            *tab = Tab {
                life,
                ..Tab::default()
            };
        }
        self.devices[device].leader = None;
        let wait = self.between(1, 20_000);
        self.after(wait, Happening::Lead(device, 0));
    }

    /// A crash that takes along what was not yet durable.
    fn power_cut(&mut self, device: usize) {
        let store = self.devices[device].store.crash(Loss::Relaxed);
        let one = &mut self.devices[device];
        one.replica = block_on(Replica::open(store.clone())).unwrap();
        one.store = store;
        one.shown.clear();
        one.overlay = overlay(&one.store);
        self.crash(device);
    }

    /// The leading tab is frozen; if there is another one, it takes over.
    fn freeze(&mut self, device: usize) {
        let Some(tab) = self.devices[device].leader else {
            return;
        };
        self.note(|| format!("device {device} tab {tab} freezes"));
        let one = &mut self.devices[device];
        one.tabs[tab].frozen = true;
        let wake = self.between(1_000, 120_000);
        self.after(wake, Happening::Thaw(device, tab));
        if self.devices[device].tabs.len() > 1 && self.chance(70) {
            self.totals.takeovers += 1;
            self.devices[device].leader = None;
            let wait = self.between(1, 5_000);
            self.after(wait, Happening::Lead(device, 1 - tab));
        }
    }

    pub fn thaw(&mut self, device: usize, tab: usize) {
        let one = &mut self.devices[device].tabs[tab];
        if !std::mem::take(&mut one.frozen) {
            return;
        }
        let place = Place {
            device,
            tab,
            life: one.life,
        };
        let backlog = std::mem::take(&mut one.backlog);
        self.note(|| format!("{place:?} thaws with {} events", backlog.len()));
        for event in backlog {
            self.hear(place, event);
        }
        if self.devices[device].leader.is_none() {
            let wait = self.between(1, 500);
            self.after(wait, Happening::Lead(device, tab));
        }
    }

    /// The host has leisure and folds the log.
    fn fold(&mut self, device: usize) {
        let Some(place) = self.devices[device].leading() else {
            return;
        };
        let generation = self.devices[device].tabs[place.tab].generation.clone();
        let sizes = fold::Sizes {
            first: 2,
            full: 4,
            entries: 8,
        };
        let store = self.devices[device].store.clone();
        let folded = block_on(fold::fold(&store, &generation, sizes));
        self.note(|| format!("{place:?} folds: {folded:?}"));
    }

    /// After the healing: awake, online, signed in, with a leader.
    pub fn mend(&mut self, device: usize) {
        self.go_online(device, true);
        for tab in 0..self.devices[device].tabs.len() {
            self.thaw(device, tab);
        }
        for place in self.places(device) {
            self.hear(place, Event::SignedIn);
            // A browser that did not notice the end of an outage notices it now or never.
            if self.chance(50) {
                self.hear(place, Event::Online(true));
            }
        }
        if self.devices[device].leader.is_none() {
            self.after(1_000, Happening::Lead(device, 0));
        }
    }
}

/// The operations of a store's overlay.
pub fn overlay(store: &Memory) -> BTreeSet<OperationId> {
    let rows = block_on(store.read(&[Read::Keys(Space::Overlay)])).unwrap();
    let keys = rows.into_iter().flatten().map(|(key, _)| key);
    keys.map(|key| match key {
        rapport_store::Key::Text(text) => text.parse().unwrap(),
        rapport_store::Key::Int(number) => panic!("overlay key {number}"),
    })
    .collect()
}
