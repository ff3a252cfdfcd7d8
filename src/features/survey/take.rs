//! Taking answers for others: by telephone, in a meeting, from a letter; one after the other on one
//! device, also without a network.

use super::page::SurveyFrame;
use super::reply::Reply;
use super::sheet::Sheet;
use crate::features::shared::{DraftForm, DraftKey, LeftDraft, now, words};
use crate::i18n::{Msg, bare_text, t, tn};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Card, Choice, Note, Tone};
use crate::web::{clock, dom, random};
use leptos::prelude::*;
use rapport_domain::complaint::Channel;
use rapport_domain::plain::Fields;
use rapport_domain::survey::check;
use rapport_domain::{
    CustomerId, Invitation, InvitationState, Kind, PersonRef, Response, Stamp, Survey, UserId,
};
use rapport_store::columns::customer;
use rapport_store::plain::{account, column};
use rapport_store::{Column, Filter, Query};
use serde_json::Value;

const SURVEY: Column = column(Kind::Invitation, "survey");
const OF: Column = column(Kind::Response, "survey");
const TAKER: Column = account(Kind::Response, "taken_by");

const CHANNEL: &str = "channel";
const INVITED: &str = "invitation";
const CUSTOMER: &str = "customer";
const NAME: &str = "name";

/// The page.
#[component]
pub fn TakePage() -> impl IntoView {
    view! {
        <SurveyFrame
            place=Msg::survey_take
            view=Callback::new(|survey: Memo<Option<Survey>>| {
                view! { <Taking survey/> }.into_any()
            })
        />
    }
}

#[component]
fn Taking(survey: Memo<Option<Survey>>) -> impl IntoView {
    let Some(id) = survey.with_untracked(|s| s.as_ref().map(|s| s.id)) else {
        return ().into_any();
    };
    let portal = use_portal();
    let me = portal.me();
    let taken = portal.rows(move || {
        Query::all(Kind::Response)
            .filter(Filter::eq(OF, id.0).and(Filter::eq(TAKER, me.id.0)))
            .window(0, 0)
    });
    let count = move || taken.with(|found| found.as_ref().map_or(0, |found| found.total));
    let takes = memo(move || {
        let today = clock::day_of(now());
        survey.with(|s| {
            s.as_ref()
                .is_some_and(|s| s.is_open(&today) && !s.anonymous)
        })
    });
    // What stays the same from one person to the next.
    let carried = RwSignal::new(Fields::from_iter([(
        CHANNEL.to_owned(),
        Value::from(Channel::Meeting.as_str()),
    )]));
    let turn = RwSignal::new(0_u32);
    view! {
        <p class="quiet">{move || tn(Msg::survey_taken, count() as u64)}</p>
        {move || {
            if !takes.get() {
                return view! {
                    <Note
                        title=move || t(Msg::survey_take)
                        text=move || t(Msg::survey_not_taken)
                        tone=Tone::Info
                    />
                    <LeftDraft place=DraftKey::New(Kind::Response, Some(id.0))/>
                }
                    .into_any();
            }
            turn.track();
            view! { <One survey carried turn/> }.into_any()
        }}
    }
    .into_any()
}

/// One person's answers.
#[component]
fn One(
    survey: Memo<Option<Survey>>,
    carried: RwSignal<Fields>,
    turn: RwSignal<u32>,
) -> impl IntoView {
    let Some(asked) = survey.get_untracked() else {
        return ().into_any();
    };
    let place = DraftKey::New(Kind::Response, Some(asked.id.0));
    let title = untrack(|| bare_text(&asked.title));
    let reply = Reply::new(place.to_string(), asked.questions.clone(), title);
    let form = DraftForm::new(place, carried.get_untracked(), "");
    let (invited, customers) = (waiting(&asked), organisations());
    let who = form.clone();
    let by_invitation = memo(move || !who.text(INVITED).is_empty());
    let (channel, person, organisation, named) =
        (form.clone(), form.clone(), form.clone(), form.clone());
    let sent = reply.clone();
    // Made here, for the end of the sheet goes with the answers as soon as they are saved.
    let done = Callback::new(move |()| {
        turn.update(|turn| *turn += 1);
        // The next person begins where this one did.
        crate::live::task(async { dom::focus_first("main .card input") });
    });
    let end = ViewFn::from(move || {
        let (form, reply) = (form.clone(), sent.clone());
        view! { <Save survey form reply invited carried done/> }
    });
    view! {
        <Card title=move || t(Msg::take_who)>
            <div class="stack narrow">
                {channel.radio(CHANNEL, Msg::complaint_channel, None, derived(channels))}
                {person.select(INVITED, Msg::take_invited, None, choices(invited))}
                {move || {
                    (!by_invitation.get()).then(|| view! {
                        {organisation.select(CUSTOMER, Msg::take_customer, None, customers)}
                        {named.line(NAME, Msg::take_name, Some(Msg::take_name_hint), false)}
                    })
                }}
            </div>
        </Card>
        <Sheet reply end/>
    }
    .into_any()
}

#[component]
fn Save(
    survey: Memo<Option<Survey>>,
    form: DraftForm,
    reply: Reply,
    invited: Signal<Vec<Invitation>>,
    carried: RwSignal<Fields>,
    done: Callback<()>,
) -> impl IntoView {
    let portal = use_portal();
    let gone = RwSignal::new(false);
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let Some(survey) = survey.get_untracked() else {
            return;
        };
        let answers = reply.kept();
        let mut wrong = check::answers(&survey.questions, &answers);
        let typed = |field: &str| untrack(|| sending.text(field));
        let all = invited.get_untracked();
        let invitation = typed(INVITED);
        let chosen = all.into_iter().find(|one| one.id.to_string() == invitation);
        if chosen.is_none() && !invitation.is_empty() {
            // Whose answers these are must not be guessed.
            sending.set(INVITED, Value::from(""));
            gone.set(true);
            return;
        }
        gone.set(false);
        wrong.retain(|one| !one.field.is_empty());
        let (channel, customer) = (typed(CHANNEL), typed(CUSTOMER));
        let response = Response {
            id: random::new_id().into(),
            stamp: Stamp::said_now(clock::now()),
            survey: survey.id,
            invitation: chosen.as_ref().map(|one| one.id),
            customer: match &chosen {
                Some(one) => Some(one.customer),
                None => customer.parse::<CustomerId>().ok(),
            },
            person: match &chosen {
                Some(one) => one.person.clone(),
                None => PersonRef {
                    id: None::<UserId>,
                    name: typed(NAME).trim().to_owned(),
                },
            },
            channel: Channel::from(channel.as_str()),
            taken_by: portal.myself(),
            answers,
        };
        carried.update(|fields| {
            fields.insert(CHANNEL.to_owned(), Value::from(channel));
            fields.insert(CUSTOMER.to_owned(), Value::from(customer));
        });
        sending.send(
            wrong,
            move |portal, draft| async move { portal.create(&response, Some(&draft)).await },
            Msg::take_saved,
            done,
        );
    });
    form.frame(
        view! {
            <p class="quiet">{move || t(Msg::take_save_hint)}</p>
            {move || {
                gone.get().then(|| {
                    let title = move || t(Msg::take_invited);
                    let text = move || t(Msg::take_gone);
                    view! { <Note title text tone=Tone::Warn urgent=true/> }
                })
            }}
        }
        .into_any(),
        form.end(Msg::take_save, None),
        send,
    )
}

/// On which way somebody else's answers can have come.
fn channels() -> Vec<Choice> {
    let told = Channel::KNOWN.iter().filter(|way| **way != Channel::Portal);
    told.map(|way| Choice {
        value: way.to_string(),
        label: words::channel(way),
    })
    .collect()
}

/// Who is invited and has not answered, as far as this device knows.
fn waiting(survey: &Survey) -> Signal<Vec<Invitation>> {
    let id = survey.id;
    let portal = use_portal();
    let all = portal
        .all::<Invitation>(move || Query::all(Kind::Invitation).filter(Filter::eq(SURVEY, id.0)));
    let given =
        portal.all::<Response>(move || Query::all(Kind::Response).filter(Filter::eq(OF, id.0)));
    derived(move || {
        let given = given.get().unwrap_or_default();
        let mut open = all.get().unwrap_or_default();
        open.retain(|one| {
            one.state == InvitationState::Open
                && !given.iter().any(|given| given.invitation == Some(one.id))
        });
        open
    })
}

fn choices(invited: Signal<Vec<Invitation>>) -> Signal<Vec<Choice>> {
    derived(move || {
        let nobody = Choice {
            value: String::new(),
            label: t(Msg::take_not_invited),
        };
        let each = invited.get().into_iter().map(|one| Choice {
            value: one.id.to_string(),
            label: one.person.name,
        });
        std::iter::once(nobody).chain(each).collect()
    })
}

fn organisations() -> Signal<Vec<Choice>> {
    let found = use_portal().rows(|| Query::all(Kind::Customer).ascending(customer::NAME));
    derived(move || {
        let nobody = Choice {
            value: String::new(),
            label: t(Msg::take_no_customer),
        };
        let rows = found.get().unwrap_or_default().rows;
        let each = rows.into_iter().map(|shown| Choice {
            value: shown.row.key.id.to_string(),
            label: shown.row.text(customer::NAME).to_owned(),
        });
        std::iter::once(nobody).chain(each).collect()
    })
}
