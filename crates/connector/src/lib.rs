//! Connectors as data: a profile tells how one backend speaks; this crate turns an intent into an
//! HTTP call and an HTTP reply into records and problems. Nothing here knows any particular backend,
//! and nothing here does I/O.

pub mod auth;
pub mod capabilities;
mod codec;
mod connector;
mod hash;
pub mod http;
mod map;
pub mod outcome;
mod pointer;
mod profile;
mod reply;
#[cfg(test)]
mod schema_tests;
mod table;
mod target;
mod template;
mod when;

pub use auth::{Auth, Persist};
pub use capabilities::{Capabilities, Verb};
pub use connector::session::SignedIn;
pub use connector::{Connector, Dedupe};
pub use http::{Body, HttpCall, HttpReply, Method};
pub use map::source::Remote;
pub use outcome::{LookedUp, Problem, Pulled, Refusal, Written};
pub use profile::error::ProfileError;
