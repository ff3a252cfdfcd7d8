//! Folding of text for search: lower case, no diacritics, no invisible characters.
//!
//! A full Unicode decomposition table would cost the client some 25 kB compressed. What the portal's
//! languages need is small and stands here: Latin letters with marks (Vietnamese included), ligatures,
//! Greek accents, Cyrillic ё and й, Arabic vowel signs and letter variants, Hebrew points, Arabic and
//! Persian digits. Everything else is compared in lower case as it stands.
//!
//! German: `ä` folds to `a`, `ß` to `ss`. A searched word is tried as it folds, with its umlauts
//! written out (`Müller` finds “Mueller”) and with `ae`, `oe`, `ue` drawn together (`mueller` finds
//! “Müller”).

use rapport_domain::Text;

/// Raised when the same text folds differently than before; part of [`crate::columns::LAYOUT`].
pub(crate) const VERSION: u8 = 1;

/// The folded form of a text.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            for lower in c.to_lowercase() {
                match simple(lower) {
                    Some(plain) => folded.push_str(plain),
                    None => folded.push(lower),
                }
            }
        }
    }
    folded
}

/// What a lower-case character is compared as, where that is not itself.
fn simple(c: char) -> Option<&'static str> {
    Some(match c {
        'à'
        | 'á'
        | 'â'
        | 'ã'
        | 'ä'
        | 'å'
        | 'ā'
        | 'ă'
        | 'ą'
        | 'ǎ'
        | 'ǟ'
        | 'ǡ'
        | 'ǻ'
        | 'ȁ'
        | 'ȃ'
        | 'ȧ'
        | '\u{1ea1}'..='\u{1eb7}'
        | 'ḁ'
        | 'ẚ' => "a",
        'ḃ' | 'ḅ' | 'ḇ' => "b",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' | 'ḉ' => "c",
        'ď' | 'đ' | 'ð' | 'ḋ' | 'ḍ' | 'ḏ' | 'ḑ' | 'ḓ' => "d",
        'è'
        | 'é'
        | 'ê'
        | 'ë'
        | 'ē'
        | 'ĕ'
        | 'ė'
        | 'ę'
        | 'ě'
        | 'ȅ'
        | 'ȇ'
        | 'ȩ'
        | 'ḕ'
        | 'ḗ'
        | 'ḙ'
        | 'ḛ'
        | 'ḝ'
        | '\u{1eb9}'..='\u{1ec7}' => "e",
        'ḟ' => "f",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' | 'ǵ' | 'ḡ' => "g",
        'ĥ' | 'ħ' | 'ȟ' | 'ḣ' | 'ḥ' | 'ḧ' | 'ḩ' | 'ḫ' | 'ẖ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ȉ' | 'ȋ' | 'ḭ' | 'ḯ' | 'ỉ'
        | 'ị' => "i",
        'ĵ' | 'ǰ' => "j",
        'ķ' | 'ǩ' | 'ḱ' | 'ḳ' | 'ḵ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' | 'ḷ' | 'ḹ' | 'ḻ' | 'ḽ' => "l",
        'ḿ' | 'ṁ' | 'ṃ' => "m",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ǹ' | 'ṅ' | 'ṇ' | 'ṉ' | 'ṋ' => "n",
        'ò'
        | 'ó'
        | 'ô'
        | 'õ'
        | 'ö'
        | 'ø'
        | 'ō'
        | 'ŏ'
        | 'ő'
        | 'ơ'
        | 'ǒ'
        | 'ǫ'
        | 'ǭ'
        | 'ǿ'
        | 'ȍ'
        | 'ȏ'
        | 'ȫ'
        | 'ȭ'
        | 'ȯ'
        | 'ȱ'
        | 'ṍ'
        | 'ṏ'
        | 'ṑ'
        | 'ṓ'
        | '\u{1ecd}'..='\u{1ee3}' => "o",
        'ṕ' | 'ṗ' => "p",
        'ŕ' | 'ŗ' | 'ř' | 'ȑ' | 'ȓ' | 'ṙ' | 'ṛ' | 'ṝ' | 'ṟ' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṡ' | 'ṣ' | 'ṥ' | 'ṧ' | 'ṩ' => "s",
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'ṫ' | 'ṭ' | 'ṯ' | 'ṱ' | 'ẗ' => "t",
        'ù'
        | 'ú'
        | 'û'
        | 'ü'
        | 'ũ'
        | 'ū'
        | 'ŭ'
        | 'ů'
        | 'ű'
        | 'ų'
        | 'ư'
        | 'ǔ'
        | 'ǖ'
        | 'ǘ'
        | 'ǚ'
        | 'ǜ'
        | 'ȕ'
        | 'ȗ'
        | 'ṳ'
        | 'ṵ'
        | 'ṷ'
        | 'ṹ'
        | 'ṻ'
        | '\u{1ee5}'..='\u{1ef1}' => "u",
        'ṽ' | 'ṿ' => "v",
        'ŵ' | 'ẁ' | 'ẃ' | 'ẅ' | 'ẇ' | 'ẉ' | 'ẘ' => "w",
        'ẋ' | 'ẍ' => "x",
        'ý' | 'ÿ' | 'ŷ' | 'ȳ' | 'ẏ' | 'ẙ' | '\u{1ef3}'..='\u{1ef9}' => "y",
        'ź' | 'ż' | 'ž' | 'ẑ' | 'ẓ' | 'ẕ' => "z",
        'ß' => "ss",
        'æ' | 'ǣ' | 'ǽ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ĳ' => "ij",
        'ŉ' => "n",
        'ſ' => "s",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' | 'ΐ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' | 'ΰ' => "υ",
        'ώ' => "ω",
        'ς' => "σ",
        'ё' | 'ѐ' => "е",
        'й' | 'ѝ' => "и",
        'ї' => "і",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        '٠' | '۰' => "0",
        '١' | '۱' => "1",
        '٢' | '۲' => "2",
        '٣' | '۳' => "3",
        '٤' | '۴' => "4",
        '٥' | '۵' => "5",
        '٦' | '۶' => "6",
        '٧' | '۷' => "7",
        '٨' | '۸' => "8",
        '٩' | '۹' => "9",
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' => "-",
        '\u{2019}' | '\u{02bc}' => "'",
        // Combining marks: general, Cyrillic, Hebrew, Arabic (tatweel too), supplements.
        '\u{0300}'..='\u{036f}'
        | '\u{0483}'..='\u{0487}'
        | '\u{0591}'..='\u{05bd}'
        | '\u{05bf}'
        | '\u{05c1}'
        | '\u{05c2}'
        | '\u{05c4}'
        | '\u{05c5}'
        | '\u{05c7}'
        | '\u{0610}'..='\u{061a}'
        | '\u{0640}'
        | '\u{064b}'..='\u{065f}'
        | '\u{0670}'
        | '\u{06d6}'..='\u{06dc}'
        | '\u{06df}'..='\u{06e4}'
        | '\u{06e7}'
        | '\u{06e8}'
        | '\u{06ea}'..='\u{06ed}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' => "",
        // Invisible: soft hyphen, joiners, direction marks, byte order mark.
        '\u{00ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => "",
        _ => return None,
    })
}

/// Collects what a search looks at.
#[derive(Default)]
pub(crate) struct Haystack(String);

impl Haystack {
    pub(crate) fn add(&mut self, text: &str) {
        if !text.is_empty() {
            if !self.0.is_empty() {
                self.0.push('\n');
            }
            self.0.push_str(&fold(text));
        }
    }

    pub(crate) fn add_all<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        texts.into_iter().for_each(|text| self.add(text));
    }

    pub(crate) fn add_text(&mut self, text: &Text) {
        self.add(&text.default);
        self.add_all(text.by_language.values().map(String::as_str));
    }

    pub(crate) fn finish(self) -> Box<str> {
        self.0.into_boxed_str()
    }
}

/// A search, prepared: every word must be found, in any of its spellings.
#[derive(Clone, Debug)]
pub struct Needle(Vec<Vec<String>>);

impl Needle {
    /// Prepares the words of `text`. Without any word everything is found.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(
            text.split_whitespace()
                .map(spellings)
                .filter(|spellings| !spellings.is_empty())
                .collect(),
        )
    }

    /// Whether every word is in `haystack`, which is already folded.
    #[must_use]
    pub fn is_in(&self, haystack: &str) -> bool {
        let found = |spellings: &Vec<String>| spellings.iter().any(|one| haystack.contains(one));
        self.0.iter().all(found)
    }
}

/// The folded forms under which a word is looked for.
fn spellings(word: &str) -> Vec<String> {
    let folded = fold(word);
    let drawn_together = folded
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u");
    let mut written_out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'ä' | 'Ä' => written_out.push_str("ae"),
            'ö' | 'Ö' => written_out.push_str("oe"),
            'ü' | 'Ü' => written_out.push_str("ue"),
            other => written_out.push(other),
        }
    }
    let mut spellings = vec![folded, drawn_together, fold(&written_out)];
    spellings.sort_unstable();
    spellings.dedup();
    spellings.retain(|spelling| !spelling.is_empty());
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, words: &str) -> bool {
        Needle::new(words).is_in(&fold(text))
    }

    #[test]
    fn case_and_marks_do_not_matter() {
        for (text, words) in [
            ("Drucker druckt nicht", "DRUCK nicht"),
            ("Müller", "muller"),
            ("Müller", "mueller"),
            ("Mueller", "Müller"),
            ("Straße 7", "STRASSE"),
            ("Strasse 7", "straße"),
            ("Netzwerkdrucker", "drucker"),
            ("Việt Nam", "viet"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("Cafe\u{301}", "café"),
            ("ΑΘΉΝΑ", "αθηνα"),
            ("Ёлка", "елка"),
            ("مُحَمَّد", "محمد"),
            ("أحمد", "احمد"),
            ("طابعة ٧", "طابعه 7"),
            ("INC-20418", "20418 inc"),
            ("soft\u{ad}ware", "software"),
            ("request", "est"),
        ] {
            assert!(finds(text, words), "{words} in {text}");
        }
        assert!(!finds("Drucker", "Drucker defekt"), "every word counts");
        assert!(!finds("Printer", "painter"));
        assert!(finds("anything", "  "), "no word finds everything");
    }
}
