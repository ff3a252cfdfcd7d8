//! Records of the kinds that have a schema, in an import: read, checked and written alike.

use super::lines::{Numbered, Records};
use super::{Fault, ImportError};
use crate::auth;
use crate::db::objects;
use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::{Touched, refresh};
use crate::db::{Tx, tickets};
use crate::problem::FieldError;
use crate::record_rules::{anonymous, results};
use crate::service_hours;
use crate::time::Time;
use crate::wire::plain::Said;
use rapport_domain::plain::{derive, schema};
use rapport_domain::schema::Shape;
use rapport_domain::{
    Agreement, Complaint, Kind, PersonRef, Plain, Record, Stamp, Survey, Timestamp, Typed,
};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The kinds that a file may hold, those first to which others refer. Results of surveys are counted here
/// and not imported.
pub const KINDS: [Kind; 14] = [
    Kind::Agreement,
    Kind::Article,
    Kind::RelationshipManager,
    Kind::Contact,
    Kind::Interaction,
    Kind::Review,
    Kind::Complaint,
    Kind::ComplaintNote,
    Kind::Action,
    Kind::Approval,
    Kind::Survey,
    Kind::Invitation,
    Kind::Response,
    Kind::AnonymousResponse,
];

/// A record of one of these kinds.
#[derive(Debug)]
pub struct PlainLine {
    /// Its kind.
    pub kind: Kind,
    /// What the file says of it.
    pub said: Said,
}

impl PlainLine {
    /// The customer of an agreement, all of whose tickets it may time.
    pub fn agreed_with(&self) -> Option<String> {
        let customer = self.said.fields.get("customer")?.as_str()?;
        (self.kind == Kind::Agreement).then(|| customer.to_owned())
    }

    fn record(&self, now: Time) -> Record {
        let said_at = self.said.said_at.or(self.said.received_at).unwrap_or(now);
        let mut record = Record {
            kind: self.kind,
            id: self.said.id,
            stamp: Stamp {
                received_at: Some(Timestamp(self.said.received_at.unwrap_or(now).0)),
                ..Stamp::said_now(Timestamp(said_at.0))
            },
            fields: self.said.fields.clone(),
        };
        record.fields.retain(|_, value| !value.is_null());
        if let Some((field, word)) = begins_as(self.kind)
            && record.get(field).is_null()
        {
            record.set(field, word.into());
        }
        derive(&mut record);
        record
    }
}

/// The customers of agreements as they were before these lines.
pub async fn agreed_until_now(
    tx: &mut Tx,
    lines: &[Numbered<PlainLine>],
) -> Result<Vec<String>, sqlx::Error> {
    let mut customers = Vec::new();
    for line in lines {
        if line.record.kind == Kind::Agreement {
            let id = line.record.said.id.to_string();
            let before = plain::find(tx, Kind::Agreement, &id).await?;
            customers.extend(before.and_then(|row| row.customer_id));
        }
    }
    Ok(customers)
}

/// Adds everything that is wrong with the records of these kinds. `known` are the other records of the
/// file and of the database.
pub async fn check(
    tx: &mut Tx,
    records: &Records,
    known: &HashMap<Kind, HashSet<Uuid>>,
    faults: &mut Vec<Fault>,
) -> Result<(), sqlx::Error> {
    let mut here: HashMap<Uuid, Kind> = HashMap::new();
    for line in &records.plain {
        let error = match here.insert(line.record.said.id, line.record.kind) {
            Some(_) => FieldError::new("id", "stands on another line too", "keep one of them"),
            None => continue,
        };
        faults.push(Fault {
            line: line.line,
            error,
        });
    }
    for Numbered { line, record: told } in &records.plain {
        let record = told.record(Time(0));
        let mut wrong: Vec<FieldError> = record.problems().into_iter().map(Into::into).collect();
        let stored = plain::find_any(tx, &record.id.to_string()).await?;
        if let Some(other) = stored.filter(|row| row.kind != told.kind.as_str()) {
            wrong.push(FieldError::new(
                "id",
                format!("is that of a record of the type {}", other.kind),
                "give the record a UUID of its own",
            ));
        }
        if let Some(agreement) = Agreement::of(&record) {
            wrong.extend(service_hours::faults(&agreement));
        }
        if let Some(complaint) = Complaint::of(&record) {
            wrong.extend(complaint_faults(tx, &complaint).await?);
        }
        if told.kind == Kind::RelationshipManager && record.get("until").is_null() {
            wrong.push(FieldError::new(
                "until",
                "is required: who looks after a customer now is told by the user's line",
                "say until when he did, or name the customer in the user's assigned_customers",
            ));
        }
        for (field, key) in references(&record) {
            let there = match key.0 {
                kind if KINDS.contains(&kind) => {
                    here.get(&key.1) == Some(&kind)
                        || plain::find(tx, kind, &key.1.to_string()).await?.is_some()
                }
                kind => known.get(&kind).is_some_and(|ids| ids.contains(&key.1)),
            };
            if !there {
                let kind = key.0.as_str();
                wrong.push(FieldError::new(
                    field,
                    format!(
                        "there is no {kind} {}, neither in the file nor in the database",
                        key.1
                    ),
                    format!("add the {kind}, or correct the id"),
                ));
            }
        }
        let line = *line;
        faults.extend(wrong.into_iter().map(|error| Fault { line, error }));
    }
    Ok(())
}

async fn complaint_faults(
    conn: &mut SqliteConnection,
    complaint: &Complaint,
) -> Result<Vec<FieldError>, sqlx::Error> {
    let mut wrong = Vec::new();
    if let Some(number) = &complaint.number {
        let taken: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM complaint
                            WHERE json_extract(body, '$.number') = ? AND id <> ?)",
        )
        .bind(number)
        .bind(complaint.id.to_string())
        .fetch_one(conn)
        .await?;
        if taken {
            wrong.push(FieldError::new(
                "number",
                "is that of another complaint",
                "leave it out, or correct it",
            ));
        }
    }
    Ok(wrong)
}

/// What a record names, by the field in which the file names it.
fn references(record: &Record) -> Vec<(String, (Kind, Uuid))> {
    let fields = schema(record.kind).iter();
    let found = fields.filter_map(|field| {
        let value = record.get(field.name);
        match field.shape {
            Shape::Id(kind) => {
                let name = format!("{}_id", field.name);
                Some((name, (kind, Uuid::take(Some(value))?)))
            }
            Shape::Person => {
                let id = PersonRef::take(Some(value))?.id?.0;
                Some((format!("{}.id", field.name), (Kind::User, id)))
            }
            _ => None,
        }
    });
    found.collect()
}

/// The field that says whose own a record is.
const fn owner(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Complaint => Some("complainant"),
        Kind::ComplaintNote => Some("author"),
        Kind::Approval => Some("requester"),
        Kind::Action => Some("owner"),
        Kind::RelationshipManager | Kind::Invitation | Kind::Response => Some("person"),
        _ => None,
    }
}

async fn place(conn: &mut SqliteConnection, record: &Record) -> Result<Place, sqlx::Error> {
    let parent = record.parent().map(|key| key.id.to_string());
    let own = record.get("customer").as_str().map(str::to_owned);
    let customer = match (own, &parent, record.kind) {
        (Some(customer), ..) => Some(customer),
        // A note belongs to the organisation of its complaint.
        (None, Some(parent), Kind::ComplaintNote) => plain::find(conn, Kind::Complaint, parent)
            .await?
            .and_then(|row| row.customer_id),
        _ => None,
    };
    let person = owner(record.kind).and_then(|field| {
        let person = PersonRef::take(Some(record.get(field)))?;
        Some(person.id?.0.to_string())
    });
    Ok(Place {
        customer,
        person,
        parent,
    })
}

/// The state in which records of a kind begin where a file says none, by the field that holds it.
const fn begins_as(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Complaint => Some(("stage", "received")),
        Kind::Action | Kind::Invitation => Some(("state", "open")),
        Kind::Review => Some(("state", "planned")),
        Kind::Approval => Some(("state", "requested")),
        Kind::Survey => Some(("state", "draft")),
        _ => None,
    }
}

/// What became of a record.
pub enum Became {
    /// It was not there.
    New,
    /// It is another one now.
    Changed,
    /// It was there just so.
    Unchanged,
}

/// Writes the records, and counts the results of the surveys that they belong to. Adds what shows to be
/// wrong with them only beside what was there already; then nothing may be kept of all this.
pub async fn apply(
    tx: &mut Tx,
    touched: &mut Touched,
    now: Time,
    mut lines: Vec<Numbered<PlainLine>>,
    faults: &mut Vec<Fault>,
) -> Result<Vec<Became>, ImportError> {
    lines.sort_by_key(|line| KINDS.iter().position(|kind| *kind == line.record.kind));
    let mut became = Vec::with_capacity(lines.len());
    let mut surveys = BTreeSet::new();
    for Numbered { line, record: told } in lines {
        let record = told.record(now);
        match record.kind {
            Kind::Survey => surveys.insert(record.id),
            Kind::Invitation | Kind::Response | Kind::AnonymousResponse => {
                surveys.extend(record.parent().map(|key| key.id));
                true
            }
            _ => true,
        };
        let told: BTreeSet<String> = told.said.fields.keys().cloned().collect();
        let (id, kind) = (record.id.to_string(), record.kind);
        became.push(put(tx, touched, now, record, &told).await?);
        if kind == Kind::Complaint && objects::is_judged(tx, &id).await? {
            let error = FieldError::new(
                "handler",
                "is the person complained about",
                "name somebody else, or leave it out",
            );
            faults.push(Fault { line, error });
        }
    }
    for id in surveys {
        let row = plain::find(tx, Kind::Survey, &id.to_string()).await?;
        let survey = row.map(|row| row.record(Kind::Survey)).transpose()?;
        if let Some(survey) = survey.as_ref().and_then(Survey::of) {
            results::count(tx, touched, now, &survey).await?;
        }
    }
    Ok(became)
}

async fn put(
    tx: &mut Tx,
    touched: &mut Touched,
    now: Time,
    mut record: Record,
    told: &BTreeSet<String>,
) -> Result<Became, ImportError> {
    let kind = record.kind;
    let before = plain::find(tx, kind, &record.id.to_string()).await?;
    // What an import does not say stays as it is; what only the server knows it makes.
    if let Some(row) = &before {
        for (field, value) in row.record(kind)?.fields {
            if !told.contains(&field) {
                record.set(&field, value);
            }
        }
        derive(&mut record);
    }
    name_people(tx, &mut record).await?;
    let place = place(tx, &record).await?;
    if kind == Kind::AnonymousResponse
        && let Some(survey) = &place.parent
        && let Some(survey) = plain::find(tx, Kind::Survey, survey).await?
    {
        // As with those that are sent here, none can be told by its day.
        let day = anonymous::day_of(Time(survey.said_at));
        record.stamp = Stamp {
            received_at: Some(day),
            ..Stamp::said_now(day)
        };
    }
    if kind == Kind::Complaint && record.get("number").is_null() {
        record.set(
            "number",
            tickets::next_number(tx, "complaint").await?.into(),
        );
    }
    if kind == Kind::Survey && record.get("ballot").is_null() {
        let ballot = auth::new_token().map_err(|_| ImportError::Random)?;
        record.set("ballot", ballot.into());
    }
    if kind == Kind::Agreement {
        // Counted here, whatever a file says.
        let counted = before.as_ref().map(|row| row.record(kind)).transpose()?;
        let counted = counted.map_or(serde_json::Value::Null, |row| row.get("attained").clone());
        record.set("attained", counted);
    }
    let mut row = RecordRow {
        received_at: record.stamp.received_at.unwrap_or(Timestamp(now.0)).0,
        ..RecordRow::of(&record, place)?
    };
    row.updated_at = row.received_at;
    let Some(before) = before else {
        plain::insert(tx, &row).await?;
        refresh(tx, touched, kind, &row.id).await?;
        return Ok(Became::New);
    };
    let same = before.record(kind)?.fields == record.fields
        && (&before.customer_id, &before.person_id, &before.parent_id)
            == (&row.customer_id, &row.person_id, &row.parent_id);
    if same {
        return Ok(Became::Unchanged);
    }
    plain::update(tx, touched, kind, &row, now).await?;
    Ok(Became::Changed)
}

/// People with an account are called what their account says.
async fn name_people(conn: &mut SqliteConnection, record: &mut Record) -> Result<(), sqlx::Error> {
    for field in schema(record.kind) {
        let Shape::Person = field.shape else {
            continue;
        };
        let Some(mut person) = PersonRef::take(Some(record.get(field.name))) else {
            continue;
        };
        let Some(id) = person.id else { continue };
        let name: Option<String> = sqlx::query_scalar("SELECT name FROM user WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await?;
        if let Some(name) = name {
            person.name = name;
            record.set(field.name, person.put());
        }
    }
    Ok(())
}
