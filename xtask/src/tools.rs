//! What a command needs beyond Rust: installed where that is allowed, named where it is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};

use crate::progress::{Advise, say, step};
use crate::{process, workspace};

/// The target of both client binaries.
pub const WASM: &str = "wasm32-unknown-unknown";

const GECKODRIVER: &str = "0.37.1";

const WITHOUT_RUSTUP: &str = "\
where rustup cannot reach its server, Debian has the target's sources: install rustc-web, \
rust-web-src (of one version), cargo-web and lld, then compile the standard library once with \
`cargo build -Z build-std=std,panic_abort --target wasm32-unknown-unknown` under \
RUSTC_BOOTSTRAP=1 and CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld";

/// Makes sure that the compiler can compile for wasm32.
pub fn wasm_target() -> Result<()> {
    if has_wasm_target() {
        return Ok(());
    }
    step("add the wasm32 target to the toolchain", || {
        process::run(Command::new("rustup").args(["target", "add", WASM])).advise(WITHOUT_RUSTUP)
    })?;
    if !has_wasm_target() {
        return Err(anyhow!(
            "the toolchain has no {WASM} even after rustup added it"
        ))
        .advise("check with `rustup show` which toolchain is active in this directory");
    }
    Ok(())
}

fn has_wasm_target() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let library = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", WASM])
        .current_dir(workspace::root())
        .stderr(Stdio::null())
        .output();
    library.is_ok_and(|output| {
        let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        output.status.success() && folder.is_dir()
    })
}

/// Makes sure that C can be compiled: the backend brings SQLite's own source.
pub fn c_compiler() -> Result<()> {
    programs(&[Program {
        names: &["cc"],
        packages: &["build-essential"],
    }])
}

/// A program that has to be on the search path, and the Debian packages that bring it.
struct Program {
    names: &'static [&'static str],
    packages: &'static [&'static str],
}

/// Python's environments are a package of their own, seen by what it brings beside the interpreter.
const VENV: Program = Program {
    names: &["python3 -m ensurepip --version"],
    packages: &["python3", "python3-venv"],
};

impl Program {
    fn is_there(&self) -> bool {
        self.names.iter().any(|name| match name.split_once(' ') {
            None => find(name).is_some(),
            // What is no file of its own is there when it answers.
            Some((program, words)) => Command::new(program)
                .args(words.split(' '))
                .output()
                .is_ok_and(|output| output.status.success()),
        })
    }
}

/// Finds a program that can be driven: a snap sees neither `/tmp` nor the folders of a test.
fn find(program: &str) -> Option<PathBuf> {
    process::find(program).filter(|file| !is_snap(file))
}

/// A snap's program is a link to `snap` itself; some packages of Ubuntu are scripts that start one.
fn is_snap(file: &Path) -> bool {
    let is_link = file.canonicalize().is_ok_and(|real| real.ends_with("snap"));
    let script = || fs::read(file).ok().filter(|text| text.starts_with(b"#!"));
    let starts_one = |text: Vec<u8>| String::from_utf8_lossy(&text).contains("/snap/bin/");
    is_link || script().is_some_and(starts_one)
}

/// Packages of Debian that are snaps, or nothing at all, on Ubuntu.
const NOT_ON_UBUNTU: [&str; 3] = ["chromium", "chromium-driver", "firefox-esr"];

const ON_UBUNTU: &str = "\
take the real ones from where they are packaged for Ubuntu, as an administrator:
    add-apt-repository ppa:xtradeb/apps
    add-apt-repository ppa:mozillateam/ppa
    apt-get install chromium chromium-driver firefox-esr
  then run the same command again";

fn is_ubuntu(os_release: &str) -> bool {
    let id = os_release.lines().find_map(|line| line.strip_prefix("ID="));
    id.is_some_and(|id| id.trim_matches('"') == "ubuntu")
}

const NODE: [Program; 2] = [
    Program {
        names: &["node"],
        packages: &["nodejs"],
    },
    Program {
        names: &["npm"],
        packages: &["npm"],
    },
];

const BROWSERS: [Program; 4] = [
    Program {
        names: &["chromium"],
        packages: &["chromium", "fonts-dejavu-core"],
    },
    Program {
        names: &["chromedriver"],
        packages: &["chromium-driver"],
    },
    Program {
        names: &["firefox-esr", "firefox"],
        packages: &["firefox-esr"],
    },
    Program {
        names: &["python3"],
        packages: &["python3"],
    },
];

/// Makes sure that everything the tests drive is there.
pub fn for_tests() -> Result<()> {
    let cc = Program {
        names: &["cc"],
        packages: &["build-essential"],
    };
    let all: Vec<Program> = NODE.into_iter().chain(BROWSERS).chain([cc]).collect();
    programs(&all)
}

/// Makes sure that Node is there: the size optimiser and axe come from npm.
pub fn node() -> Result<()> {
    programs(&NODE)
}

fn programs(wanted: &[Program]) -> Result<()> {
    let missing: Vec<&Program> = wanted
        .iter()
        .filter(|program| !program.is_there())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|program| program.packages)
        .copied()
        .collect();
    let list = packages.join(" ");
    let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    if is_ubuntu(&os_release) && packages.iter().any(|name| NOT_ON_UBUNTU.contains(name)) {
        return Err(anyhow!(
            "Chromium, its driver and Firefox are needed, but Ubuntu's own are snaps, which cannot be \
             driven; missing: {list}"
        ))
        .advise(ON_UBUNTU);
    }
    let Some(mut apt) = apt_get() else {
        return Err(anyhow!("these packages are missing: {list}"))
            .advise(&format!("as an administrator: apt-get install {list}"));
    };
    step(&format!("install {list}"), || {
        process::quiet(apt().arg("update")).advise(&format!(
            "check that this machine can reach the package sources named above, then run the same \
             command again; or as an administrator: apt-get install {list}"
        ))?;
        process::quiet(
            apt()
                .args(["install", "--yes", "--no-install-recommends"])
                .args(&packages),
        )
        .advise(&format!("as an administrator: apt-get install {list}"))
    })?;
    let still: Vec<&str> = missing
        .iter()
        .filter(|program| !program.is_there())
        .map(|program| program.names[0])
        .collect();
    if !still.is_empty() {
        bail!(
            "{list} were installed, but {} cannot be found on the path",
            still.join(", ")
        );
    }
    Ok(())
}

/// How packages are installed here: as root, or with a sudo that asks for no password.
fn apt_get() -> Option<impl FnMut() -> Command> {
    process::find("apt-get")?;
    let succeeds = |program: &str, words: &[&str]| {
        Command::new(program)
            .args(words)
            .stdin(Stdio::null())
            .output()
            .ok()
    };
    let is_root = succeeds("id", &["-u"])
        .is_some_and(|output| String::from_utf8_lossy(&output.stdout).trim() == "0");
    let may_sudo = is_root
        || succeeds("sudo", &["--non-interactive", "true"])
            .is_some_and(|output| output.status.success());
    may_sudo.then_some(move || {
        let mut command = if is_root {
            Command::new("apt-get")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args([
                "--non-interactive",
                "--preserve-env=DEBIAN_FRONTEND",
                "apt-get",
            ]);
            sudo
        };
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    })
}

/// The folder of npm packages at the versions `xtask/npm/package-lock.json` pins.
pub fn npm_packages() -> Result<PathBuf> {
    let folder = workspace::tools().join("npm");
    let packages = folder.join("node_modules");
    let source = workspace::root().join("xtask/npm");
    let stamp = folder.join("installed.json");
    let lock = fs::read_to_string(source.join("package-lock.json"))?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) && packages.is_dir() {
        node_is_there()?;
        return Ok(packages);
    }
    node_is_there()?;
    step("install the pinned npm packages", || {
        fs::create_dir_all(&folder)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(source.join(name), folder.join(name))?;
        }
        process::quiet(
            Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(&folder),
        )
        .advise("check that the npm registry can be reached, then run the same command again")?;
        fs::write(&stamp, &lock)?;
        Ok(())
    })?;
    Ok(packages)
}

fn node_is_there() -> Result<()> {
    for program in &NODE {
        if !program.is_there() {
            bail!(
                "{} is missing (Debian: apt-get install nodejs npm)",
                program.names[0]
            );
        }
    }
    Ok(())
}

/// axe-core, injected into pages by the journeys.
pub fn axe() -> Result<PathBuf> {
    let script = npm_packages()?.join("axe-core/axe.min.js");
    if !script.is_file() {
        bail!("{} is missing", script.display());
    }
    Ok(script)
}

/// Schemathesis, in an environment of its own at the versions `xtask/schemathesis/requirements.txt` pins.
pub fn schemathesis() -> Result<PathBuf> {
    let folder = workspace::tools().join("schemathesis");
    let program = folder.join("bin/schemathesis");
    let source = workspace::root().join("xtask/schemathesis/requirements.txt");
    let stamp = folder.join("installed.txt");
    let wanted = fs::read_to_string(&source)?;
    if program.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(program);
    }
    programs(&[VENV])?;
    step("install the pinned Schemathesis", || {
        process::quiet(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&folder),
        )
        .advise("as an administrator: apt-get install python3-venv")?;
        process::quiet(
            Command::new(folder.join("bin/pip"))
                .args(["install", "--quiet", "--no-deps", "--requirement"])
                .arg(&source),
        )
        .advise(
            "check that the Python package index can be reached, then run the same command again",
        )?;
        fs::write(&stamp, &wanted)?;
        Ok(())
    })?;
    Ok(program)
}

/// geckodriver, built once: Debian has no package of it.
pub fn geckodriver() -> Result<PathBuf> {
    let folder = workspace::tools().join(format!("geckodriver-{GECKODRIVER}"));
    let program = folder.join("bin/geckodriver");
    if program.is_file() {
        return Ok(program);
    }
    step("build geckodriver once (2 to 4 minutes)", || {
        process::run(
            process::cargo([
                "install",
                "geckodriver",
                "--version",
                GECKODRIVER,
                "--locked",
                "--quiet",
            ])
            .arg("--root")
            .arg(&folder)
            .env(
                "CARGO_TARGET_DIR",
                workspace::tools().join("geckodriver-build"),
            ),
        )
        .advise("check that crates.io can be reached, then run the same command again")?;
        // The intermediate files are ten times the size of the program.
        fs::remove_dir_all(workspace::tools().join("geckodriver-build"))
            .context("cannot remove geckodriver's intermediate files")
    })?;
    Ok(program)
}

/// Where a program lies that `for_tests` has made sure of.
pub fn path_of(names: &[&str]) -> Result<PathBuf> {
    names
        .iter()
        .find_map(|name| find(name))
        .with_context(|| format!("{} cannot be found on the path", names.join(" or ")))
}

/// What the browsers are started with by the runner of browser tests.
///
/// Chromium otherwise calls home at every start, which a test machine's network may refuse.
pub fn webdriver_json() -> Result<PathBuf> {
    let options = serde_json::json!({
        "goog:chromeOptions": {
            "binary": path_of(&["chromium"])?,
            "args": CHROMIUM_SWITCHES,
        },
        "moz:firefoxOptions": { "binary": path_of(&["firefox-esr", "firefox"])? },
    });
    let path = workspace::tools().join("webdriver.json");
    write_if_changed(&path, &options.to_string())?;
    Ok(path)
}

/// Chromium's switches under test.
pub const CHROMIUM_SWITCHES: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Says which browsers the tests drive.
pub fn versions() -> Result<()> {
    for names in [
        &["chromium"][..],
        &["chromedriver"],
        &["firefox-esr", "firefox"],
        &["node"],
    ] {
        // Debian's wrapper of Chromium complains on standard error about memory it cannot read.
        let output = Command::new(path_of(names)?)
            .arg("--version")
            .stderr(Stdio::null())
            .output()
            .with_context(|| format!("{} does not start", names[0]))?;
        let text = String::from_utf8_lossy(&output.stdout);
        say(&format!(
            "  {} {}",
            names[0],
            text.lines().next().unwrap_or_default()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ubuntu_is_known_by_its_id() {
        assert!(is_ubuntu("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_ubuntu("ID=\"ubuntu\"\n"));
        assert!(!is_ubuntu("ID=debian\n"));
        assert!(!is_ubuntu("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_ubuntu(""));
    }

    #[test]
    fn a_snap_is_no_browser() {
        let folder = std::env::temp_dir().join(format!("rapport-snap-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let script = file("firefox", "#!/bin/sh\nexec /snap/bin/firefox \"$@\"\n");
        assert!(is_snap(&script));
        assert!(!is_snap(&file(
            "chromium",
            "#!/bin/sh\nexec /usr/lib/chromium/chromium\n"
        )));
        assert!(!is_snap(&file("binary", "\u{7f}ELF /snap/bin/")));
        let link = folder.join("chromedriver");
        std::os::unix::fs::symlink(file("snap", "\u{7f}ELF"), &link).unwrap();
        assert!(is_snap(&link));
        fs::remove_dir_all(&folder).unwrap();
    }
}
