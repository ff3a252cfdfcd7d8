//! What clients send. Unknown fields are refused by name, so that a misspelt one is not lost silently.

use super::words;
use crate::time::Time;
use rapport_domain::{AnswerValue, Impact, TicketKind, TicketState, Urgency};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Signing in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// What the person signs in with.
    #[schema(max_length = 200)]
    pub login: String,
    /// The password.
    pub password: String,
    /// Whether a bearer token is wanted instead of a cookie.
    #[serde(default)]
    pub bearer: bool,
}

/// A new ticket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// Its id, made by the client (a UUID, best of version 7).
    pub id: Uuid,
    /// What it is.
    #[schema(value_type = words::TicketKind)]
    pub kind: TicketKind,
    /// What it is about, in a line. Empty with a form: the form's `subject` answer or title.
    #[serde(default)]
    pub subject: String,
    /// What it is about, at length.
    #[serde(default)]
    pub description: String,
    /// The service it is about.
    #[serde(default)]
    pub service_id: Option<Uuid>,
    /// The form it is filed with.
    #[serde(default)]
    pub form_id: Option<Uuid>,
    /// What was answered in the form.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Whom it hinders.
    #[serde(default)]
    #[schema(value_type = Option<words::Impact>)]
    pub impact: Option<Impact>,
    /// How long it can wait.
    #[serde(default)]
    #[schema(value_type = Option<words::Urgency>)]
    pub urgency: Option<Urgency>,
    /// When it was said, by the client's clock.
    #[schema(value_type = String, format = DateTime)]
    pub said_at: Time,
    /// The user for whom it is filed, when not for oneself.
    #[serde(default)]
    pub on_behalf_of: Option<Uuid>,
}

/// An answer with the question as it was asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The field's key.
    pub field: String,
    /// The question in the language it was asked in.
    #[serde(default)]
    pub label: String,
    /// Text, a number, yes or no, or several texts.
    pub value: AnswerWire,
}

/// The value of an answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AnswerWire {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(#[serde(serialize_with = "as_written")] f64),
    /// Text, a day, or the value of a choice.
    Text(String),
    /// Values of several choices, or names of files.
    Many(Vec<String>),
}

/// Writes a whole number without a fraction, as it came.
fn as_written<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    #[allow(clippy::cast_possible_truncation)]
    let whole = *number as i64;
    #[allow(clippy::cast_precision_loss)]
    if whole as f64 == *number {
        serializer.serialize_i64(whole)
    } else {
        serializer.serialize_f64(*number)
    }
}

impl From<AnswerWire> for AnswerValue {
    fn from(value: AnswerWire) -> Self {
        match value {
            AnswerWire::Flag(flag) => Self::Flag(flag),
            AnswerWire::Number(number) => Self::Number(number),
            AnswerWire::Text(text) => Self::Text(text),
            AnswerWire::Many(values) => Self::Many(values),
        }
    }
}

/// A change of a ticket (RFC 7396): only the fields that change. Null takes impact, urgency or
/// assignee away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketPatch {
    /// Where it stands.
    #[serde(default)]
    #[schema(value_type = Option<words::TicketState>)]
    pub state: Option<TicketState>,
    /// What it is about, in a line.
    #[serde(default)]
    pub subject: Option<String>,
    /// What it is about, at length.
    #[serde(default)]
    pub description: Option<String>,
    /// Whom it hinders.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<words::Impact>)]
    pub impact: Option<Option<Impact>>,
    /// How long it can wait.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<words::Urgency>)]
    pub urgency: Option<Option<Urgency>>,
    /// Who works on it (service desk only).
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AssigneePatch>)]
    pub assignee: Option<Option<AssigneePatch>>,
    /// Why; becomes part of the ticket's history.
    #[serde(default)]
    pub note: Option<String>,
    /// When it was said, by the client's clock; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub said_at: Option<Time>,
}

/// Who is to work on a ticket.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssigneePatch {
    /// His account.
    pub id: Uuid,
}

/// Tells a field that is null from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A new comment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Its id, made by the client.
    pub id: Uuid,
    /// What is said, as plain text.
    pub text: String,
    /// When it was said, by the client's clock.
    #[schema(value_type = String, format = DateTime)]
    pub said_at: Time,
    /// Keeps it from customers; for those who work on tickets.
    #[serde(default)]
    pub internal: bool,
}

/// One page of the feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Changes {
    /// What changed, each record at most once.
    pub changes: Vec<Change>,
    /// Where to go on from; opaque.
    pub cursor: String,
    /// Whether there is more to fetch now.
    pub more: bool,
}

/// One change: the record as it is now, or that it is no longer to be seen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Change {
    /// The kind of record.
    #[serde(rename = "type")]
    #[schema(example = "ticket")]
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its version; absent when it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether it is gone from this user's sight.
    pub deleted: bool,
    /// The record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Value>,
}
