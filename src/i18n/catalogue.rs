//! One language's messages.

use crate::i18n::Msg;
use serde_json::Value;

/// The messages of a language, by [`Msg`].
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Language tag.
    pub language: String,
    /// The tag by which dates and numbers are written.
    pub formats: String,
    /// Whether what is filled in is kept apart from the text's own direction.
    pub isolates: bool,
    entries: Vec<Entry>,
}

/// A message: one wording, or one per plural form.
#[derive(Clone, Debug)]
enum Entry {
    Text(String),
    Forms(Vec<(String, String)>),
}

impl Catalogue {
    /// Reads a flat JSON object: key → text, or key → {plural form → text}. A missing message shows
    /// its key; `cargo xtask check` keeps that from happening.
    pub fn parse(language: &str, json: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let entries = Msg::KEYS
            .iter()
            .map(|key| match value.get(key) {
                Some(Value::Object(forms)) => Entry::Forms(
                    forms
                        .iter()
                        .filter_map(|(form, text)| Some((form.clone(), text.as_str()?.to_owned())))
                        .collect(),
                ),
                Some(Value::String(text)) => Entry::Text(text.clone()),
                _ => Entry::Text((*key).to_owned()),
            })
            .collect();
        Ok(Self {
            language: language.to_owned(),
            formats: language.to_owned(),
            isolates: false,
            entries,
        })
    }

    /// The wording; of a counting message its `other` form.
    pub fn text(&self, message: Msg) -> &str {
        self.form(message, "other")
    }

    /// The wording for a plural form.
    pub fn form(&self, message: Msg, form: &str) -> &str {
        match self.entries.get(message as usize) {
            Some(Entry::Text(text)) => text,
            Some(Entry::Forms(forms)) => {
                let of = |wanted: &str| forms.iter().find(|(name, _)| name == wanted);
                of(form)
                    .or_else(|| of("other"))
                    .map_or("", |(_, text)| text)
            }
            None => "",
        }
    }

    /// Words of unknown direction, kept apart from what they are shown among.
    pub fn apart(&self, words: &str) -> String {
        match self.isolates && !words.is_empty() {
            true => format!("{}{words}{}", ISOLATE[0], ISOLATE[1]),
            false => words.to_owned(),
        }
    }

    /// `text` with every `{name}` replaced by its value.
    pub fn fill(&self, text: &str, values: &[(&str, &str)]) -> String {
        fill(text, values, if self.isolates { ISOLATE } else { [""; 2] })
    }

    /// The same messages with every text changed.
    pub fn map(&self, language: &str, change: impl Fn(&str) -> String) -> Self {
        let entries = self
            .entries
            .iter()
            .map(|entry| match entry {
                Entry::Text(text) => Entry::Text(change(text)),
                Entry::Forms(forms) => Entry::Forms(
                    forms
                        .iter()
                        .map(|(form, text)| (form.clone(), change(text)))
                        .collect(),
                ),
            })
            .collect();
        Self {
            language: language.to_owned(),
            formats: language.to_owned(),
            isolates: false,
            entries,
        }
    }
}

/// Marks that keep a text of unknown direction apart from what stands around it (Unicode UAX 9).
const ISOLATE: [&str; 2] = ["\u{2068}", "\u{2069}"];

/// `text` with every `{name}` replaced by its value.
fn fill(text: &str, values: &[(&str, &str)], [open_mark, close_mark]: [&str; 2]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        let name = after.get(1..close).unwrap_or_default();
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.extend([open_mark, value, close_mark]),
            None => out.push_str(after.get(..=close).unwrap_or_default()),
        }
        rest = after.get(close + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_by_name_and_unknown_ones_stay() {
        let values = [("name", "Ana"), ("count", "3")];
        let fill = |text, values| fill(text, values, [""; 2]);
        assert_eq!(fill("{count} for {name}", &values), "3 for Ana");
        assert_eq!(fill("{who} has {count}", &values), "{who} has 3");
        assert_eq!(fill("open { end", &values), "open { end");
        assert_eq!(
            fill("value {name}", &[("name", "{count}")]),
            "value {count}"
        );
    }
}
