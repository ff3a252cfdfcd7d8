//! The keyboard.

use anyhow::Result;
use serde_json::{Value, json};

use super::Page;
use crate::browser::Wire;

/// A key that is no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Key {
    Tab,
    ShiftTab,
    Enter,
    Space,
    Escape,
    Down,
    Up,
    End,
}

impl Key {
    const fn code(self) -> &'static str {
        match self {
            Self::Tab | Self::ShiftTab => "\u{E004}",
            Self::Enter => "\u{E006}",
            Self::Space => " ",
            Self::Escape => "\u{E00C}",
            Self::Down => "\u{E015}",
            Self::Up => "\u{E013}",
            Self::End => "\u{E010}",
        }
    }
}

const SHIFT: &str = "\u{E008}";

fn down(key: &str) -> Value {
    json!({"type": "keyDown", "value": key})
}

fn up(key: &str) -> Value {
    json!({"type": "keyUp", "value": key})
}

impl Page {
    /// Presses a key, wherever the focus is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn key(&self, key: Key) -> Result<()> {
        let code = key.code();
        let mut strokes = vec![down(code), up(code)];
        if key == Key::ShiftTab {
            strokes.insert(0, down(SHIFT));
            strokes.push(up(SHIFT));
        }
        self.strokes(strokes).await
    }

    /// Types a text wherever the focus is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let strokes = text.chars().flat_map(|letter| {
            let letter = letter.to_string();
            [down(&letter), up(&letter)]
        });
        self.strokes(strokes.collect()).await
    }

    /// Holds a key: it goes down again and again, as it does when a finger stays on it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn hold_key(&self, key: Key, repeats: usize) -> Result<()> {
        let mut strokes = vec![down(key.code()); repeats];
        strokes.push(up(key.code()));
        self.strokes(strokes).await
    }

    async fn strokes(&self, strokes: Vec<Value>) -> Result<()> {
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.here()
            .await?
            .issue_cmd(Wire::post("actions", actions))
            .await?;
        Ok(())
    }
}
