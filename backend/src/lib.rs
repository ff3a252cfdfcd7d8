//! Reference REST backend of the Rapport customer portal.
//!
//! The API, its change feed and the built client are served from one SQLite file by [`serve`], which
//! the binary and the tests use alike.

pub mod app;
pub mod auth;
pub mod body;
pub mod config;
pub mod cursor;
pub mod db;
pub mod demo;
pub mod feed;
pub mod files;
pub mod forms;
pub mod forwarded;
pub mod hints;
pub mod idempotency;
pub mod import;
pub mod logging;
pub mod password;
pub mod problem;
pub mod record_rules;
pub mod routes;
pub mod server;
pub mod service_hours;
pub mod static_files;
pub mod text;
pub mod throttle;
pub mod ticket_rules;
pub mod time;
pub mod wire;

pub use config::ServeConfig;
pub use server::{Running, StartError, serve};
