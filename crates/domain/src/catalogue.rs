//! The service catalogue (ISO/IEC 20000-1:2018, 8.2.4): services, their intended outcomes, service
//! levels and dependencies, each shown to the audience it is for.

use crate::id::{CustomerId, FormId, ServiceId};
use crate::open_enum::open_enum;
use crate::party::{Role, User};
use crate::record::Stamp;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// An entry of the service catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// What it is called.
    pub name: Text,
    /// One sentence about it.
    pub summary: Text,
    /// Everything else about it.
    pub description: Text,
    /// Where it stands in the catalogue.
    pub category: Text,
    /// Who may see it; empty means everybody.
    pub audience: Vec<Audience>,
    /// What the customer gets out of it.
    pub intended_outcome: Text,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// When it is supported.
    pub hours: Text,
    /// What was agreed about it.
    pub service_levels: Vec<ServiceLevel>,
    /// Services it needs.
    pub dependencies: Vec<ServiceId>,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// The edition of this entry.
    pub edition: String,
    /// The day the entry was last reviewed, as the backend writes it.
    pub reviewed_on: Option<String>,
    /// Forms with which it can be asked for.
    pub forms: Vec<FormId>,
}

impl Service {
    /// Whether `user` belongs to the audience.
    #[must_use]
    pub fn is_for(&self, user: &User) -> bool {
        let admin = user.role == Role::Administrator;
        admin || self.audience.is_empty() || self.audience.iter().any(|a| a.includes(user))
    }

    /// Whether it can be asked for now.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        matches!(
            self.lifecycle,
            Lifecycle::Live | Lifecycle::Retiring | Lifecycle::Other(_)
        )
    }
}

/// A part of those who may see a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Audience {
    /// The people of one customer and those who manage its relationship.
    Customer(CustomerId),
    /// Everybody in a role.
    Role(Role),
}

impl Audience {
    fn includes(&self, user: &User) -> bool {
        match self {
            Self::Customer(id) => {
                user.customer == Some(*id) || user.assigned_customers.contains(id)
            }
            Self::Role(role) => user.role == *role,
        }
    }
}

/// Who answers for a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// Name of the person or team.
    pub name: String,
    /// Where to write to.
    pub email: Option<String>,
}

/// One agreed target (ISO/IEC 20000-1:2018, 8.3.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServiceLevel {
    /// What is measured.
    pub name: Text,
    /// What was promised.
    pub target: Text,
    /// How much work the promise holds for.
    pub workload_limit: Option<Text>,
    /// When it does not hold.
    pub exceptions: Option<Text>,
}

open_enum! {
    /// Where a service stands in its life.
    Lifecycle {
        /// Announced, not yet to be had.
        Pipeline = "pipeline",
        /// To be had.
        Live = "live",
        /// Still to be had, going away.
        Retiring = "retiring",
        /// Gone; kept for old tickets.
        Retired = "retired",
    }
}
