//! The records and requests of the API as they stand on the wire, with their schemas.

pub mod catalogue;
pub mod plain;
pub mod records;
pub mod requests;
pub mod words;
