//! What came of a survey: how many answered, what the counts say, how it changed from wave to wave, what
//! was written, and all of it as files for a spreadsheet.

use super::figures::Figures;
use super::page::SurveyFrame;
use super::sets::{Counted, Source};
use super::table;
use super::trend::Trends;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{AsOf, FaultNote, csv, say, words};
use crate::i18n::{Msg, fmt, t, text, tf, tn};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Button, Chip, FilterChips, Note, Tone};
use crate::web::files;
use leptos::prelude::*;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::survey::LEAST_FOR_ANONYMITY;
use rapport_domain::{CustomerId, Kind, QuestionKind, Survey, SurveyAnswer, SurveyState};
use rapport_store::Fault;
use rapport_store::Query;
use rapport_store::columns::customer;

/// The page.
#[component]
pub fn ResultsPage() -> impl IntoView {
    view! {
        <SurveyFrame
            place=Msg::survey_results
            view=Callback::new(|survey: Memo<Option<Survey>>| {
                view! { <Results survey/> }.into_any()
            })
        />
    }
}

/// The organisations by name, as far as the reader knows them.
fn organisations() -> Signal<Vec<(CustomerId, String)>> {
    let found = use_portal().rows(|| Query::all(Kind::Customer).ascending(customer::NAME));
    derived(move || {
        let rows = found.get().unwrap_or_default().rows;
        let each = rows.into_iter().map(|shown| {
            let name = shown.row.text(customer::NAME).to_owned();
            (CustomerId(shown.row.key.id), name)
        });
        each.collect()
    })
}

/// The results.
#[component]
pub fn Results(survey: Memo<Option<Survey>>) -> impl IntoView {
    let Some(asked) = survey.get_untracked() else {
        return ().into_any();
    };
    let source = Source::new();
    let whose = RwSignal::new(None::<CustomerId>);
    let counted = memo(move || {
        let survey = survey.get()?;
        source.with_value(|source| source.counted(&survey, whose.get()))
    });
    let anonymous = asked.anonymous;
    let open =
        memo(move || survey.with(|s| s.as_ref().is_some_and(|s| s.state != SurveyState::Closed)));
    let names = organisations();
    let some = memo(move || counted.with(|c| c.as_ref().is_some_and(|c| c.responses > 0)));
    let each = asked.questions.iter().map(|question| {
        let (at, question) = (question.key.clone(), question.clone());
        let tally =
            memo(move || counted.with(|c| c.as_ref().and_then(|c| c.tally.question(&at).cloned())));
        let written = matches!(question.kind, QuestionKind::Text | QuestionKind::LongText);
        view! {
            <Figures question=question.clone() tally/>
            {written.then(|| view! { <Written survey whose source question names/> })}
        }
    });
    let each = each.collect_view();
    view! {
        {(!anonymous).then(|| view! { <Whose survey source whose names/> })}
        <Summary counted anonymous open/>
        <div class="stack results" hidden=move || !some.get()>
            {each}
            <Trends survey whose source/>
            <Files survey whose source counted names/>
        </div>
    }
    .into_any()
}

/// Whose answers are counted, where there are several organisations.
#[component]
fn Whose(
    survey: Memo<Option<Survey>>,
    source: StoredValue<Source, LocalStorage>,
    whose: RwSignal<Option<CustomerId>>,
    names: Signal<Vec<(CustomerId, String)>>,
) -> impl IntoView {
    let known = memo(move || {
        let id = survey.with(|s| s.as_ref().map(|s| s.id));
        id.map(|id| source.with_value(|source| source.organisations(id)))
            .unwrap_or_default()
    });
    let chips = derived(move || {
        let all = Chip {
            value: String::new(),
            label: t(Msg::tickets_all_customers),
        };
        let known = known.get();
        let named = names.get().into_iter().filter(|(id, _)| known.contains(id));
        let each = named.map(|(id, label)| Chip {
            value: id.to_string(),
            label,
        });
        std::iter::once(all).chain(each).collect::<Vec<_>>()
    });
    let several = memo(move || known.with(|known| known.len() > 1));
    move || {
        several.get().then(|| {
            view! {
                <FilterChips
                    label=move || t(Msg::result_whose)
                    chips
                    chosen=derived(move || {
                        whose.get().map(|id| id.to_string()).unwrap_or_default()
                    })
                    on_choose=Callback::new(move |word: String| whose.set(word.parse().ok()))
                />
            }
        })
    }
}

/// How many answered, and what is not counted.
#[component]
fn Summary(counted: Memo<Option<Counted>>, anonymous: bool, open: Memo<bool>) -> impl IntoView {
    let of = move |read: fn(&Counted) -> u32| counted.with(|c| c.as_ref().map_or(0, read));
    let rate = move || {
        let rate = counted
            .with(|c| c.as_ref().map(|c| c.rate))
            .unwrap_or_default();
        let share = rate.share()?;
        Some(tf(
            Msg::result_rate,
            &[
                ("answered", &fmt::number(rate.answered.into())),
                ("invited", &fmt::number(rate.invited.into())),
                ("share", &fmt::percent(share)),
            ],
        ))
    };
    view! {
        <div class="stack">
            <p class="head list-status">
                <strong>{move || tn(Msg::result_responses, of(|c| c.responses).into())}</strong>
                <span>{rate}</span>
                <AsOf/>
            </p>
            {move || {
                (of(|c| c.unsent) > 0)
                    .then(|| {
                        view! {
                            <p class="quiet">{tn(Msg::result_unsent, of(|c| c.unsent).into())}</p>
                        }
                    })
            }}
            {move || {
                (of(|c| c.responses) == 0 && anonymous)
                    .then(|| {
                        let least = LEAST_FOR_ANONYMITY.to_string();
                        let why = if open.get() {
                            Msg::result_anonymous_open
                        } else {
                            Msg::result_anonymous_few
                        };
                        view! {
                            <Note
                                title=move || t(Msg::survey_anonymous)
                                text=move || tf(why, &[("least", &least)])
                                tone=Tone::Info
                            />
                        }
                    })
            }}
        </div>
    }
}

/// What was written to a question that asks for words.
#[component]
fn Written(
    survey: Memo<Option<Survey>>,
    whose: RwSignal<Option<CustomerId>>,
    source: StoredValue<Source, LocalStorage>,
    question: rapport_domain::Question,
    names: Signal<Vec<(CustomerId, String)>>,
) -> impl IntoView {
    let key = question.key.clone();
    let rows = move || {
        let survey = survey.get()?;
        let names = names.get();
        let sets = source.with_value(|source| source.sets(&survey, whose.get()));
        let written = |answers: &[SurveyAnswer]| {
            let found = answers.iter().find(|one| one.question == key)?;
            Some(found.text.clone()).filter(|text| !text.trim().is_empty())
        };
        let each = sets.into_iter().filter_map(|set| {
            let text = written(&set.answers)?;
            let who = set.person.name.clone();
            let whose = set.customer.and_then(|id| {
                let found = names.iter().find(|(one, _)| *one == id);
                found.map(|(_, name)| name.clone())
            });
            let whose = whose.filter(|name| *name != who);
            let by = [Some(who), whose].into_iter().flatten();
            let by = by.filter(|part| !part.is_empty()).collect::<Vec<_>>();
            Some(view! {
                <li>
                    <p class="say" dir="auto">{text}</p>
                    <p class="quiet">{by.join(" · ")}</p>
                </li>
            })
        });
        let each = each.collect::<Vec<_>>();
        (!each.is_empty()).then(|| view! { <ul class="plain-list stack">{each}</ul> })
    };
    let label = question.label;
    view! {
        <section class="stack" aria-label=move || text(&label)>
            {rows}
        </section>
    }
}

/// The counts and the answers as files.
#[component]
fn Files(
    survey: Memo<Option<Survey>>,
    whose: RwSignal<Option<CustomerId>>,
    source: StoredValue<Source, LocalStorage>,
    counted: Memo<Option<Counted>>,
    names: Signal<Vec<(CustomerId, String)>>,
) -> impl IntoView {
    let me = use_portal().me();
    let reads = !matches!(
        scope(&me.role, Right::ReadResponses),
        Scope::Nothing | Scope::Own
    );
    let fault = RwSignal::new(None::<Explained>);
    let offer = move |what: &str, rows: Vec<Vec<String>>| {
        let title = survey.with_untracked(|s| s.as_ref().map(|s| s.wave.clone()));
        let wave = title.unwrap_or_default().replace(' ', "-");
        let parts = ["survey", what, &wave]
            .into_iter()
            .filter(|part| !part.is_empty());
        let name = format!("{}.csv", parts.collect::<Vec<_>>().join("-"));
        match files::offer(&name, "text/csv;charset=utf-8", csv(&rows).as_bytes()) {
            Ok(()) => say(Msg::report_exported),
            Err(failed) => fault.set(Some(explain::fault(&Fault::Other(failed)))),
        }
    };
    let counts = Callback::new(move |()| {
        let rows = untrack(|| {
            let (survey, counted) = (survey.get()?, counted.get()?);
            Some(table::counts(&survey.questions, &counted.tally))
        });
        offer("counts", rows.unwrap_or_default());
    });
    let answers = Callback::new(move |()| {
        let rows = untrack(|| {
            let survey = survey.get()?;
            let sets = source.with_value(|source| source.sets(&survey, whose.get()));
            Some(table::answers(&survey, &sets, &names.get()))
        });
        offer("answers", rows.unwrap_or_default());
    });
    view! {
        <FaultNote fault/>
        <p class="head">
            <Button label=move || t(Msg::result_export_counts) on_press=counts/>
            {reads
                .then(|| {
                    view! { <Button label=move || t(Msg::result_export_answers) on_press=answers/> }
                })}
        </p>
    }
}

/// A wave in a list of waves: its name, or the day until which it was asked.
pub fn wave(survey: &Survey) -> String {
    match (&survey.wave, &survey.closes_on) {
        (wave, _) if !wave.is_empty() => wave.clone(),
        (_, Some(day)) => fmt::day(day),
        _ => fmt::date(survey.stamp.said_at),
    }
}

/// A score's words: the value with its interval.
pub fn score(score: &rapport_domain::survey::score::Score) -> String {
    let points = |value: f64| words::points(&score.kind, value);
    tf(
        Msg::result_score,
        &[
            ("value", &points(score.value)),
            ("low", &points(score.low)),
            ("high", &points(score.high)),
        ],
    )
}
