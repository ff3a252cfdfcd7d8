//! Whom to speak with at a customer, and other parties with an interest in the services.

use crate::features::shared::{DraftForm, DraftKey, SyncMark};
use crate::i18n::{Msg, t, tf};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, Card, Dialog, each};
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::plain::Fields;
use rapport_domain::{Contact, CustomerId, Entity, Kind, Plain, RecordEdit, RecordKey, Typed};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use serde_json::Value;
use uuid::Uuid;

const OF: Column = column(Kind::Contact, "customer");

const NAME: &str = "name";
const FUNCTION: &str = "function";
const EMAIL: &str = "email";
const PHONE: &str = "phone";
const REMARKS: &str = "remarks";
const FORMER: &str = "former";

/// The card.
#[component]
pub fn Contacts(customer: CustomerId) -> impl IntoView {
    let all = use_portal()
        .all::<Contact>(move || Query::all(Kind::Contact).filter(Filter::eq(OF, customer.0)));
    let listed = memo(move || {
        let mut all = all.get().unwrap_or_default();
        all.sort_by_key(|one| (one.former, one.name.clone()));
        all
    });
    let chosen = RwSignal::new(None::<Uuid>);
    let open = RwSignal::new(false);
    let edit = Callback::new(move |id: Option<Uuid>| {
        chosen.set(id);
        open.set(true);
    });
    let ids = move || listed.with(|all| all.iter().map(|one| one.id.0).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <ContactRow id listed edit/> }.into_any();
    view! {
        <Card title=move || t(Msg::contacts_title)>
            <ul class="plain-list records">{each(ids, |id| *id, one)}</ul>
            <p>
                <Button
                    label=move || t(Msg::contact_add)
                    icon="plus"
                    on_press=Callback::new(move |()| edit.run(None))
                />
            </p>
            <Dialog
                title=move || t(Msg::contact_title)
                open
                on_close=Callback::new(move |()| open.set(false))
            >
                {move || {
                    open.get().then(|| {
                        let known = chosen.get_untracked().and_then(|id| {
                            listed.with_untracked(|all| all.iter().find(|one| one.id.0 == id).cloned())
                        });
                        view! { <ContactForm customer known open/> }
                    })
                }}
            </Dialog>
        </Card>
    }
}

#[component]
fn ContactRow(id: Uuid, listed: Memo<Vec<Contact>>, edit: Callback<Option<Uuid>>) -> impl IntoView {
    let contact = memo(move || listed.with(|all| all.iter().find(|one| one.id.0 == id).cloned()));
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Contact,
        id,
    });
    let name = move || {
        contact
            .with(|c| c.as_ref().map(|c| c.name.clone()))
            .unwrap_or_default()
    };
    let change = crate::signals::derived(move || tf(Msg::record_change, &[("title", &name())]));
    let body = move || {
        let contact = contact.get()?;
        let former = contact.former.then(|| t(Msg::contact_former));
        let about = [Some(contact.function), former];
        let about = about.into_iter().flatten().filter(|part| !part.is_empty());
        let about = about.collect::<Vec<_>>().join(" · ");
        let (mail, phone) = (contact.email, contact.phone);
        let mail = (!mail.is_empty()).then(|| {
            view! { <a href=format!("mailto:{mail}")>{mail.clone()}</a> }
        });
        let phone = (!phone.is_empty()).then(|| {
            let dialled: String = phone.chars().filter(|c| !c.is_whitespace()).collect();
            view! { <a href=format!("tel:{dialled}") dir="ltr">{phone.clone()}</a> }
        });
        let remarks = (!contact.remarks.is_empty())
            .then(|| view! { <p class="quiet" dir="auto">{contact.remarks}</p> });
        Some(view! {
            <p class="quiet">{about}</p>
            <p class="m">{phone} {mail}</p>
            {remarks}
        })
    };
    view! {
        <li class="record">
            <div class="record-main">
                <p class="record-title" dir="auto">{name}</p>
                {body}
                <SyncMark sync/>
            </div>
            <Button
                label=move || t(Msg::change)
                name=change
                kind=ButtonKind::Plain
                on_press=Callback::new(move |()| edit.run(Some(id)))
            />
        </li>
    }
}

fn given(contact: &Contact) -> Fields {
    Fields::from_iter([
        (NAME.to_owned(), contact.name.put()),
        (FUNCTION.to_owned(), contact.function.put()),
        (EMAIL.to_owned(), contact.email.put()),
        (PHONE.to_owned(), contact.phone.put()),
        (REMARKS.to_owned(), contact.remarks.put()),
        (FORMER.to_owned(), Value::Bool(contact.former)),
    ])
}

#[component]
fn ContactForm(
    customer: CustomerId,
    known: Option<Contact>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let empty = Contact::new(Uuid::nil().into(), customer, clock::now());
    let form = match &known {
        Some(known) => {
            let place = DraftKey::Change(RecordKey {
                kind: Kind::Contact,
                id: known.id.0,
            });
            DraftForm::of(place, Signal::stored(Some(known.clone())), given, NAME)
        }
        None => DraftForm::new(
            DraftKey::New(Kind::Contact, Some(customer.0)),
            given(&empty),
            NAME,
        ),
    };
    let is_known = known.is_some();
    let fields = view! {
        {form.line(NAME, Msg::contact_name, None, true)}
        {form.line(FUNCTION, Msg::contact_function, None, false)}
        {form.line(PHONE, Msg::contact_phone, None, false)}
        {form.line(EMAIL, Msg::contact_email, None, false)}
        {form.lines(REMARKS, Msg::contact_remarks, None, false)}
        {is_known.then(|| form.switch(FORMER, Msg::contact_former, Some(Msg::contact_former_hint)))}
    };
    let cancel = view! {
        <Button
            label=move || t(Msg::cancel)
            on_press=Callback::new(move |()| open.set(false))
        />
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let before = known.clone().map(|known| sending.base(known));
        let mut contact = before
            .clone()
            .unwrap_or_else(|| Contact::new(random::new_id().into(), customer, clock::now()));
        untrack(|| {
            let text = |field: &str| sending.text(field).trim().to_owned();
            contact.name = text(NAME);
            contact.function = text(FUNCTION);
            contact.email = text(EMAIL);
            contact.phone = text(PHONE);
            contact.remarks = text(REMARKS);
            contact.former = sending.flag(FORMER);
        });
        sending.send(
            contact.problems(),
            move |portal, draft| async move {
                match before {
                    Some(before) => {
                        let edit = RecordEdit::of(&before, |one| *one = contact.clone());
                        let entity = Entity::Record(before.to_record());
                        portal.edit(&entity, edit, Some(&draft)).await
                    }
                    None => portal.create(&contact, Some(&draft)).await,
                }
            },
            Msg::record_saved,
            Callback::new(move |()| open.set(false)),
        );
    });
    form.frame(
        fields.into_any(),
        form.end(Msg::save, Some(cancel.into_any())),
        send,
    )
}
