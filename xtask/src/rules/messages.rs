//! The interface speaks every language completely.
//!
//! `src/i18n/<language>.json` maps keys to texts with `{placeholders}`, or to one text per plural form.
//! All languages have the same keys with the same placeholders, and each is used as `Msg::key`
//! somewhere. (That no code uses another one is the compiler's to say: `build.rs` makes the enum of the
//! English file.)

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::code::{code_of, line_at};
use super::{Finding, Tree};

const FOLDER: &str = "src/i18n/";
const LIST: &str = "src/i18n/en.json";

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
    findings.extend(unused(tree, &keys));
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

/// Messages that no code shows.
fn unused(tree: &Tree, keys: &BTreeSet<&String>) -> Vec<Finding> {
    let mut shown = BTreeSet::new();
    for (path, text) in tree.below("src/", "rs") {
        if text.contains("Msg::") {
            let code = code_of(text);
            shown.extend(
                code.split("Msg::")
                    .skip(1)
                    .filter_map(first_word)
                    .map(str::to_owned),
            );
        }
        // A file that brings the names into scope may use them without the prefix.
        if text.contains("Msg::*") || text.contains("Msg::{") || path.starts_with(FOLDER) {
            let code = code_of(text);
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            shown.extend(words.map(str::to_owned));
        }
    }
    let plain: BTreeSet<&str> = keys.iter().map(|key| without_form(key)).collect();
    let hidden = plain.into_iter().filter(|key| !shown.contains(*key));
    hidden
        .map(|key| Finding {
            path: LIST.to_owned(),
            line: tree
                .file(LIST)
                .and_then(|text| Some(line_at(text, text.find(&format!("\"{key}\""))?)))
                .unwrap_or(0),
            problem: format!("`{key}` is shown nowhere"),
            remedy: "remove it from every language, or show it",
        })
        .collect()
}

fn first_word(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn without_form(key: &str) -> &str {
    match key.rsplit_once('.') {
        Some((stem, form)) if PLURAL_FORMS.contains(&form) => stem,
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "{\n\"home_title\": \"Home\",\n\"items\": {\"one\": \"one\", \"other\": \"{count} items\"}\n}";
    const SHOWN: (&str, &str) = ("src/app.rs", "t(Msg::home_title); t(Msg::items)");

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let found = check(&Tree::of(files)).unwrap();
        found
            .into_iter()
            .map(|it| format!("{}:{} {}", it.path, it.line, it.problem))
            .collect()
    }

    #[test]
    fn complete_languages_pass() {
        let de = "{\"home_title\": \"Start\", \"items\": {\"one\": \"eins\", \"few\": \"x\", \"other\": \"{count} Dinge\"}}";
        let files = [("src/i18n/en.json", EN), ("src/i18n/de.json", de), SHOWN];
        assert_eq!(problems(&files), [""; 0]);
    }

    #[test]
    fn missing_empty_and_changed_texts_are_found() {
        let de = "{\"home_title\": \" \", \"items\": {\"other\": \"{zahl} Dinge\"}, \"x\": \"x\"}";
        let shown = ("src/app.rs", "t(Msg::home_title); t(Msg::items); t(Msg::x)");
        let found = problems(&[("src/i18n/en.json", EN), ("src/i18n/de.json", de), shown]);
        for part in [
            "`home_title` is empty",
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
    fn a_text_nobody_sees_is_found() {
        let shown = ("src/app.rs", "t(Msg::home_title) // Msg::items");
        assert_eq!(
            problems(&[("src/i18n/en.json", EN), shown]),
            ["src/i18n/en.json:3 `items` is shown nowhere"]
        );
    }
}
