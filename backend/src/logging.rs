//! Log lines on stderr. They hold methods, paths, statuses and causes; never bodies, queries or secrets.

use crate::config::LogFormat;
use std::io::IsTerminal as _;
use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// Starts logging. A second start in one process changes nothing.
pub fn start(format: LogFormat, level: Level) {
    let level = LevelFilter::from_level(level);
    let targets = Targets::new()
        .with_default(level)
        // Statements hold values of users; slow ones are told at the level of warnings.
        .with_target("sqlx", level.min(LevelFilter::WARN));
    let layer = match format {
        LogFormat::Text => fmt::layer()
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
            .boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(std::io::stderr).boxed(),
    };
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(targets))
        .try_init();
}
