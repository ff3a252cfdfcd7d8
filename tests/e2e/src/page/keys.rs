//! The keyboard.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{Page, Role};
use crate::browser::{Wire, as_text};

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

/// More than any page has places for the focus.
const MOST_STOPS: usize = 150;

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

    /// Walks with the Tab key until the focus is on something of that role and name.
    ///
    /// # Errors
    /// When it is not reached within one round of the page.
    pub async fn tab_to(&self, role: Role, name: &str) -> Result<()> {
        self.find(role, name).await?;
        let mut passed = Vec::new();
        for _ in 0..MOST_STOPS {
            self.key(Key::Tab).await?;
            for element in self.all(role, Some(name)).await? {
                if element.has_focus().await? {
                    return Ok(());
                }
            }
            let focused =
                "const e = document.activeElement; return `${e.localName} ${e.innerText ?? ''}`";
            passed.push(as_text(self.run(focused, vec![]).await?)?);
        }
        bail!("the Tab key does not reach {role:?} {name:?}; it passed {passed:?}")
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
