//! `index.html` with the links of one build.

use anyhow::{Context, Result};

use super::scripts::replaced;

/// What the page names; paths are relative to the base.
pub struct Links<'a> {
    /// Where the client is deployed.
    pub base: &'a str,
    /// The stylesheet.
    pub style: &'a str,
    /// The first script.
    pub boot: &'a str,
    /// The glue it imports.
    pub glue: &'a str,
    /// The wasm it starts.
    pub wasm: &'a str,
    /// The script of the sync worker.
    pub worker: &'a str,
    /// Message files by language.
    pub languages: &'a [(String, String)],
    /// The build's identity.
    pub build: &'a str,
    /// Whether the page reloads after a rebuild.
    pub reload: bool,
}

/// Fills the template.
pub fn filled(template: &str, links: &Links<'_>) -> Result<String> {
    let assets = serde_json::json!({
        "build": links.build,
        "worker": links.worker,
        "languages": links.languages.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "sanitizer": null,
    });
    // Inside a script element `</` would end it, whatever the type says.
    let assets = assets.to_string().replace("</", "<\\/");
    let reload = "<script type=\"module\" src=\"dev-reload.js\"></script>\n</head>";
    let replacements = [
        (
            "<base href=\"/\">",
            format!("<base href=\"{}\">", links.base),
        ),
        (
            "href=\"assets/app.css\"",
            format!("href=\"{}\"", links.style),
        ),
        ("src=\"assets/boot.js\"", format!("src=\"{}\"", links.boot)),
        (
            "href=\"assets/rapport.js\"",
            format!("href=\"{}\"", links.glue),
        ),
        (
            "href=\"assets/rapport.wasm\"",
            format!("href=\"{}\"", links.wasm),
        ),
        (
            "id=\"rapport-assets\">{}<",
            format!("id=\"rapport-assets\">{assets}<"),
        ),
        (
            "</head>",
            if links.reload { reload } else { "</head>" }.to_owned(),
        ),
    ];
    let mut html = template.to_owned();
    for (old, new) in replacements {
        html = replaced(&html, old, &new).context("in index.html")?;
    }
    Ok(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../../index.html");

    fn links<'a>(languages: &'a [(String, String)]) -> Links<'a> {
        Links {
            base: "/help/",
            style: "assets/app.1.css",
            boot: "assets/boot.2.js",
            glue: "assets/rapport.3.js",
            wasm: "assets/rapport.4.wasm",
            worker: "assets/worker.5.js",
            languages,
            build: "b6",
            reload: false,
        }
    }

    #[test]
    fn every_link_is_filled() {
        let languages = [("en".to_owned(), "assets/i18n-en.7.json".to_owned())];
        let html = filled(TEMPLATE, &links(&languages)).unwrap();
        for text in [
            "<base href=\"/help/\">",
            "href=\"assets/app.1.css\"",
            "src=\"assets/boot.2.js\"",
            "href=\"assets/rapport.3.js\"",
            "href=\"assets/rapport.4.wasm\"",
            "\"build\":\"b6\"",
            "\"en\":\"assets/i18n-en.7.json\"",
            "\"worker\":\"assets/worker.5.js\"",
        ] {
            assert!(html.contains(text), "{text} is missing in\n{html}");
        }
        assert!(!html.contains("dev-reload"));
    }

    #[test]
    fn nothing_can_end_the_data_block_early() {
        let languages = [("en".to_owned(), "</script><b>".to_owned())];
        let html = filled(TEMPLATE, &links(&languages)).unwrap();
        assert!(!html.contains("</script><b>"));
    }
}
