//! A pseudo-language that proves the layout: right to left, longer than English, with marks that show
//! where a text was cut or never translated.

use crate::i18n::catalogue::Catalogue;

/// Its tag: Arabic script, private variant.
pub const TAG: &str = "ar-XB";

/// English made longer and shown right to left, with its placeholders untouched.
pub fn right_to_left(english: &Catalogue) -> Catalogue {
    english.map(TAG, |text| {
        let padding = "·".repeat(text.chars().count() / 4);
        format!("\u{202e}⟦{text}{padding}⟧\u{202c}")
    })
}
