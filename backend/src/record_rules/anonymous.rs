//! Answers to anonymous surveys: what is kept of them tells nobody whose they are.

use super::survey::{day_anywhere, find, over, put, takes};
use crate::db::plain::{self, Place};
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::ticket_rules::create::id_taken;
use crate::time::Time;
use rapport_domain::{AnonymousResponse, Date, Record, Stamp, Survey, Timestamp, Typed};
use sqlx::SqliteConnection;

/// Takes answers to an anonymous survey, from nobody in particular. False when the very same were taken
/// before. All answers to a survey have the time of the survey: invitations tell the day on which a
/// person answered, and who was alone on his day could be told from it.
///
/// # Errors
/// When fields need attention, or the survey takes no answers.
pub async fn cast(write: &mut Write, record: &mut Record, hash: Vec<u8>) -> Result<bool, Problem> {
    let said_at = record.stamp.said_at;
    let Some(response) = AnonymousResponse::of(record) else {
        return Err(Problem::not_found());
    };
    let survey = opened(&mut write.tx, &response).await?;
    record.stamp = Stamp::said_now(day_of(Time(survey.stamp.said_at.0)));
    if record.id.get_version_num() != 4 {
        return Err(Problem::invalid(vec![FieldError::new(
            "id",
            "can tell when it was made",
            "make a random UUID (version 4)",
        )]));
    }
    let id = record.id.to_string();
    if let Some(before) = plain::find_any(&mut write.tx, &id).await? {
        return if before.content_hash == hash {
            Ok(false)
        } else {
            Err(id_taken())
        };
    }
    let day = day_anywhere(said_at.min(Timestamp(write.now.0)));
    takes(&survey, &day, &response.answers)?;
    // Who answered before his invitation was withdrawn has not said so: it counts, once for each person.
    let (answers, invited): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM anonymous_response WHERE parent_id = ?1),
                (SELECT count(DISTINCT coalesce(person_id, id)) FROM invitation WHERE parent_id = ?1)",
    )
    .bind(survey.id.to_string())
    .fetch_one(&mut *write.tx)
    .await?;
    if answers >= invited {
        return Err(over("As many have answered as were invited."));
    }
    let place = Place {
        parent: Some(survey.id.to_string()),
        ..Place::default()
    };
    put(
        write,
        record,
        place,
        Some(hash),
        Time(record.stamp.said_at.0),
    )
    .await?;
    Ok(true)
}

/// The anonymous survey that the answers are for, if their ballot opens it.
///
/// # Errors
/// Names the field that is wrong.
pub async fn opened(
    conn: &mut SqliteConnection,
    response: &AnonymousResponse,
) -> Result<Survey, Problem> {
    let survey = find(conn, response.survey).await?;
    if survey.anonymous && survey.ballot == response.ballot {
        return Ok(survey);
    }
    Err(Problem::invalid(vec![FieldError::new(
        "ballot",
        "does not open this survey",
        "send the ballot that the invited read in the survey",
    )]))
}

/// The day, as a time.
#[must_use]
pub fn day_of(at: Time) -> Timestamp {
    Date::of(Timestamp(at.0)).starts_at()
}
