//! Accessibility, checked by axe-core in the page as it stands.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::page::Page;
use crate::places;

const RUN: &str = "
return axe.run(document, { resultTypes: ['violations'] })
  .then((result) => result.violations.map((violation) => ({
    id: violation.id, help: violation.help,
    nodes: violation.nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`),
  })));";

/// Makes sure that axe finds nothing.
///
/// # Errors
/// With everything it finds.
pub async fn finds_nothing(page: &Page, place: &str) -> Result<()> {
    if page.run("return typeof axe", vec![]).await? == "undefined" {
        // At its end, axe puts itself on the window when it is run as a function's body.
        let source = std::fs::read_to_string(places::axe()?)?;
        page.run(&source, vec![]).await?;
    }
    let violations = page.run(RUN, vec![]).await?;
    let violations = violations.as_array().context("axe gave no list")?;
    if violations.is_empty() {
        return Ok(());
    }
    bail!(
        "axe finds on {place}:\n{}",
        violations.iter().map(told).collect::<String>()
    )
}

fn told(violation: &Value) -> String {
    let word = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
    let mut text = format!("- {}: {}\n", word("id"), word("help"));
    for node in violation["nodes"].as_array().into_iter().flatten() {
        text.push_str(&format!(
            "    {}\n",
            node.as_str().unwrap_or_default().replace('\n', "\n      ")
        ));
    }
    text
}
