//! A questionnaire: one question after the other, forth and back, and at the end all answers once more
//! before anything is sent.

use super::ask::Ask;
use super::reply::Reply;
use super::review::Review;
use crate::features::shared::{DraftMark, lead_to_wrong};
use crate::i18n::{Msg, t, tf};
use crate::ui::{Button, ButtonKind};
use crate::web::dom;
use leptos::prelude::*;

/// The questionnaire; `end` is what stands below the answers at its end.
#[component]
pub fn Sheet(reply: Reply, end: ViewFn) -> impl IntoView {
    let ready = reply.draft().ready();
    let at = reply.at();
    Effect::new(move |before: Option<usize>| {
        let at = at.get();
        if before.is_some_and(|before| before != at) {
            // The question that was asked is gone, and with it where the focus was.
            dom::focus_first(".step");
        }
        at
    });
    let count = reply.questions().len();
    view! {
        {move || {
            ready.get().then(|| {
                let (reply, end) = (reply.clone(), end.clone());
                view! {
                    <Progress reply=reply.clone() at/>
                    <div class="stack narrow step" tabindex="-1">
                        {move || {
                            let (reply, at) = (reply.clone(), at.get());
                            if at < count {
                                view! { <Step reply at/> }.into_any()
                            } else {
                                view! { <Review reply/> {end.run()} }.into_any()
                            }
                        }}
                    </div>
                }
            })
        }}
    }
}

#[component]
fn Progress(reply: Reply, at: Memo<usize>) -> impl IntoView {
    let said = reply.clone();
    let words = move || {
        let progress = said.progress(at.get());
        let (place, most) = (progress.done + 1, progress.at_most.max(1));
        if progress.share() >= 1.0 {
            return t(Msg::sheet_all_answered);
        }
        tf(
            Msg::sheet_place,
            &[("place", &place.to_string()), ("most", &most.to_string())],
        )
    };
    let state = reply.draft().state();
    let share = move || reply.progress(at.get()).share();
    view! {
        <div class="narrow progress">
            <div class="head">
                <p class="quiet" aria-live="polite">{words}</p>
                <span class="end"></span>
                <DraftMark state/>
            </div>
            <progress aria-label=move || t(Msg::sheet_progress) max="1" prop:value=share></progress>
        </div>
    }
}

#[component]
fn Step(reply: Reply, at: usize) -> impl IntoView {
    let question = reply.questions().get(at).cloned();
    let (asked, next, previous) = (reply.clone(), reply.clone(), reply);
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !next.on(at) {
            lead_to_wrong();
        }
    };
    view! {
        <form class="stack" novalidate=true on:submit=go>
            {question.map(|question| view! { <Ask reply=asked question/> })}
            <div class="head">
                {(at > 0)
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::sheet_back)
                                on_press=Callback::new(move |()| previous.back(at))
                            />
                        }
                    })}
                <Button label=move || t(Msg::sheet_next) kind=ButtonKind::Main submit=true/>
            </div>
        </form>
    }
}
