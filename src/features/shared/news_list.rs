//! Announcements: on the first page all of them, on that of a service those that concern it.

use super::news::{current, is_ahead, is_urgent};
use crate::features::shared::{now, words};
use crate::i18n::{Msg, fmt, t, text, tf};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::each;
use crate::ui::{Note, Tone};
use leptos::prelude::*;
use rapport_domain::{Announcement, Entity, Kind, Service, ServiceId, Severity, Timestamp};
use rapport_store::Query;

/// The announcements that hold now or soon; nothing where there are none. What is out of order stands
/// apart from what can wait, so that it comes before the tickets and the rest does not.
#[component]
pub fn News(
    /// Whether those that cannot wait are shown, or the others.
    urgent: bool,
    /// The service that they concern; all where none is named.
    #[prop(optional)]
    service: Option<ServiceId>,
) -> impl IntoView {
    let portal = use_portal();
    let all = portal.records(|| Query::all(Kind::Announcement));
    let services = portal.records(|| Query::all(Kind::Service));
    let shown = memo(move || {
        let all: Vec<Announcement> = all
            .get()
            .unwrap_or_default()
            .into_iter()
            .filter_map(|entity| match entity {
                Entity::Announcement(news) => Some(news),
                _ => None,
            })
            .collect();
        let now = now();
        let mut shown = current(&all, now);
        shown.retain(|news| is_urgent(news, now) == urgent);
        shown.retain(|news| service.is_none_or(|id| news.services.contains(&id)));
        shown
    });
    let services = memo(move || {
        let all = services.get().unwrap_or_default().into_iter();
        all.filter_map(|entity| match entity {
            Entity::Service(service) => Some(service),
            _ => None,
        })
        .collect::<Vec<_>>()
    });
    let one = move |news: Announcement| view! { <Piece news services/> }.into_any();
    // A changed piece is another one: its words are read anew.
    let key = |news: &Announcement| (news.id, news.stamp.version.clone());
    let name = if urgent {
        Msg::home_disruptions
    } else {
        Msg::home_announcements
    };
    move || {
        (!shown.with(Vec::is_empty)).then(|| {
            view! {
                <section class="stack news" aria-label=move || t(name)>
                    {each(move || shown.get(), key, one)}
                </section>
            }
        })
    }
}

#[component]
fn Piece(news: Announcement, services: Memo<Vec<Service>>) -> impl IntoView {
    let tone = match news.severity {
        Severity::Outage => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Info | Severity::Other(_) => Tone::Info,
    };
    let (title, severity) = (news.title.clone(), news.severity.clone());
    let headline = move || format!("{}: {}", words::severity(&severity), text(&title));
    let body = news.body.clone();
    let (from, until, affected) = (news.starts_at, news.ends_at, news.services.clone());
    let ahead = news.clone();
    let facts = move || {
        let when = period(from, until, is_ahead(&ahead, now()));
        let names: Vec<String> = services.with(|services| {
            let wanted = services
                .iter()
                .filter(|service| affected.contains(&service.id));
            wanted.map(|service| text(&service.name)).collect()
        });
        if names.is_empty() {
            when
        } else {
            let names = tf(Msg::news_affects, &[("services", &fmt::list(&names))]);
            format!("{when} · {names}")
        }
    };
    view! {
        <Note title=headline text=move || text(&body) tone>
            <p class="quiet">{facts}</p>
        </Note>
    }
}

/// When it holds.
fn period(from: Timestamp, until: Option<Timestamp>, ahead: bool) -> String {
    match until {
        Some(until) => fmt::date_times(from, until),
        None if ahead => tf(Msg::news_from, &[("time", &fmt::date_time(from))]),
        None => tf(Msg::news_since, &[("time", &fmt::date_time(from))]),
    }
}
