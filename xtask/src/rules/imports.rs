//! Which rooms of the client may import which: ui imports neither features nor live nor web, and one
//! feature never imports another. What several features show stands in `features/shared`, which imports
//! none of them.

use std::collections::BTreeSet;

use anyhow::Result;

use super::code::{code_of, line_at};
use super::{Finding, Tree};

/// The one folder of `src/features` that is no feature.
const SHARED: &str = "shared";

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let features: BTreeSet<&str> = tree
        .below("src/features/", "rs")
        .filter_map(|(path, _)| feature_of(path))
        .collect();
    let mut findings = Vec::new();
    for (path, text) in tree.below("src/", "rs") {
        let code = code_of(text);
        for (line, segments) in paths(&code, path) {
            let room = segments.first().map_or("", String::as_str);
            let inner = segments.get(1).map_or("", String::as_str);
            let mut add = |problem: String, remedy: &'static str| {
                findings.push(Finding {
                    path: path.to_owned(),
                    line,
                    problem,
                    remedy,
                });
            };
            let in_ui = path.starts_with("src/ui/") || path == "src/ui.rs";
            if in_ui && ["features", "live", "web"].contains(&room) {
                add(
                    format!("ui imports crate::{room}"),
                    "a component gets values and callbacks as props; what the browser is needed for \
                     comes through leptos",
                );
            }
            if let Some(own) = feature_of(path)
                && room == "features"
                && features.contains(inner)
                && inner != own
                && inner != SHARED
            {
                add(
                    format!("the feature `{own}` imports the feature `{inner}`"),
                    "move what both need to src/features/shared, src/ui or src/live",
                );
            }
        }
    }
    Ok(findings)
}

/// The feature a file belongs to.
fn feature_of(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("src/features/")?;
    Some(
        inner
            .split('/')
            .next()
            .unwrap_or(inner)
            .trim_end_matches(".rs"),
    )
}

/// Every path of the own crate, from its root, with the line it begins on. `use` groups are taken
/// apart and `super` is resolved against the file's place.
fn paths(code: &str, file: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate", "super"] {
        for (at, _) in code.match_indices(start) {
            let after = &code[at + start.len()..];
            let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
            if code[..at].chars().next_back().is_some_and(part_of_word)
                || code[..at].trim_end().ends_with("super::")
                || !after.trim_start().starts_with("::")
            {
                continue;
            }
            let mut prefix = if start == "crate" {
                Vec::new()
            } else {
                module_of(file)
            };
            let mut rest = after;
            if start == "super" {
                prefix.pop();
                while let Some(further) = after_colons(rest).strip_prefix("super") {
                    prefix.pop();
                    rest = further;
                }
            }
            let line = line_at(code, at);
            let tree = after_colons(rest);
            expand(tree, &prefix, &mut |path| found.push((line, path)));
        }
    }
    found
}

fn after_colons(text: &str) -> &str {
    let text = text.trim_start();
    text.strip_prefix("::").unwrap_or(text).trim_start()
}

/// The module path of a file below `src/`.
fn module_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    inner
        .split('/')
        .filter(|part| *part != "mod")
        .map(str::to_owned)
        .collect()
}

/// Hands on each path of a use tree, at most two segments deep, which is all the rules look at.
fn expand(tree: &str, prefix: &[String], emit: &mut impl FnMut(Vec<String>)) {
    if let Some(group) = tree.strip_prefix('{') {
        for item in items(group) {
            expand(item.trim_start(), prefix, emit);
        }
        return;
    }
    let end = tree
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(tree.len());
    let mut path = prefix.to_vec();
    if end > 0 && &tree[..end] != "self" {
        path.push(tree[..end].to_owned());
    }
    let rest = tree[end..].trim_start();
    if path.len() < 2 && rest.starts_with("::") && end > 0 {
        expand(after_colons(rest), &path, emit);
    } else {
        emit(path);
    }
}

/// The items of a group, after its opening brace.
fn items(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&group[from..at]);
                return found;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let found = check(&Tree::of(files)).unwrap();
        found
            .into_iter()
            .map(|it| format!("{}:{} {}", it.path, it.line, it.problem))
            .collect()
    }

    #[test]
    fn ui_imports_no_room_above_it() {
        let bad = "\nuse crate::{ui::icon, live::{Live}};\nfn f() { crate::web::dom::x() }\n";
        assert_eq!(
            problems(&[("src/ui/button.rs", bad)]),
            [
                "src/ui/button.rs:2 ui imports crate::live",
                "src/ui/button.rs:3 ui imports crate::web"
            ]
        );
        let good = "use crate::ui::icon::Icon;\nuse crate::i18n::Message; // crate::web\n";
        assert!(problems(&[("src/ui/button.rs", good)]).is_empty());
    }

    #[test]
    fn features_do_not_import_each_other() {
        let other = ("src/features/catalogue/list.rs", "");
        for bad in [
            "use crate::features::catalogue::Row;",
            "use crate::features::{tickets::Row, catalogue};",
            "use super::super::catalogue::Row;",
        ] {
            let found = problems(&[other, ("src/features/tickets/list.rs", bad)]);
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
        }
        for good in [
            "use crate::features::tickets::Row;",
            "use super::model::Row;",
            "mod tests { use super::super::model::Row; use super::*; }",
            "use crate::ui::{button::Button, catalogue};",
        ] {
            let found = problems(&[other, ("src/features/tickets/list.rs", good)]);
            assert!(found.is_empty(), "{good}: {found:?}");
        }
        let shared = (
            "src/features/shared/row.rs",
            "use crate::features::catalogue::Row;",
        );
        assert_eq!(
            problems(&[other, shared]).len(),
            1,
            "what is shared stands below the features"
        );
        let user = (
            "src/features/tickets/list.rs",
            "use crate::features::shared::Row;",
        );
        assert!(problems(&[other, ("src/features/shared/row.rs", ""), user]).is_empty());
        let routes = ("src/app.rs", "use crate::features::{tickets, catalogue};");
        assert!(
            problems(&[other, routes]).is_empty(),
            "the routes name every feature"
        );
    }
}
