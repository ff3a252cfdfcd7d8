//! By when somebody answers and by when it is solved, as it was promised: the backend's clocks, read at
//! this minute.

use crate::features::shared::{AsOf, clock_words, now, words};
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{Card, State};
use leptos::prelude::*;
use rapport_domain::service_level::Metric;
use rapport_domain::{Kind, ServiceClock, TicketId};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

const TICKET: Column = column(Kind::ServiceClock, "ticket");

/// The clocks of a ticket; nothing where nothing was promised.
#[component]
pub fn Clocks(id: TicketId) -> impl IntoView {
    let all = use_portal().all::<ServiceClock>(move || {
        Query::all(Kind::ServiceClock).filter(Filter::eq(TICKET, id.0))
    });
    let listed = memo(move || {
        let mut all = all.get().unwrap_or_default();
        all.sort_by_key(|one| one.metric != Metric::Response);
        all
    });
    let some = memo(move || listed.with(|all| !all.is_empty()));
    let rows = move || {
        let each = listed.get().into_iter().map(|clock| {
            let standing = clock.standing(now());
            let (tone, said) = clock_words(standing);
            view! {
                <dt>{words::metric(&clock.metric)}</dt>
                <dd>
                    <State tone=move || tone label=move || said.clone()/>
                </dd>
            }
        });
        each.collect_view()
    };
    move || {
        some.get().then(|| {
            view! {
                <Card title=move || t(Msg::clocks_title)>
                    <dl class="facts">{rows}</dl>
                    <p><AsOf/></p>
                </Card>
            }
        })
    }
}
