//! `test`: everything that has to hold before a change is taken, from cheap to real.
//!
//! A phase that cannot run has failed: nothing here passes by being skipped.

use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::args::Args;
use crate::progress::{say, step};
use crate::{build, check, e2e, process, size, tools, workspace};

/// How many tests or checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: usize,
    /// Failed, or could not run.
    pub failed: usize,
    /// Left out by an attribute of the test itself.
    pub skipped: usize,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, passed: bool) {
        if passed {
            self.passed += 1
        } else {
            self.failed += 1
        }
    }

    /// All that ran.
    pub fn total(self) -> usize {
        self.passed + self.failed
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

struct Phase {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Tally>,
}

const PHASES: [Phase; 6] = [
    Phase {
        name: "check",
        what: "formatting, linters, the project's rules",
        run: check::all,
    },
    Phase {
        name: "native",
        what: "unit tests, simulation and the backend's tests",
        run: native,
    },
    Phase {
        name: "browser",
        what: "tests compiled to wasm, in Chromium and Firefox",
        run: browser,
    },
    Phase {
        name: "build",
        what: "the release build of the client",
        run: release,
    },
    Phase {
        name: "size",
        what: "compressed sizes against the budget",
        run: sizes,
    },
    Phase {
        name: "e2e",
        what: "journeys in a real browser against the real backend",
        run: journeys,
    },
];

/// `cargo xtask test [--only PHASE] [--from PHASE]`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let chosen = chosen(args.option("--only")?, args.option("--from")?)?;
    args.finish()?;
    step("look for what the tests need", || {
        tools::for_tests()?;
        tools::wasm_target()?;
        tools::versions()
    })?;
    let mut rows = Vec::new();
    for phase in chosen {
        println!("\n== {}: {}\n", phase.name, phase.what);
        let started = Instant::now();
        let tally = match (phase.run)() {
            Ok(tally) => tally,
            Err(error) => {
                println!("error: {error:#}");
                Tally {
                    failed: 1,
                    ..Tally::default()
                }
            }
        };
        rows.push((phase.name, tally, started.elapsed()));
        say(&format!(
            "phase {} took {:.0} s",
            phase.name,
            started.elapsed().as_secs_f64()
        ));
    }
    report(&rows)
}

fn chosen(only: Option<String>, from: Option<String>) -> Result<&'static [Phase]> {
    let place = |name: &str| {
        PHASES
            .iter()
            .position(|phase| phase.name == name)
            .with_context(|| {
                let names: Vec<&str> = PHASES.iter().map(|phase| phase.name).collect();
                format!("there is no phase `{name}`; there are {}", names.join(", "))
            })
    };
    match (only, from) {
        (Some(_), Some(_)) => bail!("`--only` and `--from` do not go together"),
        (Some(only), None) => place(&only).map(|at| &PHASES[at..=at]),
        (None, Some(from)) => place(&from).map(|at| &PHASES[at..]),
        (None, None) => Ok(&PHASES[..]),
    }
}

fn report(rows: &[(&str, Tally, Duration)]) -> Result<()> {
    println!(
        "\n  {:<10}{:>8}{:>8}{:>9}",
        "phase", "passed", "failed", "seconds"
    );
    let mut all = Tally::default();
    for (name, tally, time) in rows {
        println!(
            "  {name:<10}{:>8}{:>8}{:>9.0}",
            tally.passed,
            tally.failed,
            time.as_secs_f64()
        );
        all.add(*tally);
    }
    let skipped = match all.skipped {
        0 => String::new(),
        count => format!(", {count} skipped"),
    };
    println!("\n{} passed, {} failed{skipped}", all.passed, all.failed);
    if all.failed > 0 || all.passed == 0 {
        bail!("the tests did not pass; `cargo xtask test --only PHASE` repeats one phase");
    }
    Ok(())
}

fn native() -> Result<Tally> {
    tools::c_compiler()?;
    // Everything but the journeys, which need a built client. Named one by one because `--exclude`
    // would be another selection of packages, and so compile their dependencies twice.
    let mut command = process::cargo(["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]);
    for name in e2e::test_targets(|package| package != "rapport-e2e")? {
        command.args(["--test", &name]);
    }
    let mut all = counted(&mut command)?;
    all.add(counted(&mut process::cargo([
        "test",
        "--workspace",
        "--no-fail-fast",
        "--doc",
    ]))?);
    Ok(all)
}

fn browser() -> Result<Tally> {
    step("compile the runner of browser tests", || {
        process::run(&mut process::cargo([
            "build",
            "--workspace",
            "--bin",
            "xtask-runner",
        ]))
    })?;
    let drivers = [
        ("CHROMEDRIVER", tools::path_of(&["chromedriver"])?),
        ("GECKODRIVER", tools::geckodriver()?),
    ];
    let mut all = Tally::default();
    for (variable, driver) in drivers {
        say(&format!("browser tests with {}", driver.display()));
        let mut command = process::cargo([
            "test",
            "--package",
            "rapport",
            "--target",
            tools::WASM,
            "--profile",
            "wasm-dev",
            "--test",
            "*",
            "--no-fail-fast",
        ]);
        command
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                workspace::target().join("debug/xtask-runner"),
            )
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", tools::webdriver_json()?)
            .env(variable, driver);
        let tally = counted(&mut command)?;
        if tally.total() == 0 {
            bail!("no browser test ran: tests/browser must hold at least one");
        }
        all.add(tally);
    }
    Ok(all)
}

fn release() -> Result<Tally> {
    let options = build::Options::release();
    tools::npm_packages()?;
    build::compile(&options)?;
    build::package(&options)?;
    Ok(Tally {
        passed: 1,
        ..Tally::default()
    })
}

fn sizes() -> Result<Tally> {
    size::check(&size::measure(&workspace::dist())?)?;
    Ok(Tally {
        passed: 1,
        ..Tally::default()
    })
}

fn journeys() -> Result<Tally> {
    e2e::backend()?;
    let tally = counted(&mut e2e::command()?)?;
    if tally.total() == 0 {
        bail!("no journey ran: tests/e2e must hold at least one");
    }
    Ok(tally)
}

/// Runs `cargo test`, shows what it writes, and adds up its result lines.
fn counted(command: &mut Command) -> Result<Tally> {
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let shown = process::show(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` did not start"))?;
    let output = child
        .stdout
        .take()
        .context("cargo has no standard output")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        if let Some(result) = result_line(&line) {
            tally.add(result);
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        // It did not compile, or a test program died before it could count.
        println!("{:#}", anyhow!("`{shown}` ended with {status}"));
        tally.failed += 1;
    }
    Ok(tally)
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`, whatever its colours.
fn result_line(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?;
    let number = |what: &str| {
        let before = counts
            .split(what)
            .next()
            .filter(|before| before.len() < counts.len())?;
        before
            .trim_end()
            .rsplit(|c: char| !c.is_ascii_digit())
            .next()?
            .parse::<usize>()
            .ok()
    };
    Some(Tally {
        passed: number(" passed")?,
        failed: number(" failed")?,
        skipped: number(" ignored").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_of_both_runners_are_read() {
        let native =
            "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(
            result_line(native),
            Some(Tally {
                passed: 12,
                failed: 3,
                skipped: 1
            })
        );
        let coloured = "test result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 4 passed; 0 failed; 0 ignored; 0 filtered out";
        assert_eq!(
            result_line(coloured),
            Some(Tally {
                passed: 4,
                failed: 0,
                skipped: 0
            })
        );
        assert_eq!(result_line("running 4 tests"), None);
    }

    #[test]
    fn a_phase_is_chosen_by_its_name() {
        let names = |phases: &[Phase]| phases.iter().map(|phase| phase.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(Some("size".into()), None).unwrap()), ["size"]);
        assert_eq!(
            names(chosen(None, Some("build".into())).unwrap()),
            ["build", "size", "e2e"]
        );
        assert!(chosen(Some("sizes".into()), None).is_err());
    }

    #[test]
    fn nothing_run_is_no_success() {
        assert!(report(&[]).is_err());
        assert!(
            report(&[(
                "x",
                Tally {
                    passed: 1,
                    failed: 1,
                    skipped: 0
                },
                Duration::ZERO
            )])
            .is_err()
        );
        assert!(
            report(&[(
                "x",
                Tally {
                    passed: 1,
                    ..Tally::default()
                },
                Duration::ZERO
            )])
            .is_ok()
        );
    }
}
