//! One signed-in account in this tab: its store, its tables, and the signals that follow them.

use crate::live::draft_shelf::DraftBook;
use crate::live::task::durable;
use crate::web::channel::{self, Channel, Hint};
use crate::web::idb::IdbStore;
use crate::web::idb::registry::Account;
use crate::web::lifecycle::{self, Listeners};
use crate::web::sync_host::AS_OF;
use crate::web::worker::SyncWorker;
use futures::channel::oneshot;
use leptos::prelude::*;
use rapport_connector::{Capabilities, Connector};
use rapport_domain::{Entity, Kind, RecordKey, TicketId, Timestamp, User};
use rapport_store::{Batch, ChangeSet, Fault, Read, Replica, Space, Store};
use rapport_sync::{Outbox, OutboxRow, Status, Unreadable};
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A handle on the signed-in account; cloning it is cheap.
#[derive(Clone)]
pub struct Portal(SendWrapper<Rc<Inner>>);

impl std::ops::Deref for Portal {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The account's channel to the other tabs and the worker, once it is open.
#[derive(Clone, Default)]
pub(super) struct Tabs(Rc<RefCell<Option<Channel>>>);

impl Tabs {
    pub fn tell(&self, hint: &Hint) {
        if let Some(channel) = self.0.borrow().as_ref() {
            channel.tell(hint);
        }
    }
}

/// What a portal holds; reached through [`Portal`].
pub struct Inner {
    pub(super) account: String,
    pub(super) base: String,
    pub(super) store: IdbStore,
    pub(super) replica: Replica<IdbStore>,
    pub(super) connector: Rc<Connector>,
    pub(super) me: ArcRwSignal<User>,
    pub(super) outbox: ArcRwSignal<Vec<OutboxRow>>,
    pub(super) outbox_unreadable: ArcRwSignal<Vec<Unreadable>>,
    pub(super) drafts: DraftBook,
    pub(super) worker: RefCell<Option<SyncWorker>>,
    pub(super) submitting: RefCell<BTreeSet<String>>,
    status: ArcRwSignal<Status>,
    as_of: ArcRwSignal<Option<Timestamp>>,
    online: ArcRwSignal<bool>,
    trouble: ArcRwSignal<Option<String>>,
    /// When this account was first opened on this device.
    since: Timestamp,
    triggers: BTreeMap<Kind, ArcTrigger>,
    tabs: Tabs,
    listeners: RefCell<Listeners>,
    refreshing: Cell<bool>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Portal {
    /// Opens the account's database and loads its tables. Nothing here needs the network.
    ///
    /// # Errors
    /// What keeps the store from opening.
    pub async fn open(account: Account, base: String, connector: Connector) -> Result<Self, Fault> {
        let store = IdbStore::open(&account.id).await?;
        let replica = match Replica::open(store.clone()).await {
            // Pages and log can be fetched again; what the user wrote is untouched by this.
            Err(Fault::Corrupt(what)) => {
                log::error!("{what}; what can be fetched again is dropped");
                store.drop_cache().await?;
                Replica::open(store.clone()).await?
            }
            opened => opened?,
        };
        let outbox = rapport_sync::read_outbox(&store).await?;
        let tabs = Tabs::default();
        let drafts = DraftBook::load(&store, tabs.clone()).await?;
        let as_of = read_as_of(&store).await?;
        let inner = Inner {
            base,
            store,
            replica,
            connector: Rc::new(connector),
            me: ArcRwSignal::new(account.user),
            since: account.since,
            outbox: ArcRwSignal::new(outbox.rows),
            outbox_unreadable: ArcRwSignal::new(outbox.unreadable),
            drafts,
            worker: RefCell::default(),
            submitting: RefCell::default(),
            status: ArcRwSignal::new(Status::default()),
            as_of: ArcRwSignal::new(as_of),
            online: ArcRwSignal::new(lifecycle::is_online()),
            trouble: ArcRwSignal::new(None),
            triggers: Kind::ALL
                .into_iter()
                .map(|kind| (kind, ArcTrigger::new()))
                .collect(),
            tabs,
            listeners: RefCell::default(),
            refreshing: Cell::new(false),
            waiting: RefCell::default(),
            account: account.id,
        };
        let portal = Self(SendWrapper::new(Rc::new(inner)));
        portal.connect();
        portal.know_me().await;
        Ok(portal)
    }

    /// Follows the other tabs and the worker.
    fn connect(&self) {
        let weak = Rc::downgrade(&self.0);
        let opened = Channel::open(&channel::of_account(&self.account), move |hint| {
            let Some(inner) = weak.upgrade() else { return };
            let portal = Self(SendWrapper::new(inner));
            match hint {
                Hint::Changed | Hint::Outbox => {
                    durable(async move { portal.refresh().await });
                }
                Hint::Draft { key } => {
                    durable(async move { portal.drafts.heard(&key).await });
                }
                Hint::Status { status, as_of } => {
                    portal.status.set(status);
                    if as_of.is_some() {
                        portal.as_of.set(as_of);
                    }
                }
                Hint::Pull | Hint::Session | Hint::AskStatus => {}
            }
        });
        match opened {
            Ok(channel) => {
                channel.tell(&Hint::AskStatus);
                self.tabs.0.replace(Some(channel));
            }
            Err(error) => log::warn!("no channel between tabs: {error}"),
        }
        let online = self.online.clone();
        let mut listeners = self.listeners.borrow_mut();
        listeners.on_online(move |is_online| online.set(is_online));
        let weak = Rc::downgrade(&self.0);
        listeners.on_return(move || {
            // A frozen page has missed hints.
            let Some(inner) = weak.upgrade() else { return };
            let portal = Self(SendWrapper::new(inner));
            portal.check_now();
            durable(async move {
                portal.refresh().await;
                portal.drafts.catch_up().await;
            });
        });
    }

    /// The account's user, as last known; also offline.
    #[must_use]
    pub fn me(&self) -> User {
        self.me.get_untracked()
    }

    /// The account's user, followed.
    #[must_use]
    pub fn me_signal(&self) -> Signal<User> {
        self.me.clone().into()
    }

    /// What the backend can do; the interface shows nothing else.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.connector.capabilities().clone()
    }

    /// How syncing stands, from whichever tab's worker leads.
    #[must_use]
    pub fn status(&self) -> Signal<Status> {
        self.status.clone().into()
    }

    /// Whether the browser believes the device to be online.
    #[must_use]
    pub fn online(&self) -> Signal<bool> {
        self.online.clone().into()
    }

    /// When data last came in, by the device's clock.
    #[must_use]
    pub fn as_of(&self) -> Signal<Option<Timestamp>> {
        self.as_of.clone().into()
    }

    /// What keeps the store or the worker from working, in words for the log and the support.
    #[must_use]
    pub fn trouble(&self) -> Signal<Option<String>> {
        self.trouble.clone().into()
    }

    /// What is still to be sent, in order.
    #[must_use]
    pub fn outbox(&self) -> Signal<Vec<OutboxRow>> {
        self.outbox.clone().into()
    }

    /// Asks the worker that leads to look for news now.
    pub fn check_now(&self) {
        self.hint(&Hint::Pull);
    }

    /// Whether the ticket has moved since the user last looked at it. What came before this account
    /// was first opened on this device counts as seen, or everything would be new at once.
    #[must_use]
    pub fn is_unread(&self, ticket: TicketId, updated_at: Timestamp) -> bool {
        self.track(Kind::Ticket);
        self.replica.seen(ticket).unwrap_or(self.since) < updated_at
    }

    /// Remembers that the user has seen the ticket as of `updated_at`.
    pub fn mark_read(&self, ticket: TicketId, updated_at: Timestamp) {
        let portal = self.clone();
        durable(async move {
            match portal.replica.mark_read(ticket, updated_at).await {
                Ok(changes) => portal.notify(&changes),
                Err(fault) => log::warn!("read mark not kept: {fault}"),
            }
        });
    }

    pub(super) fn hint(&self, hint: &Hint) {
        self.tabs.tell(hint);
    }

    /// Hears what keeps the worker from working, without keeping the portal alive.
    pub(super) fn reporter(&self) -> impl Fn(String) + Clone + 'static {
        let trouble = self.trouble.clone();
        move |message| trouble.set(Some(message))
    }

    pub(super) fn report_trouble(&self, message: String) {
        log::error!("{message}");
        self.trouble.set(Some(message));
    }

    /// Makes the caller's reactive scope run again when records of `kind` change.
    pub(super) fn track(&self, kind: Kind) {
        if let Some(trigger) = self.triggers.get(&kind) {
            trigger.track();
        }
    }

    /// Commits what the user wrote, shows it in this tab and tells the others.
    pub(super) async fn commit(&self, batch: Batch) -> Result<(), Fault> {
        let done = self.store.commit(batch).await;
        if !matches!(done, Err(Fault::Guard | Fault::Quota(_))) {
            // Also when it is not known whether it was written: the worker looks for itself.
            self.hint(&Hint::Outbox);
        }
        done?;
        self.refresh().await;
        Ok(())
    }

    /// Takes in what the store holds by now. Calls that arrive while one runs share the next round,
    /// so a commit made before the call is seen when it returns.
    pub(super) async fn refresh(&self) {
        let (done, wait) = oneshot::channel();
        self.waiting.borrow_mut().push(done);
        if !self.refreshing.replace(true) {
            loop {
                let waiting = self.waiting.take();
                if waiting.is_empty() {
                    break;
                }
                self.take_in().await;
                for done in waiting {
                    // A caller that went away does not mind.
                    let _ = done.send(());
                }
            }
            self.refreshing.set(false);
        }
        let _ = wait.await;
    }

    async fn take_in(&self) {
        match self.replica.refresh().await {
            Ok(changes) => {
                if changes.touches_kind(Kind::User) {
                    self.know_me().await;
                }
                self.notify(&changes);
            }
            Err(fault) => self.report_trouble(fault.to_string()),
        }
        match rapport_sync::read_outbox(&self.store).await {
            Ok(Outbox { rows, unreadable }) => {
                set_if_new(&self.outbox, rows);
                set_if_new(&self.outbox_unreadable, unreadable);
            }
            Err(fault) => self.report_trouble(fault.to_string()),
        }
    }

    /// Takes over what the store knows of the account's user: his role and his customers may change
    /// while he stays signed in.
    async fn know_me(&self) {
        let me = self.me();
        let key = RecordKey {
            kind: Kind::User,
            id: me.id.0,
        };
        let known = match self.replica.load(key).await {
            Ok(Some(Entity::User(known))) => known,
            Ok(_) => return,
            Err(fault) => {
                log::warn!("the account's user was not read: {fault}");
                return;
            }
        };
        if known.stamp.updated_at >= me.stamp.updated_at {
            // Only the session tells what he signs in with.
            let login = known.login.clone().or_else(|| me.login.clone());
            let known = User { login, ..known };
            if known != me {
                self.me.set(known);
            }
        }
    }

    fn notify(&self, changes: &ChangeSet) {
        for (kind, trigger) in &self.triggers {
            if changes.touches_kind(*kind) {
                trigger.notify();
            }
        }
    }
}

/// Sets a signal when that changes it: nobody is to run again for what he has seen.
pub(super) fn set_if_new<T: PartialEq + 'static>(signal: &ArcRwSignal<T>, now: T)
where
    ArcRwSignal<T>: Set<Value = T> + WithUntracked<Value = T>,
{
    if signal.with_untracked(|before| *before != now) {
        signal.set(now);
    }
}

/// When data last came in, as the worker noted it.
async fn read_as_of(store: &IdbStore) -> Result<Option<Timestamp>, Fault> {
    let rows = store.read(&[Read::One(Space::Meta, AS_OF.into())]).await?;
    let noted = rows.into_iter().flatten().next();
    let millis = noted.and_then(|(_, bytes)| String::from_utf8(bytes).ok()?.parse().ok());
    Ok(millis.map(Timestamp))
}
