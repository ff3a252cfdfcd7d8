//! The rules of the engine one by one. Tests whose name begins with a number show the invariant of
//! that number; the simulation shows that they hold together.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets something unexpected has to stop"
)]

mod acting;
mod bench;
mod doubt;
mod merging;
mod ordering;
mod pulling;
mod records;
mod sending;
mod settling;
mod timing;
