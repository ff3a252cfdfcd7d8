//! Drafts: what is being typed, saved by itself at every pause and kept over crashes.

use crate::live::portal::Portal;
use crate::live::task::durable;
use crate::web::clock;
use crate::web::idb::IdbStore;
use crate::web::lifecycle::Listeners;
use crate::web::timer::{self, Timer};
use futures::lock::Mutex;
use leptos::prelude::*;
use rapport_domain::Timestamp;
use rapport_store::{Batch, Fault, Space, Store, writes};
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A pause of typing, in milliseconds, after which a draft is saved.
const PAUSE_MS: u32 = 300;

/// The fields of a draft by name.
pub type DraftValue = Map<String, Value>;

/// What is kept of a draft within the store's versioned envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    title: String,
    fields: DraftValue,
}

/// What the list of unfinished things tells about a draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DraftInfo {
    /// Its key.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

/// Whether what stands in the fields is on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DraftState {
    /// Nothing was typed.
    #[default]
    Empty,
    /// Something is not saved yet.
    Changed,
    /// Everything is saved.
    Saved,
    /// It could not be saved; the text is still in the fields.
    Failed(Fault),
}

/// Which stored row a save may replace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overwrite {
    /// Whatever is there: the text just typed is worth more.
    Any,
    /// Only what this tab knows of.
    OnlyMine,
}

/// All drafts of the account in this tab.
#[derive(Clone)]
pub(super) struct DraftBook(Rc<Book>);

struct Book {
    list: ArcRwSignal<Vec<DraftInfo>>,
    open: RefCell<BTreeMap<String, Draft>>,
    listeners: RefCell<Listeners>,
}

impl DraftBook {
    pub(super) async fn load(store: &IdbStore) -> Result<Self, Fault> {
        let book = Self(Rc::new(Book {
            list: ArcRwSignal::new(read_all(store).await?),
            open: RefCell::default(),
            listeners: RefCell::default(),
        }));
        let weak = Rc::downgrade(&book.0);
        book.0.listeners.borrow_mut().on_leaving(move || {
            let Some(book) = weak.upgrade() else { return };
            for draft in book.open.borrow().values() {
                draft.save_now();
            }
        });
        Ok(book)
    }
}

async fn read_all(store: &IdbStore) -> Result<Vec<DraftInfo>, Fault> {
    let mut list: Vec<DraftInfo> = writes::drafts(store)
        .await?
        .into_iter()
        .filter_map(|(key, draft)| {
            let kept: Kept = serde_json::from_value(draft.data).ok()?;
            Some(DraftInfo {
                key,
                title: kept.title,
                saved_at: draft.saved_at,
            })
        })
        .collect();
    list.sort_by_key(|info| std::cmp::Reverse(info.saved_at));
    Ok(list)
}

/// One draft; clones share it.
#[derive(Clone)]
pub struct Draft(SendWrapper<Rc<DraftInner>>);

struct DraftInner {
    key: String,
    store: IdbStore,
    list: ArcRwSignal<Vec<DraftInfo>>,
    fields: ArcRwSignal<DraftValue>,
    state: ArcRwSignal<DraftState>,
    ready: ArcRwSignal<bool>,
    title: RefCell<String>,
    timer: RefCell<Option<Timer>>,
    /// Counts changes, so that a save knows whether it was overtaken.
    edition: Cell<u64>,
    /// The row as this tab last wrote or read it; guards the submit.
    saved: RefCell<Option<Vec<u8>>>,
    /// Whose turn it is to change the row: a save that overtook another one would not know what is
    /// on disk, and its guard would take this tab's own words for somebody else's.
    turn: Mutex<()>,
}

impl Portal {
    /// The draft of that key: the one already open in this tab, or restored from disk.
    #[must_use]
    pub fn draft(&self, key: String) -> Draft {
        if let Some(draft) = self.drafts.0.open.borrow().get(&key) {
            return draft.clone();
        }
        let draft = Draft(SendWrapper::new(Rc::new(DraftInner {
            key: key.clone(),
            store: self.store.clone(),
            list: self.drafts.0.list.clone(),
            fields: ArcRwSignal::new(Map::new()),
            state: ArcRwSignal::new(DraftState::Empty),
            ready: ArcRwSignal::new(false),
            title: RefCell::default(),
            timer: RefCell::default(),
            edition: Cell::new(0),
            saved: RefCell::default(),
            turn: Mutex::default(),
        })));
        self.drafts.0.open.borrow_mut().insert(key, draft.clone());
        let restored = draft.clone();
        durable(async move { restored.restore().await });
        draft
    }

    /// What is unfinished, newest first.
    #[must_use]
    pub fn drafts(&self) -> Signal<Vec<DraftInfo>> {
        self.drafts.0.list.clone().into()
    }

    /// Saves whatever is typed and not on disk yet, and waits until it is.
    pub async fn flush_drafts(&self) {
        let open: Vec<Draft> = self.drafts.0.open.borrow().values().cloned().collect();
        for draft in open {
            let state = draft.0.state.get_untracked();
            if matches!(state, DraftState::Changed | DraftState::Failed(_)) {
                draft.flush().await;
            }
        }
    }

    /// The exact stored row of a draft after saving it now: whoever submits it guards on this, so
    /// that the same draft cannot be submitted twice in two tabs.
    ///
    /// # Errors
    /// [`Fault::Guard`] when another tab has sent, discarded or changed the draft since this one
    /// last saved or read it.
    pub(super) async fn settle_draft(&self, key: &str) -> Result<Vec<u8>, Fault> {
        let draft = self.draft(key.to_owned());
        draft.0.timer.take();
        draft.write(Overwrite::OnlyMine).await
    }

    /// Empties a draft in memory after its row was removed in a submit. It stays the draft of its
    /// key: with two of them at once, one would write what the other does not know of.
    pub(super) fn forget_draft(&self, key: &str) {
        let draft = self.drafts.0.open.borrow().get(key).cloned();
        if let Some(draft) = draft {
            draft.0.timer.take();
            draft.0.saved.take();
            draft.0.title.take();
            draft.0.edition.set(draft.0.edition.get() + 1);
            draft.0.fields.set(Map::new());
            draft.0.state.set(DraftState::Empty);
        }
        self.drafts
            .0
            .list
            .update(|list| list.retain(|info| info.key != key));
    }
}

impl Draft {
    /// The fields, followed.
    #[must_use]
    pub fn get(&self) -> DraftValue {
        self.0.fields.get()
    }

    /// A field as text, followed; empty when it was never set.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        self.0.fields.with(|fields| {
            fields
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        })
    }

    /// A field, followed.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<Value> {
        self.0.fields.with(|fields| fields.get(field).cloned())
    }

    /// Whether what stands in the fields is on disk.
    #[must_use]
    pub fn state(&self) -> Signal<DraftState> {
        self.0.state.clone().into()
    }

    /// Whether what was on disk has been read. Until then fields should not be shown as empty.
    #[must_use]
    pub fn ready(&self) -> Signal<bool> {
        self.0.ready.clone().into()
    }

    /// What the list of unfinished things shall call it.
    pub fn title(&self, title: impl Into<String>) {
        self.0.title.replace(title.into());
    }

    /// Changes a field; saved after the next pause of typing, or when the page is left.
    pub fn set(&self, field: &str, value: Value) {
        self.0.fields.update(|fields| {
            fields.insert(field.to_owned(), value);
        });
        self.0.edition.set(self.0.edition.get() + 1);
        self.0.state.set(DraftState::Changed);
        let draft = self.clone();
        self.0
            .timer
            .replace(Some(timer::after(PAUSE_MS, move || draft.save_now())));
    }

    /// Saves now and waits until it is on disk.
    pub async fn flush(&self) {
        self.0.timer.take();
        if self.0.state.get_untracked() != DraftState::Saved {
            // The state tells how it went.
            let _ = self.write(Overwrite::Any).await;
        }
    }

    /// Throws the draft away, here and on disk.
    pub fn discard(&self) {
        self.0.timer.take();
        self.0.edition.set(self.0.edition.get() + 1);
        self.0.fields.set(Map::new());
        self.0.state.set(DraftState::Empty);
        self.0.saved.take();
        let draft = self.clone();
        durable(async move {
            let _turn = draft.0.turn.lock().await;
            let batch = writes::delete_draft(&draft.0.key);
            if let Err(fault) = draft.0.store.commit(batch).await {
                draft.0.state.set(DraftState::Failed(fault));
                return;
            }
            draft
                .0
                .list
                .update(|list| list.retain(|info| info.key != draft.0.key));
        });
    }

    fn save_now(&self) {
        if self.0.state.get_untracked() == DraftState::Changed {
            let draft = self.clone();
            durable(async move {
                // The state tells how it went.
                let _ = draft.write(Overwrite::Any).await;
            });
        }
    }

    async fn restore(&self) {
        match writes::draft(&self.0.store, &self.0.key).await {
            // Whoever typed before the disk answered is right.
            Ok(Some((draft, bytes))) if self.0.edition.get() == 0 => {
                if let Ok(kept) = serde_json::from_value::<Kept>(draft.data) {
                    self.0.saved.replace(Some(bytes));
                    self.0.title.replace(kept.title);
                    self.0.fields.set(kept.fields);
                    self.0.state.set(DraftState::Saved);
                }
            }
            Ok(_) => {}
            Err(fault) => self.0.state.set(DraftState::Failed(fault)),
        }
        self.0.ready.set(true);
    }

    async fn write(&self, overwrite: Overwrite) -> Result<Vec<u8>, Fault> {
        let _turn = self.0.turn.lock().await;
        if overwrite == Overwrite::Any && self.0.state.get_untracked() == DraftState::Empty {
            // Sent or given up while this save waited for its turn: there is nothing to keep.
            return Ok(Vec::new());
        }
        let edition = self.0.edition.get();
        let kept = Kept {
            title: self.0.title.borrow().clone(),
            fields: self.0.fields.get_untracked(),
        };
        let data = serde_json::to_value(&kept).map_err(|error| Fault::Other(error.to_string()))?;
        let draft = writes::Draft::new(clock::now(), data);
        let bytes = draft.encode()?;
        let key = self.0.key.as_str();
        let mut batch = Batch::strict().put(Space::Drafts, key, bytes.clone());
        if overwrite == Overwrite::OnlyMine {
            batch = batch.expect(Space::Drafts, key, self.0.saved.borrow().clone());
        }
        if let Err(fault) = self.0.store.commit(batch).await {
            self.0.state.set(DraftState::Failed(fault.clone()));
            return Err(fault);
        }
        self.0.saved.replace(Some(bytes.clone()));
        if self.0.edition.get() == edition {
            self.0.state.set(DraftState::Saved);
        }
        let info = DraftInfo {
            key: self.0.key.clone(),
            title: kept.title,
            saved_at: draft.saved_at,
        };
        self.0.list.update(|list| {
            list.retain(|other| other.key != info.key);
            list.insert(0, info);
        });
        Ok(bytes)
    }
}
