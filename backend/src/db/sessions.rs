//! Sessions: only the hash of a token is kept.

use crate::time::Time;
use sqlx::{Row, SqliteConnection};

/// Who holds a session.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The user's id.
    pub user_id: String,
    /// The user's role.
    pub role: String,
    /// Whether the token was handed out for the Authorization header.
    pub bearer: bool,
    /// When it ends.
    pub expires_at: Time,
}

/// Starts a session.
///
/// # Errors
/// When the database fails.
pub async fn start(
    conn: &mut SqliteConnection,
    token_hash: &[u8],
    user_id: &str,
    bearer: bool,
    now: Time,
    expires_at: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO session (token_hash, user_id, bearer, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(token_hash)
    .bind(user_id)
    .bind(bearer)
    .bind(now.0)
    .bind(expires_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// The holder of a session that has not ended.
///
/// # Errors
/// When the database fails.
pub async fn holder(
    conn: &mut SqliteConnection,
    token_hash: &[u8],
    now: Time,
) -> Result<Option<Holder>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT u.id, u.role, s.bearer, s.expires_at
         FROM session s JOIN user u ON u.id = s.user_id
         WHERE s.token_hash = ? AND s.expires_at > ?",
    )
    .bind(token_hash)
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Holder {
        user_id: row.get(0),
        role: row.get(1),
        bearer: row.get(2),
        expires_at: Time(row.get(3)),
    }))
}

/// Lets a session last longer.
///
/// # Errors
/// When the database fails.
pub async fn extend(
    conn: &mut SqliteConnection,
    token_hash: &[u8],
    expires_at: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE session SET expires_at = ? WHERE token_hash = ?")
        .bind(expires_at.0)
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn end(conn: &mut SqliteConnection, token_hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM session WHERE token_hash = ?")
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets sessions that have ended and answers kept for longer than `keep` milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn sweep(conn: &mut SqliteConnection, now: Time, keep: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM session WHERE expires_at <= ?")
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM idempotency WHERE created_at < ?")
        .bind(now.0 - keep)
        .execute(conn)
        .await?;
    Ok(())
}

/// What is needed to check a password: the user's id and the stored hash.
///
/// # Errors
/// When the database fails.
pub async fn credentials(
    conn: &mut SqliteConnection,
    login: &str,
) -> Result<Option<(String, Option<String>)>, sqlx::Error> {
    sqlx::query_as("SELECT id, password_hash FROM user WHERE login = ?")
        .bind(login)
        .fetch_optional(conn)
        .await
}
