//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Reference REST backend of the Rapport customer portal.
#[derive(Debug, Parser)]
#[command(name = "rapport-backend", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How log lines are written to stderr.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// The least level that is logged.
    #[arg(long, global = true, default_value = "info", value_name = "LEVEL")]
    pub log_level: tracing::Level,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and the built client.
    Serve(ServeConfig),
    /// Manage accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Import customers, users, services, forms and tickets from NDJSON: everything or nothing.
    Import(ImportConfig),
}

/// Options of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeConfig {
    /// The SQLite file; it is made when it is not there. Attachments lie beside it.
    #[arg(long, value_name = "PATH")]
    pub database: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Directory of the built client.
    #[arg(long, default_value = "dist", value_name = "DIR")]
    pub client: PathBuf,
    /// The connector profile handed to clients as `profile.json`.
    #[arg(long, default_value = "profiles/rapport.json", value_name = "FILE")]
    pub profile: PathBuf,
    /// Path under which everything is served, such as `/help/`.
    #[arg(long, default_value = "/", value_name = "PATH", value_parser = parse_base)]
    pub base: String,
    /// The origin as browsers see it, when it is not the Host header with http (for example
    /// `https://portal.example.org` behind a proxy); with https, session cookies are Secure.
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    pub public_origin: Option<String>,
    /// Address of a proxy before the server, may be repeated: of requests from there, who tries
    /// passwords is read from X-Forwarded-For. Without it, everybody behind the proxy is one.
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    pub trusted_proxies: Vec<IpAddr>,
    /// Largest attachment in bytes.
    #[arg(long, default_value_t = 10_000_000, value_name = "BYTES")]
    pub max_attachment: u64,
    /// How long the body of a request may stand still before the request is given up.
    #[arg(long, default_value_t = 30_000, value_name = "MS")]
    pub idle_ms: u64,
    /// Days after which an unused session ends.
    #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub session_days: u32,
    /// Fill an empty database with demonstration data and answer new tickets by itself.
    #[arg(long)]
    pub demo: bool,
    /// Seed of the demonstration data.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub demo_seed: u64,
    /// How long the demonstration's service desk takes to answer.
    #[arg(long, default_value_t = 4000, value_name = "MS")]
    pub demo_delay_ms: u64,
}

impl ServeConfig {
    /// Serves `database` on a free loopback port, everything else by default.
    #[must_use]
    pub fn local(database: PathBuf) -> Self {
        Self {
            database,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            client: PathBuf::from("dist"),
            profile: PathBuf::from("profiles/rapport.json"),
            base: "/".to_owned(),
            public_origin: None,
            trusted_proxies: Vec::new(),
            max_attachment: 10_000_000,
            idle_ms: 30_000,
            session_days: 30,
            demo: false,
            demo_seed: 1,
            demo_delay_ms: 4000,
        }
    }

    /// How long the body of a request may stand still.
    #[must_use]
    pub const fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }
}

/// Account commands.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account.
    Add(UserAdd),
    /// Set the password of an account.
    Password(UserPassword),
}

/// Options of `user add`. The password is asked for, or read from stdin: never an argument, which
/// other programs could read.
#[derive(Debug, Args)]
pub struct UserAdd {
    /// The SQLite file.
    #[arg(long, value_name = "PATH")]
    pub database: PathBuf,
    /// What the person signs in with.
    #[arg(long)]
    pub login: String,
    /// The person's name.
    #[arg(long)]
    pub name: String,
    /// What the person may do.
    #[arg(long, value_parser = ["customer_user", "customer_manager", "brm", "agent", "administrator"])]
    pub role: String,
    /// Name or id of the customer the person belongs to; one of an unknown name is made.
    #[arg(long)]
    pub customer: Option<String>,
    /// Name or id of a customer assigned to a BRM; may be repeated.
    #[arg(long = "assign", value_name = "CUSTOMER")]
    pub assigned: Vec<String>,
    /// Mail address.
    #[arg(long)]
    pub email: Option<String>,
    /// Telephone number.
    #[arg(long)]
    pub phone: Option<String>,
    /// Read the password from the first line of stdin instead of asking.
    #[arg(long)]
    pub password_stdin: bool,
}

/// Options of `user password`.
#[derive(Debug, Args)]
pub struct UserPassword {
    /// The SQLite file.
    #[arg(long, value_name = "PATH")]
    pub database: PathBuf,
    /// Whose password.
    #[arg(long)]
    pub login: String,
    /// Read the password from the first line of stdin instead of asking.
    #[arg(long)]
    pub password_stdin: bool,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct ImportConfig {
    /// The file: one JSON object a line.
    pub file: PathBuf,
    /// The SQLite file.
    #[arg(long, value_name = "PATH")]
    pub database: PathBuf,
}

fn parse_base(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    if !text.starts_with('/') || !text.chars().all(fits) || text.contains("//") {
        return Err("write a path such as / or /help/".to_owned());
    }
    let trimmed = text.trim_end_matches('/');
    Ok(format!("{trimmed}/"))
}

fn parse_origin(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(text.to_ascii_lowercase()),
        _ => Err("write scheme and host only, such as https://portal.example.org".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_base_begins_and_ends_with_a_slash() {
        assert_eq!(parse_base("/help").unwrap(), "/help/");
        assert_eq!(parse_base("/").unwrap(), "/");
        assert!(parse_base("help").is_err());
        assert!(parse_base("/a\"b/").is_err());
    }
}
