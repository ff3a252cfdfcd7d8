//! `size`: what a visitor downloads, compressed, against a committed budget.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::args::Args;
use crate::progress::{Advise, say, step};
use crate::{build, tools, workspace};

/// How much a line may grow before somebody has to say why.
const TOLERANCE: f64 = 1.02;
/// Interface, scripts and style together, in bytes.
const PAGE_GOAL: usize = 180_000;
/// The worker, in bytes.
const WORKER_GOAL: usize = 200_000;

/// `cargo xtask size [--update]`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let update = args.switch("--update");
    args.finish()?;
    tools::node().advise("sizes are only comparable after wasm-opt, which needs Node")?;
    build::run(vec!["--release".to_owned()])?;
    let sizes = measure(&workspace::dist())?;
    if update {
        write_budget(&sizes)?;
    }
    check(&sizes)
}

/// Compressed sizes by line.
pub type Sizes = BTreeMap<String, usize>;

/// Adds up the `.br` files of the current build.
pub fn measure(dist: &Path) -> Result<Sizes> {
    let record: Value = serde_json::from_str(&build::read(&dist.join("build.json"))?)?;
    let files = record["files"]
        .as_array()
        .context("dist/build.json names no files")?;
    let mut sizes = Sizes::new();
    let mut add = |line: &str, path: &Path| -> Result<()> {
        let bytes = std::fs::metadata(path)
            .with_context(|| format!("{} is missing", path.display()))?
            .len();
        *sizes.entry(line.to_owned()).or_default() += usize::try_from(bytes)?;
        Ok(())
    };
    for name in files.iter().filter_map(Value::as_str) {
        if let Some(line) = name.strip_suffix(".br").and_then(line_of) {
            add(line, &dist.join(name))?;
        }
    }
    add("scripts", &dist.join("sw.js.br"))?;
    Ok(sizes)
}

fn line_of(name: &str) -> Option<&'static str> {
    let file = name.rsplit('/').next()?;
    match file.rsplit_once('.')?.1 {
        "wasm" if file.starts_with("sync_worker.") => Some("worker"),
        "wasm" => Some("interface"),
        "js" => Some("scripts"),
        "css" => Some("style"),
        "json" if file.starts_with("i18n-") => Some("languages"),
        _ => None,
    }
}

/// Prints the table and fails when a line is over its budget.
pub fn check(sizes: &Sizes) -> Result<()> {
    let budget: BTreeMap<String, usize> =
        serde_json::from_str(&build::read(&budget_path())?).context("xtask/size-budget.json")?;
    println!("\n  {:<12}{:>10}{:>10}", "brotli", "bytes", "budget");
    for (line, size) in sizes {
        let allowed = budget
            .get(line)
            .map_or_else(|| "none".to_owned(), usize::to_string);
        println!("  {line:<12}{size:>10}{allowed:>10}");
    }
    let of = |line: &str| sizes.get(line).copied().unwrap_or_default();
    let page = of("interface") + of("scripts") + of("style");
    println!(
        "\n  interface + scripts + style {page} of {PAGE_GOAL}, worker {} of {WORKER_GOAL}\n",
        of("worker")
    );
    let over = over_budget(sizes, &budget);
    if !over.is_empty() {
        let outcome = Err(anyhow::anyhow!("over the budget: {}", over.join(", ")));
        return outcome.advise(
            "make it smaller; if the growth is worth it, run `cargo xtask size --update` and say why in the commit",
        );
    }
    Ok(())
}

fn over_budget(sizes: &Sizes, budget: &BTreeMap<String, usize>) -> Vec<String> {
    let too_big = |(line, size): (&String, &usize)| {
        let allowed = budget.get(line).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
        let over = *size as f64 > allowed as f64 * TOLERANCE;
        over.then(|| format!("{line} {size} > {allowed} + 2 %"))
    };
    sizes.iter().filter_map(too_big).collect()
}

fn budget_path() -> std::path::PathBuf {
    workspace::root().join("xtask/size-budget.json")
}

fn write_budget(sizes: &Sizes) -> Result<()> {
    step("write xtask/size-budget.json", || {
        if sizes.is_empty() {
            bail!("dist/ holds no compressed files");
        }
        let text = serde_json::to_string_pretty(sizes)? + "\n";
        std::fs::write(budget_path(), text)?;
        say("  commit it together with the change that needs it");
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(interface: usize) -> Sizes {
        Sizes::from([("interface".to_owned(), interface)])
    }

    #[test]
    fn two_percent_are_tolerated_and_no_more() {
        assert!(over_budget(&sizes(102_000), &sizes(100_000)).is_empty());
        assert_eq!(over_budget(&sizes(102_001), &sizes(100_000)).len(), 1);
        assert_eq!(
            over_budget(&sizes(1), &Sizes::new()).len(),
            1,
            "no budget, no tolerance"
        );
    }

    #[test]
    fn every_kind_of_file_has_its_line() {
        assert_eq!(line_of("assets/rapport.1.wasm"), Some("interface"));
        assert_eq!(line_of("assets/sync_worker.1.wasm"), Some("worker"));
        assert_eq!(line_of("assets/sync_worker.1.js"), Some("scripts"));
        assert_eq!(line_of("assets/snippets-1/a/inline0.js"), Some("scripts"));
        assert_eq!(line_of("assets/app.1.css"), Some("style"));
        assert_eq!(line_of("assets/i18n-de.1.json"), Some("languages"));
        assert_eq!(line_of("icons/icon.svg"), None);
    }
}
