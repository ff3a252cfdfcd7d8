//! ARCHITECTURE.md states invariants as `**I-7** …`; each ends with the tests that hold it, as
//! ``Test: `name` `` or ``Tests: `one`, `two` ``, and each of those exists.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finding, Tree};

const MAP: &str = "ARCHITECTURE.md";

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let Some(text) = tree.file(MAP) else {
        return Ok(vec![Finding {
            path: MAP.to_owned(),
            line: 0,
            problem: "there is no map of the project".to_owned(),
            remedy: "write it, with numbered invariants as xtask/src/rules/invariants.rs reads them",
        }]);
    };
    let functions: BTreeSet<&str> = ["src/", "crates/", "backend/", "tests/", "xtask/"]
        .iter()
        .flat_map(|folder| tree.below(folder, "rs"))
        .flat_map(|(_, code)| functions_in(code))
        .collect();
    let stated = invariants(text);
    if stated.is_empty() {
        return Ok(vec![Finding {
            path: MAP.to_owned(),
            line: 0,
            problem: "it states no invariant".to_owned(),
            remedy: "write each as ``- **I-1** what always holds. Test: `function_name` ``",
        }]);
    }
    let mut findings = Vec::new();
    for (line, name, tests) in stated {
        let mut add = |problem: String, remedy: &'static str| {
            findings.push(Finding {
                path: MAP.to_owned(),
                line,
                problem,
                remedy,
            });
        };
        if tests.is_empty() {
            add(
                format!("{name} names no test"),
                "end it with ``Test: `function_name` ``; what no test holds is a wish",
            );
        }
        for test in tests {
            // `suite::name` and `name` both point at the function.
            let function = test.rsplit("::").next().unwrap_or(test);
            if !functions.contains(function) {
                add(
                    format!("{name} names the test `{test}`, which does not exist"),
                    "correct the name, or write the test",
                );
            }
        }
    }
    Ok(findings)
}

fn functions_in(code: &str) -> impl Iterator<Item = &str> {
    code.split("fn ").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        (end > 0).then(|| &rest[..end])
    })
}

/// Line, name and tests of each invariant; one reaches to the next one or to an empty line.
fn invariants(text: &str) -> Vec<(usize, &str, Vec<&str>)> {
    let mut found: Vec<(usize, &str, Vec<&str>)> = Vec::new();
    let mut inside = false;
    let mut naming = false;
    for (number, line) in text.lines().enumerate() {
        let start = line.trim_start().trim_start_matches(['-', '*', '|', ' ']);
        let name = start
            .split([' ', '*', ':', '.', '|'])
            .next()
            .unwrap_or_default();
        let is_name = name
            .strip_prefix("I-")
            .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()));
        if is_name {
            found.push((number + 1, name, Vec::new()));
            (inside, naming) = (true, false);
        } else if line.trim().is_empty() {
            inside = false;
        }
        if !inside {
            continue;
        }
        let tests = match line.find("Test") {
            Some(at) => {
                naming = true;
                &line[at..]
            }
            None if naming => line,
            None => continue,
        };
        if let Some((_, _, names)) = found.last_mut() {
            names.extend(tests.split('`').skip(1).step_by(2));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let tree = Tree::of(&[
            (MAP, text),
            (
                "crates/sync/tests/a.rs",
                "fn acked_once() {}\nasync fn kept_in_order() {}",
            ),
        ]);
        check(&tree)
            .unwrap()
            .into_iter()
            .map(|it| format!("{} {}", it.line, it.problem))
            .collect()
    }

    #[test]
    fn an_invariant_names_tests_that_exist() {
        let good = "# Invariants\n- **I-1** Sent `once`.\n  Test: `sync::acked_once`\n- **I-2** In order. Tests: `acked_once`,\n  `kept_in_order`\n\nSee `elsewhere`.\n";
        assert_eq!(problems(good), [""; 0]);
    }

    #[test]
    fn a_missing_or_misspelt_test_is_found() {
        let bad = "- **I-1** Sent once.\n- **I-2** In order. Test: `kept`\n";
        assert_eq!(
            problems(bad),
            [
                "1 I-1 names no test",
                "2 I-2 names the test `kept`, which does not exist"
            ]
        );
    }

    #[test]
    fn the_map_itself_is_required() {
        assert_eq!(check(&Tree::default()).unwrap().len(), 1);
        assert_eq!(
            problems("# Invariants\n1. Sent once.\n"),
            ["0 it states no invariant"]
        );
    }
}
