//! Where the drafts of an account lie: their rows, the list of them, and the word to the other tabs
//! that one has changed.

use crate::live::draft_fields::Kept;
use crate::live::draft_files;
use crate::live::drafts::{Draft, Sending};
use crate::live::portal::{Portal, Tabs, set_if_new};
use crate::live::task::durable;
use crate::web::channel::Hint;
use crate::web::idb::IdbStore;
use crate::web::lifecycle::Listeners;
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::Timestamp;
use rapport_store::{Batch, Fault, Key, Read, Space, Store, writes};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
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

/// The beginning of the keys of copies that were left behind: tag of the tab, then the draft's key.
const LEFT: &str = "left:";
/// The first key after all of those.
const AFTER_LEFT: &str = "left;";
/// How often a reading gives way to another tab that writes at the same moment.
const ATTEMPTS: usize = 5;

/// The beginning of the keys of rows that could not be read where they stood.
const PUT_ASIDE: &str = "unreadable:";

/// A row of drafts that this build cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnreadableDraft {
    /// Its key.
    pub place: String,
    /// The row as it is stored.
    pub bytes: Vec<u8>,
}

/// The draft that a copy was left behind for.
fn left_for(place: &str) -> Option<&str> {
    place
        .strip_prefix(LEFT)?
        .split_once(':')
        .map(|(_, key)| key)
}

/// The row of a draft of now.
pub(super) fn encode(kept: &Kept) -> Result<(Vec<u8>, Timestamp), Fault> {
    let data = serde_json::to_value(kept).map_err(|error| Fault::Other(error.to_string()))?;
    let draft = writes::Draft::new(clock::now(), data);
    Ok((draft.encode()?, draft.saved_at))
}

/// What all drafts of a tab share.
pub(super) struct Shelf {
    pub store: IdbStore,
    list: ArcRwSignal<Vec<DraftInfo>>,
    unreadable: ArcRwSignal<Vec<UnreadableDraft>>,
    tabs: Tabs,
    /// Tells this tab's copies from those of others.
    tag: String,
}

impl Shelf {
    /// The row of that key, with whatever was left behind for it.
    pub async fn read(&self, key: &str) -> Result<Option<Row>, Fault> {
        for _ in 0..ATTEMPTS {
            match self.read_once(key).await {
                Err(Fault::Guard) => {}
                settled => return settled,
            }
        }
        Err(Fault::Guard)
    }

    async fn read_once(&self, key: &str) -> Result<Option<Row>, Fault> {
        let reads = [Read::One(Space::Drafts, key.into()), all_left()];
        let mut answers = self.store.read(&reads).await?.into_iter();
        let row = answers.next().into_iter().flatten().next();
        let row = match row {
            Some((_, bytes)) => self.decoded(key, bytes).await?,
            None => None,
        };
        let left: Vec<_> = left_of(key, answers.flatten()).collect();
        let row = if left.is_empty() {
            row
        } else {
            self.bring_home(key, row, left).await?
        };
        match &row {
            Some(row) => self.list(DraftInfo {
                key: key.to_owned(),
                title: row.kept.title.clone(),
                saved_at: row.saved_at,
            }),
            None => self.unlist(key),
        }
        Ok(row)
    }

    /// Takes what was left behind into the draft's own row.
    async fn bring_home(
        &self,
        key: &str,
        row: Option<Row>,
        left: Vec<(String, Vec<u8>)>,
    ) -> Result<Option<Row>, Fault> {
        let before = row.as_ref().map(|row| row.bytes.clone());
        let mut kept = row.map(|row| row.kept);
        let mut homed = Vec::new();
        for (place, bytes) in left {
            match Row::decode(&place, bytes) {
                Ok(row) => {
                    kept = Some(Kept::brought_home(kept, row.kept));
                    homed.push(place);
                }
                Err(fault) => log::error!("{fault}"),
            }
        }
        let Some(kept) = kept else { return Ok(None) };
        let (bytes, saved_at) = encode(&kept)?;
        let put = writes::put_draft(key, before, bytes.clone());
        let batch = homed
            .into_iter()
            .fold(put, |batch, place| batch.delete(Space::Drafts, place));
        self.store.commit(batch).await?;
        Ok(Some(Row {
            bytes,
            kept,
            saved_at,
        }))
    }

    /// Where this tab leaves a copy of that draft behind.
    pub fn left_key(&self, key: &str) -> String {
        format!("{LEFT}{}:{key}", self.tag)
    }

    /// Leaves a copy behind with the page. A page that is left has no time to look whether the row
    /// is still the one it knows: the copy goes beside it, and whoever reads next brings it home.
    pub fn leave(&self, key: &str, kept: &Kept) {
        let (store, place) = (self.store.clone(), self.left_key(key));
        let encoded = encode(kept);
        durable(async move {
            let left = match encoded {
                Ok((bytes, _)) => {
                    let batch = Batch::strict().put(Space::Drafts, place, bytes);
                    store.commit(batch).await.map(|_| ())
                }
                Err(fault) => Err(fault),
            };
            if let Err(fault) = left {
                log::error!("draft not left behind: {fault}");
            }
        });
    }

    /// A row that cannot be read is put aside, so that it neither is lost nor keeps its place from
    /// being written in.
    async fn decoded(&self, key: &str, bytes: Vec<u8>) -> Result<Option<Row>, Fault> {
        match Row::decode(key, bytes.clone()) {
            Ok(row) => Ok(Some(row)),
            Err(fault) => {
                log::warn!("put aside: {fault}");
                let place = format!("{PUT_ASIDE}{key}:{}", clock::now().0);
                let batch = writes::end_draft(key, Some(bytes.clone())).put(
                    Space::Drafts,
                    place.as_str(),
                    bytes.clone(),
                );
                self.store.commit(batch).await?;
                let aside = UnreadableDraft { place, bytes };
                self.unreadable.update(|unreadable| unreadable.push(aside));
                Ok(None)
            }
        }
    }

    /// Removes the row, whatever it is, the bytes of its files and every copy that was left behind for
    /// it: whoever discards a draft does not want it back from another tab.
    pub async fn remove(&self, key: &str) -> Result<(), Fault> {
        let left = self.store.read(&[all_left()]).await?;
        let places = left_of(key, left.into_iter().flatten()).map(|(place, _)| place);
        let batch = Batch::strict()
            .delete(Space::Drafts, key)
            .delete(Space::Drafts, self.left_key(key));
        let batch = places.fold(batch, |batch, place| batch.delete(Space::Drafts, place));
        let bytes = draft_files::keys(&self.store).await?.into_iter();
        let batch = bytes
            .filter(|bytes| draft_files::draft_of(bytes) == Some(key))
            .fold(batch, |batch, bytes| batch.delete(Space::Blobs, bytes));
        self.store.commit(batch).await?;
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

/// Reads every copy that was left behind.
fn all_left() -> Read {
    Read::Range {
        space: Space::Drafts,
        from: LEFT.into(),
        to: Some(AFTER_LEFT.into()),
        limit: None,
    }
}

/// The copies among `rows` that were left behind for that draft.
fn left_of(
    key: &str,
    rows: impl Iterator<Item = (Key, Vec<u8>)>,
) -> impl Iterator<Item = (String, Vec<u8>)> {
    rows.filter_map(move |(place, bytes)| match place {
        Key::Text(place) if left_for(&place) == Some(key) => Some((place, bytes)),
        _ => None,
    })
}

/// Lets rows that an earlier build put aside, and that this one can read, be brought home by their next
/// reader.
async fn bring_back(store: &IdbStore) -> Result<(), Fault> {
    let rows = store.read(&[Read::All(Space::Drafts)]).await?;
    let mut batch = Batch::strict();
    for (place, bytes) in rows.into_iter().flatten() {
        let Key::Text(place) = place else { continue };
        let aside = place.strip_prefix(PUT_ASIDE);
        if let Some((key, at)) = aside.and_then(|aside| aside.rsplit_once(':'))
            && Row::decode(&place, bytes.clone()).is_ok()
        {
            let left = format!("{LEFT}{at}:{key}");
            batch = batch
                .put(Space::Drafts, left, bytes)
                .delete(Space::Drafts, place);
        }
    }
    if batch.steps.is_empty() {
        return Ok(());
    }
    store.commit(batch).await.map(|_| ())
}

/// Everything that lies there.
async fn read_all(store: &IdbStore) -> Result<(Vec<DraftInfo>, Vec<UnreadableDraft>), Fault> {
    let (mut list, mut unreadable) = (Vec::new(), Vec::new());
    let rows = store.read(&[Read::All(Space::Drafts)]).await?;
    for (place, bytes) in rows.into_iter().flatten() {
        let Key::Text(place) = place else { continue };
        let row = Row::decode(&place, bytes.clone());
        match row.ok().filter(|_| !place.starts_with(PUT_ASIDE)) {
            Some(row) => list.push(DraftInfo {
                key: left_for(&place).map_or_else(|| place.clone(), str::to_owned),
                title: row.kept.title,
                saved_at: row.saved_at,
            }),
            None => unreadable.push(UnreadableDraft { place, bytes }),
        }
    }
    list.sort_by_key(|info| std::cmp::Reverse(info.saved_at));
    let mut seen = BTreeSet::new();
    list.retain(|info| seen.insert(info.key.clone()));
    Ok((list, unreadable))
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
        if let Err(fault) = bring_back(store).await {
            log::warn!("what was put aside stays there: {fault}");
        }
        let (list, unreadable) = read_all(store).await?;
        // What cannot be read may list files as well.
        if unreadable.is_empty() {
            let drafts = list.iter().map(|info| info.key.clone()).collect();
            if let Err(fault) = draft_files::sweep(store, &drafts, clock::now()).await {
                log::warn!("bytes of former drafts not removed: {fault}");
            }
        }
        let shelf = Shelf {
            store: store.clone(),
            list: ArcRwSignal::new(list),
            unreadable: ArcRwSignal::new(unreadable),
            tabs,
            tag: random::new_id().simple().to_string(),
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
                draft.leave();
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
        let (list, unreadable) = match read_all(&self.0.shelf.store).await {
            Ok(found) => found,
            Err(fault) => {
                log::warn!("drafts not looked at: {fault}");
                return;
            }
        };
        set_if_new(&self.0.shelf.list, list.clone());
        set_if_new(&self.0.shelf.unreadable, unreadable);
        for (key, draft) in self.all() {
            if draft.has_something() || list.iter().any(|info| info.key == key) {
                draft.take_in().await;
            }
        }
    }

    /// What this build cannot read.
    pub fn unreadable(&self) -> ArcRwSignal<Vec<UnreadableDraft>> {
        self.0.shelf.unreadable.clone()
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
