//! Files of a draft: listed in one of its fields, their bytes beside it on disk from the moment they
//! were picked. So they are there again after a crash, and need no memory until they are sent.

use crate::live::drafts::{Draft, WeakDraft};
use crate::live::task::durable;
use crate::web::files::PickedFile;
use crate::web::idb::IdbStore;
use crate::web::random;
use leptos::prelude::*;
use rapport_domain::Timestamp;
use rapport_store::{Batch, Fault, Key, Read, Space, Store, writes};
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use uuid::Uuid;

/// The beginning of the keys under which bytes of drafts lie; an id and the draft's key follow. The
/// bytes of what is sent lie beside them under the id of their attachment.
const OF_DRAFT: &str = "draft:";

/// For so long bytes are kept that no draft lists, in milliseconds.
const KEPT_MS: i64 = 86_400_000;

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DraftFile {
    /// Where its bytes lie.
    key: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
}

/// The files that a field's value lists.
fn decode(value: Value) -> Vec<DraftFile> {
    let Value::Array(items) = value else {
        return Vec::new();
    };
    let read = |item| serde_json::from_value(item).ok();
    items.into_iter().filter_map(read).collect()
}

/// Whether a field's value lists files.
pub(super) fn lists_files(value: &Value) -> bool {
    !decode(value.clone()).is_empty()
}

/// The draft whose bytes lie under that key.
pub(super) fn draft_of(key: &str) -> Option<&str> {
    key.strip_prefix(OF_DRAFT)?
        .split_once(':')
        .map(|(_, draft)| draft)
}

/// The keys of all bytes of drafts.
pub(super) async fn keys<S: Store>(store: &S) -> Result<Vec<String>, Fault> {
    let rows = store.read(&[Read::Keys(Space::Blobs)]).await?;
    let of_drafts = rows.into_iter().flatten().filter_map(|(key, _)| match key {
        Key::Text(key) if draft_of(&key).is_some() => Some(key),
        _ => None,
    });
    Ok(of_drafts.collect())
}

/// Removes bytes whose draft is gone, as when the page ended between storing and listing them. Younger
/// ones may be about to be listed.
pub(super) async fn sweep<S: Store>(
    store: &S,
    drafts: &BTreeSet<String>,
    now: Timestamp,
) -> Result<(), Fault> {
    let old = |key: &String| {
        let id = key.strip_prefix(OF_DRAFT)?.split_once(':')?.0;
        let (seconds, _) = Uuid::parse_str(id).ok()?.get_timestamp()?.to_unix();
        Some(now.0 - i64::try_from(seconds).ok()? * 1_000 > KEPT_MS)
    };
    let is_orphan = |key: &String| {
        let is_listed = draft_of(key).is_some_and(|draft| drafts.contains(draft));
        !is_listed && old(key) == Some(true)
    };
    let orphans: Vec<String> = keys(store).await?.into_iter().filter(is_orphan).collect();
    if orphans.is_empty() {
        return Ok(());
    }
    let batch = orphans.into_iter().fold(Batch::relaxed(), |batch, key| {
        batch.delete(Space::Blobs, key)
    });
    store.commit(batch).await.map(|_| ())
}

/// The files of one field of a draft; clones share them.
#[derive(Clone)]
pub struct DraftFiles(SendWrapper<Rc<Inner>>);

struct Inner {
    key: String,
    store: IdbStore,
    /// It holds this.
    draft: WeakDraft,
    field: String,
    /// The keys of which the bytes are here; `None` until that was looked up.
    here: ArcRwSignal<Option<BTreeSet<String>>>,
    /// Bytes for which there was no room on disk. They go with the page.
    unstored: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl DraftFiles {
    pub(super) fn new(draft: &Draft, field: &str) -> Self {
        let files = Self(SendWrapper::new(Rc::new(Inner {
            key: draft.key().to_owned(),
            store: draft.store().clone(),
            draft: draft.downgrade(),
            field: field.to_owned(),
            here: ArcRwSignal::new(None),
            unstored: RefCell::default(),
        })));
        let looking = files.clone();
        durable(async move { looking.look_again().await });
        files
    }

    /// The files, followed: those whose bytes are here.
    #[must_use]
    pub fn get(&self) -> Vec<DraftFile> {
        self.sorted().0
    }

    /// Names of files that are listed and whose bytes are gone, followed.
    #[must_use]
    pub fn lost(&self) -> Vec<String> {
        let lost = self.sorted().1;
        lost.into_iter().map(|file| file.name).collect()
    }

    fn sorted(&self) -> (Vec<DraftFile>, Vec<DraftFile>) {
        self.0.here.with(|here| match here {
            Some(here) => self
                .listed()
                .into_iter()
                .partition(|file| here.contains(&file.key)),
            None => (Vec::new(), Vec::new()),
        })
    }

    fn listed(&self) -> Vec<DraftFile> {
        let draft = self.0.draft.upgrade();
        let listed = draft.and_then(|draft| draft.value(&self.0.field));
        listed.map(decode).unwrap_or_default()
    }

    /// Adds a file, its bytes first, so that none is listed without; `None` when it is not `wanted` any
    /// more once they are stored.
    pub async fn add(&self, file: PickedFile, wanted: impl Fn() -> bool) -> Option<DraftFile> {
        let inner = &self.0;
        let id = random::new_id();
        let key = format!("{OF_DRAFT}{id}:{}", inner.key);
        let size = file.bytes.len() as u64;
        let batch = Batch::strict().put(Space::Blobs, key.as_str(), file.bytes.clone());
        if let Err(fault) = inner.store.commit(batch).await {
            log::warn!("{} is kept by this page only: {fault}", file.name);
            inner.unstored.borrow_mut().insert(key.clone(), file.bytes);
        }
        if !wanted() {
            inner.unstored.borrow_mut().remove(&key);
            let batch = Batch::strict().delete(Space::Blobs, key);
            if let Err(fault) = inner.store.commit(batch).await {
                log::warn!("bytes not removed: {fault}");
            }
            return None;
        }
        inner.here.update(|here| {
            // What is not known yet is looked up with everything else.
            if let Some(here) = here {
                here.insert(key.clone());
            }
        });
        let added = DraftFile {
            key,
            name: file.name,
            media_type: file.media_type,
            size,
        };
        let (mut listed, lost) = (untrack(|| self.listed()), untrack(|| self.sorted().1));
        // Who adds again what was lost has it again.
        listed.retain(|other| other.name != added.name || !lost.contains(other));
        listed.push(added.clone());
        self.list(listed);
        Some(added)
    }

    /// Whether the bytes of a file are on disk, and not with this page only.
    #[must_use]
    pub fn is_stored(&self, file: &DraftFile) -> bool {
        !self.0.unstored.borrow().contains_key(&file.key)
    }

    /// Takes the names of lost files off the list.
    pub fn forget_lost(&self) {
        let lost = untrack(|| self.sorted().1);
        let mut listed = untrack(|| self.listed());
        listed.retain(|file| !lost.contains(file));
        self.list(listed);
    }

    /// Takes a file out again.
    pub fn remove(&self, file: &DraftFile) {
        let mut listed = untrack(|| self.listed());
        listed.retain(|other| other.key != file.key);
        self.list(listed);
        self.0.unstored.borrow_mut().remove(&file.key);
        let (files, key) = (self.clone(), file.key.clone());
        durable(async move {
            // Not before it is on disk that it is not listed any more.
            let batch = Batch::strict().delete(Space::Blobs, key);
            let unlisted = match files.0.draft.upgrade() {
                Some(draft) => draft.flush().await,
                None => return,
            };
            if unlisted.is_ok()
                && let Err(fault) = files.0.store.commit(batch).await
            {
                log::warn!("bytes not removed: {fault}");
            }
        });
    }

    fn list(&self, listed: Vec<DraftFile>) {
        let items = listed
            .iter()
            .filter_map(|file| serde_json::to_value(file).ok());
        if let Some(draft) = self.0.draft.upgrade() {
            draft.set(&self.0.field, Value::Array(items.collect()));
        }
    }

    /// The files with their bytes, to be sent.
    ///
    /// # Errors
    /// What the store said; [`Fault::Guard`] when the bytes of one are not there any more, as when another
    /// tab has sent them: nothing goes without a file that was chosen for it.
    pub async fn read(&self) -> Result<Vec<PickedFile>, Fault> {
        // Also what another tab has added a moment ago goes along.
        self.look().await?;
        let (files, lost) = untrack(|| self.sorted());
        if !lost.is_empty() {
            return Err(Fault::Guard);
        }
        self.bytes(files).await
    }

    async fn bytes(&self, files: Vec<DraftFile>) -> Result<Vec<PickedFile>, Fault> {
        let mut read = Vec::new();
        for file in files {
            let unstored = self.0.unstored.borrow().get(&file.key).cloned();
            let bytes = match unstored {
                Some(bytes) => Some(bytes),
                None => writes::blob(&self.0.store, &file.key).await?,
            };
            let DraftFile {
                key,
                name,
                media_type,
                ..
            } = file;
            read.push(PickedFile {
                name,
                media_type,
                bytes: bytes.ok_or(Fault::Guard)?,
                kept_at: Some(key),
            });
        }
        Ok(read)
    }

    /// Takes copies of all files of `other` that are still here, so that it can be given up.
    ///
    /// # Errors
    /// What the store said, and [`Fault::Quota`] when there is no room for a copy; nothing is copied then.
    pub async fn copy_from(&self, other: &Draft) -> Result<(), Fault> {
        let mut copies = Vec::new();
        for files in other.all_files() {
            files.look().await?;
            let here = untrack(|| files.get());
            copies.extend(files.bytes(here).await?);
        }
        let mut added = Vec::new();
        for mut copy in copies {
            copy.kept_at = None;
            added.extend(self.add(copy, || true).await);
        }
        let unstored = added.iter().find(|file| !self.is_stored(file));
        if let Some(file) = unstored {
            let fault = Fault::Quota(file.name.clone());
            for file in &added {
                self.remove(file);
            }
            return Err(fault);
        }
        match self.0.draft.upgrade() {
            Some(draft) => draft.flush().await,
            None => Err(Fault::Guard),
        }
    }

    /// The draft is empty: nothing of it is kept here.
    pub(super) fn forget(&self) {
        self.0.unstored.borrow_mut().clear();
    }

    /// Looks which bytes are here.
    async fn look(&self) -> Result<(), Fault> {
        let keys = keys(&self.0.store).await?;
        let unstored: Vec<String> = self.0.unstored.borrow().keys().cloned().collect();
        let here = keys.into_iter().chain(unstored);
        let here = here.filter(|key| draft_of(key) == Some(&self.0.key));
        self.0.here.set(Some(here.collect()));
        Ok(())
    }

    /// Looks once more; what is not known is asked again before anything is sent.
    pub(super) async fn look_again(&self) {
        if let Err(fault) = self.look().await {
            log::warn!("files of a draft not looked at: {fault}");
        }
    }
}

/// All files of several fields with their bytes.
///
/// # Errors
/// As [`DraftFiles::read`].
pub(super) async fn read_files(fields: &[DraftFiles]) -> Result<Vec<PickedFile>, Fault> {
    let mut all = Vec::new();
    for files in fields {
        all.extend(files.read().await?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use rapport_store::Memory;

    #[test]
    fn bytes_name_their_draft_and_attachments_are_not_mistaken_for_them() {
        assert_eq!(draft_of("draft:01:general"), Some("general"));
        assert_eq!(draft_of("draft:01:general:7"), Some("general:7"));
        assert_eq!(draft_of("01a205b1-0000-7000-8000-000000000000"), None);
    }

    #[test]
    fn only_old_bytes_without_a_draft_are_swept() {
        block_on(async {
            let store = Memory::new();
            let at =
                |seconds| Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0));
            let day = 86_400;
            let put = |batch: Batch, key: String| batch.put(Space::Blobs, key, vec![1]);
            let keys_of = [
                format!("draft:{}:general", at(10)),
                format!("draft:{}:answer:7", at(10)),
                format!("draft:{}:answer:7", at(day)),
            ];
            let sent = at(10).to_string();
            let batch = keys_of.iter().cloned().fold(Batch::strict(), put);
            store.commit(put(batch, sent.clone())).await.unwrap();
            let drafts = BTreeSet::from(["general".to_owned()]);
            let now = Timestamp(i64::try_from(day).unwrap() * 1_000 + 60_000);
            sweep(&store, &drafts, now).await.unwrap();
            let mut left = keys(&store).await.unwrap();
            left.sort();
            let mut kept = vec![keys_of[0].clone(), keys_of[2].clone()];
            kept.sort();
            assert_eq!(left, kept);
            assert!(writes::blob(&store, &sent).await.unwrap().is_some());
        });
    }
}
