//! The offline store: tables in memory over pages in a key-value store.
//!
//! [`Store`] is what a key-value store must do; it has a memory adapter here and an IndexedDB adapter
//! in the client, and one conformance suite (feature `testing`) runs on both. Everything above it
//! (pages, log, overlay, queries) is written once, on that trait.

mod fault;
pub mod kv;
pub mod overlay;

pub use fault::Fault;
pub use kv::{Batch, Durability, Guard, Key, Read, Receipt, Rows, Space, Step, Store};
pub use overlay::OverlayRow;
