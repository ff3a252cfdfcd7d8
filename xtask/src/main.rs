//! Every command of the project: `cargo xtask <command>`.
//!
//! Each command says what it does while it does it, with the time it took, and each failure says
//! what to do next. Nothing but Rust has to be installed first; what a command needs beyond that it
//! installs where it may, or names.
#![expect(
    clippy::print_stdout,
    reason = "this program talks to a person at a terminal"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a native tool may read the clock"
)]

mod args;
mod build;
mod check;
mod csp;
mod e2e;
mod process;
mod profiles;
mod progress;
mod rules;
mod serve;
mod size;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  serve [--watch] [--release] [--port 8080] [--base /]
                       build everything, start the backend with sample data, print the accounts
  build [--release] [--base /]
                       build the client into dist/
  test [--only PHASE] [--from PHASE]
                       everything CI runs; PHASE is one of: check native browser build size e2e
  check [--rules]      formatting, clippy (native and wasm32), and the project's own rules;
                       with --rules only those, in a second
  size [--update]      compressed sizes against xtask/size-budget.json
  e2e [--firefox] [FILTER]
                       the journeys in a real browser against the real backend
  profiles             write the generated part of the profiles' JSON Schema
  csp [PROFILE]        the Content-Security-Policy for a static host
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let outcome = match command.as_str() {
        "serve" => serve::run(rest),
        "build" => build::run(rest),
        "test" => test::run(rest),
        "check" => check::run(rest),
        "size" => size::run(rest),
        "e2e" => e2e::run(rest),
        "csp" => csp::run(rest),
        "profiles" => profiles::run(rest),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("there is no command `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
