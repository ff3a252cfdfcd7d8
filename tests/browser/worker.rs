//! The store in a dedicated worker, where the sync engine has it.
#![cfg(target_arch = "wasm32")]

mod adapter;
mod conformance;
mod harness;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
