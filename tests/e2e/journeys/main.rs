//! What the portal promises, each promise as a journey in a real browser against the real backend.

mod access;
mod approvals;
mod attachments;
mod complaints;
mod forms;
mod harness;
mod installed;
mod look;
mod offline;
mod once;
mod parked;
mod relationship;
mod roles;
mod session;
mod surveys;
mod survival;
mod tabs;
mod ticket;
mod update;

/// A journey that must go well in both browsers.
macro_rules! in_both_browsers {
    ($($name:ident: $stage:expr => $story:expr;)+) => {$(
        mod $name {
            use super::*;
            use rapport_e2e::browser::Kind;
            use rapport_e2e::journey::Failure;

            #[test]
            fn in_chromium() -> Result<(), Failure> {
                $stage.with(Kind::Chromium).play($story)
            }

            #[test]
            fn in_firefox() -> Result<(), Failure> {
                $stage.with(Kind::Firefox).play($story)
            }
        }
    )+};
}

use in_both_browsers;
