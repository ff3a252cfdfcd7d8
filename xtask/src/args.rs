//! Command-line words, read one flag at a time; what nobody asked for is an error.

use anyhow::{Result, bail};

/// The words after the command.
pub struct Args {
    words: Vec<String>,
}

impl Args {
    /// Splits `--flag=value` so that both spellings read the same.
    pub fn new(words: Vec<String>) -> Self {
        let words = words
            .into_iter()
            .flat_map(|word| match word.split_once('=') {
                Some((flag, value)) if flag.starts_with("--") => {
                    vec![flag.to_owned(), value.to_owned()]
                }
                _ => vec![word],
            })
            .collect();
        Self { words }
    }

    /// Takes a switch such as `--release`.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes an option with a value, such as `--port 8080`.
    pub fn option(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.words.remove(at);
        if at >= self.words.len() || self.words[at].starts_with("--") {
            bail!("`{name}` needs a value");
        }
        Ok(Some(self.words.remove(at)))
    }

    /// Takes the next word that is no flag.
    pub fn word(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with("--"))?;
        Some(self.words.remove(at))
    }

    /// Fails when something is left that no command reads.
    pub fn finish(self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("`{word}` is not understood here; see `cargo xtask help`"),
        }
    }
}

/// A deploy base: begins and ends with a slash.
pub fn base_path(text: Option<String>) -> Result<String> {
    let base = text.unwrap_or_else(|| "/".to_owned());
    let plain = base
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/-_.~".contains(c));
    if !base.starts_with('/') || !base.ends_with('/') || base.contains("//") || !plain {
        bail!("`--base {base}`: the base begins and ends with a slash, such as / or /help/");
    }
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::new(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn both_spellings_of_a_value_are_read() {
        for words in [&["--port", "9"][..], &["--port=9"]] {
            let mut args = args(words);
            assert_eq!(args.option("--port").unwrap().as_deref(), Some("9"));
            args.finish().unwrap();
        }
    }

    #[test]
    fn a_flag_nobody_reads_is_an_error() {
        let mut args = args(&["--release", "--relase"]);
        assert!(args.switch("--release"));
        assert!(args.finish().is_err());
    }

    #[test]
    fn a_missing_value_is_an_error() {
        assert!(args(&["--port"]).option("--port").is_err());
        assert!(args(&["--port", "--watch"]).option("--port").is_err());
    }

    #[test]
    fn a_base_begins_and_ends_with_a_slash() {
        assert_eq!(base_path(None).unwrap(), "/");
        assert_eq!(base_path(Some("/help/".into())).unwrap(), "/help/");
        for bad in ["help/", "/help", "//", "/a\"b/"] {
            assert!(base_path(Some(bad.into())).is_err(), "{bad}");
        }
    }
}
