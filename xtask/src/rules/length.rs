//! One idea per file: a long one holds more than one.

use anyhow::Result;

use super::{Finding, Tree};

const LINES: usize = 600;

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for folder in ["src/", "crates/", "backend/src/", "xtask/src/"] {
        for (path, text) in tree.below(folder, "rs") {
            let count = text.lines().count();
            if count > LINES {
                findings.push(Finding {
                    path: path.to_owned(),
                    line: LINES + 1,
                    problem: format!("{count} lines"),
                    remedy: "give its second idea a file of its own",
                });
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hundred_lines_are_enough() {
        let (long, fits) = ("x\n".repeat(LINES + 1), "x\n".repeat(LINES));
        let tree = Tree::of(&[
            ("src/a.rs", &long),
            ("src/b.rs", &fits),
            ("tests/c.rs", &long),
        ]);
        assert_eq!(check(&tree).unwrap().len(), 1);
    }
}
