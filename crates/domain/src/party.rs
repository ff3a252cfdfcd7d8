//! Who takes part: customer organisations, their people and the provider's people.

use crate::id::{CustomerId, UserId};
use crate::open_enum::open_enum;
use crate::record::Stamp;
use serde::{Deserialize, Serialize};

/// A customer organisation (ISO/IEC 20000-1:2018, 8.3.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// Its name.
    pub name: String,
    /// What its people see about it, such as an address or contract number.
    pub card: Option<String>,
}

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// His id.
    pub id: UserId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// The organisation he belongs to; none for the provider's people.
    pub customer: Option<CustomerId>,
    /// His name.
    pub name: String,
    /// What he signs in with; only told to himself and administrators.
    pub login: Option<String>,
    /// His mail address, where it may be seen.
    pub email: Option<String>,
    /// His telephone number, where it may be seen.
    pub phone: Option<String>,
    /// What he may do.
    pub role: Role,
    /// Customers whose relationship he manages.
    pub assigned_customers: Vec<CustomerId>,
}

open_enum! {
    /// What a person may do; see [`crate::rights`].
    Role {
        /// Files and follows his own tickets.
        CustomerUser = "customer_user",
        /// Sees his organisation's tickets as well.
        CustomerManager = "customer_manager",
        /// Business relationship manager of the customers assigned to him.
        Brm = "brm",
        /// Works on tickets (through the API only).
        Agent = "agent",
        /// Sees and changes everything.
        Administrator = "administrator",
    }
}

/// A person as a record names him: the name is always there, the account only where it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonRef {
    /// His account.
    pub id: Option<UserId>,
    /// His name, as the backend or the account gives it.
    pub name: String,
}

impl PersonRef {
    /// Whether he is called by that name, however it is spaced and in whatever case. Nobody is called
    /// nothing.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let plain = |name: &str| {
            let words = name.split_whitespace().map(str::to_lowercase);
            words.collect::<Vec<_>>()
        };
        let own = plain(&self.name);
        !own.is_empty() && own == plain(name)
    }
}
