//! Buttons, and links that look like them.

use crate::ui::icon::Icon;
use leptos::prelude::*;
use leptos_router::components::A;

/// How much weight a button has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do here.
    Main,
    /// One of several.
    #[default]
    Usual,
    /// Of little weight.
    Plain,
    /// Cannot be taken back.
    Danger,
}

impl ButtonKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Usual => "usual",
            Self::Plain => "plain",
            Self::Danger => "danger",
        }
    }
}

/// A button. While `busy` it keeps its focus and ignores presses, so that nothing happens twice and
/// the keyboard stays where it was.
#[component]
pub fn Button(
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
    /// What it does; a submit button may leave it to its form.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// How much weight it has.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether what it does is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// A sign before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Whether it submits its form.
    #[prop(optional)]
    submit: bool,
    /// Its name, where several say the same; it begins with what the button says.
    #[prop(optional, into)]
    name: Signal<String>,
) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            class="btn"
            data-kind=kind.as_str()
            type=if submit { "submit" } else { "button" }
            aria-disabled=move || busy.get().then_some("true")
            aria-label=move || Some(name.get()).filter(|name| !name.is_empty())
            on:click=press
        >
            {icon.map(|name| view! { <Icon name/> })}
            {label}
        </button>
    }
}

/// A button that shows only a sign. Its name is what a screen reader says and the pointer is told.
#[component]
pub fn IconButton(
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// The sign.
    icon: &'static str,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="btn icon-only"
            data-kind="plain"
            type="button"
            aria-label=label
            title=label
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon/>
        </button>
    }
}

/// A link that shows only a sign.
#[component]
pub fn IconLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// The sign.
    icon: &'static str,
) -> impl IntoView {
    view! {
        <A
            href=href
            attr:class="btn icon-only"
            attr:data-kind="plain"
            attr:aria-label=label
            attr:title=label
        >
            <Icon name=icon/>
        </A>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
    /// How much weight it has.
    #[prop(optional)]
    kind: ButtonKind,
    /// A sign before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
) -> impl IntoView {
    view! {
        <A href=href attr:class="btn" attr:data-kind=kind.as_str()>
            {icon.map(|name| view! { <Icon name/> })}
            {label}
        </A>
    }
}
