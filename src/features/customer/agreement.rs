//! What was agreed with a customer and how far it was kept (ISO/IEC 20000-1:2018, 8.3.3).

use crate::features::shared::{AsOf, now, span, words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::Card;
use crate::web::clock;
use leptos::prelude::*;
use rapport_domain::service_level::{Attainment, Metric, Target};
use rapport_domain::{Agreement, CustomerId, Date, Kind, Priority};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

const OF: Column = column(Kind::Agreement, "customer");

/// So many months are shown.
const MONTHS: usize = 6;

/// The agreements that hold today.
#[component]
pub fn Agreements(customer: CustomerId) -> impl IntoView {
    let all = use_portal()
        .all::<Agreement>(move || Query::all(Kind::Agreement).filter(Filter::eq(OF, customer.0)));
    let holding = memo(move || {
        let today = clock::day_of(now());
        let mut all = all.get().unwrap_or_default();
        all.retain(|one| one.holds(&today));
        all
    });
    move || {
        let each = holding.get().into_iter();
        each.map(|agreement| view! { <One agreement/> })
            .collect_view()
    }
}

#[component]
fn One(agreement: Agreement) -> impl IntoView {
    let promises = promises(&agreement.targets);
    let measured: Vec<Metric> = Metric::KNOWN
        .iter()
        .filter(|metric| agreement.attained.iter().any(|one| one.metric == **metric))
        .cloned()
        .collect();
    let mut months: Vec<Date> = agreement
        .attained
        .iter()
        .map(|one| one.month.clone())
        .collect();
    months.sort_by(|a, b| b.cmp(a));
    months.dedup();
    months.truncate(MONTHS);
    let rows = months
        .iter()
        .map(|first| month(first, &measured, &agreement.attained));
    let rows = rows.collect_view();
    let heads = measured
        .iter()
        .map(|metric| view! { <th scope="col" class="num">{words::metric(metric)}</th> })
        .collect_view();
    let measured = !measured.is_empty();
    let (name, title) = (agreement.title.clone(), agreement.title);
    view! {
        <Card title=move || t(Msg::agreement_title)>
            <p class="record-title">{title}</p>
            {promises}
            {measured
                .then(|| {
                    view! {
                        <div
                            class="wide-table"
                            tabindex="0"
                            role="region"
                            aria-label=tf(Msg::agreement_kept, &[("name", &name)])
                        >
                            <table>
                                <thead>
                                    <tr>
                                        <th scope="col">{t(Msg::agreement_month)}</th>
                                        {heads}
                                    </tr>
                                </thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    }
                })}
            <p><AsOf/></p>
        </Card>
    }
}

/// What was promised, a line for each priority.
fn promises(targets: &[Target]) -> impl IntoView + use<> {
    let metrics: Vec<Metric> = Metric::KNOWN
        .iter()
        .filter(|metric| targets.iter().any(|one| one.metric == **metric))
        .cloned()
        .collect();
    let mut priorities: Vec<Option<Priority>> =
        targets.iter().map(|one| one.priority.clone()).collect();
    // Those that are named first, the most urgent before the others.
    priorities.sort_by_key(|one| one.as_ref().map_or("~".to_owned(), ToString::to_string));
    priorities.dedup();
    let heads = metrics
        .iter()
        .map(|metric| view! { <th scope="col" class="num">{words::metric(metric)}</th> })
        .collect_view();
    let rows = priorities.into_iter().map(|priority| {
        let cells = metrics.iter().map(|metric| {
            let mut own = targets.iter().filter(|one| one.metric == *metric);
            let found = own.find(|one| one.priority == priority);
            let time = found.map(|one| span(one.minutes));
            let share = found.map(|one| fmt::share(one.percent));
            view! { <td class="num">{time} <span class="quiet">" " {share}</span></td> }
        });
        let cells = cells.collect_view();
        let whom = priority
            .as_ref()
            .map_or_else(|| t(Msg::agreement_all), words::priority);
        view! {
            <tr>
                <th scope="row">{whom}</th>
                {cells}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <p class="quiet">{t(Msg::agreement_promise)}</p>
        <div class="wide-table" tabindex="0" role="region" aria-label=t(Msg::agreement_promise)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(Msg::ticket_priority)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn month(first: &Date, measured: &[Metric], attained: &[Attainment]) -> impl IntoView + use<> {
    let cells = measured.iter().map(|metric| {
        let mut own = attained.iter().filter(|one| one.metric == *metric);
        let found = own.find(|one| one.month == *first);
        let share = found.and_then(Attainment::share).map(fmt::percent);
        let of = found.map(|one| {
            format!(
                "{} / {}",
                fmt::number(one.met.into()),
                fmt::number(one.of.into())
            )
        });
        view! { <td class="num">{share} <br/> <span class="quiet">{of}</span></td> }
    });
    let cells = cells.collect_view();
    view! {
        <tr>
            <th scope="row" class="whole">{fmt::month(first)}</th>
            {cells}
        </tr>
    }
}
