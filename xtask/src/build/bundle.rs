//! The files of one build, in memory until all of them are there.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Files that may differ between two deployments of one build: the service worker asks the network
/// for them first.
const SETTINGS: [&str; 2] = ["config.json", "profile.json"];

/// The files of one build by their path in `dist/`.
#[derive(Default)]
pub struct Bundle {
    /// Content by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Changes with every byte that is precached.
    pub build: String,
}

impl Bundle {
    /// Adds a file under a fixed name.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), bytes);
    }

    /// Adds a file under a name that changes with its content, and returns the path.
    pub fn add_hashed(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{stem}.{}.{extension}", digest(&[&bytes]));
        self.add(&path, bytes);
        path
    }

    /// Fixes the build's identity: all files added so far and the texts made from it afterwards.
    pub fn seal(&mut self, templates: &[&str]) {
        let mut parts: Vec<&[u8]> = templates.iter().map(|text| text.as_bytes()).collect();
        let precached = self.precached();
        for path in &precached {
            parts.push(path.as_bytes());
            parts.push(self.files.get(path).map_or(&[], Vec::as_slice));
        }
        self.build = digest(&parts);
    }

    /// What the service worker keeps, besides the page itself.
    pub fn precached(&self) -> Vec<String> {
        let kept = |path: &&String| {
            !SETTINGS.contains(&path.as_str())
                && !["index.html", "sw.js", "dev-reload.js"].contains(&path.as_str())
                && !path.ends_with(".br")
                && !path.ends_with(".gz")
        };
        self.files.keys().filter(kept).cloned().collect()
    }
}

/// Sixteen hexadecimal digits of SHA-256 over parts with their lengths.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_its_content() {
        let mut bundle = Bundle::default();
        let one = bundle.add_hashed("app.css", b"a{}".to_vec());
        let two = bundle.add_hashed("app.css", b"b{}".to_vec());
        assert_ne!(one, two);
        assert!(one.starts_with("assets/app.") && one.ends_with(".css"));
    }

    #[test]
    fn the_build_changes_with_every_precached_byte_and_template() {
        let id = |icon: &[u8], config: &[u8], template: &str| {
            let mut bundle = Bundle::default();
            bundle.add("icon.svg", icon.to_vec());
            bundle.add("config.json", config.to_vec());
            bundle.seal(&[template]);
            bundle.build
        };
        let first = id(b"1", b"{}", "page");
        assert_eq!(
            first,
            id(b"1", b"{\"name\":\"x\"}", "page"),
            "settings are not part of it"
        );
        assert_ne!(first, id(b"2", b"{}", "page"));
        assert_ne!(first, id(b"1", b"{}", "other page"));
    }

    #[test]
    fn settings_and_compressed_twins_are_not_precached() {
        let mut bundle = Bundle::default();
        for name in [
            "index.html",
            "sw.js",
            "config.json",
            "profile.json",
            "a.js",
            "a.js.br",
            "a.js.gz",
        ] {
            bundle.add(name, Vec::new());
        }
        assert_eq!(bundle.precached(), ["a.js"]);
    }
}
