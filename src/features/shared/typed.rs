//! Words being typed into a search field: the list follows at once, the address when typing pauses.
//! Browsers refuse a page that changes its address too often (Safari 100 times in 30 seconds).

use crate::signals::{effect, memo};
use crate::web::timer::{self, Timer};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// How long a pause of typing is, in milliseconds.
const PAUSE_MS: u32 = 400;

/// Words that the address does not say yet.
#[derive(Clone, Copy)]
pub struct Typed {
    words: RwSignal<Option<String>>,
    timer: StoredValue<Option<SendWrapper<Timer>>>,
    shown: Memo<String>,
}

impl Typed {
    /// Words over those that `address` says.
    #[must_use]
    pub fn over(address: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let words = RwSignal::new(None::<String>);
        let said = memo(address);
        effect(move || {
            let is_said = words.with(|words| {
                words
                    .as_ref()
                    .is_some_and(|words| said.with(|said| words.trim() == said.trim()))
            });
            if is_said {
                words.set(None);
            }
        });
        Self {
            words,
            timer: StoredValue::new(None),
            shown: memo(move || words.get().unwrap_or_else(|| said.get())),
        }
    }

    /// What the field holds, followed.
    #[must_use]
    pub fn words(&self) -> String {
        self.shown.get()
    }

    /// Takes what was typed; `then` writes the address when typing pauses.
    pub fn set(&self, words: String, then: impl FnOnce() + 'static) {
        self.words.set(Some(words));
        let timer = SendWrapper::new(timer::after(PAUSE_MS, then));
        self.timer.set_value(Some(timer));
    }

    /// The address is written now, with whatever else was chosen.
    pub fn settle(&self) {
        self.timer.set_value(None);
    }
}
