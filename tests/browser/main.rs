//! The store in a real browser's window: the conformance suite on IndexedDB, and what only a browser
//! can do to it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod adapter;
mod conformance;
mod harness;
mod ui;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
