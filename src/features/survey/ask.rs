//! One question with its field.

use super::matrix::MatrixField;
use super::ranking::RankingField;
use super::reply::Reply;
use super::wording::choices;
use crate::features::shared::explain::{self, Given};
use crate::i18n::{Msg, fmt, t, text};
use crate::signals::derived;
use crate::ui::{
    CheckboxesField, Choice, DateField, NumberField, RadioField, TextAreaField, TextField,
};
use leptos::prelude::*;
use rapport_domain::{Question, QuestionKind, SurveyAnswer};

/// What every field needs.
#[derive(Clone)]
pub struct Asked {
    /// The answers.
    pub reply: Reply,
    /// The question.
    pub question: Question,
}

impl Asked {
    /// The question's words.
    pub fn label(&self) -> Signal<String> {
        let label = self.question.label.clone();
        derived(move || text(&label))
    }

    /// A word of help; for a scale without one what its ends mean.
    pub fn hint(&self) -> Signal<String> {
        let (help, kind) = (self.question.help.clone(), self.question.kind.clone());
        derived(move || match (&help, &kind) {
            (Some(help), _) => text(help),
            (None, QuestionKind::Csat) => t(Msg::scale_csat),
            (None, QuestionKind::Nps) => t(Msg::scale_nps),
            (None, QuestionKind::Ces) => t(Msg::scale_ces),
            _ => String::new(),
        })
    }

    /// What is wrong with the question, or with one of its rows.
    pub fn error(&self, row: Option<&str>, given: Given) -> Signal<String> {
        let wrong = self.reply.wrong();
        let key = &self.question.key;
        let field = row.map_or_else(|| key.clone(), |row| format!("{key}/{row}"));
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|one| one.field == field).cloned());
            found.map_or_else(String::new, |one| explain::reason(&one.reason, given))
        })
    }

    /// The answer so far.
    pub fn answer(&self) -> SurveyAnswer {
        self.reply.answer(&self.question.key)
    }

    fn words(&self) -> Signal<String> {
        let this = self.clone();
        derived(move || this.answer().text)
    }

    fn typed(&self) -> Callback<String> {
        let this = self.clone();
        Callback::new(move |typed: String| {
            this.reply
                .set(&SurveyAnswer::text(&this.question.key, typed));
        })
    }
}

/// The field of a question.
#[component]
pub fn Ask(reply: Reply, question: Question) -> impl IntoView {
    let asked = Asked { reply, question };
    match asked.question.kind {
        QuestionKind::Csat | QuestionKind::Nps | QuestionKind::Ces => scale(&asked),
        QuestionKind::Single | QuestionKind::YesNo => one_of(&asked),
        QuestionKind::Multiple => many_of(&asked),
        QuestionKind::Ranking => view! { <RankingField asked/> }.into_any(),
        QuestionKind::Matrix => view! { <MatrixField asked/> }.into_any(),
        QuestionKind::Number => number(&asked),
        QuestionKind::Date => view! {
            <DateField
                label=asked.label()
                value=asked.words()
                on_input=asked.typed()
                hint=asked.hint()
                error=asked.error(None, Given::Written)
                required=asked.question.required
            />
        }
        .into_any(),
        QuestionKind::LongText => view! {
            <TextAreaField
                label=asked.label()
                value=asked.words()
                on_input=asked.typed()
                hint=asked.hint()
                error=asked.error(None, Given::Written)
                required=asked.question.required
            />
        }
        .into_any(),
        QuestionKind::Text | QuestionKind::Other(_) => view! {
            <TextField
                label=asked.label()
                value=asked.words()
                on_input=asked.typed()
                hint=asked.hint()
                error=asked.error(None, Given::Written)
                required=asked.question.required
            />
        }
        .into_any(),
    }
}

fn scale(asked: &Asked) -> AnyView {
    let (least, greatest) = asked.question.kind.scale().unwrap_or((1, 5));
    let points = derived(move || {
        let each = (least..=greatest).map(|point| Choice {
            value: point.to_string(),
            label: fmt::number(f64::from(point)),
        });
        each.collect::<Vec<_>>()
    });
    let (shown, chosen) = (asked.clone(), asked.clone());
    let value = derived(move || {
        let number = shown.answer().number;
        number.map_or_else(String::new, |number| number.to_string())
    });
    let on_change = Callback::new(move |point: String| {
        if let Ok(point) = point.parse() {
            let answer = SurveyAnswer::number(&chosen.question.key, point);
            chosen.reply.set(&answer);
        }
    });
    view! {
        <RadioField
            label=asked.label()
            choices=points
            value
            on_change
            hint=asked.hint()
            error=asked.error(None, Given::Chosen)
            required=asked.question.required
            inline=true
        />
    }
    .into_any()
}

fn one_of(asked: &Asked) -> AnyView {
    let (offered, shown, chosen) = (asked.question.clone(), asked.clone(), asked.clone());
    let options = derived(move || match offered.kind {
        QuestionKind::YesNo => vec![
            Choice {
                value: "true".to_owned(),
                label: t(Msg::yes),
            },
            Choice {
                value: "false".to_owned(),
                label: t(Msg::no),
            },
        ],
        _ => choices(&offered.options),
    });
    let value = derived(move || {
        let chosen = shown.answer().choices;
        chosen.first().cloned().unwrap_or_default()
    });
    let on_change = Callback::new(move |value: String| {
        let answer = SurveyAnswer::choices(&chosen.question.key, [value]);
        chosen.reply.set(&answer);
    });
    view! {
        <RadioField
            label=asked.label()
            choices=options
            value
            on_change
            hint=asked.hint()
            error=asked.error(None, Given::Chosen)
            required=asked.question.required
        />
    }
    .into_any()
}

fn many_of(asked: &Asked) -> AnyView {
    let (offered, shown, chosen) = (asked.question.clone(), asked.clone(), asked.clone());
    let on_change = Callback::new(move |values: Vec<String>| {
        let answer = SurveyAnswer::choices(&chosen.question.key, values);
        chosen.reply.set(&answer);
    });
    view! {
        <CheckboxesField
            label=asked.label()
            choices=derived(move || choices(&offered.options))
            values=derived(move || shown.answer().choices)
            on_change
            hint=asked.hint()
            error=asked.error(None, Given::Chosen)
            required=asked.question.required
        />
    }
    .into_any()
}

/// What is typed becomes a number when the field is left; what is none stays as it was typed, and is
/// refused with a word on why.
fn number(asked: &Asked) -> AnyView {
    let (shown, left) = (asked.clone(), asked.clone());
    let value = derived(move || {
        let answer = shown.answer();
        match answer.number {
            Some(number) => fmt::signs().write(number),
            None => answer.text,
        }
    });
    let on_leave = Callback::new(move |()| left.reply.read_number(&left.question));
    view! {
        <NumberField
            label=asked.label()
            value
            on_input=asked.typed()
            on_leave
            hint=asked.hint()
            error=asked.error(None, Given::Written)
            required=asked.question.required
        />
    }
    .into_any()
}
