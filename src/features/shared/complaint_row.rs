//! Complaints in lists: subject, stage, what is due, and where the record stands between this device
//! and the server.

use crate::features::shared::now::{ago, now};
use crate::features::shared::sync::SyncMark;
use crate::features::shared::words;
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{Row, Rows, State};
use leptos::prelude::*;
use rapport_domain::{ComplaintStage, Kind, RecordKey, Reference, Timestamp};
use rapport_store::plain::{account, column, updated_at};
use rapport_store::{Column, QueryResult, Row as Record, Shown};
use std::collections::HashMap;
use uuid::Uuid;

const SUBJECT: Column = column(Kind::Complaint, "subject");
const NUMBER: Column = column(Kind::Complaint, "number");
const STAGE: Column = column(Kind::Complaint, "stage");
const DUE: Column = column(Kind::Complaint, "due_at");
const WHO: Column = column(Kind::Complaint, "complainant");
const WHOSE: Column = account(Kind::Complaint, "complainant");

/// The shape of a stage, for its complainant or for who handles it.
fn tone(stage: &ComplaintStage, mine: bool, late: bool) -> &'static str {
    match stage {
        stage if stage.is_over() => "done",
        stage if stage.waits_for_complainant() => {
            if mine {
                "you"
            } else {
                "held"
            }
        }
        _ if late => "late",
        ComplaintStage::Received => "new",
        ComplaintStage::RejectedByComplainant | ComplaintStage::Escalated if !mine => "you",
        _ => "open",
    }
}

/// Where a complaint stands.
#[component]
pub fn StageBadge(
    /// The stage.
    #[prop(into)]
    stage: Signal<ComplaintStage>,
    /// By when the next one is due.
    #[prop(into)]
    due: Signal<Option<Timestamp>>,
    /// Whether the reader complains himself.
    #[prop(into)]
    mine: Signal<bool>,
) -> impl IntoView {
    let late = move || due.get().is_some_and(|due| due < now());
    let label = derived(move || {
        let stage = stage.get();
        if mine.get() && stage.waits_for_complainant() {
            return t(Msg::stage_waits_for_you);
        }
        words::stage(&stage)
    });
    view! { <State tone=derived(move || tone(&stage.get(), mine.get(), late())) label/> }
}

/// A list of complaints.
#[component]
pub fn ComplaintRows(
    /// The complaints.
    #[prop(into)]
    found: Signal<Option<QueryResult>>,
) -> impl IntoView {
    let rows = memo(move || found.get().unwrap_or_default().rows);
    let by_id = memo(move || {
        rows.with(|rows| {
            let pairs = rows.iter().map(|shown| (shown.row.key.id, shown.clone()));
            pairs.collect::<HashMap<Uuid, Shown>>()
        })
    });
    let ids = move || rows.with(|rows| rows.iter().map(|r| r.row.key.id).collect::<Vec<_>>());
    let one = move |id: Uuid| view! { <ComplaintRow id by_id/> }.into_any();
    view! {
        <Rows>
            {each(ids, |id| *id, one)}
        </Rows>
    }
}

#[component]
fn ComplaintRow(id: Uuid, by_id: Memo<HashMap<Uuid, Shown>>) -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let shown = memo(move || by_id.with(|all| all.get(&id).cloned()));
    fn with<T: Default>(shown: Memo<Option<Shown>>, read: impl Fn(&Record) -> T) -> T {
        shown.with(|shown| shown.as_ref().map(|s| read(&s.row)).unwrap_or_default())
    }
    let stage =
        derived(move || ComplaintStage::from(with(shown, |r| r.text(STAGE).to_owned()).as_str()));
    let due = derived(move || with(shown, |r| r.time(DUE)));
    let mine = derived(move || with(shown, |r| r.id_in(WHOSE)) == Some(me.id.0));
    let about = move || {
        let number = with(shown, |r| match r.text(NUMBER) {
            "" => Reference::of(r.key.id).to_string(),
            number => number.to_owned(),
        });
        let who = match mine.get() {
            true => String::new(),
            false => with(shown, |r| r.text(WHO).to_owned()),
        };
        let due = due.get().map(due_words).unwrap_or_default();
        let parts = [number, who, due].into_iter();
        let parts = parts.filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    };
    let sync = portal.sync_of(move || RecordKey {
        kind: Kind::Complaint,
        id,
    });
    view! {
        <Row
            href=paths::complaint(id)
            title=derived(move || with(shown, |r| r.text(SUBJECT).to_owned()))
            aside=derived(move || {
                with(shown, |r| r.time(updated_at(Kind::Complaint))).map(ago).unwrap_or_default()
            })
        >
            <StageBadge stage due mine/>
            <span class="quiet row-about">{about}</span>
            <SyncMark sync/>
        </Row>
    }
}

/// By when something is due, or since when it is late.
pub fn due_words(due: Timestamp) -> String {
    let message = if due < now() {
        Msg::due_late
    } else {
        Msg::due_by
    };
    tf(message, &[("date", &fmt::date(due))])
}
