//! Ending programs: asked to, or killed with everything they started.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// Asks a process to end.
///
/// # Errors
/// When there is no such process.
pub fn ask_to_end(pid: u32) -> Result<()> {
    signal(pid, Signal::TERM)
}

/// Kills a process and all processes below it with SIGKILL: none of them can do anything any more.
/// Processes that are gone already do not matter.
pub fn kill_tree(root: u32) {
    let mut tree = descendants(root);
    tree.insert(root);
    for pid in tree {
        let _ = signal(pid, Signal::KILL);
    }
}

/// The processes below `root`.
#[must_use]
pub fn descendants(root: u32) -> BTreeSet<u32> {
    let pairs = parents();
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for (pid, its_parent) in &pairs {
            if *its_parent == parent && found.insert(*pid) {
                open.push(*pid);
            }
        }
    }
    found
}

/// Whether a process exists and is not merely waiting for its parent to take notice of its end.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z" && state != "X")
}

fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, stat(pid)?.1)))
        .collect()
}

/// State and parent of a process.
fn stat(pid: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, so the fields are counted from its end.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?.to_owned();
    let parent = fields.next()?.parse().ok()?;
    Some((state, parent))
}

fn signal(pid: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let pid = pid.context("a process id is positive")?;
    kill_process(pid, signal).with_context(|| format!("process {pid:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_killed_tree_is_gone_with_its_leaves() {
        let mut shell = Command::new("sh")
            .args(["-c", "sh -c 'sleep 600; true' & sleep 600; true"])
            .spawn()
            .unwrap();
        let below = loop {
            let below = descendants(shell.id());
            if below.len() >= 3 {
                break below;
            }
            std::thread::yield_now();
        };
        kill_tree(shell.id());
        shell.wait().unwrap();
        while below.iter().any(|pid| is_alive(*pid)) {
            std::thread::yield_now();
        }
    }
}
