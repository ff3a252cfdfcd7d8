//! Satisfaction surveys (ISO 10004:2018): a survey asks, an invitation names whom, a response answers.
//! Only their outline stands here; questions, skip logic and scoring belong beside it.

use crate::id::{CustomerId, InvitationId, ResponseId, SurveyId, UserId};
use crate::record::Stamp;
use crate::text::Text;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Its id.
    pub id: SurveyId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// What it is called.
    pub title: Text,
    /// Whether answers are kept without the person's name.
    pub anonymous: bool,
}

/// A request to one person to answer a survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The survey.
    pub survey: SurveyId,
    /// The organisation whose view is asked for.
    pub customer: CustomerId,
    /// The person invited.
    pub user: UserId,
    /// Until when it can be answered.
    pub expires_at: Option<Timestamp>,
}

/// One person's answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Its id.
    pub id: ResponseId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The survey.
    pub survey: SurveyId,
    /// The invitation it answers; `None` when the survey is anonymous.
    pub invitation: Option<InvitationId>,
}
