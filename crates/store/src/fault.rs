//! What can go wrong with a store, by what the caller can do about it.

/// A failed read or commit.
///
/// A batch is stored whole or not at all. After [`Fault::Guard`] and [`Fault::Quota`] it is not; after
/// the others only a read can tell, which is why every batch that must not happen twice has a guard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A guard did not hold: somebody else changed the row first. Read again and decide anew.
    #[error("the stored row is not the expected one")]
    Guard,
    /// No room left on the device. Drop caches, then try once more, then ask the user.
    #[error("no room left on this device: {0}")]
    Quota(String),
    /// A newer build has upgraded the database. Reload the page.
    #[error("a newer version of the app has taken over; reload the page")]
    TooNew,
    /// The connection was closed under us (upgrade elsewhere, eviction, crash). Open again.
    #[error("the connection to the store was closed: {0}")]
    Closed(String),
    /// The store did not answer in time. Whether it will is unknown.
    #[error("the store did not answer in time")]
    Timeout,
    /// There is no usable store (private mode, policy). Work online only and say so.
    #[error("this browser gives no room for stored data: {0}")]
    Unavailable(String),
    /// A stored value cannot be read by this build.
    #[error("stored value {0} cannot be read")]
    Corrupt(String),
    /// Anything else, with the store's own words.
    #[error("the store failed: {0}")]
    Other(String),
}
