//! What the engine needs of a connector: turning intents into calls and replies into meaning.

use rapport_connector::{HttpCall, HttpReply, LookedUp, Pulled, Refusal, Written};
use rapport_domain::{Intent, OperationId};

/// What is known of the ticket that a change belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// The backend's id of the ticket, where it is not our own.
    pub ticket_id: Option<String>,
    /// The version of the ticket on which the change stands.
    pub ticket_version: Option<String>,
}

/// How a backend keeps one change from becoming two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dedupe {
    /// It honours idempotency keys: the same request with the same key has one effect.
    pub key: bool,
    /// It can be asked whether it has what was sent.
    pub look_up: bool,
}

/// How one backend speaks.
pub trait Speech {
    /// Hash of the profile.
    fn profile(&self) -> &str;

    /// How the backend deduplicates changes of this kind.
    fn dedupe(&self, intent: &Intent) -> Dedupe;

    /// The call that brings what changed since `cursor`; everything when there is none.
    fn pull(&self, cursor: Option<&str>) -> HttpCall;

    /// What a pull's reply says.
    ///
    /// # Errors
    /// What is to be done instead.
    fn read_pull(&self, reply: &HttpReply) -> Result<Pulled, Refusal>;

    /// The call that makes a change, under an idempotency key.
    ///
    /// # Errors
    /// What the profile lacks, in words.
    fn write(&self, key: OperationId, intent: &Intent, remote: &Remote)
    -> Result<HttpCall, String>;

    /// What a write's reply says.
    ///
    /// # Errors
    /// What is to be done instead.
    fn read_write(&self, intent: &Intent, reply: &HttpReply) -> Result<Written, Refusal>;

    /// The call that asks whether the backend has a change, and what the record is now.
    fn look_up(&self, key: OperationId, intent: &Intent, remote: &Remote) -> Option<HttpCall>;

    /// What a look-up's reply says. For an edit, `Found` is the record as it is now, whether or not
    /// it shows the edit.
    ///
    /// # Errors
    /// What is to be done instead.
    fn read_look_up(&self, intent: &Intent, reply: &HttpReply) -> Result<LookedUp, Refusal>;
}
