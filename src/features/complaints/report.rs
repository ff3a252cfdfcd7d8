//! What the register says as a whole, as a table and as a file for a spreadsheet.

use super::choice::{Choice, Standing};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, csv, now, say, words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{Button, Card};
use crate::web::{clock, files};
use leptos::prelude::*;
use rapport_domain::complaint::report::{Report, report};
use rapport_domain::{Complaint, Date, Reference, Timestamp};
use rapport_store::Fault;

const DAY: f64 = 86_400_000.0;

/// The figures of the complaints that are chosen, whatever their standing.
#[component]
pub fn ReportCard(choice: Memo<Choice>) -> impl IntoView {
    let portal = use_portal();
    let all = portal.all::<Complaint>(move || {
        let all = Choice {
            standing: Standing::All,
            ..choice.get()
        };
        all.query(Timestamp(0))
    });
    let figures = memo(move || all.get().map(|all| report(&all, now())));
    let fault = RwSignal::new(None::<Explained>);
    let export = Callback::new(move |()| {
        // A file of nothing would say that there is nothing.
        let Some(all) = all.get_untracked() else {
            return;
        };
        let name = format!("complaints-{}.csv", Date::of(clock::now()));
        let file = csv(&untrack(|| table(&all)));
        match files::offer(&name, "text/csv;charset=utf-8", file.as_bytes()) {
            Ok(()) => say(Msg::report_exported),
            Err(failed) => fault.set(Some(explain::fault(&Fault::Other(failed)))),
        }
    });
    view! {
        <Card title=move || t(Msg::report_title)>
            {move || figures.get().map(|report| view! { <Figures report/> })}
            <FaultNote fault/>
            <p class="head">
                <Button label=move || t(Msg::report_export) on_press=export/>
            </p>
        </Card>
    }
}

#[component]
fn Figures(report: Report) -> impl IntoView {
    let count = |count: usize| fmt::number(whole(count));
    let summary = tf(
        Msg::report_summary,
        &[
            ("total", &count(report.total)),
            ("open", &count(report.open)),
            ("overdue", &count(report.overdue)),
            ("escalated", &count(report.escalated)),
        ],
    );
    let by_stage = report.by_stage.into_iter();
    let by_stage = by_stage.map(|(stage, n)| {
        view! {
            <tr>
                <th scope="row">{words::stage(&stage)}</th>
                <td class="num">{count(n)}</td>
            </tr>
        }
    });
    let times = report.times.into_iter().filter(|time| time.reached > 0);
    let times = times.map(|time| {
        view! {
            <tr>
                <th scope="row">{words::stage(&time.stage)}</th>
                <td class="num">{count(time.reached)}</td>
                <td class="num">{count(time.on_time)}</td>
                <td class="num">{time.median.map(days)}</td>
                <td class="num">{time.longest.map(days)}</td>
            </tr>
        }
    });
    view! {
        <p>{summary}</p>
        <div class="wide-table" tabindex="0" role="region" aria-label=t(Msg::report_by_stage)>
            <table>
                <caption>{t(Msg::report_by_stage)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(Msg::complaint_stage)}</th>
                        <th scope="col" class="num">{t(Msg::report_count)}</th>
                    </tr>
                </thead>
                <tbody>{by_stage.collect_view()}</tbody>
            </table>
        </div>
        <div class="wide-table" tabindex="0" role="region" aria-label=t(Msg::report_times)>
            <table>
                <caption>{t(Msg::report_times)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(Msg::complaint_stage)}</th>
                        <th scope="col" class="num">{t(Msg::report_reached)}</th>
                        <th scope="col" class="num">{t(Msg::report_on_time)}</th>
                        <th scope="col" class="num">{t(Msg::report_median)}</th>
                        <th scope="col" class="num">{t(Msg::report_longest)}</th>
                    </tr>
                </thead>
                <tbody>{times.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts on a screen")]
fn whole(count: usize) -> f64 {
    count as f64
}

/// A span of time in days, to the tenth.
#[expect(clippy::cast_precision_loss, reason = "a span on a screen")]
fn days(millis: i64) -> String {
    fmt::number((millis as f64 / DAY * 10.0).round() / 10.0)
}

/// The register as rows: one complaint each, then when it reached each stage and by when it should
/// have. Times are RFC 3339 days, which every spreadsheet reads alike.
fn table(all: &[Complaint]) -> Vec<Vec<String>> {
    let day = |at: Option<Timestamp>| at.map(|at| Date::of(at).to_string()).unwrap_or_default();
    let plan = rapport_domain::complaint::targets(Timestamp(0));
    let head = [
        Msg::ticket_number,
        Msg::ticket_reference,
        Msg::ticket_subject,
        Msg::complaint_complainant,
        Msg::complaint_handler,
        Msg::complaint_stage,
        Msg::complaint_level,
        Msg::complaint_severity,
        Msg::complaint_channel,
        Msg::ticket_said,
        Msg::ticket_received,
        Msg::complaint_due_next,
    ];
    let mut head: Vec<String> = head.into_iter().map(t).collect();
    for target in &plan {
        let stage = words::stage(&target.stage);
        head.push(stage.clone());
        head.push(tf(Msg::report_due_of, &[("stage", &stage)]));
    }
    let row = |c: &Complaint| {
        let mut row = vec![
            c.number.clone().unwrap_or_default(),
            Reference::of(c.id.0).to_string(),
            c.subject.clone(),
            c.complainant.name.clone(),
            c.handler.name.clone(),
            words::stage(&c.stage),
            c.level.to_string(),
            c.severity.as_ref().map(words::weight).unwrap_or_default(),
            words::channel(&c.channel),
            day(Some(c.stamp.said_at)),
            day(c.stamp.received_at),
            day(c.due_at),
        ];
        for target in &plan {
            let due = c.targets.iter().find(|own| own.stage == target.stage);
            row.push(day(c.reached(&target.stage)));
            row.push(day(due.map(|due| due.due_at)));
        }
        row
    };
    std::iter::once(head).chain(all.iter().map(row)).collect()
}
