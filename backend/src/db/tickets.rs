//! Tickets: rows, numbers and writes.

use super::sight::{Touched, refresh};
use crate::time::Time;
use rapport_domain::{Impact, Kind, Priority, Urgency};
use sqlx::{FromRow, SqliteConnection};

/// A ticket as the table holds it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct TicketRow {
    /// Its id.
    pub id: String,
    /// The number by which the service desk calls it.
    pub number: String,
    /// What it is.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, at length.
    pub description: String,
    /// The organisation it belongs to.
    pub customer_id: String,
    /// For whom it was filed.
    pub requester_id: String,
    /// Who works on it.
    pub assignee_id: Option<String>,
    /// Who filed it.
    pub author_id: String,
    /// The service it is about.
    pub service_id: Option<String>,
    /// The form it was filed with.
    pub form_id: Option<String>,
    /// What was answered in the form, as JSON.
    pub answers: String,
    /// Whom it hinders.
    pub impact: Option<String>,
    /// How long it can wait.
    pub urgency: Option<String>,
    /// In which order it is worked on.
    pub priority: Option<String>,
    /// Its newest public comment.
    pub last_comment_id: Option<String>,
    /// What it was filed with, so that the same can be told from another.
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

/// The priority of impact and urgency; none while one of them is unknown.
#[must_use]
pub fn priority(impact: Option<&str>, urgency: Option<&str>) -> Option<String> {
    let priority = Priority::of(&Impact::from(impact?), &Urgency::from(urgency?))?;
    Some(priority.as_str().to_owned())
}

/// The next number of a kind of ticket, such as `INC-20418`, or of a complaint. A number that an import
/// brought along is passed over.
///
/// # Errors
/// When the database fails.
pub async fn next_number(conn: &mut SqliteConnection, kind: &str) -> Result<String, sqlx::Error> {
    loop {
        let number = count_up(conn, kind).await?;
        let taken: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM ticket WHERE number = ?1)
                 OR EXISTS (SELECT 1 FROM complaint WHERE json_extract(body, '$.number') = ?1)",
        )
        .bind(&number)
        .fetch_one(&mut *conn)
        .await?;
        if !taken {
            return Ok(number);
        }
    }
}

async fn count_up(conn: &mut SqliteConnection, kind: &str) -> Result<String, sqlx::Error> {
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO meta (key, value) VALUES ('ticket_number', '20001')
         ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1
         RETURNING CAST(value AS INTEGER)",
    )
    .fetch_one(conn)
    .await?;
    let prefix = match kind {
        "incident" => "INC",
        "service_request" => "REQ",
        "complaint" => "CMP",
        _ => "QST",
    };
    Ok(format!("{prefix}-{number}"))
}

/// The ticket as the table holds it, whoever asks.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut SqliteConnection, id: &str) -> Result<Option<TicketRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM ticket WHERE id = ?")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Adds a row. The caller follows with [`refresh`], unless it fills the whole table.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut SqliteConnection, row: &TicketRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO ticket (id, number, kind, state, subject, description, customer_id,
             requester_id, assignee_id, author_id, service_id, form_id, answers, impact, urgency,
             priority, last_comment_id, content_hash, version, said_at, received_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.id)
    .bind(&row.number)
    .bind(&row.kind)
    .bind(&row.state)
    .bind(&row.subject)
    .bind(&row.description)
    .bind(&row.customer_id)
    .bind(&row.requester_id)
    .bind(&row.assignee_id)
    .bind(&row.author_id)
    .bind(&row.service_id)
    .bind(&row.form_id)
    .bind(&row.answers)
    .bind(&row.impact)
    .bind(&row.urgency)
    .bind(&row.priority)
    .bind(&row.last_comment_id)
    .bind(&row.content_hash)
    .bind(row.version)
    .bind(row.said_at)
    .bind(row.received_at)
    .bind(row.updated_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the fields of a ticket that may change, as its next version.
///
/// # Errors
/// When the database fails.
pub async fn update(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &TicketRow,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE ticket SET number = ?, kind = ?, state = ?, subject = ?, description = ?, requester_id = ?,
             customer_id = ?, assignee_id = ?, service_id = ?, form_id = ?, answers = ?,
             impact = ?, urgency = ?, priority = ?, last_comment_id = ?, version = version + 1,
             updated_at = ?
         WHERE id = ?",
    )
    .bind(&row.number)
    .bind(&row.kind)
    .bind(&row.state)
    .bind(&row.subject)
    .bind(&row.description)
    .bind(&row.requester_id)
    .bind(&row.customer_id)
    .bind(&row.assignee_id)
    .bind(&row.service_id)
    .bind(&row.form_id)
    .bind(&row.answers)
    .bind(&row.impact)
    .bind(&row.urgency)
    .bind(&row.priority)
    .bind(&row.last_comment_id)
    .bind(now.0)
    .bind(&row.id)
    .execute(&mut *conn)
    .await?;
    refresh(conn, touched, Kind::Ticket, &row.id).await
}

/// Whether `viewer` holds the right over the ticket: `comment`, `edit`, `work` or `handle`.
///
/// # Errors
/// When the database fails.
pub async fn may(
    conn: &mut SqliteConnection,
    viewer: &str,
    right: &str,
    ticket: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM ticket_right
                        WHERE ticket_id = ? AND user_id = ? AND name = ?)",
    )
    .bind(ticket)
    .bind(viewer)
    .bind(right)
    .fetch_one(conn)
    .await
}

/// The customer to whom a ticket belongs that `viewer` files for `requester`; `None` when he may not.
///
/// # Errors
/// When the database fails.
pub async fn filing_customer(
    conn: &mut SqliteConnection,
    viewer: &str,
    requester: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT customer_id FROM filing_right WHERE user_id = ? AND requester_id = ?",
    )
    .bind(viewer)
    .bind(requester)
    .fetch_optional(conn)
    .await
}
