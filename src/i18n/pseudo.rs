//! A pseudo-language that proves the layout: right to left, longer than English, with marks that show
//! where a text was cut or never translated.

use crate::i18n::catalogue::Catalogue;

/// Its tag: Arabic script, private variant.
pub const TAG: &str = "ar-XB";

/// English made longer and shown right to left, with its placeholders untouched.
pub fn right_to_left(english: &Catalogue) -> Catalogue {
    english.map(TAG, turned)
}

fn turned(text: &str) -> String {
    let padding = "·".repeat(text.chars().count() / 4);
    // The mark is the first strong sign, as a letter of such a script would be.
    let (mut out, mut rest) = (String::from("\u{200f}⟦"), text);
    while let Some(open) = rest.find('{') {
        let (words, placeholder) = rest.split_at(open);
        let end = placeholder
            .find('}')
            .map_or(placeholder.len(), |close| close + 1);
        push_turned(&mut out, words);
        out.push_str(placeholder.get(..end).unwrap_or_default());
        rest = placeholder.get(end..).unwrap_or_default();
    }
    push_turned(&mut out, rest);
    out + &padding + "⟧"
}

/// The letters as a right-to-left script has them: the override holds for these words alone, so that
/// what is filled in between them stays readable.
fn push_turned(out: &mut String, words: &str) {
    if !words.is_empty() {
        out.push('\u{202e}');
        out.push_str(words);
        out.push('\u{202c}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_turn_and_placeholders_do_not() {
        let turned = turned("See {count} tickets");
        assert_eq!(
            turned,
            "\u{200f}⟦\u{202e}See \u{202c}{count}\u{202e} tickets\u{202c}····⟧"
        );
        assert_eq!(super::turned("{from}"), "\u{200f}⟦{from}·⟧");
    }
}
