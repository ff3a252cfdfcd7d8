//! What was said with a customer: the log of interactions, with the names of TM Forum's TMF683, written
//! where it was said, with or without a network.

use crate::features::shared::{DraftForm, DraftKey, SyncMark, now, words};
use crate::i18n::{Msg, fmt, t};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Button, Choice, Dialog, each};
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::complaint::Channel;
use rapport_domain::plain::Fields;
use rapport_domain::relationship::Direction;
use rapport_domain::{CustomerId, Date, Interaction, Kind, RecordKey, Timestamp};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use serde_json::Value;
use uuid::Uuid;

const OF: Column = column(Kind::Interaction, "customer");

const DIRECTION: &str = "direction";
const CHANNEL: &str = "channel";
const REASON: &str = "reason";
const DAY: &str = "day";
const WITH: &str = "participants";
const NOTE: &str = "note";

/// So many are shown before one asks for the rest.
const SHOWN: usize = 10;

/// The log.
#[component]
pub fn Conversations(customer: CustomerId) -> impl IntoView {
    let all = use_portal().all::<Interaction>(move || {
        Query::all(Kind::Interaction).filter(Filter::eq(OF, customer.0))
    });
    let listed = memo(move || {
        let mut all = all.get().unwrap_or_default();
        all.sort_by_key(|one| std::cmp::Reverse(one.at));
        all
    });
    let whole = RwSignal::new(false);
    let open = RwSignal::new(false);
    let ids = move || {
        let shown = if whole.get() { usize::MAX } else { SHOWN };
        listed.with(|all| {
            all.iter()
                .take(shown)
                .map(|one| one.id.0)
                .collect::<Vec<_>>()
        })
    };
    let one = move |id: Uuid| view! { <ConversationRow id listed/> }.into_any();
    let none = memo(move || listed.with(Vec::is_empty));
    let more = memo(move || !whole.get() && listed.with(Vec::len) > SHOWN);
    view! {
        <section class="stack">
            <div class="head">
                <h2>{move || t(Msg::conversations_title)}</h2>
                <span class="end"></span>
                <Button
                    label=move || t(Msg::conversation_add)
                    icon="plus"
                    on_press=Callback::new(move |()| open.set(true))
                />
            </div>
            {move || none.get().then(|| view! { <p class="quiet">{t(Msg::conversations_none)}</p> })}
            <ul class="plain-list records">{each(ids, |id| *id, one)}</ul>
            {move || {
                more.get().then(|| view! {
                    <p>
                        <Button
                            label=move || t(Msg::conversations_all)
                            on_press=Callback::new(move |()| whole.set(true))
                        />
                    </p>
                })
            }}
            <Dialog
                title=move || t(Msg::conversation_add)
                open
                on_close=Callback::new(move |()| open.set(false))
            >
                {move || open.get().then(|| view! { <ConversationForm customer open/> })}
            </Dialog>
        </section>
    }
}

#[component]
fn ConversationRow(id: Uuid, listed: Memo<Vec<Interaction>>) -> impl IntoView {
    let found = memo(move || listed.with(|all| all.iter().find(|one| one.id.0 == id).cloned()));
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Interaction,
        id,
    });
    let body = move || {
        let one = found.get()?;
        let parts = [
            fmt::date(one.at),
            direction(&one.direction),
            words::channel(&one.channel),
            one.author.name,
            one.participants,
        ];
        let about = parts.into_iter().filter(|part| !part.is_empty());
        let about = about.collect::<Vec<_>>().join(" · ");
        let note =
            (!one.note.is_empty()).then(|| view! { <p class="say" dir="auto">{one.note}</p> });
        Some(view! {
            <p class="record-title" dir="auto">{one.reason}</p>
            <p class="quiet">{about}</p>
            {note}
        })
    };
    view! {
        <li class="record">
            <div class="record-main">
                {body}
                <SyncMark sync/>
            </div>
        </li>
    }
}

/// From whom a conversation came, in words.
fn direction(direction: &Direction) -> String {
    t(match direction {
        Direction::Inbound => Msg::direction_inbound,
        Direction::Outbound => Msg::direction_outbound,
        Direction::Other(word) => return word.clone(),
    })
}

fn directions() -> Vec<Choice> {
    let each = Direction::KNOWN.iter().map(|one| Choice {
        value: one.to_string(),
        label: direction(one),
    });
    each.collect()
}

fn channels() -> Vec<Choice> {
    let told = Channel::KNOWN.iter().filter(|way| **way != Channel::Portal);
    told.map(|way| Choice {
        value: way.to_string(),
        label: words::channel(way),
    })
    .collect()
}

/// When it was said: of today the minute it is written down, of another day its beginning.
fn said_at(day: &str, now: Timestamp) -> Timestamp {
    match Date::parse(day) {
        Some(day) if day != clock::day_of(now) => clock::starts_at(&day),
        _ => now,
    }
}

#[component]
fn ConversationForm(customer: CustomerId, open: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let given = Fields::from_iter([
        (
            DIRECTION.to_owned(),
            Value::from(Direction::Outbound.as_str()),
        ),
        (CHANNEL.to_owned(), Value::from(Channel::Meeting.as_str())),
        (
            DAY.to_owned(),
            Value::from(clock::day_of(untrack(now)).to_string()),
        ),
    ]);
    let place = DraftKey::New(Kind::Interaction, Some(customer.0));
    let form = DraftForm::new(place, given, REASON);
    let fields = view! {
        {form.line(REASON, Msg::conversation_reason, None, true)}
        {form.lines(NOTE, Msg::conversation_note, None, false)}
        {form.line(WITH, Msg::conversation_with, None, false)}
        {form.radio(CHANNEL, Msg::complaint_channel, None, derived(channels))}
        {form.radio(DIRECTION, Msg::conversation_direction, None, derived(directions))}
        {form.day(DAY, Msg::conversation_day, None, false)}
    };
    let cancel = view! {
        <Button
            label=move || t(Msg::cancel)
            on_press=Callback::new(move |()| open.set(false))
        />
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let text = |field: &str| untrack(|| sending.text(field).trim().to_owned());
        let said = Interaction {
            author: portal.myself(),
            direction: Direction::from(text(DIRECTION).as_str()),
            channel: Channel::from(text(CHANNEL).as_str()),
            reason: text(REASON),
            participants: text(WITH),
            note: text(NOTE),
            at: said_at(&text(DAY), clock::now()),
            ..Interaction::new(random::new_id().into(), customer, clock::now())
        };
        sending.send(
            said.problems(),
            move |portal, draft| async move { portal.create(&said, Some(&draft)).await },
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
