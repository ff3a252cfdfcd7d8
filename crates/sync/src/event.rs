//! What the engine hears and what it asks for.

use crate::outbox::OutboxRow;
use rapport_connector::{HttpCall, HttpReply};
use rapport_domain::{OperationId, RecordKey};
use rapport_store::{Batch, Fault, Receipt};
use serde::{Deserialize, Serialize};

/// Names a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// Names a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(pub u64);

/// Names a timer; setting it again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId(pub u64);

/// No reply: the outcome of a write is then unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetFault {
    /// The request certainly never left (the device is offline, the name did not resolve before a
    /// byte was sent). Browsers can rarely tell; when in doubt it is `Lost`.
    NotSent,
    /// Whether it arrived is unknown: reset, timeout, abort.
    Lost,
    /// The bytes of the body are not in the store.
    NoBody,
    /// Nothing was sent: nobody is signed in, or somebody else is. Like a sign-in refusal: the engine
    /// pauses until [`Event::SignedIn`].
    NotSignedIn,
}

/// What the store held when the engine started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The fencing generation that this engine took for itself, as stored bytes.
    pub generation: Vec<u8>,
    /// The highest sequence number of the log, folded entries included.
    pub sequence: u64,
    /// Where the last pull ended, and for which profile.
    pub cursor: Option<SyncCursor>,
    /// The outbox.
    pub outbox: Vec<OutboxRow>,
    /// Overlay rows whose operation is not in the outbox any more.
    pub lingering: Vec<Lingering>,
}

/// A change that the backend has acknowledged and the base does not show yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lingering {
    /// The operation, which names the overlay row.
    pub op: OperationId,
    /// The record that it made or changed.
    pub target: RecordKey,
}

/// Where pulling stands. A changed profile makes the cursor void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncCursor {
    /// Version of this value's format.
    pub v: u32,
    /// Hash of the profile it belongs to.
    pub profile: String,
    /// The backend's cursor; `None` before the first page of a full listing.
    pub cursor: Option<String>,
    /// Whether a full listing has ended.
    pub complete: bool,
}

/// What the engine hears. Every event comes with the host's monotonic milliseconds, see
/// [`Engine::step`](crate::Engine::step).
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The first event.
    Started(Snapshot),
    /// Rows of the outbox were added, changed or removed: this is the outbox now.
    Outbox(Vec<OutboxRow>),
    /// A call ended.
    Reply(CallId, Result<HttpReply, NetFault>),
    /// A commit ended.
    Committed(CommitId, Result<Receipt, Fault>),
    /// The keys of all base records, as asked for by [`Command::ListBase`].
    Base(Vec<RecordKey>),
    /// A timer rang.
    Timer(TimerId),
    /// The device believes itself online or offline.
    Online(bool),
    /// Somebody signed in: the same user as before.
    SignedIn,
    /// The backend hinted at changes, or the user asked to look.
    Pull,
}

/// What the engine asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Send this, with credentials, and tell the reply. `timeout_ms` bounds the wait.
    Call {
        /// Its name.
        id: CallId,
        /// The request.
        call: HttpCall,
        /// Longest wait in milliseconds.
        timeout_ms: u64,
    },
    /// Commit this and tell how it went. Log, cursor and acks are in it, with all guards.
    Commit {
        /// Its name.
        id: CommitId,
        /// The changes.
        batch: Batch,
    },
    /// Ring after so many milliseconds.
    SetTimer {
        /// Its name.
        id: TimerId,
        /// How long from now.
        after_ms: u64,
    },
    /// Tell the keys of all base records.
    ListBase,
    /// Read the outbox again and tell it: a guard did not hold.
    ReadOutbox,
    /// Another engine has taken over: stop.
    Stop,
    /// Show this.
    Publish(Status),
}

/// What the interface shows about syncing as a whole; items say their own state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether the last call reached the backend.
    pub reachable: bool,
    /// Whether somebody must sign in before anything is sent.
    pub needs_sign_in: bool,
    /// Whether the backend is being asked for news.
    pub pulling: bool,
    /// How many pulls this engine has brought to their end.
    #[serde(default)]
    pub pulls: u32,
    /// Items being sent now.
    pub sending: u32,
    /// Items that wait to be sent (unknown ones included).
    pub waiting: u32,
    /// Items that need the user.
    pub parked: u32,
    /// Whether a full listing has ever ended.
    pub complete: bool,
    /// Records that the last pull could not read.
    pub unreadable: u32,
    /// Why the backend refuses to be pulled from, in its words.
    #[serde(default)]
    pub pull_problem: Option<String>,
    /// Why the store does not take what is to be written, in its words; it is tried again.
    #[serde(default)]
    pub store_problem: Option<String>,
}
