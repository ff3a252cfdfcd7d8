//! Identifiers: one newtype per kind of record, so that a ticket's id cannot be handed to a user.
//!
//! Ids that we make are UUIDv7 (RFC 9562). The id of a record that a backend made is its own UUID
//! where it has one, else a UUIDv5 of its text, so that the same record has the same id on every
//! device.

use crate::plain::Plain;
use crate::record::Kind;
use crate::schema::Shape;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Namespace of ids derived from a backend's own identifiers.
const REMOTE: Uuid = Uuid::from_u128(0x6f2c_6f0e_52b5_5d0c_9a3c_2f51_7261_7070);

/// The id of a record which a backend calls `remote`. `kind` keeps ticket 7 apart from user 7.
#[must_use]
pub fn from_remote(kind: &str, remote: &str) -> Uuid {
    Uuid::try_parse(remote).unwrap_or_else(|_| {
        let name = [kind.as_bytes(), b"/", remote.as_bytes()].concat();
        Uuid::new_v5(&REMOTE, &name)
    })
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident $(of $kind:ident)?),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        $(impl Plain for $name {
            const SHAPE: Shape = Shape::Id(Kind::$kind);
            const LIST: Shape = Shape::List(&Shape::Id(Kind::$kind));
            const NEEDED: bool = true;

            fn take(value: Option<&Value>) -> Option<Self> {
                Uuid::take(value).map(Self)
            }

            fn put(&self) -> Value {
                self.0.put()
            }
        })?
    )+};
}

ids! {
    /// A customer organisation.
    CustomerId of Customer,
    /// A person with an account.
    UserId of User,
    /// An entry of the service catalogue.
    ServiceId of Service,
    /// A request form.
    FormId of Form,
    /// A ticket.
    TicketId of Ticket,
    /// A comment on a ticket.
    CommentId of Comment,
    /// A file on a ticket.
    AttachmentId of Attachment,
    /// A change in a ticket's history.
    ChangeId of TicketChange,
    /// An announcement.
    AnnouncementId of Announcement,
    /// A complaint.
    ComplaintId of Complaint,
    /// A note on a complaint.
    ComplaintNoteId of ComplaintNote,
    /// A term of a relationship manager.
    RelationshipManagerId of RelationshipManager,
    /// A contact at a customer.
    ContactId of Contact,
    /// A conversation with a customer.
    InteractionId of Interaction,
    /// A promised action.
    ActionId of Action,
    /// A service review.
    ReviewId of Review,
    /// A survey.
    SurveyId of Survey,
    /// An invitation to answer a survey.
    InvitationId of Invitation,
    /// A set of answers to a survey.
    ResponseId of Response,
    /// A set of answers to an anonymous survey.
    AnonymousResponseId of AnonymousResponse,
    /// The result of a survey.
    SurveyResultId of SurveyResult,
    /// A knowledge article.
    ArticleId of Article,
    /// A service level agreement.
    AgreementId of Agreement,
    /// A clock of a ticket.
    ServiceClockId of ServiceClock,
    /// An approval.
    ApprovalId of Approval,
    /// One local change on its way to the backend; also its idempotency key.
    OperationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_of_the_backend_is_kept_and_any_other_id_is_derived_stably() {
        let own = "0198f3a2-7c11-7d3e-9f00-000000000001";
        assert_eq!(from_remote("ticket", own).to_string(), own);
        assert_eq!(from_remote("ticket", "7"), from_remote("ticket", "7"));
        assert_ne!(from_remote("ticket", "7"), from_remote("user", "7"));
        assert_ne!(from_remote("ticket", "7"), from_remote("ticket", "8"));
    }
}
