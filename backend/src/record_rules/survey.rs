//! Surveys, invitations to them and answers.

use super::{me, named, refuse, results};
use crate::auth::{self, Caller};
use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::{refresh, spread};
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::time::{DAY, Time};
use axum::http::StatusCode;
use rapport_domain::complaint::Channel;
use rapport_domain::survey::{REST_AFTER_TICKET, check, flow};
use rapport_domain::{
    CustomerId, Date, Invalid, Invitation, InvitationId, InvitationState, Kind, PersonRef, Plain,
    Reason, Record, Response, Survey, SurveyAnswer, SurveyId, SurveyState, TicketId, Timestamp,
    Typed,
};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Whether records of this kind belong to surveys.
#[must_use]
pub const fn is_of_survey(kind: Kind) -> bool {
    matches!(kind, Kind::Survey | Kind::Invitation | Kind::Response)
}

fn makes_surveys(caller: &Caller) -> Result<(), Problem> {
    if matches!(caller.role.as_str(), "brm" | "administrator") {
        return Ok(());
    }
    Err(Problem::forbidden(
        "Surveys are made by relationship managers.",
    ))
}

async fn keeps(write: &mut Write, caller: &Caller, customer: CustomerId) -> Result<bool, Problem> {
    let customer = customer.to_string();
    super::relationship::may(write, &caller.user_id, "keep", &customer).await
}

fn not_of_yours(field: &str) -> Problem {
    Problem::invalid(vec![FieldError::new(
        field,
        "is no customer whose relationship you manage",
        "name one of yours",
    )])
}

/// The survey of that id, whoever asks.
pub async fn survey(write: &mut Write, id: SurveyId) -> Result<Survey, Problem> {
    find(&mut write.tx, id).await
}

/// As [`survey`], on any connection.
pub(super) async fn find(conn: &mut SqliteConnection, id: SurveyId) -> Result<Survey, Problem> {
    let found = plain::find(conn, Kind::Survey, &id.to_string()).await?;
    let record = found.map(|row| row.record(Kind::Survey)).transpose()?;
    record
        .and_then(|record| Survey::of(&record))
        .ok_or_else(|| {
            Problem::invalid(vec![FieldError::new(
                "survey_id",
                "is no survey here",
                "name a survey that you see",
            )])
        })
}

/// Makes a survey, an invitation or a response.
pub async fn make(
    write: &mut Write,
    caller: &Caller,
    record: &mut Record,
) -> Result<Place, Problem> {
    if let Some(survey) = Survey::of(record) {
        return make_survey(write, caller, survey, record).await;
    }
    if let Some(invitation) = Invitation::of(record) {
        return invite(write, caller, invitation, record).await;
    }
    match Response::of(record) {
        Some(response) => answer(write, caller, response, record).await,
        None => Err(Problem::not_found()),
    }
}

async fn make_survey(
    write: &mut Write,
    caller: &Caller,
    mut survey: Survey,
    record: &mut Record,
) -> Result<Place, Problem> {
    makes_surveys(caller)?;
    survey.owner = me(write, caller).await?;
    survey.ballot = auth::new_token()?;
    if survey.state == SurveyState::Closed {
        return refuse(vec![Invalid::new("state", Reason::NotAllowed)]).map(|()| Place::default());
    }
    refuse(survey.problems())?;
    *record = survey.to_record();
    Ok(Place::default())
}

/// Who is invited is one of the customer's people, and asked once.
async fn invite(
    write: &mut Write,
    caller: &Caller,
    mut invitation: Invitation,
    record: &mut Record,
) -> Result<Place, Problem> {
    makes_surveys(caller)?;
    if !keeps(write, caller, invitation.customer).await? {
        return Err(not_of_yours("customer_id"));
    }
    let survey = survey(write, invitation.survey).await?;
    if !matches!(survey.state, SurveyState::Draft | SurveyState::Open) {
        return Err(over("This survey is not open."));
    }
    refuse(invitation.problems())?;
    invitation.state = InvitationState::Open;
    invitation.person = named(write, "person", invitation.person).await?;
    let person = invitation.person.id.map(|id| id.to_string());
    let customer = invitation.customer.to_string();
    if person.is_none() {
        return Err(none_of_theirs());
    }
    belongs(write, &invitation.person, Some(invitation.customer)).await?;
    let survey = invitation.survey.to_string();
    if invited(write, &survey, person.as_deref()).await? {
        return Err(Problem::invalid(vec![FieldError::new(
            "person",
            "is invited already",
            "leave this invitation out",
        )]));
    }
    if answered(write, &survey, person.as_deref()).await? {
        return Err(Problem::invalid(vec![FieldError::new(
            "person",
            "has answered already",
            "leave this invitation out",
        )]));
    }
    *record = invitation.to_record();
    Ok(Place {
        customer: Some(customer),
        person,
        parent: Some(survey),
    })
}

/// Somebody with an account is named only as one of the customer's people.
async fn belongs(
    write: &mut Write,
    person: &PersonRef,
    customer: Option<CustomerId>,
) -> Result<(), Problem> {
    let Some(id) = person.id else { return Ok(()) };
    let found: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM user WHERE id = ? AND customer_id = ?)")
            .bind(id.to_string())
            .bind(customer.map(|id| id.to_string()))
            .fetch_one(&mut *write.tx)
            .await?;
    if found { Ok(()) } else { Err(none_of_theirs()) }
}

fn none_of_theirs() -> Problem {
    Problem::invalid(vec![FieldError::new(
        "person",
        "is none of the customer's people",
        "name somebody of that customer",
    )])
}

/// The invitation of a person whose answers come without naming it, one that waits for them before others:
/// he is counted once.
async fn invitation_of(
    write: &mut Write,
    survey: &Survey,
    person: &PersonRef,
    day: &Date,
) -> Result<Option<InvitationId>, Problem> {
    let Some(person) = person.id else {
        return Ok(None);
    };
    let found: Option<String> = sqlx::query_scalar(
        "SELECT id FROM invitation WHERE parent_id = ? AND person_id = ?
         AND json_extract(body, '$.state') <> 'withdrawn'
         ORDER BY json_extract(body, '$.state') = 'open'
                  AND coalesce(json_extract(body, '$.expires_on') >= ?, 1) DESC,
             received_at DESC, id DESC LIMIT 1",
    )
    .bind(survey.id.to_string())
    .bind(person.to_string())
    .bind(day.to_string())
    .fetch_optional(&mut *write.tx)
    .await?;
    Ok(found
        .and_then(|id| Uuid::try_parse(&id).ok())
        .map(Into::into))
}

async fn invited(write: &mut Write, survey: &str, person: Option<&str>) -> Result<bool, Problem> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM invitation WHERE parent_id = ? AND person_id = ?
                        AND json_extract(body, '$.state') <> 'withdrawn')",
    )
    .bind(survey)
    .bind(person)
    .fetch_one(&mut *write.tx)
    .await?;
    Ok(found)
}

/// Whether there are answers of his. Answers by telephone need no invitation.
async fn answered(write: &mut Write, survey: &str, person: Option<&str>) -> Result<bool, Problem> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM response WHERE parent_id = ? AND person_id = ?)",
    )
    .bind(survey)
    .bind(person)
    .fetch_one(&mut *write.tx)
    .await?;
    Ok(found)
}

pub(super) fn over(detail: &str) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "survey-over",
        "The survey takes no answer of yours any more",
    )
    .detail(detail)
}

/// The last day on which answers are taken ends when it has ended everywhere (UTC−12): who answers in the
/// evening of his own day is in time.
pub(super) fn day_anywhere(at: Timestamp) -> Date {
    const BEHIND: i64 = 12 * 3_600_000;
    Date::of(at.plus_millis(-BEHIND))
}

/// Answers count by the day on which they were said: who answered in time and had no network until
/// later is not shut out, as long as nobody has closed the survey.
async fn answer(
    write: &mut Write,
    caller: &Caller,
    mut response: Response,
    record: &mut Record,
) -> Result<Place, Problem> {
    let survey = survey(write, response.survey).await?;
    let day = day_anywhere(response.stamp.said_at.min(Timestamp(write.now.0)));
    takes(&survey, &day, &response.answers)?;
    if survey.anonymous {
        return Err(Problem::forbidden(
            "This survey is anonymous: send an anonymous response, without a session.",
        ));
    }
    if response.invitation.is_none() {
        response.invitation = invitation_of(write, &survey, &response.person, &day).await?;
    }
    if let (None, Some(person)) = (response.invitation, response.person.id)
        && answered(
            write,
            &response.survey.to_string(),
            Some(&person.to_string()),
        )
        .await?
    {
        return Err(over("There are answers of this person already."));
    }
    let invitation = match response.invitation {
        Some(id) => Some(open_invitation(write, id.0, &survey, &day).await?),
        None => None,
    };
    let own = invitation
        .as_ref()
        .and_then(|invitation| invitation.person.id)
        .is_some_and(|id| id.to_string() == caller.user_id);
    if let Some(invitation) = &invitation {
        response.customer = Some(invitation.customer);
        response.person = invitation.person.clone();
    }
    if own {
        response.channel = Channel::Portal;
        response.taken_by = PersonRef::default();
    } else {
        // Administrators see results, not answers.
        if caller.role != "brm" {
            return Err(Problem::forbidden(
                "Answers are taken for others by relationship managers.",
            ));
        }
        if let Some(customer) = response.customer
            && !keeps(write, caller, customer).await?
        {
            return Err(not_of_yours("customer_id"));
        }
        belongs(write, &response.person, response.customer).await?;
        response.person = named(write, "person", response.person).await?;
        response.taken_by = me(write, caller).await?;
    }
    *record = response.to_record();
    Ok(Place {
        customer: response.customer.map(|id| id.to_string()),
        person: response.person.id.map(|id| id.to_string()),
        parent: Some(response.survey.to_string()),
    })
}

/// Whether the survey takes these answers on that day.
pub fn takes(survey: &Survey, day: &Date, answers: &[SurveyAnswer]) -> Result<(), Problem> {
    if !survey.is_open(day) {
        return Err(over("It is closed."));
    }
    let questions = &survey.questions;
    let missing = check::answers(questions, answers);
    let aside = flow::left_out(questions, answers).into_iter();
    let aside = aside.map(|answer| Invalid::new(answer.question, Reason::UnknownField));
    let problems: Vec<Invalid> = missing.into_iter().chain(aside).collect();
    if !problems.is_empty() {
        let faults = problems.into_iter().map(|mut problem| {
            problem.field = format!("answers/{}", problem.field);
            FieldError::from(problem)
        });
        return Err(Problem::invalid(faults.collect()));
    }
    if !flow::is_complete(questions, answers) {
        return refuse(vec![Invalid::new("answers", Reason::Required)]);
    }
    Ok(())
}

async fn open_invitation(
    write: &mut Write,
    id: Uuid,
    survey: &Survey,
    day: &Date,
) -> Result<Invitation, Problem> {
    let row = plain::find(&mut write.tx, Kind::Invitation, &id.to_string()).await?;
    let record = row.map(|row| row.record(Kind::Invitation)).transpose()?;
    let invitation = record.and_then(|record| Invitation::of(&record));
    let Some(invitation) = invitation.filter(|found| found.survey == survey.id) else {
        return Err(Problem::invalid(vec![FieldError::new(
            "invitation_id",
            "is no invitation to this survey",
            "name one that you see",
        )]));
    };
    if invitation.is_waiting(day) {
        return Ok(invitation);
    }
    Err(over(match invitation.state {
        InvitationState::Answered => "This invitation was answered already.",
        InvitationState::Withdrawn => "This invitation was withdrawn.",
        InvitationState::Declined => "This invitation was declined.",
        _ => "This invitation has expired.",
    }))
}

/// Changes a survey or an invitation.
pub async fn change(
    write: &mut Write,
    caller: &Caller,
    before: &Record,
    after: &mut Record,
) -> Result<(), Problem> {
    if let (Some(was), Some(wish)) = (Survey::of(before), Survey::of(after)) {
        return change_survey(caller, &was, &wish, before, after);
    }
    let (Some(was), Some(wish)) = (Invitation::of(before), Invitation::of(after)) else {
        return Err(Problem::not_found());
    };
    let own = was
        .person
        .id
        .is_some_and(|id| id.to_string() == caller.user_id);
    if !own && !keeps(write, caller, was.customer).await? {
        return Err(Problem::forbidden("You may read this, not change it."));
    }
    let survey = survey(write, was.survey).await?;
    let by_hand = if own {
        super::only(before, after, &["state"])?;
        // Of an anonymous survey nobody but the invited can say that he answered.
        match wish.state {
            InvitationState::Answered => survey.anonymous,
            InvitationState::Declined | InvitationState::Open => true,
            _ => false,
        }
    } else {
        matches!(
            wish.state,
            InvitationState::Open | InvitationState::Withdrawn
        )
    };
    // Who declined may think better of it, and be asked anew.
    let settled = !matches!(was.state, InvitationState::Open | InvitationState::Declined);
    if was.state != wish.state && (!by_hand || settled) {
        let reason = Reason::IllegalTransition {
            from: was.state.to_string(),
            to: wish.state.to_string(),
        };
        return refuse(vec![Invalid::new("state", reason)]);
    }
    if wish.state == InvitationState::Answered && was.state != InvitationState::Answered {
        // The day will do; the answers themselves have no time at all (see [`super::anonymous`]).
        let day = Date::of(Timestamp(write.now.0)).starts_at();
        after.set("answered_at", Some(day).put());
    }
    Ok(())
}

/// What is asked does not change once it can be answered.
fn change_survey(
    caller: &Caller,
    was: &Survey,
    wish: &Survey,
    before: &Record,
    after: &Record,
) -> Result<(), Problem> {
    makes_surveys(caller)?;
    if !was.state.leads_to(&wish.state) {
        let reason = Reason::IllegalTransition {
            from: was.state.to_string(),
            to: wish.state.to_string(),
        };
        return refuse(vec![Invalid::new("state", reason)]);
    }
    if matches!(was.state, SurveyState::Open | SurveyState::Closed) {
        let allowed = ["state", "closes_on", "series", "wave", "after_ticket"];
        super::only(before, after, &allowed)?;
    }
    // What an earlier program let pass does not stand in the way of closing it.
    let known = was.problems();
    let mut problems = wish.problems();
    problems.retain(|problem| !known.contains(problem));
    refuse(problems)
}

/// What follows when a record of a survey was written: whom it concerns sees it, the invitation is
/// answered, the result counts it.
pub async fn follow(write: &mut Write, kind: Kind, record: &Record) -> Result<(), Problem> {
    let id = SurveyId::take(Some(record.get("survey")));
    let id = id.unwrap_or_else(|| record.id.into());
    if let Some(response) = Response::of(record)
        && let Some(invitation) = response.invitation
    {
        settle(write, invitation.0).await?;
    }
    let word = id.to_string();
    if kind == Kind::Invitation {
        spread(&mut write.tx, &mut write.touched, Kind::Survey, &word).await?;
    }
    let survey = survey(write, id).await?;
    let now = write.now;
    results::count(&mut write.tx, &mut write.touched, now, &survey).await?;
    Ok(())
}

/// The invitation is answered.
async fn settle(write: &mut Write, id: Uuid) -> Result<(), Problem> {
    let Some(mut row) = plain::find(&mut write.tx, Kind::Invitation, &id.to_string()).await? else {
        return Ok(());
    };
    let mut record = row.record(Kind::Invitation)?;
    record.set("state", InvitationState::Answered.put());
    record.set("answered_at", Some(Timestamp(write.now.0)).put());
    row.body = serde_json::to_string(&record.fields)?;
    let now = write.now;
    plain::update(
        &mut write.tx,
        &mut write.touched,
        Kind::Invitation,
        &row,
        now,
    )
    .await?;
    Ok(())
}

/// A ticket was closed: whoever filed it is invited to the survey about that, if there is one and he
/// was not asked lately. Nothing is sent by mail, so nothing but he himself can open it.
pub async fn after_ticket(
    write: &mut Write,
    ticket: &str,
    customer: &str,
    person: &str,
) -> Result<(), Problem> {
    let surveys: Vec<RecordRow> = sqlx::query_as(
        "SELECT * FROM survey WHERE json_extract(body, '$.state') = 'open'
         AND json_extract(body, '$.after_ticket') = 1 ORDER BY said_at DESC",
    )
    .fetch_all(&mut *write.tx)
    .await?;
    let today = Date::of(Timestamp(write.now.0));
    for row in surveys {
        let Some(survey) = Survey::of(&row.record(Kind::Survey)?) else {
            continue;
        };
        // Asked about his ticket, nobody is anonymous.
        if survey.anonymous
            || !survey.is_open(&today)
            || asked_lately(write, &row.id, person).await?
        {
            continue;
        }
        let id = Uuid::now_v7();
        let (Ok(customer_id), Ok(user), Ok(about)) = (
            customer.parse::<Uuid>(),
            person.parse::<Uuid>(),
            ticket.parse::<Uuid>(),
        ) else {
            continue;
        };
        let whom = PersonRef {
            id: Some(user.into()),
            name: String::new(),
        };
        let invitation = Invitation {
            person: named(write, "person", whom).await?,
            expires_on: Some(today.plus_days(REST_AFTER_TICKET)),
            ticket: Some(TicketId(about)),
            ..Invitation::new(
                id.into(),
                survey.id,
                customer_id.into(),
                PersonRef::default(),
                Timestamp(write.now.0),
            )
        };
        let place = Place {
            customer: Some(customer.to_owned()),
            person: Some(person.to_owned()),
            parent: Some(row.id),
        };
        return put(write, &invitation.to_record(), place, None, write.now).await;
    }
    Ok(())
}

async fn asked_lately(write: &mut Write, survey: &str, person: &str) -> Result<bool, Problem> {
    let since = write.now.plus(-REST_AFTER_TICKET * DAY);
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM invitation WHERE person_id = ?1 AND received_at > ?2
                        AND (json_extract(body, '$.ticket') IS NOT NULL OR parent_id = ?3))
             OR EXISTS (SELECT 1 FROM response
                        WHERE person_id = ?1 AND received_at > ?2 AND parent_id = ?3)",
    )
    .bind(person)
    .bind(since.0)
    .bind(survey)
    .fetch_one(&mut *write.tx)
    .await?;
    Ok(found)
}

/// Adds a record that nobody sent in his name.
pub(super) async fn put(
    write: &mut Write,
    record: &Record,
    place: Place,
    hash: Option<Vec<u8>>,
    at: Time,
) -> Result<(), Problem> {
    let row = RecordRow {
        content_hash: hash.unwrap_or_default(),
        received_at: at.0,
        updated_at: at.0,
        ..RecordRow::of(record, place)?
    };
    plain::insert(&mut write.tx, &row).await?;
    refresh(&mut write.tx, &mut write.touched, record.kind, &row.id).await?;
    follow(write, record.kind, record).await
}
