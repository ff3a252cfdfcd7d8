//! Puts a finished build in the place of the previous one.
//!
//! The previous build's hashed files stay one build longer, so that a page that is still open keeps
//! finding the files it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::bundle::Bundle;
use crate::progress::Advise;

const RECORD: &str = "build.json";

/// Writes the bundle beside `dist` and swaps the two.
pub fn publish(bundle: &Bundle, dist: &Path) -> Result<()> {
    let (fresh, old) = (dist.with_extension("tmp"), dist.with_extension("old"));
    for left_over in [&fresh, &old] {
        if left_over.exists() {
            fs::remove_dir_all(left_over)?;
        }
    }
    for (name, bytes) in &bundle.files {
        write(&fresh.join(name), bytes)?;
    }
    let kept = previous(bundle, dist);
    for name in &kept {
        let target = fresh.join(name);
        if !target.exists() {
            write(&target, &fs::read(dist.join(name))?)?;
        }
    }
    let record = json!({
        "build": bundle.build,
        "files": bundle.files.keys().filter(|name| is_hashed(name)).collect::<Vec<_>>(),
        "previous": kept,
    });
    write(&fresh.join(RECORD), record.to_string().as_bytes())?;
    swap(&fresh, dist, &old).advise("close what holds dist/ open, then build again")
}

fn swap(fresh: &Path, dist: &Path, old: &Path) -> Result<()> {
    if dist.exists() {
        fs::rename(dist, old)?;
    }
    fs::rename(fresh, dist)?;
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    Ok(())
}

/// The hashed files of the build that is being replaced and are not part of the new one.
fn previous(bundle: &Bundle, dist: &Path) -> BTreeSet<String> {
    let record: Value = fs::read_to_string(dist.join(RECORD))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    // The same build again replaces nothing: what it kept, it goes on keeping.
    let list = if record["build"] == bundle.build.as_str() {
        "previous"
    } else {
        "files"
    };
    let names = record[list]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    names
        .filter(|name| !bundle.files.contains_key(*name) && dist.join(name).is_file())
        .map(str::to_owned)
        .collect()
}

fn is_hashed(name: &str) -> bool {
    name.starts_with("assets/")
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(id: &str) -> Bundle {
        let mut bundle = Bundle {
            build: id.to_owned(),
            ..Bundle::default()
        };
        bundle.add("index.html", id.as_bytes().to_vec());
        bundle.add(&format!("assets/app.{id}.js"), id.as_bytes().to_vec());
        bundle
    }

    #[test]
    fn hashed_files_stay_exactly_one_build_longer() {
        let folder = std::env::temp_dir().join(format!("rapport-publish-{}", std::process::id()));
        let dist = folder.join("dist");
        let has = |id: &str| dist.join(format!("assets/app.{id}.js")).exists();
        publish(&build("1"), &dist).unwrap();
        publish(&build("2"), &dist).unwrap();
        assert!(has("1") && has("2"));
        publish(&build("2"), &dist).unwrap();
        assert!(
            has("1") && has("2"),
            "the same build again keeps what it kept"
        );
        publish(&build("3"), &dist).unwrap();
        assert!(!has("1") && has("2") && has("3"));
        assert_eq!(fs::read_to_string(dist.join("index.html")).unwrap(), "3");
        assert!(!dist.with_extension("tmp").exists() && !dist.with_extension("old").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
