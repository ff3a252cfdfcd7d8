//! The answers once more before they are sent, each with a way back to its question.

use super::reply::Reply;
use super::wording;
use crate::i18n::{Msg, t, text, tf};
use crate::signals::derived;
use crate::ui::{Button, ButtonKind};
use leptos::prelude::*;
use rapport_domain::survey::flow;

/// The list.
#[component]
pub fn Review(reply: Reply) -> impl IntoView {
    let answers = untrack(|| reply.answers());
    let path = flow::path(reply.questions(), &answers);
    let rows = path.into_iter().filter_map(|at| {
        let question = reply.questions().get(at)?.clone();
        let given = answers.iter().find(|one| one.question == question.key);
        let words = given.map(|given| wording::answer(&question, given));
        let words = words.filter(|words| !words.is_empty());
        let (label, back) = (text(&question.label), reply.clone());
        let name = label.clone();
        Some(view! {
            <div>
                <dt>{label}</dt>
                <dd>
                    <p class="say" dir="auto">{words.unwrap_or_else(|| t(Msg::answer_none))}</p>
                    <Button
                        label=move || t(Msg::sheet_change)
                        kind=ButtonKind::Plain
                        name=derived(move || tf(Msg::sheet_change_of, &[("question", &name)]))
                        on_press=Callback::new(move |()| back.go(at))
                    />
                </dd>
            </div>
        })
    });
    let rows = rows.collect_view();
    view! {
        <h2>{move || t(Msg::sheet_review)}</h2>
        <dl class="review">{rows}</dl>
    }
}
