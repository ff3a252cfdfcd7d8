//! The client.
pub mod web;
