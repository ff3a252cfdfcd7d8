//! What holds before anybody is signed in: language, theme, and the deployment's branding.

use crate::web::{assets, fetch, storage};
use leptos::prelude::*;
use serde::Deserialize;
use std::sync::OnceLock;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word that stands for it in the settings and in the root element's `data-theme`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that word; `System` for any other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The user's settings on this device.
#[derive(Clone)]
pub struct Settings {
    /// Language tag of the interface.
    pub language: ArcRwSignal<String>,
    /// Light or dark.
    pub theme: ArcRwSignal<Theme>,
}

/// How this deployment looks and where it finds its profile: `config.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// The provider's name.
    pub name: String,
    /// The hue of the accent colour, 0–360.
    pub hue: Option<f64>,
    /// Languages on offer, the first one being the fallback.
    pub languages: Vec<String>,
    /// Where the connector profile lies.
    pub profile: String,
}

impl Default for Branding {
    fn default() -> Self {
        Self {
            name: "Rapport".to_owned(),
            hue: None,
            languages: built(),
            profile: "profile.json".to_owned(),
        }
    }
}

/// Every language of this build, English first: a translator adds one file.
fn built() -> Vec<String> {
    let mut tags: Vec<String> = assets::assets().languages.into_keys().collect();
    tags.sort_by_key(|tag| tag != "en");
    tags
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();
static BRANDING: OnceLock<Branding> = OnceLock::new();

/// The settings of this device.
#[must_use]
pub fn settings() -> Settings {
    SETTINGS
        .get_or_init(|| Settings {
            language: ArcRwSignal::new("en".to_owned()),
            theme: ArcRwSignal::new(Theme::System),
        })
        .clone()
}

/// The deployment's branding; the default until [`load`] has read `config.json`.
#[must_use]
pub fn branding() -> Branding {
    BRANDING.get().cloned().unwrap_or_default()
}

/// Reads `config.json` and the stored settings.
pub async fn load(base: &str) {
    let config = match fetch::text(base, "config.json").await {
        Ok(text) => serde_json::from_str(&text).map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    let branding = config.unwrap_or_else(|error| {
        log::warn!("config.json not read, defaults hold: {error}");
        Branding::default()
    });
    if let Some(hue) = branding.hue {
        storage::set_root_property("--hue", &hue.to_string());
    }
    let settings = settings();
    settings.language.set(language(&branding.languages));
    settings
        .theme
        .set(Theme::parse(&storage::setting("theme").unwrap_or_default()));
    let _ = BRANDING.set(branding);
}

/// Keeps the page and the storage in step with the theme. Lives as long as the caller's owner.
pub fn follow_theme() {
    let theme = settings().theme;
    Effect::new(move |before: Option<Theme>| {
        let theme = theme.get();
        storage::set_root_attribute("data-theme", theme.as_str());
        if before.is_some_and(|before| before != theme) {
            storage::set_setting("theme", theme.as_str());
        }
        theme
    });
}

/// The language to begin with: asked for in the address, chosen before, preferred by the browser, or
/// the deployment's first. A language in the address is kept, as the address is left at once.
fn language(offered: &[String]) -> String {
    if let Some(asked) = storage::query_parameter("lang") {
        storage::set_setting("language", &asked);
        return asked;
    }
    if let Some(chosen) = storage::setting("language") {
        return chosen;
    }
    let base = |tag: &str| tag.split('-').next().unwrap_or(tag).to_owned();
    storage::preferred_languages()
        .iter()
        .find_map(|tag| {
            offered
                .iter()
                .find(|offer| *offer == tag || **offer == base(tag))
        })
        .or_else(|| offered.first())
        .cloned()
        .unwrap_or_else(|| "en".to_owned())
}
