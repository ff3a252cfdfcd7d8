//! The first wasm: the interface.

fn main() {
    rapport::boot::start();
}
