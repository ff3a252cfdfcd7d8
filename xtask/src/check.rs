//! `check`: everything that can be judged without running the product.

use anyhow::{Result, bail};

use crate::args::Args;
use crate::progress::{Advise, say, step};
use crate::rules::{self, Finding, Tree};
use crate::test::Tally;
use crate::{process, tools, workspace};

/// `cargo xtask check [--rules]`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let only_rules = args.switch("--rules");
    args.finish()?;
    let mut tally = Tally::default();
    if only_rules {
        own_rules(&mut tally)?;
    } else {
        tally = all()?;
    }
    if tally.failed > 0 {
        bail!(
            "{} of {} checks failed; what to do stands beside each",
            tally.failed,
            tally.total()
        );
    }
    say(&format!("all {} checks passed", tally.passed));
    Ok(())
}

/// Runs every check, also after one has failed.
pub fn all() -> Result<Tally> {
    tools::wasm_target()?;
    let mut tally = Tally::default();
    for (what, words, advice) in LINTERS {
        let outcome = step(what, || {
            process::run(&mut process::cargo(words)).advise(advice)
        });
        if let Err(error) = &outcome {
            println!("{error:#}");
        }
        tally.count(outcome.is_ok());
    }
    own_rules(&mut tally)?;
    Ok(tally)
}

fn own_rules(tally: &mut Tally) -> Result<()> {
    let tree = Tree::read(&workspace::root())?;
    for (name, rule) in rules::ALL {
        say(name);
        let findings = rule(&tree)?;
        findings.iter().for_each(show);
        tally.count(findings.is_empty());
    }
    Ok(())
}

const LINT_ADVICE: &str =
    "mend each warning; where one is wrong, `#[expect(lint, reason = \"…\")]` on the smallest item";

const LINTERS: [(&str, &[&str], &str); 3] = [
    (
        "formatting",
        &["fmt", "--all", "--check"],
        "run `cargo fmt --all`",
    ),
    (
        "clippy, native",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ],
        LINT_ADVICE,
    ),
    (
        "clippy, wasm32",
        &[
            "clippy",
            "--package",
            "rapport",
            "--all-targets",
            "--quiet",
            "--target",
            tools::WASM,
            "--",
            "-D",
            "warnings",
        ],
        LINT_ADVICE,
    ),
];

fn show(finding: &Finding) {
    let line = if finding.line == 0 {
        String::new()
    } else {
        format!(":{}", finding.line)
    };
    println!(
        "  {}{line}: {}\n    what to do: {}",
        finding.path, finding.problem, finding.remedy
    );
}
