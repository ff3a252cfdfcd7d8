//! What every record has in common, and the sum of all kinds.

use crate::announcement::Announcement;
use crate::catalogue::Service;
use crate::form::RequestForm;
use crate::party::{Customer, User};
use crate::plain::Record;
use crate::thread::{Attachment, Comment, TicketChange};
use crate::ticket::Ticket;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// When a record was said and received, and how the backend knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// The backend's own id; `None` until it has received the record.
    pub remote_id: Option<String>,
    /// The backend's version of the record (an entity tag, counter or time), never interpreted.
    pub version: Option<String>,
    /// When its author said it, by his device's clock.
    pub said_at: Timestamp,
    /// When the server got it, by the server's clock; `None` until then.
    pub received_at: Option<Timestamp>,
    /// When it last changed, by the server's clock (the author's until it is received).
    pub updated_at: Timestamp,
}

impl Stamp {
    /// The stamp of a record that is being written on this device now.
    #[must_use]
    pub const fn said_now(now: Timestamp) -> Self {
        Self {
            remote_id: None,
            version: None,
            said_at: now,
            received_at: None,
            updated_at: now,
        }
    }
}

/// The kinds of record that are kept on the device. The word names the kind on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Customer organisations.
    Customer,
    /// People.
    User,
    /// The service catalogue.
    Service,
    /// Request forms.
    Form,
    /// Tickets.
    Ticket,
    /// Comments on tickets.
    Comment,
    /// Files on tickets (their description, not their bytes).
    Attachment,
    /// The history of tickets.
    TicketChange,
    /// Announcements.
    Announcement,
    /// Complaints.
    Complaint,
    /// Notes on complaints.
    ComplaintNote,
    /// Who looks after customers.
    RelationshipManager,
    /// Contacts at customers.
    Contact,
    /// Conversations with customers.
    Interaction,
    /// What somebody has promised to do.
    Action,
    /// Service reviews.
    Review,
    /// Satisfaction surveys.
    Survey,
    /// Invitations to surveys.
    Invitation,
    /// Answers to surveys.
    Response,
    /// Answers to anonymous surveys.
    AnonymousResponse,
    /// Results of surveys.
    SurveyResult,
    /// Knowledge articles and known errors.
    Article,
    /// Service level agreements.
    Agreement,
    /// Clocks of tickets.
    ServiceClock,
    /// Approvals of requests.
    Approval,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 25] = [
        Self::Customer,
        Self::User,
        Self::Service,
        Self::Form,
        Self::Ticket,
        Self::Comment,
        Self::Attachment,
        Self::TicketChange,
        Self::Announcement,
        Self::Complaint,
        Self::ComplaintNote,
        Self::RelationshipManager,
        Self::Contact,
        Self::Interaction,
        Self::Action,
        Self::Review,
        Self::Survey,
        Self::Invitation,
        Self::Response,
        Self::AnonymousResponse,
        Self::SurveyResult,
        Self::Article,
        Self::Agreement,
        Self::ServiceClock,
        Self::Approval,
    ];

    /// The word that names the kind on disk and in profiles.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::User => "user",
            Self::Service => "service",
            Self::Form => "form",
            Self::Ticket => "ticket",
            Self::Comment => "comment",
            Self::Attachment => "attachment",
            Self::TicketChange => "ticket_change",
            Self::Announcement => "announcement",
            Self::Complaint => "complaint",
            Self::ComplaintNote => "complaint_note",
            Self::RelationshipManager => "relationship_manager",
            Self::Contact => "contact",
            Self::Interaction => "interaction",
            Self::Action => "action",
            Self::Review => "review",
            Self::Survey => "survey",
            Self::Invitation => "invitation",
            Self::Response => "response",
            Self::AnonymousResponse => "anonymous_response",
            Self::SurveyResult => "survey_result",
            Self::Article => "article",
            Self::Agreement => "agreement",
            Self::ServiceClock => "service_clock",
            Self::Approval => "approval",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Names one record among all kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
}

/// A record of any kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entity {
    /// A customer organisation.
    Customer(Customer),
    /// A person.
    User(User),
    /// A service.
    Service(Service),
    /// A request form.
    Form(RequestForm),
    /// A ticket.
    Ticket(Ticket),
    /// A comment.
    Comment(Comment),
    /// A file's description.
    Attachment(Attachment),
    /// A change in a ticket's history.
    TicketChange(TicketChange),
    /// An announcement.
    Announcement(Announcement),
    /// A record of a kind that has a schema.
    Record(Record),
}

macro_rules! each {
    ($entity:expr, $record:ident => $value:expr) => {
        match $entity {
            Entity::Customer($record) => $value,
            Entity::User($record) => $value,
            Entity::Service($record) => $value,
            Entity::Form($record) => $value,
            Entity::Ticket($record) => $value,
            Entity::Comment($record) => $value,
            Entity::Attachment($record) => $value,
            Entity::TicketChange($record) => $value,
            Entity::Announcement($record) => $value,
            Entity::Record($record) => $value,
        }
    };
}

impl Entity {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Customer(_) => Kind::Customer,
            Self::User(_) => Kind::User,
            Self::Service(_) => Kind::Service,
            Self::Form(_) => Kind::Form,
            Self::Ticket(_) => Kind::Ticket,
            Self::Comment(_) => Kind::Comment,
            Self::Attachment(_) => Kind::Attachment,
            Self::TicketChange(_) => Kind::TicketChange,
            Self::Announcement(_) => Kind::Announcement,
            Self::Record(record) => record.kind,
        }
    }

    /// Its name among all records.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        RecordKey {
            kind: self.kind(),
            id: self.id(),
        }
    }

    fn id(&self) -> Uuid {
        match self {
            Self::Customer(record) => record.id.0,
            Self::User(record) => record.id.0,
            Self::Service(record) => record.id.0,
            Self::Form(record) => record.id.0,
            Self::Ticket(record) => record.id.0,
            Self::Comment(record) => record.id.0,
            Self::Attachment(record) => record.id.0,
            Self::TicketChange(record) => record.id.0,
            Self::Announcement(record) => record.id.0,
            Self::Record(record) => record.id,
        }
    }

    /// Its times, version and remote id.
    #[must_use]
    pub const fn stamp(&self) -> &Stamp {
        each!(self, record => &record.stamp)
    }

    /// Its times, version and remote id, to be changed.
    pub const fn stamp_mut(&mut self) -> &mut Stamp {
        each!(self, record => &mut record.stamp)
    }
}
