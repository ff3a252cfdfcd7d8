//! Rust text with comments and the inside of strings blanked out, so that a rule about code is not
//! broken by prose. Lines and columns stay where they are.

/// The code of a file: comments and string contents become spaces, line breaks stay.
pub fn code_of(text: &str) -> String {
    Lexer {
        rest: text,
        out: String::with_capacity(text.len()),
    }
    .run()
}

struct Lexer<'a> {
    rest: &'a str,
    out: String,
}

impl Lexer<'_> {
    fn run(mut self) -> String {
        let mut before = ' ';
        while let Some(c) = self.rest.chars().next() {
            let in_word = before.is_alphanumeric() || before == '_';
            if self.rest.starts_with("//") {
                self.blank(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.blank(block_comment(self.rest));
            } else if let Some((open, inside, close)) = raw_string(self.rest).filter(|_| !in_word) {
                self.copy(open);
                self.blank(inside);
                self.copy(close);
            } else if c == '"' {
                let inside = string(&self.rest[1..]);
                self.copy(1);
                self.blank(inside);
                self.copy(1);
            } else if let Some(inside) = character(self.rest) {
                self.copy(1);
                self.blank(inside);
                self.copy(1);
            } else {
                self.copy(c.len_utf8());
            }
            before = c;
        }
        self.out
    }

    fn copy(&mut self, bytes: usize) {
        let (now, later) = self.rest.split_at(bytes.min(self.rest.len()));
        self.out.push_str(now);
        self.rest = later;
    }

    fn blank(&mut self, bytes: usize) {
        let (now, later) = self.rest.split_at(bytes.min(self.rest.len()));
        self.out
            .extend(now.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = later;
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Lengths of the opening, the inside and the closing of `r"…"`, `r#"…"#`, `br"…"`.
fn raw_string(text: &str) -> Option<(usize, usize, usize)> {
    let prefix = if text.starts_with("br") { 2 } else { 1 };
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let inside = after[hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&closing).unwrap_or(inside.len());
    Some((prefix + hashes + 1, length, closing.len()))
}

/// Length of a string's inside, after its opening quote.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Length of a character literal's inside; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    if first == '\\' {
        // The escaped character may itself be a quote.
        return inside
            .char_indices()
            .skip(2)
            .find(|(_, c)| *c == '\'')
            .map(|(at, _)| at);
    }
    inside[first.len_utf8()..]
        .starts_with('\'')
        .then(|| first.len_utf8())
}

/// Lines (counted from one) on which a whole word stands.
pub fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut lines = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let found = line.match_indices(word).any(|(at, _)| {
            !line[..at].chars().next_back().is_some_and(is_part)
                && !line[at + word.len()..].chars().next().is_some_and(is_part)
        });
        if found {
            lines.push(number + 1);
        }
    }
    lines
}

/// The line (counted from one) of a byte offset.
pub fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_blanked_and_code_stays() {
        let text = "a // web_sys\n\"web_sys \\\" web_sys\" b /* x /* web_sys */ y */ c r#\"web_sys\"# 'd' '\\'' e";
        let code = code_of(text);
        assert!(!code.contains("web_sys"), "{code}");
        assert_eq!(code.lines().count(), text.lines().count());
        for word in ["a", "b", "c", "e"] {
            assert_eq!(lines_with_word(&code, word).len(), 1, "{word} in {code}");
        }
    }

    #[test]
    fn a_lifetime_is_no_character_and_a_word_ending_in_r_no_raw_string() {
        let code = code_of("fn f<'a>(x: &'a str) { for\"x\" }  var\"web\" web_sys");
        assert!(
            code.contains("web_sys") && code.contains("&'a str"),
            "{code}"
        );
    }

    #[test]
    fn only_whole_words_count() {
        assert_eq!(
            lines_with_word("gloo\nigloo gloo_net\ngloo::x", "gloo"),
            [1, 3]
        );
    }
}
