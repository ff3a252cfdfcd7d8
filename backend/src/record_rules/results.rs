//! Results of surveys: answers counted anew whenever one comes, for each organisation and for all.

use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::{Touched, refresh};
use crate::time::Time;
use rapport_domain::survey::{Tally, check};
use rapport_domain::{
    AnonymousResponse, CustomerId, Kind, Record, Response, Stamp, Survey, SurveyAnswer,
    SurveyResult, SurveyState, Timestamp, Typed,
};
use sqlx::{FromRow, SqliteConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(FromRow)]
struct Invited {
    customer_id: Option<String>,
    invited: i64,
    answered: i64,
}

/// Counts what was answered to the survey. Of an anonymous one the answers count when it is closed:
/// counted one by one they could be told from each other.
///
/// # Errors
/// When the database fails.
pub async fn count(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    survey: &Survey,
) -> Result<(), sqlx::Error> {
    if matches!(survey.state, SurveyState::Template | SurveyState::Draft) {
        return Ok(());
    }
    let id = survey.id.to_string();
    let invited: Vec<Invited> = sqlx::query_as(
        "SELECT customer_id, count(*) AS invited,
                sum(json_extract(body, '$.state') = 'answered') AS answered
         FROM invitation WHERE parent_id = ? AND json_extract(body, '$.state') <> 'withdrawn'
         GROUP BY customer_id",
    )
    .bind(&id)
    .fetch_all(&mut *conn)
    .await?;
    let sets = sets(conn, survey, &id).await?;
    // Those that were counted before, too: their last invitation may be withdrawn.
    let counted: Vec<String> = sqlx::query_scalar(
        "SELECT customer_id FROM survey_result WHERE parent_id = ? AND customer_id IS NOT NULL",
    )
    .bind(&id)
    .fetch_all(&mut *conn)
    .await?;
    let customers: BTreeSet<&str> = invited
        .iter()
        .filter_map(|one| one.customer_id.as_deref())
        .chain(sets.iter().filter_map(|(customer, _)| customer.as_deref()))
        .chain(counted.iter().map(String::as_str))
        .collect();
    for customer in customers.into_iter().map(Some).chain([None]) {
        if survey.anonymous && customer.is_some() {
            continue;
        }
        let of = |other: Option<&str>| customer.is_none() || other == customer;
        let asked = invited.iter().filter(|one| of(one.customer_id.as_deref()));
        let given = sets.iter().filter(|(whose, _)| of(whose.as_deref()));
        let given: Vec<&[SurveyAnswer]> = given.map(|(_, answers)| answers.as_slice()).collect();
        let (mut people, mut answered) = (0, 0);
        for one in asked {
            people += one.invited;
            answered += one.answered;
        }
        let whole = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let result = SurveyResult {
            id: id_of(survey, customer).into(),
            stamp: Stamp::said_now(Timestamp(now.0)),
            survey: survey.id,
            customer: customer
                .and_then(|id| Uuid::try_parse(id).ok())
                .map(CustomerId),
            invited: whole(people),
            answered: whole(answered),
            responses: u32::try_from(given.len()).unwrap_or(u32::MAX),
            questions: Tally::of(&survey.questions, given).questions,
        };
        keep(conn, touched, now, &result.to_record(), (customer, &id)).await?;
    }
    Ok(())
}

/// All sets of answers that may be counted now, each with the organisation it belongs to.
async fn sets(
    conn: &mut SqliteConnection,
    survey: &Survey,
    id: &str,
) -> Result<Vec<(Option<String>, Vec<SurveyAnswer>)>, sqlx::Error> {
    let kind = if survey.anonymous {
        Kind::AnonymousResponse
    } else {
        Kind::Response
    };
    let rows: Vec<RecordRow> =
        sqlx::query_as("SELECT * FROM record WHERE kind = ? AND parent_id = ? ORDER BY id")
            .bind(kind.as_str())
            .bind(id)
            .fetch_all(&mut *conn)
            .await?;
    if survey.anonymous
        && (survey.state != SurveyState::Closed
            || rows.len() < rapport_domain::survey::LEAST_FOR_ANONYMITY)
    {
        return Ok(Vec::new());
    }
    let mut sets = Vec::with_capacity(rows.len());
    for row in rows {
        let record = row.record(kind)?;
        let answers = Response::of(&record).map(|found| found.answers);
        let anonymous = AnonymousResponse::of(&record).map(|found| found.answers);
        if let Some(answers) = answers.or(anonymous)
            && check::answers(&survey.questions, &answers).is_empty()
        {
            sets.push((row.customer_id, answers));
        }
    }
    Ok(sets)
}

fn id_of(survey: &Survey, customer: Option<&str>) -> Uuid {
    let name = format!("result {}", customer.unwrap_or("of all"));
    Uuid::new_v5(&survey.id.0, name.as_bytes())
}

async fn keep(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    record: &Record,
    (customer, survey): (Option<&str>, &str),
) -> Result<(), sqlx::Error> {
    let place = Place {
        customer: customer.map(str::to_owned),
        person: None,
        parent: Some(survey.to_owned()),
    };
    let row = RecordRow::of(record, place)?;
    if let Some(mut before) = plain::find(conn, Kind::SurveyResult, &row.id).await? {
        if before.body != row.body {
            before.body = row.body;
            plain::update(conn, touched, Kind::SurveyResult, &before, now).await?;
        }
        return Ok(());
    }
    plain::insert(conn, &row).await?;
    refresh(conn, touched, Kind::SurveyResult, &row.id).await?;
    Ok(())
}
