//! What pages and workers write to the console.

use anyhow::{Context, Result};
use fantoccini::Client;
use serde_json::json;

use super::driver::Wire;

/// One message of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whether it is an error.
    pub is_error: bool,
    /// Whether the browser itself reports a failed request.
    pub is_network: bool,
    /// The message with its place.
    pub text: String,
}

impl Message {
    /// Whether it tells of code that stopped, or of something the content security policy forbade.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        [
            "panicked at",
            "RuntimeError",
            "unreachable",
            "Content Security Policy",
            "Content-Security-Policy",
        ]
        .iter()
        .any(|sign| self.text.contains(sign))
    }
}

pub(super) async fn of_chromium(client: &Client) -> Result<Vec<Message>> {
    let entries = client
        .issue_cmd(Wire::post("se/log", json!({"type": "browser"})))
        .await?;
    let entries = entries.as_array().context("the log is no list")?;
    let message = |entry: &serde_json::Value| Message {
        is_error: entry["level"] == "SEVERE",
        is_network: entry["source"] == "network",
        text: entry["message"].as_str().unwrap_or_default().to_owned(),
    };
    Ok(entries.iter().map(message).collect())
}

/// Firefox mixes what its own parts complain about into its output; pages are told apart by what only
/// they can write: a script at an address, or a line of the portal's log or panic hook.
pub(super) fn of_firefox(lines: &[String]) -> Vec<Message> {
    let is_of_a_page = |line: &&String| {
        line.contains("JavaScript error: http")
            || (line.contains("console.")
                && ["rapport", "panicked at"]
                    .iter()
                    .any(|word| line.contains(word)))
    };
    let message = |line: &String| Message {
        is_error: line.contains("console.error") || line.contains("JavaScript error:"),
        is_network: false,
        text: line.clone(),
    };
    lines.iter().filter(is_of_a_page).map(message).collect()
}
