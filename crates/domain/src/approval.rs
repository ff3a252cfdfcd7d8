//! Approvals: a manager of the customer agrees to a request before the service desk begins with it.

use crate::id::{CustomerId, TicketId};
use crate::invalid::Invalid;
use crate::open_enum::open_enum;
use crate::party::{PersonRef, User};
use crate::plain::record;
use crate::rights::{Right, Scope, scope};
use crate::ticket::{NOTE_MAX, check_length};
use crate::time::Timestamp;

open_enum! {
    /// What was decided.
    ApprovalState {
        /// Nothing yet.
        Requested = "requested",
        /// It is to be done.
        Approved = "approved",
        /// It is not to be done.
        Refused = "refused",
        /// It was called off before anybody decided.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// A decision that a request waits for.
    Approval: ApprovalId {
        /// The request.
        ticket: TicketId [listed parent given],
        /// The organisation whose manager decides.
        customer: Option<CustomerId> [listed],
        /// For whom the request was filed.
        requester: PersonRef [listed],
        /// What was decided.
        state: ApprovalState [listed edited],
        /// Why it was decided so.
        reason: String [edited],
        /// Who decided.
        decided_by: PersonRef,
        /// When it was decided.
        decided_at: Option<Timestamp>,
    }
}

impl ApprovalState {
    /// Whether it can become `next`; staying is always possible.
    #[must_use]
    pub fn leads_to(&self, next: &Self) -> bool {
        self == next
            || matches!(
                (self, next),
                (Self::Requested, Self::Approved | Self::Refused)
            )
    }
}

impl Approval {
    /// Whether somebody may decide: a manager of the customer, though not about what is for himself, or
    /// the service desk for a manager who told it.
    #[must_use]
    pub fn may_decide(&self, user: &User) -> bool {
        let own = self.requester.id == Some(user.id);
        match scope(&user.role, Right::DecideApproval) {
            Scope::All => true,
            Scope::Organisation => {
                !own && user.customer.is_some() && user.customer == self.customer
            }
            Scope::Own | Scope::Assigned | Scope::Nothing => false,
        }
    }

    /// What forbids this as a decision; empty when nothing does. Who refuses says why.
    #[must_use]
    pub fn problems(&self) -> Vec<Invalid> {
        let mut problems = Vec::new();
        let least = u32::from(self.state == ApprovalState::Refused);
        check_length(&mut problems, "reason", &self.reason, least, NOTE_MAX);
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::Role;
    use crate::record::Stamp;
    use uuid::Uuid;

    fn user(id: u128, role: Role, customer: Option<u128>) -> User {
        User {
            id: Uuid::from_u128(id).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            name: "Somebody".into(),
            email: None,
            phone: None,
            login: None,
            role,
            customer: customer.map(|id| Uuid::from_u128(id).into()),
            assigned_customers: Vec::new(),
        }
    }

    fn approval() -> Approval {
        Approval {
            id: Uuid::from_u128(1).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            ticket: Uuid::from_u128(2).into(),
            customer: Some(Uuid::from_u128(3).into()),
            requester: PersonRef {
                id: Some(Uuid::from_u128(4).into()),
                name: "Anna".into(),
            },
            state: ApprovalState::Requested,
            reason: String::new(),
            decided_by: PersonRef::default(),
            decided_at: None,
        }
    }

    #[test]
    fn a_manager_decides_for_his_people_and_never_for_himself() {
        let may = |who: User| approval().may_decide(&who);
        assert!(may(user(5, Role::CustomerManager, Some(3))));
        assert!(!may(user(4, Role::CustomerManager, Some(3))));
        assert!(!may(user(5, Role::CustomerManager, Some(9))));
        assert!(!may(user(5, Role::CustomerUser, Some(3))));
        assert!(!may(user(5, Role::Brm, None)));
        assert!(may(user(5, Role::Agent, None)));
    }

    #[test]
    fn it_is_decided_once_and_a_refusal_says_why() {
        use ApprovalState::{Approved, Refused, Requested, Withdrawn};
        assert!(Requested.leads_to(&Approved) && Requested.leads_to(&Refused));
        assert!(!Approved.leads_to(&Refused) && !Withdrawn.leads_to(&Approved));
        assert!(!Requested.leads_to(&Withdrawn));
        let decided = |state, reason: &str| Approval {
            state,
            reason: reason.into(),
            ..approval()
        };
        assert!(decided(Approved, "").problems().is_empty());
        assert_eq!(decided(Refused, " ").problems().len(), 1);
        assert!(decided(Refused, "Use the spare one.").problems().is_empty());
    }
}
