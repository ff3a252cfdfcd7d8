//! Texts that may exist in several languages.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A language tag (BCP 47) such as `de` or `pt-BR`.
pub type Language = String;

/// A text with a default and, where there are any, wordings by language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// The wording for every language that has none of its own.
    pub default: String,
    /// Wordings by language tag.
    #[serde(default)]
    pub by_language: BTreeMap<Language, String>,
}

impl Text {
    /// A text in one wording.
    #[must_use]
    pub fn plain(default: impl Into<String>) -> Self {
        Self {
            default: default.into(),
            by_language: BTreeMap::new(),
        }
    }

    /// The wording for `language`: its own, else that of the language without region, else the
    /// default.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        let base = language.split('-').next().unwrap_or(language);
        [language, base]
            .iter()
            .find_map(|tag| self.by_language.get(*tag))
            .filter(|wording| !wording.is_empty())
            .unwrap_or(&self.default)
    }

    /// Whether no wording holds anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.default.is_empty() && self.by_language.values().all(String::is_empty)
    }
}

impl From<&str> for Text {
    fn from(default: &str) -> Self {
        Self::plain(default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_falls_back_to_its_language_and_then_to_the_default() {
        let mut text = Text::plain("Printer");
        text.by_language.insert("de".into(), "Drucker".into());
        text.by_language.insert("fr".into(), String::new());
        assert_eq!(text.in_language("de-AT"), "Drucker");
        assert_eq!(text.in_language("de"), "Drucker");
        assert_eq!(text.in_language("fr"), "Printer");
        assert_eq!(text.in_language("ar"), "Printer");
    }
}
