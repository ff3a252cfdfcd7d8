//! Journeys: a real browser and the real backend, with a network in between that fails on demand.
//!
//! This library is the stage: the network ([`proxy`]), the server ([`backend`], [`api`]), the browser
//! ([`browser`], [`page`]) and what a journey tells ([`journey`]). The journeys themselves stand in
//! `journeys/`, each named after what it proves.

pub mod api;
pub mod axe;
pub mod backend;
pub mod browser;
pub mod dist;
pub mod journey;
pub mod page;
pub mod places;
pub mod portal;
mod processes;
pub mod proxy;
pub mod screens;
pub mod wait;

pub use proxy::sha256;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The content of a mutex; a test that panicked elsewhere does not matter here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
