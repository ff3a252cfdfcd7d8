//! What a view may not contain: it would break accessibility or the Content-Security-Policy.

use anyhow::Result;

use super::code::{code_of, line_at, lines_with_word};
use super::{Finding, Tree};

const INERT: [&str; 4] = ["div", "span", "li", "p"];

const CLICKABLE: &str = "use a button or a link: it has a role, a key and a focus ring";
const STYLED: &str =
    "the policy blocks style attributes: use a class, or `style:name=value` for a computed value";

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, text) in tree.below("src/", "rs") {
        let code = code_of(text);
        let mut add = |line: usize, problem: &str, remedy: &'static str| {
            findings.push(Finding {
                path: path.to_owned(),
                line,
                problem: problem.to_owned(),
                remedy,
            });
        };
        for line in lines_with_word(&code, "inner_html") {
            add(
                line,
                "inner_html",
                "build nodes instead: markup from outside is an open door",
            );
        }
        for line in clickable(&code) {
            add(
                line,
                "an element without a role reacts to clicks",
                CLICKABLE,
            );
        }
        for (number, line) in code.lines().enumerate() {
            if line
                .match_indices("style=")
                .any(|(at, _)| starts_attribute(&line[..at]))
            {
                add(number + 1, "a style attribute", STYLED);
            }
        }
        for call in ["attribute(\"style\"", "attr(\"style\""] {
            for (at, _) in text.match_indices(call) {
                add(line_at(text, at), "a style attribute", STYLED);
            }
        }
    }
    let pages = ["", "public/", "src/"];
    for (path, text) in pages.iter().flat_map(|folder| tree.below(folder, "html")) {
        if !path.starts_with("tests/") {
            findings.extend(page(path, text));
        }
    }
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    findings.dedup();
    Ok(findings)
}

/// Whether an attribute may begin after this text: `style =` of a `let` has a space before its
/// equals sign, and `class:style=` or `some_style=` a character before the name.
fn starts_attribute(before: &str) -> bool {
    !before
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || "_-.".contains(c))
}

/// Lines of tags of inert elements that have `on:click` among their attributes.
fn clickable(code: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for name in INERT {
        for (at, _) in code.match_indices(&format!("<{name}")) {
            let inside = &code[at + 1 + name.len()..];
            if inside.starts_with(|c: char| c.is_alphanumeric() || "_-:".contains(c)) {
                continue;
            }
            let attributes = &inside[..tag_length(inside)];
            if ["on:click", "on:dblclick"]
                .iter()
                .any(|event| attributes.contains(event))
            {
                lines.push(line_at(code, at));
            }
        }
        let call = format!("{name}()");
        for (at, _) in code.match_indices(&call) {
            let part = |c: char| c.is_alphanumeric() || c == '_';
            let chain = code[at..].split(';').next().unwrap_or_default();
            // Only the element's own methods: its children stand in the parentheses of `.child(`.
            let own = chain.split(".child(").next().unwrap_or_default();
            if !code[..at].chars().next_back().is_some_and(part) && own.contains("ev::click") {
                lines.push(line_at(code, at));
            }
        }
    }
    lines.sort_unstable();
    lines
}

/// Where a tag ends: at the first `>` that is outside every bracket and not part of `->` or `=>`.
fn tag_length(text: &str) -> usize {
    let (mut depth, mut before) = (0_i32, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            '>' if depth <= 0 && before != '-' && before != '=' => return at,
            _ => {}
        }
        before = c;
    }
    text.len()
}

fn page(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        let script = lower.contains("<script") && !lower.contains("src=");
        let handler = ["onclick=", "onload=", "onerror="]
            .iter()
            .any(|name| lower.contains(name));
        let problems = [
            (
                lower.contains(" style=") || lower.contains("<style"),
                "inline style",
                STYLED,
            ),
            (
                (script && !lower.contains("type=\"application/json\"")) || handler,
                "an inline script",
                "the policy blocks it: put it in a file of public/",
            ),
        ];
        for (_, problem, remedy) in problems.into_iter().filter(|(found, ..)| *found) {
            let problem = problem.to_owned();
            findings.push(Finding {
                path: path.to_owned(),
                line: number + 1,
                problem,
                remedy,
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).unwrap().len()
    }

    #[test]
    fn a_clickable_div_is_found_wherever_the_handler_stands() {
        for bad in [
            "view! { <div class=\"a\" on:click=move |_| open() >\"x\"</div> }",
            "view! { <li\n  class:new=move || x > 1\n  on:click=f></li> }"
                .replace("x > 1", "{x > 1}")
                .as_str(),
            "view! { <span on:click=f/> }",
            "let x = div().on(ev::click, f);",
        ] {
            assert_eq!(count("src/features/a.rs", bad), 1, "{bad}");
        }
        for good in [
            "view! { <div><button on:click=f>\"x\"</button></div> }",
            "view! { <details on:click=f></details> }",
            "view! { <progress on:click=f/> }",
            "let x = div().child(button().on(ev::click, f));",
        ] {
            assert_eq!(count("src/features/a.rs", good), 0, "{good}");
        }
    }

    #[test]
    fn style_attributes_are_found_and_style_properties_are_not() {
        for bad in [
            "view! { <p style=\"color:red\"></p> }",
            "view! { <p style=move || x></p> }",
            "element.set_attribute(\"style\", x)",
        ] {
            assert_eq!(count("src/ui/a.rs", bad), 1, "{bad}");
        }
        for good in [
            "view! { <p style:width=w></p> }",
            "let style = 1;",
            "font_style=1",
            "// style=\"x\"",
            "&[(\"style\", \"long\")]",
        ] {
            assert_eq!(count("src/ui/a.rs", good), 0, "{good}");
        }
    }

    #[test]
    fn markup_from_outside_has_no_way_in() {
        assert_eq!(count("src/ui/a.rs", "view! { <p inner_html=x></p> }"), 1);
        assert_eq!(count("src/ui/a.rs", "// no inner_html"), 0);
    }

    #[test]
    fn a_page_has_nothing_inline_but_data() {
        assert_eq!(
            count(
                "index.html",
                "<p style=\"x\">\n<script>x</script>\n<b onclick=\"y\">"
            ),
            3
        );
        assert_eq!(
            count(
                "index.html",
                "<script type=\"application/json\" id=\"a\">{}</script>"
            ),
            0
        );
        assert_eq!(
            count(
                "index.html",
                "<script type=\"module\" src=\"a.js\"></script>"
            ),
            0
        );
    }
}
