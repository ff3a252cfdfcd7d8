//! The scripts that name other files of the build: what they name is replaced by hashed names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::bundle::{Bundle, digest};
use super::read;

/// A script of `public/` whose mentions of `./name` point to the hashed files beside it.
pub fn linked(path: &Path, names: &[(&str, &str)]) -> Result<String> {
    let mut script = read(path)?;
    for (name, target) in names {
        let file = target.strip_prefix("assets/").unwrap_or(target);
        script = replaced(&script, &format!("\"./{name}\""), &format!("\"./{file}\""))
            .with_context(|| format!("in {}", path.display()))?;
    }
    Ok(script)
}

/// Adds glue to the bundle, with the scripts its crates bring along.
pub fn glue(
    bundle: &mut Bundle,
    name: &str,
    mut script: String,
    snippets: BTreeMap<String, String>,
) -> Result<String> {
    if !snippets.is_empty() {
        let parts: Vec<&[u8]> = snippets
            .iter()
            .flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()])
            .collect();
        let folder = format!("snippets-{}", digest(&parts));
        script = script.replace("'./snippets/", &format!("'./{folder}/"));
        if !script.contains(&folder) {
            bail!(
                "{name} brings scripts along ({:?}) but imports none",
                snippets.keys()
            );
        }
        for (path, text) in snippets {
            bundle.add(&format!("assets/{folder}/{path}"), text.into_bytes());
        }
    }
    Ok(bundle.add_hashed(name, script.into_bytes()))
}

/// The service worker with its build and the files it keeps.
pub fn service_worker(template: &str, build: &str, precached: &[String]) -> Result<String> {
    let script = replaced(template, "\"__BUILD__\"", &format!("\"{build}\""))?;
    let list = serde_json::Value::from(precached.to_vec()).to_string();
    replaced(&script, "[\"__FILES__\"]", &list)
}

/// Replaces the one place where `old` stands; none or several is a mistake in the template.
pub fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    match text.matches(old).count() {
        1 => Ok(text.replacen(old, new, 1)),
        count => bail!("{old} stands there {count} times; the build replaces it exactly once"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_stands_exactly_once() {
        assert_eq!(replaced("a b", "b", "c").unwrap(), "a c");
        assert!(replaced("a b b", "b", "c").is_err());
        assert!(replaced("a", "b", "c").is_err());
    }

    #[test]
    fn snippets_get_a_folder_that_follows_their_content() {
        let mut bundle = Bundle::default();
        let snippets = BTreeMap::from([("dep-1/inline0.js".to_owned(), "export let a".to_owned())]);
        let script = "import { a } from './snippets/dep-1/inline0.js';".to_owned();
        let name = glue(&mut bundle, "rapport.js", script, snippets).unwrap();
        let text = String::from_utf8(bundle.files[&name].clone()).unwrap();
        let snippet = bundle
            .files
            .keys()
            .find(|path| path.contains("snippets-"))
            .unwrap();
        assert!(
            text.contains(&snippet.replace("assets/", "./")),
            "{text} should import {snippet}"
        );
    }
}
