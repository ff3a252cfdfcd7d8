//! The offline store: tables in memory over pages in a key-value store.
//!
//! [`Store`] is what a key-value store must do; it has a memory adapter here and an IndexedDB adapter
//! in the client, and one conformance suite (feature `testing`) runs on both. Everything above it
//! (pages, log, overlay, queries) is written once, on that trait.
//!
//! The way of a change: [`writes::submit`] saves it, [`Replica::refresh`] shows it; a pulled batch is
//! [`log::append`]ed, and [`fold::fold`] moves the log into pages when there is leisure.

mod changes;
pub mod columns;
#[cfg(feature = "testing")]
pub mod conformance;
mod fault;
pub mod fold;
pub mod folding;
pub mod kv;
pub mod log;
mod memory;
pub mod meta;
pub mod overlay;
mod page;
mod pages;
pub mod plain;
pub mod query;
mod replica;
mod row;
mod tables;
pub mod writes;

pub use changes::ChangeSet;
pub use columns::Column;
pub use fault::Fault;
pub use kv::{Batch, Durability, Guard, Key, Read, Receipt, Rows, Space, Step, Store};
pub use memory::Memory;
#[cfg(feature = "testing")]
pub use memory::testing::{Loss, When};
pub use overlay::{Local, OverlayRow};
pub use query::{Filter, Order, Query, QueryResult, Shown};
pub use replica::Replica;
pub use row::{Row, Scalar};
