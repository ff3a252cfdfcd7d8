//! What the portal promises, each promise as a journey in a real browser against the real backend.

mod harness;
