//! The program cargo calls with each compiled browser test.
//!
//! It is wasm-bindgen's own runner, compiled at the version Cargo.lock pins, so that no tool has to
//! be installed beside the workspace.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
