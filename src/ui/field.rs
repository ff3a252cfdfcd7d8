//! Fields to write in. The label stands above, the hint below it, the error under the field; all are
//! tied to it by id.

use crate::ui::a11y::next_id;
use crate::i18n::{Msg, t};
use leptos::prelude::*;

/// What ties a field to its label, hint and error.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// The field's id.
    pub id: String,
    /// The hint's id.
    pub hint_id: String,
    /// The error's id.
    pub error_id: String,
    hint: Signal<String>,
    error: Signal<String>,
}

impl Wiring {
    /// Wiring for the field `id`, or for a new id where that is empty.
    #[must_use]
    pub fn new(id: String, hint: Signal<String>, error: Signal<String>) -> Self {
        let id = if id.is_empty() { next_id() } else { id };
        Self { hint_id: format!("{id}-h"), error_id: format!("{id}-e"), id, hint, error }
    }

    /// The ids of what describes the field, as `aria-describedby` wants them.
    pub fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
        let this = self.clone();
        move || {
            let parts = [
                (!this.hint.with(String::is_empty)).then(|| this.hint_id.clone()),
                (!this.error.with(String::is_empty)).then(|| this.error_id.clone()),
            ];
            let ids: Vec<String> = parts.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    }

    /// `true` while there is an error, as `aria-invalid` wants it.
    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + use<> {
        let error = self.error;
        move || (!error.with(String::is_empty)).then_some("true")
    }
}

/// Hint and error of a field.
pub fn notes(wiring: &Wiring) -> (AnyView, AnyView) {
    let (hint, error) = (wiring.hint, wiring.error);
    let (hint_id, error_id) = (wiring.hint_id.clone(), wiring.error_id.clone());
    let hint = move || {
        let id = hint_id.clone();
        (!hint.with(String::is_empty)).then(|| view! { <span class="hint" id=id>{hint}</span> })
    };
    let error = move || {
        let id = error_id.clone();
        (!error.with(String::is_empty)).then(|| view! { <span class="err" id=id>{error}</span> })
    };
    (hint.into_any(), error.into_any())
}

/// The words of a label, with “optional” where nothing needs to be given.
pub fn label_words(label: Signal<String>, required: Signal<bool>) -> AnyView {
    view! {
        {label}
        {move || {
            (!required.get()).then(|| view! { <span class="quiet">" " {t(Msg::optional)}</span> })
        }}
    }
    .into_any()
}

/// The frame of a field with one control.
pub fn frame(
    wiring: Wiring,
    label: Signal<String>,
    required: Signal<bool>,
    control: AnyView,
) -> AnyView {
    let (hint, error) = notes(&wiring);
    let state = wiring.invalid();
    view! {
        <div class="field" data-s=move || state().map(|_| "bad")>
            <label for=wiring.id.clone()>{label_words(label, required)}</label>
            {hint}
            {control}
            {error}
        </div>
    }
    .into_any()
}

fn aria_required(required: Signal<bool>) -> impl Fn() -> Option<&'static str> + Clone {
    move || required.get().then_some("true")
}

macro_rules! line_field {
    ($(#[$doc:meta])* $name:ident, $type:literal, $mode:literal) => {
        $(#[$doc])*
        #[component]
        pub fn $name(
            /// The question.
            #[prop(into)]
            label: Signal<String>,
            /// What stands in it.
            #[prop(into)]
            value: Signal<String>,
            /// Called at every change.
            on_input: Callback<String>,
            /// Called when the field is left.
            #[prop(optional, into)]
            on_leave: Option<Callback<()>>,
            /// A word of help.
            #[prop(optional, into)]
            hint: Signal<String>,
            /// What is wrong, with the remedy; empty when nothing is.
            #[prop(optional, into)]
            error: Signal<String>,
            /// Whether it must be filled in.
            #[prop(optional, into)]
            required: Signal<bool>,
            /// Its id, where something else links to it.
            #[prop(optional, into)]
            id: String,
            /// Its `type`, where the usual one does not fit.
            #[prop(optional)]
            kind: Option<&'static str>,
            /// What the browser may fill in (HTML `autocomplete`).
            #[prop(optional)]
            autocomplete: Option<&'static str>,
        ) -> impl IntoView {
            let wiring = Wiring::new(id, hint, error);
            let control = view! {
                <input
                    id=wiring.id.clone()
                    type=kind.unwrap_or($type)
                    inputmode=$mode
                    autocomplete=autocomplete
                    aria-describedby=wiring.described_by()
                    aria-invalid=wiring.invalid()
                    aria-required=aria_required(required)
                    prop:value=value
                    on:input=move |event| on_input.run(event_target_value(&event))
                    on:blur=move |_| {
                        if let Some(on_leave) = on_leave {
                            on_leave.run(());
                        }
                    }
                />
            };
            frame(wiring, label, required, control.into_any())
        }
    };
}

line_field! {
    /// A line of text.
    TextField, "text", "text"
}
line_field! {
    /// A number, as text: what cannot be read as one stays visible and is told.
    NumberField, "text", "decimal"
}
line_field! {
    /// A day, by the browser's own calendar.
    DateField, "date", "none"
}

/// Text of any number of lines; grows with what is written.
#[component]
pub fn TextAreaField(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Called at every change.
    on_input: Callback<String>,
    /// Called when the field is left.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// A word of help.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong, with the remedy; empty when nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Whether it must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Its id, where something else links to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let wiring = Wiring::new(id, hint, error);
    let control = view! {
        <textarea
            id=wiring.id.clone()
            rows="4"
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
            aria-required=aria_required(required)
            prop:value=value
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| {
                if let Some(on_leave) = on_leave {
                    on_leave.run(());
                }
            }
        ></textarea>
    };
    frame(wiring, label, required, control.into_any())
}
