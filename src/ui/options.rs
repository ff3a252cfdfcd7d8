//! Fields to choose in: one of several, any of several, yes or no.

use crate::ui::each;
use crate::ui::field::{Wiring, aria_required, frame, label_words, notes};
use leptos::prelude::*;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// What it stands for.
    pub value: String,
    /// What it says.
    pub label: String,
}

/// The frame of a group of choices.
fn group(
    wiring: &Wiring,
    label: Signal<String>,
    required: Signal<bool>,
    role: Option<&'static str>,
    inline: bool,
    options: AnyView,
) -> AnyView {
    let (hint, error) = notes(wiring);
    let (state, invalid) = (wiring.invalid(), wiring.invalid());
    let needed = aria_required(required);
    view! {
        <fieldset
            class="field"
            id=wiring.id.clone()
            tabindex="-1"
            role=role
            data-s=move || state().map(|_| "bad")
            aria-invalid=move || role.and_then(|_| invalid())
            aria-required=move || role.and_then(|_| needed())
            aria-describedby=wiring.described_by()
        >
            <legend>{label_words(label, required)}</legend>
            {hint}
            <div class="opts" data-inline=inline.then_some("")>{options}</div>
            {error}
        </fieldset>
    }
    .into_any()
}

/// One of several, all in sight.
#[component]
pub fn RadioField(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What is offered.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value of the chosen one; empty when there is none.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the value that was chosen.
    on_change: Callback<String>,
    /// A word of help.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong, with the remedy.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Whether something must be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Whether the choices stand in a line, as those of a scale do.
    #[prop(optional)]
    inline: bool,
    /// Its id, where something else links to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let wiring = Wiring::new(id, hint, error);
    let name = format!("{}-o", wiring.id);
    let one = move |choice: Choice| {
        let (mine, given) = (choice.value.clone(), choice.value.clone());
        view! {
            <label class="opt">
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=move || value.with(|v| *v == mine)
                    on:change=move |_| on_change.run(given.clone())
                />
                {choice.label}
            </label>
        }
    };
    let options = view! { {each(move || choices.get(), Clone::clone, one)} };
    group(
        &wiring,
        label,
        required,
        Some("radiogroup"),
        inline,
        options.into_any(),
    )
}

/// Any of several.
#[component]
pub fn CheckboxesField(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What is offered.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The values of the chosen ones.
    #[prop(into)]
    values: Signal<Vec<String>>,
    /// Called with all values that are chosen now, in the order of the choices.
    on_change: Callback<Vec<String>>,
    /// A word of help.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong, with the remedy.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Whether something must be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Its id, where something else links to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let wiring = Wiring::new(id, hint, error);
    let one = move |choice: Choice| {
        let (mine, toggled) = (choice.value.clone(), choice.value.clone());
        let change = move |event| {
            let checked = event_target_checked(&event);
            let all = choices.get_untracked();
            let chosen = all.into_iter().map(|choice| choice.value).filter(|value| {
                if *value == toggled {
                    checked
                } else {
                    values.with_untracked(|v| v.contains(value))
                }
            });
            on_change.run(chosen.collect());
        };
        view! {
            <label class="opt">
                <input
                    type="checkbox"
                    prop:checked=move || values.with(|v| v.contains(&mine))
                    on:change=change
                />
                {choice.label}
            </label>
        }
    };
    let options = view! { {each(move || choices.get(), Clone::clone, one)} };
    group(&wiring, label, required, None, false, options.into_any())
}

/// One of several, folded away.
#[component]
pub fn SelectField(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What is offered.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value of the chosen one.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the value that was chosen.
    on_change: Callback<String>,
    /// A word of help.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong, with the remedy.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Whether something must be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// What stands there while nothing is chosen; without it the first choice does.
    #[prop(optional, into)]
    unchosen: Signal<String>,
    /// Its id, where something else links to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let wiring = Wiring::new(id, hint, error);
    let one = move |choice: Choice| {
        let mine = choice.value.clone();
        view! {
            <option value=choice.value prop:selected=move || value.with(|v| *v == mine)>
                {choice.label}
            </option>
        }
    };
    let control = view! {
        <select
            id=wiring.id.clone()
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
            aria-required=aria_required(required)
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {move || {
                (!unchosen.with(String::is_empty)).then(|| {
                    view! {
                        <option value="" prop:selected=move || value.with(String::is_empty)>
                            {unchosen}
                        </option>
                    }
                })
            }}
            {each(move || choices.get(), Clone::clone, one)}
        </select>
    };
    frame(wiring, label, required, control.into_any())
}

/// Yes or no.
#[component]
pub fn SwitchField(
    /// What is on or off.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is on.
    #[prop(into)]
    checked: Signal<bool>,
    /// Called with what it is now.
    on_change: Callback<bool>,
    /// A word of help.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Its id, where something else links to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let wiring = Wiring::new(id, hint, Signal::default());
    let (hint, _) = notes(&wiring);
    let described_by = wiring.described_by();
    view! {
        <div class="field">
            <label class="opt">
                <input
                    type="checkbox"
                    id=wiring.id
                    aria-describedby=described_by
                    prop:checked=checked
                    on:change=move |event| on_change.run(event_target_checked(&event))
                />
                {label}
            </label>
            {hint}
        </div>
    }
}
