//! Rebuilds what a saved file changes, and lets the open pages load again.
//!
//! Modification times are polled: that needs no dependency, works in every container, and takes a
//! few milliseconds for a tree of this size.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow};

use super::{Backend, Options, backend};
use crate::progress::say;
use crate::{build, workspace};

const PAUSE: Duration = Duration::from_millis(400);

/// What a changed file makes necessary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Work {
    /// Compile the wasm again.
    compile: bool,
    /// Put `dist/` together again.
    package: bool,
    /// Compile and restart the backend.
    backend: bool,
}

/// Watches until a signal ends the program. `seen` are the sources that were built.
pub fn until_stopped(
    options: &Options,
    mut seen: Snapshot,
    stopping: &AtomicBool,
    running: &Mutex<Backend>,
) -> Result<()> {
    announce()?;
    say("watching: save a file and the open pages load again");
    let mut was_down = false;
    while !stopping.load(Ordering::SeqCst) {
        std::thread::sleep(PAUSE);
        let ended = super::ended(running)?;
        if let Some(status) = ended
            && !was_down
            && !stopping.load(Ordering::SeqCst)
        {
            say(&format!("the backend ended by itself with {status}"));
            say("  read its last lines above; it starts again when one of its files is saved");
        }
        was_down = ended.is_some();
        let now = snapshot()?;
        let changed = difference(&seen, &now);
        if changed.is_empty() {
            continue;
        }
        seen = now;
        let work = changed
            .iter()
            .fold(Work::default(), |work, path| work.and(needed(path)));
        say(&format!("changed: {}", changed.join(", ")));
        // A file that does not compile is ordinary here: say so and wait for the next save.
        if let Err(error) = carry_out(work, options, running) {
            say(&format!("not rebuilt: {error:#}"));
        }
    }
    Ok(())
}

fn carry_out(work: Work, options: &Options, running: &Mutex<Backend>) -> Result<()> {
    if work.backend {
        backend::compile(options.client.release)?;
    }
    if work.compile {
        build::compile(&options.client)?;
    }
    if work.compile || work.package {
        build::package(&options.client)?;
    }
    if work.backend {
        let mut backend = running
            .lock()
            .map_err(|_| anyhow!("the backend's guard panicked"))?;
        backend.stop();
        *backend = Backend::start(options)?;
    }
    if work != Work::default() {
        announce()?;
    }
    Ok(())
}

/// Tells open pages that there is something new.
fn announce() -> Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    std::fs::write(
        workspace::dist().join("dev-reload.txt"),
        now.as_millis().to_string(),
    )?;
    Ok(())
}

impl Work {
    fn and(self, other: Self) -> Self {
        Self {
            compile: self.compile || other.compile,
            package: self.package || other.package,
            backend: self.backend || other.backend,
        }
    }
}

fn needed(path: &str) -> Work {
    let compile = Work {
        compile: true,
        ..Work::default()
    };
    let package = Work {
        package: true,
        ..Work::default()
    };
    let backend = Work {
        backend: true,
        ..Work::default()
    };
    let starts = |prefix: &str| path.starts_with(prefix);
    // The messages' file decides which texts exist in Rust too.
    if starts("src/") {
        compile
    } else if starts("crates/domain/") || path == "Cargo.toml" || path == "Cargo.lock" {
        compile.and(backend)
    } else if starts("crates/") {
        compile
    } else if path == "public/csp.txt" || starts("profiles/") {
        package.and(backend)
    } else if starts("style/") || starts("public/") || path == "index.html" {
        package
    } else if starts("backend/") {
        backend
    } else {
        Work::default()
    }
}

/// When each source was last saved.
pub type Snapshot = BTreeMap<String, SystemTime>;

/// The sources as they are now.
pub fn snapshot() -> Result<Snapshot> {
    let root = &workspace::root();
    let mut found = Snapshot::new();
    let mut files: Vec<PathBuf> = ["index.html", "Cargo.toml", "Cargo.lock"]
        .iter()
        .map(|name| root.join(name))
        .collect();
    for folder in ["src", "crates", "style", "public", "profiles", "backend"] {
        files.extend(build::files_below(&root.join(folder))?);
    }
    for path in files {
        // A file may vanish between the listing and this line: an editor replaces files.
        if let Ok(modified) = path.metadata().and_then(|metadata| metadata.modified()) {
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            found.insert(name, modified);
        }
    }
    Ok(found)
}

fn difference(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let changed = after
        .iter()
        .filter(|(path, time)| before.get(*path) != Some(time));
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    changed.map(|(path, _)| path).chain(gone).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_file_touches_is_made_again() {
        let work = |path| {
            let Work {
                compile,
                package,
                backend,
            } = needed(path);
            (compile, package, backend)
        };
        assert_eq!(work("src/app.rs"), (true, false, false));
        assert_eq!(work("crates/store/src/lib.rs"), (true, false, false));
        assert_eq!(work("crates/domain/src/lib.rs"), (true, false, true));
        assert_eq!(work("style/base.css"), (false, true, false));
        assert_eq!(work("backend/src/main.rs"), (false, false, true));
        assert_eq!(work("profiles/rapport.json"), (false, true, true));
        assert_eq!(work("README.md"), (false, false, false));
    }

    #[test]
    fn new_changed_and_removed_files_are_seen() {
        let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let before = Snapshot::from([
            ("a".into(), time(1)),
            ("b".into(), time(1)),
            ("c".into(), time(1)),
        ]);
        let after = Snapshot::from([
            ("a".into(), time(1)),
            ("b".into(), time(2)),
            ("d".into(), time(1)),
        ]);
        assert_eq!(difference(&before, &after), ["b", "d", "c"]);
    }
}
