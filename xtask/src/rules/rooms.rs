//! Which room of the client may name what.

use anyhow::Result;

use super::code::{code_of, lines_with_word};
use super::{Finding, Tree};

/// Crates that are the browser, by the prefix of their names.
const BROWSER: [&str; 9] = [
    "web_sys",
    "js_sys",
    "gloo",
    "gloo_timers",
    "gloo_events",
    "gloo_net",
    "indexed_db_futures",
    "wasm_bindgen",
    "wasm_bindgen_futures",
];

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, text) in tree.below("src/", "rs") {
        let code = code_of(text);
        let mut forbid = |word: &str, remedy: &'static str| {
            for line in lines_with_word(&code, word) {
                findings.push(Finding {
                    path: path.to_owned(),
                    line,
                    problem: format!("`{word}` is named outside its room"),
                    remedy,
                });
            }
        };
        let in_web = path.starts_with("src/web/") || path == "src/web.rs";
        if !in_web && !path.starts_with("src/bin/") {
            for name in BROWSER {
                forbid(name, "put it behind a function of src/web and call that");
            }
        }
        if in_web {
            forbid(
                "leptos",
                "src/web knows no signals: take and return plain values",
            );
        }
        if path.starts_with("src/ui/") || path == "src/ui.rs" {
            forbid(
                "rapport_domain",
                "a ui component knows no record: pass plain values as props",
            );
        }
        if path != "src/context.rs" {
            forbid(
                "provide_context",
                "provide it in src/context.rs, as a named newtype",
            );
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let found = check(&Tree::of(&[(path, text)])).unwrap();
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn the_browser_is_named_in_web_and_bin_only() {
        let text = "//! web_sys in prose\nuse web_sys::Window;\n";
        assert_eq!(lines("src/live/rows.rs", text), [2]);
        assert_eq!(lines("src/web/dom.rs", text), [0; 0]);
        assert_eq!(lines("src/bin/sync_worker.rs", text), [0; 0]);
        assert_eq!(
            lines("src/app.rs", "let x = leptos::web_sys::window();"),
            [1]
        );
    }

    #[test]
    fn web_knows_no_leptos() {
        assert_eq!(lines("src/web/dom.rs", "use leptos::prelude::*;"), [1]);
        assert_eq!(lines("src/live/rows.rs", "use leptos::prelude::*;"), [0; 0]);
    }

    #[test]
    fn ui_knows_no_record() {
        assert_eq!(
            lines("src/ui/button.rs", "use rapport_domain::Ticket;"),
            [1]
        );
        assert_eq!(
            lines(
                "src/features/tickets/list.rs",
                "use rapport_domain::Ticket;"
            ),
            [0; 0]
        );
    }

    #[test]
    fn context_is_provided_in_one_file() {
        assert_eq!(lines("src/boot.rs", "provide_context(store);"), [1]);
        assert_eq!(lines("src/context.rs", "provide_context(store);"), [0; 0]);
    }
}
