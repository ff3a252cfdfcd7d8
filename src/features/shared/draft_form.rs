//! A form whose fields are kept in a draft as they are typed: what stands in a field is what the draft
//! says, else what was given. It checks, leads to what is wrong, sends once at a time, and says so.

use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{DraftKey, FaultNote, OvertakenNote, lead_to_wrong, say};
use crate::i18n::{Msg, t};
use crate::live::{self, Draft, Portal, use_portal};
use crate::signals::{derived, memo};
use crate::ui::{
    Button, ButtonKind, Choice, DateField, RadioField, SelectField, SwitchField, TextAreaField,
    TextField,
};
use leptos::prelude::*;
use rapport_domain::Invalid;
use rapport_domain::plain::Fields;
use rapport_store::Fault;
use serde_json::Value;
use std::future::Future;
use std::sync::Arc;

/// So much of the words names a draft.
const TITLE_LENGTH: usize = 80;

/// A form and its draft.
#[derive(Clone)]
pub struct DraftForm {
    portal: Portal,
    draft: Draft,
    key: String,
    given: Arc<Fields>,
    named_by: &'static str,
    wrong: RwSignal<Vec<Invalid>>,
    fault: RwSignal<Option<Explained>>,
    busy: RwSignal<bool>,
}

impl DraftForm {
    /// The form of a place, with what stands in it before anything is typed, and the field that names
    /// its draft.
    #[must_use]
    pub fn new(place: DraftKey, given: Fields, named_by: &'static str) -> Self {
        let (portal, key) = (use_portal(), place.to_string());
        Self {
            draft: portal.draft(key.clone()),
            portal,
            key,
            given: Arc::new(given),
            named_by,
            wrong: RwSignal::new(Vec::new()),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Whether the draft's row was read, so that what it says is known.
    #[must_use]
    pub fn ready(&self) -> Signal<bool> {
        self.draft.ready()
    }

    /// What stands in a field.
    #[must_use]
    pub fn value(&self, field: &str) -> Value {
        let typed = self.draft.value(field);
        typed.unwrap_or_else(|| self.given.get(field).cloned().unwrap_or_default())
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        match self.value(field) {
            Value::String(text) => text,
            _ => String::new(),
        }
    }

    /// Whether a field says yes.
    #[must_use]
    pub fn flag(&self, field: &str) -> bool {
        self.value(field) == Value::Bool(true)
    }

    /// Writes into a field.
    pub fn set(&self, field: &str, value: Value) {
        if field == self.named_by
            && let Some(text) = value.as_str()
        {
            self.draft
                .title(text.chars().take(TITLE_LENGTH).collect::<String>());
        }
        self.draft.set(field, value);
        self.wrong
            .update(|wrong| wrong.retain(|one| one.field != field));
    }

    fn shown(&self, field: &'static str) -> Signal<String> {
        let this = self.clone();
        derived(move || this.text(field))
    }

    fn typed(&self, field: &'static str) -> Callback<String> {
        let this = self.clone();
        Callback::new(move |text: String| this.set(field, Value::from(text)))
    }

    /// What is wrong with a field that has its own input.
    #[must_use]
    pub fn error_of(&self, field: &'static str) -> Signal<String> {
        self.error(field, false)
    }

    fn error(&self, field: &'static str, choosing: bool) -> Signal<String> {
        let wrong = self.wrong;
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|one| one.field == field).cloned());
            found.map_or_else(String::new, |one| explain::reason(&one.reason, choosing))
        })
    }

    /// A line of text.
    #[must_use]
    pub fn line(
        &self,
        field: &'static str,
        label: Msg,
        hint: Option<Msg>,
        required: bool,
    ) -> AnyView {
        view! {
            <TextField
                label=move || t(label)
                value=self.shown(field)
                on_input=self.typed(field)
                hint=words(hint)
                error=self.error(field, false)
                required
            />
        }
        .into_any()
    }

    /// Text of any number of lines.
    #[must_use]
    pub fn lines(
        &self,
        field: &'static str,
        label: Msg,
        hint: Option<Msg>,
        required: bool,
    ) -> AnyView {
        view! {
            <TextAreaField
                label=move || t(label)
                value=self.shown(field)
                on_input=self.typed(field)
                hint=words(hint)
                error=self.error(field, false)
                required
            />
        }
        .into_any()
    }

    /// A day.
    #[must_use]
    pub fn day(
        &self,
        field: &'static str,
        label: Msg,
        hint: Option<Msg>,
        required: bool,
    ) -> AnyView {
        view! {
            <DateField
                label=move || t(label)
                value=self.shown(field)
                on_input=self.typed(field)
                hint=words(hint)
                error=self.error(field, false)
                required
            />
        }
        .into_any()
    }

    /// One of several, folded away; the first stands there while nothing is chosen.
    #[must_use]
    pub fn select(
        &self,
        field: &'static str,
        label: Msg,
        hint: Option<Msg>,
        choices: Signal<Vec<Choice>>,
    ) -> AnyView {
        view! {
            <SelectField
                label=move || t(label)
                choices
                value=self.shown(field)
                on_change=self.typed(field)
                hint=words(hint)
                error=self.error(field, true)
                required=true
            />
        }
        .into_any()
    }

    /// One of several, all in sight.
    #[must_use]
    pub fn radio(
        &self,
        field: &'static str,
        label: Msg,
        hint: Option<Msg>,
        choices: Signal<Vec<Choice>>,
    ) -> AnyView {
        view! {
            <RadioField
                label=move || t(label)
                choices
                value=self.shown(field)
                on_change=self.typed(field)
                hint=words(hint)
                error=self.error(field, true)
                required=true
            />
        }
        .into_any()
    }

    /// Yes or no.
    #[must_use]
    pub fn switch(&self, field: &'static str, label: Msg, hint: Option<Msg>) -> AnyView {
        let (shown, changed) = (self.clone(), self.clone());
        view! {
            <SwitchField
                label=move || t(label)
                checked=derived(move || shown.flag(field))
                on_change=Callback::new(move |on: bool| changed.set(field, Value::Bool(on)))
                hint=words(hint)
            />
        }
        .into_any()
    }

    /// The end of the form: what went wrong, the button that sends, and one that leads away.
    #[must_use]
    pub fn end(&self, label: Msg, cancel: Option<AnyView>) -> AnyView {
        let (draft, fault, busy) = (self.draft.clone(), self.fault, self.busy);
        view! {
            <OvertakenNote draft/>
            <FaultNote fault/>
            <div class="head">
                <Button label=move || t(label) kind=ButtonKind::Main submit=true busy/>
                {cancel}
            </div>
        }
        .into_any()
    }

    /// The form around its fields; `send` is called when it is sent.
    #[must_use]
    pub fn frame(&self, fields: AnyView, end: AnyView, send: Callback<()>) -> AnyView {
        let busy = self.busy;
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if !busy.get_untracked() {
                send.run(());
            }
        };
        view! {
            <form class="stack narrow" novalidate=true on:submit=submit>
                // What is typed while it is being saved would be nowhere.
                <div class="stack" inert=move || busy.get()>
                    {fields}
                </div>
                {end}
            </form>
        }
        .into_any()
    }

    /// Sends what `make` makes of the form: `problems` stop it, `act` saves it and ends the draft,
    /// `done` follows while the form is still on the screen.
    pub fn send<F>(
        &self,
        problems: Vec<Invalid>,
        act: impl FnOnce(Portal, String) -> F + 'static,
        said: Msg,
        done: Callback<()>,
    ) where
        F: Future<Output = Result<(), Fault>> + 'static,
    {
        let stops = !problems.is_empty();
        self.wrong.set(problems);
        if stops {
            return lead_to_wrong();
        }
        let (busy, fault, key) = (self.busy, self.fault, self.key.clone());
        busy.set(true);
        fault.set(None);
        let portal = self.portal.clone();
        live::durable(async move {
            let saved = act(portal, key).await;
            // Whoever has gone elsewhere meanwhile stays there.
            let still_here = busy.try_set(false).is_none();
            match saved {
                Ok(()) => {
                    say(said);
                    if still_here {
                        done.try_run(());
                    }
                }
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    }
}

fn words(hint: Option<Msg>) -> Signal<String> {
    memo(move || hint.map(t).unwrap_or_default()).into()
}
