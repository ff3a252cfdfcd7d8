//! The project's own rules: what no compiler or linter checks.
//!
//! Each rule looks at the source tree, says where it is broken and what to do instead, and is tested
//! with a sample that breaks it and one that does not.

pub mod code;
mod direction;
mod imports;
mod invariants;
mod length;
mod markup;
mod messages;
mod pairs;
mod profiles;
mod rooms;
mod vendors;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::build::files_below;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the workspace.
    pub path: String,
    /// The line, counted from one; zero when the whole file is meant.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do instead.
    pub remedy: &'static str,
}

/// The text files the rules look at, by path relative to the workspace.
#[derive(Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads everything below the workspace that is source or data.
    pub fn read(root: &Path) -> Result<Self> {
        const FOLDERS: [&str; 9] = [
            "src",
            "crates",
            "backend",
            "tests",
            "xtask/src",
            "style",
            "public",
            "profiles",
            "benches",
        ];
        const EXTENSIONS: [&str; 6] = ["rs", "css", "json", "html", "js", "toml"];
        let mut paths = vec![root.join("index.html"), root.join("ARCHITECTURE.md")];
        for folder in FOLDERS {
            paths.extend(files_below(&root.join(folder))?);
        }
        let mut files = BTreeMap::new();
        for path in paths {
            let extension = path.extension().and_then(|extension| extension.to_str());
            let is_text = extension.is_some_and(|it| EXTENSIONS.contains(&it) || it == "md");
            if is_text && path.is_file() {
                let name = path
                    .strip_prefix(root)?
                    .to_string_lossy()
                    .replace('\\', "/");
                files.insert(
                    name,
                    String::from_utf8_lossy(&std::fs::read(&path)?).into_owned(),
                );
            }
        }
        Ok(Self { files })
    }

    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self {
            files: files.collect(),
        }
    }

    /// The text of one file.
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Files below a folder with an extension.
    pub fn below<'a>(
        &'a self,
        folder: &'a str,
        extension: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(path, _)| {
                path.starts_with(folder)
                    && path
                        .rsplit_once('.')
                        .is_some_and(|(_, found)| found == extension)
            })
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

/// A rule: its name and what it finds.
pub type Rule = (&'static str, fn(&Tree) -> Result<Vec<Finding>>);

/// All rules, in the order they are reported.
pub const ALL: [Rule; 10] = [
    (
        "rooms: who may name the browser, leptos and records",
        rooms::check,
    ),
    (
        "imports: ui below features, features apart from each other",
        imports::check,
    ),
    ("direction of the crates", direction::check),
    (
        "markup: no inner_html, no clickable div, no style attribute",
        markup::check,
    ),
    ("no vendor's name in Rust", vendors::check),
    ("ui components and their styles come in pairs", pairs::check),
    ("messages are complete in every language", messages::check),
    (
        "every invariant names a test that exists",
        invariants::check,
    ),
    ("no file above 600 lines", length::check),
    ("profiles are valid", profiles::check),
];
