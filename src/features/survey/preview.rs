//! A survey as the invited will see it; what is answered here is thrown away.

use super::page::SurveyFrame;
use super::reply::Reply;
use super::sheet::Sheet;
use crate::features::shared::DraftKey;
use crate::i18n::{Msg, bare_text, t, text};
use crate::paths;
use crate::ui::{LinkButton, Note, Tone};
use leptos::prelude::*;
use rapport_domain::{Kind, Survey};

/// The page.
#[component]
pub fn PreviewPage() -> impl IntoView {
    view! {
        <SurveyFrame
            place=Msg::survey_preview
            view=Callback::new(|survey: Memo<Option<Survey>>| {
                view! { <Preview survey/> }.into_any()
            })
        />
    }
}

#[component]
fn Preview(survey: Memo<Option<Survey>>) -> impl IntoView {
    let Some(shown) = survey.get_untracked() else {
        return ().into_any();
    };
    let key = DraftKey::New(Kind::Survey, Some(shown.id.0)).to_string();
    let title = untrack(|| bare_text(&shown.title));
    let reply = Reply::new(key, shown.questions.clone(), title);
    let draft = reply.draft().clone();
    on_cleanup(move || draft.discard());
    let again = reply.clone();
    let back = paths::survey(shown.id);
    let end = ViewFn::from(move || {
        let (again, back) = (again.clone(), back.clone());
        view! {
            <p class="head">
                <crate::ui::Button
                    label=move || t(Msg::survey_preview_again)
                    on_press=Callback::new(move |()| again.go(0))
                />
                <LinkButton href=back label=move || t(Msg::survey_preview_end)/>
            </p>
        }
    });
    let intro = untrack(|| text(&shown.intro));
    view! {
        <Note
            title=move || t(Msg::survey_preview)
            text=move || t(Msg::survey_preview_text)
            tone=Tone::Info
        />
        {(!intro.is_empty()).then(|| view! { <p class="lead">{intro}</p> })}
        <Sheet reply end/>
    }
    .into_any()
}
