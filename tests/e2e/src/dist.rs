//! Another build of the client, made from a built one: what a deployment of the next version looks
//! like to a browser.
//!
//! It differs in its wasm (a custom section, which changes nothing), in the scripts that name it, in
//! the stylesheet, in the build's identity and in the precache list; every name follows its content,
//! as in a real build, and the replaced files of the first build are gone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

/// The identity of the build in a folder.
///
/// # Errors
/// When it has none.
pub fn build_of(dist: &Path) -> Result<String> {
    let html = fs::read_to_string(dist.join("index.html"))?;
    let (_, rest) = html
        .split_once("\"build\":\"")
        .context("index.html names no build")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// Copies a build to `target`.
///
/// # Errors
/// When the disk refuses.
pub fn copy(dist: &Path, target: &Path) -> Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        let to = target.join(path.file_name().context("a file has a name")?);
        if path.is_dir() {
            copy(&path, &to)?;
        } else {
            fs::copy(&path, &to)?;
        }
    }
    Ok(())
}

/// Makes another build of the one in `dist` at `target`, and returns its identity.
///
/// # Errors
/// When `dist` is not built as expected.
pub fn next_build(dist: &Path, target: &Path) -> Result<String> {
    copy(dist, target)?;
    let wasm = one_of(target, "rapport.", ".wasm")?;
    let mut bytes = fs::read(&wasm)?;
    // Section 0, its length, the length of its name, its name.
    bytes.extend_from_slice(&[0, 5, 4, b'n', b'e', b'x', b't']);
    let mut renamed = vec![replace(target, &wasm, &bytes)?];

    let css = one_of(target, "app.", ".css")?;
    let mut text = fs::read_to_string(&css)?;
    text.push_str("\n:root{--next-build:1}\n");
    renamed.push(replace(target, &css, text.as_bytes())?);

    let boot = one_of(target, "boot.", ".js")?;
    let text = with_new_names(&fs::read_to_string(&boot)?, &renamed);
    ensure!(
        renamed.iter().any(|(_, new)| text.contains(new)),
        "boot.js names no wasm"
    );
    renamed.push(replace(target, &boot, text.as_bytes())?);

    let (old, new) = (build_of(dist)?, identity(&renamed));
    renamed.push((old.clone(), new.clone()));
    for name in ["index.html", "sw.js"] {
        let path = target.join(name);
        let text = fs::read_to_string(&path)?;
        let text = with_new_names(&text, &renamed);
        ensure!(
            text.contains(&new) && !text.contains(&old),
            "{name} names no build"
        );
        rewrite(&path, text.as_bytes())?;
    }
    Ok(new)
}

fn identity(renamed: &[(String, String)]) -> String {
    let parts: Vec<&[u8]> = renamed.iter().map(|(_, new)| new.as_bytes()).collect();
    digest(&parts)
}

fn with_new_names(text: &str, renamed: &[(String, String)]) -> String {
    renamed
        .iter()
        .fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

fn one_of(dist: &Path, start: &str, end: &str) -> Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dist.join("assets"))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with(start) && name.ends_with(end)) {
            found.push(path);
        }
    }
    // Files of an earlier build may still lie there; the page names the present ones.
    let html = fs::read_to_string(dist.join("index.html"))?;
    let boot = found.iter().find(|path| {
        path.file_name()
            .is_some_and(|name| html.contains(name.to_string_lossy().as_ref()))
    });
    match boot {
        Some(path) => Ok(path.clone()),
        None => bail!("index.html names none of {found:?}"),
    }
}

/// Writes a file under the name its content gives it, and removes the one it replaces.
fn replace(dist: &Path, old: &Path, bytes: &[u8]) -> Result<(String, String)> {
    let old_name = old
        .file_name()
        .context("a file has a name")?
        .to_string_lossy()
        .into_owned();
    let mut words = old_name.split('.');
    let (Some(stem), Some(_), Some(extension)) = (words.next(), words.next(), words.next()) else {
        bail!("{old_name} is not named after its content");
    };
    let new_name = format!("{stem}.{}.{extension}", digest(&[bytes]));
    ensure!(new_name != old_name, "{old_name} did not change");
    fs::write(dist.join("assets").join(&new_name), bytes)?;
    remove(old)?;
    Ok((old_name, new_name))
}

fn rewrite(path: &Path, bytes: &[u8]) -> Result<()> {
    remove(path)?;
    Ok(fs::write(path, bytes)?)
}

/// Removes a file and its compressed twins.
fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path)?;
    for twin in ["br", "gz"] {
        let twin = PathBuf::from(format!("{}.{twin}", path.display()));
        if twin.exists() {
            fs::remove_file(twin)?;
        }
    }
    Ok(())
}

/// Sixteen hexadecimal digits of SHA-256 over parts with their lengths.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_next_build_leads_somewhere() {
        let folder = tempfile::TempDir::new().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        fs::create_dir_all(one.join("assets")).unwrap();
        let write = |name: &str, text: &str| fs::write(one.join(name), text).unwrap();
        write("assets/rapport.1.wasm", "\0asm");
        write("assets/rapport.1.wasm.br", "old");
        write("assets/rapport.0.wasm", "of an earlier build");
        write("assets/app.2.css", "a{}");
        write("assets/boot.3.js", "start('./rapport.1.wasm')");
        let page = "<link app.2.css><script src=boot.3.js> rapport.1.wasm \"build\":\"abc\"";
        write("index.html", page);
        write("index.html.gz", "old");
        write(
            "sw.js",
            "const BUILD = \"abc\"; boot.3.js app.2.css rapport.1.wasm",
        );
        let build = next_build(&one, &two).unwrap();
        assert_eq!(build_of(&two).unwrap(), build);
        assert_ne!(build, "abc");
        assert!(
            !two.join("index.html.gz").exists(),
            "a twin would serve the old content"
        );
        let html = fs::read_to_string(two.join("index.html")).unwrap();
        for (start, end) in [("rapport.", ".wasm"), ("app.", ".css"), ("boot.", ".js")] {
            let file = one_of(&two, start, end).unwrap();
            assert!(html.contains(file.file_name().unwrap().to_str().unwrap()));
        }
        let wasm = one_of(&two, "rapport.", ".wasm").unwrap();
        let boot = fs::read_to_string(one_of(&two, "boot.", ".js").unwrap()).unwrap();
        assert!(boot.contains(wasm.file_name().unwrap().to_str().unwrap()));
        assert!(!two.join("assets/rapport.1.wasm").exists());
        assert!(!two.join("assets/rapport.1.wasm.br").exists());
    }
}
