//! Records of the kinds that have a schema: one table for all of them.

use super::objects;
use super::sight::{self, Touched, refresh};
use crate::time::Time;
use rapport_domain::plain::Fields;
use rapport_domain::{Kind, Record, Stamp, Timestamp};
use serde_json::Value;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

/// A record as the table holds it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RecordRow {
    /// Its id.
    pub id: String,
    /// The word of its kind.
    pub kind: String,
    /// The organisation it belongs to.
    pub customer_id: Option<String>,
    /// Whose own it is.
    pub person_id: Option<String>,
    /// What it belongs to.
    pub parent_id: Option<String>,
    /// Who sent it.
    pub author_id: Option<String>,
    /// Its fields, as JSON.
    pub body: String,
    /// What it was sent with, so that the same can be told from another.
    pub content_hash: Vec<u8>,
    /// Its version.
    pub version: i64,
    /// When it was said.
    pub said_at: i64,
    /// When it was received.
    pub received_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// Where a record belongs, for rights and lists.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The organisation.
    pub customer: Option<String>,
    /// Whose own it is.
    pub person: Option<String>,
    /// What it belongs to.
    pub parent: Option<String>,
}

impl RecordRow {
    /// The row of a record that nobody has sent, received when it was said.
    ///
    /// # Errors
    /// When the fields are no JSON.
    pub fn of(record: &Record, place: Place) -> Result<Self, sqlx::Error> {
        let at = record.stamp.said_at.0;
        Ok(Self {
            id: record.id.to_string(),
            kind: record.kind.as_str().to_owned(),
            customer_id: place.customer,
            person_id: place.person,
            parent_id: place.parent,
            author_id: None,
            body: serde_json::to_string(&record.fields)
                .map_err(|error| sqlx::Error::Decode(error.into()))?,
            content_hash: Vec::new(),
            version: 1,
            said_at: at,
            received_at: at,
            updated_at: at,
        })
    }

    /// The record.
    ///
    /// # Errors
    /// When the table holds no JSON object.
    pub fn record(&self, kind: Kind) -> Result<Record, sqlx::Error> {
        let wrong = |error: &dyn std::fmt::Display| sqlx::Error::Decode(error.to_string().into());
        let id = Uuid::try_parse(&self.id).map_err(|error| wrong(&error))?;
        let fields: Fields = serde_json::from_str(&self.body).map_err(|error| wrong(&error))?;
        Ok(Record {
            kind,
            id,
            stamp: Stamp {
                remote_id: Some(self.id.clone()),
                version: Some(self.version.to_string()),
                said_at: Timestamp(self.said_at),
                received_at: Some(Timestamp(self.received_at)),
                updated_at: Timestamp(self.updated_at),
            },
            fields,
        })
    }
}

/// The record of that kind as the table holds it, whoever asks.
///
/// # Errors
/// When the database fails.
pub async fn find(
    conn: &mut SqliteConnection,
    kind: Kind,
    id: &str,
) -> Result<Option<RecordRow>, sqlx::Error> {
    let found = find_any(conn, id).await?;
    Ok(found.filter(|row| row.kind == kind.as_str()))
}

/// The record of any kind that has the id.
///
/// # Errors
/// When the database fails.
pub async fn find_any(
    conn: &mut SqliteConnection,
    id: &str,
) -> Result<Option<RecordRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM record WHERE id = ?")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Adds a row without telling the feeds. Where one of its id was taken away, it goes on from that one's
/// version.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut SqliteConnection, row: &RecordRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        // An anonymous answer lies anywhere: the order of the rows must not tell when it came. Below zero,
        // so that the next record of another kind does not lie next to it.
        "INSERT INTO record (rowid, id, kind, customer_id, person_id, parent_id, author_id, body,
             content_hash, version, said_at, received_at, updated_at)
         VALUES (CASE ?2 WHEN 'anonymous_response' THEN -abs(random() / 2) - 1 END,
             ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
             max(?9, coalesce((SELECT version + 1 FROM removed WHERE id = ?1), ?9)), ?10, ?11, ?12)",
    )
    .bind(&row.id)
    .bind(&row.kind)
    .bind(&row.customer_id)
    .bind(&row.person_id)
    .bind(&row.parent_id)
    .bind(&row.author_id)
    .bind(&row.body)
    .bind(&row.content_hash)
    .bind(row.version)
    .bind(row.said_at)
    .bind(row.received_at)
    .bind(row.updated_at)
    .execute(&mut *conn)
    .await?;
    objects::note(conn, row).await
}

/// Writes the row over the one of its id, as its next version, and tells the feeds; also those of what
/// belongs to it, if others see it now.
///
/// # Errors
/// When the database fails.
pub async fn update(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    row: &RecordRow,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE record SET customer_id = ?, person_id = ?, parent_id = ?, body = ?,
             version = version + 1, updated_at = ? WHERE id = ?",
    )
    .bind(&row.customer_id)
    .bind(&row.person_id)
    .bind(&row.parent_id)
    .bind(&row.body)
    .bind(now.0)
    .bind(&row.id)
    .execute(&mut *conn)
    .await?;
    objects::note(conn, row).await?;
    refresh(conn, touched, kind, &row.id).await?;
    sight::refresh_children(conn, touched, &row.id).await
}

/// Takes a record away, and tells the feeds.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO removed (id, version) SELECT id, version FROM record WHERE id = ?
         ON CONFLICT (id) DO UPDATE SET version = excluded.version",
    )
    .bind(id)
    .execute(&mut *conn)
    .await?;
    sqlx::query("DELETE FROM record WHERE id = ?")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    refresh(conn, touched, kind, id).await
}

/// Calls a person by another name wherever a record names him.
///
/// # Errors
/// When the database fails.
pub async fn rename(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    user: &str,
    name: &str,
    now: Time,
) -> Result<(), sqlx::Error> {
    let naming: Vec<RecordRow> =
        sqlx::query_as("SELECT * FROM record WHERE instr(body, ?) > 0 ORDER BY id")
            .bind(user)
            .fetch_all(&mut *conn)
            .await?;
    for mut row in naming {
        let Some(kind) = Kind::parse(&row.kind) else {
            continue;
        };
        let mut fields: Value =
            serde_json::from_str(&row.body).map_err(|error| sqlx::Error::Decode(error.into()))?;
        if call(&mut fields, user, name) {
            row.body = fields.to_string();
            update(conn, touched, kind, &row, now).await?;
        }
    }
    Ok(())
}

/// Renames the person in this value; tells whether anything changed.
fn call(value: &mut Value, user: &str, name: &str) -> bool {
    let inside: Vec<&mut Value> = match value {
        Value::Object(map) => {
            let is_he = map.get("id").and_then(Value::as_str) == Some(user);
            if is_he && map.get("name").is_some_and(|known| known != name) {
                map.insert("name".to_owned(), name.into());
                return true;
            }
            map.values_mut().collect()
        }
        Value::Array(list) => list.iter_mut().collect(),
        _ => Vec::new(),
    };
    let mut any = false;
    for one in inside {
        any |= call(one, user, name);
    }
    any
}

/// Whether the right of that name over the record is `user`'s.
///
/// # Errors
/// When the database fails.
pub async fn may(
    conn: &mut SqliteConnection,
    user: &str,
    right: &str,
    complaint: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM complaint_right WHERE record_id = ? AND user_id = ? AND name = ?)",
    )
    .bind(complaint)
    .bind(user)
    .bind(right)
    .fetch_one(conn)
    .await
}
