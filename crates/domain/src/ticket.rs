//! Tickets: incidents, service requests, questions and complaints (ISO/IEC 20000-1:2018, 8.6).

use crate::form::Answer;
use crate::id::{CustomerId, FormId, ServiceId, TicketId};
use crate::invalid::{Invalid, Reason};
use crate::open_enum::open_enum;
use crate::party::PersonRef;
use crate::record::Stamp;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest subject that we write, in characters.
pub const SUBJECT_MAX: u32 = 200;
/// Longest description that we write, in characters.
pub const DESCRIPTION_MAX: u32 = 20_000;
/// Longest reason for a change, in characters.
pub const NOTE_MAX: u32 = 2_000;

/// A ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The number by which the service desk calls it; `None` until it is received.
    pub number: Option<String>,
    /// What it is.
    pub kind: TicketKind,
    /// Where it stands.
    pub state: TicketState,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, at length.
    pub description: String,
    /// The organisation it belongs to.
    pub customer: Option<CustomerId>,
    /// For whom it was filed.
    pub requester: PersonRef,
    /// Who works on it.
    pub assignee: Option<PersonRef>,
    /// The service it is about.
    pub service: Option<ServiceId>,
    /// The form it was filed with.
    pub form: Option<FormId>,
    /// What was answered in the form.
    pub answers: Vec<Answer>,
    /// Whom it hinders.
    pub impact: Option<Impact>,
    /// How long it can wait.
    pub urgency: Option<Urgency>,
    /// In which order it is worked on.
    pub priority: Option<Priority>,
    /// The newest comment, for lists.
    pub last_comment: Option<LastComment>,
}

impl Ticket {
    /// What forbids that we write this ticket as a new one; empty when nothing does.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        check_length(&mut problems, "subject", &self.subject, 1, SUBJECT_MAX);
        check_length(
            &mut problems,
            "description",
            &self.description,
            0,
            DESCRIPTION_MAX,
        );
        problems
    }
}

/// Adds a problem when `text` (outer white space apart) is shorter or longer than allowed.
pub fn check_length(problems: &mut Vec<Invalid>, field: &str, text: &str, min: u32, max: u32) {
    let count = text.trim().chars().count();
    let reason = if count == 0 && min > 0 {
        Reason::Required
    } else if count < min as usize {
        Reason::TooShort { min }
    } else if count > max as usize {
        Reason::TooLong { max }
    } else {
        return;
    };
    problems.push(Invalid::new(field, reason));
}

/// The newest comment of a ticket, shortened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LastComment {
    /// When it was said.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonRef,
    /// Its beginning.
    pub text: String,
}

open_enum! {
    /// What a ticket is.
    TicketKind {
        /// Something does not work (8.6.1).
        Incident = "incident",
        /// Something is wanted (8.6.2).
        ServiceRequest = "service_request",
        /// Something is to be explained.
        Question = "question",
        /// Something is to be put right (8.3.2).
        Complaint = "complaint",
    }
}

open_enum! {
    /// Where a ticket stands: the states of TM Forum's TMF621.
    TicketState {
        /// Received.
        Acknowledged = "acknowledged",
        /// Will not be done.
        Rejected = "rejected",
        /// Waits for the customer.
        Pending = "pending",
        /// Waits for something else.
        Held = "held",
        /// Being worked on.
        InProgress = "in_progress",
        /// Called off.
        Cancelled = "cancelled",
        /// Solved; the customer may refuse the solution.
        Resolved = "resolved",
        /// Done with.
        Closed = "closed",
    }
}

impl TicketState {
    /// Whether work on the ticket has ended.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Rejected | Self::Cancelled | Self::Resolved | Self::Closed
        )
    }

    /// Whether the ticket waits for its customer: for words, or for consent to the solution.
    #[must_use]
    pub const fn waits_for_customer(&self) -> bool {
        matches!(self, Self::Pending | Self::Resolved)
    }

    /// Whether words can still be added. A closed ticket has to be reopened first.
    #[must_use]
    pub const fn takes_comments(&self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled | Self::Rejected)
    }

    /// Whether a customer may close the ticket himself.
    #[must_use]
    pub const fn customer_may_close(&self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled | Self::Rejected)
    }

    /// Whether a customer may reopen the ticket (refusing a solution included).
    #[must_use]
    pub const fn customer_may_reopen(&self) -> bool {
        matches!(self, Self::Closed | Self::Resolved)
    }

    /// The states to which the service desk may move a ticket from this one.
    #[must_use]
    pub fn successors(&self) -> &'static [TicketState] {
        use TicketState as S;
        match self {
            S::Acknowledged => &[
                S::InProgress,
                S::Pending,
                S::Held,
                S::Rejected,
                S::Cancelled,
                S::Resolved,
                S::Closed,
            ],
            S::InProgress => &[
                S::Pending,
                S::Held,
                S::Cancelled,
                S::Resolved,
                S::Rejected,
                S::Closed,
            ],
            S::Pending | S::Held => &[
                S::InProgress,
                S::Pending,
                S::Held,
                S::Cancelled,
                S::Resolved,
                S::Closed,
            ],
            S::Resolved => &[S::Closed, S::InProgress, S::Acknowledged],
            S::Closed => &[S::Acknowledged, S::InProgress],
            S::Rejected | S::Cancelled => &[S::Acknowledged],
            S::Other(_) => TicketState::KNOWN,
        }
    }

    /// Checks a move to `next`; staying is always allowed.
    ///
    /// # Errors
    /// Names the field `state` when the move is not one of [`Self::successors`].
    pub fn check_move(&self, next: &Self) -> Result<(), Invalid> {
        if self == next || self.successors().contains(next) {
            return Ok(());
        }
        let reason = Reason::IllegalTransition {
            from: self.to_string(),
            to: next.to_string(),
        };
        Err(Invalid::new("state", reason))
    }
}

open_enum! {
    /// Whom a ticket hinders.
    Impact {
        /// One person.
        OnePerson = "one_person",
        /// A team.
        Team = "team",
        /// A site.
        Site = "site",
        /// The whole organisation.
        Organisation = "organisation",
    }
}

open_enum! {
    /// How long a ticket can wait.
    Urgency {
        /// Work goes on.
        Low = "low",
        /// Work is hindered.
        Medium = "medium",
        /// Work stands still.
        High = "high",
    }
}

open_enum! {
    /// In which order tickets are worked on; P1 first.
    Priority {
        /// Critical.
        P1 = "p1",
        /// High.
        P2 = "p2",
        /// Normal.
        P3 = "p3",
        /// Low.
        P4 = "p4",
    }
}

impl Priority {
    /// Priority from impact and urgency (ISO/IEC 20000-1:2018, 8.6.1 asks for both). `None` when a
    /// backend's own word makes the pair undecidable.
    #[must_use]
    pub fn of(impact: &Impact, urgency: &Urgency) -> Option<Self> {
        let reach = match impact {
            Impact::OnePerson => 0,
            Impact::Team => 1,
            Impact::Site => 2,
            Impact::Organisation => 3,
            Impact::Other(_) => return None,
        };
        let haste = match urgency {
            Urgency::Low => 0,
            Urgency::Medium => 1,
            Urgency::High => 2,
            Urgency::Other(_) => return None,
        };
        Some(match reach + haste {
            0 => Self::P4,
            1 | 2 => Self::P3,
            3 => Self::P2,
            _ => Self::P1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priority_rises_with_impact_and_with_urgency() {
        let rank = |p: Option<Priority>| Priority::KNOWN.iter().position(|k| Some(k) == p.as_ref());
        for (i, impact) in Impact::KNOWN.iter().enumerate() {
            for (u, urgency) in Urgency::KNOWN.iter().enumerate() {
                let here =
                    rank(Priority::of(impact, urgency)).expect("known words have a priority");
                if let Some(wider) = Impact::KNOWN.get(i + 1) {
                    assert!(rank(Priority::of(wider, urgency)).expect("known") <= here);
                }
                if let Some(sooner) = Urgency::KNOWN.get(u + 1) {
                    assert!(rank(Priority::of(impact, sooner)).expect("known") <= here);
                }
            }
        }
        assert_eq!(
            Priority::of(&Impact::OnePerson, &Urgency::Low),
            Some(Priority::P4)
        );
        assert_eq!(
            Priority::of(&Impact::Organisation, &Urgency::High),
            Some(Priority::P1)
        );
        assert_eq!(
            Priority::of(&Impact::Other("vip".into()), &Urgency::High),
            None
        );
    }

    #[test]
    fn an_unknown_state_is_kept_and_an_illegal_move_names_the_field() {
        let odd = TicketState::from("awaiting vendor");
        assert_eq!(odd.as_str(), "awaiting vendor");
        let json = serde_json::to_string(&odd).expect("a string");
        assert_eq!(
            serde_json::from_str::<TicketState>(&json).expect("a string"),
            odd
        );
        let refused = TicketState::Closed
            .check_move(&TicketState::Pending)
            .expect_err("illegal");
        assert_eq!(refused.field, "state");
        assert!(
            TicketState::Resolved
                .check_move(&TicketState::Closed)
                .is_ok()
        );
    }

    #[test]
    fn every_customer_move_is_also_a_legal_move() {
        for state in TicketState::KNOWN {
            if state.customer_may_close() {
                assert!(state.check_move(&TicketState::Closed).is_ok(), "{state}");
            }
            if state.customer_may_reopen() {
                assert!(
                    state.check_move(&TicketState::Acknowledged).is_ok(),
                    "{state}"
                );
            }
        }
    }
}
