//! Complaints and their way through the stages of ISO 10002:2018, clause 8.
//!
//! A complaint is no ticket: it is about the service rather than within it, has a handler who is not
//! the person complained about, a date by which each stage is due, and ends with its complainant's
//! view. One that its complainant does not accept stays open (8.9) until every level of escalation
//! has been tried.

pub mod report;

use crate::id::{ComplaintId, CustomerId, ServiceId, TicketId};
use crate::invalid::{Invalid, Reason};
use crate::open_enum::open_enum;
use crate::party::{PersonRef, Role};
use crate::plain::{part, record};
use crate::record::Stamp;
use crate::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, check_length};
use crate::time::Timestamp;

open_enum! {
    /// Where a complaint stands.
    ComplaintStage {
        /// It has arrived.
        Received = "received",
        /// Its arrival was confirmed to the complainant.
        Acknowledged = "acknowledged",
        /// Severity, impact and need for immediate action were judged.
        Assessed = "assessed",
        /// Facts are being gathered.
        Investigating = "investigating",
        /// A remedy was proposed.
        ResponseProposed = "response_proposed",
        /// The decision was told.
        DecisionCommunicated = "decision_communicated",
        /// The complainant accepts.
        Accepted = "accepted",
        /// The complainant does not accept.
        RejectedByComplainant = "rejected_by_complainant",
        /// It went to the next level.
        Escalated = "escalated",
        /// It is done with.
        Closed = "closed",
        /// The complainant took it back.
        Withdrawn = "withdrawn",
    }
}

open_enum! {
    /// How much a complaint weighs.
    ComplaintSeverity {
        /// An annoyance.
        Low = "low",
        /// Work was hindered.
        Medium = "medium",
        /// Work stood still, or a promise was broken.
        High = "high",
        /// Safety, law or the relationship itself is at stake.
        Critical = "critical",
    }
}

open_enum! {
    /// On which way something was said (names as in TM Forum's TMF683).
    Channel {
        /// Through this portal.
        Portal = "portal",
        /// By telephone.
        Phone = "phone",
        /// In a meeting.
        Meeting = "meeting",
        /// By letter.
        Letter = "letter",
        /// By mail.
        Email = "email",
    }
}

record! {
    /// A complaint.
    Complaint: ComplaintId {
        /// The number by which the provider calls it; none until it is received.
        number: Option<String> [listed searched],
        /// What it is about, in one line.
        subject: String [listed searched given],
        /// What happened.
        description: String [searched given],
        /// The organisation it comes from.
        customer: Option<CustomerId> [listed given],
        /// Who complains.
        complainant: PersonRef [listed given],
        /// Who typed it, when that was somebody else.
        entered_by: PersonRef,
        /// On which way it was said.
        channel: Channel [listed given],
        /// The service it is about.
        service: Option<ServiceId> [listed given],
        /// The ticket it is about.
        ticket: Option<TicketId> [listed given],
        /// The person complained about; never its handler.
        about: PersonRef [given],
        /// What would put it right for the complainant.
        remedy_sought: String [given],
        /// Whether only its complainant, its handler and those who supervise may see it.
        confidential: bool [listed given edited],
        /// Where it stands.
        stage: ComplaintStage [listed edited],
        /// How often it was escalated.
        level: u32 [listed edited],
        /// How much it weighs.
        severity: Option<ComplaintSeverity> [listed edited],
        /// Who leads it through its stages.
        handler: PersonRef [listed edited],
        /// What was decided, and why.
        decision: String [edited],
        /// What was given to put it right.
        remedy_given: String [edited],
        /// By when each stage is to be reached.
        targets: Vec<StageTarget> [edited],
        /// By when the next stage is to be reached; none when no stage is left.
        due_at: Option<Timestamp> [listed],
        /// The stages it went through, oldest first.
        steps: Vec<Step>,
    }
}

part! {
    /// By when a stage is to be reached.
    StageTarget {
        /// The stage.
        stage: ComplaintStage,
        /// By when.
        due_at: Timestamp,
    }
}

part! {
    /// A stage that a complaint reached.
    Step {
        /// The stage.
        stage: ComplaintStage,
        /// When, by the server's clock.
        at: Timestamp,
        /// Who moved it there.
        by: PersonRef,
        /// Why, where somebody said so.
        note: String,
        /// How often it had been escalated by then.
        level: u32,
    }
}

record! {
    /// Words on a complaint. They are only ever added.
    ComplaintNote: ComplaintNoteId {
        /// The complaint.
        complaint: ComplaintId [listed given parent],
        /// Who said it.
        author: PersonRef [listed],
        /// In what role.
        author_role: Option<Role>,
        /// What was said, as plain text.
        text: String [given],
        /// Whether the complainant's side does not see it.
        internal: bool [listed given],
    }
}

/// Longest note that we write, in characters.
pub const NOTE_MAX: u32 = 20_000;

/// How often a complaint can be escalated.
pub const LEVELS: u32 = 3;

/// One side of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Who complains.
    Complainant,
    /// Who handles complaints for the provider.
    Handler,
}

/// The stages that are to be reached in this order, and within how many days of receipt. The standard
/// asks for such dates and leaves their length to the organisation; these are where a backend has none.
const PLAN: [(ComplaintStage, i64); 5] = [
    (ComplaintStage::Acknowledged, 2),
    (ComplaintStage::Assessed, 5),
    (ComplaintStage::ResponseProposed, 15),
    (ComplaintStage::DecisionCommunicated, 20),
    (ComplaintStage::Closed, 30),
];

const DAY: i64 = 86_400_000;

impl ComplaintStage {
    /// Whether the complaint is done with.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }

    /// Whether it waits for its complainant.
    #[must_use]
    pub const fn waits_for_complainant(&self) -> bool {
        matches!(self, Self::ResponseProposed | Self::DecisionCommunicated)
    }

    /// How far along the way it is; what leads back to the investigation counts as that.
    #[must_use]
    const fn rank(&self) -> u8 {
        match self {
            Self::Received | Self::Other(_) => 0,
            Self::Acknowledged => 1,
            Self::Assessed => 2,
            Self::Investigating | Self::RejectedByComplainant | Self::Escalated => 3,
            Self::ResponseProposed => 4,
            Self::DecisionCommunicated => 5,
            Self::Accepted => 6,
            Self::Closed | Self::Withdrawn => 7,
        }
    }
}

impl Complaint {
    /// An empty complaint that is being written now.
    #[must_use]
    pub fn new(id: ComplaintId, now: Timestamp) -> Self {
        let mut complaint = Self {
            id,
            stamp: Stamp::said_now(now),
            number: None,
            subject: String::new(),
            description: String::new(),
            customer: None,
            complainant: PersonRef::default(),
            entered_by: PersonRef::default(),
            channel: Channel::Portal,
            service: None,
            ticket: None,
            about: PersonRef::default(),
            remedy_sought: String::new(),
            confidential: false,
            stage: ComplaintStage::Received,
            level: 0,
            severity: None,
            handler: PersonRef::default(),
            decision: String::new(),
            remedy_given: String::new(),
            targets: targets(now),
            due_at: None,
            steps: Vec::new(),
        };
        complaint.derive();
        complaint
    }

    /// What forbids that we write this complaint as a new one; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "subject", &self.subject, 1, SUBJECT_MAX);
        check_length(
            &mut problems,
            "description",
            &self.description,
            1,
            DESCRIPTION_MAX,
        );
        check_length(
            &mut problems,
            "remedy_sought",
            &self.remedy_sought,
            0,
            DESCRIPTION_MAX,
        );
        check_length(&mut problems, "about", &self.about.name, 0, SUBJECT_MAX);
        problems
    }

    /// The stages to which one side may move it from here.
    #[must_use]
    pub fn successors(&self, side: Side) -> Vec<ComplaintStage> {
        use ComplaintStage as S;
        if self.stage.is_over() {
            return Vec::new();
        }
        let can_escalate = self.level < LEVELS && self.stage != S::Escalated;
        // What was rejected once is not closed over its complainant's head while there is somebody else
        // to turn to.
        let contested = self.level < LEVELS && self.reached(&S::RejectedByComplainant).is_some();
        let mut next = match side {
            Side::Complainant => match self.stage {
                S::ResponseProposed | S::DecisionCommunicated => {
                    vec![S::Accepted, S::RejectedByComplainant]
                }
                _ => Vec::new(),
            },
            Side::Handler => match self.stage {
                S::Accepted => vec![S::Closed],
                S::DecisionCommunicated if contested => Vec::new(),
                S::DecisionCommunicated => vec![S::Closed],
                S::ResponseProposed => vec![S::DecisionCommunicated, S::Investigating],
                // It stays open as long as there is somebody else to turn to.
                S::RejectedByComplainant if self.level >= LEVELS => {
                    vec![S::Investigating, S::ResponseProposed, S::Closed]
                }
                S::RejectedByComplainant | S::Escalated => {
                    vec![S::Investigating, S::ResponseProposed]
                }
                _ => {
                    let way = [
                        S::Acknowledged,
                        S::Assessed,
                        S::Investigating,
                        S::ResponseProposed,
                        S::DecisionCommunicated,
                    ];
                    way.into_iter()
                        .filter(|next| next.rank() > self.stage.rank())
                        .collect()
                }
            },
        };
        let unsettled = self.stage == S::RejectedByComplainant
            || (contested && self.stage == S::DecisionCommunicated);
        if can_escalate && (side == Side::Complainant || unsettled) {
            next.push(S::Escalated);
        }
        if side == Side::Complainant {
            next.push(S::Withdrawn);
        }
        next
    }

    /// Moves it on: what follows from a stage is set with it.
    pub fn move_to(&mut self, stage: ComplaintStage) {
        if stage == ComplaintStage::Escalated && self.stage != stage {
            self.level = (self.level + 1).min(LEVELS);
        }
        self.stage = stage;
        self.derive();
    }

    /// Checks a move of one side; staying is always allowed. What is confidential is so for its
    /// complainant's sake: nobody else makes it known.
    ///
    /// # Errors
    /// Names the field `stage` when the move is not one of [`Self::successors`], a text that the stage
    /// cannot be without, or `confidential`.
    pub fn check_move(&self, after: &Self, side: Side) -> Result<(), Invalid> {
        if side == Side::Handler && self.confidential && !after.confidential {
            return Err(Invalid::new("confidential", Reason::NotAllowed));
        }
        if self.stage == after.stage {
            return Ok(());
        }
        if !self.successors(side).contains(&after.stage) {
            let reason = Reason::IllegalTransition {
                from: self.stage.to_string(),
                to: after.stage.to_string(),
            };
            return Err(Invalid::new("stage", reason));
        }
        let told = after.stage.waits_for_complainant();
        if told && after.decision.trim().is_empty() {
            return Err(Invalid::new("decision", Reason::Required));
        }
        Ok(())
    }

    /// Whether its handler is the person complained about, which objectivity forbids (ISO 10002, 4.6).
    #[must_use]
    pub fn is_judged_by_its_object(&self) -> bool {
        let (handler, about) = (&self.handler, &self.about);
        match (handler.id, about.id) {
            (Some(handler), Some(about)) => handler == about,
            _ => about.is_called(&handler.name),
        }
    }

    /// When it arrived, by the server's clock; until it did, when it was said.
    #[must_use]
    pub fn received(&self) -> Timestamp {
        self.stamp.received_at.unwrap_or(self.stamp.said_at)
    }

    /// Whether the next stage should have been reached by now.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.next_target().is_some_and(|target| target.due_at < now)
    }

    /// When a stage was reached for the last time.
    #[must_use]
    pub fn reached(&self, stage: &ComplaintStage) -> Option<Timestamp> {
        let steps = self.steps.iter().rev();
        steps
            .filter(|step| step.stage == *stage)
            .map(|step| step.at)
            .next()
    }

    /// The next stage that is to be reached, and by when.
    #[must_use]
    pub fn next_target(&self) -> Option<&StageTarget> {
        if self.stage.is_over() {
            return None;
        }
        let ahead = |target: &&StageTarget| target.stage.rank() > self.stage.rank();
        self.targets.iter().filter(ahead).min_by_key(|t| t.due_at)
    }

    /// It is looked into again, after a rejection or by somebody higher: what lies ahead gets as many days
    /// from `at` as it had after the assessment.
    pub fn look_again(&mut self, at: Timestamp) {
        let plan = PLAN.iter();
        let assessed = plan
            .clone()
            .find(|(stage, _)| *stage == ComplaintStage::Assessed);
        let assessed = assessed.map_or(0, |(_, days)| *days);
        for target in &mut self.targets {
            if target.stage.rank() > self.stage.rank()
                && let Some((_, days)) = plan.clone().find(|(stage, _)| *stage == target.stage)
            {
                target.due_at = at.plus_millis((days - assessed) * DAY);
            }
        }
        self.derive();
    }

    /// Sets what follows from the other fields.
    pub fn derive(&mut self) {
        self.due_at = self.next_target().map(|target| target.due_at);
    }
}

/// By when the stages of a complaint received at this time are to be reached.
#[must_use]
pub fn targets(received: Timestamp) -> Vec<StageTarget> {
    let plan = PLAN.into_iter();
    plan.map(|(stage, days)| StageTarget {
        stage,
        due_at: received.plus_millis(days * DAY),
    })
    .collect()
}

impl ComplaintNote {
    /// An empty note on a complaint that is being written now.
    #[must_use]
    pub fn new(id: crate::id::ComplaintNoteId, complaint: ComplaintId, now: Timestamp) -> Self {
        Self {
            id,
            stamp: Stamp::said_now(now),
            complaint,
            author: PersonRef::default(),
            author_role: None,
            text: String::new(),
            internal: false,
        }
    }

    /// What forbids that we write this note; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "text", &self.text, 1, NOTE_MAX);
        problems
    }
}

#[cfg(test)]
mod tests;
