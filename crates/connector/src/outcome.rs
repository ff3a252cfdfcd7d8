//! What a reply means, by what the sync engine can do about it.

use rapport_domain::{Entity, RecordKey};
use serde::{Deserialize, Serialize};

/// A part of a reply that could not be read. The rest of the reply stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: the JSON path in the reply, or the place in the profile.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// A batch of changes from the backend.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pulled {
    /// Records, new or changed.
    pub records: Vec<Entity>,
    /// Records that are gone, or out of sight.
    pub gone: Vec<RecordKey>,
    /// Where the next pull continues.
    pub cursor: Option<String>,
    /// Whether the backend has more right now.
    pub more: bool,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// An accepted write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// The records that the reply carried, with remote id and version; may be empty, then the next
    /// pull brings them.
    pub records: Vec<Entity>,
    /// The backend's id of the record that was made, where the reply told it.
    pub remote_id: Option<String>,
}

/// The answer to “do you have what I sent?”.
#[derive(Clone, Debug, PartialEq)]
pub enum LookedUp {
    /// It is there.
    Found(Written),
    /// It is certainly not there now.
    Absent,
}

/// Why a reply is not what was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Try again, unchanged, not before `after_ms` (from Retry-After) has passed. 5xx, 408, 425, 429,
    /// and whatever status we do not know.
    Retry {
        /// The status.
        status: u16,
        /// Least wait in milliseconds.
        after_ms: Option<u64>,
    },
    /// Not an answer of the backend at all: a captive portal, a proxy's page, a truncated body.
    NotAnAnswer {
        /// What was seen instead.
        what: String,
    },
    /// Sign in (again) first; nothing is wrong with the request.
    SignIn,
    /// The backend will never take this request as it is. Show the user what it said.
    Rejected {
        /// The status.
        status: u16,
        /// The backend's title or message.
        title: String,
        /// Its details.
        detail: String,
        /// Its words on single fields: field, message.
        fields: Vec<(String, String)>,
    },
    /// The record has moved on since the version we named.
    Stale {
        /// The record as it is now, where the reply carried it. Not kept on disk: the next pull
        /// brings it, and newer.
        #[serde(skip)]
        current: Option<Box<Entity>>,
    },
    /// It may be ours already: look it up.
    AlreadyThere,
    /// The record, or its parent, is gone.
    Gone {
        /// The status.
        status: u16,
    },
    /// The cursor means nothing to the backend any more: start from the beginning.
    CursorLost,
}
