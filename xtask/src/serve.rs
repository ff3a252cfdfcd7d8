//! `serve`: from a fresh clone to a running portal with sample data.

mod backend;
mod watch;

use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, anyhow};

use crate::args::{Args, base_path};
use crate::build;
use crate::progress::{Advise, elapsed, say};

use backend::Backend;

/// Login, who it is, what the role shows; the password of all is `demo`.
const ACCOUNTS: [(&str, &str, &str); 8] = [
    ("anna", "customer user", "Harbour Logistics"),
    ("ben", "customer user", "Harbour Logistics"),
    ("mia", "customer manager", "Harbour Logistics"),
    ("carl", "customer user", "Alder Clinics"),
    ("dora", "customer manager", "Northwind"),
    (
        "ruth",
        "relationship manager",
        "Harbour Logistics and Alder Clinics",
    ),
    ("jonas", "agent of the service desk", "all customers"),
    ("ada", "administrator", "everything"),
];

/// What is served, and how.
pub struct Options {
    /// The client's build.
    pub client: build::Options,
    /// The TCP port.
    pub port: u16,
}

/// `cargo xtask serve [--watch] [--release] [--port 8080] [--base /]`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let watch = args.switch("--watch");
    let port = args.option("--port")?.unwrap_or_else(|| "8080".to_owned());
    let options = Options {
        client: build::Options {
            release: args.switch("--release"),
            base: base_path(args.option("--base")?)?,
            reload: watch,
        },
        port: port
            .parse()
            .with_context(|| format!("`--port {port}` is no port"))?,
    };
    args.finish()?;
    if watch && options.client.release {
        return Err(anyhow!("`--watch` and `--release` do not go together"))
            .advise("leave out `--release`: it takes minutes for every change");
    }
    port_is_free(options.port)?;

    // From before the first build, so that what is saved while it runs is built afterwards.
    let sources = watch.then(watch::snapshot).transpose()?;
    build::compile(&options.client)?;
    // Packaging needs one core and no cargo, so the backend compiles meanwhile.
    std::thread::scope(|scope| {
        let packaging = scope.spawn(|| build::package(&options.client));
        backend::compile(options.client.release)?;
        packaging
            .join()
            .map_err(|_| anyhow!("packaging the client panicked"))?
    })?;

    let stopping = Arc::new(AtomicBool::new(false));
    let running = Arc::new(Mutex::new(Backend::start(&options)?));
    stop_on_signal(&stopping, &running)?;
    introduce(&url(&running)?);
    match sources {
        Some(sources) => watch::until_stopped(&options, sources, &stopping, &running),
        None => wait(&stopping, &running),
    }
}

fn url(running: &Mutex<Backend>) -> Result<String> {
    Ok(running
        .lock()
        .map_err(|_| anyhow!("the backend's guard panicked"))?
        .url()
        .to_owned())
}

fn introduce(url: &str) {
    // The name that the documents use: browsers keep what is stored apart for each origin.
    let url = url.replacen("//127.0.0.1:", "//localhost:", 1);
    println!("\n  {url}\n");
    println!("  {:<8}{:<28}sees", "sign in", "who");
    for (login, role, sees) in ACCOUNTS {
        println!("  {login:<8}{role:<28}{sees}");
    }
    println!("\n  The password of all of them is: demo");
    println!(
        "  Ready after {:.0} s. Ctrl-C stops it.\n",
        elapsed().as_secs_f64()
    );
}

fn port_is_free(port: u16) -> Result<()> {
    match std::net::TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(anyhow!("port {port} cannot be used: {error}"))
            .advise("stop what uses it, or choose another one with `--port 8081`"),
    }
}

/// A signal ends this program; the backend must not outlive it.
fn stop_on_signal(stopping: &Arc<AtomicBool>, running: &Arc<Mutex<Backend>>) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let (stopping, running) = (Arc::clone(stopping), Arc::clone(running));
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            stopping.store(true, Ordering::SeqCst);
            if let Ok(mut backend) = running.lock() {
                backend.stop();
            }
            say("stopped");
            std::process::exit(0);
        }
    });
    Ok(())
}

fn ended(running: &Mutex<Backend>) -> Result<Option<ExitStatus>> {
    running
        .lock()
        .map_err(|_| anyhow!("the backend's guard panicked"))?
        .ended()
}

fn wait(stopping: &AtomicBool, running: &Mutex<Backend>) -> Result<()> {
    loop {
        if let Some(status) = ended(running)? {
            if stopping.load(Ordering::SeqCst) {
                return Ok(());
            }
            return Err(anyhow!("the backend ended by itself with {status}"))
                .advise("read its last lines above; `rm -r target/demo` starts with fresh data");
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}
