//! Which crate may depend on which, asked of cargo itself.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finding, Tree};
use crate::process;
use crate::progress::Advise;

/// A package, and the packages of the workspace it may depend on.
const ALLOWED: [(&str, &str, &[&str]); 5] = [
    ("rapport-domain", "crates/domain", &[]),
    ("rapport-store", "crates/store", &["rapport-domain"]),
    ("rapport-connector", "crates/connector", &["rapport-domain"]),
    (
        "rapport-sync",
        "crates/sync",
        &["rapport-domain", "rapport-store", "rapport-connector"],
    ),
    ("rapport-backend", "backend", &["rapport-domain"]),
];

/// What the pure crates never pull in: a browser, a view, a runtime.
const IMPURE: [&str; 5] = ["wasm-bindgen", "web-sys", "js-sys", "leptos", "tokio"];

pub(super) fn check(_: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (package, folder, allowed) in ALLOWED {
        let names = dependencies(package)?;
        findings.extend(judge(package, folder, allowed, &names));
    }
    Ok(findings)
}

fn dependencies(package: &str) -> Result<BTreeSet<String>> {
    let mut command = process::cargo([
        "tree",
        "--quiet",
        "--package",
        package,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    if package != "rapport-backend" {
        command.args(["--target", "wasm32-unknown-unknown"]);
    }
    let text =
        process::quiet(&mut command).advise("`cargo tree` must work before its answer counts")?;
    let names = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names
        .filter(|name| *name != package)
        .map(str::to_owned)
        .collect())
}

fn judge(package: &str, folder: &str, allowed: &[&str], names: &BTreeSet<String>) -> Vec<Finding> {
    let finding = |problem: String, remedy: &'static str| Finding {
        path: format!("{folder}/Cargo.toml"),
        line: 0,
        problem,
        remedy,
    };
    let mut findings = Vec::new();
    for name in names {
        let ours = name == "rapport" || name.starts_with("rapport-");
        if ours && !allowed.contains(&name.as_str()) {
            findings.push(finding(
                format!("{package} depends on {name}"),
                "client → sync → {store, connector} → domain, backend → domain: move the code down",
            ));
        }
        if folder.starts_with("crates/") && IMPURE.contains(&name.as_str()) {
            findings.push(finding(
                format!("{package} pulls in {name}"),
                "the crates are pure: take the value as an argument, or switch off the feature that \
                 brings it (`cargo tree -i` names the way)",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(package: &str, folder: &str, allowed: &[&str], names: &[&str]) -> usize {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        judge(package, folder, allowed, &names).len()
    }

    #[test]
    fn a_dependency_against_the_direction_is_found() {
        let allowed = &["rapport-domain"];
        assert_eq!(
            found(
                "rapport-store",
                "crates/store",
                allowed,
                &["rapport-domain", "serde"]
            ),
            0
        );
        assert_eq!(
            found("rapport-store", "crates/store", allowed, &["rapport-sync"]),
            1
        );
        assert_eq!(
            found(
                "rapport-backend",
                "backend",
                allowed,
                &["rapport-store", "tokio"]
            ),
            1
        );
    }

    #[test]
    fn a_pure_crate_pulls_in_no_browser_and_no_runtime() {
        assert_eq!(
            found(
                "rapport-domain",
                "crates/domain",
                &[],
                &["wasm-bindgen", "tokio"]
            ),
            2
        );
    }
}
