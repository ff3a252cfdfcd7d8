//! What this device changed and the base does not show yet. The base never overwrites it; a read
//! merges both.

use rapport_domain::{Intent, OperationId};
use serde::{Deserialize, Serialize};

/// One local change as a row of [`Space::Overlay`](crate::Space::Overlay), written as versioned JSON
/// so that every later build can read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverlayRow {
    /// Version of this row's format.
    pub v: u32,
    /// The operation; also the row's key.
    pub op: OperationId,
    /// The change, with the base values the user saw and the backend's version.
    pub intent: Intent,
}
