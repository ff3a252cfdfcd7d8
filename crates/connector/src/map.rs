//! Mapping: rows of a backend to records, and what the user wrote to bodies.

pub mod catalogue;
pub mod form;
pub mod plain;
pub mod record;
pub mod row;
pub mod source;
pub mod ticket;
pub mod write;
