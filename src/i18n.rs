//! Words in the user's language. One flat JSON file per language, loaded at run time; plurals and
//! formats by the browser's `Intl`.

mod catalogue;
pub mod fmt;
mod messages;
pub mod number;
mod pseudo;

pub use messages::Msg;

use crate::live::settings;
use crate::web::{assets, fetch, intl, storage};
use catalogue::Catalogue;
use leptos::prelude::*;
use rapport_domain::Text;
use std::sync::{Arc, OnceLock};

static CATALOGUE: OnceLock<ArcRwSignal<Arc<Catalogue>>> = OnceLock::new();

fn present() -> ArcRwSignal<Arc<Catalogue>> {
    CATALOGUE
        .get_or_init(|| ArcRwSignal::new(Arc::new(Catalogue::default())))
        .clone()
}

/// Loads the language of the settings.
pub async fn start(base: &str) {
    take(base, &settings().language.get_untracked()).await;
}

/// Loads every other language that is chosen later. Lives as long as the caller's owner.
pub fn follow_language(base: &str) {
    let language = settings().language;
    let base = base.to_owned();
    Effect::new(move |before: Option<String>| {
        let wanted = language.get();
        if before.as_ref().is_some_and(|before| *before != wanted) {
            storage::set_setting("language", &wanted);
            let (base, wanted) = (base.clone(), wanted.clone());
            crate::live::durable(async move { take(&base, &wanted).await });
        }
        wanted
    });
}

async fn take(base: &str, language: &str) {
    let files = assets::assets().languages;
    let is_pseudo = language == pseudo::TAG;
    let wanted = if is_pseudo { "en" } else { language };
    let short = wanted.split('-').next().unwrap_or(wanted);
    let found = [wanted, short, "en"]
        .into_iter()
        .find_map(|tag| Some((tag, files.get(tag)?)));
    let Some((tag, path)) = found else {
        log::error!("no message catalogue for {language}");
        return;
    };
    let parsed = match fetch::text(base, path).await {
        Ok(json) => Catalogue::parse(tag, &json),
        Err(error) => Err(error),
    };
    match parsed {
        Ok(catalogue) => {
            let mut catalogue = if is_pseudo {
                pseudo::right_to_left(&catalogue)
            } else {
                catalogue
            };
            catalogue.formats = format_tag(&catalogue.language, &storage::preferred_languages());
            catalogue.isolates = direction(&catalogue.language) == "rtl";
            storage::set_root_attribute("lang", &catalogue.language);
            storage::set_root_attribute("dir", direction(&catalogue.language));
            present().set(Arc::new(catalogue));
        }
        // The words that are there stay.
        Err(error) => log::error!("message catalogue not read: {error}"),
    }
}

/// `rtl` or `ltr`, by the language's script.
fn direction(language: &str) -> &'static str {
    match language.split('-').next() {
        Some("ar" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi") => "rtl",
        _ => "ltr",
    }
}

/// The tag by which formats are made, followed: English is written differently in London and in
/// Chicago, and the browser knows where its user is at home.
fn formats() -> String {
    present().with(|catalogue| catalogue.formats.clone())
}

/// The first of the tags that the browser prefers which is the same language, else the language.
fn format_tag(language: &str, preferred: &[String]) -> String {
    let base = |tag: &str| tag.split('-').next().map(str::to_owned);
    let own = preferred
        .iter()
        .find(|tag| language != pseudo::TAG && base(tag) == base(language));
    own.cloned().unwrap_or_else(|| language.to_owned())
}

/// A message, followed: it changes with the language.
#[must_use]
pub fn t(message: Msg) -> String {
    present().with(|catalogue| catalogue.text(message).to_owned())
}

/// A message with `{name}` filled in.
#[must_use]
pub fn tf(message: Msg, values: &[(&str, &str)]) -> String {
    present().with(|catalogue| catalogue.fill(catalogue.text(message), values))
}

/// A message that counts: the plural form for `count`, with `{count}` filled in.
#[must_use]
pub fn tn(message: Msg, count: u64) -> String {
    present().with(|catalogue| {
        let form = intl::plural(&catalogue.language, count);
        #[expect(clippy::cast_precision_loss, reason = "counts on a screen")]
        let shown = intl::number(&catalogue.formats, count as f64);
        catalogue.fill(catalogue.form(message, &form), &[("count", &shown)])
    })
}

/// A text of the content in the user's language, followed, to be shown: whatever its direction is, it
/// does not mix with what stands around it.
#[must_use]
pub fn text(text: &Text) -> String {
    present().with(|catalogue| catalogue.apart(text.in_language(&catalogue.language)))
}

/// A text of the content in the user's language, followed, to be kept or handed on.
#[must_use]
pub fn bare_text(text: &Text) -> String {
    present().with(|catalogue| text.in_language(&catalogue.language).to_owned())
}

/// The language tag of the content to prefer, followed.
#[must_use]
pub fn tag() -> String {
    present().with(|catalogue| catalogue.language.clone())
}

/// `rtl` or `ltr`, followed.
#[must_use]
pub fn dir() -> &'static str {
    present().with(|catalogue| direction(&catalogue.language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_follow_the_browser_within_the_language() {
        let preferred = ["de-AT", "en-GB", "en"].map(str::to_owned);
        assert_eq!(format_tag("en", &preferred), "en-GB");
        assert_eq!(format_tag("de", &preferred), "de-AT");
        assert_eq!(format_tag("fr", &preferred), "fr");
        assert_eq!(format_tag(pseudo::TAG, &["ar-EG".to_owned()]), pseudo::TAG);
    }

    #[test]
    fn every_language_has_every_message() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/i18n");
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
        for path in files {
            let language = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let json = std::fs::read_to_string(&path).unwrap();
            let catalogue = Catalogue::parse(&language, &json).unwrap();
            let all: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&json).unwrap();
            assert_eq!(all.len(), Msg::KEYS.len(), "{language}");
            for key in Msg::KEYS {
                assert!(all.contains_key(*key), "{language} has no {key}");
            }
            assert!(!catalogue.text(Msg::nav_home).is_empty());
        }
    }
}
