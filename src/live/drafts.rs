//! Drafts: what is being typed, saved by itself at every pause and kept over crashes.
//!
//! Every tab may write the same draft. A row is only ever written over the exact row that this tab
//! has read or written before; when another tab was first, its text is taken in and both are kept.

use crate::live::draft_fields::{Base, DraftValue, Kept, below, beyond, is_blank, merge};
use crate::live::draft_files::{DraftFiles, lists_files};
use crate::live::draft_shelf::{Row, Shelf, encode};
use crate::live::task::durable;
use crate::web::idb::IdbStore;
use crate::web::timer::{self, Timer};
use futures::lock::Mutex;
use leptos::prelude::*;
use rapport_store::{Batch, Fault, Space, Store, writes};
use send_wrapper::SendWrapper;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

/// A pause of typing, in milliseconds, after which a draft is saved.
const PAUSE_MS: u32 = 300;
/// How often a save gives way to another tab that writes at the same moment.
const ATTEMPTS: usize = 5;

/// Whether what stands in the fields is on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DraftState {
    /// There is nothing to be kept.
    #[default]
    Empty,
    /// Something is not saved yet.
    Changed,
    /// Everything is saved.
    Saved,
    /// It could not be saved; the text is still in the fields.
    Failed(Fault),
}

/// A row as this tab has read or written it.
#[derive(Clone, Default)]
struct Seen {
    /// The exact row; `None` where there was none.
    bytes: Option<Vec<u8>>,
    /// What stood in it: what was typed since differs from this.
    fields: DraftValue,
}

/// One draft; clones share it.
#[derive(Clone)]
pub struct Draft(SendWrapper<Rc<Inner>>);

/// A draft as long as somebody else holds it.
pub(super) struct WeakDraft(SendWrapper<Weak<Inner>>);

impl WeakDraft {
    pub fn upgrade(&self) -> Option<Draft> {
        let inner = self.0.upgrade()?;
        Some(Draft(SendWrapper::new(inner)))
    }
}

struct Inner {
    key: String,
    shelf: Rc<Shelf>,
    fields: ArcRwSignal<DraftValue>,
    state: ArcRwSignal<DraftState>,
    ready: ArcRwSignal<bool>,
    overtaken: ArcRwSignal<bool>,
    title: RefCell<String>,
    timer: RefCell<Option<Timer>>,
    /// Counts changes, so that a save knows whether it was overtaken.
    edition: Cell<u64>,
    /// The edition that is on disk, or need not be.
    kept: Cell<u64>,
    /// The row, once it was read; guards every write.
    seen: RefCell<Option<Seen>>,
    /// Counts what other tabs did to what stands here.
    taken: Cell<u64>,
    /// A write of which nobody knows whether it happened.
    tried: RefCell<Option<Seen>>,
    /// Its fields that list files, as far as they were asked for.
    files: RefCell<BTreeMap<String, DraftFiles>>,
    /// Whose turn it is to read or change the row: two at once in this tab would take this tab's own
    /// words for somebody else's.
    turn: Mutex<()>,
}

impl Draft {
    pub(super) fn new(key: String, shelf: Rc<Shelf>) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            key,
            shelf,
            fields: ArcRwSignal::default(),
            state: ArcRwSignal::default(),
            ready: ArcRwSignal::new(false),
            overtaken: ArcRwSignal::new(false),
            title: RefCell::default(),
            timer: RefCell::default(),
            edition: Cell::new(0),
            kept: Cell::new(0),
            taken: Cell::new(0),
            seen: RefCell::default(),
            tried: RefCell::default(),
            files: RefCell::default(),
            turn: Mutex::default(),
        })))
    }

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

    /// The files that a field lists; the same each time it is asked for.
    #[must_use]
    pub fn files(&self, field: &str) -> DraftFiles {
        let known = self.0.files.borrow().get(field).cloned();
        known.unwrap_or_else(|| {
            let files = DraftFiles::new(self, field);
            let kept = files.clone();
            self.0.files.borrow_mut().insert(field.to_owned(), kept);
            files
        })
    }

    /// Every field that lists files.
    #[must_use]
    pub fn all_files(&self) -> Vec<DraftFiles> {
        let fields = self.0.fields.get_untracked();
        let listing = fields.iter().filter(|(_, value)| lists_files(value));
        listing.map(|(field, _)| self.files(field)).collect()
    }

    pub(super) fn downgrade(&self) -> WeakDraft {
        WeakDraft(SendWrapper::new(Rc::downgrade(&self.0)))
    }

    pub(super) fn key(&self) -> &str {
        &self.0.key
    }

    pub(super) fn store(&self) -> &IdbStore {
        &self.0.shelf.store
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

    /// Whether what stands in the fields, or a part of it, was sent or discarded already, most likely
    /// in another tab. It is not sent again before the user has said so: [`Draft::adopt`].
    #[must_use]
    pub fn overtaken(&self) -> Signal<bool> {
        self.0.overtaken.clone().into()
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
        self.changed();
    }

    /// Adds words after those that a field has on disk or on the screen, and saves them. Words that it
    /// ends with already are not added again, so that this can be tried again. A draft without a title
    /// takes `title`.
    ///
    /// # Errors
    /// What the store said. The words are then not saved, or it is not known whether they are.
    pub async fn append(&self, field: &str, words: &str, title: &str) -> Result<(), Fault> {
        self.read().await?;
        let present = untrack(|| self.text(field));
        let joined = below(&present, words);
        if self.0.title.borrow().trim().is_empty() {
            self.title(title);
        }
        self.set(field, Value::from(joined));
        self.flush().await
    }

    /// Goes on with what stands in the fields as with something new, although it was sent or
    /// discarded already: the user's own decision.
    pub fn adopt(&self) {
        self.0.overtaken.set(false);
        self.changed();
    }

    /// Saves now and waits until it is on disk.
    ///
    /// # Errors
    /// What the store said; [`Draft::state`] tells it as well.
    pub async fn flush(&self) -> Result<(), Fault> {
        self.0.timer.take();
        let _turn = self.0.turn.lock().await;
        self.save().await
    }

    /// Throws the draft away, here and on disk.
    pub fn discard(&self) {
        self.clear();
        let edition = self.0.edition.get();
        let draft = self.clone();
        durable(async move {
            let _turn = draft.0.turn.lock().await;
            let inner = &draft.0;
            match inner.shelf.remove(&inner.key).await {
                Ok(()) => {
                    inner.seen.replace(Some(Seen::default()));
                    if inner.edition.get() == edition {
                        // A reading that was under way may have brought it back.
                        draft.clear();
                    }
                }
                Err(fault) => {
                    // It is still there, so it is shown.
                    inner.seen.take();
                    let _ = draft.look().await;
                    inner.state.set(DraftState::Failed(fault));
                }
            }
        });
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.0.edition.get() != self.0.kept.get()
    }

    pub(super) fn has_something(&self) -> bool {
        !self.0.fields.with_untracked(is_blank)
    }

    fn kept(&self) -> Kept {
        Kept {
            title: self.0.title.borrow().clone(),
            fields: self.0.fields.get_untracked(),
            overtaken: self.0.overtaken.get_untracked(),
            base: None,
        }
    }

    /// The page is left, and may never come back.
    pub(super) fn leave(&self) {
        if !self.is_dirty() {
            return;
        }
        let seen = self.0.seen.borrow().clone().unwrap_or_default();
        let base = Base {
            was_there: seen.bytes.is_some(),
            fields: seen.fields,
        };
        let kept = Kept {
            base: Some(base),
            ..self.kept()
        };
        self.0.shelf.leave(&self.0.key, &kept);
        self.save_now();
    }

    /// Saves in the background what is not on disk.
    pub(super) fn save_now(&self) {
        if self.is_dirty() {
            let draft = self.clone();
            // The state tells how it went.
            durable(async move {
                let _ = draft.flush().await;
            });
        }
    }

    /// Takes in what is on disk. What cannot be read is told by the state, and is not written over.
    pub(super) async fn take_in(&self) {
        if let Err(fault) = self.read().await {
            // A writing that was not told to be done may be on disk: then that is what stands there.
            let is_known = self.0.seen.borrow().is_some() && self.0.tried.borrow().is_none();
            if is_known {
                log::warn!("draft not looked at again: {fault}");
            } else {
                self.0.state.set(DraftState::Failed(fault));
            }
        }
        if !self.0.ready.get_untracked() {
            self.0.ready.set(true);
        }
        let files: Vec<DraftFiles> = self.0.files.borrow().values().cloned().collect();
        for files in files {
            files.look_again().await;
        }
    }

    /// A place that shows the draft anew does not show again what was sent and saved elsewhere.
    pub(super) fn shown_anew(&self) {
        let is_gone = self
            .0
            .seen
            .borrow()
            .as_ref()
            .is_some_and(|s| s.bytes.is_none());
        if is_gone && !self.is_dirty() && self.0.overtaken.get_untracked() {
            self.clear();
        }
    }

    /// Begins to send what stands here now.
    pub(super) fn sending(&self) -> Sending {
        Sending {
            draft: self.clone(),
            fields: self.0.fields.get_untracked(),
            taken: self.0.taken.get(),
        }
    }

    fn changed(&self) {
        self.0.edition.set(self.0.edition.get() + 1);
        self.0.state.set(DraftState::Changed);
        let draft = self.clone();
        self.0
            .timer
            .replace(Some(timer::after(PAUSE_MS, move || draft.save_now())));
    }

    /// Empties the draft in memory.
    fn clear(&self) {
        self.0.timer.take();
        self.0.title.take();
        self.0.edition.set(self.0.edition.get() + 1);
        self.0.kept.set(self.0.edition.get());
        self.0.fields.set(DraftValue::new());
        if let Some(seen) = self.0.seen.borrow_mut().as_mut()
            && seen.bytes.is_none()
        {
            seen.fields.clear();
        }
        self.0.overtaken.set(false);
        self.0.state.set(DraftState::Empty);
        for files in self.0.files.borrow().values() {
            files.forget();
        }
    }

    async fn read(&self) -> Result<(), Fault> {
        let _turn = self.0.turn.lock().await;
        self.look().await
    }

    /// Reads the row and takes in what another tab has made of it. As with all below, the caller has
    /// the turn.
    async fn look(&self) -> Result<(), Fault> {
        let row = self.0.shelf.read(&self.0.key).await?;
        let bytes = row.as_ref().map(|row| &row.bytes);
        let mut seen = self.0.seen.take();
        if let Some(tried) = self.0.tried.take()
            && tried.bytes.as_ref() == bytes
        {
            seen = Some(tried);
        }
        let known = seen.as_ref().map(|seen| seen.bytes.as_ref());
        if known == Some(bytes) {
            self.0.seen.replace(seen);
            return Ok(());
        }
        let was_there = known.flatten().is_some();
        let base = seen.unwrap_or_default().fields;
        match row {
            Some(row) => self.take(&base, row),
            None => {
                // What it held stays the base: whatever another tab begins next is told from it.
                self.0.seen.replace(Some(Seen {
                    bytes: None,
                    fields: base,
                }));
                if was_there {
                    self.lose();
                } else if !self.is_dirty() {
                    self.0.state.set(DraftState::Empty);
                }
            }
        }
        Ok(())
    }

    /// Takes in a row that this tab has not seen yet.
    fn take(&self, base: &DraftValue, row: Row) {
        let Row { bytes, kept, .. } = row;
        let mine = self.0.fields.get_untracked();
        let merged = merge(base, &mine, &kept.fields);
        if merged != mine {
            self.0.taken.set(self.0.taken.get() + 1);
            self.0.fields.set(merged.clone());
        }
        if self.0.title.borrow().is_empty() || !self.is_dirty() {
            self.0.title.replace(kept.title);
        }
        let overtaken = kept.overtaken || (self.is_dirty() && self.0.overtaken.get_untracked());
        self.0.overtaken.set(overtaken);
        if merged == kept.fields {
            self.0.kept.set(self.0.edition.get());
            self.0.state.set(DraftState::Saved);
        }
        self.0.seen.replace(Some(Seen {
            bytes: Some(bytes),
            fields: kept.fields,
        }));
    }

    /// Another tab has sent or discarded the draft. What stands in the fields stays there.
    fn lose(&self) {
        self.0.taken.set(self.0.taken.get() + 1);
        if is_blank(&self.0.fields.get_untracked()) {
            self.clear();
            return;
        }
        self.0.overtaken.set(true);
        if !self.is_dirty() {
            self.0.state.set(DraftState::Empty);
        }
    }

    /// Writes what is not on disk yet, over nothing that was not read.
    async fn save(&self) -> Result<(), Fault> {
        let saved = self.try_to_save().await;
        if let Err(fault) = &saved {
            self.0.state.set(DraftState::Failed(fault.clone()));
        }
        saved
    }

    async fn try_to_save(&self) -> Result<(), Fault> {
        for _ in 0..ATTEMPTS {
            if !self.is_dirty() {
                return Ok(());
            }
            let is_known = self.0.seen.borrow().is_some();
            if !is_known {
                self.look().await?;
            }
            match self.put().await {
                Err(Fault::Guard) => self.look().await?,
                settled => return settled,
            };
        }
        Err(Fault::Guard)
    }

    async fn put(&self) -> Result<(), Fault> {
        let edition = self.0.edition.get();
        let kept = self.kept();
        let (bytes, saved_at) = encode(&kept)?;
        let before = self.0.seen.borrow().as_ref().and_then(|s| s.bytes.clone());
        let (key, shelf) = (&self.0.key, &self.0.shelf);
        let batch = writes::put_draft(key, before, bytes.clone())
            .delete(Space::Drafts, shelf.left_key(key));
        let written = Seen {
            bytes: Some(bytes.clone()),
            fields: kept.fields.clone(),
        };
        self.0.tried.replace(Some(written.clone()));
        if let Err(fault) = shelf.store.commit(batch).await {
            if fault == Fault::Guard {
                self.0.tried.take();
            }
            return Err(fault);
        }
        self.0.tried.take();
        self.0.seen.replace(Some(written));
        self.0.kept.set(edition);
        if self.0.edition.get() == edition {
            self.0.state.set(DraftState::Saved);
        }
        shelf.is_written(key, kept.title, saved_at);
        Ok(())
    }
}

/// A draft as it was when its user pressed the button.
pub(super) struct Sending {
    draft: Draft,
    fields: DraftValue,
    taken: u64,
}

impl Sending {
    /// Commits `batch` together with the end of the draft, if the draft is still as its user saw it;
    /// what he typed since stays.
    ///
    /// # Errors
    /// [`Fault::Guard`] when another tab has sent, discarded or changed the draft, which then shows:
    /// nothing is done. Otherwise what the store said.
    pub async fn submit(&self, batch: Batch) -> Result<(), Fault> {
        let draft = &self.draft;
        let Inner { key, shelf, .. } = &**draft.0;
        draft.0.timer.take();
        let _turn = draft.0.turn.lock().await;
        draft.look().await?;
        draft.save().await?;
        if draft.0.taken.get() != self.taken || draft.0.overtaken.get_untracked() {
            return Err(Fault::Guard);
        }
        let row = draft.0.seen.borrow().as_ref().and_then(|s| s.bytes.clone());
        let batch = batch
            .and(writes::end_draft(key, row))
            .delete(Space::Drafts, shelf.left_key(key));
        if let Err(fault) = shelf.store.commit(batch).await {
            if fault == Fault::Guard {
                draft.look().await?;
            }
            return Err(fault);
        }
        shelf.is_gone(key);
        draft.0.seen.replace(Some(Seen::default()));
        let since = beyond(&draft.0.fields.get_untracked(), &self.fields);
        if is_blank(&since) {
            draft.clear();
        } else {
            draft.0.fields.set(since);
            draft.0.overtaken.set(true);
            draft.changed();
        }
        Ok(())
    }
}
