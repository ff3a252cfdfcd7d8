//! The backend as a child process: started, waited for until it answers, stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::Options;
use crate::progress::{Advise, step};
use crate::{process, tools, workspace};

/// How long the backend may take to fill its database and listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Compiles the backend.
pub fn compile(release: bool) -> Result<()> {
    tools::c_compiler()?;
    let mut command = process::cargo(["build", "--package", "rapport-backend"]);
    if release {
        command.arg("--release");
    }
    step("compile the backend", || {
        process::run(&mut command)
            .advise("mend what the compiler says above, then run the same command again")
    })
}

/// A running backend.
pub struct Backend {
    child: Child,
    url: String,
}

impl Backend {
    /// Starts the backend with sample data and waits until it answers.
    pub fn start(options: &Options) -> Result<Self> {
        let root = workspace::root();
        let data = workspace::target().join("demo");
        std::fs::create_dir_all(&data)?;
        let profile = if options.client.release {
            "release"
        } else {
            "debug"
        };
        let mut command = Command::new(workspace::target().join(profile).join("rapport-backend"));
        command
            .args([
                "--log-level",
                "warn",
                "serve",
                "--demo",
                "--listen",
                &format!("127.0.0.1:{}", options.port),
            ])
            .args(["--base", &options.client.base])
            .arg("--database")
            .arg(data.join("rapport.sqlite"))
            .arg("--client")
            .arg(workspace::dist())
            .arg("--profile")
            .arg(root.join("profiles/rapport.json"))
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        step("start the backend with sample data", || {
            let mut child = command.spawn().context("the backend did not start")?;
            match ready(&mut child) {
                Ok(url) => Ok(Self { child, url }),
                Err(error) => {
                    stop(&mut child);
                    Err(error)
                        .advise("read its lines above; `rm -r target/demo` starts with fresh data")
                }
            }
        })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its exit status, once it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to finish what it is doing, and waits.
    pub fn stop(&mut self) {
        stop(&mut self.child);
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop();
    }
}

fn stop(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    let deadline = Instant::now() + Duration::from_secs(5);
    while asked.as_ref().is_ok_and(ExitStatus::success) && Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // An error here means that it has ended meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads the line that names the address, then asks the address.
fn ready(child: &mut Child) -> Result<String> {
    let output = child
        .stdout
        .take()
        .context("the backend has no standard output")?;
    let (send, received) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            match line.strip_prefix("listening on ") {
                // Nobody waits for a second such line; it is then printed like any other.
                Some(url) if send.send(url.to_owned()).is_ok() => {}
                _ => println!("{line}"),
            }
        }
    });
    let deadline = Instant::now() + PATIENCE;
    let url = received
        .recv_timeout(PATIENCE)
        .map_err(|_| anyhow!("the backend never said where it listens"))?;
    while Instant::now() < deadline {
        if is_healthy(&url).unwrap_or(false) {
            return Ok(url);
        }
        if let Some(status) = child.try_wait()? {
            bail!("the backend ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!(
        "{url}healthz did not answer within {} s",
        PATIENCE.as_secs()
    )
}

fn is_healthy(url: &str) -> Result<bool> {
    let rest = url.strip_prefix("http://").context("not an http address")?;
    let (host, base) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET /{base}healthz HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1) == Some("200"))
}
