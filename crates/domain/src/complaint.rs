//! The stages of a complaint after ISO 10002:2018, clause 8.

use crate::open_enum::open_enum;

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
