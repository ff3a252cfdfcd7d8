//! Who is invited and who answered, and inviting more.

use super::wording;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, SyncMark, now, say};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::{self, use_portal};
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, CheckboxesField, Choice, Dialog, each};
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::{
    CustomerId, Entity, Invitation, InvitationState, Kind, PersonRef, RecordEdit, RecordKey,
    Response, Role, Survey, SurveyState, Typed, UserId,
};
use rapport_store::columns::{customer, user};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};
use std::collections::HashMap;
use uuid::Uuid;

const SURVEY: Column = column(Kind::Invitation, "survey");
const ANSWERED: Column = column(Kind::Response, "survey");

/// The list, with a button to invite more while the survey is not over.
#[component]
pub fn Invited(survey: Memo<Option<Survey>>) -> impl IntoView {
    let Some(id) = survey.with_untracked(|s| s.as_ref().map(|s| s.id)) else {
        return ().into_any();
    };
    let portal = use_portal();
    let invitations = portal
        .all::<Invitation>(move || Query::all(Kind::Invitation).filter(Filter::eq(SURVEY, id.0)));
    let listed = memo(move || {
        let mut all = invitations.get().unwrap_or_default();
        all.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        all
    });
    let open = RwSignal::new(false);
    let takes = memo(move || {
        survey.with(|s| {
            s.as_ref()
                .is_some_and(|s| matches!(s.state, SurveyState::Draft | SurveyState::Open))
        })
    });
    let counts = move || {
        let all = listed.get();
        let asked = all
            .iter()
            .filter(|one| one.state != InvitationState::Withdrawn);
        let answered = all
            .iter()
            .filter(|one| one.state == InvitationState::Answered);
        tf(
            Msg::invitations_count,
            &[
                ("answered", &answered.count().to_string()),
                ("invited", &asked.count().to_string()),
            ],
        )
    };
    let ids = move || listed.with(|all| all.iter().map(|one| one.id.0).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <InvitedRow id listed/> }.into_any();
    view! {
        <section class="stack">
            <div class="head">
                <h2>{move || t(Msg::invitations_title)}</h2>
                <span class="quiet">{counts}</span>
                <span class="end"></span>
                {move || {
                    takes.get().then(|| view! {
                        <Button
                            label=move || t(Msg::invitations_add)
                            icon="plus"
                            on_press=Callback::new(move |()| open.set(true))
                        />
                    })
                }}
            </div>
            <ul class="plain-list records">{each(ids, |id| *id, one)}</ul>
            <Dialog
                title=move || t(Msg::invitations_add)
                open
                on_close=Callback::new(move |()| open.set(false))
            >
                {move || open.get().then(|| view! { <Choose survey listed open/> })}
            </Dialog>
        </section>
    }
    .into_any()
}

#[component]
fn InvitedRow(id: Uuid, listed: Memo<Vec<Invitation>>) -> impl IntoView {
    let portal = use_portal();
    let sync = portal.sync_of(move || RecordKey {
        kind: Kind::Invitation,
        id,
    });
    let found = memo(move || listed.with(|all| all.iter().find(|one| one.id.0 == id).cloned()));
    let words = move || {
        let Some(one) = found.get() else {
            return String::new();
        };
        let late = one.state == InvitationState::Open && !one.is_waiting(&clock::day_of(now()));
        let state = if late {
            t(Msg::invitation_expired)
        } else {
            wording::invitation(&one.state)
        };
        match one.answered_at {
            Some(at) => format!("{state} · {}", fmt::date(at)),
            None => state,
        }
    };
    let waits = memo(move || {
        use InvitationState::{Declined, Open};
        found.with(|one| {
            one.as_ref()
                .is_some_and(|one| matches!(one.state, Open | Declined))
        })
    });
    let fault = RwSignal::new(None::<Explained>);
    let withdraw = Callback::new(move |()| {
        let Some(before) = found.get_untracked() else {
            return;
        };
        let portal = use_portal();
        let edit = RecordEdit::of(&before, |one| one.state = InvitationState::Withdrawn);
        let entity = Entity::Record(before.to_record());
        live::durable(async move {
            if let Err(failed) = portal.edit(&entity, edit, None).await {
                fault.try_set(Some(untrack(|| explain::fault(&failed))));
            }
        });
    });
    let name = move || {
        let name = found.with(|one| one.as_ref().map(|one| one.person.name.clone()));
        name.unwrap_or_default()
    };
    view! {
        <li class="record">
            <div class="record-main">
                <p class="record-title" dir="auto">{name}</p>
                <p class="m quiet">{words} <SyncMark sync/></p>
                <FaultNote fault/>
            </div>
            {move || {
                waits.get().then(|| {
                    view! {
                        <Button
                            label=move || t(Msg::invitation_withdraw)
                            name=derived(move || {
                                tf(Msg::invitation_withdraw_of, &[("name", &name())])
                            })
                            kind=ButtonKind::Plain
                            on_press=withdraw
                        />
                    }
                })
            }}
        </li>
    }
}

/// Whom to invite: the people of the customers one looks after who are not invited yet.
#[component]
fn Choose(
    survey: Memo<Option<Survey>>,
    listed: Memo<Vec<Invitation>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let people = portal.rows(|| Query::all(Kind::User).ascending(user::NAME));
    let customers = portal.rows(|| Query::all(Kind::Customer));
    let everywhere = me.role == Role::Administrator;
    let asked = survey.with_untracked(|s| s.as_ref().map(|s| s.id.0));
    let answered = portal.all::<Response>(move || {
        let of = Filter::eq(ANSWERED, asked.unwrap_or_default());
        Query::all(Kind::Response).filter(of)
    });
    let candidates = memo(move || {
        let names: HashMap<Uuid, String> = customers
            .get()
            .unwrap_or_default()
            .rows
            .into_iter()
            .map(|shown| (shown.row.key.id, shown.row.text(customer::NAME).to_owned()))
            .collect();
        let invited: Vec<Option<UserId>> = listed.with(|all| {
            let held = all
                .iter()
                .filter(|one| one.state != InvitationState::Withdrawn);
            let held = held.map(|one| one.person.id);
            // Who answered without an invitation, on the telephone, is not asked again.
            answered.with(|all| {
                let given = all.iter().flatten().map(|one| one.person.id);
                held.chain(given).collect()
            })
        });
        let found = people.get().unwrap_or_default().rows.into_iter();
        let found = found.filter_map(|shown| {
            let role = Role::from(shown.row.text(user::ROLE));
            let whose = CustomerId(shown.row.id_in(user::CUSTOMER)?);
            let asks = matches!(role, Role::CustomerUser | Role::CustomerManager);
            let mine = everywhere || me.assigned_customers.contains(&whose);
            let id = UserId(shown.row.key.id);
            let name = shown.row.text(user::NAME).to_owned();
            let organisation = names.get(&whose.0).cloned().unwrap_or_default();
            (asks && mine && !invited.contains(&Some(id))).then_some((
                id,
                name,
                whose,
                organisation,
            ))
        });
        found.collect::<Vec<_>>()
    });
    let choices = derived(move || {
        let all = candidates.get().into_iter();
        let each = all.map(|(id, name, _, organisation)| Choice {
            value: id.to_string(),
            label: format!("{name} · {organisation}"),
        });
        each.collect::<Vec<_>>()
    });
    let chosen = RwSignal::new(Vec::<String>::new());
    let fault = RwSignal::new(None::<Explained>);
    // While it is set the button takes no second press, which would invite everybody twice.
    let busy = RwSignal::new(false);
    let invite = Callback::new(move |()| {
        let Some(survey) = survey.get_untracked() else {
            return;
        };
        let wanted = chosen.get_untracked();
        let people = candidates.get_untracked().into_iter();
        let people: Vec<_> = people
            .filter(|(id, ..)| wanted.contains(&id.to_string()))
            .collect();
        let portal = use_portal();
        busy.set(true);
        live::durable(async move {
            for (id, name, whose, _) in people {
                let person = PersonRef { id: Some(id), name };
                let new_id = random::new_id().into();
                let invitation = Invitation {
                    expires_on: survey.closes_on.clone(),
                    ..Invitation::new(new_id, survey.id, whose, person, clock::now())
                };
                if let Err(failed) = portal.create(&invitation, None).await {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                    busy.try_set(false);
                    return;
                }
            }
            busy.try_set(false);
            say(Msg::invitations_saved);
            open.try_set(false);
        });
    });
    let nobody = memo(move || candidates.with(Vec::is_empty));
    view! {
        {move || {
            if nobody.get() {
                return view! { <p>{t(Msg::invitations_nobody)}</p> }.into_any();
            }
            view! {
                <CheckboxesField
                    label=move || t(Msg::invitations_whom)
                    choices
                    values=chosen
                    on_change=Callback::new(move |values| chosen.set(values))
                    required=true
                />
            }
                .into_any()
        }}
        <FaultNote fault/>
        <div class="head">
            {move || {
                (!chosen.with(Vec::is_empty)).then(|| view! {
                    <Button
                        label=move || t(Msg::invitations_send)
                        kind=ButtonKind::Main
                        busy
                        on_press=invite
                    />
                })
            }}
            <Button
                label=move || t(Msg::cancel)
                on_press=Callback::new(move |()| open.set(false))
            />
        </div>
    }
}
