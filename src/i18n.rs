//! Words in the user's language. One flat JSON file per language, loaded at run time; plurals and
//! formats by the browser's `Intl`.

mod catalogue;
pub mod fmt;
mod messages;
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

/// Loads the language of the settings, and every other one that is chosen later.
pub async fn start(base: &str) {
    let language = settings().language;
    take(base, &language.get_untracked()).await;
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
            let catalogue = if is_pseudo {
                pseudo::right_to_left(&catalogue)
            } else {
                catalogue
            };
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
        Some("ar" | "fa" | "he" | "ur") => "rtl",
        _ => "ltr",
    }
}

/// The language in which formats are made, followed.
fn language() -> String {
    present().with(|catalogue| catalogue.language.clone())
}

/// A message, followed: it changes with the language.
#[must_use]
pub fn t(message: Msg) -> String {
    present().with(|catalogue| catalogue.text(message).to_owned())
}

/// A message with `{name}` filled in.
#[must_use]
pub fn tf(message: Msg, values: &[(&str, &str)]) -> String {
    present().with(|catalogue| catalogue::fill(catalogue.text(message), values))
}

/// A message that counts: the plural form for `count`, with `{count}` filled in.
#[must_use]
pub fn tn(message: Msg, count: u64) -> String {
    present().with(|catalogue| {
        let form = intl::plural(&catalogue.language, count);
        #[expect(clippy::cast_precision_loss, reason = "counts on a screen")]
        let shown = intl::number(&catalogue.language, count as f64);
        catalogue::fill(catalogue.form(message, &form), &[("count", &shown)])
    })
}

/// A text of the content in the user's language, followed.
#[must_use]
pub fn text(text: &Text) -> String {
    present().with(|catalogue| text.in_language(&catalogue.language).to_owned())
}

/// The language tag of the content to prefer, followed.
#[must_use]
pub fn tag() -> String {
    language()
}
