//! The single values of [`Space::Meta`](crate::Space::Meta): their keys, and numbers as bytes.

use crate::fault::Fault;
use crate::kv::{Read, Rows, Space};

/// Where pulling stands, as the sync engine writes it.
pub const CURSOR: &str = "cursor";
/// The highest sequence number of the log ever given, folded entries included. A number.
pub const SEQUENCE: &str = "sequence";
/// Moves when pages are replaced. A number.
pub const EPOCH: &str = "epoch";
/// Moves when another writer takes over; every write of the base is guarded by it. A number.
pub const GENERATION: &str = "generation";
/// The connector profile last used, so that an offline start has one.
pub const PROFILE: &str = "profile";

/// A number as it is stored.
#[must_use]
pub fn encode(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

/// The number of stored bytes; no row counts as 0.
///
/// # Errors
/// [`Fault::Corrupt`] when the bytes are no number.
pub fn decode(name: &str, bytes: Option<&[u8]>) -> Result<u64, Fault> {
    let Some(bytes) = bytes else { return Ok(0) };
    std::str::from_utf8(bytes)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| Fault::Corrupt(format!("meta/{name}")))
}

/// Asks for one of these values.
#[must_use]
pub fn read(name: &str) -> Read {
    Read::One(Space::Meta, name.into())
}

/// The value of a single-row answer.
#[must_use]
pub fn value(rows: &Rows) -> Option<&[u8]> {
    rows.first().map(|(_, value)| value.as_slice())
}

/// The number of a single-row answer.
///
/// # Errors
/// [`Fault::Corrupt`] when the bytes are no number.
pub fn number(name: &str, rows: &Rows) -> Result<u64, Fault> {
    decode(name, value(rows))
}
