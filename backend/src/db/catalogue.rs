//! Services, forms and announcements: writes. Their bodies are kept as the JSON of the API.

use super::sight::{Touched, refresh, refresh_service};
use crate::time::Time;
use rapport_domain::Kind;
use sqlx::{AssertSqlSafe, SqliteConnection};

/// Version and whether the record is deleted; `None` when there was never such a record.
///
/// # Errors
/// When the database fails.
pub async fn version(
    conn: &mut SqliteConnection,
    kind: Kind,
    id: &str,
) -> Result<Option<(i64, bool)>, sqlx::Error> {
    let sql = format!(
        "SELECT version, deleted FROM {} WHERE id = ?",
        kind.as_str()
    );
    sqlx::query_as(AssertSqlSafe(sql))
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// The body of a record that is not deleted, whoever asks.
///
/// # Errors
/// When the database fails.
pub async fn body(
    conn: &mut SqliteConnection,
    kind: Kind,
    id: &str,
) -> Result<Option<String>, sqlx::Error> {
    let sql = format!(
        "SELECT body FROM {} WHERE id = ? AND deleted = 0",
        kind.as_str()
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Writes the body of a record; returns whether anything changed.
///
/// # Errors
/// When the database fails.
pub async fn put(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
    body: &str,
    now: Time,
) -> Result<bool, sqlx::Error> {
    let (column, value, update) = match kind {
        Kind::Form => (
            "service_id, ",
            "json_extract(?2, '$.service_id'), ",
            "service_id = excluded.service_id, ",
        ),
        _ => ("", "", ""),
    };
    let sql = format!(
        "INSERT INTO {word} (id, {column}body, version, said_at, received_at, updated_at)
         VALUES (?1, {value}?2, 1, ?3, ?3, ?3)
         ON CONFLICT (id) DO UPDATE
         SET {update}body = excluded.body, deleted = 0, version = version + 1,
             updated_at = excluded.updated_at
         WHERE body IS NOT excluded.body OR deleted = 1",
        word = kind.as_str()
    );
    let done = sqlx::query(AssertSqlSafe(sql))
        .bind(id)
        .bind(body)
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    follow(conn, touched, kind, id).await?;
    Ok(true)
}

/// Deletes a record.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
    now: Time,
) -> Result<(), sqlx::Error> {
    let sql = format!(
        "UPDATE {} SET deleted = 1, version = version + 1, updated_at = ? WHERE id = ?",
        kind.as_str()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(now.0)
        .bind(id)
        .execute(&mut *conn)
        .await?;
    follow(conn, touched, kind, id).await
}

async fn follow(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    kind: Kind,
    id: &str,
) -> Result<(), sqlx::Error> {
    if kind == Kind::Service {
        refresh_service(conn, touched, id).await
    } else {
        refresh(conn, touched, kind, id).await
    }
}

/// Whether `viewer` may change the catalogue.
///
/// # Errors
/// When the database fails.
pub async fn may_write(conn: &mut SqliteConnection, viewer: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM catalogue_right WHERE user_id = ?)")
        .bind(viewer)
        .fetch_one(conn)
        .await
}
