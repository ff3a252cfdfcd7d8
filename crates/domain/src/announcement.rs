//! News from the provider: notices, planned maintenance, outages.

use crate::id::{AnnouncementId, ServiceId};
use crate::open_enum::open_enum;
use crate::record::Stamp;
use crate::text::Text;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A piece of news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// Times, version and the backend's own id.
    pub stamp: Stamp,
    /// Its headline.
    pub title: Text,
    /// What it says.
    pub body: Text,
    /// How much it matters.
    pub severity: Severity,
    /// Services it is about.
    pub services: Vec<ServiceId>,
    /// When it begins to hold.
    pub starts_at: Timestamp,
    /// When it ceases to hold; `None` while that is not known.
    pub ends_at: Option<Timestamp>,
}

impl Announcement {
    /// Whether it has not ended at `now`: it holds, or is yet to come.
    #[must_use]
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| end > now)
    }
}

open_enum! {
    /// How much a piece of news matters.
    Severity {
        /// Good to know.
        Info = "info",
        /// Something will be disturbed.
        Warning = "warning",
        /// Something does not work.
        Outage = "outage",
    }
}
