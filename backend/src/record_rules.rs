//! What happens when a record of a kind with a schema is made and changed: one module per kind.

pub mod anonymous;
pub mod approval;
pub mod complaint;
pub mod relationship;
pub mod results;
pub mod survey;

use crate::auth::Caller;
use crate::db::plain::{self, RecordRow};
use crate::db::sight::refresh;
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::text::digest;
use crate::ticket_rules::create::id_taken;
use crate::wire::plain::Said;
use rapport_domain::{Invalid, Kind, PersonRef, Reason, Record, Stamp, Timestamp};
use uuid::Uuid;

/// Makes the record; false when the very same one was made before.
///
/// # Errors
/// When the id is taken, fields need attention, or the caller may not.
pub async fn make(
    write: &mut Write,
    caller: &Caller,
    kind: Kind,
    said: Said,
) -> Result<bool, Problem> {
    let id = said.id.to_string();
    let fields = serde_json::to_vec(&said.fields)?;
    let content_hash = digest(&[kind.as_str().as_bytes(), &fields]);
    if let Some(before) = plain::find_any(&mut write.tx, &id).await? {
        let same = before.author_id.as_deref() == Some(caller.user_id.as_str())
            && before.content_hash == content_hash;
        return if same { Ok(false) } else { Err(id_taken()) };
    }
    let said_at = said.said_at.unwrap_or(write.now).0;
    let mut record = Record {
        kind,
        id: said.id,
        stamp: Stamp {
            received_at: Some(Timestamp(write.now.0)),
            ..Stamp::said_now(Timestamp(said_at))
        },
        fields: said.fields,
    };
    record.fields.retain(|_, value| !value.is_null());
    let place = match kind {
        Kind::Complaint => complaint::file(write, caller, &mut record).await?,
        Kind::ComplaintNote => complaint::note(write, caller, &mut record).await?,
        kind if relationship::is_kept(kind) => {
            relationship::make(write, caller, &mut record).await?
        }
        kind if survey::is_of_survey(kind) => survey::make(write, caller, &mut record).await?,
        Kind::Approval => approval::ask(write, caller, &mut record).await?,
        _ => return Err(Problem::not_found()),
    };
    let row = RecordRow {
        author_id: Some(caller.user_id.clone()),
        content_hash,
        received_at: write.now.0,
        updated_at: write.now.0,
        ..RecordRow::of(&record, place)?
    };
    plain::insert(&mut write.tx, &row).await?;
    refresh(&mut write.tx, &mut write.touched, kind, &row.id).await?;
    if survey::is_of_survey(kind) {
        survey::follow(write, kind, &record).await?;
    }
    Ok(true)
}

/// Changes the record, which the caller sees. Nothing differs: nothing is written.
///
/// # Errors
/// When the caller may not, or fields need attention.
pub async fn change(
    write: &mut Write,
    caller: &Caller,
    kind: Kind,
    id: &str,
    said: Said,
) -> Result<(), Problem> {
    let mut row = plain::find(&mut write.tx, kind, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let before = row.record(kind)?;
    let mut after = before.clone();
    for (field, value) in said.fields {
        after.set(&field, value);
    }
    match kind {
        Kind::Complaint => {
            complaint::change(write, caller, &before, &mut after, said.note).await?;
        }
        Kind::Contact | Kind::Action | Kind::Review => {
            let person = relationship::change(write, caller, &before, &mut after).await?;
            row.person_id = person;
        }
        Kind::Survey | Kind::Invitation => {
            survey::change(write, caller, &before, &mut after).await?;
        }
        Kind::Approval => approval::decide(write, caller, &before, &mut after).await?,
        _ => return Err(Problem::forbidden("Records of this kind are not changed.")),
    }
    if after.fields == before.fields {
        return Ok(());
    }
    row.body = serde_json::to_string(&after.fields)?;
    plain::update(&mut write.tx, &mut write.touched, kind, &row, write.now).await?;
    if kind == Kind::Approval {
        approval::follow(write, caller, &after).await?;
    }
    if survey::is_of_survey(kind) {
        survey::follow(write, kind, &after).await?;
    }
    Ok(())
}

/// Refuses a request with what the domain says against it.
fn refuse(problems: Vec<Invalid>) -> Result<(), Problem> {
    if problems.is_empty() {
        return Ok(());
    }
    let faults: Vec<FieldError> = problems.into_iter().map(FieldError::from).collect();
    Err(Problem::invalid(faults))
}

/// A person as his account names him. One without an account is known by his name.
async fn named(write: &mut Write, field: &str, person: PersonRef) -> Result<PersonRef, Problem> {
    let Some(id) = person.id else {
        return Ok(person);
    };
    match name_of(write, id.0).await? {
        Some(name) => Ok(PersonRef { id: Some(id), name }),
        None => Err(Problem::invalid(vec![FieldError::new(
            format!("{field}.id"),
            "is nobody here",
            "name somebody with an account, or give only a name",
        )])),
    }
}

/// Refuses a change of other fields than these.
fn only(before: &Record, after: &Record, allowed: &[&str]) -> Result<(), Problem> {
    let schema = rapport_domain::plain::schema(before.kind).iter();
    let touched = schema.filter(|field| before.get(field.name) != after.get(field.name));
    let faults: Vec<FieldError> = touched
        .filter(|field| !allowed.contains(&field.name))
        .map(|field| Invalid::new(field.name, Reason::NotAllowed).into())
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::forbidden("These fields may not be changed now, or not by you.");
    problem.errors = faults;
    Err(problem)
}

async fn name_of(write: &mut Write, id: Uuid) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM user WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(&mut *write.tx)
        .await
}

/// The caller, as records name him.
async fn me(write: &mut Write, caller: &Caller) -> Result<PersonRef, Problem> {
    let id: Uuid = caller.user_id.parse().map_err(Problem::internal)?;
    Ok(PersonRef {
        id: Some(id.into()),
        name: name_of(write, id).await?.unwrap_or_default(),
    })
}
