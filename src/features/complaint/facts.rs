//! The facts of a complaint, aside.

use super::{Known, of};
use crate::features::shared::words;
use crate::i18n::{Msg, fmt, t, text};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Card, Fact, Facts};
use leptos::prelude::*;
use leptos_router::components::A;
use rapport_domain::{Complaint, Entity, Kind, RecordKey, Reference};
use uuid::Uuid;

/// The facts of a complaint.
#[component]
pub fn ComplaintFacts(complaint: Known) -> impl IntoView {
    let me = use_portal().me();
    let fact = move |read: fn(&Complaint) -> String| derived(move || of(complaint, read));
    let person = move |read: fn(&Complaint) -> &rapport_domain::PersonRef| {
        let me = me.clone();
        derived(move || {
            of(complaint, |c| match read(c) {
                person if person.name.is_empty() && person.id.is_none() => String::new(),
                person => words::person(Some(person), &me),
            })
        })
    };
    view! {
        <Card title=move || t(Msg::ticket_details)>
            <Facts>
                <Fact
                    name=move || t(Msg::ticket_number)
                    value=fact(|c| c.number.clone().unwrap_or_else(|| t(Msg::ticket_number_none)))
                />
                <Fact
                    name=move || t(Msg::ticket_reference)
                    value=fact(|c| Reference::of(c.id.0).to_string())
                />
                <Fact name=move || t(Msg::complaint_complainant) value=person(|c| &c.complainant)/>
                <Fact name=move || t(Msg::complaint_about_person) value=person(|c| &c.about)/>
                <Fact name=move || t(Msg::complaint_handler) value=person(|c| &c.handler)/>
                <Fact
                    name=move || t(Msg::complaint_severity)
                    value=fact(|c| c.severity.as_ref().map(words::weight).unwrap_or_default())
                />
                <Fact
                    name=move || t(Msg::complaint_level)
                    value=fact(|c| match c.level {
                        0 => String::new(),
                        level => fmt::number(f64::from(level)),
                    })
                />
                <Fact
                    name=move || t(Msg::complaint_confidential)
                    value=fact(|c| if c.confidential { t(Msg::yes) } else { String::new() })
                />
                <Fact name=move || t(Msg::complaint_channel) value=fact(|c| words::channel(&c.channel))/>
                <Fact name=move || t(Msg::complaint_entered_by) value=person(|c| &c.entered_by)/>
                <Named complaint name=Msg::ticket_service read=|c| {
                    c.service.map(|id| (Kind::Service, id.0))
                }/>
                <Named complaint name=Msg::complaint_ticket read=|c| {
                    c.ticket.map(|id| (Kind::Ticket, id.0))
                }/>
                <Fact
                    name=move || t(Msg::ticket_said)
                    value=fact(|c| fmt::date_time(c.stamp.said_at))
                />
                <Fact
                    name=move || t(Msg::ticket_received)
                    value=fact(|c| match c.stamp.received_at {
                        Some(at) => fmt::date_time(at),
                        None => t(Msg::ticket_received_not_yet),
                    })
                />
            </Facts>
        </Card>
    }
}

/// Another record that the complaint names, as a link.
#[component]
fn Named(
    complaint: Known,
    name: Msg,
    read: fn(&Complaint) -> Option<(Kind, Uuid)>,
) -> impl IntoView {
    let portal = use_portal();
    let key = memo(move || {
        let (kind, id) = of(complaint, read)?;
        Some(RecordKey { kind, id })
    });
    move || {
        let key = key.get()?;
        let loaded = portal.record(move || key);
        let label = derived(move || {
            loaded.with(|loaded| match loaded {
                Loaded::Ready(Entity::Service(service)) => text(&service.name),
                Loaded::Ready(Entity::Ticket(ticket)) => ticket.subject.clone(),
                _ => String::new(),
            })
        });
        let href = paths::record(key)?;
        Some(view! {
            <dt>{move || t(name)}</dt>
            <dd>
                <A href=href>
                    <bdi>{label}</bdi>
                </A>
            </dd>
        })
    }
}
