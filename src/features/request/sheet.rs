//! A form being filled in: its definition, the draft, the files and what is wrong.

use super::filing::{self, Values, slot};
use crate::features::shared::explain;
use crate::i18n::{tag, text};
use crate::live::{Draft, PickedFile};
use crate::signals::derived;
use crate::web::{clock, pattern};
use leptos::prelude::*;
use rapport_domain::form::Checking;
use rapport_domain::{FieldKind, Invalid, Reason, RequestForm};
use serde_json::Value;
use std::collections::BTreeMap;

/// The files of one question.
pub type Files = RwSignal<Vec<PickedFile>>;

/// A form being filled in.
#[derive(Clone)]
pub struct Sheet {
    /// The form, which may change while it is being filled in.
    pub form: Signal<RequestForm>,
    /// What was typed.
    pub draft: Draft,
    /// The draft's key.
    pub key: String,
    /// Slots beyond the form's fields that must hold something.
    pub needed: Signal<Vec<&'static str>>,
    wrong: RwSignal<Vec<Invalid>>,
    files: StoredValue<BTreeMap<String, Files>>,
    /// Owns the files: they outlive the questions, which come and go with the answers.
    owner: Option<Owner>,
}

impl Sheet {
    /// An untouched or restored form.
    #[must_use]
    pub fn new(
        form: Signal<RequestForm>,
        draft: Draft,
        key: String,
        needed: Signal<Vec<&'static str>>,
    ) -> Self {
        Self {
            form,
            draft,
            key,
            needed,
            wrong: RwSignal::new(Vec::new()),
            files: StoredValue::new(BTreeMap::new()),
            owner: Owner::current(),
        }
    }

    /// The values, followed.
    #[must_use]
    pub fn values(&self) -> Values {
        self.draft.get()
    }

    /// The text in a slot, followed.
    #[must_use]
    pub fn text(&self, slot: &'static str) -> Signal<String> {
        let draft = self.draft.clone();
        derived(move || draft.text(slot))
    }

    /// The text of a field, followed.
    #[must_use]
    pub fn answer(&self, key: &str) -> Signal<String> {
        let (draft, slot) = (self.draft.clone(), slot(key));
        derived(move || draft.text(&slot))
    }

    /// The files of a question; the same each time it is asked for.
    #[must_use]
    pub fn files(&self, key: &str) -> Files {
        if let Some(known) = self.files.with_value(|files| files.get(key).copied()) {
            return known;
        }
        let make = || Files::new(Vec::new());
        let fresh = match &self.owner {
            Some(owner) => owner.with(make),
            None => make(),
        };
        self.files.update_value(|files| {
            files.insert(key.to_owned(), fresh);
        });
        fresh
    }

    /// All files of questions that are asked now.
    #[must_use]
    pub fn all_files(&self) -> Vec<PickedFile> {
        let (form, values) = (self.form.get_untracked(), untrack(|| self.values()));
        let answers = filing::answers(&form, &values, "");
        let asked = form
            .visible(&answers)
            .filter(|field| matches!(field.kind, FieldKind::File { .. }))
            .map(|field| self.files(&field.key).get_untracked());
        asked.flatten().collect()
    }

    /// Changes a slot. `field` is the question it belongs to.
    pub fn set(&self, slot: &str, field: &str, value: Value) {
        self.draft.title(self.title(slot, &value));
        self.draft.set(slot, value);
        if self
            .wrong
            .with_untracked(|wrong| wrong.iter().any(|i| i.field == field))
        {
            self.leave(field);
        }
    }

    /// What the list of unfinished things calls it: its subject, else the form's title.
    fn title(&self, changed: &str, value: &Value) -> String {
        let subject_slot = slot("subject");
        let subject = if changed == subject_slot {
            value.as_str().unwrap_or_default().to_owned()
        } else {
            untrack(|| self.draft.text(&subject_slot))
        };
        if subject.trim().is_empty() {
            untrack(|| self.form.with(|form| text(&form.title)))
        } else {
            subject
        }
    }

    /// Looks at one question, when it is left.
    pub fn leave(&self, field: &str) {
        let found = self.check();
        self.wrong.update(|wrong| {
            wrong.retain(|invalid| invalid.field != field);
            wrong.extend(found.into_iter().filter(|invalid| invalid.field == field));
        });
    }

    /// Looks at all of it; whether nothing is wrong.
    pub fn check_all(&self) -> bool {
        let found = self.check();
        let fine = found.is_empty();
        self.wrong.set(found);
        fine
    }

    /// Forgets what is wrong, as with a form that was emptied.
    pub fn forgive(&self) {
        self.wrong.set(Vec::new());
    }

    /// What is wrong, in the order of the questions, followed.
    #[must_use]
    pub fn wrong(&self) -> Vec<Invalid> {
        self.wrong.get()
    }

    /// What is wrong with one question, with the remedy; empty when nothing is.
    #[must_use]
    pub fn error(&self, field: &str, chosen: bool) -> Signal<String> {
        let (wrong, field) = (self.wrong, field.to_owned());
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|i| i.field == field).cloned());
            found
                .map(|invalid| explain::reason(&invalid.reason, chosen))
                .unwrap_or_default()
        })
    }

    fn check(&self) -> Vec<Invalid> {
        let (form, values) = (self.form.get_untracked(), untrack(|| self.values()));
        let checking = Checking {
            today: clock::today(),
            matches: &pattern::matches,
        };
        let needed = self.needed.get_untracked();
        let empty = needed
            .into_iter()
            .filter(|slot| filing::text(&values, slot).is_empty());
        let mut found: Vec<Invalid> = empty
            .map(|slot| Invalid::new(slot, Reason::Required))
            .collect();
        found.extend(filing::problems(&form, &values, &untrack(tag), &checking));
        found
    }
}

/// The id of the field in which a question is answered.
#[must_use]
pub fn field_id(field: &str) -> String {
    format!("q-{field}")
}
