//! The hands of the sync engine: inside the worker it carries out the engine's commands with fetch,
//! IndexedDB and timers, and feeds the results back as events.
//!
//! Every tab starts a worker; the one that gets the account's Web Lock drives the engine, the others
//! wait for the lock. Whoever gets it takes a new fencing generation, so that a frozen predecessor
//! cannot write any more.

use crate::web::channel::{Channel, Hint};
use crate::web::fetch::{self, Bytes};
use crate::web::idb::IdbStore;
use crate::web::lifecycle::{self, Listeners};
use crate::web::timer::{self, Timer};
use crate::web::worker::Start;
use crate::web::{clock, js_message, locks, random};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use rapport_connector::{Body, Connector, HttpCall, Method};
use rapport_domain::Timestamp;
use rapport_store::fold::{self, Sizes};
use rapport_store::{Batch, Fault, Read, Replica, Space, Store, writes};
use rapport_sync::{Command, Config, Engine, Event, NetFault, Status, TimerId};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Log rows beyond which the log is folded into pages when the engine rests.
const FOLD_AT: usize = 8;
/// The row of [`Space::Meta`] that tells when data last came in, by the device's clock.
pub const AS_OF: &str = "as_of";
/// Silence of the backend after which a write asks first whether it is there, in milliseconds.
const SILENCE_MS: u64 = 500;
/// How long the engine must rest before the log is folded, in milliseconds.
const FOLD_AFTER_MS: u32 = 1_500;

/// Says that the worker is there and waits for the start message. The worker's `main`.
pub fn listen() {
    let Ok(scope) = js_sys::global().dyn_into::<web_sys::DedicatedWorkerGlobalScope>() else {
        return;
    };
    let report = scope.clone();
    let on_message =
        Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let start = event
                .data()
                .as_string()
                .and_then(|json| serde_json::from_str(&json).ok());
            let Some(start) = start else { return };
            let report = report.clone();
            spawn_local(async move {
                if let Err(message) = lead(start).await {
                    post(&report, "failed", &message);
                }
            });
        });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    post(&scope, "ready", "");
}

fn post(scope: &web_sys::DedicatedWorkerGlobalScope, kind: &str, message: &str) {
    let data = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&data, &"type".into(), &kind.into());
    let _ = js_sys::Reflect::set(&data, &"message".into(), &message.into());
    if let Err(error) = scope.post_message(&data) {
        log::error!("{}", js_message(&error));
    }
}

/// Waits for the account's lock and drives the engine while holding it.
async fn lead(start: Start) -> Result<(), String> {
    let connector = Connector::parse(&start.profile).map_err(|errors| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    let lock = format!("sync:{}", start.account);
    let failure = Rc::new(RefCell::new(None));
    let seen = Rc::clone(&failure);
    locks::hold(&lock, move || async move {
        if let Err(fault) = drive(start, Rc::new(connector)).await {
            *seen.borrow_mut() = Some(fault.to_string());
        }
    })
    .await?;
    match failure.take() {
        Some(message) => Err(message),
        None => Ok(()),
    }
}

/// What wakes the host.
enum Wake {
    /// Something for the engine.
    Event(Event),
    /// A tab changed the outbox.
    Outbox,
    /// A tab wants to know how syncing stands.
    AskStatus,
    /// The origin's session may belong to somebody else now.
    Session,
    /// The engine's question for the base could not be answered: try again.
    ListBase,
    /// The engine has rested long enough.
    Rested,
}

/// Opens the store and drives the engine until another context takes over. Pages or a log that
/// cannot be read are dropped, because they can be fetched again, and the engine begins anew.
async fn drive(start: Start, connector: Rc<Connector>) -> Result<(), Fault> {
    let store = IdbStore::open(&start.account).await?;
    loop {
        match run(&start, &store, Rc::clone(&connector)).await {
            Err(Fault::Corrupt(what)) => {
                log::error!("{what}; what can be fetched again is dropped");
                store.drop_cache().await?;
            }
            settled => return settled,
        }
    }
}

/// Takes over and runs until the engine stops.
async fn run(start: &Start, store: &IdbStore, connector: Rc<Connector>) -> Result<(), Fault> {
    let (wake, inbox) = unbounded();
    // Before the outbox is read: what a tab writes from here on is heard of.
    let channel = listen_to_tabs(start, &wake);
    let generation = take_over(store).await?;
    let snapshot = rapport_sync::snapshot(store, generation.clone()).await?;
    let mut listeners = Listeners::default();
    let online = wake.clone();
    listeners.on_online(move |is_online| tell(&online, Wake::Event(Event::Online(is_online))));
    let host = Rc::new(Host {
        base: start.base.clone(),
        user: start.user.clone(),
        store: store.clone(),
        connector: Rc::clone(&connector),
        generation,
        wake: wake.clone(),
        channel,
        timers: RefCell::default(),
        status: RefCell::default(),
        as_of: Cell::new(None),
        ours: Cell::new(false),
        heard_at: Cell::new(0),
        rest: RefCell::default(),
        hints: RefCell::default(),
    });
    host.hints.replace(host.listen_to_backend());
    tell(&wake, Wake::Event(Event::Online(lifecycle::is_online())));
    tell(&wake, Wake::Event(Event::Started(snapshot)));
    tell(&wake, Wake::Outbox);
    let config = Config {
        me: Some(start.me),
        ..Config::default()
    };
    let engine = Engine::new(connector, random::seed(), config);
    host.run(engine, inbox).await
}

/// Takes a new generation; another context may do so at the same moment, then it is tried again.
async fn take_over(store: &IdbStore) -> Result<Vec<u8>, Fault> {
    loop {
        match writes::take_over(store).await {
            Err(Fault::Guard) => {}
            settled => return settled,
        }
    }
}

fn listen_to_tabs(start: &Start, wake: &UnboundedSender<Wake>) -> Option<Channel> {
    let wake = wake.clone();
    Channel::open(
        &crate::web::channel::of_account(&start.account),
        move |hint| match hint {
            Hint::Outbox => tell(&wake, Wake::Outbox),
            Hint::Pull => tell(&wake, Wake::Event(Event::Pull)),
            Hint::Session => tell(&wake, Wake::Session),
            Hint::AskStatus => tell(&wake, Wake::AskStatus),
            Hint::Changed | Hint::Draft { .. } | Hint::Status { .. } => {}
        },
    )
    .map_err(|error| log::warn!("no channel to the tabs: {error}"))
    .ok()
}

fn tell(wake: &UnboundedSender<Wake>, what: Wake) {
    // A closed inbox means that the engine has stopped: nobody is left to care.
    let _ = wake.unbounded_send(what);
}

struct Host {
    base: String,
    user: String,
    store: IdbStore,
    connector: Rc<Connector>,
    generation: Vec<u8>,
    wake: UnboundedSender<Wake>,
    channel: Option<Channel>,
    timers: RefCell<HashMap<TimerId, Timer>>,
    status: RefCell<Status>,
    as_of: Cell<Option<Timestamp>>,
    /// Whether the session was seen to be our user's; asked again after every change of session.
    ours: Cell<bool>,
    /// When the backend last answered, in monotonic milliseconds; 0 after a call that got no answer.
    heard_at: Cell<u64>,
    rest: RefCell<Option<Timer>>,
    hints: RefCell<Option<Hints>>,
}

impl Host {
    async fn run(
        self: Rc<Self>,
        mut engine: Engine,
        mut inbox: UnboundedReceiver<Wake>,
    ) -> Result<(), Fault> {
        while let Some(wake) = inbox.next().await {
            let event = match wake {
                Wake::Event(event) => event,
                Wake::Outbox => match rapport_sync::read_outbox(&self.store).await {
                    Ok(outbox) => Event::Outbox(outbox.rows),
                    Err(fault) => {
                        log::warn!("outbox not read: {fault}");
                        self.again_after(1_000, || Wake::Outbox);
                        continue;
                    }
                },
                Wake::AskStatus => {
                    self.publish();
                    continue;
                }
                Wake::Session => {
                    self.ours.set(false);
                    // A stream that was refused stays closed: open it in the new session.
                    self.hints.replace(self.listen_to_backend());
                    Event::SignedIn
                }
                Wake::ListBase => {
                    self.list_base().await?;
                    continue;
                }
                Wake::Rested => {
                    self.fold().await?;
                    continue;
                }
            };
            for command in engine.step(clock::monotonic_ms(), event) {
                if matches!(command, Command::Stop) {
                    return Ok(());
                }
                self.clone().carry_out(command).await?;
            }
        }
        Ok(())
    }

    async fn carry_out(self: Rc<Self>, command: Command) -> Result<(), Fault> {
        match command {
            Command::Call {
                id,
                call,
                timeout_ms,
            } => spawn_local(async move {
                let reply = self.call(&call, timeout_ms).await;
                self.event(Event::Reply(id, reply));
            }),
            Command::Commit { id, batch } => {
                let outcome = self.store.commit(batch).await;
                if outcome.is_ok() {
                    self.hint(&Hint::Changed);
                    self.rest_again();
                }
                self.event(Event::Committed(id, outcome));
            }
            Command::SetTimer { id, after_ms } => {
                let wake = self.wake.clone();
                let after_ms = u32::try_from(after_ms).unwrap_or(u32::MAX);
                let timer =
                    timer::after(after_ms, move || tell(&wake, Wake::Event(Event::Timer(id))));
                self.timers.borrow_mut().insert(id, timer);
            }
            Command::ListBase => self.list_base().await?,
            Command::ReadOutbox => tell(&self.wake, Wake::Outbox),
            Command::Publish(status) => {
                let before = self.status.replace(status.clone());
                if before.pulls != status.pulls {
                    self.listen_again();
                    self.is_fresh().await;
                    // A hint that went missing must not keep anything here.
                    tell(&self.wake, Wake::Outbox);
                }
                self.publish();
            }
            Command::Stop => {}
        }
        Ok(())
    }

    /// # Errors
    /// [`Fault::Corrupt`] when the base cannot be read; anything else is tried again.
    async fn list_base(&self) -> Result<(), Fault> {
        match Replica::open(self.store.clone()).await {
            Ok(base) => self.event(Event::Base(base.keys())),
            Err(fault @ Fault::Corrupt(_)) => return Err(fault),
            Err(fault) => {
                log::warn!("base not listed: {fault}");
                self.again_after(1_000, || Wake::ListBase);
            }
        }
        Ok(())
    }

    /// Notes that what is here is as new as what the backend has. Kept, so that an offline start can
    /// say how old its data is.
    async fn is_fresh(&self) {
        let now = clock::now();
        self.as_of.set(Some(now));
        let batch = Batch::relaxed().put(Space::Meta, AS_OF, now.0.to_string().into_bytes());
        if let Err(fault) = self.store.commit(batch).await {
            log::warn!("age of the data not kept: {fault}");
        }
    }

    fn event(&self, event: Event) {
        tell(&self.wake, Wake::Event(event));
    }

    fn again_after(&self, after_ms: u32, what: impl FnOnce() -> Wake + 'static) {
        let wake = self.wake.clone();
        spawn_local(async move {
            timer::wait(after_ms).await;
            tell(&wake, what());
        });
    }

    fn hint(&self, hint: &Hint) {
        if let Some(channel) = &self.channel {
            channel.tell(hint);
        }
    }

    fn publish(&self) {
        let status = self.status.borrow().clone();
        self.hint(&Hint::Status {
            status,
            as_of: self.as_of.get(),
        });
    }

    /// Sends a call, but only in the name of our own user: another one may have signed in since. A
    /// write after a while of silence asks first as well: if the network is gone it is then certain
    /// that the write never left, and it stays “saved here” instead of “sent, checking”.
    async fn call(
        &self,
        call: &HttpCall,
        timeout_ms: u64,
    ) -> Result<rapport_connector::HttpReply, NetFault> {
        let timeout_ms = u32::try_from(timeout_ms).unwrap_or(u32::MAX);
        let silent_for = clock::monotonic_ms().saturating_sub(self.heard_at.get());
        let is_write = call.method != Method::Get;
        if !self.ours.get() || (is_write && silent_for > SILENCE_MS) {
            self.ask_whose_session(timeout_ms).await?;
        }
        let body = match &call.body {
            Body::Empty => Bytes::Empty,
            Body::Text(text) => Bytes::Text(text.clone()),
            Body::Blob(key) => Bytes::Raw(self.blob(key).await?),
        };
        let reply = fetch::send(&self.base, call, body, timeout_ms).await;
        let heard_at = if reply.is_ok() {
            clock::monotonic_ms()
        } else {
            0
        };
        self.heard_at.set(heard_at);
        reply
    }

    /// Makes sure that the backend answers and that the session is our user's. Nothing of what waits
    /// has left yet, whatever comes of it.
    async fn ask_whose_session(&self, timeout_ms: u32) -> Result<(), NetFault> {
        let who = self.connector.who_am_i();
        let reply = fetch::send(&self.base, &who, Bytes::Empty, timeout_ms)
            .await
            .map_err(|_| NetFault::NotSent)?;
        match self.connector.read_who_am_i(&reply) {
            Ok(user) if user.stamp.remote_id.as_deref() == Some(self.user.as_str()) => {
                self.ours.set(true);
                Ok(())
            }
            Ok(_) | Err(rapport_connector::Refusal::SignIn) => Err(NetFault::NotSignedIn),
            Err(_) => Err(NetFault::NotSent),
        }
    }

    async fn blob(&self, key: &str) -> Result<Vec<u8>, NetFault> {
        let bytes = writes::blob(&self.store, key)
            .await
            .map_err(|_| NetFault::NotSent)?;
        bytes.ok_or(NetFault::NoBody)
    }

    /// Opens the stream of hints anew if the browser has given it up, which it does after some faults
    /// (which ones depends on the browser) and after every refusal.
    fn listen_again(&self) {
        let has_ended = self.hints.borrow().as_ref().is_some_and(Hints::has_ended);
        if has_ended {
            self.hints.replace(self.listen_to_backend());
        }
    }

    /// Listens to the backend's hints that something changed, where it gives any. What came before
    /// the stream was open had no listener, so its opening is a hint as well.
    fn listen_to_backend(&self) -> Option<Hints> {
        let url = self.connector.hints()?;
        let source = web_sys::EventSource::new(&format!("{}{url}", self.base)).ok()?;
        let wake = self.wake.clone();
        let on_hint = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            tell(&wake, Wake::Event(Event::Pull));
        });
        for name in ["open", "message", "changed"] {
            let listener = on_hint.as_ref().unchecked_ref();
            let _ = source.add_event_listener_with_callback(name, listener);
        }
        Some(Hints {
            source,
            _on_hint: on_hint,
        })
    }

    fn rest_again(&self) {
        let wake = self.wake.clone();
        self.rest.replace(Some(timer::after(FOLD_AFTER_MS, move || {
            tell(&wake, Wake::Rested)
        })));
    }

    /// Folds the log into pages when it has grown long.
    ///
    /// # Errors
    /// [`Fault::Corrupt`] when log or pages cannot be read.
    async fn fold(&self) -> Result<(), Fault> {
        let keys = self.store.read(&[Read::Keys(Space::Log)]).await;
        if !keys.is_ok_and(|keys| keys.iter().flatten().count() > FOLD_AT) {
            return Ok(());
        }
        loop {
            match fold::fold(&self.store, &self.generation, Sizes::default()).await {
                Ok(folded) if folded.more => {}
                Ok(_) => break self.hint(&Hint::Changed),
                Err(fault @ Fault::Corrupt(_)) => return Err(fault),
                Err(fault) => break log::warn!("log not folded: {fault}"),
            }
        }
        Ok(())
    }
}

/// An open stream of hints; closed when dropped.
struct Hints {
    source: web_sys::EventSource,
    _on_hint: Closure<dyn FnMut(web_sys::Event)>,
}

impl Hints {
    fn has_ended(&self) -> bool {
        self.source.ready_state() == web_sys::EventSource::CLOSED
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.source.close();
    }
}
