//! Who looks after a customer, and who did before (ISO/IEC 20000-1:2018, 8.3.2: a named person).

use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::Card;
use leptos::prelude::*;
use rapport_domain::{CustomerId, Kind, RelationshipManager};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

const OF: Column = column(Kind::RelationshipManager, "customer");

/// The card.
#[component]
pub fn Managers(customer: CustomerId) -> impl IntoView {
    let all = use_portal().all::<RelationshipManager>(move || {
        Query::all(Kind::RelationshipManager).filter(Filter::eq(OF, customer.0))
    });
    let listed = memo(move || {
        let mut all = all.get().unwrap_or_default();
        all.sort_by_key(|one| std::cmp::Reverse((one.until.is_none(), one.since)));
        all
    });
    let rows = move || {
        let each = listed.get().into_iter().map(|one| {
            let since = fmt::date(one.since);
            let when = match one.until {
                None => tf(Msg::manager_since, &[("date", &since)]),
                Some(until) => tf(
                    Msg::manager_until,
                    &[("since", &since), ("until", &fmt::date(until))],
                ),
            };
            let now = one.until.is_none();
            view! {
                <li>
                    <p class=if now { "record-title" } else { "" }>
                        <bdi>{one.person.name}</bdi>
                    </p>
                    <p class="quiet">{when}</p>
                </li>
            }
        });
        each.collect_view()
    };
    let none = memo(move || listed.with(Vec::is_empty));
    view! {
        <Card title=move || t(Msg::manager_title)>
            {move || none.get().then(|| view! { <p class="quiet">{t(Msg::manager_none)}</p> })}
            <ul class="plain-list stack">{rows}</ul>
        </Card>
    }
}
