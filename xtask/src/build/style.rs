//! One stylesheet from the files of `style/`.
//!
//! Each file wraps itself in its cascade layer, and `layers.css` states their order first, so the
//! order of the rest only decides between rules of one layer.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::{files_below, files_in, read};

/// The files that come first, in this order; other files directly in `style/` follow by name, then
/// `components/`, then `features/`.
const FIRST: [&str; 5] = [
    "layers.css",
    "tokens.css",
    "reset.css",
    "base.css",
    "layout.css",
];

/// The text of all files in their order, without comments.
pub fn concatenated(folder: &Path) -> Result<String> {
    let mut css = String::new();
    for path in ordered(folder)? {
        css.push_str(&without_comments(&read(&path)?));
    }
    Ok(css)
}

fn ordered(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_css = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "css");
    let top: Vec<PathBuf> = files_in(folder)?.into_iter().filter(is_css).collect();
    let mut found: Vec<PathBuf> = FIRST
        .iter()
        .map(|name| folder.join(name))
        .filter(|path| top.contains(path))
        .collect();
    if found.first() != Some(&folder.join("layers.css")) {
        bail!("style/layers.css is missing: it states the order of the layers before any rule");
    }
    for path in top {
        if !found.contains(&path) {
            found.push(path);
        }
    }
    for inner in ["components", "features"] {
        found.extend(files_below(&folder.join(inner))?.into_iter().filter(is_css));
    }
    Ok(found)
}

/// Leaves out comments, indentation and empty lines; strings stay as they are.
fn without_comments(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    let mut quote = None;
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                text.push(c);
                text.extend(rest.next());
            }
            (Some(open), _) => {
                text.push(c);
                if c == open {
                    quote = None;
                }
            }
            (None, '/') if rest.peek() == Some(&'*') => {
                rest.next();
                let mut before = ' ';
                for inner in rest.by_ref() {
                    if before == '*' && inner == '/' {
                        break;
                    }
                    before = inner;
                }
            }
            (None, '"' | '\'') => {
                quote = Some(c);
                text.push(c);
            }
            (None, _) => text.push(c),
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::new(), |all, line| all + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        let css =
            "/* why */\n@layer base {\n  a::before { content: \"/* kept */\\\"\"; } /* x **/\n}\n";
        assert_eq!(
            without_comments(css),
            "@layer base {\na::before { content: \"/* kept */\\\"\"; }\n}\n"
        );
    }

    #[test]
    fn the_statement_of_layers_is_required_and_first() {
        let folder = std::env::temp_dir().join(format!("rapport-style-{}", std::process::id()));
        let components = folder.join("components");
        std::fs::create_dir_all(&components).unwrap();
        std::fs::write(folder.join("base.css"), "b{}").unwrap();
        std::fs::write(components.join("button.css"), "c{}").unwrap();
        assert!(concatenated(&folder).is_err());
        std::fs::write(folder.join("layers.css"), "@layer base, components;").unwrap();
        std::fs::write(folder.join("zoom.css"), "z{}").unwrap();
        let css = concatenated(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(css, "@layer base, components;\nb{}\nz{}\nc{}\n");
    }
}
