//! The interface speaks every language completely.
//!
//! `src/i18n/<language>.json` maps keys to texts with `{placeholders}`. All languages have the same
//! keys with the same placeholders, and the keys the client asks for in `src/i18n/messages.rs` are
//! exactly those.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::code::line_at;
use super::{Finding, Tree};

const FOLDER: &str = "src/i18n/";
const LIST: &str = "src/i18n/messages.rs";

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut languages = BTreeMap::new();
    for (path, text) in tree.below(FOLDER, "json") {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                let mut texts = BTreeMap::new();
                flatten("", &value, &mut texts);
                languages.insert(path, texts);
            }
            Err(error) => findings.push(Finding {
                path: path.to_owned(),
                line: error.line(),
                problem: format!("is no valid JSON: {error}"),
                remedy: "mend the syntax",
            }),
        }
    }
    let keys: BTreeSet<&String> = languages.values().flat_map(BTreeMap::keys).collect();
    for key in &keys {
        findings.extend(one_key(tree, key, &languages));
    }
    if let Some(list) = tree.file(LIST) {
        findings.extend(used(list, &keys));
    }
    Ok(findings)
}

type Texts = BTreeMap<String, String>;

/// Nested objects become dotted keys; plural forms are keys of their own, such as `count.one`.
fn flatten(prefix: &str, value: &Value, texts: &mut Texts) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let key = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                flatten(&key, inner, texts);
            }
        }
        Value::String(text) => {
            texts.insert(prefix.to_owned(), text.clone());
        }
        other => {
            texts.insert(prefix.to_owned(), other.to_string());
        }
    }
}

/// Forms that a language may have and another may not.
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn is_optional(key: &str) -> bool {
    key.rsplit_once('.')
        .is_some_and(|(_, form)| PLURAL_FORMS.contains(&form) && form != "other")
}

fn one_key(tree: &Tree, key: &str, languages: &BTreeMap<&str, Texts>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut placeholders: Option<(&str, BTreeSet<&str>)> = None;
    for (path, texts) in languages {
        let mut add = |problem: String, remedy: &'static str| {
            let last = key.rsplit('.').next().unwrap_or(key);
            let line = tree.file(path).and_then(|text| {
                text.find(&format!("\"{last}\""))
                    .map(|at| line_at(text, at))
            });
            findings.push(Finding {
                path: (*path).to_owned(),
                line: line.unwrap_or(0),
                problem,
                remedy,
            });
        };
        let Some(text) = texts.get(key) else {
            if !is_optional(key) {
                add(
                    format!("has no text for `{key}`"),
                    "translate it: nobody reads half a sentence",
                );
            }
            continue;
        };
        if text.trim().is_empty() {
            add(
                format!("the text of `{key}` is empty"),
                "write it, or remove the key everywhere",
            );
        }
        let own = placeholders_of(text);
        match &placeholders {
            Some((first, wanted)) if *wanted != own && !is_optional(key) => add(
                format!("`{key}` has the placeholders {own:?}, but {wanted:?} in {first}"),
                "use the same placeholders in every language",
            ),
            None if !is_optional(key) => placeholders = Some((path, own)),
            _ => {}
        }
    }
    findings
}

fn placeholders_of(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// Keys the client names that no language has, and keys no code asks for.
fn used(list: &str, keys: &BTreeSet<&String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let plain: BTreeSet<&str> = keys.iter().map(|key| without_form(key)).collect();
    let mut asked = BTreeSet::new();
    for (at, key) in asked_in(list) {
        asked.insert(key);
        if !plain.contains(key) {
            findings.push(Finding {
                path: LIST.to_owned(),
                line: line_at(list, at),
                problem: format!("asks for `{key}`, which no language has"),
                remedy: "add the text to every file in src/i18n, or correct the key",
            });
        }
    }
    if asked.is_empty() {
        return findings;
    }
    for key in plain.difference(&asked) {
        findings.push(Finding {
            path: FOLDER.to_owned(),
            line: 0,
            problem: format!("no code asks for `{key}`"),
            remedy: "remove it from every language, or use it",
        });
    }
    findings
}

fn without_form(key: &str) -> &str {
    match key.rsplit_once('.') {
        Some((stem, form)) if PLURAL_FORMS.contains(&form) => stem,
        _ => key,
    }
}

/// The strings after `=>` inside `messages! { … }`.
fn asked_in(list: &str) -> Vec<(usize, &str)> {
    let Some(from) = list
        .find("messages! {")
        .or_else(|| list.find("messages! ("))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (at, _) in list[from..].match_indices("=>") {
        let start = from + at + 2;
        let rest = list[start..].trim_start();
        if let Some(key) = rest
            .strip_prefix('"')
            .and_then(|text| text.split('"').next())
        {
            found.push((start, key));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "{\n\"home\": {\"title\": \"Home\"},\n\"n\": {\"one\": \"one\", \"other\": \"{count} items\"}\n}";
    const LIST_TEXT: &str = "messages! {\n  home_title => \"home.title\",\n  n(count) => \"n\",\n}";

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let found = check(&Tree::of(files)).unwrap();
        found
            .into_iter()
            .map(|it| format!("{}:{} {}", it.path, it.line, it.problem))
            .collect()
    }

    #[test]
    fn complete_languages_pass() {
        let de = "{\"home\": {\"title\": \"Start\"}, \"n\": {\"one\": \"eins\", \"few\": \"x\", \"other\": \"{count} Dinge\"}}";
        let files = [
            ("src/i18n/en.json", EN),
            ("src/i18n/de.json", de),
            ("src/i18n/messages.rs", LIST_TEXT),
        ];
        assert_eq!(problems(&files), [""; 0]);
    }

    #[test]
    fn missing_empty_and_changed_texts_are_found() {
        let de =
            "{\"home\": {\"title\": \" \"}, \"n\": {\"other\": \"{zahl} Dinge\"}, \"x\": \"x\"}";
        let found = problems(&[("src/i18n/en.json", EN), ("src/i18n/de.json", de)]);
        for part in [
            "`home.title` is empty",
            "has no text for `x`",
            "placeholders",
        ] {
            assert!(
                found.iter().any(|it| it.contains(part)),
                "{part} in {found:?}"
            );
        }
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn keys_and_code_name_the_same_texts() {
        let list = "messages! {\n  a => \"home.title\",\n  b => \"gone\",\n}";
        let found = problems(&[("src/i18n/en.json", EN), ("src/i18n/messages.rs", list)]);
        assert_eq!(
            found,
            [
                "src/i18n/messages.rs:3 asks for `gone`, which no language has",
                "src/i18n/:0 no code asks for `n`"
            ]
        );
    }
}
