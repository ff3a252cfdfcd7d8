//! The sync engine: a machine without hands.
//!
//! `Engine::step` takes an event and gives commands. It has no clock, network, storage or randomness
//! inside: the host (a worker in the browser, a simulation natively) carries commands out and feeds
//! the results back.

pub mod actions;
pub mod backoff;
mod config;
mod disk;
mod engine;
pub mod event;
mod line;
mod load;
mod merge;
mod note;
pub mod outbox;
mod pull;
mod send;
mod settle;

pub use config::Config;
pub use engine::Engine;
pub use event::{
    CallId, Command, CommitId, Event, Lingering, NetFault, Snapshot, Status, SyncCursor, TimerId,
};
pub use load::{read_outbox, snapshot};
pub use outbox::{Outbox, OutboxItem, OutboxRow, Parked, State, Unreadable};
