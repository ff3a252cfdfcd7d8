//! The sync engine: a machine without hands.
//!
//! `Engine::step` takes an event and gives commands. It has no clock, network, storage or randomness
//! inside: the host (a worker in the browser, a simulation natively) carries commands out and feeds
//! the results back.

pub mod event;
pub mod outbox;

pub use event::{CallId, Command, CommitId, Event, NetFault, Snapshot, Status, SyncCursor, TimerId};
pub use outbox::{OutboxItem, OutboxRow, Parked, State};
