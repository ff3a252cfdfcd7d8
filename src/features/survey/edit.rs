//! Writing a survey: its name, its rules, its questions, in every language.

use super::edit_question::{self, EditQuestion};
use super::page::SurveyFrame;
use super::wording;
use crate::features::shared::{DraftForm, DraftKey, LeftDraft};
use crate::i18n::{Msg, fmt, t};
use crate::live::branding;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{
    Button, ButtonKind, Choice, LinkButton, Note, SelectField, TextAreaField, TextField, Tone, each,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_domain::plain::Fields;
use rapport_domain::survey::check;
use rapport_domain::{
    Date, Entity, Kind, Plain, Question, QuestionKind, RecordEdit, RecordKey, Survey, SurveyState,
    Text, Typed,
};
use serde_json::Value;

const TITLE: &str = "title";
const INTRO: &str = "intro";
const SERIES: &str = "series";
const WAVE: &str = "wave";
const CLOSES: &str = "closes_on";
const ANONYMOUS: &str = "anonymous";
const AFTER: &str = "after_ticket";
/// The questions, as a list.
pub const QUESTIONS: &str = "questions";

/// The page.
#[component]
pub fn EditPage() -> impl IntoView {
    view! {
        <SurveyFrame
            place=Msg::survey_edit
            view=Callback::new(|survey: Memo<Option<Survey>>| {
                view! { <Editing survey/> }.into_any()
            })
        />
    }
}

/// A text in the language that is being written; the default one where that is empty.
pub fn wording_in(text: &Text, language: &str) -> String {
    match language {
        "" => text.default.clone(),
        _ => text.by_language.get(language).cloned().unwrap_or_default(),
    }
}

/// The text with other words in that language.
pub fn reworded(mut text: Text, language: &str, words: String) -> Text {
    match (language, words.is_empty()) {
        ("", _) => text.default = words,
        (_, true) => {
            text.by_language.remove(language);
        }
        (_, false) => {
            text.by_language.insert(language.to_owned(), words);
        }
    }
    text
}

#[component]
fn Editing(survey: Memo<Option<Survey>>) -> impl IntoView {
    let Some(before) = survey.get_untracked() else {
        return ().into_any();
    };
    let id = before.id;
    if matches!(before.state, SurveyState::Open | SurveyState::Closed) {
        let place = DraftKey::Change(RecordKey {
            kind: Kind::Survey,
            id: id.0,
        });
        return view! {
            <LeftDraft place/>
            <Note
                title=move || t(Msg::survey_fixed)
                text=move || t(Msg::survey_fixed_text)
                tone=Tone::Info
            />
            <p>
                <LinkButton href=paths::survey(id) label=move || t(Msg::survey_one)/>
            </p>
        }
        .into_any();
    }
    let place = DraftKey::Change(RecordKey {
        kind: Kind::Survey,
        id: id.0,
    });
    let form = DraftForm::of(place, survey.into(), given, SERIES);
    let language = RwSignal::new(String::new());
    let (title, intro) = (
        localized(&form, TITLE, language.into()),
        localized(&form, INTRO, language.into()),
    );
    let navigate = use_navigate();
    let (sending, list) = (form.clone(), form.clone());
    let send = Callback::new(move |()| {
        let Some(before) = survey.get_untracked() else {
            return;
        };
        let before = sending.base(before);
        let mut after = before.clone();
        untrack(|| wanted(&mut after, &sending));
        let problems = after.problems();
        let edit = RecordEdit::of(&before, |survey| *survey = after.clone());
        let entity = Entity::Record(before.to_record());
        let navigate = navigate.clone();
        sending.send(
            problems,
            move |portal, draft| async move { portal.edit(&entity, edit, Some(&draft)).await },
            Msg::survey_saved,
            Callback::new(move |()| navigate(&paths::survey(id), paths::go())),
        );
    });
    let fields = view! {
        <Languages language/>
        <TextField
            label=move || t(Msg::survey_name)
            value=title.0
            on_input=title.1
            error=form.error_of(TITLE)
            required=true
        />
        <TextAreaField label=move || t(Msg::survey_intro) value=intro.0 on_input=intro.1/>
        {form.line(SERIES, Msg::survey_series, Some(Msg::survey_series_hint), false)}
        {form.line(WAVE, Msg::survey_wave, Some(Msg::survey_wave_hint), false)}
        {form.day(CLOSES, Msg::survey_closes, None, false)}
        {form.switch(ANONYMOUS, Msg::survey_anonymous, Some(Msg::survey_anonymous_hint))}
        {form.switch(AFTER, Msg::survey_after_ticket, Some(Msg::survey_after_hint))}
        <Questions form=list language/>
    };
    let cancel = view! {
        <LinkButton
            href=paths::survey(id)
            label=move || t(Msg::cancel)
            kind=ButtonKind::Plain
        />
    };
    form.frame(
        fields.into_any(),
        form.end(Msg::save, Some(cancel.into_any())),
        send,
    )
}

/// What stands in the form before anything is typed.
fn given(survey: &Survey) -> Fields {
    Fields::from_iter([
        (TITLE.to_owned(), survey.title.put()),
        (INTRO.to_owned(), survey.intro.put()),
        (SERIES.to_owned(), survey.series.put()),
        (WAVE.to_owned(), survey.wave.put()),
        (CLOSES.to_owned(), survey.closes_on.put()),
        (ANONYMOUS.to_owned(), Value::Bool(survey.anonymous)),
        (AFTER.to_owned(), Value::Bool(survey.after_ticket)),
        (QUESTIONS.to_owned(), survey.questions.put()),
    ])
}

/// The survey as the form wants it.
fn wanted(survey: &mut Survey, form: &DraftForm) {
    survey.title = Text::take(Some(&form.value(TITLE))).unwrap_or_default();
    survey.intro = Text::take(Some(&form.value(INTRO))).unwrap_or_default();
    form.text(SERIES).trim().clone_into(&mut survey.series);
    form.text(WAVE).trim().clone_into(&mut survey.wave);
    survey.closes_on = Date::parse(&form.text(CLOSES));
    survey.anonymous = form.flag(ANONYMOUS);
    survey.after_ticket = form.flag(AFTER);
    survey.questions = questions(form);
}

/// The questions as they stand in the form, followed.
pub fn questions(form: &DraftForm) -> Vec<Question> {
    Vec::<Question>::take(Some(&form.value(QUESTIONS))).unwrap_or_default()
}

fn localized(
    form: &DraftForm,
    field: &'static str,
    language: Signal<String>,
) -> (Signal<String>, Callback<String>) {
    let (shown, typed) = (form.clone(), form.clone());
    let value = derived(move || {
        let text = Text::take(Some(&shown.value(field))).unwrap_or_default();
        wording_in(&text, &language.get())
    });
    let on_input = Callback::new(move |words: String| {
        let text = untrack(|| Text::take(Some(&typed.value(field)))).unwrap_or_default();
        let text = reworded(text, &language.get_untracked(), words);
        typed.set(field, text.put());
    });
    (value, on_input)
}

/// In which language texts are written.
#[component]
fn Languages(language: RwSignal<String>) -> impl IntoView {
    let choices = derived(|| {
        let default = Choice {
            value: String::new(),
            label: t(Msg::survey_language_default),
        };
        let each = branding().languages.into_iter().map(|tag| Choice {
            label: fmt::language_name(&tag),
            value: tag,
        });
        std::iter::once(default).chain(each).collect::<Vec<_>>()
    });
    view! {
        <SelectField
            label=move || t(Msg::survey_language)
            choices
            value=language
            on_change=Callback::new(move |tag| language.set(tag))
            hint=move || t(Msg::survey_language_hint)
            required=true
        />
    }
}

#[component]
fn Questions(form: DraftForm, language: RwSignal<String>) -> impl IntoView {
    let read = form.clone();
    let all = memo(move || questions(&read));
    let found = memo(move || check::questionnaire(&all.get()));
    let kinds = derived(|| {
        let each = QuestionKind::KNOWN.iter().map(|kind| Choice {
            value: kind.to_string(),
            label: wording::kind(kind),
        });
        each.collect::<Vec<_>>()
    });
    let put = {
        let form = form.clone();
        Callback::new(move |questions: Vec<Question>| form.set(QUESTIONS, questions.put()))
    };
    let chosen = RwSignal::new(QuestionKind::Csat.to_string());
    let add = Callback::new(move |()| {
        let mut questions = all.get_untracked();
        let kind = QuestionKind::from(chosen.get_untracked().as_str());
        questions.push(edit_question::empty(&questions, kind));
        put.run(questions);
    });
    // By place and kind: typing must not build the fields anew.
    let listed = move || {
        let questions = all.get();
        let each = questions.into_iter().enumerate();
        each.map(|(at, one)| (at, one.key, one.kind))
            .collect::<Vec<_>>()
    };
    let one = move |(at, ..): (usize, String, QuestionKind)| {
        view! { <EditQuestion at all found language put/> }.into_any()
    };
    view! {
        <section class="stack">
            <h2>{move || t(Msg::survey_questions)}</h2>
            <ol class="stack plain-list">{each(listed, |one| (one.0, one.1.clone(), one.2.to_string()), one)}</ol>
            <div class="head">
                <SelectField
                    label=move || t(Msg::question_kind)
                    choices=kinds
                    value=chosen
                    on_change=Callback::new(move |kind| chosen.set(kind))
                    required=true
                />
                <Button label=move || t(Msg::question_add) icon="plus" on_press=add/>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_language_leave_the_others() {
        let text = Text::plain("How?");
        let german = reworded(text, "de", "Wie?".into());
        assert_eq!(wording_in(&german, ""), "How?");
        assert_eq!(wording_in(&german, "de"), "Wie?");
        assert_eq!(wording_in(&german, "fr"), "");
        let back = reworded(german, "de", String::new());
        assert_eq!(back, Text::plain("How?"));
    }
}
