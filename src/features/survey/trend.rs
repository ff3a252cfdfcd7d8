//! How the scores of a series changed from wave to wave: as a drawing, and as a table that says the same.

use super::results::{score as in_words, wave};
use super::sets::Source;
use crate::features::shared::words;
use crate::i18n::{Msg, fmt, t, text, tf};
use crate::live::use_portal;
use crate::signals::memo;
use leptos::prelude::*;
use rapport_domain::survey::score::{self, Score};
use rapport_domain::{CustomerId, Date, Kind, Question, QuestionKind, Survey, SurveyState};
use rapport_store::Query;

/// One wave's score.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What the wave is called.
    pub wave: String,
    /// How many answered.
    pub n: u32,
    /// Its score; `None` where nobody answered, or it is not told how.
    pub score: Option<Score>,
}

/// The trends of all questions with a score; nothing for a survey that is no wave among others.
#[component]
pub fn Trends(
    survey: Memo<Option<Survey>>,
    whose: RwSignal<Option<CustomerId>>,
    source: StoredValue<Source, LocalStorage>,
) -> impl IntoView {
    let all = use_portal().all::<Survey>(|| Query::all(Kind::Survey));
    let waves = memo(move || {
        let series = survey.with(|s| s.as_ref().map(|s| s.series.clone()));
        let all = all.get().unwrap_or_default();
        series.map_or_else(Vec::new, |series| waves(all, &series))
    });
    let each = move |question: Question| {
        let (name, kind) = (text(&question.label), question.kind.clone());
        let points = memo(move || {
            let waves = waves.get();
            let each = waves.iter().map(|one| {
                let counted = source.with_value(|source| source.counted(one, whose.get()));
                let tally = counted.and_then(|c| c.tally.question(&question.key).cloned());
                let tally = tally.filter(|tally| tally.kind == question.kind);
                Point {
                    wave: wave(one),
                    n: tally.as_ref().map_or(0, |tally| tally.n),
                    score: tally.as_ref().and_then(score::of),
                }
            });
            each.collect::<Vec<_>>()
        });
        view! { <Trend name kind points/> }
    };
    let each = StoredValue::new_local(each);
    move || {
        let several = waves.with(|waves| waves.len() > 1);
        let asked = survey.with(|s| s.as_ref().map(|s| s.questions.clone()));
        let mut scored = asked.unwrap_or_default();
        scored.retain(|question| question.kind.scale().is_some());
        (several && !scored.is_empty()).then(|| {
            let trends = scored
                .into_iter()
                .map(|one| each.with_value(|each| each(one)));
            view! {
                <section class="stack">
                    <h2>{t(Msg::result_trend)}</h2>
                    {trends.collect_view()}
                </section>
            }
        })
    }
}

/// The waves of a series that were asked, in the order of time.
fn waves(mut all: Vec<Survey>, series: &str) -> Vec<Survey> {
    all.retain(|one| {
        !series.is_empty()
            && one.series == series
            && matches!(one.state, SurveyState::Open | SurveyState::Closed)
    });
    all.sort_by_key(|one| {
        let day = one.closes_on.clone();
        (
            day.unwrap_or_else(|| Date::of(one.stamp.said_at)),
            one.stamp.said_at,
        )
    });
    all
}

/// The drawing and the table of one question.
#[component]
fn Trend(name: String, kind: QuestionKind, points: Memo<Vec<Point>>) -> impl IntoView {
    let said = name.clone();
    let label = move || tf(Msg::result_trend_of, &[("question", &said)]);
    let region = name.clone();
    let region = move || format!("{}: {region}", t(Msg::result_trend));
    let rows = move || {
        let each = points.get().into_iter().map(|point| {
            let n = fmt::number(point.n.into());
            let value = point.score.as_ref().map(in_words).unwrap_or_default();
            let few = point.score.as_ref().is_some_and(|score| score.too_small);
            view! {
                <tr>
                    <th scope="row">{point.wave}</th>
                    <td class="num">{n}</td>
                    <td>
                        {value}
                        {few.then(|| view! { <span class="too-small">" " {t(Msg::result_few)}</span> })}
                    </td>
                </tr>
            }
        });
        each.collect_view()
    };
    view! {
        <figure class="trend">
            <figcaption>{name}</figcaption>
            <svg viewBox="0 0 320 150" role="img" aria-label=label dir="ltr">
                {move || drawing(&kind, &points.get())}
            </svg>
            <div class="wide-table" tabindex="0" role="region" aria-label=region>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{move || t(Msg::survey_wave)}</th>
                            <th scope="col" class="num">{move || t(Msg::result_answers)}</th>
                            <th scope="col">{move || t(Msg::result_scored)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </figure>
    }
}

/// The ends of a kind's axis.
fn axis(kind: &QuestionKind) -> (f64, f64) {
    match kind {
        QuestionKind::Csat => (0.0, 1.0),
        QuestionKind::Nps => (-100.0, 100.0),
        _ => (1.0, 7.0),
    }
}

/// Where the plot lies in the drawing: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (46.0, 310.0, 12.0, 122.0);

/// How high a value stands in the drawing.
fn height(kind: &QuestionKind, value: f64) -> f64 {
    let (least, greatest) = axis(kind);
    let (_, _, top, bottom) = PLOT;
    bottom - (value - least) / (greatest - least) * (bottom - top)
}

/// How far to the right the wave of that place stands, of so many.
#[expect(clippy::cast_precision_loss, reason = "waves in a drawing")]
fn across(at: usize, count: usize) -> f64 {
    let (left, right, ..) = PLOT;
    left + (right - left) * (at as f64 + 0.5) / count.max(1) as f64
}

fn drawing(kind: &QuestionKind, points: &[Point]) -> impl IntoView + use<> {
    let (left, right, ..) = PLOT;
    let (least, greatest) = axis(kind);
    let lines = [least, f64::midpoint(least, greatest), greatest].map(|value| {
        let y = height(kind, value);
        view! {
            <line class="grid" x1=left x2=right y1=y y2=y></line>
            <text class="mark" x=left - 6.0 y=y + 3.5 text-anchor="end">
                {words::points(kind, value)}
            </text>
        }
    });
    let count = points.len();
    let placed = || {
        let each = points.iter().enumerate();
        each.filter_map(|(at, point)| Some((across(at, count), point.score.as_ref()?)))
    };
    let path: Vec<String> = placed()
        .map(|(x, score)| format!("{x:.1},{:.1}", height(kind, score.value)))
        .collect();
    let marks = placed().map(|(x, score)| {
        let y = height(kind, score.value);
        let (low, high) = (height(kind, score.low), height(kind, score.high));
        let few = if score.too_small {
            "point few"
        } else {
            "point"
        };
        view! {
            <line class="reach" x1=x x2=x y1=low y2=high></line>
            <line class="reach" x1=x - 4.0 x2=x + 4.0 y1=low y2=low></line>
            <line class="reach" x1=x - 4.0 x2=x + 4.0 y1=high y2=high></line>
            <circle class=few cx=x cy=y r="4"></circle>
        }
    });
    let marks = marks.collect_view();
    let names = points.iter().enumerate().map(|(at, point)| {
        view! {
            <text class="mark" x=across(at, count) y="142" text-anchor="middle">
                {point.wave.clone()}
            </text>
        }
    });
    let names = names.collect_view();
    view! {
        {lines}
        <polyline class="trend-line" points=path.join(" ")></polyline>
        {marks}
        {names}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::Timestamp;
    use uuid::Uuid;

    #[test]
    fn waves_stand_in_the_order_of_time_and_drafts_are_none() {
        let one = |id: u128, state: SurveyState, day: &str| Survey {
            state,
            series: "relationship".into(),
            closes_on: Date::parse(day),
            ..Survey::new(Uuid::from_u128(id).into(), Timestamp(0))
        };
        let all = vec![
            one(1, SurveyState::Open, "2026-11-30"),
            one(2, SurveyState::Draft, "2027-01-31"),
            one(3, SurveyState::Closed, "2025-11-30"),
            one(4, SurveyState::Template, ""),
        ];
        let ids = |found: Vec<Survey>| found.iter().map(|s| s.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(ids(waves(all.clone(), "relationship")), [3, 1]);
        assert!(waves(all, "").is_empty());
    }

    #[test]
    fn the_ends_of_a_scale_stand_at_the_ends_of_the_plot() {
        let (.., top, bottom) = PLOT;
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(height(&QuestionKind::Nps, -100.0), bottom));
        assert!(close(height(&QuestionKind::Nps, 100.0), top));
        assert!(close(
            height(&QuestionKind::Ces, 4.0),
            f64::midpoint(top, bottom)
        ));
    }
}
