//! Satisfaction surveys (ISO 10004:2018): a survey asks, an invitation names whom, a response answers.
//!
//! A response names its person and its invitation; an anonymous one is a record of another kind, which
//! has no place for either.
//!
//! What is asked and answered stands in [`Question`] and [`SurveyAnswer`]; [`check`] says what is
//! wrong with either, [`flow`] which question comes next, [`tally`] counts answers and [`score`] tells
//! what the counts say and how surely. All of them work on slices, whatever record holds these.

mod answer;
pub mod check;
#[cfg(test)]
mod example;
pub mod flow;
mod question;
mod reach;
pub mod score;
pub mod tally;

pub use answer::{RowChoice, SurveyAnswer};
pub use question::{LONG_TEXT_MAX, Question, QuestionKind, Skip, TEXT_MAX};
pub use tally::{QuestionTally, Tally};

use crate::complaint::Channel;
use crate::id::{CustomerId, InvitationId, SurveyId, TicketId};
use crate::invalid::{Invalid, Reason};
use crate::open_enum::open_enum;
use crate::party::PersonRef;
use crate::plain::record;
use crate::record::Stamp;
use crate::text::Text;
use crate::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, check_length};
use crate::time::{Date, Timestamp};

open_enum! {
    /// Where a survey stands.
    SurveyState {
        /// A pattern from which surveys are made; it is never answered itself.
        Template = "template",
        /// It is being written.
        Draft = "draft",
        /// It can be answered.
        Open = "open",
        /// It cannot be answered any more.
        Closed = "closed",
    }
}

open_enum! {
    /// Where an invitation stands.
    InvitationState {
        /// It waits for an answer.
        Open = "open",
        /// It was answered, by whatever channel.
        Answered = "answered",
        /// The person does not want to answer.
        Declined = "declined",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// A questionnaire, and one round of asking it.
    Survey: SurveyId {
        /// What it is called.
        title: Text [listed searched given edited],
        /// What is said before the first question.
        intro: Text [given edited],
        /// Where it stands.
        state: SurveyState [listed given edited],
        /// Whether answers are kept without the person's name.
        anonymous: bool [listed given edited],
        /// What the waves that are compared with each other have in common.
        series: String [listed given edited],
        /// Which wave of its series it is.
        wave: String [listed given edited],
        /// Whether who filed a ticket is invited when it is closed.
        after_ticket: bool [listed given edited],
        /// The last day on which it can be answered.
        closes_on: Option<Date> [listed given edited],
        /// Who made it.
        owner: PersonRef [listed],
        /// With what an anonymous answer shows that its author was invited; the same for all.
        ballot: String,
        /// What is asked.
        questions: Vec<Question> [given edited],
    }
}

record! {
    /// A request to one person to answer a survey.
    Invitation: InvitationId {
        /// The survey.
        survey: SurveyId [listed given parent],
        /// The organisation whose view is asked for.
        customer: CustomerId [listed given],
        /// The person invited.
        person: PersonRef [listed given],
        /// Where it stands.
        state: InvitationState [listed edited],
        /// The last day on which it can be answered.
        expires_on: Option<Date> [listed given edited],
        /// When it was answered; of an anonymous survey only the day.
        answered_at: Option<Timestamp> [listed],
        /// The ticket that is asked about.
        ticket: Option<TicketId> [listed],
    }
}

record! {
    /// One person's answers. They are only ever added.
    Response: ResponseId {
        /// The survey.
        survey: SurveyId [listed given parent],
        /// The invitation that is answered.
        invitation: Option<InvitationId> [listed given],
        /// The organisation whose view it is.
        customer: Option<CustomerId> [listed given],
        /// Who answered; nobody where passers-by were asked.
        person: PersonRef [listed given],
        /// On which way the answers came.
        channel: Channel [listed given],
        /// Who wrote them down for the person.
        taken_by: PersonRef [listed],
        /// The answers.
        answers: Vec<SurveyAnswer> [given],
    }
}

record! {
    /// Answers to an anonymous survey: nothing in it says whose they are, and its times are days.
    AnonymousResponse: AnonymousResponseId {
        /// The survey.
        survey: SurveyId [listed given parent],
        /// The survey's ballot.
        ballot: String [given],
        /// The answers.
        answers: Vec<SurveyAnswer> [given],
    }
}

record! {
    /// What was answered to a survey, counted: of one organisation, or of all. Who may see results need
    /// not see answers.
    SurveyResult: SurveyResultId {
        /// The survey.
        survey: SurveyId [listed parent],
        /// The organisation; none where all are counted.
        customer: Option<CustomerId> [listed],
        /// How many were invited.
        invited: u32 [listed],
        /// How many of the invited answered.
        answered: u32 [listed],
        /// How many sets of answers there are, from whomever.
        responses: u32 [listed],
        /// How often what was answered to each question.
        questions: Vec<QuestionTally>,
    }
}

/// Answers to an anonymous survey are shown when it is closed, and only if there are so many: fewer
/// would tell too much about each.
pub const LEAST_FOR_ANONYMITY: usize = 5;

/// Days between two invitations of the same person to tell about a closed ticket.
pub const REST_AFTER_TICKET: i64 = 30;

/// Most questions of a survey.
const MOST: usize = 100;

impl SurveyState {
    /// Whether it can become `next`.
    #[must_use]
    pub fn leads_to(&self, next: &Self) -> bool {
        let legal: &[Self] = match self {
            Self::Template => &[],
            Self::Draft | Self::Other(_) => &[Self::Open],
            Self::Open => &[Self::Closed],
            Self::Closed => &[],
        };
        self == next || legal.contains(next)
    }
}

impl Survey {
    /// An empty survey that is being written now.
    #[must_use]
    pub fn new(id: SurveyId, now: Timestamp) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            title: Text::default(),
            intro: Text::default(),
            state: SurveyState::Draft,
            anonymous: false,
            series: String::new(),
            wave: String::new(),
            after_ticket: false,
            closes_on: None,
            owner: PersonRef::default(),
            ballot: String::new(),
            questions: Vec::new(),
        }
    }

    /// What forbids that we write it; empty when nothing does. A draft may be unfinished.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "title", &self.title.default, 1, SUBJECT_MAX);
        check_length(
            &mut problems,
            "intro",
            &self.intro.default,
            0,
            DESCRIPTION_MAX,
        );
        check_length(&mut problems, "series", &self.series, 0, SUBJECT_MAX);
        check_length(&mut problems, "wave", &self.wave, 0, SUBJECT_MAX);
        if self.questions.len() > MOST {
            problems.push(Invalid::new("questions", Reason::TooMany { max: 100 }));
        }
        if self.anonymous && self.after_ticket {
            // The ticket says who was asked, and often there is only one that day.
            problems.push(Invalid::new("after_ticket", Reason::NotAllowed));
        }
        if self.state != SurveyState::Draft {
            problems.extend(check::questionnaire(&self.questions));
        }
        problems
    }

    /// Whether it can be answered on that day.
    #[must_use]
    pub fn is_open(&self, today: &Date) -> bool {
        self.state == SurveyState::Open && self.closes_on.as_ref().is_none_or(|last| today <= last)
    }
}

impl Invitation {
    /// An invitation that is being written now.
    #[must_use]
    pub fn new(
        id: InvitationId,
        survey: SurveyId,
        customer: CustomerId,
        person: PersonRef,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            survey,
            customer,
            person,
            state: InvitationState::Open,
            expires_on: None,
            answered_at: None,
            ticket: None,
        }
    }

    /// What forbids that we write it; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let nobody = self.person.id.is_none();
        nobody
            .then(|| Invalid::new("person", Reason::Required))
            .into_iter()
            .collect()
    }

    /// Whether it still waits for an answer on that day.
    #[must_use]
    pub fn is_waiting(&self, today: &Date) -> bool {
        self.state == InvitationState::Open
            && self.expires_on.as_ref().is_none_or(|last| today <= last)
    }
}

impl Response {
    /// What forbids that we write it, whatever was asked; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        at_all(&self.answers)
    }
}

impl AnonymousResponse {
    /// What forbids that we write it, whatever was asked; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        at_all(&self.answers)
    }
}

fn at_all(answers: &[SurveyAnswer]) -> Vec<Invalid> {
    let many = answers.len() > MOST;
    many.then(|| Invalid::new("answers", Reason::TooMany { max: 100 }))
        .into_iter()
        .collect()
}
