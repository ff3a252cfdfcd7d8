//! Who may do what: one table, enforced by the backend and mirrored by the interface.

use crate::party::{Role, User};
use crate::ticket::Ticket;

/// Something a person may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// See a ticket or complaint.
    ReadTicket,
    /// File a ticket in one's own name.
    FileTicket,
    /// File a ticket in somebody else's name.
    FileOnBehalf,
    /// Add words and files to a ticket.
    CommentTicket,
    /// Close, reopen and reword a ticket as its customer.
    EditTicket,
    /// Move a ticket to any state and assign it, as the service desk.
    WorkTicket,
    /// Lead a complaint through its stages.
    HandleComplaint,
    /// See single answers to surveys.
    ReadResponses,
    /// See results of surveys.
    ReadResults,
    /// See a customer's card.
    ReadCustomer,
    /// Change a customer's card.
    WriteCustomer,
    /// See services and forms.
    ReadCatalogue,
    /// Change services, forms and announcements.
    WriteCatalogue,
    /// Make surveys.
    WriteSurveys,
    /// Decide whether a request is to be done.
    DecideApproval,
}

/// How far a right reaches. A wider scope is greater, `Assigned` and `Organisation` side by side
/// only in this order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Nowhere.
    Nothing,
    /// What is one's own.
    Own,
    /// What is one's organisation's.
    Organisation,
    /// What is of the customers assigned to one.
    Assigned,
    /// Everywhere.
    All,
}

/// How far `role` holds `right`. A role that we do not know gets what a customer user gets to read,
/// and nothing to write.
#[must_use]
pub fn scope(role: &Role, right: Right) -> Scope {
    use Right as R;
    use Role::{Administrator, Agent, Brm, CustomerManager, CustomerUser, Other};
    match (role, right) {
        (Administrator, R::ReadResponses) => Scope::Nothing,
        (Administrator, _) => Scope::All,

        (Agent, R::ReadTicket | R::CommentTicket | R::WorkTicket | R::FileOnBehalf) => Scope::All,
        (Agent, R::ReadCustomer | R::ReadCatalogue | R::DecideApproval) => Scope::All,
        (Agent, _) => Scope::Nothing,

        (Brm, R::ReadTicket | R::CommentTicket | R::FileOnBehalf | R::HandleComplaint) => {
            Scope::Assigned
        }
        (Brm, R::ReadResponses | R::ReadResults | R::ReadCustomer | R::WriteCustomer) => {
            Scope::Assigned
        }
        (Brm, R::WriteSurveys) => Scope::Assigned,
        (Brm, R::ReadCatalogue) => Scope::All,
        (Brm, R::FileTicket | R::EditTicket | R::WorkTicket | R::WriteCatalogue) => Scope::Nothing,
        (Brm, R::DecideApproval) => Scope::Nothing,

        (CustomerManager, R::ReadTicket | R::CommentTicket | R::ReadResults) => Scope::Organisation,
        (CustomerManager, R::DecideApproval) => Scope::Organisation,
        (CustomerManager | CustomerUser, R::FileTicket | R::EditTicket) => Scope::Own,
        (CustomerManager | CustomerUser, R::ReadResponses | R::ReadCustomer | R::ReadCatalogue) => {
            Scope::Own
        }
        (CustomerUser, R::ReadTicket | R::CommentTicket) => Scope::Own,
        (CustomerManager | CustomerUser, _) => Scope::Nothing,

        (Other(_), R::ReadTicket | R::ReadCustomer | R::ReadCatalogue) => Scope::Own,
        (Other(_), _) => Scope::Nothing,
    }
}

/// Whether `user` holds `right` over `ticket`.
#[must_use]
pub fn over_ticket(user: &User, right: Right, ticket: &Ticket) -> bool {
    let own = ticket.requester.id == Some(user.id);
    match scope(&user.role, right) {
        Scope::Nothing => false,
        Scope::Own => own,
        Scope::Organisation => own || (user.customer.is_some() && user.customer == ticket.customer),
        Scope::Assigned => {
            own || ticket
                .customer
                .is_some_and(|id| user.assigned_customers.contains(&id))
        }
        Scope::All => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as the documentation prints it, so that a change of one is a change of both.
    #[test]
    fn the_table_of_rights() {
        let row = |role: Role| {
            [
                Right::ReadTicket,
                Right::FileTicket,
                Right::CommentTicket,
                Right::EditTicket,
                Right::WorkTicket,
                Right::ReadCustomer,
                Right::WriteCatalogue,
            ]
            .map(|right| scope(&role, right))
        };
        use Scope::{All, Assigned, Nothing, Organisation, Own};
        assert_eq!(
            row(Role::CustomerUser),
            [Own, Own, Own, Own, Nothing, Own, Nothing]
        );
        assert_eq!(
            row(Role::CustomerManager),
            [Organisation, Own, Organisation, Own, Nothing, Own, Nothing]
        );
        assert_eq!(
            row(Role::Brm),
            [
                Assigned, Nothing, Assigned, Nothing, Nothing, Assigned, Nothing
            ]
        );
        assert_eq!(
            row(Role::Agent),
            [All, Nothing, All, Nothing, All, All, Nothing]
        );
        assert_eq!(row(Role::Administrator), [All; 7]);
        assert_eq!(scope(&Role::Administrator, Right::ReadResponses), Nothing);
        assert_eq!(
            row(Role::Other("guest".into())),
            [Own, Nothing, Nothing, Nothing, Nothing, Own, Nothing]
        );
    }
}
