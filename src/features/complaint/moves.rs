//! Moving a complaint on: what each side can do at this stage, each with a word on why.

use super::{Known, key, of};
use crate::features::shared::{DraftForm, DraftKey, LeftDraft, words};
use crate::i18n::{Msg, t};
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{Button, ButtonKind, Dialog};
use leptos::prelude::*;
use rapport_domain::complaint::Side;
use rapport_domain::plain::Fields;
use rapport_domain::ticket::{DESCRIPTION_MAX, NOTE_MAX, check_length};
use rapport_domain::{
    Complaint, ComplaintId, ComplaintStage, Entity, Invalid, Plain, RecordEdit, Typed,
};

const NOTE: &str = "note";
const DECISION: &str = "decision";
const REMEDY: &str = "remedy_given";

/// What can be done now; nothing where nothing can.
#[component]
pub fn Moves(id: ComplaintId, complaint: Known, side: Signal<Option<Side>>) -> impl IntoView {
    let next = memo(move || match side.get() {
        Some(side) => of(complaint, |c| c.successors(side)),
        None => Vec::new(),
    });
    let chosen = RwSignal::new(None::<ComplaintStage>);
    let open = RwSignal::new(false);
    let ask = Callback::new(move |stage: ComplaintStage| {
        chosen.set(Some(stage));
        open.set(true);
    });
    let one = move |(place, stage): (usize, ComplaintStage)| {
        let kind = match (place, &stage) {
            (_, ComplaintStage::Withdrawn) => ButtonKind::Plain,
            (0, _) => ButtonKind::Main,
            _ => ButtonKind::Usual,
        };
        let (wanted, named) = (stage.clone(), stage);
        let label = derived(move || verb(&named, side.get()));
        view! { <Button label kind on_press=Callback::new(move |()| ask.run(wanted.clone()))/> }
            .into_any()
    };
    let listed = move || next.get().into_iter().enumerate().collect::<Vec<_>>();
    // Words for a move that is not to be made any more.
    let left = ComplaintStage::KNOWN
        .iter()
        .map(|stage| {
            let possible = memo(move || next.with(|next| next.contains(stage)));
            move || {
                (!possible.get()).then(|| {
                    view! { <LeftDraft place=DraftKey::Move(key(id), stage.to_string())/> }
                })
            }
        })
        .collect_view();
    let title = derived(move || {
        chosen
            .with(|stage| {
                stage
                    .as_ref()
                    .map(|stage| verb(stage, side.get_untracked()))
            })
            .unwrap_or_default()
    });
    view! {
        {move || {
            (!next.with(Vec::is_empty))
                .then(|| view! { <div class="head">{each(listed, |one| one.clone(), one)}</div> })
        }}
        {left}
        <Dialog title open on_close=Callback::new(move |()| open.set(false))>
            {move || {
                chosen
                    .get()
                    .map(|stage| view! { <MoveForm id complaint stage side open/> })
            }}
        </Dialog>
    }
}

/// What moving to a stage is called on a button.
fn verb(stage: &ComplaintStage, side: Option<Side>) -> String {
    use ComplaintStage as S;
    t(match stage {
        S::Acknowledged => Msg::move_acknowledge,
        S::Assessed => Msg::move_assess,
        S::Investigating => Msg::move_investigate,
        S::ResponseProposed => Msg::move_propose,
        S::DecisionCommunicated => Msg::move_decide,
        S::Accepted => Msg::move_accept,
        S::RejectedByComplainant => Msg::move_reject,
        S::Escalated if side == Some(Side::Handler) => Msg::move_escalate_up,
        S::Escalated => Msg::move_escalate,
        S::Closed => Msg::move_close,
        S::Withdrawn => Msg::move_withdraw,
        S::Received | S::Other(_) => return words::stage(stage),
    })
}

/// What the side that is asked should know before it moves the complaint.
const fn advice(stage: &ComplaintStage) -> Option<Msg> {
    Some(match stage {
        ComplaintStage::Accepted => Msg::move_accept_text,
        ComplaintStage::RejectedByComplainant => Msg::move_reject_text,
        ComplaintStage::Escalated => Msg::move_escalate_text,
        ComplaintStage::Withdrawn => Msg::move_withdraw_text,
        ComplaintStage::ResponseProposed | ComplaintStage::DecisionCommunicated => {
            Msg::move_decide_text
        }
        _ => return None,
    })
}

/// Whether a move says nothing without a reason.
const fn needs_reason(stage: &ComplaintStage) -> bool {
    matches!(
        stage,
        ComplaintStage::RejectedByComplainant | ComplaintStage::Escalated
    )
}

#[component]
fn MoveForm(
    id: ComplaintId,
    complaint: Known,
    stage: ComplaintStage,
    side: Signal<Option<Side>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let decides = stage.waits_for_complainant();
    let place = DraftKey::Move(key(id), stage.to_string());
    let form = DraftForm::of(place, complaint, given, NOTE);
    let fields = view! {
        {decides
            .then(|| {
                view! {
                    {form.lines(DECISION, Msg::complaint_decision, Some(Msg::complaint_decision_hint), true)}
                    {form.lines(REMEDY, Msg::complaint_remedy_given, None, false)}
                }
            })}
        {form.lines(NOTE, Msg::move_reason, None, needs_reason(&stage))}
    };
    let cancel = view! {
        <Button
            label=move || t(Msg::cancel)
            on_press=Callback::new(move |()| open.set(false))
        />
    };
    let advised = advice(&stage);
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let (Some(before), Some(_)) = (complaint.get_untracked(), side.get_untracked()) else {
            return;
        };
        let before = sending.base(before);
        let typed = untrack(|| Typing {
            note: sending.text(NOTE),
            decision: sending.text(DECISION),
            remedy: sending.text(REMEDY),
        });
        let edit = moved(&before, &stage, &typed, decides);
        let entity = Entity::Record(before.to_record());
        sending.send(
            problems(&stage, &typed, decides),
            move |portal, draft| async move { portal.edit(&entity, edit, Some(&draft)).await },
            Msg::complaint_moved,
            Callback::new(move |()| open.set(false)),
        );
    });
    view! {
        {advised.map(|message| view! { <p>{t(message)}</p> })}
        {form.frame(fields.into_any(), form.end(Msg::complaint_move, Some(cancel.into_any())), send)}
    }
}

/// What was typed.
struct Typing {
    note: String,
    decision: String,
    remedy: String,
}

fn problems(stage: &ComplaintStage, typed: &Typing, decides: bool) -> Vec<Invalid> {
    let mut found = Vec::new();
    if decides {
        check_length(&mut found, DECISION, &typed.decision, 1, DESCRIPTION_MAX);
        check_length(&mut found, REMEDY, &typed.remedy, 0, DESCRIPTION_MAX);
    }
    check_length(
        &mut found,
        NOTE,
        &typed.note,
        u32::from(needs_reason(stage)),
        NOTE_MAX,
    );
    found
}

fn moved(before: &Complaint, stage: &ComplaintStage, typed: &Typing, decides: bool) -> RecordEdit {
    RecordEdit::of(before, |complaint| {
        complaint.move_to(stage.clone());
        if decides {
            typed.decision.trim().clone_into(&mut complaint.decision);
            typed.remedy.trim().clone_into(&mut complaint.remedy_given);
        }
    })
    .standing_on(&Entity::Record(before.to_record()), agreed(stage))
    .because(&typed.note)
}

/// What the complainant says yes to: another answer than the one that he read is not accepted unseen.
fn agreed(stage: &ComplaintStage) -> impl Iterator<Item = &'static str> {
    let accepts = *stage == ComplaintStage::Accepted;
    [DECISION, REMEDY].into_iter().filter(move |_| accepts)
}

/// What stands in the form before anything is typed.
fn given(complaint: &Complaint) -> Fields {
    Fields::from_iter([
        (DECISION.to_owned(), complaint.decision.put()),
        (REMEDY.to_owned(), complaint.remedy_given.put()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::Timestamp;
    use uuid::Uuid;

    fn typing(note: &str, decision: &str) -> Typing {
        Typing {
            note: note.into(),
            decision: decision.into(),
            remedy: String::new(),
        }
    }

    #[test]
    fn a_decision_and_a_rejection_need_words() {
        let wrong = |stage: ComplaintStage, typed: Typing, decides| {
            let found = problems(&stage, &typed, decides).into_iter();
            found.map(|one| one.field).collect::<Vec<_>>()
        };
        use ComplaintStage as S;
        assert_eq!(
            wrong(S::DecisionCommunicated, typing("", " "), true),
            [DECISION]
        );
        assert_eq!(
            wrong(S::RejectedByComplainant, typing(" ", ""), false),
            [NOTE]
        );
        assert!(wrong(S::Accepted, typing("", ""), false).is_empty());
    }

    #[test]
    fn an_escalation_goes_out_with_its_level_and_reason() {
        let before = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        let edit = moved(
            &before,
            &ComplaintStage::Escalated,
            &typing(" Still wrong ", ""),
            false,
        );
        assert_eq!(edit.mine::<u32>("level"), Some(1));
        assert_eq!(edit.mine("stage"), Some(ComplaintStage::Escalated));
        assert_eq!(edit.note.as_deref(), Some("Still wrong"));
        assert!(!edit.fields.contains_key(DECISION));
    }
}
