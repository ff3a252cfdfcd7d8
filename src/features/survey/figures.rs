//! What was answered to one question, in figures: its score with the interval and how both are made, and
//! how often what was answered.

use super::wording;
use crate::features::shared::words;
use crate::i18n::{Msg, fmt, t, text, tf, tn};
use leptos::prelude::*;
use rapport_domain::survey::score::{self, Score};
use rapport_domain::survey::{LEAST_FOR_ANONYMITY, QuestionTally};
use rapport_domain::{Question, QuestionKind};

/// The figures of one question.
#[component]
pub fn Figures(question: Question, tally: Memo<Option<QuestionTally>>) -> impl IntoView {
    let name = question.label.clone();
    let body = move || {
        let tally = tally.get()?;
        let score = score::of(&tally).map(scored);
        let table = match tally.kind {
            _ if tally.is_withheld() => {
                view! { <p class="quiet">{withheld(&tally)}</p> }.into_any()
            }
            QuestionKind::Matrix => matrix(&question, &tally).into_any(),
            QuestionKind::Number => numbers(&tally).into_any(),
            _ if tally.counts.is_empty() => ().into_any(),
            _ => counts(&question, &tally).into_any(),
        };
        Some(view! {
            <p class="quiet">{tn(Msg::result_n, tally.n.into())}</p>
            {score}
            {table}
        })
    };
    view! {
        <section class="stack result">
            <h2>{move || text(&name)}</h2>
            {body}
        </section>
    }
}

/// Why figures are not shown.
fn withheld(tally: &QuestionTally) -> String {
    let least = LEAST_FOR_ANONYMITY;
    let few = (tally.n as usize) < least;
    let why = if few {
        Msg::result_anonymous_few
    } else {
        Msg::result_withheld
    };
    tf(why, &[("least", &least.to_string())])
}

/// How a kind of score is made.
fn method(kind: &QuestionKind) -> Msg {
    match kind {
        QuestionKind::Csat => Msg::result_method_csat,
        QuestionKind::Nps => Msg::result_method_nps,
        _ => Msg::result_method_ces,
    }
}

fn scored(found: Score) -> impl IntoView {
    let points = |value: f64| words::points(&found.kind, value);
    let value = points(found.value);
    let ends = [("low", &*points(found.low)), ("high", &*points(found.high))];
    let interval = tf(Msg::result_interval, &ends);
    view! {
        <p class="score">
            <strong>{value}</strong>
            " "
            <span>{interval}</span>
        </p>
        {found
            .too_small
            .then(|| view! { <p class="too-small">{t(Msg::result_too_small)}</p> })}
        <p class="quiet">{t(method(&found.kind))}</p>
    }
}

fn bar(share: f64) -> impl IntoView {
    view! { <progress class="bar" aria-hidden="true" max="1" prop:value=share></progress> }
}

/// How often each value was answered. Of a ranking also how high it stood.
fn counts(question: &Question, tally: &QuestionTally) -> impl IntoView {
    let ranked = tally.kind == QuestionKind::Ranking;
    let n = f64::from(tally.n.max(1));
    let rows = tally.counts.iter().map(|one| {
        let share = f64::from(one.count) / n;
        let place = one.mean_place().map(fmt::number);
        view! {
            <tr>
                <th scope="row">{wording::option(question, &one.value)}</th>
                <td class="num">{fmt::number(one.count.into())}</td>
                {if ranked {
                    view! { <td class="num">{place}</td> }.into_any()
                } else {
                    view! {
                        <td class="num">{fmt::percent(share)}</td>
                        <td>{bar(share)}</td>
                    }
                        .into_any()
                }}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let label = text(&question.label);
    let caption = label.clone();
    view! {
        <div class="wide-table" tabindex="0" role="region" aria-label=label>
            <table>
                <caption class="unseen">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(Msg::result_answer)}</th>
                        <th scope="col" class="num">{t(Msg::report_count)}</th>
                        {if ranked {
                            view! {
                                <th scope="col" class="num">{t(Msg::result_place)}</th>
                            }
                                .into_any()
                        } else {
                            view! {
                                <th scope="col" class="num">{t(Msg::result_share)}</th>
                                <td></td>
                            }
                                .into_any()
                        }}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn matrix(question: &Question, tally: &QuestionTally) -> impl IntoView {
    let head = question
        .options
        .iter()
        .map(|one| view! { <th scope="col" class="num">{text(&one.label)}</th> })
        .collect_view();
    let rows = question.rows.iter().map(|row| {
        let cells = question.options.iter().map(|one| {
            let count = tally.count_of(Some(&row.value), &one.value);
            view! { <td class="num">{fmt::number(count.into())}</td> }
        });
        view! {
            <tr>
                <th scope="row">{text(&row.label)}</th>
                {cells.collect_view()}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let label = text(&question.label);
    let caption = label.clone();
    view! {
        <div class="wide-table" tabindex="0" role="region" aria-label=label>
            <table>
                <caption class="unseen">{caption}</caption>
                <thead>
                    <tr>
                        <td></td>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn numbers(tally: &QuestionTally) -> impl IntoView + use<> {
    let figure = |value: Option<f64>| value.map(fmt::number).unwrap_or_default();
    let (mean, least, greatest) = (tally.mean(), tally.least, tally.greatest);
    mean.is_some().then(|| {
        let words = tf(
            Msg::result_numbers,
            &[
                ("mean", &figure(mean)),
                ("least", &figure(least)),
                ("greatest", &figure(greatest)),
            ],
        );
        view! { <p>{words}</p> }
    })
}
