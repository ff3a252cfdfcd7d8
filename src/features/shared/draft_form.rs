//! A form whose fields are kept in a draft as they are typed: what stands in a field is what the draft
//! says, else what was given. It checks, leads to what is wrong, sends once at a time, and says so.
//!
//! A form that changes a record keeps the record as it was seen when the typing began. What somebody else
//! changes meanwhile is then found by the server, and asked about.

use crate::features::shared::explain::{self, Explained, Given};
use crate::features::shared::{
    DraftKey, DraftMark, FaultNote, OvertakenNote, lead_to_wrong, say, words,
};
use crate::i18n::{Msg, t, tf};
use crate::live::{self, Draft, Portal, SEEN, use_portal};
use crate::signals::{derived, memo};
use crate::ui::{
    Button, ButtonKind, Choice, DateField, RadioField, SelectField, SwitchField, TextAreaField,
    TextField,
};
use leptos::prelude::*;
use rapport_domain::plain::Fields;
use rapport_domain::{Invalid, Typed};
use rapport_store::Fault;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::future::Future;

/// So much of the words names a draft.
const TITLE_LENGTH: usize = 80;

/// A form and its draft.
#[derive(Clone)]
pub struct DraftForm {
    portal: Portal,
    draft: Draft,
    key: String,
    given: Signal<Fields>,
    /// What is to be kept of the record when typing begins; `None` for a form without one.
    present: Signal<Option<Value>>,
    named_by: &'static str,
    wrong: RwSignal<Vec<Invalid>>,
    fault: RwSignal<Option<Explained>>,
    busy: RwSignal<bool>,
    /// The fields that show themselves what is wrong with them.
    elsewhere: RwSignal<BTreeSet<&'static str>>,
}

impl DraftForm {
    /// The form of a place, with what stands in it before anything is typed, and the field that names
    /// its draft.
    #[must_use]
    pub fn new(place: DraftKey, given: Fields, named_by: &'static str) -> Self {
        let draft = use_portal().draft(place.to_string());
        Self::over(
            draft,
            place,
            Signal::stored(given),
            Signal::stored(None),
            named_by,
        )
    }

    /// The form of a place that changes a record; `given` are the fields as the record says them.
    #[must_use]
    pub fn of<T: Typed + Send + Sync + 'static>(
        place: DraftKey,
        record: Signal<Option<T>>,
        given: fn(&T) -> Fields,
        named_by: &'static str,
    ) -> Self {
        let draft = use_portal().draft(place.to_string());
        let kept = draft.clone();
        // Made once for all the fields that read it.
        let fields = memo(move || {
            let seen = kept.value(SEEN);
            let now = record.get();
            now.map(|now| given(&as_seen(now, seen.as_ref())))
                .unwrap_or_default()
        });
        let present = derived(move || record.get().as_ref().map(seen_of));
        Self::over(draft, place, fields.into(), present, named_by)
    }

    fn over(
        draft: Draft,
        place: DraftKey,
        given: Signal<Fields>,
        present: Signal<Option<Value>>,
        named_by: &'static str,
    ) -> Self {
        Self {
            draft,
            portal: use_portal(),
            key: place.to_string(),
            given,
            present,
            named_by,
            wrong: RwSignal::new(Vec::new()),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            elsewhere: RwSignal::new(BTreeSet::new()),
        }
    }

    /// The record on which what was typed stands: as it was seen when the typing began.
    #[must_use]
    pub fn base<T: Typed>(&self, now: T) -> T {
        as_seen(now, untrack(|| self.draft.value(SEEN)).as_ref())
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
        typed.unwrap_or_else(|| {
            let given = self.given.with(|given| given.get(field).cloned());
            given.unwrap_or_default()
        })
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
        if let Some(now) = self.present.get_untracked()
            && untrack(|| self.draft.value(SEEN)).is_none()
        {
            self.draft.set(SEEN, now);
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
        self.error(field, Given::Written)
    }

    fn error(&self, field: &'static str, given: Given) -> Signal<String> {
        let wrong = self.wrong;
        self.elsewhere.update(|shown| {
            shown.insert(field);
        });
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|one| one.field == field).cloned());
            found.map_or_else(String::new, |one| explain::reason(&one.reason, given))
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
                hint=hinted(hint)
                error=self.error(field, Given::Written)
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
                hint=hinted(hint)
                error=self.error(field, Given::Written)
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
                hint=hinted(hint)
                error=self.error(field, Given::Written)
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
                hint=hinted(hint)
                error=self.error(field, Given::Chosen)
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
                hint=hinted(hint)
                error=self.error(field, Given::Chosen)
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
                hint=hinted(hint)
            />
        }
        .into_any()
    }

    /// The end of the form: what went wrong, the button that sends, and one that leads away.
    #[must_use]
    pub fn end(&self, label: Msg, cancel: Option<AnyView>) -> AnyView {
        let (draft, fault, busy) = (self.draft.clone(), self.fault, self.busy);
        let state = self.draft.state();
        let (wrong, elsewhere) = (self.wrong, self.elsewhere);
        // What no field shows is said here.
        let left = move || {
            let found = wrong.get().into_iter();
            let found = found.filter(|one| !elsewhere.with(|shown| shown.contains(&*one.field)));
            let words = found.map(|one| {
                let reason = explain::reason(&one.reason, Given::Written);
                let field = words::field_name(one.field.split('/').next().unwrap_or_default());
                tf(Msg::field_fault, &[("field", &field), ("reason", &reason)])
            });
            words
                .map(|text| view! { <p class="err" aria-invalid="true" tabindex="-1">{text}</p> })
                .collect_view()
        };
        view! {
            <OvertakenNote draft/>
            <FaultNote fault/>
            {left}
            <div class="head">
                <Button label=move || t(label) kind=ButtonKind::Main submit=true busy/>
                {cancel}
                <DraftMark state/>
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

/// What a draft keeps of a record.
fn seen_of<T: Typed>(record: &T) -> Value {
    let record = record.to_record();
    json!({ "fields": record.fields, "version": record.stamp.version })
}

/// The record as it was seen, if the draft says how.
fn as_seen<T: Typed>(now: T, seen: Option<&Value>) -> T {
    let Some(fields) = seen.and_then(|seen| seen.get("fields")?.as_object()) else {
        return now;
    };
    let mut record = now.to_record();
    record.fields.clone_from(fields);
    let version = seen.and_then(|seen| seen.get("version")?.as_str());
    record.stamp.version = version.map(str::to_owned);
    T::of(&record).unwrap_or(now)
}

fn hinted(hint: Option<Msg>) -> Signal<String> {
    memo(move || hint.map(t).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Complaint, Timestamp};
    use uuid::Uuid;

    #[test]
    fn what_was_seen_stays_the_base_when_the_record_moves_on() {
        let mut before = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        before.stamp.version = Some("3".into());
        let seen = seen_of(&before);
        let mut now = before.clone();
        now.confidential = true;
        now.stamp.version = Some("4".into());
        assert_eq!(as_seen(now.clone(), Some(&seen)), before);
        assert_eq!(as_seen(now.clone(), None), now);
        assert_eq!(as_seen(now.clone(), Some(&json!("of another build"))), now);
    }
}
