//! The change feed: what a user has to be told since his cursor.
//!
//! A user's feed is the union of the feeds of the keys he holds. A record that lies under several of
//! them is sent under the lowest only; as every change of a record is noted under all its keys in one
//! transaction, none gets lost by that. When a user gains a key, its records are sent from the
//! beginning; when he loses one, its records are gone through once more and each is sent as it is now,
//! or taken back. So the cursor needs no history of rights: the keys in it are what he could see.

use crate::cursor::{Cursor, Position};
use crate::db::{Identity, Tx, records};
use crate::problem::Problem;
use crate::wire::requests::{Change, Changes};
use axum::http::StatusCode;
use rapport_domain::Kind;
use sqlx::Row;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// The cursor is of no use any more; the client starts again from the beginning.
#[must_use]
pub fn cursor_lost() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "cursor-lost",
        "The cursor is not of this database",
    )
    .detail("Fetch everything again: leave out `since`.")
}

/// One page of `viewer`'s feed.
///
/// # Errors
/// 410 when the cursor cannot be continued, 500 when the database fails.
pub async fn page(
    tx: &mut Tx,
    identity: &Identity,
    viewer: &str,
    since: Option<&str>,
    limit: usize,
) -> Result<Changes, Problem> {
    let user: Uuid = viewer.parse().map_err(Problem::internal)?;
    let counters = counters(tx).await?;
    let total: i64 = counters.values().sum();
    let held = held_keys(tx, viewer).await?;
    let before = match since {
        None => BTreeMap::new(),
        Some(text) => {
            let cursor = Cursor::open(text, identity).ok_or_else(cursor_lost)?;
            if cursor.user != user || !same_history(tx, &cursor, total).await? {
                return Err(cursor_lost());
            }
            cursor.keys
        }
    };
    let mut page = Page {
        keys: serde_json::to_string(&held.keys().collect::<Vec<_>>())?,
        positions: positions(&before, &held, &counters),
        found: Vec::new(),
        seen: HashSet::new(),
        limit,
    };
    let mut more = false;
    for key in page.positions.keys().copied().collect::<Vec<_>>() {
        let end = match held.get(&key) {
            Some(scope) => counters.get(scope).copied().unwrap_or(0),
            None => i64::MAX,
        };
        if page.found.len() >= limit {
            more |= page.is_behind(key, end);
            continue;
        }
        more |= page.scan(tx, key, end).await?;
    }
    let changes = fill(tx, viewer, &page.found).await?;
    let cursor = Cursor {
        boot: identity.boot,
        token: identity.token.clone(),
        user,
        total,
        keys: page.positions,
    };
    Ok(Changes {
        changes,
        cursor: cursor.seal(identity),
        more,
    })
}

struct Page {
    keys: String,
    positions: BTreeMap<i64, Position>,
    found: Vec<(Kind, String)>,
    seen: HashSet<(Kind, String)>,
    limit: usize,
}

impl Page {
    fn is_behind(&self, key: i64, end: i64) -> bool {
        match self.positions.get(&key) {
            Some(Position::Held { seen, .. }) => *seen < end,
            Some(Position::Lost { .. }) => true,
            None => false,
        }
    }

    /// Goes on under one key; returns whether something was left over.
    async fn scan(&mut self, tx: &mut Tx, key: i64, end: i64) -> Result<bool, Problem> {
        let Some(position) = self.positions.get(&key).copied() else {
            return Ok(false);
        };
        let mut at = match position {
            Position::Held { seen, .. } if seen >= end => return Ok(false),
            Position::Held { seen, .. } => seen,
            Position::Lost { told, .. } => told,
        };
        loop {
            let batch = i64::try_from(self.limit).unwrap_or(i64::MAX);
            let rows = sqlx::query(
                "SELECT s.kind, s.id, s.seq, s.gone, s.first_seq,
                    (SELECT o.key FROM sight o
                     WHERE o.kind = s.kind AND o.id = s.id AND o.gone = 0
                       AND o.key IN (SELECT value FROM json_each(?1))
                     ORDER BY o.level DESC, o.key LIMIT 1)
                 FROM sight s WHERE s.key = ?2 AND s.seq > ?3 ORDER BY s.seq LIMIT ?4",
            )
            .bind(&self.keys)
            .bind(key)
            .bind(at)
            .bind(batch)
            .fetch_all(&mut **tx)
            .await?;
            let full = rows.len() >= self.limit;
            for row in rows {
                let line = Line {
                    seq: row.get(2),
                    gone: row.get(3),
                    first_seq: row.get(4),
                    told_under: row.get(5),
                };
                if self.found.len() >= self.limit {
                    self.advance(key, at);
                    return Ok(true);
                }
                at = line.seq;
                if line.is_told(key, position)
                    && let Some(kind) = Kind::parse(row.get(0))
                {
                    let name = (kind, row.get::<String, _>(1));
                    if self.seen.insert(name.clone()) {
                        self.found.push(name);
                    }
                }
            }
            if !full {
                break;
            }
        }
        match position {
            Position::Held { .. } => self.advance(key, end),
            Position::Lost { .. } => {
                self.positions.remove(&key);
            }
        }
        Ok(false)
    }

    fn advance(&mut self, key: i64, to: i64) {
        match self.positions.get_mut(&key) {
            Some(Position::Held { seen, .. }) => *seen = to,
            Some(Position::Lost { told, .. }) => *told = to,
            None => {}
        }
    }
}

struct Line {
    seq: i64,
    gone: bool,
    first_seq: i64,
    told_under: Option<i64>,
}

impl Line {
    /// Whether the client has to be told of the record under this key.
    fn is_told(&self, key: i64, position: Position) -> bool {
        match (position, self.told_under) {
            // Sent under the key under which most of it is seen, and under no other.
            (Position::Held { .. }, Some(most)) if most == key => true,
            // Gone: taken back if it can have been sent, or sent anew with what is still to be seen.
            (Position::Held { seen, base, before }, _) => {
                let was_sent =
                    (self.seq > base && self.first_seq <= seen) || self.first_seq <= before;
                self.gone && was_sent
            }
            // Under a lost key: what can have been sent is sent anew or taken back.
            (Position::Lost { seen, .. }, most) => {
                let told_before = self.gone && self.seq <= seen && most.is_none();
                self.first_seq <= seen && !told_before
            }
        }
    }
}

fn positions(
    before: &BTreeMap<i64, Position>,
    held: &BTreeMap<i64, String>,
    counters: &HashMap<String, i64>,
) -> BTreeMap<i64, Position> {
    let mut positions = BTreeMap::new();
    for (key, position) in before {
        let position = match (*position, held.get(key)) {
            (Position::Held { seen, before, .. }, None) => Position::Lost {
                seen: seen.max(before),
                told: 0,
            },
            // Everything is sent anew. What went meanwhile was perhaps not taken back yet.
            (Position::Lost { seen, .. }, Some(scope)) => Position::Held {
                seen: 0,
                base: counters.get(scope).copied().unwrap_or(0),
                before: seen,
            },
            (position, _) => position,
        };
        positions.insert(*key, position);
    }
    for (key, scope) in held {
        let base = counters.get(scope).copied().unwrap_or(0);
        positions.entry(*key).or_insert(Position::Held {
            seen: 0,
            base,
            before: 0,
        });
    }
    positions
}

async fn counters(tx: &mut Tx) -> Result<HashMap<String, i64>, sqlx::Error> {
    let rows = sqlx::query_as("SELECT id, counter FROM scope")
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The keys a user holds, with their scopes.
async fn held_keys(tx: &mut Tx, viewer: &str) -> Result<BTreeMap<i64, String>, sqlx::Error> {
    let rows = sqlx::query_as("SELECT DISTINCT key, scope FROM user_key WHERE user_id = ?")
        .bind(viewer)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Whether the cursor was made by this database or one of which this is the continuation.
async fn same_history(tx: &mut Tx, cursor: &Cursor, total: i64) -> Result<bool, sqlx::Error> {
    let known: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM boot WHERE id = ? AND token = ?)")
            .bind(cursor.boot)
            .bind(&cursor.token)
            .fetch_one(&mut **tx)
            .await?;
    let ended_with: Option<i64> =
        sqlx::query_scalar("SELECT total FROM boot WHERE id > ? ORDER BY id LIMIT 1")
            .bind(cursor.boot)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(known && cursor.total <= ended_with.unwrap_or(total))
}

/// The records as they are now; those that are no longer to be seen become tombstones.
async fn fill(
    tx: &mut Tx,
    viewer: &str,
    found: &[(Kind, String)],
) -> Result<Vec<Change>, sqlx::Error> {
    let mut by_kind: HashMap<Kind, Vec<String>> = HashMap::new();
    for (kind, id) in found {
        by_kind.entry(*kind).or_default().push(id.clone());
    }
    let mut loaded = HashMap::new();
    for (kind, ids) in by_kind {
        loaded.insert(kind, records::load(tx, viewer, kind, &ids).await?);
    }
    let changes = found.iter().map(|(kind, id)| {
        let record = loaded.get_mut(kind).and_then(|records| records.remove(id));
        Change {
            kind: kind.as_str(),
            id: id.clone(),
            version: record
                .as_ref()
                .and_then(|record| record["version"].as_str().map(ToOwned::to_owned)),
            deleted: record.is_none(),
            record,
        }
    });
    Ok(changes.collect())
}
