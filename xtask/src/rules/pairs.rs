//! A component and its style share their name, so that each is found from the other. A component needs
//! no file of its own when all its classes are general ones, stated directly in `style/`.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let general: String = tree
        .below("style/", "css")
        .filter(|(path, _)| path.matches('/').count() == 1)
        .map(|(_, text)| text)
        .collect();
    let mut components = BTreeSet::new();
    let mut styled = BTreeSet::new();
    for (path, text) in tree.below("src/ui/", "rs") {
        let name = first_name(path, "src/ui/");
        components.insert(name);
        let own = |class: &str| !general.contains(&format!(".{class}"));
        if text.contains("#[component]") && classes_in(text).any(own) {
            styled.insert(name);
        }
    }
    let styles: BTreeSet<&str> = tree
        .below("style/components/", "css")
        .map(|(path, _)| first_name(path, "style/components/"))
        .collect();
    let mut findings = Vec::new();
    for name in styled.difference(&styles) {
        findings.push(Finding {
            path: format!("src/ui/{name}.rs"),
            line: 0,
            problem: format!("the component `{name}` has no style/components/{name}.css"),
            remedy: "put the rules of its classes there, in the layer `components`",
        });
    }
    for name in styles.difference(&components) {
        findings.push(Finding {
            path: format!("style/components/{name}.css"),
            line: 0,
            problem: format!("no component is called `{name}`"),
            remedy: "name it after its component in src/ui, or move it to style/features",
        });
    }
    Ok(findings)
}

/// The classes written out in a view.
fn classes_in(text: &str) -> impl Iterator<Item = &str> {
    let lists = text
        .split("class=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let switched = text
        .split("class:")
        .skip(1)
        .filter_map(|rest| rest.split(['=', ' ']).next());
    lists.flat_map(str::split_whitespace).chain(switched)
}

fn first_name<'a>(path: &'a str, folder: &str) -> &'a str {
    let inner = path.strip_prefix(folder).unwrap_or(path);
    let first = inner.split('/').next().unwrap_or(inner);
    first.rsplit_once('.').map_or(first, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPONENT: &str = "#[component] fn Button() { view! { <button class=\"button\"/> } }";

    fn count(files: &[(&str, &str)]) -> usize {
        check(&Tree::of(files)).unwrap().len()
    }

    #[test]
    fn a_component_without_its_style_is_found() {
        assert_eq!(count(&[("src/ui/button.rs", COMPONENT)]), 1);
        assert_eq!(
            count(&[
                ("src/ui/button.rs", COMPONENT),
                ("style/components/button.css", "")
            ]),
            0
        );
        assert_eq!(count(&[("src/ui/focus.rs", "fn trap() {}")]), 0);
        let general = ("style/base.css", "@layer base { .button { color: red } }");
        assert_eq!(count(&[("src/ui/button.rs", COMPONENT), general]), 0);
    }

    #[test]
    fn a_style_without_its_component_is_found() {
        assert_eq!(count(&[("style/components/button.css", "")]), 1);
        let folder = [
            ("src/ui/dialog/panel.rs", "x"),
            ("style/components/dialog.css", ""),
        ];
        assert_eq!(count(&folder), 0);
    }
}
