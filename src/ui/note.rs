//! Notes that stand in the page: information, warnings, and what to say when there is nothing.

use crate::ui::icon::Icon;
use leptos::prelude::*;

/// How much a note matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// Take care.
    Warn,
    /// Something is wrong.
    Bad,
    /// All is well.
    Good,
}

impl Tone {
    /// The word the stylesheet knows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Good => "good",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "done",
            Self::Warn | Self::Bad => "warn",
        }
    }
}

/// A note: a headline, a sentence, and what can be done.
#[component]
pub fn Note(
    /// The headline.
    #[prop(into)]
    title: Signal<String>,
    /// The sentence.
    #[prop(optional, into)]
    text: Signal<String>,
    /// How much it matters.
    #[prop(optional)]
    tone: Tone,
    /// Another sign than the tone's own.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Whether a screen reader shall say it as soon as it appears.
    #[prop(optional)]
    urgent: bool,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = icon.unwrap_or(tone.icon());
    view! {
        <div class="note" data-s=tone.as_str() role=urgent.then_some("alert")>
            <Icon name/>
            <div class="note-words">
                <strong>{title}</strong>
                {move || (!text.with(String::is_empty)).then(|| view! { <p>{text}</p> })}
                {children.map(|children| view! { <div class="head">{children()}</div> })}
            </div>
        </div>
    }
}

/// What stands in the place of a list that has nothing.
#[component]
pub fn EmptyState(
    /// What there is none of.
    #[prop(into)]
    title: Signal<String>,
    /// What that means, or what to do.
    #[prop(optional, into)]
    text: Signal<String>,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <p class="quiet">{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
