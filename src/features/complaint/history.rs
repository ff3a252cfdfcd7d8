//! What happened to a complaint, in order: stages as quiet lines, words of people as cards.

use super::{Known, of};
use crate::features::shared::{SyncMark, moment, words};
use crate::i18n::{Msg, t, tf};
use crate::live::{RecordSync, use_portal};
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{ChangeLine, Message, Timeline};
use leptos::prelude::*;
use rapport_domain::{
    Complaint, ComplaintId, ComplaintNote, ComplaintStage, Intent, Kind, PersonRef, Timestamp, User,
};
use rapport_store::plain::{column, said_at};
use rapport_store::{Column, Filter, Query};
use rapport_sync::OutboxRow;
use uuid::Uuid;

const OF: Column = column(Kind::ComplaintNote, "complaint");

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    /// Its name among all of the complaint.
    id: Uuid,
    at: Timestamp,
    by: PersonRef,
    sync: RecordSync,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Stage { stage: ComplaintStage, note: String },
    Note { text: String, internal: bool },
}

/// Everything that is known, oldest first; what is still on this device last.
fn entries(
    complaint: &Complaint,
    notes: &[ComplaintNote],
    outbox: &[OutboxRow],
    me: &User,
) -> Vec<Entry> {
    let steps = complaint
        .steps
        .iter()
        .zip(0_u128..)
        .map(|(step, place)| Entry {
            id: Uuid::from_u128(complaint.id.0.as_u128().wrapping_add(place + 1)),
            at: step.at,
            by: step.by.clone(),
            sync: RecordSync::Received,
            what: What::Stage {
                stage: step.stage.clone(),
                note: step.note.clone(),
            },
        });
    let waiting = |id: Uuid| {
        let rows = outbox
            .iter()
            .filter(|row| row.item.intent.target().id == id);
        rows.map(RecordSync::of).max()
    };
    let words = notes.iter().map(|note| Entry {
        id: note.id.0,
        at: note.stamp.said_at,
        by: note.author.clone(),
        sync: waiting(note.id.0).unwrap_or_default(),
        what: What::Note {
            text: note.text.clone(),
            internal: note.internal,
        },
    });
    let moves = outbox.iter().filter_map(|row| match &row.item.intent {
        Intent::Edit { target, edit, .. } if target.id == complaint.id.0 => Some(Entry {
            id: row.item.op.0,
            at: row.item.said_at,
            by: PersonRef {
                id: Some(me.id),
                name: me.name.clone(),
            },
            sync: RecordSync::of(row),
            what: What::Stage {
                stage: edit.mine("stage")?,
                note: edit.note.clone().unwrap_or_default(),
            },
        }),
        _ => None,
    });
    let mut all: Vec<Entry> = steps.chain(words).chain(moves).collect();
    all.sort_by_key(|entry| (entry.at, entry.id));
    all
}

/// What happened.
#[component]
pub fn History(id: ComplaintId, complaint: Known) -> impl IntoView {
    let portal = use_portal();
    let (outbox, me) = (portal.outbox(), portal.me());
    let notes = portal.all::<ComplaintNote>(move || {
        Query::all(Kind::ComplaintNote)
            .filter(Filter::eq(OF, id.0))
            .ascending(said_at(Kind::ComplaintNote))
    });
    let reader = me.clone();
    let all = memo(move || {
        let notes = notes.get().unwrap_or_default();
        outbox.with(|outbox| of(complaint, |c| entries(c, &notes, outbox, &reader)))
    });
    let by_id = move |id: Uuid| {
        memo(move || all.with(|all| all.iter().find(|entry| entry.id == id).cloned()))
    };
    let ids = move || all.with(|all| all.iter().map(|entry| entry.id).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <EntryView entry=by_id(id) me=me.clone()/> }.into_any();
    view! {
        <section class="stack">
            <h2>{move || t(Msg::complaint_history)}</h2>
            <Timeline label=move || t(Msg::complaint_history)>
                {each(ids, |id| *id, one)}
            </Timeline>
        </section>
    }
}

#[component]
fn EntryView(entry: Memo<Option<Entry>>, me: User) -> impl IntoView {
    let is_note = entry
        .with_untracked(|entry| matches!(entry.as_ref().map(|e| &e.what), Some(What::Note { .. })));
    let when =
        derived(move || entry.with(|e| e.as_ref().map(|e| moment(e.at)).unwrap_or_default()));
    let sync = derived(move || entry.with(|e| e.as_ref().map(|e| e.sync).unwrap_or_default()));
    let reader = me.clone();
    let author = derived(move || entry.with(|e| words::person(e.as_ref().map(|e| &e.by), &reader)));
    let mark =
        move || (sync.get() != RecordSync::Received).then(|| view! { <p><SyncMark sync/></p> });
    let said = move || {
        entry.with(|e| match e.as_ref().map(|e| &e.what) {
            Some(What::Note { text, .. }) => text.clone(),
            Some(What::Stage { note, .. }) => note.clone(),
            None => String::new(),
        })
    };
    let words = move || {
        let said = said();
        (!said.is_empty()).then(|| view! { <p class="say" dir="auto">{said}</p> })
    };
    if is_note {
        let mine =
            derived(move || entry.with(|e| e.as_ref().is_some_and(|e| e.by.id == Some(me.id))));
        let role = derived(move || {
            let internal = entry.with(|e| {
                matches!(
                    e.as_ref().map(|e| &e.what),
                    Some(What::Note { internal: true, .. })
                )
            });
            if internal {
                t(Msg::note_internal_mark)
            } else {
                String::new()
            }
        });
        return view! {
            <Message author role when mine>
                {words}
                {mark}
            </Message>
        }
        .into_any();
    }
    let line = derived(move || {
        let stage = entry.with(|e| match e.as_ref().map(|e| &e.what) {
            Some(What::Stage { stage, .. }) => words::stage(stage),
            _ => String::new(),
        });
        tf(
            Msg::complaint_step,
            &[("stage", &stage), ("name", &author.get())],
        )
    });
    view! {
        <ChangeLine text=line when>
            {words}
            {mark}
        </ChangeLine>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::complaint::Step;
    use rapport_domain::{OperationId, RecordEdit, Role, Stamp, Typed, UserId};
    use rapport_sync::OutboxItem;

    #[test]
    fn stages_words_and_what_waits_here_are_one_line_in_order() {
        let me = User {
            id: UserId(Uuid::from_u128(2)),
            stamp: Stamp::default(),
            customer: None,
            name: "Anna".into(),
            login: None,
            email: None,
            phone: None,
            role: Role::CustomerUser,
            assigned_customers: vec![],
        };
        let mut complaint = Complaint::new(Uuid::from_u128(100).into(), Timestamp(0));
        complaint.steps.push(Step {
            stage: ComplaintStage::Received,
            at: Timestamp(1),
            by: PersonRef::default(),
            note: String::new(),
            level: 0,
        });
        let note = ComplaintNote {
            text: "Any news?".into(),
            ..ComplaintNote::new(Uuid::from_u128(200).into(), complaint.id, Timestamp(5))
        };
        let edit = RecordEdit::of(&complaint, |c| c.move_to(ComplaintStage::Withdrawn));
        let intent = Intent::Edit {
            target: complaint.to_record().key(),
            base_version: None,
            edit: edit.because("It is fine now"),
        };
        let op = OperationId(Uuid::from_u128(300));
        let row = OutboxRow {
            sequence: 1,
            item: OutboxItem::new(op, intent, Timestamp(9)),
            bytes: vec![],
        };
        let all = entries(&complaint, &[note], &[row], &me);
        let order: Vec<_> = all.iter().map(|e| (e.at.0, e.sync)).collect();
        use RecordSync::{Received, SavedHere};
        assert_eq!(order, [(1, Received), (5, Received), (9, SavedHere)]);
        assert_eq!(
            all[2].what,
            What::Stage {
                stage: ComplaintStage::Withdrawn,
                note: "It is fine now".into()
            }
        );
    }
}
