//! The approval that a request waits for, or what was decided, and deciding.

use crate::features::shared::{DraftForm, DraftKey, LeftDraft, words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, Card, Dialog, Note, State};
use leptos::prelude::*;
use rapport_domain::plain::Fields;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::ticket::{NOTE_MAX, check_length};
use rapport_domain::{Approval, ApprovalState, Entity, Invalid, Kind, RecordEdit, TicketId, Typed};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

const TICKET: Column = column(Kind::Approval, "ticket");
const REASON: &str = "reason";

type Known = Memo<Option<Approval>>;

/// The newest approval of a ticket.
fn newest(id: TicketId) -> Known {
    let all = use_portal()
        .all::<Approval>(move || Query::all(Kind::Approval).filter(Filter::eq(TICKET, id.0)));
    memo(move || {
        let all = all.get().unwrap_or_default();
        all.into_iter()
            .max_by_key(|one| (one.stamp.said_at, one.id))
    })
}

/// Whether a ticket waits for a decision.
pub fn undecided(id: TicketId) -> Memo<bool> {
    let approval = newest(id);
    memo(move || {
        approval.with(|one| {
            one.as_ref()
                .is_some_and(|one| one.state == ApprovalState::Requested)
        })
    })
}

/// What was decided, by whom and why; nothing where nothing was asked.
#[component]
pub fn Decision(id: TicketId) -> impl IntoView {
    let approval = newest(id);
    move || {
        let approval = approval.get()?;
        let state = approval.state.clone();
        let (tone, label) = (shape(&state), derived(move || words::approval(&state)));
        let decided = approval.decided_at.map(|at| {
            let values = [
                ("name", &*approval.decided_by.name),
                ("date", &fmt::date_time(at)),
            ];
            view! { <p class="quiet">{tf(Msg::approval_by, &values)}</p> }
        });
        let reason = approval.reason.clone();
        let why = (!reason.is_empty()).then(|| view! { <p class="prose" dir="auto">{reason}</p> });
        Some(view! {
            <Card title=move || t(Msg::approval_title)>
                <p>
                    <State tone=move || tone label/>
                </p>
                {decided}
                {why}
            </Card>
        })
    }
}

/// The shape of what was decided.
const fn shape(state: &ApprovalState) -> &'static str {
    match state {
        ApprovalState::Approved => "done",
        ApprovalState::Refused => "late",
        _ => "held",
    }
}

/// Asks for the decision, where it is the reader's; tells who waits for it where it is not.
#[component]
pub fn Decide(id: TicketId) -> impl IntoView {
    let approval = newest(id);
    let me = use_portal().me();
    let desk = scope(&me.role, Right::DecideApproval) == Scope::All;
    let waits = memo(move || {
        approval.with(|one| {
            let one = one
                .as_ref()
                .filter(|one| one.state == ApprovalState::Requested)?;
            Some((one.may_decide(&me), one.requester.name.clone()))
        })
    });
    let chosen = RwSignal::new(None::<ApprovalState>);
    let open = RwSignal::new(false);
    let ask = move |state: ApprovalState| {
        Callback::new(move |()| {
            chosen.set(Some(state.clone()));
            open.set(true);
        })
    };
    let note = move || {
        let (mine, name) = waits.get()?;
        let title = derived(move || match mine && !desk {
            true => tf(Msg::approval_yours, &[("name", &name)]),
            false => t(Msg::approval_requested),
        });
        let text = move || {
            t(match (mine, desk) {
                (true, true) => Msg::approval_desk_text,
                (true, false) => Msg::approval_yours_text,
                _ => Msg::approval_waits_text,
            })
        };
        Some(view! {
            <Note title text>
                {mine
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::approval_approve)
                                kind=ButtonKind::Main
                                on_press=ask(ApprovalState::Approved)
                            />
                            <Button
                                label=move || t(Msg::approval_refuse)
                                on_press=ask(ApprovalState::Refused)
                            />
                        }
                    })}
            </Note>
        })
    };
    let title = derived(move || verb(chosen.get().as_ref()).map(t).unwrap_or_default());
    // Reasons for a decision that somebody else has taken meanwhile.
    let left = move || {
        let decided = waits.get().is_none();
        let one = approval.get().filter(|_| decided)?;
        let both = [ApprovalState::Approved, ApprovalState::Refused];
        let places = both.map(|state| place(&one, &state)).into_iter();
        Some(
            places
                .map(|place| view! { <LeftDraft place/> })
                .collect_view(),
        )
    };
    view! {
        {note}
        {left}
        <Dialog title open on_close=Callback::new(move |()| open.set(false))>
            {move || chosen.get().map(|state| view! { <DecideForm approval state desk open/> })}
        </Dialog>
    }
}

const fn verb(state: Option<&ApprovalState>) -> Option<Msg> {
    match state {
        Some(ApprovalState::Approved) => Some(Msg::approval_approve),
        Some(ApprovalState::Refused) => Some(Msg::approval_refuse),
        _ => None,
    }
}

fn place(approval: &Approval, state: &ApprovalState) -> DraftKey {
    DraftKey::Move(approval.to_record().key(), state.to_string())
}

#[component]
fn DecideForm(
    approval: Known,
    state: ApprovalState,
    desk: bool,
    open: RwSignal<bool>,
) -> impl IntoView {
    let before = approval.get_untracked()?;
    let place = place(&before, &state);
    let form = DraftForm::new(place, Fields::new(), REASON);
    // Who decides for somebody else says who told him; who refuses says why.
    let needed = desk || state == ApprovalState::Refused;
    let label = if desk {
        Msg::approval_told
    } else {
        Msg::move_reason
    };
    let fields = form.lines(REASON, label, None, needed);
    let cancel = view! {
        <Button
            label=move || t(Msg::cancel)
            on_press=Callback::new(move |()| open.set(false))
        />
    };
    let send_label = verb(Some(&state)).unwrap_or(Msg::save);
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let Some(before) = approval.get_untracked() else {
            return;
        };
        let reason = untrack(|| sending.text(REASON));
        let edit = RecordEdit::of(&before, |approval| {
            approval.state = state.clone();
            reason.trim().clone_into(&mut approval.reason);
        });
        let entity = Entity::Record(before.to_record());
        sending.send(
            problems(&reason, needed),
            move |portal, draft| async move { portal.edit(&entity, edit, Some(&draft)).await },
            Msg::approval_saved,
            Callback::new(move |()| open.set(false)),
        );
    });
    Some(form.frame(
        fields.into_any(),
        form.end(send_label, Some(cancel.into_any())),
        send,
    ))
}

fn problems(reason: &str, needed: bool) -> Vec<Invalid> {
    let mut found = Vec::new();
    check_length(&mut found, REASON, reason, u32::from(needed), NOTE_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_asked_for_where_it_says_something() {
        assert!(problems("", false).is_empty());
        assert_eq!(problems(" ", true).len(), 1);
    }
}
