//! What is still to be sent, as rows of [`Space::Outbox`]: versioned JSON that every later build can
//! read.

use rapport_connector::{HttpCall, Refusal};
use rapport_domain::{FieldConflict, Intent, OperationId, Timestamp};
use serde::{Deserialize, Serialize};

/// One change on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Version of this row's format.
    pub v: u32,
    /// The operation, which is also its idempotency key (but see [`Self::key`]). An edited item is a
    /// new operation.
    pub op: OperationId,
    /// The idempotency key, where the request had to change since the first attempt: an edit that was
    /// put on top of a newer version is another request of the same operation.
    #[serde(default)]
    pub key: Option<OperationId>,
    /// What the user wants.
    pub intent: Intent,
    /// When he said so, by the device's clock; only ever shown.
    pub said_at: Timestamp,
    /// Operations that must be done first (a comment waits for its ticket).
    #[serde(default)]
    pub after: Vec<OperationId>,
    /// Where it stands.
    pub state: State,
    /// Attempts so far.
    #[serde(default)]
    pub attempts: u32,
    /// The request as it was first sent; never mapped again. `None` until the first attempt.
    #[serde(default)]
    pub frozen: Option<HttpCall>,
    /// How often the user asked to try again.
    #[serde(default)]
    pub urged: u32,
    /// How often an edit has been put on top of a newer version.
    #[serde(default)]
    pub rebases: u32,
    /// Whether its author had it sent again although a copy of it may have arrived.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resent: bool,
}

impl OutboxItem {
    /// The version of the format that is written now.
    pub const FORMAT: u32 = 1;

    /// A new item, saved here and not sent yet.
    #[must_use]
    pub const fn new(op: OperationId, intent: Intent, said_at: Timestamp) -> Self {
        Self {
            v: Self::FORMAT,
            op,
            key: None,
            intent,
            said_at,
            after: Vec::new(),
            state: State::Queued,
            attempts: 0,
            frozen: None,
            urged: 0,
            rebases: 0,
            resent: false,
        }
    }

    /// The key under which it is sent.
    #[must_use]
    pub fn idempotency_key(&self) -> OperationId {
        self.key.unwrap_or(self.op)
    }

    /// Whether a copy of it may be with the backend already: other words would be a second one.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        self.resent
            || matches!(
                self.state,
                State::Sending
                    | State::Unknown { .. }
                    | State::Parked {
                        why: Parked::OutcomeUnknown
                    }
            )
    }
}

/// Where an item stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Saved here, not sent yet.
    Queued,
    /// On its way; found in this state after a restart it counts as unknown.
    Sending,
    /// Sent, but whether it arrived is not known; being looked up.
    Unknown {
        /// Look-ups so far that found nothing.
        #[serde(default)]
        look_ups: u32,
    },
    /// Needs the user.
    Parked {
        /// Why.
        why: Parked,
    },
}

/// Why an item needs the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parked {
    /// The backend refused it, in its own words.
    Refused {
        /// Its words.
        refusal: Refusal,
    },
    /// Somebody else changed the same fields meanwhile.
    Conflict {
        /// The fields, with all three values.
        fields: Vec<FieldConflict>,
        /// The backend's version that `theirs` belongs to.
        version: Option<String>,
    },
    /// The bytes of its file are not on this device any more.
    FileMissing,
    /// It was sent, nothing can tell whether it arrived, and sending it again could double it.
    OutcomeUnknown,
    /// The profile cannot express it.
    Unmappable {
        /// What is missing.
        message: String,
    },
}

/// An item with its place in the outbox and its exact bytes, which guard every change of the row.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Its key: the order of arrival.
    pub sequence: u64,
    /// The item.
    pub item: OutboxItem,
    /// The row as it is stored.
    pub bytes: Vec<u8>,
}

/// The outbox as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    /// What can be read, in order.
    pub rows: Vec<OutboxRow>,
    /// What this build cannot read.
    pub unreadable: Vec<Unreadable>,
}

/// A row that this build cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its key: the order of arrival.
    pub sequence: u64,
    /// The operation, as far as that much can be read.
    pub op: Option<OperationId>,
    /// The row as it is stored.
    pub bytes: Vec<u8>,
}
