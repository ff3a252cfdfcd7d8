//! The lines of an import file.

use super::Fault;
use super::plain::{KINDS, PlainLine};
use crate::body::read_value;
use crate::problem::FieldError;
use crate::time::Time;
use crate::wire::catalogue::{FormBody, ServiceBody};
use crate::wire::plain::{self, Form};
use crate::wire::requests::Answer;
use rapport_domain::Kind;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A record with its line.
#[derive(Debug)]
pub struct Numbered<T> {
    /// The line, from 1.
    pub line: usize,
    /// The record.
    pub record: T,
}

/// What the file holds, by kind.
#[derive(Debug, Default)]
pub struct Records {
    /// Customers.
    pub customers: Vec<Numbered<CustomerLine>>,
    /// Users.
    pub users: Vec<Numbered<UserLine>>,
    /// Services.
    pub services: Vec<Numbered<(Uuid, ServiceBody)>>,
    /// Forms.
    pub forms: Vec<Numbered<(Uuid, FormBody)>>,
    /// Tickets.
    pub tickets: Vec<Numbered<TicketLine>>,
    /// Records of the kinds that have a schema.
    pub plain: Vec<Numbered<PlainLine>>,
}

/// A customer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerLine {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What its people see about it.
    #[serde(default)]
    pub card: Option<String>,
}

/// A user. Passwords are set with `user password`, never by a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserLine {
    /// His id.
    pub id: Uuid,
    /// His organisation.
    #[serde(default)]
    pub customer_id: Option<Uuid>,
    /// His name.
    pub name: String,
    /// What he signs in with.
    pub login: String,
    /// His mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// His telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// What he may do.
    pub role: String,
    /// Customers whose relationship he manages.
    #[serde(default)]
    pub assigned_customers: Vec<Uuid>,
}

/// A person as a ticket names him.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonLine {
    /// His account.
    pub id: Uuid,
    /// His name is that of the account.
    #[serde(default, rename = "name")]
    _name: Option<IgnoredAny>,
}

/// A ticket. What follows from other fields (priority, newest comment) may stand there and is not read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketLine {
    /// Its id.
    pub id: Uuid,
    /// The number by which the service desk calls it; one is given when absent.
    #[serde(default)]
    pub number: Option<String>,
    /// What it is.
    pub kind: String,
    /// Where it stands.
    #[serde(default = "acknowledged")]
    pub state: String,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, at length.
    #[serde(default)]
    pub description: String,
    /// The organisation it belongs to. When absent, a ticket keeps the one it has, and a new one gets
    /// the requester's.
    #[serde(default)]
    pub customer_id: Option<Uuid>,
    /// For whom it was filed.
    pub requester: PersonLine,
    /// Who works on it.
    #[serde(default)]
    pub assignee: Option<PersonLine>,
    /// The service it is about.
    #[serde(default)]
    pub service_id: Option<Uuid>,
    /// The form it was filed with.
    #[serde(default)]
    pub form_id: Option<Uuid>,
    /// What was answered in the form.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Whom it hinders.
    #[serde(default)]
    pub impact: Option<String>,
    /// How long it can wait.
    #[serde(default)]
    pub urgency: Option<String>,
    /// When it was said.
    #[serde(default)]
    pub said_at: Option<Time>,
    /// When it was received.
    #[serde(default)]
    pub received_at: Option<Time>,
    #[serde(default, rename = "priority")]
    _priority: Option<IgnoredAny>,
    #[serde(default, rename = "last_comment")]
    _last_comment: Option<IgnoredAny>,
}

fn acknowledged() -> String {
    "acknowledged".to_owned()
}

/// Reads the lines; those that cannot be read become faults.
pub fn parse(bytes: &[u8], faults: &mut Vec<Fault>) -> Records {
    let mut records = Records::default();
    // Some editors begin a file with a mark of its encoding.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (index, bytes) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = index + 1;
        if let Err(errors) = read(bytes, line, &mut records) {
            faults.extend(errors.into_iter().map(|error| Fault { line, error }));
        }
    }
    // Numbers that the file gives are taken before any other is handed out.
    records
        .tickets
        .sort_by_key(|ticket| ticket.record.number.is_none());
    records
}

fn read(bytes: &[u8], line: usize, records: &mut Records) -> Result<(), Vec<FieldError>> {
    let mut map = object(bytes).map_err(|error| vec![error])?;
    let kind = map.remove("type").unwrap_or_default();
    let kind = kind.as_str().unwrap_or_default();
    if map.is_empty() && kind.is_empty() {
        return Ok(());
    }
    let plain = KINDS.into_iter().find(|one| one.as_str() == kind);
    // What the server decides; it may stand there when records come from the API.
    let server_decides: &[&str] = match plain {
        Some(_) => &["version", "updated_at"],
        None if kind == "ticket" => &["version", "updated_at"],
        None => &["version", "updated_at", "said_at", "received_at"],
    };
    for name in server_decides {
        map.remove(*name);
    }
    if let Some(kind) = plain {
        let said = plain::read(kind, Form::Whole, &Value::Object(map))?;
        let record = PlainLine { kind, said };
        records.plain.push(Numbered { line, record });
        return Ok(());
    }
    fixed(kind, map, line, records).map_err(|error| vec![error])
}

/// The line as an object; an empty one where nothing stands.
fn object(bytes: &[u8]) -> Result<Map<String, Value>, FieldError> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        FieldError::new(
            "line",
            format!("is not UTF-8 at byte {byte}"),
            "save the file as UTF-8",
        )
    })?;
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(text)
        .map_err(|error| FieldError::new("line", error.to_string(), "write one JSON object a line"))
}

/// Records of the kinds with a shape of their own.
fn fixed(
    kind: &str,
    mut map: Map<String, Value>,
    line: usize,
    records: &mut Records,
) -> Result<(), FieldError> {
    match kind {
        "customer" => records.customers.push(Numbered {
            line,
            record: read_value(Value::Object(map))?,
        }),
        "user" => records.users.push(Numbered {
            line,
            record: read_value(Value::Object(map))?,
        }),
        "service" => records.services.push(Numbered {
            line,
            record: (id(&mut map)?, read_value(Value::Object(map))?),
        }),
        "form" => records.forms.push(Numbered {
            line,
            record: (id(&mut map)?, read_value(Value::Object(map))?),
        }),
        "ticket" => records.tickets.push(Numbered {
            line,
            record: read_value(Value::Object(map))?,
        }),
        other => {
            let words = KINDS.map(Kind::as_str);
            return Err(FieldError::new(
                "type",
                format!("“{other}” cannot be imported"),
                format!(
                    "give customer, user, service, form, ticket, {}",
                    words.join(", ")
                ),
            ));
        }
    }
    Ok(())
}

fn id(map: &mut Map<String, Value>) -> Result<Uuid, FieldError> {
    let id = map.remove("id").unwrap_or_default();
    id.as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| FieldError::new("id", "is not a UUID", "give the record a UUID"))
}
