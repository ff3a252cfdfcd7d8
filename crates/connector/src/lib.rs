//! Connectors as data: a profile tells how one backend speaks; this crate turns an intent into an
//! HTTP call and an HTTP reply into records and problems. Nothing here knows any particular backend,
//! and nothing here does I/O.

pub mod http;
pub mod outcome;

pub use http::{Body, HttpCall, HttpReply, Method};
pub use outcome::{LookedUp, Problem, Pulled, Refusal, Written};
