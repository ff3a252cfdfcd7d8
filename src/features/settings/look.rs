//! Language and light or dark.

use crate::i18n::{Msg, fmt, t};
use crate::live::{Theme, branding, settings};
use crate::signals::derived;
use crate::ui::{Card, Choice, RadioField, SelectField};
use leptos::prelude::*;

/// Language and light or dark.
#[component]
pub fn Look() -> impl IntoView {
    let settings = settings();
    let (language, theme) = (settings.language, settings.theme);
    let offered = branding().languages;
    let languages = {
        let language = language.clone();
        derived(move || {
            let present = language.get();
            let hidden = (!offered.contains(&present)).then_some(present);
            let tags = offered.iter().cloned().chain(hidden);
            tags.map(|tag| Choice {
                label: fmt::language_name(&tag),
                value: tag,
            })
            .collect::<Vec<_>>()
        })
    };
    let themes = derived(|| {
        let words = [
            (Theme::System, Msg::settings_theme_system),
            (Theme::Light, Msg::settings_theme_light),
            (Theme::Dark, Msg::settings_theme_dark),
        ];
        let choice = |(theme, words): (Theme, Msg)| Choice {
            value: theme.as_str().to_owned(),
            label: t(words),
        };
        words.into_iter().map(choice).collect::<Vec<_>>()
    });
    let (chosen_language, chosen_theme) = (language.clone(), theme.clone());
    view! {
        <Card title=move || t(Msg::settings_look)>
            <SelectField
                label=move || t(Msg::settings_language)
                choices=languages
                value=derived(move || chosen_language.get())
                on_change=Callback::new(move |tag| language.set(tag))
                required=true
            />
            <RadioField
                label=move || t(Msg::settings_theme)
                choices=themes
                value=derived(move || chosen_theme.get().as_str().to_owned())
                on_change=Callback::new(move |word: String| theme.set(Theme::parse(&word)))
                required=true
            />
        </Card>
    }
}
