//! The closed lists of words that this API knows. The values themselves are the domain's; these
//! types only describe them in the API's schema, and a test keeps both lists equal.

use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident: $($variant:ident = $word:literal),+;)+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, serde::Serialize, ToSchema)]
            #[allow(missing_docs)]
            pub enum $name { $(#[serde(rename = $word)] $variant),+ }
        )+

        #[cfg(test)]
        mod tests {
            #[test]
            fn the_schema_knows_the_words_of_the_domain() {
                $(
                    let here = [$($word),+];
                    let there: Vec<&str> =
                        rapport_domain::$name::KNOWN.iter().map(|word| word.as_str()).collect();
                    assert_eq!(here.as_slice(), there.as_slice(), stringify!($name));
                )+
            }
        }
    };
}

words! {
    /// What a person may do.
    Role: CustomerUser = "customer_user", CustomerManager = "customer_manager", Brm = "brm",
        Agent = "agent", Administrator = "administrator";
    /// What a ticket is.
    TicketKind: Incident = "incident", ServiceRequest = "service_request", Question = "question",
        Complaint = "complaint";
    /// Where a ticket stands (TMF621).
    TicketState: Acknowledged = "acknowledged", Rejected = "rejected", Pending = "pending",
        Held = "held", InProgress = "in_progress", Cancelled = "cancelled", Resolved = "resolved",
        Closed = "closed";
    /// Whom a ticket hinders.
    Impact: OnePerson = "one_person", Team = "team", Site = "site", Organisation = "organisation";
    /// How long a ticket can wait.
    Urgency: Low = "low", Medium = "medium", High = "high";
    /// In which order tickets are worked on.
    Priority: P1 = "p1", P2 = "p2", P3 = "p3", P4 = "p4";
    /// How much a piece of news matters.
    Severity: Info = "info", Warning = "warning", Outage = "outage";
    /// Where a service stands in its life.
    Lifecycle: Pipeline = "pipeline", Live = "live", Retiring = "retiring", Retired = "retired";
}
