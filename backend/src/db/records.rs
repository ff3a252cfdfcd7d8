//! Reads records as one viewer may see them. This is the only way from a table to an answer, and each
//! statement asks `sight` again, so a caller that forgot to check still gets nothing.

use crate::time::Time;
use crate::wire::plain;
use crate::wire::records::{
    Announcement, Attachment, Author, Comment, Customer, Form, LastComment, Meta, PersonRef,
    Service, Ticket, TicketChange, User,
};
use rapport_domain::plain::Fields;
use rapport_domain::survey::QuestionTally;
use rapport_domain::{Kind, Record, Stamp, SurveyResult, Timestamp, Typed};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::HashMap;
use uuid::Uuid;

const META: &str = "r.id, r.version, r.updated_at, r.said_at, r.received_at";

/// Those of the records that `viewer` may see, by id, as the API writes them.
///
/// # Errors
/// When the database fails.
pub async fn load(
    conn: &mut SqliteConnection,
    viewer: &str,
    kind: Kind,
    ids: &[String],
) -> Result<HashMap<String, Value>, sqlx::Error> {
    let wanted = serde_json::to_string(ids).map_err(decode)?;
    let word = kind.as_str();
    let (columns, joins) = parts(kind);
    let level = if has_levels(kind) {
        format!(
            ", (SELECT max(s.level) FROM sight s
                WHERE s.kind = '{word}' AND s.id = r.id AND s.gone = 0
                  AND s.key IN (SELECT key FROM user_key WHERE user_id = ?2)) AS level"
        )
    } else {
        String::new()
    };
    let sql = format!(
        "SELECT {META}, {columns}{level} FROM json_each(?1) wanted JOIN {word} r ON r.id = wanted.value {joins}
         WHERE EXISTS (SELECT 1 FROM sight s WHERE s.kind = '{word}' AND s.id = r.id AND s.gone = 0
                       AND s.key IN (SELECT key FROM user_key WHERE user_id = ?2))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(wanted)
        .bind(viewer)
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get::<String, _>(0)?, record(kind, row)?)))
        .collect()
}

/// One record, when `viewer` may see it.
///
/// # Errors
/// When the database fails.
pub async fn one(
    conn: &mut SqliteConnection,
    viewer: &str,
    kind: Kind,
    id: &str,
) -> Result<Option<Value>, sqlx::Error> {
    let mut found = load(conn, viewer, kind, &[id.to_owned()]).await?;
    Ok(found.remove(id))
}

/// A record of a kind with a schema as it was just written, for who wrote it.
///
/// # Errors
/// When the database fails.
pub async fn written(
    conn: &mut SqliteConnection,
    kind: Kind,
    id: &str,
) -> Result<Option<Value>, sqlx::Error> {
    let Some(row) = super::plain::find(conn, kind, id).await? else {
        return Ok(None);
    };
    let record = row.record(kind)?;
    let meta = Meta {
        id: record.id,
        version: row.version.to_string(),
        updated_at: Time(row.updated_at),
        said_at: Time(row.said_at),
        received_at: Time(row.received_at),
    };
    Ok(Some(plain::write(kind, &meta, &record.fields)))
}

/// Whether some see more of such a record than others.
const fn has_levels(kind: Kind) -> bool {
    matches!(kind, Kind::User | Kind::Survey | Kind::SurveyResult)
}

fn parts(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Customer => ("r.name, r.card", ""),
        Kind::User => (
            "r.name, r.role, r.customer_id, r.login, r.email, r.phone,
             (SELECT json_group_array(a.customer_id) FROM assignment a WHERE a.user_id = r.id)",
            "",
        ),
        Kind::Ticket => (
            "r.number, r.kind, r.state, r.subject, r.description, r.customer_id,
             r.requester_id, q.name, r.assignee_id, a.name, r.service_id, r.form_id, r.answers,
             r.impact, r.urgency, r.priority, c.said_at, c.author_id, w.name, substr(c.text, 1, 140)",
            "JOIN user q ON q.id = r.requester_id LEFT JOIN user a ON a.id = r.assignee_id
             LEFT JOIN comment c ON c.id = r.last_comment_id LEFT JOIN user w ON w.id = c.author_id",
        ),
        Kind::Comment => (
            "r.ticket_id, r.author_id, u.name, r.author_role, r.text, r.internal",
            "JOIN user u ON u.id = r.author_id",
        ),
        Kind::Attachment => (
            "r.ticket_id, r.comment_id, r.name, r.media_type, r.size, r.sha256, r.by_id, u.name",
            "JOIN user u ON u.id = r.by_id",
        ),
        Kind::TicketChange => (
            "r.ticket_id, r.by_id, u.name, r.at, r.field, r.from_value, r.to_value, r.note",
            "LEFT JOIN user u ON u.id = r.by_id",
        ),
        _ => ("r.body", ""),
    }
}

fn record(kind: Kind, row: &SqliteRow) -> Result<Value, sqlx::Error> {
    let meta = Meta {
        id: uuid(row, 0)?,
        version: row.try_get::<i64, _>(1)?.to_string(),
        updated_at: Time(row.try_get(2)?),
        said_at: Time(row.try_get(3)?),
        received_at: Time(row.try_get(4)?),
    };
    match kind {
        Kind::Customer => json(&Customer {
            meta,
            name: row.try_get(5)?,
            card: row.try_get(6)?,
        }),
        Kind::User => user(meta, row),
        Kind::Service => json(&Service {
            meta,
            body: body(row)?,
        }),
        Kind::Form => json(&Form {
            meta,
            body: body(row)?,
        }),
        Kind::Announcement => json(&Announcement {
            meta,
            body: body(row)?,
        }),
        Kind::Ticket => ticket(meta, row),
        Kind::Comment => json(&Comment {
            meta,
            ticket_id: uuid(row, 5)?,
            author: Author {
                id: uuid(row, 6)?,
                name: row.try_get(7)?,
                role: row.try_get(8)?,
            },
            text: row.try_get(9)?,
            internal: row.try_get(10)?,
        }),
        Kind::Attachment => json(&Attachment {
            meta,
            ticket_id: uuid(row, 5)?,
            comment_id: maybe_uuid(row, 6)?,
            name: row.try_get(7)?,
            media_type: row.try_get(8)?,
            size: row.try_get(9)?,
            sha256: row.try_get(10)?,
            by: PersonRef {
                id: uuid(row, 11)?,
                name: row.try_get(12)?,
            },
        }),
        Kind::TicketChange => json(&TicketChange {
            meta,
            ticket_id: uuid(row, 5)?,
            by: person(row, 6, 7)?,
            at: Time(row.try_get(8)?),
            field: row.try_get(9)?,
            from: row.try_get(10)?,
            to: row.try_get(11)?,
            note: row.try_get(12)?,
        }),
        Kind::SurveyResult => result(meta, row),
        Kind::Survey => survey(meta, row),
        kind => Ok(plain::write(kind, &meta, &body(row)?)),
    }
}

/// Who sees more of a record has another version of it.
fn seen_at(meta: Meta, level: i64) -> Meta {
    Meta {
        version: format!("{}.{level}", meta.version),
        ..meta
    }
}

/// The ballot is for the invited.
fn survey(meta: Meta, row: &SqliteRow) -> Result<Value, sqlx::Error> {
    let level: i64 = row.try_get("level")?;
    let mut fields: Fields = body(row)?;
    if level == 0 {
        fields.remove("ballot");
    }
    Ok(plain::write(Kind::Survey, &seen_at(meta, level), &fields))
}

/// Who may not see single answers gets results that do not tell them.
fn result(meta: Meta, row: &SqliteRow) -> Result<Value, sqlx::Error> {
    const KIND: Kind = Kind::SurveyResult;
    let level: i64 = row.try_get("level")?;
    let meta = seen_at(meta, level);
    let mut fields: Fields = body(row)?;
    let shown = match level {
        2.. => return Ok(plain::write(KIND, &meta, &fields)),
        1 => QuestionTally::without_single_answers,
        _ => QuestionTally::withheld,
    };
    let record = Record {
        kind: KIND,
        id: meta.id,
        stamp: Stamp::said_now(Timestamp(meta.said_at.0)),
        fields,
    };
    let told = SurveyResult::of(&record).map(|result| SurveyResult {
        questions: result.questions.into_iter().map(shown).collect(),
        ..result
    });
    fields = told
        .map(|result| result.to_record().fields)
        .unwrap_or_default();
    Ok(plain::write(KIND, &meta, &fields))
}

fn user(meta: Meta, row: &SqliteRow) -> Result<Value, sqlx::Error> {
    let level: i64 = row.try_get("level")?;
    let whole = level >= 3;
    let reach = level >= 2;
    let meta = seen_at(meta, level);
    let assigned: Vec<Uuid> = serde_json::from_str(row.try_get(11)?).map_err(decode)?;
    json(&User {
        meta,
        name: row.try_get(5)?,
        role: row.try_get(6)?,
        customer_id: maybe_uuid(row, 7)?.filter(|_| whole),
        login: row.try_get::<Option<String>, _>(8)?.filter(|_| whole),
        email: row.try_get::<Option<String>, _>(9)?.filter(|_| reach),
        phone: row.try_get::<Option<String>, _>(10)?.filter(|_| reach),
        assigned_customers: whole.then_some(assigned),
    })
}

fn ticket(meta: Meta, row: &SqliteRow) -> Result<Value, sqlx::Error> {
    let said: Option<i64> = row.try_get(21)?;
    let last_comment = match (said, person(row, 22, 23)?) {
        (Some(at), Some(by)) => Some(LastComment {
            at: Time(at),
            by,
            text: row.try_get(24)?,
        }),
        _ => None,
    };
    json(&Ticket {
        meta,
        number: row.try_get(5)?,
        kind: row.try_get(6)?,
        state: row.try_get(7)?,
        subject: row.try_get(8)?,
        description: row.try_get(9)?,
        customer_id: uuid(row, 10)?,
        requester: PersonRef {
            id: uuid(row, 11)?,
            name: row.try_get(12)?,
        },
        assignee: person(row, 13, 14)?,
        service_id: maybe_uuid(row, 15)?,
        form_id: maybe_uuid(row, 16)?,
        answers: serde_json::from_str(row.try_get(17)?).map_err(decode)?,
        impact: row.try_get(18)?,
        urgency: row.try_get(19)?,
        priority: row.try_get(20)?,
        last_comment,
    })
}

fn json<T: serde::Serialize>(record: &T) -> Result<Value, sqlx::Error> {
    serde_json::to_value(record).map_err(decode)
}

fn body<T: serde::de::DeserializeOwned>(row: &SqliteRow) -> Result<T, sqlx::Error> {
    serde_json::from_str(row.try_get(5)?).map_err(decode)
}

fn uuid(row: &SqliteRow, index: usize) -> Result<Uuid, sqlx::Error> {
    row.try_get::<&str, _>(index)?.parse().map_err(decode)
}

fn maybe_uuid(row: &SqliteRow, index: usize) -> Result<Option<Uuid>, sqlx::Error> {
    let text: Option<&str> = row.try_get(index)?;
    text.map(|text| text.parse().map_err(decode)).transpose()
}

fn person(row: &SqliteRow, id: usize, name: usize) -> Result<Option<PersonRef>, sqlx::Error> {
    let Some(id) = maybe_uuid(row, id)? else {
        return Ok(None);
    };
    Ok(Some(PersonRef {
        id,
        name: row.try_get::<Option<String>, _>(name)?.unwrap_or_default(),
    }))
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
