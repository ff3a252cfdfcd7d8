//! Firefox's own ways.

use std::path::Path;

use anyhow::Result;
use fantoccini::wd::Capabilities;
use serde_json::json;

use super::Look;
use super::chromium::as_map;
use crate::page::Page;
use crate::places;

pub(super) fn capabilities(profile: &Path, downloads: &Path, look: Look) -> Result<Capabilities> {
    let wishes = json!({
        "unhandledPromptBehavior": "accept",
        "moz:firefoxOptions": {
            "binary": places::program("FIREFOX", &["firefox-esr", "firefox"])?,
            "args": ["-headless", "-profile", profile],
            "prefs": {
                // What pages write to the console appears on the browser's stdout.
                "devtools.console.stdout.content": true,
                "browser.download.folderList": 2,
                "browser.download.dir": downloads,
                "browser.download.useDownloadDir": true,
                "browser.helperApps.neverAsk.saveToDisk": "application/json,text/plain,application/octet-stream",
                "browser.download.always_ask_before_handling_new_types": false,
                "intl.accept_languages": "en",
                "layout.css.prefers-color-scheme.content-override": i32::from(!look.dark),
                // No traffic of the browser's own.
                "network.captive-portal-service.enabled": false,
                "network.connectivity-service.enabled": false,
                "app.normandy.enabled": false,
                "browser.safebrowsing.malware.enabled": false,
                "browser.safebrowsing.phishing.enabled": false,
                "extensions.update.enabled": false,
                "app.update.enabled": false,
            },
        },
    });
    Ok(as_map(wishes))
}

pub(super) async fn dress(tab: &Page, look: Look) -> Result<()> {
    // The window has edges of its own, and a least width that is wider than a phone.
    let inner = tab
        .run(
            "return [outerWidth - innerWidth, outerHeight - innerHeight]",
            vec![],
        )
        .await?;
    let edge = |index: usize| u32::try_from(inner[index].as_u64().unwrap_or(0)).unwrap_or(0);
    tab.set_window_size(look.width + edge(0), look.height + edge(1))
        .await
}
