//! Connector profiles are valid JSON, and the generated part of their schema is as the domain has it. That they match their schema, and that their recorded
//! requests replay, is tested in crates/connector.

use anyhow::Result;
use serde_json::Value;

use super::{Finding, Tree};
use crate::profiles;

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, text) in tree.below("profiles/", "json") {
        if let Err(error) = serde_json::from_str::<Value>(text) {
            findings.push(Finding {
                path: path.to_owned(),
                line: error.line(),
                problem: format!("is no valid JSON: {error}"),
                remedy: "mend the syntax; JSON has no comments and no comma before a closing bracket",
            });
        }
    }
    if tree
        .file(profiles::FILE)
        .is_some_and(|text| text != profiles::document())
    {
        findings.push(Finding {
            path: profiles::FILE.to_owned(),
            line: 0,
            problem: "does not follow from the schemas of the domain".to_owned(),
            remedy: "run `cargo xtask profiles`",
        });
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_does_not_follow_from_the_domain_is_found() {
        let stale = Tree::of(&[(profiles::FILE, "{}")]);
        assert_eq!(check(&stale).unwrap().len(), 1);
        let fresh = Tree::of(&[(profiles::FILE, &profiles::document())]);
        assert_eq!(check(&fresh).unwrap(), []);
    }

    #[test]
    fn broken_json_is_found_with_its_line() {
        let tree = Tree::of(&[
            ("profiles/a.json", "{\n\"a\": 1,\n}"),
            ("profiles/b.json", "{}"),
        ]);
        let found = check(&tree).unwrap();
        assert_eq!((found.len(), found[0].line), (1, 3));
    }
}
