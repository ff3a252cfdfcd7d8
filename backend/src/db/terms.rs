//! Who looked after which customer from when to when: kept by itself whenever assignments change, so
//! that the history an auditor asks for cannot be forgotten.

use super::plain::{self, Place, RecordRow};
use super::sight::{Touched, refresh};
use crate::time::Time;
use rapport_domain::{
    CustomerId, Kind, PersonRef, Plain, Record, RelationshipManager, Stamp, Timestamp, Typed,
};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Follows a change of a user's assignments.
///
/// # Errors
/// When the database fails.
pub async fn follow(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    user: &str,
    name: &str,
    (before, after): (&[String], &[String]),
    now: Time,
) -> Result<(), sqlx::Error> {
    for customer in before.iter().filter(|id| !after.contains(id)) {
        end(conn, touched, user, customer, now).await?;
    }
    for customer in after.iter().filter(|id| !before.contains(id)) {
        begin(conn, touched, user, name, customer, now).await?;
    }
    Ok(())
}

/// Begins the terms of assignments that are older than the keeping of terms. Since when they hold is not
/// known better than since the user last changed.
///
/// # Errors
/// When the database fails.
pub async fn complete(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
) -> Result<(), sqlx::Error> {
    let missing: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT u.id, u.name, a.customer_id, u.updated_at FROM assignment a JOIN user u ON u.id = a.user_id
         WHERE NOT EXISTS (SELECT 1 FROM relationship_manager r
                           WHERE r.person_id = u.id AND r.customer_id = a.customer_id
                             AND json_extract(r.body, '$.until') IS NULL)
         ORDER BY u.id, a.customer_id",
    )
    .fetch_all(&mut *conn)
    .await?;
    for (user, name, customer, since) in missing {
        begin(conn, touched, &user, &name, &customer, Time(since)).await?;
    }
    Ok(())
}

fn wrong(error: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(error.to_string().into())
}

async fn begin(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    user: &str,
    name: &str,
    customer: &str,
    now: Time,
) -> Result<(), sqlx::Error> {
    let person = Uuid::try_parse(user).map_err(wrong)?;
    let at = Timestamp(now.0);
    let term = RelationshipManager {
        id: Uuid::new_v5(&person, format!("{customer} since {}", now.0).as_bytes()).into(),
        stamp: Stamp::said_now(at),
        customer: CustomerId(Uuid::try_parse(customer).map_err(wrong)?),
        person: PersonRef {
            id: Some(person.into()),
            name: name.to_owned(),
        },
        since: at,
        until: None,
    };
    let record = term.to_record();
    insert(conn, &record, customer, Some(user), now).await?;
    refresh(conn, touched, record.kind, &record.id.to_string()).await
}

/// Adds a term without telling the feeds.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut SqliteConnection,
    record: &Record,
    customer: &str,
    user: Option<&str>,
    now: Time,
) -> Result<(), sqlx::Error> {
    let place = Place {
        customer: Some(customer.to_owned()),
        person: user.map(str::to_owned),
        parent: None,
    };
    let row = RecordRow {
        received_at: now.0,
        updated_at: now.0,
        ..RecordRow::of(record, place)?
    };
    plain::insert(conn, &row).await
}

async fn end(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    user: &str,
    customer: &str,
    now: Time,
) -> Result<(), sqlx::Error> {
    const KIND: Kind = Kind::RelationshipManager;
    let open: Vec<RecordRow> = sqlx::query_as(
        "SELECT * FROM record WHERE kind = ? AND person_id = ? AND customer_id = ?
         AND json_extract(body, '$.until') IS NULL",
    )
    .bind(KIND.as_str())
    .bind(user)
    .bind(customer)
    .fetch_all(&mut *conn)
    .await?;
    for mut row in open {
        let mut record = row.record(KIND)?;
        record.set("until", Timestamp(now.0).put());
        row.body = serde_json::to_string(&record.fields).map_err(wrong)?;
        plain::update(conn, touched, KIND, &row, now).await?;
    }
    Ok(())
}
