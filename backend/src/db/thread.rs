//! What hangs on a ticket: comments, attachments and history. Rows are only ever added.

use super::sight::{Touched, refresh};
use rapport_domain::Kind;
use sqlx::{FromRow, SqliteConnection};

/// A comment as the table holds it.
#[derive(Clone, Debug, FromRow)]
pub struct CommentRow {
    /// Its id.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// Who said it.
    pub author_id: String,
    /// In what role.
    pub author_role: String,
    /// What was said.
    pub text: String,
    /// Whether it is kept from customers.
    pub internal: bool,
    /// What it was sent with.
    pub content_hash: Vec<u8>,
    /// When it was said.
    pub said_at: i64,
    /// When it was received.
    pub received_at: i64,
}

/// An attachment as the table holds it; the bytes lie in the file store under their digest.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AttachmentRow {
    /// Its id.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// The comment it came with.
    pub comment_id: Option<String>,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Who added it.
    pub by_id: String,
    /// When it was said.
    pub said_at: i64,
    /// When it was received.
    pub received_at: i64,
}

/// A line of a ticket's history.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// Its id.
    pub id: String,
    /// The ticket it belongs to.
    pub ticket_id: String,
    /// Who changed it.
    pub by_id: Option<String>,
    /// Which field.
    pub field: &'static str,
    /// Its value before.
    pub from_value: Option<String>,
    /// Its value after.
    pub to_value: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// When it was said.
    pub said_at: i64,
    /// When it was received.
    pub received_at: i64,
}

/// The comment as the table holds it.
///
/// # Errors
/// When the database fails.
pub async fn find_comment(
    conn: &mut SqliteConnection,
    id: &str,
) -> Result<Option<CommentRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM comment WHERE id = ?")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// The attachment as the table holds it.
///
/// # Errors
/// When the database fails.
pub async fn find_attachment(
    conn: &mut SqliteConnection,
    id: &str,
) -> Result<Option<AttachmentRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM attachment WHERE id = ?")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Adds a row without telling the feeds.
///
/// # Errors
/// When the database fails.
pub async fn insert_comment(
    conn: &mut SqliteConnection,
    row: &CommentRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO comment (id, ticket_id, author_id, author_role, text, internal, content_hash,
             version, said_at, received_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?9)",
    )
    .bind(&row.id)
    .bind(&row.ticket_id)
    .bind(&row.author_id)
    .bind(&row.author_role)
    .bind(&row.text)
    .bind(row.internal)
    .bind(&row.content_hash)
    .bind(row.said_at)
    .bind(row.received_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a comment.
///
/// # Errors
/// When the database fails.
pub async fn add_comment(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &CommentRow,
) -> Result<(), sqlx::Error> {
    insert_comment(conn, row).await?;
    refresh(conn, touched, Kind::Comment, &row.id).await
}

/// Adds a row without telling the feeds.
///
/// # Errors
/// When the database fails.
pub async fn insert_attachment(
    conn: &mut SqliteConnection,
    row: &AttachmentRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO attachment (id, ticket_id, comment_id, name, media_type, size, sha256, by_id,
             version, said_at, received_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?10)",
    )
    .bind(&row.id)
    .bind(&row.ticket_id)
    .bind(&row.comment_id)
    .bind(&row.name)
    .bind(&row.media_type)
    .bind(row.size)
    .bind(&row.sha256)
    .bind(&row.by_id)
    .bind(row.said_at)
    .bind(row.received_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds an attachment.
///
/// # Errors
/// When the database fails.
pub async fn add_attachment(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &AttachmentRow,
) -> Result<(), sqlx::Error> {
    insert_attachment(conn, row).await?;
    refresh(conn, touched, Kind::Attachment, &row.id).await
}

/// Adds a row without telling the feeds.
///
/// # Errors
/// When the database fails.
pub async fn insert_change(
    conn: &mut SqliteConnection,
    row: &ChangeRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO ticket_change (id, ticket_id, by_id, at, field, from_value, to_value, note,
             by_customer, version, said_at, received_at, updated_at)
         VALUES (?1, ?2, ?3, ?8, ?4, ?5, ?6, ?7,
             EXISTS (SELECT 1 FROM user WHERE id = ?3 AND role IN ('customer_user', 'customer_manager')),
             1, ?8, ?9, ?9)",
    )
    .bind(&row.id)
    .bind(&row.ticket_id)
    .bind(&row.by_id)
    .bind(row.field)
    .bind(&row.from_value)
    .bind(&row.to_value)
    .bind(&row.note)
    .bind(row.said_at)
    .bind(row.received_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a line to the history.
///
/// # Errors
/// When the database fails.
pub async fn add_change(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &ChangeRow,
) -> Result<(), sqlx::Error> {
    insert_change(conn, row).await?;
    refresh(conn, touched, Kind::TicketChange, &row.id).await
}
