//! The surveys: those that are being asked, written, over, and the templates they are made from.

mod new;

use crate::features::shared::{
    AsOf, FirstLoad, Heading, OfflineNote, Places, SurveyBadge, SyncMark, ago,
};
use crate::i18n::{Msg, fmt, t, text, tf, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{ButtonKind, EmptyState, LinkButton, Row, Rows, each};
use leptos::prelude::*;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Kind, RecordKey, Survey, SurveyResult, SurveyState, Timestamp};
use rapport_store::Query;
use uuid::Uuid;

pub use new::NewSurveyPage;

/// Whether a survey in that state belongs to a part of the list.
type Holds = fn(&SurveyState) -> bool;

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
struct Listed {
    id: Uuid,
    title: String,
    state: SurveyState,
    about: String,
    at: Timestamp,
}

/// The page.
#[component]
pub fn SurveysPage() -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let makes = scope(&me.role, Right::WriteSurveys) != Scope::Nothing;
    let surveys = portal.all::<Survey>(|| Query::all(Kind::Survey));
    let results = portal.all::<SurveyResult>(|| Query::all(Kind::SurveyResult));
    let rows = memo(move || {
        let results = results.get().unwrap_or_default();
        let mut rows: Vec<Listed> = surveys
            .get()
            .unwrap_or_default()
            .iter()
            .map(|survey| listed(survey, &results))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        rows
    });
    let status = portal.status();
    let is_empty = memo(move || rows.with(Vec::is_empty));
    view! {
        <div class="page-top">
            <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
            <div class="head page-head">
                <Heading title=move || t(Msg::surveys_title)/>
                <AsOf brief=true/>
                <span class="end"></span>
                {makes
                    .then(|| {
                        view! {
                            <LinkButton
                                href=paths::new_survey()
                                label=move || t(Msg::survey_new)
                                kind=ButtonKind::Main
                                icon="plus"
                            />
                        }
                    })}
            </div>
        </div>
        <OfflineNote/>
        {move || {
            if !is_empty.get() {
                view! { <Parts rows/> }.into_any()
            } else if !status.with(|status| status.complete) {
                view! { <FirstLoad/> }.into_any()
            } else {
                view! {
                    <EmptyState
                        title=move || t(Msg::surveys_none_title)
                        text=move || t(Msg::surveys_none_text)
                    />
                }
                    .into_any()
            }
        }}
    }
}

fn listed(survey: &Survey, results: &[SurveyResult]) -> Listed {
    let of = || results.iter().filter(|one| one.survey == survey.id);
    // That of all, or of the only organisation whose results the reader sees.
    let result = of()
        .find(|one| one.customer.is_none())
        .or_else(|| of().next());
    let answered = result.map(|one| match one.invited {
        0 => tn(Msg::result_responses, one.responses.into()),
        invited => tf(
            Msg::survey_answered_of,
            &[
                ("answered", &fmt::number(one.answered.into())),
                ("invited", &fmt::number(invited.into())),
            ],
        ),
    });
    let closes = survey.closes_on.as_ref().map(|day| {
        let until = if survey.state == SurveyState::Closed {
            Msg::survey_ended
        } else {
            Msg::survey_answer_by
        };
        tf(until, &[("date", &fmt::day(day))])
    });
    let anonymous = survey.anonymous.then(|| t(Msg::survey_anonymous));
    let wave = Some(survey.wave.clone()).filter(|wave| !wave.is_empty());
    let parts = [wave, closes, answered, anonymous].into_iter().flatten();
    Listed {
        id: survey.id.0,
        title: text(&survey.title),
        state: survey.state.clone(),
        about: parts.collect::<Vec<_>>().join(" · "),
        at: survey.stamp.said_at,
    }
}

#[component]
fn Parts(rows: Memo<Vec<Listed>>) -> impl IntoView {
    let parts: [(Msg, Holds); 4] = [
        (Msg::surveys_open, |state| *state == SurveyState::Open),
        (Msg::surveys_drafts, |state| {
            matches!(state, SurveyState::Draft | SurveyState::Other(_))
        }),
        (Msg::surveys_closed, |state| *state == SurveyState::Closed),
        (Msg::surveys_templates, |state| {
            *state == SurveyState::Template
        }),
    ];
    parts
        .map(|(title, holds)| view! { <Part rows title holds/> })
        .collect_view()
}

#[component]
fn Part(rows: Memo<Vec<Listed>>, title: Msg, holds: Holds) -> impl IntoView {
    let ids = move || {
        rows.with(|rows| {
            let own = rows.iter().filter(|row| holds(&row.state));
            own.map(|row| row.id).collect::<Vec<_>>()
        })
    };
    let some = memo(move || rows.with(|rows| rows.iter().any(|row| holds(&row.state))));
    let one = move |id: Uuid| {
        let row = memo(move || rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()));
        view! { <SurveyRow id row/> }.into_any()
    };
    move || {
        some.get().then(|| {
            view! {
                <section class="stack">
                    <h2>{move || t(title)}</h2>
                    <Rows>{each(ids, |id| *id, one)}</Rows>
                </section>
            }
        })
    }
}

#[component]
fn SurveyRow(id: Uuid, row: Memo<Option<Listed>>) -> impl IntoView {
    fn with<T: Default>(row: Memo<Option<Listed>>, read: impl Fn(&Listed) -> T) -> T {
        row.with(|row| row.as_ref().map(read).unwrap_or_default())
    }
    let state =
        memo(move || row.with(|r| r.as_ref().map_or(SurveyState::Draft, |r| r.state.clone())));
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Survey,
        id,
    });
    view! {
        <Row
            href=paths::survey(id)
            title=derived(move || with(row, |r| r.title.clone()))
            aside=derived(move || {
                row.with(|r| r.as_ref().map(|r| ago(r.at))).unwrap_or_default()
            })
        >
            <SurveyBadge state/>
            <span class="quiet row-about">{move || with(row, |r| r.about.clone())}</span>
            <SyncMark sync/>
        </Row>
    }
}
