//! Records that the API sends.

use super::catalogue::{AnnouncementBody, FormBody, ServiceBody};
use super::requests::Answer;
use super::words;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What every record has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Meta {
    /// Its id.
    pub id: Uuid,
    /// Its version: opaque, other after every change.
    pub version: String,
    /// When it last changed, by the server's clock.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// When its author said it, by his device's clock.
    #[schema(value_type = String, format = DateTime)]
    pub said_at: Time,
    /// When the server got it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Time,
}

/// A person as records name him.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PersonRef {
    /// His account.
    pub id: Uuid,
    /// His name.
    pub name: String,
}

/// A person with his role.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// His account.
    pub id: Uuid,
    /// His name.
    pub name: String,
    /// His role when he wrote.
    #[schema(value_type = words::Role)]
    pub role: String,
}

/// A customer organisation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Customer {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// Its name.
    pub name: String,
    /// What its people see about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
}

/// A person with an account. Fields that the reader may not see are absent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// His name.
    pub name: String,
    /// What he may do.
    #[schema(value_type = words::Role)]
    pub role: String,
    /// His organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Uuid>,
    /// What he signs in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// His mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// His telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Customers whose relationship he manages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_customers: Option<Vec<Uuid>>,
}

/// An entry of the service catalogue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Service {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The entry.
    #[serde(flatten)]
    pub body: ServiceBody,
}

/// A request form.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Form {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The form.
    #[serde(flatten)]
    pub body: FormBody,
}

/// A piece of news.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Announcement {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The news.
    #[serde(flatten)]
    pub body: AnnouncementBody,
}

/// A ticket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The number by which the service desk calls it.
    #[schema(example = "INC-20418")]
    pub number: String,
    /// What it is.
    #[schema(value_type = words::TicketKind)]
    pub kind: String,
    /// Where it stands.
    #[schema(value_type = words::TicketState)]
    pub state: String,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, at length.
    pub description: String,
    /// The organisation it belongs to.
    pub customer_id: Uuid,
    /// For whom it was filed.
    pub requester: PersonRef,
    /// Who works on it.
    pub assignee: Option<PersonRef>,
    /// The service it is about.
    pub service_id: Option<Uuid>,
    /// The form it was filed with.
    pub form_id: Option<Uuid>,
    /// What was answered in the form.
    pub answers: Vec<Answer>,
    /// Whom it hinders.
    #[schema(value_type = Option<words::Impact>)]
    pub impact: Option<String>,
    /// How long it can wait.
    #[schema(value_type = Option<words::Urgency>)]
    pub urgency: Option<String>,
    /// In which order it is worked on; from impact and urgency.
    #[schema(value_type = Option<words::Priority>)]
    pub priority: Option<String>,
    /// The newest comment, for lists.
    pub last_comment: Option<LastComment>,
}

/// The newest comment of a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LastComment {
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// By whom.
    pub by: PersonRef,
    /// Its first 140 characters.
    #[schema(max_length = 140)]
    pub text: String,
}

/// A message on a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The ticket it belongs to.
    pub ticket_id: Uuid,
    /// Who said it.
    pub author: Author,
    /// What was said, as plain text.
    pub text: String,
    /// Present and true on a comment that customers never get to see.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
}

/// A file on a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The ticket it belongs to.
    pub ticket_id: Uuid,
    /// The comment it came with.
    pub comment_id: Option<Uuid>,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
    /// Who added it.
    pub by: PersonRef,
}

/// A change of one field of a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketChange {
    /// What every record has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The ticket it belongs to.
    pub ticket_id: Uuid,
    /// Who changed it; null for the system.
    pub by: Option<PersonRef>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Which field.
    pub field: String,
    /// Its value before.
    pub from: Option<String>,
    /// Its value after.
    pub to: Option<String>,
    /// Why.
    pub note: Option<String>,
}
