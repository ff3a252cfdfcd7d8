//! Complaints at every stage, with what was said on the way.

use super::DemoError;
use super::ids::Ids;
use super::people;
use crate::db::Tx;
use crate::db::plain::{self, Place, RecordRow};
use crate::time::{DAY, Time};
use rapport_domain::complaint::{self, Channel, Complaint, ComplaintNote, ComplaintSeverity, Step};
use rapport_domain::{ComplaintStage, PersonRef, Record, Role, Timestamp, Typed};
use serde::Deserialize;

const COMPLAINTS: &str = include_str!("complaints.json");

/// A complaint as it is told. Days are counted from receipt, `age` from the moment of filling.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    customer: String,
    by: String,
    age: f64,
    service: String,
    subject: String,
    description: String,
    remedy_sought: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    about: String,
    #[serde(default)]
    confidential: bool,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    remedy_given: String,
    steps: Vec<(String, f64, String, String)>,
    notes: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    by: String,
    day: f64,
    text: String,
    #[serde(default)]
    internal: bool,
}

/// Writes complaints and their notes.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    let all: Vec<Told> = serde_json::from_str(COMPLAINTS)?;
    for (number, told) in (1_i64..).zip(all.iter().rev()) {
        // Told in the language of its customer; the field is for who reads the file.
        let _ = &told.lang;
        let received = now.plus(-millis(told.age));
        let complaint = story(told, ids, number, received);
        let last = complaint.steps.last().map_or(received.0, |step| step.at.0);
        let place = Place {
            customer: Some(ids.of("customer", &told.customer)),
            person: Some(ids.of("user", &told.by)),
            parent: None,
        };
        write(tx, &complaint.to_record(), place, received, Time(last)).await?;
        for (index, said) in told.notes.iter().enumerate() {
            let at = received.plus(millis(said.day));
            let id = ids.uuid("complaint note", &format!("{number}/{index}"));
            let note = ComplaintNote {
                author: person(ids, &said.by),
                author_role: Some(Role::from(people::by_login(&said.by).role)),
                text: said.text.clone(),
                internal: said.internal,
                ..ComplaintNote::new(id.into(), complaint.id, Timestamp(at.0))
            };
            let place = Place {
                customer: Some(ids.of("customer", &told.customer)),
                person: Some(ids.of("user", &said.by)),
                parent: Some(complaint.id.to_string()),
            };
            write(tx, &note.to_record(), place, at, at).await?;
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred days")]
fn millis(days: f64) -> i64 {
    (days * DAY as f64) as i64
}

fn person(ids: &Ids, login: &str) -> PersonRef {
    PersonRef {
        id: Some(ids.uuid("user", login).into()),
        name: people::by_login(login).name.to_owned(),
    }
}

fn story(told: &Told, ids: &Ids, number: i64, received: Time) -> Complaint {
    let id = ids.uuid("complaint", &number.to_string());
    let said = Timestamp(received.0 - 90_000);
    let mut complaint = Complaint {
        number: Some(format!("CMP-{:05}", 10_000 + number)),
        subject: told.subject.clone(),
        description: told.description.clone(),
        customer: Some(ids.uuid("customer", &told.customer).into()),
        complainant: person(ids, &told.by),
        channel: told
            .channel
            .as_deref()
            .map_or(Channel::Portal, Channel::from),
        service: Some(ids.uuid("service", &told.service).into()),
        about: PersonRef {
            id: None,
            name: told.about.clone(),
        },
        remedy_sought: told.remedy_sought.clone(),
        confidential: told.confidential,
        severity: told.severity.as_deref().map(ComplaintSeverity::from),
        handler: person(ids, handler(&told.customer)),
        decision: told.decision.clone(),
        remedy_given: told.remedy_given.clone(),
        targets: complaint::targets(Timestamp(received.0)),
        ..Complaint::new(id.into(), said)
    };
    if complaint.channel != Channel::Portal {
        complaint.entered_by = person(ids, handler(&told.customer));
    }
    let first = (
        ComplaintStage::Received.to_string(),
        0.0,
        told.by.clone(),
        String::new(),
    );
    for (stage, day, by, note) in std::iter::once(&first).chain(&told.steps) {
        complaint.move_to(ComplaintStage::from(stage.as_str()));
        if matches!(
            complaint.stage,
            ComplaintStage::RejectedByComplainant | ComplaintStage::Escalated
        ) {
            complaint.look_again(Timestamp(received.plus(millis(*day)).0));
        }
        complaint.steps.push(Step {
            stage: complaint.stage.clone(),
            at: Timestamp(received.plus(millis(*day)).0),
            by: person(ids, by),
            note: note.clone(),
            level: complaint.level,
        });
    }
    complaint
}

/// Who leads a customer's complaints.
fn handler(customer: &str) -> &'static str {
    match customer {
        "northwind" => "ada",
        _ => "ruth",
    }
}

async fn write(
    tx: &mut Tx,
    record: &Record,
    place: Place,
    received: Time,
    changed: Time,
) -> Result<(), DemoError> {
    let row = RecordRow {
        author_id: place.person.clone(),
        received_at: received.0,
        updated_at: changed.0,
        ..RecordRow::of(record, place)?
    };
    plain::insert(tx, &row).await?;
    Ok(())
}
