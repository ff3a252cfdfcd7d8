//! Connector profiles are valid JSON. That they match their schema, and that their recorded
//! requests replay, is tested in crates/connector.

use anyhow::Result;
use serde_json::Value;

use super::{Finding, Tree};

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
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

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
