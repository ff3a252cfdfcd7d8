//! Every message of the interface. The texts stand in one JSON file per language beside this one;
//! `build.rs` makes this enum of the English one, `cargo xtask check` keeps the others equal to it.

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
