//! A question with the same choice in each of several rows.

use super::ask::Asked;
use super::wording::choices;
use crate::features::shared::explain::Given;
use crate::i18n::text;
use crate::signals::derived;
use crate::ui::RadioField;
use leptos::prelude::*;
use rapport_domain::SurveyAnswer;
use rapport_domain::survey::RowChoice;

/// One group of choices for each row: a table of buttons does not fit a phone.
#[component]
pub fn MatrixField(asked: Asked) -> impl IntoView {
    let rows = asked.question.rows.clone().into_iter().map(|row| {
        let (shown, chosen, offered) = (asked.clone(), asked.clone(), asked.question.clone());
        let (mine, value) = (row.value.clone(), row.value.clone());
        let on_change = Callback::new(move |choice: String| {
            let mut rows = untrack(|| chosen.answer().rows);
            rows.retain(|one| one.row != mine);
            rows.push(RowChoice {
                row: mine.clone(),
                choice,
            });
            let key = chosen.question.key.clone();
            chosen.reply.set(&SurveyAnswer {
                rows,
                ..SurveyAnswer::none(key)
            });
        });
        let error = asked.error(Some(&row.value), Given::Chosen);
        view! {
            <RadioField
                label=derived(move || text(&row.label))
                choices=derived(move || choices(&offered.options))
                value=derived(move || {
                    let rows = shown.answer().rows;
                    let found = rows.into_iter().find(|one| one.row == value);
                    found.map(|one| one.choice).unwrap_or_default()
                })
                on_change
                error
                required=asked.question.required
                inline=true
            />
        }
    });
    let rows = rows.collect_view();
    view! {
        <fieldset class="field matrix">
            <legend>{asked.label()}</legend>
            <p class="hint">{asked.hint()}</p>
            {rows}
        </fieldset>
    }
}
