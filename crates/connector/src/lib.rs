//! Placeholder module map, filled in the next commits.
