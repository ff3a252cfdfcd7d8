//! Fields to write in. The label stands above, the hint below it, the error under the field; all are
//! tied to it by id.

use crate::i18n::{Msg, t};
use crate::signals::effect;
use crate::ui::a11y::next_id;
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
        Self {
            hint_id: format!("{id}-h"),
            error_id: format!("{id}-e"),
            id,
            hint,
            error,
        }
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

/// `true` where something must be given, as `aria-required` wants it.
pub fn aria_required(
    required: Signal<bool>,
) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync {
    move || required.get().then_some("true")
}

/// Keeps what an element shows equal to `value`.
///
/// Writes only what differs: writing moves the caret, and empties a date that is half typed. Writes
/// nothing while an input method composes a word, since that would break the word off.
fn hold(
    value: Signal<String>,
    composing: RwSignal<bool>,
    shown: impl Fn() -> Option<String> + 'static,
    show: impl Fn(&str) + 'static,
) {
    effect(move || {
        let wanted = value.get();
        if !composing.get() && shown().is_some_and(|shown| shown != wanted) {
            show(&wanted);
        }
    });
}

fn left(on_leave: Option<Callback<()>>) {
    if let Some(on_leave) = on_leave {
        on_leave.run(());
    }
}

macro_rules! line_field {
    ($(#[$doc:meta])* $name:ident, $type:literal, $mode:expr) => {
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
            let line = Line { label, value, on_input, on_leave, required, autocomplete };
            line.view(Wiring::new(id, hint, error), kind.unwrap_or($type), $mode)
        }
    };
}

/// What all fields of one line have in common.
struct Line {
    label: Signal<String>,
    value: Signal<String>,
    on_input: Callback<String>,
    on_leave: Option<Callback<()>>,
    required: Signal<bool>,
    autocomplete: Option<&'static str>,
}

impl Line {
    fn view(self, wiring: Wiring, kind: &'static str, mode: Option<&'static str>) -> AnyView {
        let Self {
            label,
            value,
            on_input,
            on_leave,
            required,
            autocomplete,
        } = self;
        let input = NodeRef::<leptos::html::Input>::new();
        let composing = RwSignal::new(false);
        hold(
            value,
            composing,
            move || input.get().map(|input| input.value()),
            move |text| {
                if let Some(input) = input.get_untracked() {
                    input.set_value(text);
                }
            },
        );
        let control = view! {
            <input
                node_ref=input
                id=wiring.id.clone()
                type=kind
                inputmode=mode
                dir="auto"
                autocomplete=autocomplete
                aria-describedby=wiring.described_by()
                aria-invalid=wiring.invalid()
                aria-required=aria_required(required)
                on:input=move |event| on_input.run(event_target_value(&event))
                on:compositionstart=move |_| composing.set(true)
                on:compositionend=move |_| composing.set(false)
                on:blur=move |_| left(on_leave)
            />
        };
        frame(wiring, label, required, control.into_any())
    }
}

line_field! {
    /// A line of text.
    TextField, "text", None
}
line_field! {
    /// A number, as text: what cannot be read as one stays visible and is told.
    NumberField, "text", Some("decimal")
}
line_field! {
    /// A day, by the browser's own calendar.
    DateField, "date", None
}

/// A bare text area that grows with what is written, for places that bring a frame of their own.
#[component]
pub fn TextArea(
    /// Its name, where no label is tied to it.
    #[prop(optional, into)]
    label: Signal<String>,
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Called at every change.
    on_input: Callback<String>,
    /// Called when it is left.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// Shown while it is empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Its id and what describes it.
    #[prop(optional)]
    wiring: Option<Wiring>,
    /// Whether it must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
) -> impl IntoView {
    let wiring =
        wiring.unwrap_or_else(|| Wiring::new(String::new(), Signal::default(), Signal::default()));
    let area = NodeRef::<leptos::html::Textarea>::new();
    let composing = RwSignal::new(false);
    hold(
        value,
        composing,
        move || area.get().map(|area| area.value()),
        move |text| {
            if let Some(area) = area.get_untracked() {
                area.set_value(text);
            }
        },
    );
    let given = |text: Signal<String>| move || Some(text.get()).filter(|text| !text.is_empty());
    view! {
        <textarea
            node_ref=area
            class="area"
            id=wiring.id.clone()
            rows="1"
            dir="auto"
            aria-label=given(label)
            placeholder=given(placeholder)
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
            aria-required=aria_required(required)
            on:input=move |event| on_input.run(event_target_value(&event))
            on:compositionstart=move |_| composing.set(true)
            on:compositionend=move |_| composing.set(false)
            on:blur=move |_| left(on_leave)
        ></textarea>
    }
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
    let tied = wiring.clone();
    let on_leave = Callback::new(move |()| left(on_leave));
    let control = view! { <TextArea value on_input on_leave wiring=tied required/> };
    frame(wiring, label, required, control.into_any())
}
