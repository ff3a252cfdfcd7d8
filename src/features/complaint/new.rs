//! Filing a complaint, for oneself or for somebody who told it.

use crate::features::shared::{DraftForm, DraftKey, Heading, Places, words};
use crate::i18n::{Msg, t, tag};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{ButtonKind, Choice, LinkButton};
use crate::web::{clock, random};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_domain::complaint::Channel;
use rapport_domain::plain::Fields;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{
    Complaint, Invalid, Kind, PersonRef, Reason, Role, ServiceId, TicketId, UserId,
};
use rapport_store::columns::{service, ticket, user};
use rapport_store::{Filter, Query};
use serde_json::Value;

const SUBJECT: &str = "subject";
const DESCRIPTION: &str = "description";
const REMEDY: &str = "remedy_sought";
const ABOUT: &str = "about";
const SERVICE: &str = "service";
const TICKET: &str = "ticket";
const CONFIDENTIAL: &str = "confidential";
const COMPLAINANT: &str = "complainant";
const CHANNEL: &str = "channel";

/// So many tickets are offered to be complained about.
const TICKETS: usize = 30;

/// The page for filing a complaint.
#[component]
pub fn NewComplaintPage() -> impl IntoView {
    let query = use_query_map();
    let about = memo(move || query.with(|query| query.get(TICKET)?.parse::<TicketId>().ok()));
    view! {
        <div class="page-top">
            <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
            <Heading title=move || t(Msg::complaint_new)/>
            <p class="lead">{move || t(Msg::complaint_new_lead)}</p>
        </div>
        {move || view! { <NewComplaint about=about.get()/> }}
    }
}

#[component]
fn NewComplaint(about: Option<TicketId>) -> impl IntoView {
    let portal = use_portal();
    let navigate = use_navigate();
    let me = portal.me();
    // Complaining is for who belongs to a customer; the others enter what they are told.
    let for_others = me.customer.is_none();
    let mut given = Fields::new();
    given.insert(
        TICKET.to_owned(),
        Value::from(about.map(|id| id.to_string()).unwrap_or_default()),
    );
    if for_others {
        given.insert(CHANNEL.to_owned(), Value::from(Channel::Phone.as_str()));
    }
    let place = DraftKey::New(Kind::Complaint, about.map(|id| id.0));
    let form = DraftForm::new(place, given, SUBJECT);
    let people = complainants();
    let fields = view! {
        {for_others
            .then(|| {
                view! {
                    {form.select(COMPLAINANT, Msg::complaint_complainant, None, people)}
                    {form.radio(CHANNEL, Msg::complaint_channel, None, derived(channels))}
                }
            })}
        {form.line(SUBJECT, Msg::ticket_subject, Some(Msg::complaint_subject_hint), true)}
        {form.lines(DESCRIPTION, Msg::complaint_description, Some(Msg::complaint_description_hint), true)}
        {form.lines(REMEDY, Msg::complaint_remedy_sought, Some(Msg::complaint_remedy_hint), false)}
        {form.select(SERVICE, Msg::ticket_service, None, services())}
        {form.select(TICKET, Msg::complaint_ticket, None, tickets(about))}
        {form.line(ABOUT, Msg::complaint_about_person, Some(Msg::complaint_about_hint), false)}
        {form.switch(CONFIDENTIAL, Msg::complaint_confidential, Some(Msg::complaint_confidential_hint))}
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let id = random::new_id();
        let text = |field: &str| untrack(|| sending.text(field).trim().to_owned());
        let mut complaint = Complaint {
            subject: text(SUBJECT),
            description: text(DESCRIPTION),
            remedy_sought: text(REMEDY),
            service: text(SERVICE).parse::<ServiceId>().ok(),
            ticket: text(TICKET).parse::<TicketId>().ok(),
            about: PersonRef {
                id: None,
                name: text(ABOUT),
            },
            confidential: untrack(|| sending.flag(CONFIDENTIAL)),
            complainant: portal.myself(),
            ..Complaint::new(id.into(), clock::now())
        };
        let mut problems = complaint.problems();
        if for_others {
            let chosen = text(COMPLAINANT);
            complaint.channel = Channel::from(text(CHANNEL).as_str());
            complaint.entered_by = portal.myself();
            complaint.complainant = PersonRef {
                id: chosen.parse::<UserId>().ok(),
                name: name_of(&untrack(|| people.get()), &chosen),
            };
            if complaint.complainant.id.is_none() {
                problems.push(Invalid::new(COMPLAINANT, Reason::Required));
            }
        }
        let navigate = navigate.clone();
        sending.send(
            problems,
            move |portal, draft| async move {
                let on_behalf = for_others.then_some(&complaint.complainant);
                complaint.customer = portal.customer_of(on_behalf).await;
                portal.create(&complaint, Some(&draft)).await
            },
            Msg::complaint_filed,
            Callback::new(move |()| navigate(&paths::complaint(id), paths::go())),
        );
    });
    let cancel = view! {
        <LinkButton
            href=paths::feedback()
            label=move || t(Msg::cancel)
            kind=ButtonKind::Plain
        />
    };
    form.frame(
        fields.into_any(),
        form.end(Msg::complaint_send, Some(cancel.into_any())),
        send,
    )
}

fn name_of(choices: &[Choice], value: &str) -> String {
    let found = choices.iter().find(|choice| choice.value == value);
    found.map(|choice| choice.label.clone()).unwrap_or_default()
}

fn none(label: Msg) -> Choice {
    Choice {
        value: String::new(),
        label: t(label),
    }
}

/// On which way somebody else can have told it.
fn channels() -> Vec<Choice> {
    let told = Channel::KNOWN.iter().filter(|way| **way != Channel::Portal);
    told.map(|way| Choice {
        value: way.to_string(),
        label: words::channel(way),
    })
    .collect()
}

/// The customers' people, for those who enter complaints of others.
fn complainants() -> Signal<Vec<Choice>> {
    let found = use_portal().rows(|| Query::all(Kind::User).ascending(user::NAME));
    derived(move || {
        let rows = found.get().unwrap_or_default().rows;
        let each = rows.into_iter().filter_map(|shown| {
            let role = Role::from(shown.row.text(user::ROLE));
            let complains = matches!(role, Role::CustomerUser | Role::CustomerManager);
            complains.then(|| Choice {
                value: shown.row.key.id.to_string(),
                label: shown.row.text(user::NAME).to_owned(),
            })
        });
        std::iter::once(none(Msg::complaint_complainant_choose))
            .chain(each)
            .collect()
    })
}

fn services() -> Signal<Vec<Choice>> {
    let found = use_portal().rows(|| {
        Query::all(Kind::Service)
            .in_language(tag())
            .ascending(service::NAME)
    });
    derived(move || {
        let rows = found.get().unwrap_or_default().rows;
        let each = rows.into_iter().map(|shown| Choice {
            value: shown.row.key.id.to_string(),
            label: shown.row.text_in(service::NAME, &tag()).to_owned(),
        });
        std::iter::once(none(Msg::general_service_none))
            .chain(each)
            .collect()
    })
}

fn tickets(about: Option<TicketId>) -> Signal<Vec<Choice>> {
    let portal = use_portal();
    let me = portal.me();
    let own = scope(&me.role, Right::FileTicket) != Scope::Nothing;
    let found = portal.rows(move || {
        let mut query = Query::all(Kind::Ticket)
            .descending(ticket::ACTIVE_AT)
            .window(0, TICKETS);
        if own {
            query = query.filter(Filter::eq(ticket::REQUESTER, me.id.0));
        }
        query
    });
    // The one that the complaint was begun about is there, however old it is.
    let asked = portal.rows(move || {
        let ids = about.map(|id| id.0).into_iter().collect();
        Query::all(Kind::Ticket).filter(Filter::Ids(ids))
    });
    derived(move || {
        let mut rows = asked.get().unwrap_or_default().rows;
        let newest = found.get().unwrap_or_default().rows;
        let others = newest.into_iter();
        rows.extend(others.filter(|shown| about.is_none_or(|id| id.0 != shown.row.key.id)));
        let each = rows.into_iter().map(|shown| {
            let (number, subject) = (
                shown.row.text(ticket::NUMBER),
                shown.row.text(ticket::SUBJECT),
            );
            Choice {
                value: shown.row.key.id.to_string(),
                label: format!("{number} {subject}").trim().to_owned(),
            }
        });
        std::iter::once(none(Msg::complaint_ticket_none))
            .chain(each)
            .collect()
    })
}
