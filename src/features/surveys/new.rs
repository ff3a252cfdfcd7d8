//! Beginning a survey: from a template or an empty one. Its questions come after.

use crate::features::shared::{DraftForm, DraftKey, Heading, OfflineNote, Places};
use crate::i18n::{Msg, t, text};
use crate::live::use_portal;
use crate::paths;
use crate::signals::derived;
use crate::ui::{ButtonKind, Choice, LinkButton};
use crate::web::{clock, random};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_domain::plain::Fields;
use rapport_domain::{
    Date, Invalid, Kind, Reason, Stamp, Survey, SurveyId, SurveyState, Text, Timestamp,
};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use uuid::Uuid;

const STATE: Column = column(Kind::Survey, "state");

const TEMPLATE: &str = "template";
const TITLE: &str = "title";
const WAVE: &str = "wave";
const CLOSES: &str = "closes_on";

/// The page.
#[component]
pub fn NewSurveyPage() -> impl IntoView {
    let portal = use_portal();
    let navigate = use_navigate();
    let templates = portal.all::<Survey>(|| {
        let pattern = SurveyState::Template.to_string();
        Query::all(Kind::Survey).filter(Filter::any_of(STATE, [pattern]))
    });
    let templates = derived(move || templates.get().unwrap_or_default());
    let choices = derived(move || {
        let empty = Choice {
            value: String::new(),
            label: t(Msg::survey_no_template),
        };
        let each = templates.get().into_iter().map(|one| Choice {
            value: one.id.to_string(),
            label: text(&one.title),
        });
        std::iter::once(empty).chain(each).collect::<Vec<_>>()
    });
    let form = DraftForm::new(DraftKey::New(Kind::Survey, None), Fields::new(), TITLE);
    let fields = view! {
        {form.select(TEMPLATE, Msg::survey_which_template, None, choices)}
        {form.line(TITLE, Msg::survey_name, Some(Msg::survey_name_hint), false)}
        {form.line(WAVE, Msg::survey_wave, Some(Msg::survey_wave_hint), false)}
        {form.day(CLOSES, Msg::survey_closes, None, false)}
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let typed = |field: &str| untrack(|| sending.text(field).trim().to_owned());
        let chosen = typed(TEMPLATE).parse::<SurveyId>().ok();
        let pattern = templates.with_untracked(|all| {
            let found = all.iter().find(|one| Some(one.id) == chosen);
            found.cloned()
        });
        let id = random::new_id();
        let mut survey = begun(id, clock::now(), pattern, &typed(TITLE));
        survey.owner = portal.myself();
        survey.wave = typed(WAVE);
        survey.closes_on = Date::parse(&typed(CLOSES));
        let mut problems = survey.problems();
        if survey.title.default.is_empty() && !problems.iter().any(|one| one.field == TITLE) {
            problems.push(Invalid::new(TITLE, Reason::Required));
        }
        let navigate = navigate.clone();
        sending.send(
            problems,
            move |portal, draft| async move { portal.create(&survey, Some(&draft)).await },
            Msg::survey_saved,
            Callback::new(move |()| navigate(&paths::survey(id), paths::go())),
        );
    });
    let cancel = view! {
        <LinkButton
            href=paths::surveys()
            label=move || t(Msg::cancel)
            kind=ButtonKind::Plain
        />
    };
    view! {
        <div class="page-top">
            <Places href=paths::surveys() label=move || t(Msg::surveys_title)/>
            <Heading title=move || t(Msg::survey_new)/>
        </div>
        <OfflineNote/>
        {form.frame(
            fields.into_any(),
            form.end(Msg::survey_begin, Some(cancel.into_any())),
            send,
        )}
    }
}

/// A draft made from a template, or an empty one. Surveys made from one template are waves of one series
/// unless they get another title: only what asks the same can be compared.
fn begun(id: Uuid, now: Timestamp, template: Option<Survey>, title: &str) -> Survey {
    let mut survey = template.unwrap_or_else(|| Survey::new(id.into(), now));
    survey.id = id.into();
    survey.stamp = Stamp::said_now(now);
    survey.state = SurveyState::Draft;
    survey.ballot = String::new();
    if !title.is_empty() && title != survey.title.default {
        survey.title = Text::plain(title);
        survey.series = String::new();
    }
    if survey.series.is_empty() {
        survey.series.clone_from(&survey.title.default);
    }
    survey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surveys_of_one_template_are_waves_of_one_series() {
        let template = Survey {
            title: Text::plain("Relationship"),
            state: SurveyState::Template,
            ballot: "secret".into(),
            ..Survey::new(Uuid::from_u128(1).into(), Timestamp(0))
        };
        let id = Uuid::from_u128(2);
        let wave = begun(id, Timestamp(5), Some(template.clone()), "");
        assert_eq!(
            (wave.id.0, &*wave.series, &*wave.ballot),
            (id, "Relationship", "")
        );
        assert_eq!(wave.state, SurveyState::Draft);
        let other = begun(id, Timestamp(5), Some(template), "Moving house");
        assert_eq!(
            (&*other.title.default, &*other.series),
            ("Moving house", "Moving house")
        );
        assert!(begun(id, Timestamp(5), None, "").title.default.is_empty());
    }
}
