//! Where the drafts of an account lie: their rows, the list of them, and the word to the other tabs
//! that one has changed.

use crate::live::draft_fields::Kept;
use crate::live::drafts::{Draft, Sending};
use crate::live::portal::{Portal, Tabs};
use crate::live::task::durable;
use crate::web::channel::Hint;
use crate::web::clock;
use crate::web::idb::IdbStore;
use crate::web::lifecycle::Listeners;
use leptos::prelude::*;
use rapport_domain::Timestamp;
use rapport_store::{Batch, Fault, Read, Space, Store, writes};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

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

/// A draft's row.
pub(super) struct Row {
    pub bytes: Vec<u8>,
    pub kept: Kept,
    saved_at: Timestamp,
}

impl Row {
    fn decode(key: &str, bytes: Vec<u8>) -> Result<Self, Fault> {
        let draft = writes::Draft::decode(key, &bytes)?;
        let kept = serde_json::from_value(draft.data)
            .map_err(|error| Fault::Corrupt(format!("draft {key}: {error}")))?;
        Ok(Self {
            bytes,
            kept,
            saved_at: draft.saved_at,
        })
    }
}

/// What all drafts of a tab share.
pub(super) struct Shelf {
    pub store: IdbStore,
    list: ArcRwSignal<Vec<DraftInfo>>,
    tabs: Tabs,
}

impl Shelf {
    /// The row of that key. One that cannot be read is put aside, so that it neither is lost nor
    /// keeps its place from being written in.
    pub async fn read(&self, key: &str) -> Result<Option<Row>, Fault> {
        let read = Read::One(Space::Drafts, key.into());
        let rows = self.store.read(&[read]).await?;
        let Some((_, bytes)) = rows.into_iter().flatten().next() else {
            self.unlist(key);
            return Ok(None);
        };
        match Row::decode(key, bytes.clone()) {
            Ok(row) => {
                self.list(DraftInfo {
                    key: key.to_owned(),
                    title: row.kept.title.clone(),
                    saved_at: row.saved_at,
                });
                Ok(Some(row))
            }
            Err(fault) => {
                log::error!("put aside: {fault}");
                let aside = format!("unreadable:{key}:{}", clock::now().0);
                let batch = Batch::strict()
                    .expect(Space::Drafts, key, Some(bytes.clone()))
                    .put(Space::Drafts, aside, bytes)
                    .delete(Space::Drafts, key);
                self.store.commit(batch).await?;
                Ok(None)
            }
        }
    }

    /// Removes the row, whatever it is.
    pub async fn remove(&self, key: &str) -> Result<(), Fault> {
        self.store.commit(writes::delete_draft(key)).await?;
        self.is_gone(key);
        Ok(())
    }

    /// Notes that the row was written.
    pub fn is_written(&self, key: &str, title: String, saved_at: Timestamp) {
        let key = key.to_owned();
        self.tabs.tell(&Hint::Draft { key: key.clone() });
        self.list(DraftInfo {
            key,
            title,
            saved_at,
        });
    }

    /// Notes that the row was removed.
    pub fn is_gone(&self, key: &str) {
        let hint = Hint::Draft {
            key: key.to_owned(),
        };
        self.tabs.tell(&hint);
        self.unlist(key);
    }

    fn list(&self, info: DraftInfo) {
        if self.list.with_untracked(|list| list.contains(&info)) {
            return;
        }
        self.list.update(|list| {
            list.retain(|other| other.key != info.key);
            list.push(info);
            list.sort_by_key(|info| std::cmp::Reverse(info.saved_at));
        });
    }

    fn unlist(&self, key: &str) {
        let is_listed = |list: &Vec<DraftInfo>| list.iter().any(|info| info.key == key);
        if self.list.with_untracked(is_listed) {
            self.list.update(|list| list.retain(|info| info.key != key));
        }
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

/// All drafts of the account in this tab.
#[derive(Clone)]
pub(super) struct DraftBook(Rc<Book>);

struct Book {
    shelf: Rc<Shelf>,
    open: RefCell<BTreeMap<String, Draft>>,
    listeners: RefCell<Listeners>,
}

impl DraftBook {
    pub async fn load(store: &IdbStore, tabs: Tabs) -> Result<Self, Fault> {
        let shelf = Shelf {
            store: store.clone(),
            list: ArcRwSignal::new(read_all(store).await?),
            tabs,
        };
        let book = Self(Rc::new(Book {
            shelf: Rc::new(shelf),
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

    /// Another tab has written or removed a draft.
    pub async fn heard(&self, key: &str) {
        let open = self.opened(key);
        match open {
            Some(draft) => draft.take_in().await,
            None => {
                if let Err(fault) = self.0.shelf.read(key).await {
                    log::warn!("draft not looked at: {fault}");
                }
            }
        }
    }

    /// Looks at everything, as hints may have been missed.
    pub async fn catch_up(&self) {
        let list = match read_all(&self.0.shelf.store).await {
            Ok(list) => list,
            Err(fault) => {
                log::warn!("drafts not looked at: {fault}");
                return;
            }
        };
        if self.0.shelf.list.with_untracked(|before| *before != list) {
            self.0.shelf.list.set(list.clone());
        }
        for (key, draft) in self.all() {
            if draft.has_something() || list.iter().any(|info| info.key == key) {
                draft.take_in().await;
            }
        }
    }

    fn opened(&self, key: &str) -> Option<Draft> {
        self.0.open.borrow().get(key).cloned()
    }

    fn all(&self) -> BTreeMap<String, Draft> {
        self.0.open.borrow().clone()
    }

    fn draft(&self, key: String) -> Draft {
        let draft = match self.opened(&key) {
            Some(draft) => {
                draft.shown_anew();
                draft
            }
            None => {
                let draft = Draft::new(key.clone(), Rc::clone(&self.0.shelf));
                self.0.open.borrow_mut().insert(key, draft.clone());
                draft
            }
        };
        let read = draft.clone();
        durable(async move { read.take_in().await });
        draft
    }
}

impl Portal {
    /// The draft of that key: the one already open in this tab, or restored from disk.
    #[must_use]
    pub fn draft(&self, key: String) -> Draft {
        self.drafts.draft(key)
    }

    /// What is unfinished, newest first.
    #[must_use]
    pub fn drafts(&self) -> Signal<Vec<DraftInfo>> {
        self.drafts.0.shelf.list.clone().into()
    }

    /// Saves whatever is typed and not on disk yet, and waits until it is.
    ///
    /// # Errors
    /// The first fault; everything else has been saved all the same.
    pub async fn flush_drafts(&self) -> Result<(), Fault> {
        let mut flushed = Ok(());
        for draft in self.drafts.all().into_values() {
            let saved = draft.flush().await;
            flushed = flushed.and(saved);
        }
        flushed
    }

    /// Begins to send the draft of that key as it is now.
    pub(super) fn sending(&self, key: &str) -> Sending {
        let open = self.drafts.opened(key);
        open.unwrap_or_else(|| self.draft(key.to_owned())).sending()
    }
}
