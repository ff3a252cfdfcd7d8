//! Who is complained about, and who leads a complaint in his place. The rights views ask the table
//! `complaint_object`: once somebody is in it he stays, whatever he or the complaint is called later.

use super::plain::{self, RecordRow};
use super::sight::Touched;
use crate::time::Time;
use rapport_domain::{Complaint, Kind, PersonRef, Typed};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// The accounts that fit the person: his own or, of somebody who is known by name only, all of that name.
///
/// # Errors
/// When the database fails.
pub async fn of(
    conn: &mut SqliteConnection,
    person: &PersonRef,
) -> Result<Vec<String>, sqlx::Error> {
    if let Some(id) = person.id {
        return Ok(vec![id.to_string()]);
    }
    let all: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM user ORDER BY id")
        .fetch_all(conn)
        .await?;
    let same = all.into_iter().filter(|(_, name)| person.is_called(name));
    Ok(same.map(|(id, _)| id).collect())
}

/// Notes whom a complaint is about; of other records nothing.
///
/// # Errors
/// When the database fails.
pub async fn note(conn: &mut SqliteConnection, row: &RecordRow) -> Result<(), sqlx::Error> {
    if row.kind != Kind::Complaint.as_str() {
        return Ok(());
    }
    let Some(complaint) = Complaint::of(&row.record(Kind::Complaint)?) else {
        return Ok(());
    };
    for user in of(conn, &complaint.about).await? {
        add(conn, &row.id, &user).await?;
    }
    Ok(())
}

async fn add(conn: &mut SqliteConnection, complaint: &str, user: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO complaint_object (record_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(complaint)
    .bind(user)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the handler of a complaint is one of those whom it is about, by his account or by his name.
///
/// # Errors
/// When the database fails.
pub async fn is_judged(conn: &mut SqliteConnection, complaint: &str) -> Result<bool, sqlx::Error> {
    let row = plain::find(conn, Kind::Complaint, complaint).await?;
    let record = row.map(|row| row.record(Kind::Complaint)).transpose()?;
    let Some(complaint) = record.as_ref().and_then(Complaint::of) else {
        return Ok(false);
    };
    let by_account: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM complaint_object WHERE record_id = ? AND user_id = ?)",
    )
    .bind(complaint.id.to_string())
    .bind(complaint.handler.id.map(|id| id.to_string()))
    .fetch_one(conn)
    .await?;
    Ok(by_account || complaint.is_judged_by_its_object())
}

/// Notes that somebody is called so now: he is whom complaints about that name are about.
///
/// # Errors
/// When the database fails.
pub async fn named(conn: &mut SqliteConnection, user: &str, name: &str) -> Result<(), sqlx::Error> {
    let by_name: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, json_extract(body, '$.about.name') FROM complaint
         WHERE json_extract(body, '$.about.id') IS NULL
           AND json_extract(body, '$.about.name') IS NOT NULL ORDER BY id",
    )
    .fetch_all(&mut *conn)
    .await?;
    for (complaint, name_of_object) in by_name {
        let about = PersonRef {
            id: None,
            name: name_of_object,
        };
        if about.is_called(name) {
            add(conn, &complaint, user).await?;
        }
    }
    Ok(())
}

/// Notes whom complaints of an earlier program are about.
///
/// # Errors
/// When the database fails.
pub async fn complete(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let all: Vec<RecordRow> = sqlx::query_as("SELECT * FROM complaint ORDER BY id")
        .fetch_all(&mut *conn)
        .await?;
    for row in all {
        note(conn, &row).await?;
    }
    Ok(())
}

/// Who takes a complaint: a relationship manager of the customer who is not excluded; where there is
/// none nobody, and an administrator decides.
///
/// # Errors
/// When the database fails.
pub async fn leader(
    conn: &mut SqliteConnection,
    customer: &str,
    is_excluded: impl Fn(&str) -> bool,
) -> Result<PersonRef, sqlx::Error> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT u.id, u.name FROM user u JOIN assignment a ON a.user_id = u.id
         WHERE a.customer_id = ? AND u.role = 'brm' ORDER BY u.name, u.id",
    )
    .bind(customer)
    .fetch_all(conn)
    .await?;
    let fit = found.into_iter().find(|(id, _)| !is_excluded(id));
    Ok(fit.map_or_else(PersonRef::default, |(id, name)| PersonRef {
        id: Uuid::try_parse(&id).ok().map(Into::into),
        name,
    }))
}

/// The complaints that a user leads as their handler and that are not over.
///
/// # Errors
/// When the database fails.
pub async fn led_by(conn: &mut SqliteConnection, user: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT r.id FROM complaint r JOIN complaint_leader l ON l.record_id = r.id AND l.user_id = ?1
         WHERE json_extract(r.body, '$.handler.id') = ?1
           AND json_extract(r.body, '$.stage') NOT IN ('closed', 'withdrawn') ORDER BY r.id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// Hands on those of the complaints that the user does not lead any more: a complaint that nobody can
/// move must not look as if somebody were at it.
///
/// # Errors
/// When the database fails.
pub async fn hand_on(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    user: &str,
    before: &[String],
    now: Time,
) -> Result<(), sqlx::Error> {
    let after = led_by(conn, user).await?;
    for id in before.iter().filter(|id| !after.contains(id)) {
        let Some(mut row) = plain::find(conn, Kind::Complaint, id).await? else {
            continue;
        };
        let Some(mut complaint) = Complaint::of(&row.record(Kind::Complaint)?) else {
            continue;
        };
        let leads: Vec<String> =
            sqlx::query_scalar("SELECT user_id FROM complaint_leader WHERE record_id = ?")
                .bind(id)
                .fetch_all(&mut *conn)
                .await?;
        let customer = row.customer_id.clone().unwrap_or_default();
        let is_excluded = |id: &str| !leads.iter().any(|one| one == id);
        complaint.handler = leader(conn, &customer, is_excluded).await?;
        row.body = serde_json::to_string(&complaint.to_record().fields)
            .map_err(|error| sqlx::Error::Decode(error.into()))?;
        plain::update(conn, touched, Kind::Complaint, &row, now).await?;
    }
    Ok(())
}
