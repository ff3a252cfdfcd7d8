//! What an earlier program left is brought to what this one would have written. The tables come first;
//! what is written in them follows in one transaction, which also notes that it is done: a start that
//! fails on the way is made up for by the next one.

use super::plain::RecordRow;
use super::sight::{self, Touched, refresh};
use super::{meta, objects, set_meta, terms};
use crate::record_rules::{anonymous, results};
use crate::ticket_rules::clock;
use crate::time::{DAY, Time};
use rapport_domain::{Kind, Survey, Typed};
use sqlx::{SqliteConnection, SqlitePool};

/// For which migration what is written was settled.
const SETTLED: &str = "settled";

/// Settles what is written for this version of the tables, unless that was done.
///
/// # Errors
/// When the database fails; then nothing is settled.
pub async fn settle(writer: &SqlitePool, version: i64) -> Result<(), sqlx::Error> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let word = version.to_string();
    if meta(&mut tx, SETTLED).await?.as_deref() == Some(&word) {
        return Ok(());
    }
    let mut touched = Touched::default();
    let now = Time::now();
    terms::complete(&mut tx, &mut touched).await?;
    objects::complete(&mut tx).await?;
    undate(&mut tx, &mut touched).await?;
    sight::settle(&mut tx, &mut touched, Kind::ALL.iter().copied()).await?;
    recount(&mut tx, &mut touched, now).await?;
    set_meta(&mut tx, SETTLED, &word).await?;
    tx.commit().await
}

/// Anonymous answers have the time of their survey and lie in no order (see [`super::plain::insert`]).
async fn undate(conn: &mut SqliteConnection, touched: &mut Touched) -> Result<(), sqlx::Error> {
    let all: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT r.id, s.said_at,
                r.rowid < 0 AND r.received_at = r.said_at AND r.updated_at = r.said_at
                    AND r.said_at <= s.said_at AND r.said_at > s.said_at - ?
         FROM record r JOIN survey s ON s.id = r.parent_id
         WHERE r.kind = 'anonymous_response' ORDER BY r.id",
    )
    .bind(DAY)
    .fetch_all(&mut *conn)
    .await?;
    for (id, said_at, _) in all.into_iter().filter(|(.., is_so)| *is_so == 0) {
        let day = anonymous::day_of(Time(said_at));
        sqlx::query(
            "UPDATE record SET rowid = -abs(random() / 2) - 1, version = version + 1,
                 said_at = ?1, received_at = ?1, updated_at = ?1 WHERE id = ?2",
        )
        .bind(day.0)
        .bind(&id)
        .execute(&mut *conn)
        .await?;
        refresh(conn, touched, Kind::AnonymousResponse, &id).await?;
    }
    Ok(())
}

/// Counts anew what surveys and agreements came to.
async fn recount(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
) -> Result<(), sqlx::Error> {
    let surveys: Vec<RecordRow> = sqlx::query_as("SELECT * FROM survey ORDER BY id")
        .fetch_all(&mut *conn)
        .await?;
    for row in surveys {
        if let Some(survey) = Survey::of(&row.record(Kind::Survey)?) {
            results::count(conn, touched, now, &survey).await?;
        }
    }
    let agreed: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT customer_id FROM agreement WHERE customer_id IS NOT NULL ORDER BY 1",
    )
    .fetch_all(&mut *conn)
    .await?;
    clock::attain_all(conn, touched, now, agreed).await
}
