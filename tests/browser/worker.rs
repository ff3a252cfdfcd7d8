//! The store in a dedicated worker, where the sync engine has it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod adapter;
mod conformance;
mod harness;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
