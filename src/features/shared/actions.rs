//! Actions: what somebody has promised a customer, or a customer us, by a day. Listed, added, changed.

use super::draft_form::DraftForm;
use super::draft_key::DraftKey;
use super::now::now;
use super::sync::SyncMark;
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, Choice, Dialog, State, each};
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::plain::Fields;
use rapport_domain::relationship::Party;
use rapport_domain::{
    Action, ActionId, ActionState, CustomerId, Date, Entity, Kind, PersonRef, Plain, RecordEdit,
    RecordKey, ReviewId, Typed,
};
use serde_json::Value;
use uuid::Uuid;

const TITLE: &str = "title";
const OWNER: &str = "owner";
const SIDE: &str = "side";
const DUE: &str = "due_on";
const STATE: &str = "state";
const RESULT: &str = "result";
const SHARED: &str = "shared";

/// The actions of a customer, with a button for a new one where the reader keeps them.
#[component]
pub fn Actions(
    /// Whose.
    customer: CustomerId,
    /// The actions.
    #[prop(into)]
    all: Signal<Vec<Action>>,
    /// Whether the reader may write.
    keeps: bool,
    /// The review in which new ones are agreed.
    #[prop(optional)]
    review: Option<ReviewId>,
) -> impl IntoView {
    let listed = memo(move || {
        let mut all = all.get();
        all.sort_by_key(|one| (one.state.is_over(), one.due_on.clone()));
        all
    });
    let adding = RwSignal::new(false);
    let changed = RwSignal::new(None::<Uuid>);
    let changing = RwSignal::new(false);
    let change = Callback::new(move |id: Uuid| {
        changed.set(Some(id));
        changing.set(true);
    });
    let ids = move || listed.with(|all| all.iter().map(|one| one.id.0).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <ActionRow id listed keeps change/> }.into_any();
    let none = memo(move || listed.with(Vec::is_empty));
    view! {
        <section class="stack">
            <div class="head">
                <h2>{move || t(Msg::actions_title)}</h2>
                <span class="end"></span>
                {keeps
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::action_add)
                                icon="plus"
                                on_press=Callback::new(move |()| adding.set(true))
                            />
                        }
                    })}
            </div>
            {move || none.get().then(|| view! { <p class="quiet">{t(Msg::actions_none)}</p> })}
            <ul class="plain-list records">{each(ids, |id| *id, one)}</ul>
            <Dialog
                title=move || t(Msg::action_add)
                open=adding
                on_close=Callback::new(move |()| adding.set(false))
            >
                {move || adding.get().then(|| view! { <AddAction customer review open=adding/> })}
            </Dialog>
            <Dialog
                title=move || t(Msg::action_change)
                open=changing
                on_close=Callback::new(move |()| changing.set(false))
            >
                {move || {
                    changing.get().then(|| {
                        let found = changed.get().and_then(|id| {
                            listed.with_untracked(|all| all.iter().find(|one| one.id.0 == id).cloned())
                        });
                        found.map(|action| view! { <ChangeAction action keeps open=changing/> })
                    })
                }}
            </Dialog>
        </section>
    }
}

/// What a state of an action is called.
pub(super) fn state(state: &ActionState) -> String {
    t(match state {
        ActionState::Open => Msg::action_open,
        ActionState::Done => Msg::action_done,
        ActionState::Cancelled => Msg::action_cancelled,
        ActionState::Other(word) => return word.clone(),
    })
}

#[component]
fn ActionRow(
    id: Uuid,
    listed: Memo<Vec<Action>>,
    keeps: bool,
    change: Callback<Uuid>,
) -> impl IntoView {
    let action = memo(move || listed.with(|all| all.iter().find(|one| one.id.0 == id).cloned()));
    fn with<T: Default>(action: Memo<Option<Action>>, read: impl FnOnce(&Action) -> T) -> T {
        action.with(|action| action.as_ref().map(read).unwrap_or_default())
    }
    // Who is to do it says what came of it.
    let me = use_portal().me().id;
    let changes = memo(move || keeps || with(action, |a| a.owner.id == Some(me)));
    let late = memo(move || with(action, |a| a.is_overdue(&clock::day_of(now()))));
    let tone = derived(move || match with(action, |a| Some(a.state.clone())) {
        Some(ActionState::Done) => "done",
        Some(ActionState::Cancelled) => "held",
        _ if late.get() => "late",
        _ => "open",
    });
    let label = derived(move || with(action, |a| state(&a.state)));
    let about = move || {
        let due = with(action, |a| a.due_on.clone());
        let over = with(action, |a| a.state.is_over());
        let due = due.map(|day| {
            let message = if late.get() {
                Msg::due_late
            } else {
                Msg::due_by
            };
            tf(message, &[("date", &fmt::day(&day))])
        });
        let owner = with(action, |a| a.owner.name.clone());
        let unshared = with(action, |a| (!a.shared).then(|| t(Msg::action_internal)));
        let parts = [
            Some(owner),
            due.filter(|_| !over),
            unshared.filter(|_| keeps),
        ];
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    };
    let result = move || {
        let result = with(action, |a| a.result.clone());
        (!result.is_empty()).then(|| view! { <p class="say" dir="auto">{result}</p> })
    };
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Action,
        id,
    });
    let name = derived(move || {
        let title = with(action, |a| a.title.clone());
        tf(Msg::record_change, &[("title", &title)])
    });
    view! {
        <li class="record">
            <div class="record-main">
                <p class="record-title" dir="auto">{move || with(action, |a| a.title.clone())}</p>
                <p class="m">
                    <State tone label/>
                    <span class="quiet">{about}</span>
                    <SyncMark sync/>
                </p>
                {result}
            </div>
            {move || {
                changes.get().then(|| {
                    view! {
                        <Button
                            label=move || t(Msg::change)
                            name
                            kind=ButtonKind::Plain
                            on_press=Callback::new(move |()| change.run(id))
                        />
                    }
                })
            }}
        </li>
    }
}

fn sides() -> Signal<Vec<Choice>> {
    derived(|| {
        let each = Party::KNOWN.iter().map(|side| Choice {
            value: side.to_string(),
            label: party(side),
        });
        each.collect::<Vec<_>>()
    })
}

/// What a side of the relationship is called.
#[must_use]
pub fn party(side: &Party) -> String {
    t(match side {
        Party::Provider => Msg::side_provider,
        Party::Customer => Msg::side_customer,
        Party::Other(word) => return word.clone(),
    })
}

/// The action as the form wants it.
fn wanted(action: &mut Action, form: &DraftForm) {
    form.text(TITLE).trim().clone_into(&mut action.title);
    let owner = form.text(OWNER).trim().to_owned();
    if owner != action.owner.name {
        action.owner = PersonRef {
            id: None,
            name: owner,
        };
    }
    action.side = Party::from(form.text(SIDE).as_str());
    action.due_on = Date::parse(&form.text(DUE));
    action.shared = form.flag(SHARED);
}

fn given(action: &Action) -> Fields {
    Fields::from_iter([
        (TITLE.to_owned(), action.title.put()),
        (OWNER.to_owned(), Value::from(action.owner.name.clone())),
        (SIDE.to_owned(), action.side.put()),
        (DUE.to_owned(), action.due_on.put()),
        (SHARED.to_owned(), Value::Bool(action.shared)),
        (STATE.to_owned(), action.state.put()),
        (RESULT.to_owned(), action.result.put()),
    ])
}

fn fields(form: &DraftForm) -> AnyView {
    view! {
        {form.line(TITLE, Msg::action_title, None, true)}
        {form.line(OWNER, Msg::action_owner, None, true)}
        {form.radio(SIDE, Msg::action_side, None, sides())}
        {form.day(DUE, Msg::action_due, None, true)}
        {form.switch(SHARED, Msg::action_shared, Some(Msg::action_shared_hint))}
    }
    .into_any()
}

fn cancel(open: RwSignal<bool>) -> AnyView {
    view! {
        <Button
            label=move || t(Msg::cancel)
            on_press=Callback::new(move |()| open.set(false))
        />
    }
    .into_any()
}

#[component]
fn AddAction(
    customer: CustomerId,
    review: Option<ReviewId>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let portal = use_portal();
    let empty = Action {
        owner: portal.myself(),
        shared: true,
        ..Action::new(ActionId(Uuid::nil()), customer, clock::now())
    };
    let place = DraftKey::New(Kind::Action, Some(customer.0));
    let form = DraftForm::new(place, given(&empty), TITLE);
    let sending = form.clone();
    let me = portal.myself();
    let send = Callback::new(move |()| {
        let mut action = Action {
            owner: me.clone(),
            review,
            ..Action::new(random::new_id().into(), customer, clock::now())
        };
        untrack(|| wanted(&mut action, &sending));
        sending.send(
            action.problems(),
            move |portal, draft| async move { portal.create(&action, Some(&draft)).await },
            Msg::record_saved,
            Callback::new(move |()| open.set(false)),
        );
    });
    form.frame(fields(&form), form.end(Msg::save, Some(cancel(open))), send)
}

#[component]
fn ChangeAction(action: Action, keeps: bool, open: RwSignal<bool>) -> impl IntoView {
    let place = DraftKey::Change(RecordKey {
        kind: Kind::Action,
        id: action.id.0,
    });
    let form = DraftForm::of(place, Signal::stored(Some(action.clone())), given, TITLE);
    let states = derived(|| {
        let each = ActionState::KNOWN.iter().map(|one| Choice {
            value: one.to_string(),
            label: state(one),
        });
        each.collect::<Vec<_>>()
    });
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let action = sending.base(action.clone());
        let mut after = action.clone();
        untrack(|| {
            if keeps {
                wanted(&mut after, &sending);
            }
            after.state = ActionState::from(sending.text(STATE).as_str());
            sending.text(RESULT).trim().clone_into(&mut after.result);
        });
        let edit = RecordEdit::of(&action, |action| *action = after.clone());
        let entity = Entity::Record(action.to_record());
        sending.send(
            after.problems(),
            move |portal, draft| async move { portal.edit(&entity, edit, Some(&draft)).await },
            Msg::record_saved,
            Callback::new(move |()| open.set(false)),
        );
    });
    let all = view! {
        {keeps.then(|| fields(&form))}
        {form.radio(STATE, Msg::action_state, None, states)}
        {form.lines(RESULT, Msg::action_result, None, false)}
    };
    form.frame(
        all.into_any(),
        form.end(Msg::save, Some(cancel(open))),
        send,
    )
}
