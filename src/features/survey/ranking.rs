//! A question whose options are put in order: buttons that move one up or down, which work with keys,
//! pointer and screen reader alike.

use super::ask::Asked;
use super::wording;
use crate::features::shared::explain::Given;
use crate::i18n::{Msg, fmt, t, tf};
use crate::live;
use crate::signals::{derived, memo};
use crate::ui::{Button, IconButton, announce, each};
use crate::web::dom;
use leptos::prelude::*;
use rapport_domain::SurveyAnswer;

/// The options in their order; until the first move, in that of the question and not answered.
#[component]
pub fn RankingField(asked: Asked) -> impl IntoView {
    let shown = asked.clone();
    let order = memo(move || {
        let mut order = shown.answer().choices;
        let offered = shown.question.values().into_iter().map(str::to_owned);
        let rest: Vec<String> = offered.filter(|value| !order.contains(value)).collect();
        order.extend(rest);
        order
    });
    let looked = asked.clone();
    let unanswered = memo(move || looked.answer().choices.is_empty());
    let saved = asked.clone();
    let put = Callback::new(move |order: Vec<String>| {
        let answer = SurveyAnswer::choices(&saved.question.key, order);
        saved.reply.set(&answer);
    });
    let question = asked.question.clone();
    let moves = Callback::new(move |(value, down): (String, bool)| {
        let mut next = order.get_untracked();
        let Some(at) = next.iter().position(|one| *one == value) else {
            return;
        };
        let to = if down { at + 1 } else { at.wrapping_sub(1) };
        if to < next.len() {
            next.swap(at, to);
            put.run(next);
            let place = fmt::number(u32::try_from(to + 1).unwrap_or_default().into());
            let option = wording::option(&question, &value);
            announce(tf(
                Msg::ranking_moved,
                &[("option", &option), ("place", &place)],
            ));
            // The rows are made anew: the focus goes along with what was moved.
            let (row, button) = (to + 1, if down { 2 } else { 1 });
            let key = question.key.clone();
            live::task(async move {
                dom::focus_first(&format!(
                    "[data-question=\"{key}\"] li:nth-child({row}) button:nth-of-type({button})"
                ));
            });
        }
    });
    let error = asked.error(None, Given::Chosen);
    let named = asked.question.clone();
    let one = move |(place, value): (usize, String)| {
        let (up, down) = (value.clone(), value.clone());
        let name = wording::option(&named, &value);
        let (raise, lower) = (name.clone(), name.clone());
        view! {
            <li class="ranked">
                <span class="num">
                    {fmt::number(u32::try_from(place + 1).unwrap_or_default().into())}
                </span>
                <span class="grow">{name}</span>
                <IconButton
                    label=derived(move || tf(Msg::ranking_up, &[("option", &raise)]))
                    icon="up"
                    on_press=Callback::new(move |()| moves.run((up.clone(), false)))
                />
                <IconButton
                    label=derived(move || tf(Msg::ranking_down, &[("option", &lower)]))
                    icon="down"
                    on_press=Callback::new(move |()| moves.run((down.clone(), true)))
                />
            </li>
        }
        .into_any()
    };
    let listed = move || order.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <fieldset
            class="field"
            tabindex="-1"
            data-question=asked.question.key.clone()
            aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
            data-s=move || (!error.with(String::is_empty)).then_some("bad")
        >
            <legend>{asked.label()}</legend>
            <p class="hint">{asked.hint()}</p>
            <ol class="ranking">{each(listed, Clone::clone, one)}</ol>
            {move || {
                unanswered.get().then(|| {
                    view! {
                        <Button
                            label=move || t(Msg::ranking_keep)
                            on_press=Callback::new(move |()| put.run(order.get_untracked()))
                        />
                    }
                })
            }}
            {move || {
                (!error.with(String::is_empty)).then(|| view! { <span class="err">{error}</span> })
            }}
        </fieldset>
    }
}
