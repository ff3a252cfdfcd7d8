//! A survey for who makes it: where it stands, what it asks, who is invited, and the ways on from here.

use super::invite::Invited;
use super::wording;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{
    FaultNote, FirstLoad, Heading, OfflineNote, Places, SurveyBadge, SyncMark, say,
};
use crate::i18n::{Msg, fmt, t, text, tn};
use crate::live::{self, Loaded, RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, Card, ConfirmDialog, Fact, Facts, LinkButton, Note, Tone};
use crate::web::{clock, random};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::survey::check;
use rapport_domain::{
    Date, Entity, Invalid, Kind, RecordEdit, RecordKey, Stamp, Survey, SurveyId, SurveyState, Typed,
};

/// What pages about one survey have in common: the survey of the address, its name, the way back.
#[component]
pub fn SurveyFrame(
    /// What this page is called besides the survey's name; on its main page nothing.
    #[prop(optional)]
    place: Option<Msg>,
    /// The page below its heading.
    view: Callback<Memo<Option<Survey>>, AnyView>,
) -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<SurveyId>().ok()));
    move || match id.get() {
        Some(id) => view! { <FrameOf id place view/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

#[component]
fn FrameOf(
    id: SurveyId,
    place: Option<Msg>,
    view: Callback<Memo<Option<Survey>>, AnyView>,
) -> impl IntoView {
    let (survey, loaded) = use_portal().one::<Survey>(id.0);
    let survey = memo(move || survey.get());
    let is_known = memo(move || survey.with(Option::is_some));
    let title = derived(move || {
        let name = survey.with(|s| s.as_ref().map(name)).unwrap_or_default();
        match place {
            Some(place) => format!("{}: {name}", t(place)),
            None => name,
        }
    });
    move || {
        if is_known.get() {
            let (href, label) = match place {
                Some(_) => (paths::survey(id), Msg::survey_one),
                None => (paths::surveys(), Msg::surveys_title),
            };
            return view! {
                <div class="page-top">
                    <Places href label=move || t(label)/>
                    <Heading title/>
                </div>
                <OfflineNote/>
                {view.run(survey)}
            }
            .into_any();
        }
        match loaded.get() {
            Loaded::Loading => view! { <FirstLoad/> }.into_any(),
            Loaded::Failed(fault) => {
                let fault = derived(move || Some(explain::unreadable(&fault)));
                view! { <FaultNote fault/> }.into_any()
            }
            Loaded::Missing | Loaded::Ready(_) => view! { <Missing/> }.into_any(),
        }
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
        <Heading title=move || t(Msg::survey_missing)/>
        <p>{move || t(Msg::survey_missing_text)}</p>
        <OfflineNote/>
    }
}

/// A survey's name, with its wave.
pub fn name(survey: &Survey) -> String {
    let title = text(&survey.title);
    if survey.wave.is_empty() {
        title
    } else {
        format!("{title} · {}", survey.wave)
    }
}

/// The page of a survey.
#[component]
pub fn SurveyPage() -> impl IntoView {
    let me = use_portal().me();
    let makes = scope(&me.role, Right::WriteSurveys) != Scope::Nothing;
    view! {
        <SurveyFrame view=Callback::new(move |survey| {
            if makes {
                view! { <Made survey/> }.into_any()
            } else {
                view! { <super::results::Results survey/> }.into_any()
            }
        })/>
    }
}

fn of<T: Default>(survey: Memo<Option<Survey>>, read: impl FnOnce(&Survey) -> T) -> T {
    survey.with(|survey| survey.as_ref().map(read).unwrap_or_default())
}

#[component]
fn Made(survey: Memo<Option<Survey>>) -> impl IntoView {
    let Some(id) = survey.with_untracked(|s| s.as_ref().map(|s| s.id)) else {
        return ().into_any();
    };
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Survey,
        id: id.0,
    });
    let state =
        memo(move || survey.with(|s| s.as_ref().map_or(SurveyState::Draft, |s| s.state.clone())));
    let asked = memo(move || matches!(state.get(), SurveyState::Open | SurveyState::Closed));
    view! {
        <div class="two">
            <div class="stack">
                <p class="head">
                    <SurveyBadge state/>
                    {move || {
                        (sync.get() != RecordSync::Received)
                            .then(|| view! { <SyncMark sync long=true/> })
                    }}
                </p>
                <Moves id survey state/>
                {move || {
                    (state.get() != SurveyState::Template)
                        .then(|| view! { <Invited survey/> })
                }}
                <Questions survey/>
            </div>
            <aside class="stack" aria-label=move || t(Msg::ticket_details)>
                <Card title=move || t(Msg::ticket_details)>
                    <SurveyFacts survey/>
                </Card>
                {move || {
                    asked.get().then(|| {
                        view! {
                            <LinkButton
                                href=paths::survey_results(id)
                                label=move || t(Msg::survey_results)
                            />
                        }
                    })
                }}
            </aside>
        </div>
    }
    .into_any()
}

#[component]
fn SurveyFacts(survey: Memo<Option<Survey>>) -> impl IntoView {
    view! {
        <Facts>
            <Fact
                name=move || t(Msg::survey_series)
                value=derived(move || of(survey, |s| s.series.clone()))
            />
            <Fact
                name=move || t(Msg::survey_wave)
                value=derived(move || of(survey, |s| s.wave.clone()))
            />
            <Fact
                name=move || t(Msg::survey_closes)
                value=derived(move || {
                    of(survey, |s| s.closes_on.clone())
                        .map(|day| fmt::day(&day))
                        .unwrap_or_default()
                })
            />
            <Fact
                name=move || t(Msg::survey_owner)
                value=derived(move || of(survey, |s| s.owner.name.clone()))
            />
            <Fact
                name=move || t(Msg::survey_kind)
                value=derived(move || {
                    let (anonymous, after) = of(survey, |s| (s.anonymous, s.after_ticket));
                    match (anonymous, after) {
                        (true, _) => t(Msg::survey_anonymous),
                        (_, true) => t(Msg::survey_after_ticket),
                        _ => t(Msg::survey_named),
                    }
                })
            />
        </Facts>
    }
}

/// What can be done with the survey now.
#[component]
fn Moves(id: SurveyId, survey: Memo<Option<Survey>>, state: Memo<SurveyState>) -> impl IntoView {
    let fault = RwSignal::new(None::<Explained>);
    let wrong = RwSignal::new(Vec::<Invalid>::new());
    let closing = RwSignal::new(false);
    let move_to = Callback::new(move |next: SurveyState| {
        let Some(before) = survey.get_untracked() else {
            return;
        };
        let found = check::questionnaire(&before.questions);
        let stops = next == SurveyState::Open && !found.is_empty();
        wrong.set(if stops { found } else { Vec::new() });
        if stops {
            return;
        }
        let edit = RecordEdit::of(&before, |survey| survey.state = next.clone());
        let (portal, entity) = (use_portal(), Entity::Record(before.to_record()));
        live::durable(async move {
            match portal.edit(&entity, edit, None).await {
                Ok(()) => say(Msg::survey_moved),
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let anonymous = memo(move || of(survey, |s| s.anonymous));
    // Administrators see results, not answers.
    let takes = scope(&use_portal().me().role, Right::ReadResponses) != Scope::Nothing;
    view! {
        <FaultNote fault/>
        {move || {
            (!wrong.with(Vec::is_empty)).then(|| {
                view! {
                    <Note
                        title=move || t(Msg::survey_unfinished)
                        text=move || tn(Msg::survey_unfinished_text, wrong.with(Vec::len) as u64)
                        tone=Tone::Warn
                    />
                }
            })
        }}
        <div class="head">
            {move || match state.get() {
                SurveyState::Draft | SurveyState::Other(_) => view! {
                    <LinkButton
                        href=paths::edit_survey(id)
                        label=move || t(Msg::survey_edit)
                        kind=ButtonKind::Main
                    />
                    <LinkButton
                        href=paths::preview_survey(id)
                        label=move || t(Msg::survey_preview)
                    />
                    <Button
                        label=move || t(Msg::survey_start)
                        on_press=Callback::new(move |()| move_to.run(SurveyState::Open))
                    />
                }
                    .into_any(),
                SurveyState::Open => view! {
                    {(takes && !anonymous.get())
                        .then(|| view! {
                            <LinkButton
                                href=paths::take_answers(id)
                                label=move || t(Msg::survey_take)
                                kind=ButtonKind::Main
                            />
                        })}
                    <LinkButton
                        href=paths::preview_survey(id)
                        label=move || t(Msg::survey_preview)
                    />
                    <Button
                        label=move || t(Msg::survey_close)
                        on_press=Callback::new(move |()| closing.set(true))
                    />
                }
                    .into_any(),
                SurveyState::Template => view! {
                    <LinkButton
                        href=paths::edit_survey(id)
                        label=move || t(Msg::survey_edit)
                    />
                    <LinkButton
                        href=paths::preview_survey(id)
                        label=move || t(Msg::survey_preview)
                    />
                }
                    .into_any(),
                SurveyState::Closed => ().into_any(),
            }}
            <Copy survey fault/>
        </div>
        <ConfirmDialog
            title=move || t(Msg::survey_close)
            text=move || t(Msg::survey_close_text)
            confirm=move || t(Msg::survey_close)
            cancel=move || t(Msg::cancel)
            open=closing
            on_confirm=Callback::new(move |()| move_to.run(SurveyState::Closed))
        />
    }
}

/// A new survey like this one; from one that was asked, a template.
#[component]
fn Copy(survey: Memo<Option<Survey>>, fault: RwSignal<Option<Explained>>) -> impl IntoView {
    let navigate = use_navigate();
    let from_template = memo(move || of(survey, |s| s.state == SurveyState::Template));
    let busy = RwSignal::new(false);
    let copy = Callback::new(move |()| {
        let Some(before) = survey.get_untracked() else {
            return;
        };
        let id = random::new_id();
        let state = if before.state == SurveyState::Template {
            SurveyState::Draft
        } else {
            SurveyState::Template
        };
        let copy = Survey {
            id: id.into(),
            stamp: Stamp::said_now(clock::now()),
            state,
            wave: String::new(),
            closes_on: None::<Date>,
            owner: use_portal().myself(),
            ballot: String::new(),
            ..before
        };
        let (portal, navigate) = (use_portal(), navigate.clone());
        busy.set(true);
        live::durable(async move {
            let made = portal.create(&copy, None).await;
            // Whoever has gone elsewhere meanwhile stays there.
            let still_here = busy.try_set(false).is_none();
            match made {
                Ok(()) if still_here => navigate(&paths::survey(id), paths::go()),
                Ok(()) => {}
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let label = move || {
        t(if from_template.get() {
            Msg::survey_from_template
        } else {
            Msg::survey_to_template
        })
    };
    view! { <Button label kind=ButtonKind::Plain busy on_press=copy/> }
}

/// What is asked, in short.
#[component]
fn Questions(survey: Memo<Option<Survey>>) -> impl IntoView {
    let rows = move || {
        let questions = of(survey, |s| s.questions.clone());
        questions
            .into_iter()
            .map(|question| {
                view! {
                    <li>
                        {text(&question.label)}
                        <span class="quiet">" · " {wording::kind(&question.kind)}</span>
                    </li>
                }
            })
            .collect_view()
    };
    let none = memo(move || of(survey, |s| s.questions.is_empty()));
    view! {
        <section>
            <h2>{move || t(Msg::survey_questions)}</h2>
            {move || {
                if none.get() {
                    view! { <p class="quiet">{t(Msg::survey_no_questions)}</p> }.into_any()
                } else {
                    view! { <ol class="questions">{rows()}</ol> }.into_any()
                }
            }}
        </section>
    }
}
