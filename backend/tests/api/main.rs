//! The backend as its clients meet it: over a socket, on a real database file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acts;
mod approvals;
mod attachments;
mod catalogue;
mod command_line;
mod complaints;
mod concurrency;
mod demo;
mod fair_surveys;
mod feed;
mod feed_history;
mod feed_random;
mod harness;
mod idempotency;
mod import;
mod objectivity;
mod openapi;
mod relationship;
mod rights;
mod service_levels;
mod session;
mod statics;
mod surveys;
mod tickets;
mod update;
