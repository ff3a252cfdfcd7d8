//! `build`: from sources to a directory any web server can serve.
//!
//! cargo compiles the two wasm binaries, their glue is generated in process, every file gets a name
//! that changes with its content, and the service worker gets the list of all of them. The result
//! replaces the previous one at once.

mod bindgen;
mod bundle;
mod compress;
mod optimise;
mod page;
mod publish;
mod scripts;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::args::{Args, base_path};
use crate::progress::{Advise, say, step};
use crate::{process, tools, workspace};

use bindgen::Glue;
use bundle::Bundle;

/// What kind of build is wanted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Small and slow to make, or the other way round.
    pub release: bool,
    /// The path the client is deployed under.
    pub base: String,
    /// Adds the script that reloads the page after a rebuild; never in a release build.
    pub reload: bool,
}

impl Options {
    /// A release build for the root of a host: what tests and size checks look at.
    pub fn release() -> Self {
        Self {
            release: true,
            base: "/".to_owned(),
            reload: false,
        }
    }

    fn profile(&self) -> &'static str {
        if self.release {
            "wasm-release"
        } else {
            "wasm-dev"
        }
    }
}

/// `cargo xtask build`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let options = Options {
        release: args.switch("--release"),
        base: base_path(args.option("--base")?)?,
        reload: false,
    };
    args.finish()?;
    compile(&options)?;
    package(&options)?;
    Ok(())
}

/// Compiles both wasm binaries.
pub fn compile(options: &Options) -> Result<()> {
    tools::wasm_target()?;
    let profile = options.profile();
    step(
        &format!("compile the client for wasm32 (profile {profile})"),
        || {
            process::run(&mut process::cargo([
                "build",
                "--package",
                "rapport",
                "--bins",
                "--target",
                tools::WASM,
                "--profile",
                profile,
            ]))
            .advise("mend what the compiler says above, then run the same command again")
        },
    )
}

/// Turns the compiled binaries and the files of `public/`, `style/` and `src/i18n/` into `dist/`.
pub fn package(options: &Options) -> Result<()> {
    let root = workspace::root();
    let (page, worker) = step("generate the JavaScript glue", || {
        Ok((
            bindgen::page(&compiled("rapport", options), options.release)?,
            bindgen::worker(&compiled("sync_worker", options), options.release)?,
        ))
    })?;
    let (page, worker) = optimised(page, worker, options)?;
    let mut bundle = Bundle::default();
    step("name, link and list the files", || {
        fill(&mut bundle, &root, page, worker, options)
    })?;
    // Whoever develops loads from the own machine: there compressing costs more than it saves.
    if options.release {
        step("compress", || compress::siblings(&mut bundle))?;
    }
    publish::publish(&bundle, &workspace::dist())?;
    say(&format!(
        "dist/ holds build {} ({} files, {} precached)",
        bundle.build,
        bundle.files.len(),
        bundle.precached().len() + 1
    ));
    Ok(())
}

fn compiled(name: &str, options: &Options) -> PathBuf {
    workspace::target()
        .join(tools::WASM)
        .join(options.profile())
        .join(format!("{name}.wasm"))
}

fn optimised(page: Glue, worker: Glue, options: &Options) -> Result<(Glue, Glue)> {
    if !options.release {
        return Ok((page, worker));
    }
    match tools::npm_packages() {
        Ok(packages) => step("optimise the wasm for size (wasm-opt -Oz)", || {
            let (mut page, mut worker) = (page, worker);
            std::thread::scope(|scope| {
                let other = scope.spawn(|| optimise::shrink(&packages, &mut worker.wasm, "worker"));
                optimise::shrink(&packages, &mut page.wasm, "page")?;
                other
                    .join()
                    .map_err(|_| anyhow::anyhow!("wasm-opt for the worker panicked"))?
            })?;
            Ok((page, worker))
        }),
        Err(error) => {
            say(&format!("not optimised for size: {error:#}"));
            Ok((page, worker))
        }
    }
}

fn fill(
    bundle: &mut Bundle,
    root: &Path,
    page: Glue,
    worker: Glue,
    options: &Options,
) -> Result<()> {
    let public = root.join("public");
    let wasm = bundle.add_hashed("rapport.wasm", page.wasm);
    let glue = scripts::glue(bundle, "rapport.js", page.script, page.snippets)?;
    let boot = scripts::linked(
        &public.join("boot.js"),
        &[("rapport.js", &glue), ("rapport.wasm", &wasm)],
    )?;
    let boot = bundle.add_hashed("boot.js", boot.into_bytes());

    let worker_wasm = bundle.add_hashed("sync_worker.wasm", worker.wasm);
    let worker_glue = scripts::glue(bundle, "sync_worker.js", worker.script, worker.snippets)?;
    let worker = scripts::linked(
        &public.join("worker.js"),
        &[
            ("sync_worker.js", &worker_glue),
            ("sync_worker.wasm", &worker_wasm),
        ],
    )?;
    let worker = bundle.add_hashed("worker.js", worker.into_bytes());

    let css = bundle.add_hashed(
        "app.css",
        style::concatenated(&root.join("style"))?.into_bytes(),
    );
    let languages = languages(bundle, &root.join("src/i18n"))?;
    public_files(bundle, &public, options)?;
    // The backend serves the profile it is started with; a static host serves this one.
    if let Ok(profile) = fs::read(root.join("profiles/rapport.json")) {
        bundle.add("profile.json", profile);
    }

    let template = read(&root.join("index.html"))?;
    let service_worker = read(&public.join("sw.js"))?;
    bundle.seal(&[&template, &service_worker, &options.base]);
    let links = page::Links {
        base: &options.base,
        style: &css,
        boot: &boot,
        glue: &glue,
        wasm: &wasm,
        worker: &worker,
        languages: &languages,
        build: &bundle.build,
        reload: options.reload,
    };
    let html = page::filled(&template, &links)?;
    let sw = scripts::service_worker(&service_worker, &bundle.build, &bundle.precached())?;
    bundle.add("index.html", html.into_bytes());
    bundle.add("sw.js", sw.into_bytes());
    Ok(())
}

fn languages(bundle: &mut Bundle, folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for path in files_in(folder)? {
        let Some(language) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".json"))
        else {
            continue;
        };
        let value: serde_json::Value = serde_json::from_str(&read(&path)?)
            .with_context(|| format!("{} is no valid JSON", path.display()))?;
        let name = bundle.add_hashed(
            &format!("i18n-{language}.json"),
            value.to_string().into_bytes(),
        );
        found.push((language.to_owned(), name));
    }
    Ok(found)
}

/// Files of `public/` that are templates or belong to the build, and so are not copied as they are.
const NOT_COPIED: [&str; 5] = ["boot.js", "worker.js", "sw.js", "csp.txt", "dev-reload.js"];

fn public_files(bundle: &mut Bundle, public: &Path, options: &Options) -> Result<()> {
    for path in files_below(public)? {
        let name = path
            .strip_prefix(public)
            .context("a file of public/ lies elsewhere")?
            .to_string_lossy()
            .replace('\\', "/");
        if !NOT_COPIED.contains(&name.as_str()) || (options.reload && name == "dev-reload.js") {
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            bundle.add(&name, bytes);
        }
    }
    Ok(())
}

/// Reads a text file, naming it when that fails.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The files directly in a folder, by name; none when there is no such folder.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// All files below a folder, by name; hidden ones are left out.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = files_in(folder)?;
    if folder.is_dir() {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            }
        }
        folders.sort();
        for inner in folders {
            found.extend(files_below(&inner)?);
        }
    }
    found.retain(|path| {
        path.file_name()
            .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
    });
    Ok(found)
}
