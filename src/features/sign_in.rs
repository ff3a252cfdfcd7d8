//! Signing in: for somebody new on this device, and for somebody whose session has ended while
//! everything he wrote is still here.

use crate::context;
use crate::features::shared::{Heading, Outside, say};
use crate::i18n::{Msg, t, tf};
use crate::live::{self, Session, SignInError, branding, sign_in};
use crate::paths;
use crate::signals::derived;
use crate::ui::{Button, ButtonKind, LinkButton, Note, TextField, Tone};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_domain::User;

/// The page for signing in. Without an account it stands at every address, so that after signing in
/// one is where one wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = context::app().session;
    let known = session.with_untracked(|session| match session {
        Session::Open(portal) => Some(portal.me()),
        _ => None,
    });
    match known {
        Some(me) => view! {
            <div class="sign-in">
                <Expired me/>
            </div>
        }
        .into_any(),
        None => view! {
            <Outside>
                <div class="sign-in">
                    <Heading title=move || t(Msg::sign_in)/>
                    <SignInForm login=String::new() then=None/>
                    <LanguageLinks/>
                </div>
            </Outside>
        }
        .into_any(),
    }
}

/// Somebody is known here and only his session has ended.
#[component]
fn Expired(me: User) -> impl IntoView {
    let login = me.login.clone().unwrap_or_default();
    let query = use_query_map();
    let back = query
        .with_untracked(|query| query.get("back"))
        .filter(|path| is_inside(path));
    let name = me.name.clone();
    view! {
        <Heading title=move || tf(Msg::sign_in_expired_title, &[("name", &name)])/>
        <p>{move || t(Msg::sign_in_expired_text)}</p>
        <SignInForm login then=Some(back.unwrap_or_else(paths::home))/>
        <LinkButton
            href=paths::home()
            label=move || t(Msg::sign_in_go_on)
            kind=ButtonKind::Plain
        />
    }
}

/// Whether an address leads to a page of this portal.
fn is_inside(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')
}

#[component]
fn SignInForm(
    /// What stands in the field at first.
    login: String,
    /// Where to go afterwards; nowhere when one is there already.
    then: Option<String>,
) -> impl IntoView {
    let app = context::app();
    let (login, password) = (RwSignal::new(login), RwSignal::new(String::new()));
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<SignInError>);
    let navigate = use_navigate();
    let missing = move |field: RwSignal<String>| {
        derived(move || {
            let empty = tried.get() && field.with(|text| text.trim().is_empty());
            if empty {
                t(Msg::reason_required)
            } else {
                String::new()
            }
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let (name, secret) = (login.get_untracked(), password.get_untracked());
        if busy.get_untracked() || name.trim().is_empty() || secret.is_empty() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let (app, then, navigate) = (app.clone(), then.clone(), navigate.clone());
        say(Msg::sign_in_busy);
        // It ends with another page in place of this one: it must not end with this one.
        live::durable(async move {
            let done = sign_in(&app, name.trim(), &secret).await;
            busy.try_set(false);
            match (done, then) {
                (Ok(()), Some(path)) => navigate(&path, paths::go()),
                (Ok(()), None) => {}
                (Err(error), _) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <form class="stack card" on:submit=submit novalidate=true>
            <Failure failed/>
            <TextField
                label=move || t(Msg::sign_in_login)
                value=login
                on_input=Callback::new(move |text| login.set(text))
                error=missing(login)
                required=true
                autocomplete="username"
            />
            <TextField
                label=move || t(Msg::sign_in_password)
                value=password
                on_input=Callback::new(move |text| password.set(text))
                error=missing(password)
                required=true
                kind="password"
                autocomplete="current-password"
            />
            <Button label=move || t(Msg::sign_in) kind=ButtonKind::Main submit=true busy/>
        </form>
    }
}

/// Why signing in failed, by what can be done about it.
#[component]
fn Failure(failed: RwSignal<Option<SignInError>>) -> impl IntoView {
    move || {
        let (title, text, tone) = match failed.get()? {
            SignInError::Wrong => (
                Msg::sign_in_wrong_title,
                t(Msg::sign_in_wrong_text),
                Tone::Bad,
            ),
            SignInError::Unreachable => (
                Msg::sign_in_unreachable_title,
                t(Msg::sign_in_unreachable_text),
                Tone::Warn,
            ),
            SignInError::Later => (
                Msg::sign_in_refused_title,
                t(Msg::sign_in_later_text),
                Tone::Warn,
            ),
            SignInError::Refused(said) => (Msg::sign_in_refused_title, said, Tone::Bad),
            SignInError::Store(_) => (
                Msg::fault_unavailable_title,
                t(Msg::fault_unavailable_text),
                Tone::Bad,
            ),
        };
        Some(view! { <Note title=move || t(title) text tone urgent=true/> })
    }
}

/// The languages on offer, for somebody who cannot read this one.
#[component]
fn LanguageLinks() -> impl IntoView {
    let language = live::settings().language;
    let languages = branding().languages;
    if languages.len() < 2 {
        return ().into_any();
    }
    let one = move |tag: String| {
        let (chosen, wanted) = (language.clone(), language.clone());
        let (mine, label, lang) = (
            tag.clone(),
            crate::i18n::fmt::language_name(&tag),
            tag.clone(),
        );
        view! {
            <button
                type="button"
                class="btn"
                data-kind="plain"
                lang=lang
                aria-pressed=move || if chosen.get() == mine { "true" } else { "false" }
                on:click=move |_| wanted.set(tag.clone())
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="head" role="group" aria-label=move || t(Msg::settings_language)>
            {languages.into_iter().map(one).collect_view()}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_one_stays_inside_the_portal() {
        assert!(is_inside("/tickets/7?filter=open"));
        for outside in [
            "https://elsewhere.example/",
            "//elsewhere.example",
            "/\\elsewhere",
            "",
        ] {
            assert!(!is_inside(outside), "{outside}");
        }
    }
}
