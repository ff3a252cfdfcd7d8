//! What things are and which values we may write.
//!
//! The vocabulary is ITIL's and ISO/IEC 20000-1's; ticket states are those of TM Forum's TMF621.
//! Nothing here does I/O, knows the time or is asynchronous. Constructors and checks guard what *we*
//! write; what a backend sends is always representable, if need be as `Other(text)`.

pub mod announcement;
pub mod approval;
pub mod catalogue;
pub mod complaint;
pub mod edit;
pub mod form;
pub mod id;
pub mod intent;
pub mod invalid;
pub mod knowledge;
mod open_enum;
pub mod party;
pub mod plain;
pub mod record;
pub mod reference;
pub mod relationship;
pub mod rights;
pub mod schema;
pub mod service_level;
pub mod survey;
pub mod text;
pub mod thread;
pub mod ticket;
pub mod time;

pub use announcement::{Announcement, Severity};
pub use approval::{Approval, ApprovalState};
pub use catalogue::{Audience, Lifecycle, Owner, Service, ServiceLevel};
pub use complaint::{Complaint, ComplaintNote, ComplaintStage};
pub use edit::{Edit, FieldConflict, Merge, RecordEdit};
pub use form::{Answer, AnswerValue, Field, FieldKind, RequestForm, VisibleWhen};
pub use id::{
    ActionId, AgreementId, AnnouncementId, AnonymousResponseId, ApprovalId, ArticleId,
    AttachmentId, ChangeId, CommentId, ComplaintId, ComplaintNoteId, ContactId, CustomerId, FormId,
    InteractionId, InvitationId, OperationId, ResponseId, ReviewId, ServiceClockId, ServiceId,
    SurveyId, SurveyResultId, TicketId, UserId,
};
pub use intent::Intent;
pub use invalid::{Invalid, Reason};
pub use knowledge::{Article, ArticleCategory};
pub use party::{Customer, PersonRef, Role, User};
pub use plain::{Plain, Record, Typed};
pub use record::{Entity, Kind, RecordKey, Stamp};
pub use reference::Reference;
pub use relationship::{
    Action, ActionState, Contact, Interaction, RelationshipManager, Review, ReviewState,
};
pub use service_level::{Agreement, ServiceClock};
pub use survey::{
    AnonymousResponse, Invitation, InvitationState, Question, QuestionKind, Response, Survey,
    SurveyAnswer, SurveyResult, SurveyState,
};
pub use text::{Language, Text};
pub use thread::{Attachment, Comment, TicketChange};
pub use ticket::{Impact, LastComment, Priority, Ticket, TicketKind, TicketState, Urgency};
pub use time::{Date, Timestamp};
