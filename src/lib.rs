//! The client. Filled in by the next commits.
