//! `csp`: the Content-Security-Policy for whoever serves the client without the backend.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::args::Args;
use crate::{build, workspace};

/// `cargo xtask csp [PROFILE]`.
pub fn run(words: Vec<String>) -> Result<()> {
    let mut args = Args::new(words);
    let profile = args.word();
    args.finish()?;
    let policy = build::read(&workspace::root().join("public/csp.txt"))?;
    let origins = match &profile {
        None => Vec::new(),
        Some(path) => {
            let text = build::read(Path::new(path))?;
            let profile: Value =
                serde_json::from_str(&text).with_context(|| format!("{path} is no valid JSON"))?;
            origins(&profile)
        }
    };
    println!("{}", with_origins(policy.trim(), &origins));
    Ok(())
}

/// The policy, with other origins the client may connect to.
fn with_origins(policy: &str, origins: &[String]) -> String {
    if origins.is_empty() {
        return policy.to_owned();
    }
    let list = origins.join(" ");
    policy.replace("connect-src 'self'", &format!("connect-src 'self' {list}"))
}

/// Every origin under a `base_url` of a profile; a relative one is the client's own.
fn origins(profile: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match profile {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(url) if name == "base_url" => found.extend(origin(url)),
                    _ => found.extend(origins(value)),
                }
            }
        }
        Value::Array(items) => found.extend(items.iter().flat_map(origins)),
        _ => {}
    }
    found.sort();
    found.dedup();
    found
}

fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest
        .split(['/', '?', '#'])
        .next()
        .filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn another_origin_may_be_connected_to_and_nothing_else() {
        let profile = json!({"connection": {"base_url": "https://desk.example:8443/api/v2?x"}});
        let policy = with_origins("script-src 'self'; connect-src 'self'", &origins(&profile));
        assert_eq!(
            policy,
            "script-src 'self'; connect-src 'self' https://desk.example:8443"
        );
    }

    #[test]
    fn the_own_origin_is_not_repeated() {
        assert!(origins(&json!({"connection": {"base_url": "api/v1/"}})).is_empty());
    }
}
