//! The second wasm: the sync engine and its hands, without any interface.

fn main() {
    rapport::web::crash::install_log();
    rapport::web::crash::install();
    rapport::web::sync_host::listen();
}
