//! No vendor's name in Rust: what a product does differently is data in `profiles/`.

use anyhow::Result;

use super::{Finding, Tree};

/// Names no ordinary word contains, so that they are found in any spelling and inside identifiers.
const ANYWHERE: [&str; 31] = [
    "zendesk",
    "servicenow",
    "atlassian",
    "freshservice",
    "freshdesk",
    "redmine",
    "zammad",
    "znuny",
    "osticket",
    "topdesk",
    "manageengine",
    "ivanti",
    "cherwell",
    "solarwinds",
    "sysaid",
    "haloitsm",
    "directus",
    "strapi",
    "pocketbase",
    "supabase",
    "parseserver",
    "parse-server",
    "parse_server",
    "parse server",
    "salesforce",
    "hubspot",
    "openproject",
    "erpnext",
    "espocrm",
    "suitecrm",
    "jira",
];

/// Names that only count as a whole word.
const WHOLE: [&str; 4] = ["glpi", "otrs", "itop", "odoo"];

/// Names that only count as a whole word in this very spelling.
const EXACT: [&str; 2] = ["SAP", "HaloPSA"];

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for folder in ["src/", "crates/", "backend/src/"] {
        for (path, text) in tree.below(folder, "rs") {
            for (number, line) in text.lines().enumerate() {
                if let Some(name) = vendor_in(line) {
                    findings.push(Finding {
                        path: path.to_owned(),
                        line: number + 1,
                        problem: format!("names the vendor `{name}`"),
                        remedy: "say what the backend does, not who makes it; what only one product \
                                 does belongs in its profile",
                    });
                }
            }
        }
    }
    Ok(findings)
}

fn vendor_in(line: &str) -> Option<&'static str> {
    let lower = line.to_lowercase();
    let anywhere = ANYWHERE.iter().find(|name| lower.contains(*name));
    let whole = || WHOLE.iter().find(|name| has_word(&lower, name));
    let exact = || EXACT.iter().find(|name| has_word(line, name));
    anywhere.or_else(whole).or_else(exact).copied()
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let letter = |c: char| c.is_alphabetic();
        !line[..at].chars().next_back().is_some_and(letter)
            && !line[at + word.len()..].chars().next().is_some_and(letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_found_in_any_spelling() {
        for bad in [
            "// as Zendesk does",
            "struct JiraClient;",
            "fn from_servicenow()",
            "a GLPI ticket",
            "otrs_id",
            "SAP",
        ] {
            assert!(vendor_in(bad).is_some(), "{bad}");
        }
        for good in [
            "the service now answers",
            "a sap of words",
            "biTopic",
            "parse the server's answer",
        ] {
            assert_eq!(vendor_in(good), None, "{good}");
        }
    }

    #[test]
    fn only_rust_of_the_product_is_looked_at() {
        let tree = Tree::of(&[
            ("src/app.rs", "// zendesk"),
            ("backend/src/main.rs", "\n// zendesk"),
            ("profiles/zendesk.json", "{}"),
            ("tests/e2e/src/lib.rs", "// zendesk"),
        ]);
        let found: Vec<_> = check(&tree)
            .unwrap()
            .into_iter()
            .map(|it| (it.path, it.line))
            .collect();
        assert_eq!(
            found,
            [
                ("src/app.rs".to_owned(), 1),
                ("backend/src/main.rs".to_owned(), 2)
            ]
        );
    }
}
