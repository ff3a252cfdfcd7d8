//! Folding the log into pages, when there is leisure.
//!
//! The pages of a kind are like the leaves of a tree without its branches: each covers a stretch of
//! the order from the newest record to the oldest, and a change of one record replaces only the page
//! it lies in. The newest page is kept small, so that a first screen is quickly read. Comments, files
//! and changes are ordered by their ticket first: a thread lies in one page, or two.

use crate::columns;
use crate::fault::Fault;
use crate::kv::{Batch, Key, Read, Space, Store};
use crate::log::{self, Entry};
use crate::meta;
use crate::page;
use crate::pages::{self, Bodies, Columns, PageId};
use crate::row::Row;
use crate::writes;
use rapport_domain::{Kind, RecordKey};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// How large pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Records in the newest page.
    pub first: usize,
    /// Records in any other page.
    pub full: usize,
    /// Log entries folded at once.
    pub entries: u32,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            first: 64,
            full: 256,
            entries: 64,
        }
    }
}

/// What a fold did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Log entries that are now in pages.
    pub entries: usize,
    /// Pages written.
    pub written: usize,
    /// Pages left alone, of the kinds that were looked at.
    pub kept: usize,
    /// Whether the log has more.
    pub more: bool,
}

/// Moves the oldest entries of the log into pages, moves the epoch and removes the entries, all in
/// one transaction guarded by `generation` (see [`writes::take_over`]).
///
/// # Errors
/// What the store says; [`Fault::Guard`] when another writer has taken over, upon which nothing is
/// done.
pub async fn fold<S: Store>(store: &S, generation: &[u8], sizes: Sizes) -> Result<Folded, Fault> {
    let reads = [
        meta::read(meta::EPOCH),
        log::read_after(0, Some(sizes.entries.saturating_add(1))),
    ];
    let mut rows = store.read(&reads).await?.into_iter();
    let (epoch_rows, mut entries) = (
        rows.next().unwrap_or_default(),
        rows.next().unwrap_or_default(),
    );
    let more = entries.len() > sizes.entries as usize;
    entries.truncate(sizes.entries as usize);
    let Some((Key::Int(last), _)) = entries.last() else {
        return Ok(Folded::default());
    };
    let last = *last;
    let epoch = meta::number(meta::EPOCH, &epoch_rows)?;
    let next = epoch.saturating_add(1);

    let mut folded = Folded {
        entries: entries.len(),
        more,
        ..Folded::default()
    };
    let mut batch = writes::fenced(generation)
        .expect(
            Space::Meta,
            meta::EPOCH,
            meta::value(&epoch_rows).map(<[u8]>::to_vec),
        )
        .put(Space::Meta, meta::EPOCH, meta::encode(next))
        .delete_range(Space::Log, Key::FIRST, last.saturating_add(1));
    for (kind, changes) in gather(entries)? {
        let leaves = read_leaves(store, kind).await?;
        let runs = arrange(leaves, &changes, sizes, &mut folded);
        let bodies = read_bodies(store, &runs).await?;
        let mut number = 0;
        for run in runs {
            for page in &run.replaced {
                batch = batch
                    .delete(Space::Pages, page.columns())
                    .delete(Space::Pages, page.bodies());
            }
            for rows in cut(run.rows, run.first, sizes) {
                let page = PageId {
                    kind,
                    epoch: next,
                    number,
                };
                number += 1;
                folded.written += 1;
                batch = write(batch, page, rows, &changes, &bodies)?;
            }
        }
    }
    store.commit(batch).await?;
    Ok(folded)
}

/// The last word of the log on a record: its row and encoded body, or that it is gone.
type Change = Option<(Row, Vec<u8>)>;
type Changes = BTreeMap<Uuid, Change>;

/// The last word on every record that the entries name.
fn gather(entries: Vec<(Key, Vec<u8>)>) -> Result<BTreeMap<Kind, Changes>, Fault> {
    let mut kinds: BTreeMap<Kind, Changes> = BTreeMap::new();
    for (key, bytes) in entries {
        let Key::Int(sequence) = key else { continue };
        let entry = Entry::decode(sequence, &bytes)?;
        for row in entry.rows {
            let body = entry.bodies.raw(&row.key).unwrap_or_default().to_vec();
            let changes = kinds.entry(row.key.kind).or_default();
            changes.insert(row.key.id, Some((row, body)));
        }
        for key in entry.gone {
            kinds.entry(key.kind).or_default().insert(key.id, None);
        }
    }
    Ok(kinds)
}

/// A page as it is to be.
struct Leaf {
    page: PageId,
    /// Newest first.
    rows: Vec<Row>,
    changed: bool,
}

async fn read_leaves<S: Store>(store: &S, kind: Kind) -> Result<Vec<Leaf>, Fault> {
    let mut leaves = Vec::new();
    for (key, bytes) in store
        .read(&[pages::read_columns(Some(kind))])
        .await?
        .into_iter()
        .flatten()
    {
        let Some(page) = PageId::of_columns(&key) else {
            continue;
        };
        let (rows, changed) = match pages::decode_columns(page, &bytes)? {
            Some(rows) => (rows, false),
            // Another build wrote these columns: write them as this one reads them.
            None => (pages::columns_of(&body_of(store, page).await?)?, true),
        };
        if !rows.is_empty() {
            leaves.push(Leaf {
                page,
                rows,
                changed,
            });
        }
    }
    leaves.sort_by_key(|leaf| leaf.rows.first().map(place));
    Ok(leaves)
}

/// Where a row stands in the order of pages: newest first, threads together.
fn place(row: &Row) -> (Reverse<Uuid>, Reverse<i64>, Reverse<Uuid>) {
    let thread = columns::ticket_of(row).unwrap_or(Uuid::nil());
    (
        Reverse(thread),
        Reverse(columns::said_at(row)),
        Reverse(row.key.id),
    )
}

/// Pages that lie side by side and are written anew.
struct Run {
    /// Whether it begins with the newest record.
    first: bool,
    replaced: Vec<PageId>,
    rows: Vec<Row>,
}

/// Lays the changes over the leaves and gathers those that are to be written anew.
fn arrange(
    mut leaves: Vec<Leaf>,
    changes: &Changes,
    sizes: Sizes,
    folded: &mut Folded,
) -> Vec<Run> {
    for leaf in &mut leaves {
        let before = leaf.rows.len();
        leaf.rows.retain(|row| !changes.contains_key(&row.key.id));
        leaf.changed |= leaf.rows.len() != before;
    }
    let mut orphans = Vec::new();
    for (row, _) in changes.values().flatten() {
        let at = place(row);
        // The first page that reaches down to it, else the last one.
        let found = leaves
            .iter()
            .position(|leaf| leaf.rows.last().is_some_and(|oldest| at <= place(oldest)))
            .or_else(|| leaves.len().checked_sub(1));
        match found.and_then(|found| leaves.get_mut(found)) {
            Some(leaf) => {
                leaf.changed = true;
                let before = leaf.rows.partition_point(|other| place(other) < at);
                leaf.rows.insert(before, row.clone());
            }
            None => orphans.push(row.clone()),
        }
    }
    if !orphans.is_empty() {
        orphans.sort_by_key(place);
        return vec![Run {
            first: true,
            replaced: Vec::new(),
            rows: orphans,
        }];
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for (index, leaf) in leaves.into_iter().enumerate() {
        let run = if open { runs.last_mut() } else { None };
        match run {
            Some(run) if leaf.changed || joins(run, &leaf, sizes) => {
                run.replaced.push(leaf.page);
                run.rows.extend(leaf.rows);
            }
            _ if leaf.changed => {
                runs.push(Run {
                    first: index == 0,
                    replaced: vec![leaf.page],
                    rows: leaf.rows,
                });
                open = true;
            }
            _ => {
                folded.kept += 1;
                open = false;
            }
        }
    }
    runs
}

/// Whether an unchanged page is taken into the run before it, so that no small page is left between
/// full ones.
fn joins(run: &Run, leaf: &Leaf, sizes: Sizes) -> bool {
    let first = if run.first { sizes.first } else { 0 };
    let rest = run.rows.len().saturating_sub(first) % sizes.full.max(1);
    let rest = if run.rows.is_empty() { 1 } else { rest };
    rest > 0 && rest < sizes.full / 2 && leaf.rows.len() + rest <= sizes.full
}

/// Cuts the rows of a run into pages: a small one if it is the newest, full ones from the oldest end.
fn cut(mut rows: Vec<Row>, first: bool, sizes: Sizes) -> Vec<Vec<Row>> {
    let mut cut = Vec::new();
    if rows.is_empty() {
        return cut;
    }
    if first && rows.len() > sizes.first {
        let rest = rows.split_off(sizes.first);
        cut.push(std::mem::replace(&mut rows, rest));
    } else if first {
        return vec![rows];
    }
    let full = sizes.full.max(1);
    let remainder = rows.len() % full;
    if remainder > 0 {
        let rest = rows.split_off(remainder);
        cut.push(std::mem::replace(&mut rows, rest));
    }
    while !rows.is_empty() {
        let rest = rows.split_off(full.min(rows.len()));
        cut.push(std::mem::replace(&mut rows, rest));
    }
    cut
}

async fn body_of<S: Store>(store: &S, page: PageId) -> Result<Bodies, Fault> {
    let read = Read::One(Space::Pages, page.bodies());
    match store.read(&[read]).await?.into_iter().flatten().next() {
        Some((_, bytes)) => pages::decode_bodies(page, &bytes),
        None => Err(Fault::Corrupt(format!("{:?} is missing", page.bodies()))),
    }
}

/// The encoded records of all pages that are replaced.
async fn read_bodies<S: Store>(
    store: &S,
    runs: &[Run],
) -> Result<HashMap<RecordKey, Vec<u8>>, Fault> {
    let mut found = HashMap::new();
    let pages: BTreeSet<PageId> = runs.iter().flat_map(|run| &run.replaced).copied().collect();
    for page in pages {
        let bodies = body_of(store, page).await?;
        for (key, _) in &bodies.index {
            if let Some(raw) = bodies.raw(key) {
                found.insert(*key, raw.to_vec());
            }
        }
    }
    Ok(found)
}

fn write(
    batch: Batch,
    page: PageId,
    rows: Vec<Row>,
    changes: &Changes,
    old: &HashMap<RecordKey, Vec<u8>>,
) -> Result<Batch, Fault> {
    let mut bodies = Bodies::default();
    for row in &rows {
        let new = changes.get(&row.key.id).and_then(Option::as_ref);
        let raw = new.map(|(_, raw)| raw).or_else(|| old.get(&row.key));
        let Some(raw) = raw else {
            let name = format!("{} {} has no body", row.key.kind.as_str(), row.key.id);
            return Err(Fault::Corrupt(name));
        };
        bodies.push(row.key, raw)?;
    }
    Ok(batch
        .put(
            Space::Pages,
            page.columns(),
            page::encode(&Columns::new(rows))?,
        )
        .put(Space::Pages, page.bodies(), page::encode(&bodies)?))
}
