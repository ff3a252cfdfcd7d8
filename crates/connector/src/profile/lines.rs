//! Finding the line of a place in a JSON text, for messages about it. serde_json keeps no positions,
//! and this runs only when something is wrong.

use crate::pointer::escape;
use crate::table::Table;

/// Where things are in a JSON text.
#[derive(Debug, Default)]
pub struct Lines {
    /// The line of each place, by pointer.
    pub of: Table<String, u32>,
    /// Places that are given twice in the same object.
    pub twice: Vec<String>,
}

/// Walks a text that is known to be valid JSON.
#[must_use]
pub fn scan(text: &str) -> Lines {
    let mut scanner = Scanner {
        rest: text.as_bytes(),
        line: 1,
        found: Lines::default(),
    };
    scanner.found.of.add(String::new(), 1);
    scanner.value(&mut String::new(), 0);
    scanner.found
}

/// As serde_json, which has read the text before.
const MAX_DEPTH: u32 = 128;

struct Scanner<'a> {
    rest: &'a [u8],
    line: u32,
    found: Lines,
}

impl Scanner<'_> {
    fn step(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.line += u32::from(*first == b'\n');
        Some(*first)
    }

    fn peek(&mut self) -> Option<u8> {
        while self.rest.first().is_some_and(u8::is_ascii_whitespace) {
            self.step();
        }
        self.rest.first().copied()
    }

    fn value(&mut self, path: &mut String, depth: u32) {
        let start = self.peek();
        if depth > MAX_DEPTH {
            self.rest = &[];
            return;
        }
        match start {
            Some(b'{') => self.members(path, depth, true),
            Some(b'[') => self.members(path, depth, false),
            Some(b'"') => drop(self.string()),
            _ => {
                while self
                    .rest
                    .first()
                    .is_some_and(|b| !b",]} \t\r\n".contains(b))
                {
                    self.step();
                }
            }
        }
    }

    fn members(&mut self, path: &mut String, depth: u32, object: bool) {
        self.step();
        let length = path.len();
        let mut index = 0_u32;
        let mut keys = Vec::new();
        while let Some(next) = self.peek() {
            match next {
                b'}' | b']' => {
                    self.step();
                    return;
                }
                b',' => {
                    self.step();
                    continue;
                }
                b'"' if object => {
                    let line = self.line;
                    let key = self.string();
                    path.push('/');
                    path.push_str(&escape(&key));
                    self.found.of.add(path.clone(), line);
                    if keys.contains(&key) {
                        self.found.twice.push(path.clone());
                    }
                    keys.push(key);
                    if self.peek() == Some(b':') {
                        self.step();
                    }
                }
                _ if object => return,
                _ => {
                    path.push('/');
                    path.push_str(&index.to_string());
                    self.found.of.add(path.clone(), self.line);
                    index += 1;
                }
            }
            self.value(path, depth + 1);
            path.truncate(length);
        }
    }

    fn string(&mut self) -> String {
        let whole = self.rest;
        self.step();
        while let Some(byte) = self.step() {
            match byte {
                b'\\' => drop(self.step()),
                b'"' => break,
                _ => {}
            }
        }
        let length = whole.len() - self.rest.len();
        let quoted = whole.get(..length).unwrap_or_default();
        serde_json::from_slice(quoted).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_its_line() {
        let text = "{\n \"a\": [1,\n  {\"b/c\": \"x\\\"}\"}],\n \"d\": 2\n}";
        let lines = scan(text);
        for (path, line) in [
            ("", 1),
            ("/a", 2),
            ("/a/0", 2),
            ("/a/1", 3),
            ("/a/1/b~1c", 3),
            ("/d", 4),
        ] {
            assert_eq!(lines.of.get(path), Some(&line), "{path}");
        }
        assert!(lines.twice.is_empty());
        assert_eq!(scan("{\"a\":1,\n\"b\":{\"a\":1},\"a\":2}").twice, ["/a"]);
    }

    #[test]
    fn odd_texts_end() {
        for text in [
            "",
            "{",
            "[",
            "\"",
            "{\"a\"",
            "{]",
            "[}",
            "{:}",
            "nul",
            "{\"a\":1,,}",
        ] {
            let _ = scan(text);
        }
        let _ = scan(&"[".repeat(100_000));
    }
}
