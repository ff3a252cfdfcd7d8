//! One question of a form, by its kind.

use super::filing::{number, slot, toggled};
use super::sheet::{Sheet, field_id};
use crate::features::shared::explain::{Given, day};
use crate::features::shared::{FilesField, Limits};
use crate::i18n::{Msg, fmt, t, text, tf, tn};
use crate::live::{texts, use_portal};
use crate::signals::{derived, memo};
use crate::ui::{
    CheckboxesField, Choice, DateField, NumberField, RadioField, SelectField, TextAreaField,
    TextField,
};
use crate::web::clock;
use leptos::prelude::*;
use rapport_domain::form::{Choice as Offered, day_limit};
use rapport_domain::{Field, FieldKind};
use serde_json::Value;

/// More choices than this are folded away.
const IN_SIGHT: usize = 7;

/// What every kind of question needs.
#[derive(Clone)]
struct Asked {
    sheet: Sheet,
    key: String,
    label: Signal<String>,
    hint: Signal<String>,
    required: bool,
}

impl Asked {
    fn set(&self, value: Value) {
        self.sheet.set(&slot(&self.key), &self.key, value);
    }

    fn typed(&self) -> Callback<String> {
        let asked = self.clone();
        Callback::new(move |text: String| asked.set(Value::from(text)))
    }

    fn left(&self) -> Callback<()> {
        let (sheet, key) = (self.sheet.clone(), self.key.clone());
        Callback::new(move |()| sheet.leave(&key))
    }

    fn error(&self, given: Given) -> Signal<String> {
        self.sheet.error(&self.key, given)
    }

    fn id(&self) -> String {
        field_id(&self.key)
    }
}

/// One question.
#[component]
pub fn Question(sheet: Sheet, field: Field) -> impl IntoView {
    let Field {
        key,
        label,
        help,
        kind,
        required,
        ..
    } = field;
    let limit = kind.clone();
    let hint = derived(move || {
        let help = help.as_ref().map(text).unwrap_or_default();
        let parts = [help, limit_words(&limit)];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    });
    let label = derived(move || text(&label));
    let asked = Asked {
        sheet,
        key,
        label,
        hint,
        required,
    };
    match kind {
        FieldKind::Text { .. } | FieldKind::Other(_) => view! { <Line asked/> }.into_any(),
        FieldKind::LongText { .. } => view! { <Paragraph asked/> }.into_any(),
        FieldKind::Number { whole, .. } => view! { <Number asked whole/> }.into_any(),
        FieldKind::Date { .. } => view! { <Day asked/> }.into_any(),
        FieldKind::Choice { options } => view! { <OneOf asked options/> }.into_any(),
        FieldKind::MultiChoice { options, .. } => view! { <AnyOf asked options/> }.into_any(),
        FieldKind::YesNo => view! { <YesNo asked/> }.into_any(),
        FieldKind::File {
            max_size, accept, ..
        } => {
            let own = use_portal().capabilities().max_attachment();
            let max_size = [max_size, own].into_iter().flatten().min();
            let limits = Limits { max_size, accept };
            view! { <Papers asked limits/> }.into_any()
        }
    }
}

/// What a kind allows, before anybody gets it wrong.
fn limit_words(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Number {
            unit: Some(unit), ..
        } => tf(Msg::request_unit, &[("unit", unit)]),
        FieldKind::Text {
            max_length: Some(max),
            ..
        } if *max < 60 => tn(Msg::request_max_chars, u64::from(*max)),
        FieldKind::Date { earliest, latest } => {
            let today = clock::today();
            let limit = |limit: &Option<String>| {
                let day_of = limit.as_deref().and_then(|limit| day_limit(limit, &today));
                day_of.map(|date| day(date.as_str()))
            };
            match (limit(earliest), limit(latest)) {
                (Some(from), Some(to)) => tf(Msg::request_between, &[("from", &from), ("to", &to)]),
                (Some(date), None) => tf(Msg::request_earliest, &[("date", &date)]),
                (None, Some(date)) => tf(Msg::request_latest, &[("date", &date)]),
                (None, None) => String::new(),
            }
        }
        _ => String::new(),
    }
}

macro_rules! written {
    ($(#[$doc:meta])* $name:ident, $control:ident) => {
        $(#[$doc])*
        #[component]
        fn $name(asked: Asked) -> impl IntoView {
            view! {
                <$control
                    label=asked.label
                    value=asked.sheet.answer(&asked.key)
                    on_input=asked.typed()
                    on_leave=asked.left()
                    hint=asked.hint
                    error=asked.error(Given::Written)
                    required=asked.required
                    id=asked.id()
                />
            }
        }
    };
}

written! {
    /// A line of text.
    Line, TextField
}
written! {
    /// Text of any number of lines.
    Paragraph, TextAreaField
}
written! {
    /// A day.
    Day, DateField
}

/// A number. What was typed becomes one as soon as the field is left.
#[component]
fn Number(asked: Asked, whole: bool) -> impl IntoView {
    let (writing, left) = (asked.clone(), asked.left());
    let on_leave = Callback::new(move |()| {
        let typed = untrack(|| writing.sheet.value(&slot(&writing.key)));
        if let Some(read) = typed.and_then(|typed| number(&typed, whole, untrack(fmt::signs))) {
            writing.set(Value::from(read));
        }
        left.run(());
    });
    view! {
        <NumberField
            label=asked.label
            value=asked.sheet.answer(&asked.key)
            on_input=asked.typed()
            on_leave
            hint=asked.hint
            error=asked.error(Given::Written)
            required=asked.required
            id=asked.id()
        />
    }
}

fn choices(options: &[Offered]) -> Vec<Choice> {
    let choice = |offered: &Offered| Choice {
        value: offered.value.clone(),
        label: text(&offered.label),
    };
    options.iter().map(choice).collect()
}

#[component]
fn OneOf(asked: Asked, options: Vec<Offered>) -> impl IntoView {
    let in_sight = options.len() <= IN_SIGHT;
    let offered = derived(move || {
        let none = (!in_sight).then(|| Choice {
            value: String::new(),
            label: t(Msg::request_choose),
        });
        none.into_iter()
            .chain(choices(&options))
            .collect::<Vec<_>>()
    });
    if in_sight {
        view! {
            <RadioField
                label=asked.label
                choices=offered
                value=asked.sheet.answer(&asked.key)
                on_change=asked.typed()
                hint=asked.hint
                error=asked.error(Given::Chosen)
                required=asked.required
                id=asked.id()
            />
        }
        .into_any()
    } else {
        view! {
            <SelectField
                label=asked.label
                choices=offered
                value=asked.sheet.answer(&asked.key)
                on_change=asked.typed()
                hint=asked.hint
                error=asked.error(Given::Chosen)
                required=asked.required
                id=asked.id()
            />
        }
        .into_any()
    }
}

#[component]
fn AnyOf(asked: Asked, options: Vec<Offered>) -> impl IntoView {
    let (sheet, place) = (asked.sheet.clone(), slot(&asked.key));
    let values = derived(move || texts(sheet.value(&place).as_ref()));
    let writing = asked.clone();
    let offered = options.clone();
    let on_change = Callback::new(move |chosen: Vec<String>| {
        // What the form no longer offers is not kept among the choices.
        let kept = toggled(&chosen, "", false, &offered);
        writing.set(Value::from(kept));
    });
    view! {
        <CheckboxesField
            label=asked.label
            choices=derived(move || choices(&options))
            values
            on_change
            hint=asked.hint
            error=asked.error(Given::Chosen)
            required=asked.required
            id=asked.id()
        />
    }
}

#[component]
fn YesNo(asked: Asked) -> impl IntoView {
    let (sheet, place) = (asked.sheet.clone(), slot(&asked.key));
    let value = derived(move || match sheet.value(&place) {
        Some(Value::Bool(true)) => "true".to_owned(),
        Some(Value::Bool(false)) => "false".to_owned(),
        _ => String::new(),
    });
    let offered = derived(|| {
        vec![
            Choice {
                value: "true".into(),
                label: t(Msg::request_yes),
            },
            Choice {
                value: "false".into(),
                label: t(Msg::request_no),
            },
        ]
    });
    let writing = asked.clone();
    view! {
        <RadioField
            label=asked.label
            choices=offered
            value
            on_change=Callback::new(move |word: String| writing.set(Value::Bool(word == "true")))
            hint=asked.hint
            error=asked.error(Given::Chosen)
            required=asked.required
            id=asked.id()
        />
    }
}

#[component]
fn Papers(asked: Asked, limits: Limits) -> impl IntoView {
    let files = asked.sheet.files(&asked.key);
    let (sheet, key) = (asked.sheet.clone(), asked.key.clone());
    let held = memo(move || sheet.held(&key));
    let (sheet, key) = (asked.sheet.clone(), asked.key.clone());
    let on_change = Callback::new(move |()| sheet.touched(&key));
    view! {
        <FilesField
            label=asked.label
            files
            intake=asked.sheet.intake
            limits
            on_change
            hint=asked.hint
            error=asked.error(Given::Added)
            required=asked.required
            id=asked.id()
        />
        {move || {
            (!held.with(Vec::is_empty))
                .then(|| {
                    let names = held.with(|held| fmt::list(held));
                    view! { <p class="quiet">{tf(Msg::files_held, &[("names", &names)])}</p> }
                })
        }}
    }
}
