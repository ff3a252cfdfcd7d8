//! Filters: chips of which one is chosen, and a search field.

use crate::ui::a11y::next_id;
use crate::ui::each;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// One choice of a row of chips.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// What it stands for.
    pub value: String,
    /// What it says.
    pub label: String,
}

/// A row of chips of which exactly one is chosen.
#[component]
pub fn FilterChips(
    /// What is filtered, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The chips.
    #[prop(into)]
    chips: Signal<Vec<Chip>>,
    /// The value of the chosen one.
    #[prop(into)]
    chosen: Signal<String>,
    /// Called with the value of the chip that was pressed.
    on_choose: Callback<String>,
) -> impl IntoView {
    // A chip keeps its element, and with it the focus, when only its words change.
    let values =
        move || chips.with(|chips| chips.iter().map(|c| c.value.clone()).collect::<Vec<_>>());
    let one = move |value: String| {
        let (mine, named) = (value.clone(), value.clone());
        let pressed = move || {
            if chosen.with(|c| *c == mine) {
                "true"
            } else {
                "false"
            }
        };
        let words = move || {
            chips.with(|chips| {
                chips
                    .iter()
                    .find(|c| c.value == named)
                    .map(|c| c.label.clone())
            })
        };
        view! {
            <button
                class="chip"
                type="button"
                aria-pressed=pressed
                on:click=move |_| on_choose.run(value.clone())
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="chips" role="group" aria-label=label>
            {each(values, Clone::clone, one)}
        </div>
    }
}

/// A field to search a list with.
#[component]
pub fn SearchInput(
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// What is searched for.
    #[prop(into)]
    value: Signal<String>,
    /// Called at every change.
    on_input: Callback<String>,
) -> impl IntoView {
    let id = next_id();
    view! {
        <div class="search">
            <Icon name="search"/>
            <label class="unseen" for=id.clone()>
                {label}
            </label>
            <input
                id=id
                type="search"
                dir="auto"
                autocomplete="off"
                enterkeyhint="search"
                placeholder=label
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
            />
        </div>
    }
}
