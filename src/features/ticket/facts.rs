//! The facts of a ticket, aside.

use super::answers::{Manner, answer_words, further};
use super::{Known, of};
use crate::features::shared::{explain, sees_several, words};
use crate::i18n::{Msg, fmt, t, tag, text};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{Card, Fact, Facts};
use leptos::prelude::*;
use leptos_router::components::A;
use rapport_domain::{Answer, Entity, Kind, RecordKey, Reference, RequestForm};
use uuid::Uuid;

/// The facts of a ticket.
#[component]
pub fn TicketFacts(ticket: Known) -> impl IntoView {
    let me = use_portal().me();
    let several = sees_several(&me);
    let fact = move |read: fn(&rapport_domain::Ticket) -> String| derived(move || of(ticket, read));
    let (reader, colleague) = (me.clone(), me);
    let requester = derived(move || {
        of(ticket, |t| {
            let on_behalf = t.requester.id != Some(reader.id);
            if on_behalf {
                t.requester.name.clone()
            } else {
                String::new()
            }
        })
    });
    let assignee = derived(move || {
        of(ticket, |t| match &t.assignee {
            Some(person) => words::person(Some(person), &colleague),
            None if t.state.is_over() => String::new(),
            None => crate::i18n::t(Msg::ticket_assignee_none),
        })
    });
    view! {
        <Card title=move || t(Msg::ticket_details)>
            <Facts>
                <Fact name=move || t(Msg::ticket_number) value=fact(number)/>
                <Fact
                    name=move || t(Msg::ticket_reference)
                    value=fact(|t| Reference::of(t.id.0).to_string())
                />
                <Fact name=move || t(Msg::ticket_kind) value=fact(|t| words::kind(&t.kind))/>
                <ServiceFact ticket/>
                {several.then(|| view! { <CustomerFact ticket/> })}
                <Fact name=move || t(Msg::ticket_requester) value=requester/>
                <Fact name=move || t(Msg::ticket_assignee) value=assignee/>
                <Fact
                    name=move || t(Msg::ticket_impact)
                    value=fact(|t| t.impact.as_ref().map(words::impact).unwrap_or_default())
                />
                <Fact
                    name=move || t(Msg::ticket_urgency)
                    value=fact(|t| t.urgency.as_ref().map(words::urgency).unwrap_or_default())
                />
                <Fact
                    name=move || t(Msg::ticket_priority)
                    value=fact(|t| t.priority.as_ref().map(words::priority).unwrap_or_default())
                />
                <Fact
                    name=move || t(Msg::ticket_said)
                    value=fact(|t| fmt::date_time(t.stamp.said_at))
                />
                <Fact name=move || t(Msg::ticket_received) value=fact(received)/>
            </Facts>
        </Card>
        <FormAnswers ticket/>
    }
}

fn number(ticket: &rapport_domain::Ticket) -> String {
    ticket
        .number
        .clone()
        .unwrap_or_else(|| t(Msg::ticket_number_none))
}

fn received(ticket: &rapport_domain::Ticket) -> String {
    match ticket.stamp.received_at {
        Some(at) => fmt::date_time(at),
        None => t(Msg::ticket_received_not_yet),
    }
}

/// The organisation it belongs to, for those who see several.
#[component]
fn CustomerFact(ticket: Known) -> impl IntoView {
    let id = memo(move || of(ticket, |t| t.customer));
    let customer = use_portal().record(move || RecordKey {
        kind: Kind::Customer,
        id: id.get().map_or(Uuid::nil(), |id| id.0),
    });
    let name = derived(move || {
        customer.with(|loaded| match loaded {
            Loaded::Ready(Entity::Customer(customer)) => customer.name.clone(),
            _ => String::new(),
        })
    });
    view! { <Fact name=move || t(Msg::ticket_customer) value=name/> }
}

#[component]
fn ServiceFact(ticket: Known) -> impl IntoView {
    let id = memo(move || of(ticket, |t| t.service));
    let service = use_portal().record(move || RecordKey {
        kind: Kind::Service,
        id: id.get().map_or(Uuid::nil(), |id| id.0),
    });
    move || {
        service.with(|loaded| match loaded {
            Loaded::Ready(Entity::Service(service)) => {
                let name = text(&service.name);
                let href = paths::service(service.id);
                Some(view! {
                    <dt>{move || t(Msg::ticket_service)}</dt>
                    <dd>
                        <A href=href>{name}</A>
                    </dd>
                })
            }
            _ => None,
        })
    }
}

#[component]
fn FormAnswers(ticket: Known) -> impl IntoView {
    let form_id = memo(move || of(ticket, |t| t.form));
    let form = use_portal().record(move || RecordKey {
        kind: Kind::Form,
        id: form_id.get().map_or(Uuid::nil(), |id| id.0),
    });
    let lines = memo(move || {
        let form = form.with(|loaded| match loaded {
            Loaded::Ready(Entity::Form(form)) => Some(form.clone()),
            _ => None,
        });
        let answers = of(ticket, |t| t.answers.clone());
        further(&answers)
            .map(|answer| line(answer, form.as_ref()))
            .collect::<Vec<_>>()
    });
    let one = |(question, answer): (String, String)| {
        view! {
            <dt>{question}</dt>
            <dd dir="auto">{answer}</dd>
        }
    };
    move || {
        (!lines.with(Vec::is_empty)).then(|| {
            view! {
                <Card title=move || t(Msg::ticket_answers)>
                    <dl class="answers">
                        {each(move || lines.get(), Clone::clone, one)}
                    </dl>
                </Card>
            }
        })
    }
}

fn line(answer: &Answer, form: Option<&RequestForm>) -> (String, String) {
    let manner = Manner {
        language: &tag(),
        yes: &t(Msg::request_yes),
        no: &t(Msg::request_no),
        number: fmt::number,
        day: explain::day,
    };
    let shown = answer_words(answer, form, &manner);
    (answer.label.clone(), shown)
}
