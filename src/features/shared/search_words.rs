//! Words that a list is searched for. The list follows every key; the address follows the pauses, since
//! browsers refuse a page that writes it too often, and the router takes a refusal for the end.

use crate::signals::effect;
use crate::web::timer::{self, Timer};
use leptos::prelude::*;

/// A pause of typing, in milliseconds, after which the address says the words.
const PAUSE_MS: u32 = 400;

/// The words of a search field.
#[derive(Clone, Copy)]
pub struct SearchWords {
    now: RwSignal<String>,
    /// The words as the address has them, as far as this page knows.
    noted: StoredValue<String>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
    note: Callback<String>,
}

impl SearchWords {
    /// The words of the address, until others are typed. `note` writes some into the address.
    #[must_use]
    pub fn new(address: Memo<String>, note: Callback<String>) -> Self {
        let said = address.get_untracked();
        let words = Self {
            now: RwSignal::new(said.clone()),
            noted: StoredValue::new(said),
            timer: StoredValue::new_local(None),
            note,
        };
        // Going back and opened links change the words; what was written from here is no news.
        effect(move || {
            let said = address.get();
            if words.noted.with_value(|noted| *noted != said) {
                words.timer.set_value(None);
                words.noted.set_value(said.clone());
                words.now.set(said);
            }
        });
        words
    }

    /// The words, followed.
    #[must_use]
    pub fn get(self) -> String {
        self.now.get()
    }

    /// Takes what was typed.
    pub fn typed(self, text: String) {
        self.now.set(text);
        let pause = timer::after(PAUSE_MS, move || self.write());
        self.timer.set_value(Some(pause));
    }

    /// Writes the words into the address now, as when the field is left.
    pub fn settle(self) {
        self.timer.set_value(None);
        self.write();
    }

    fn write(self) {
        let words = self.now.with_untracked(|now| now.trim().to_owned());
        if self.noted.with_value(|noted| *noted != words) {
            self.noted.set_value(words.clone());
            self.note.run(words);
        }
    }
}
