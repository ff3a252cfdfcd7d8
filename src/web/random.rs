//! Randomness of the browser's cryptographic generator.

use rapport_domain::OperationId;
use uuid::Uuid;

/// A new UUIDv7 (RFC 9562): ordered by time, with a random tail.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A new id that does not tell when it was made (UUIDv4), for what shall not lead to its author.
#[must_use]
pub fn anonymous_id() -> Uuid {
    Uuid::new_v4()
}

/// A new operation id.
#[must_use]
pub fn new_operation() -> OperationId {
    OperationId(new_id())
}

/// A seed for what must merely differ between devices, such as the jitter of retries.
#[must_use]
pub fn seed() -> u64 {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    high ^ low
}
