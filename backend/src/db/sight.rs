//! Which records lie under which keys, and the change counters.
//!
//! [`refresh`] follows one change of one record: it asks the rights views where the record lies now,
//! raises the counter of every scope concerned, and notes the place of the record under each key. A
//! key it left keeps a row that says so, which becomes a tombstone in the feeds of that key's holders.

use rapport_domain::Kind;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// What a write touched, for the hints that go out when it is committed.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// Keys under which something changed.
    pub keys: BTreeSet<i64>,
    /// Whether somebody may hold other keys than before.
    pub rights: bool,
}

struct Place {
    class: String,
    scope: String,
    person: String,
    level: i64,
}

/// Notes that the record changed (or came, or went).
///
/// # Errors
/// When the database fails.
pub async fn refresh(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
) -> Result<(), sqlx::Error> {
    place(conn, touched, kind, id, true).await
}

/// Notes that the record itself is as it was and others see it now: who saw it before, and sees as much
/// of it, is not told again.
///
/// # Errors
/// When the database fails.
pub async fn spread(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
) -> Result<(), sqlx::Error> {
    place(conn, touched, kind, id, false).await
}

async fn place(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
    changed: bool,
) -> Result<(), sqlx::Error> {
    let view = format!(
        "SELECT class, scope, person, max(level) AS level FROM sight_of_{} WHERE id = ?
         GROUP BY class, scope, person",
        kind.as_str()
    );
    let places: Vec<Place> = sqlx::query(AssertSqlSafe(view))
        .bind(id)
        .fetch_all(&mut *conn)
        .await?
        .into_iter()
        .map(|row| Place {
            class: row.get(0),
            scope: row.get(1),
            person: row.get(2),
            level: row.get(3),
        })
        .collect();
    let mut now: BTreeMap<i64, (String, i64)> = BTreeMap::new();
    for place in places {
        let key = key_of(conn, touched, &place).await?;
        now.insert(key, (place.scope, place.level));
    }
    let before: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT s.key, k.scope, s.level FROM sight s JOIN sight_key k ON k.id = s.key
         WHERE s.kind = ? AND s.id = ? AND s.gone = 0",
    )
    .bind(kind.as_str())
    .bind(id)
    .fetch_all(&mut *conn)
    .await?;
    let levelled = before
        .iter()
        .any(|(key, _, level)| now.get(key).is_some_and(|(_, other)| other != level));
    let changed = changed || levelled;
    let mut counters: BTreeMap<String, i64> = BTreeMap::new();
    for (key, (scope, level)) in &now {
        if !changed && before.iter().any(|(known, ..)| known == key) {
            continue;
        }
        let seq = next(conn, &mut counters, scope).await?;
        sqlx::query(
            "INSERT INTO sight (kind, id, key, level, seq, first_seq, gone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0)
             ON CONFLICT (kind, id, key)
             DO UPDATE SET level = excluded.level, seq = excluded.seq, gone = 0",
        )
        .bind(kind.as_str())
        .bind(id)
        .bind(key)
        .bind(level)
        .bind(seq)
        .execute(&mut *conn)
        .await?;
        touched.keys.insert(*key);
    }
    for (key, scope, _) in before {
        if now.contains_key(&key) {
            continue;
        }
        let seq = next(conn, &mut counters, &scope).await?;
        sqlx::query("UPDATE sight SET gone = 1, seq = ? WHERE kind = ? AND id = ? AND key = ?")
            .bind(seq)
            .bind(kind.as_str())
            .bind(id)
            .bind(key)
            .execute(&mut *conn)
            .await?;
        touched.keys.insert(key);
    }
    Ok(())
}

/// One number per scope and change: all rows of a record in a scope share it.
async fn next(
    conn: &mut SqliteConnection,
    counters: &mut BTreeMap<String, i64>,
    scope: &str,
) -> Result<i64, sqlx::Error> {
    if let Some(seq) = counters.get(scope) {
        return Ok(*seq);
    }
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO scope (id, counter) VALUES (?, 1)
         ON CONFLICT (id) DO UPDATE SET counter = counter + 1 RETURNING counter",
    )
    .bind(scope)
    .fetch_one(&mut *conn)
    .await?;
    counters.insert(scope.to_owned(), seq);
    Ok(seq)
}

async fn key_of(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    place: &Place,
) -> Result<i64, sqlx::Error> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT id FROM sight_key WHERE class = ? AND scope = ? AND person = ?")
            .bind(&place.class)
            .bind(&place.scope)
            .bind(&place.person)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(key) = found {
        return Ok(key);
    }
    touched.rights = true;
    sqlx::query_scalar("INSERT INTO sight_key (class, scope, person) VALUES (?, ?, ?) RETURNING id")
        .bind(&place.class)
        .bind(&place.scope)
        .bind(&place.person)
        .fetch_one(&mut *conn)
        .await
}

/// Notes that a service changed, with all that is seen by those who see it.
///
/// # Errors
/// When the database fails.
pub async fn refresh_service(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    id: &str,
) -> Result<(), sqlx::Error> {
    refresh(conn, touched, Kind::Service, id).await?;
    let forms: Vec<String> = sqlx::query_scalar("SELECT id FROM form WHERE service_id = ?")
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
    for form in forms {
        if moved(conn, Kind::Form, &form).await? {
            refresh(conn, touched, Kind::Form, &form).await?;
        }
    }
    let announcements: Vec<String> = sqlx::query_scalar(
        "SELECT n.id FROM announcement n, json_each(n.body, '$.services') s WHERE s.value = ?",
    )
    .bind(id)
    .fetch_all(&mut *conn)
    .await?;
    for announcement in announcements {
        if moved(conn, Kind::Announcement, &announcement).await? {
            refresh(conn, touched, Kind::Announcement, &announcement).await?;
        }
    }
    let articles: Vec<String> =
        sqlx::query_scalar("SELECT id FROM article WHERE json_extract(body, '$.service') = ?")
            .bind(id)
            .fetch_all(&mut *conn)
            .await?;
    for article in articles {
        if moved(conn, Kind::Article, &article).await? {
            refresh(conn, touched, Kind::Article, &article).await?;
        }
    }
    Ok(())
}

/// Notes that a ticket changed hands: what hangs on it is seen by others now.
///
/// # Errors
/// When the database fails.
pub async fn refresh_thread(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    ticket: &str,
) -> Result<(), sqlx::Error> {
    refresh(conn, touched, Kind::Ticket, ticket).await?;
    for kind in [Kind::Comment, Kind::Attachment, Kind::TicketChange] {
        let of_ticket = format!("SELECT id FROM {} WHERE ticket_id = ?", kind.as_str());
        let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(of_ticket))
            .bind(ticket)
            .fetch_all(&mut *conn)
            .await?;
        for id in ids {
            if moved(conn, kind, &id).await? {
                refresh(conn, touched, kind, &id).await?;
            }
        }
    }
    refresh_children(conn, touched, ticket).await
}

/// Places anew what belongs to a record, where a right says something else about it now.
///
/// # Errors
/// When the database fails.
pub async fn refresh_children(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    parent: &str,
) -> Result<(), sqlx::Error> {
    let children: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, id FROM record WHERE parent_id = ? ORDER BY id")
            .bind(parent)
            .fetch_all(&mut *conn)
            .await?;
    for (word, id) in children {
        if let Some(kind) = Kind::parse(&word)
            && moved(conn, kind, &id).await?
        {
            refresh(conn, touched, kind, &id).await?;
        }
    }
    Ok(())
}

/// Whether the rights views now say something else about the record than the table does.
///
/// # Errors
/// When the database fails.
pub async fn moved(conn: &mut SqliteConnection, kind: Kind, id: &str) -> Result<bool, sqlx::Error> {
    let word = kind.as_str();
    let difference = format!(
        "WITH now AS (SELECT class, scope, person, max(level) FROM sight_of_{word} WHERE id = ?1
                      GROUP BY class, scope, person),
              noted AS (SELECT k.class, k.scope, k.person, s.level FROM sight s
                        JOIN sight_key k ON k.id = s.key
                        WHERE s.kind = ?2 AND s.id = ?1 AND s.gone = 0)
         SELECT EXISTS (SELECT * FROM now EXCEPT SELECT * FROM noted)
             OR EXISTS (SELECT * FROM noted EXCEPT SELECT * FROM now)"
    );
    sqlx::query_scalar(AssertSqlSafe(difference))
        .bind(id)
        .bind(word)
        .fetch_one(conn)
        .await
}

/// Places anew whatever of these kinds the rights views place elsewhere now.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kinds: impl IntoIterator<Item = Kind>,
) -> Result<(), sqlx::Error> {
    for kind in kinds {
        let word = kind.as_str();
        let difference = format!(
            "WITH now AS (SELECT id, class, scope, person, max(level) AS level
                          FROM sight_of_{word} GROUP BY id, class, scope, person),
                  noted AS (SELECT s.id, k.class, k.scope, k.person, s.level FROM sight s
                            JOIN sight_key k ON k.id = s.key WHERE s.kind = ?1 AND s.gone = 0)
             SELECT DISTINCT id FROM (SELECT * FROM (SELECT * FROM now EXCEPT SELECT * FROM noted)
                                      UNION ALL
                                      SELECT * FROM (SELECT * FROM noted EXCEPT SELECT * FROM now))
             ORDER BY id"
        );
        let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(difference))
            .bind(word)
            .fetch_all(&mut *conn)
            .await?;
        for id in ids {
            refresh(conn, touched, kind, &id).await?;
        }
    }
    Ok(())
}

/// Whether `viewer` may see the record.
///
/// # Errors
/// When the database fails.
pub async fn visible(
    conn: &mut SqliteConnection,
    viewer: &str,
    kind: Kind,
    id: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sight WHERE kind = ? AND id = ? AND gone = 0
                        AND key IN (SELECT key FROM user_key WHERE user_id = ?))",
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(viewer)
    .fetch_one(conn)
    .await
}

/// Ids of the records of a kind that `viewer` may see, in the order of ids, after `after`.
/// `under` narrows the threads to one ticket.
///
/// # Errors
/// When the database fails.
pub async fn list(
    conn: &mut SqliteConnection,
    viewer: &str,
    kind: Kind,
    under: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    let narrowed = match (kind, under) {
        (Kind::Comment | Kind::Attachment | Kind::TicketChange, Some(_)) => {
            format!(
                "AND id IN (SELECT id FROM {} WHERE ticket_id = ?5)",
                kind.as_str()
            )
        }
        _ => "AND ?5 IS NULL".to_owned(),
    };
    let sql = format!(
        "SELECT DISTINCT id FROM sight WHERE kind = ?1 AND gone = 0 AND id > ?2 {narrowed}
         AND key IN (SELECT key FROM user_key WHERE user_id = ?3) ORDER BY id LIMIT ?4"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(kind.as_str())
        .bind(after)
        .bind(viewer)
        .bind(limit)
        .bind(under)
        .fetch_all(conn)
        .await
}

/// Fills the table from the rights views at once, for a database that was filled in bulk and has no
/// readers yet. Records are numbered in the order in which they last changed.
///
/// # Errors
/// When the database fails.
pub async fn rebuild(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    // What was placed while the data was being filled in is placed again with all the rest.
    for table in ["sight", "sight_key"] {
        let sql = format!("DELETE FROM {table}");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *conn).await?;
    }
    sqlx::query("CREATE TEMP TABLE placed (kind, id, class, scope, person, level, at)")
        .execute(&mut *conn)
        .await?;
    for kind in Kind::ALL {
        let word = kind.as_str();
        let place = format!(
            "INSERT INTO placed
             SELECT '{word}', v.id, v.class, v.scope, v.person, max(v.level), r.updated_at
             FROM sight_of_{word} v JOIN {word} r ON r.id = v.id
             GROUP BY v.id, v.class, v.scope, v.person"
        );
        sqlx::query(AssertSqlSafe(place))
            .execute(&mut *conn)
            .await?;
    }
    for statement in [
        "INSERT OR IGNORE INTO sight_key (class, scope, person)
         SELECT DISTINCT class, scope, person FROM placed",
        "INSERT INTO sight (kind, id, key, level, seq, first_seq)
         SELECT p.kind, p.id, k.id, p.level, n.seq, n.seq
         FROM placed p
         JOIN sight_key k ON k.class = p.class AND k.scope = p.scope AND k.person = p.person
         JOIN (SELECT scope, kind, id, row_number() OVER (PARTITION BY scope ORDER BY at, kind, id) AS seq
               FROM (SELECT DISTINCT scope, kind, id, at FROM placed)) n
           ON n.scope = p.scope AND n.kind = p.kind AND n.id = p.id",
        "INSERT INTO scope (id, counter)
         SELECT k.scope, max(s.seq) FROM sight s JOIN sight_key k ON k.id = s.key GROUP BY k.scope
         ON CONFLICT (id) DO UPDATE SET counter = excluded.counter",
        "DROP TABLE placed",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}
