//! A form being filled in: its definition, the draft, the files and what is wrong.

use super::extras::{people, wrong_person};
use super::filing::{self, FOR_WHOM, Reading, Values, is_file, slot};
use super::general_form::KIND;
use crate::features::shared::Intake;
use crate::features::shared::explain::{self, Given};
use crate::i18n::{bare_text, fmt, tag};
use crate::live::{Draft, DraftFiles, texts, use_portal};
use crate::signals::derived;
use crate::web::{clock, pattern};
use leptos::prelude::*;
use rapport_domain::form::Checking;
use rapport_domain::{Field, FieldKind, Invalid, Reason, RequestForm, User};
use serde_json::Value;

/// A form being filled in.
#[derive(Clone)]
pub struct Sheet {
    /// The form, which may change while it is being filled in.
    pub form: Signal<RequestForm>,
    /// What was typed.
    pub draft: Draft,
    /// The draft's key.
    pub key: String,
    /// Whether it is asked in one's own words, so that what it is must be said as well.
    pub free: bool,
    /// In whose name it can be filed.
    pub people: Memo<Vec<User>>,
    /// The files that are being read.
    pub intake: Intake,
    me: User,
    given: Signal<Values>,
    wrong: RwSignal<Vec<Invalid>>,
}

impl Sheet {
    /// An untouched or restored form. What is `given` stands in it until something else is typed: what
    /// the address asks for, or the request that is being changed.
    #[must_use]
    pub fn new(
        form: Signal<RequestForm>,
        draft: Draft,
        key: String,
        given: Signal<Values>,
        free: bool,
    ) -> Self {
        Self {
            form,
            draft,
            key,
            free,
            people: people(),
            intake: Intake::new(),
            me: use_portal().me(),
            given,
            wrong: RwSignal::new(Vec::new()),
        }
    }

    /// The values, followed; of files those that are really here.
    #[must_use]
    pub fn values(&self) -> Values {
        let mut values = self.given.get();
        values.extend(self.draft.get());
        let here = |key: &str| {
            let mut names = self.held(key);
            names.extend(self.files(key).get().into_iter().map(|file| file.name));
            names
        };
        self.form
            .with(|form| filing::with_files(form, values, here))
    }

    /// What stands in a slot, followed.
    #[must_use]
    pub fn value(&self, slot: &str) -> Option<Value> {
        standing(&self.draft, self.given, slot)
    }

    /// The text in a slot, followed.
    #[must_use]
    pub fn text(&self, slot: &str) -> Signal<String> {
        word(&self.draft, self.given, slot)
    }

    /// The text of a field, followed.
    #[must_use]
    pub fn answer(&self, key: &str) -> Signal<String> {
        self.text(&slot(key))
    }

    /// The files of a question. A question that is hidden and shown again finds them as they were.
    #[must_use]
    pub fn files(&self, key: &str) -> DraftFiles {
        self.draft.files(&slot(key))
    }

    /// The names of a question's files that are with the request already, followed.
    #[must_use]
    pub fn held(&self, key: &str) -> Vec<String> {
        self.given.with(|given| texts(given.get(&slot(key))))
    }

    /// The files of questions that are asked now.
    #[must_use]
    pub fn all_files(&self) -> Vec<DraftFiles> {
        let (form, values) = (self.form.get_untracked(), untrack(|| self.values()));
        let answers = filing::answers(&form, &values, &untrack(reading));
        let asked = form.visible(&answers).filter(|field| is_file(field));
        asked.map(|field| self.files(&field.key)).collect()
    }

    /// Empties the form: what was typed, what was picked, what is wrong.
    pub fn discard(&self) {
        self.draft.discard();
        self.intake.give_up();
        self.wrong.set(Vec::new());
    }

    /// Changes a slot. `field` is the question it belongs to.
    pub fn set(&self, slot: &str, field: &str, value: Value) {
        self.draft.set(slot, value);
        self.touched(field);
    }

    /// The answer of a question was changed.
    pub fn touched(&self, field: &str) {
        self.keep_given();
        self.draft.title(self.title());
        if self
            .wrong
            .with_untracked(|wrong| wrong.iter().any(|i| i.field == field))
        {
            self.leave(field);
        }
    }

    /// Keeps what was given with what is typed: whoever goes on later comes without the address.
    fn keep_given(&self) {
        let of_files = |form: &RequestForm, name: &str| {
            form.fields
                .iter()
                .any(|field| is_file(field) && slot(&field.key) == name)
        };
        for (name, value) in self.given.get_untracked() {
            let is_typed = untrack(|| self.draft.value(&name)).is_some();
            if !is_typed && !self.form.with_untracked(|form| of_files(form, &name)) {
                self.draft.set(&name, value);
            }
        }
    }

    /// What the list of unfinished things calls it: its subject, else the form's title.
    fn title(&self) -> String {
        match untrack(|| self.value(&slot("subject"))) {
            Some(Value::String(subject)) if !subject.trim().is_empty() => subject,
            _ => untrack(|| self.form.with(|form| bare_text(&form.title))),
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
        // A field that is left while it is being sent must not change any more.
        for (key, number) in self.typed_numbers() {
            self.draft.set(&slot(&key), Value::from(number));
        }
        let found = self.check();
        let fine = found.is_empty();
        self.wrong.set(found);
        fine
    }

    /// Numbers that stand in their fields as they were typed.
    fn typed_numbers(&self) -> Vec<(String, f64)> {
        let signs = untrack(fmt::signs);
        let read = |field: &Field| {
            let FieldKind::Number { whole, .. } = field.kind else {
                return None;
            };
            let typed = untrack(|| self.draft.value(&slot(&field.key)))?;
            Some((field.key.clone(), filing::number(&typed, whole, signs)?))
        };
        self.form
            .with_untracked(|form| form.fields.iter().filter_map(read).collect())
    }

    /// What is wrong, in the order of the questions, followed.
    #[must_use]
    pub fn wrong(&self) -> Vec<Invalid> {
        self.wrong.get()
    }

    /// What is wrong with one question, with the remedy; empty when nothing is.
    #[must_use]
    pub fn error(&self, field: &str, given: Given) -> Signal<String> {
        let (wrong, field) = (self.wrong, field.to_owned());
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|i| i.field == field).cloned());
            found
                .map(|invalid| explain::reason(&invalid.reason, given))
                .unwrap_or_default()
        })
    }

    fn check(&self) -> Vec<Invalid> {
        let (form, values) = (self.form.get_untracked(), untrack(|| self.values()));
        let checking = Checking {
            today: clock::today(),
            matches: &pattern::matches,
        };
        let mut found = Vec::new();
        let whom = filing::text(&values, FOR_WHOM);
        let people = self.people.get_untracked();
        if let Some(reason) = wrong_person(&self.me, &people, &whom) {
            found.push(Invalid::new(FOR_WHOM, reason));
        }
        if self.free && filing::text(&values, KIND).is_empty() {
            found.push(Invalid::new(KIND, Reason::Required));
        }
        found.extend(filing::problems(
            &form,
            &values,
            &untrack(reading),
            &checking,
        ));
        found
    }
}

/// How answers are read at present, followed.
#[must_use]
pub fn reading() -> Reading {
    Reading {
        language: tag(),
        signs: fmt::signs(),
    }
}

fn standing(draft: &Draft, given: Signal<Values>, slot: &str) -> Option<Value> {
    let typed = draft.value(slot);
    typed.or_else(|| given.with(|given| given.get(slot).cloned()))
}

/// The text that was typed into a slot, else the one that was given, followed.
#[must_use]
pub fn word(draft: &Draft, given: Signal<Values>, slot: &str) -> Signal<String> {
    let (draft, slot) = (draft.clone(), slot.to_owned());
    derived(move || match standing(&draft, given, &slot) {
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => {
            let number = number.as_f64();
            number.map_or_else(String::new, |number| fmt::signs().write(number))
        }
        _ => String::new(),
    })
}

/// The id of the field in which a question is answered.
#[must_use]
pub fn field_id(field: &str) -> String {
    format!("q-{field}")
}
