//! The client.
pub mod context;
pub mod live;
pub mod web;
