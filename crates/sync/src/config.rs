//! The numbers of the engine, each with the reason for its default.

use rapport_domain::UserId;

/// How patient, how eager and how wide the engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Tickets that are written to at the same time. Few, so that a phone's line is not split into
    /// trickles; more than one, so that a slow upload does not hold everything else.
    pub concurrency: usize,
    /// Longest wait for an answer.
    pub call_timeout_ms: u64,
    /// Longest wait for an answer when the body is a file.
    pub upload_timeout_ms: u64,
    /// Longest wait for the store; after it the outcome of a commit counts as unknown.
    pub commit_timeout_ms: u64,
    /// Least wait between two attempts of the same thing, and the unit of backoff.
    pub base_delay_ms: u64,
    /// Cap of the random part of a wait.
    pub max_delay_ms: u64,
    /// After the connection comes back, the first attempt waits a random part of this, so that many
    /// devices behind one line do not arrive together.
    pub reconnect_spread_ms: u64,
    /// Whether starting counts as coming back (a background sync event), or somebody has just opened
    /// the app and looks at it.
    pub spread_at_start: bool,
    /// How often to pull without a hint.
    pub pull_every_ms: u64,
    /// Least time between two pulls begun by hints.
    pub pull_gap_ms: u64,
    /// How many look-ups must find nothing before a write of unknown outcome is sent again to a
    /// backend that does not honour keys. (One is enough where the backend honours them.)
    pub settle_look_ups: u32,
    /// Least time before each of those look-ups: a backend that commits later than this after the
    /// connection was lost can make a double.
    pub settle_delay_ms: u64,
    /// How often an edit is put on top of a newer version before the user is asked.
    pub max_rebases: u32,
    /// A commit that took longer than this (the tab was frozen) is done again before anything is
    /// sent, so that a leader that has been replaced meanwhile notices.
    pub stale_after_ms: u64,
    /// Whose account it is. A ticket in somebody else's name is one on his behalf.
    pub me: Option<UserId>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            concurrency: 3,
            call_timeout_ms: 30_000,
            upload_timeout_ms: 300_000,
            commit_timeout_ms: 30_000,
            base_delay_ms: 1_000,
            max_delay_ms: 60_000,
            reconnect_spread_ms: 5_000,
            spread_at_start: false,
            pull_every_ms: 60_000,
            pull_gap_ms: 250,
            settle_look_ups: 2,
            settle_delay_ms: 10_000,
            max_rebases: 5,
            stale_after_ms: 5_000,
            me: None,
        }
    }
}
