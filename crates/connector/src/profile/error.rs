//! What is wrong with a profile: where, what, and what to do about it.

use serde::Serialize;

/// One fault of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProfileError {
    /// Where: a JSON Pointer into the profile.
    pub path: String,
    /// The line in the file, counted from 1, where it is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl std::fmt::Display for ProfileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        write!(f, "{path}: {}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for ProfileError {}
