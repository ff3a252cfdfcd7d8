//! The first page: what everybody must know, what waits for the reader, his open tickets, what he has
//! begun and what is not sent yet.

mod approvals;
mod drafts;
mod unsent_note;

use crate::features::shared::{
    AsOf, CustomerRows, FirstLoad, Heading, Invitations, News, OfflineNote, TicketRows, asked,
    waits,
};
use crate::i18n::{Msg, t, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::memo;
use crate::ui::{ButtonKind, LinkButton};
use approvals::Approvals;
use drafts::Drafts;
use leptos::prelude::*;
use leptos_router::components::A;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Kind, User};
use rapport_store::columns::ticket;
use rapport_store::{Filter, Query};
use unsent_note::UnsentNote;

/// So many tickets are shown here.
const SHOWN: usize = 5;

/// The first page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <div class="head page-head">
            <Heading title=move || t(Msg::home_title)/>
            <AsOf brief=true/>
            <span class="end"></span>
            <LinkButton
                href=paths::services()
                label=move || t(Msg::new_request)
                kind=ButtonKind::Main
                icon="plus"
            />
        </div>
        <OfflineNote/>
        <News urgent=true/>
        <UnsentNote/>
        <Customers/>
        <Approvals/>
        <Waiting/>
        <Asked/>
        <Open/>
        <Drafts/>
        <News urgent=false/>
    }
}

/// Whether the reader files tickets himself, so that some can be his own.
fn files_own(me: &User) -> bool {
    scope(&me.role, Right::FileTicket) != Scope::Nothing
}

/// Tickets of the reader, or all that he sees where he files none.
fn concerning(me: &User, filter: Filter) -> Filter {
    if files_own(me) {
        filter.and(Filter::eq(ticket::REQUESTER, me.id.0))
    } else {
        filter
    }
}

/// What waits for the reader; nothing where nothing does.
#[component]
fn Waiting() -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let own = files_own(&me);
    let found = portal.rows(move || {
        Query::all(Kind::Ticket)
            .filter(concerning(&me, Filter::eq(ticket::WAITS, true)))
            .descending(ticket::ACTIVE_AT)
            .window(0, SHOWN)
    });
    let total = memo(move || found.with(|f| f.as_ref().map_or(0, |f| f.total)));
    let more = format!("{}?filter=waiting", paths::tickets());
    move || {
        let more = more.clone();
        (total.get() > 0).then(|| {
            view! {
                <section class="stack">
                    <h2>
                        {move || {
                            t(if own { Msg::home_waiting } else { Msg::home_waiting_for_customers })
                        }}
                    </h2>
                    <TicketRows found/>
                    {move || {
                        let more = more.clone();
                        (total.get() > SHOWN)
                            .then(|| {
                                view! {
                                    <A href=more>
                                        {move || tn(Msg::home_see_waiting, total.get() as u64)}
                                    </A>
                                }
                            })
                    }}
                </section>
            }
        })
    }
}

/// The customers whom the reader looks after; nothing for others.
#[component]
fn Customers() -> impl IntoView {
    let me = use_portal().me();
    (scope(&me.role, Right::WriteCustomer) == Scope::Assigned).then(|| {
        view! {
            <section class="stack">
                <h2>{move || t(Msg::customers_title)}</h2>
                <CustomerRows/>
            </section>
        }
    })
}

/// The surveys that the reader is asked to answer; nothing where none are.
#[component]
fn Asked() -> impl IntoView {
    let asked = asked();
    let waiting = waits(asked);
    move || {
        waiting.get().then(|| {
            view! {
                <section class="stack">
                    <h2>{move || t(Msg::home_asked)}</h2>
                    <Invitations asked waiting=true/>
                </section>
            }
        })
    }
}

/// The newest open tickets that wait for somebody else.
#[component]
fn Open() -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let own = files_own(&me);
    let reader = me.clone();
    let open = move || concerning(&me, Filter::eq(ticket::OVER, false));
    let all = {
        let open = open.clone();
        portal.rows(move || Query::all(Kind::Ticket).filter(open()).window(0, 0))
    };
    let found = portal.rows(move || {
        Query::all(Kind::Ticket)
            .filter(open().and(Filter::eq(ticket::WAITS, false)))
            .descending(ticket::ACTIVE_AT)
            .window(0, SHOWN)
    });
    let total = memo(move || all.with(|f| f.as_ref().map_or(0, |f| f.total)));
    // Those that wait for the reader stand above.
    let shown = memo(move || {
        let (rows, open) = found.with(|f| f.as_ref().map_or((0, 0), |f| (f.rows.len(), f.total)));
        rows + total.get().saturating_sub(open).min(SHOWN)
    });
    let has_rows = memo(move || found.with(|f| f.as_ref().is_some_and(|f| !f.rows.is_empty())));
    let only_own = matches!(
        scope(&reader.role, Right::ReadTicket),
        Scope::Nothing | Scope::Own
    );
    let mine = own && !only_own;
    let more = format!(
        "{}{}",
        paths::tickets(),
        if mine { "?whose=mine" } else { "" }
    );
    let status = portal.status();
    // While the first listing runs, nothing found yet does not mean that there is nothing.
    let unknown = move || !status.with(|s| s.complete);
    view! {
        <section class="stack">
            <h2>{move || t(if own { Msg::home_open } else { Msg::home_open_all })}</h2>
            {move || {
                if has_rows.get() {
                    view! { <TicketRows found/> }.into_any()
                } else if unknown() {
                    view! { <FirstLoad/> }.into_any()
                } else if total.get() == 0 {
                    let none = if own { Msg::home_open_none } else { Msg::home_open_none_all };
                    view! { <p class="quiet">{t(none)}</p> }.into_any()
                } else {
                    ().into_any()
                }
            }}
            {move || {
                let more = more.clone();
                (total.get() > shown.get())
                    .then(|| view! { <A href=more>{move || tn(Msg::home_see_all, total.get() as u64)}</A> })
            }}
        </section>
    }
}
