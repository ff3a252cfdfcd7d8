//! Writes what this build stores as fixtures of the format, into the folder given. A new version of a
//! format gets files of its own in `tests/fixtures`; those of released versions never change.

use rapport_store::conformance::samples::{one_of_each, overlay_rows};
use rapport_store::{Space, Step, log};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("say into which folder")?
        .into();
    for step in log::append(1, &one_of_each(), &[])?.steps {
        if let Step::Put(Space::Log, _, bytes) = step {
            std::fs::write(folder.join("log.bin"), bytes)?;
        }
    }
    let mut lines = String::new();
    for row in overlay_rows() {
        lines.push_str(&serde_json::to_string(&row)?);
        lines.push('\n');
    }
    std::fs::write(folder.join("overlay.jsonl"), lines)?;
    Ok(())
}
