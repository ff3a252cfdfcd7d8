//! Chromium's own ways.

use std::path::Path;

use anyhow::Result;
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use super::Look;
use crate::page::Page;
use crate::places;

/// Used when `CHROMIUM_SWITCHES` is not set.
const SWITCHES: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

pub(super) fn capabilities(profile: &Path, look: Look) -> Result<Capabilities> {
    let mut switches: Vec<String> = match std::env::var("CHROMIUM_SWITCHES") {
        Ok(switches) => switches.split_whitespace().map(str::to_owned).collect(),
        Err(_) => SWITCHES.iter().map(|switch| (*switch).to_owned()).collect(),
    };
    switches.push(format!("--user-data-dir={}", profile.display()));
    switches.push(format!("--window-size={},{}", look.width, look.height));
    let wishes = json!({
        "pageLoadStrategy": "normal",
        // A page that asks before it is left would hold up every journey.
        "unhandledPromptBehavior": "accept",
        "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": {
            "binary": places::program("CHROMIUM", &["chromium", "google-chrome"])?,
            "args": switches,
            "prefs": {"intl.accept_languages": "en"},
        },
    });
    Ok(as_map(wishes))
}

pub(super) async fn dress(tab: &Page, look: Look, downloads: &Path) -> Result<()> {
    let size = json!({
        "width": look.width, "height": look.height,
        "deviceScaleFactor": look.scale, "mobile": false,
    });
    tab.cdp("Emulation.setDeviceMetricsOverride", size).await?;
    let theme = if look.dark { "dark" } else { "light" };
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
    tab.cdp("Emulation.setEmulatedMedia", media).await?;
    let behaviour = json!({"behavior": "allow", "downloadPath": downloads});
    tab.cdp("Browser.setDownloadBehavior", behaviour).await?;
    Ok(())
}

pub(super) fn as_map(value: Value) -> Capabilities {
    match value {
        Value::Object(map) => map,
        _ => Capabilities::new(),
    }
}
