//! A complaint: what it is about, where it stands and what is due; what each side can do; the stages it
//! went through and the words said on it.

mod confidential;
mod facts;
mod handle;
mod history;
mod moves;
mod new;
mod notes;
mod plan;

use crate::features::shared::{
    DraftKey, FaultNote, Heading, LeftDraft, OfflineNote, Places, StageBadge, SyncMark, explain,
};
use crate::i18n::{Msg, t, tf};
use crate::live::{Loaded, RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::LinkButton;
use confidential::MakeConfidential;
use facts::ComplaintFacts;
use handle::Handle;
use history::History;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use moves::Moves;
pub use new::NewComplaintPage;
use notes::NoteBox;
use plan::Plan;
use rapport_domain::complaint::Side;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Complaint, ComplaintId, ComplaintStage, Kind, RecordKey, Reference, User};

/// A complaint as far as it is known; every part of the page reads from it.
type Known = Signal<Option<Complaint>>;

/// Something of the complaint, or nothing while it is not known.
fn of<T: Default>(complaint: Known, read: impl FnOnce(&Complaint) -> T) -> T {
    complaint.with(|complaint| complaint.as_ref().map(read).unwrap_or_default())
}

/// On which side of a complaint somebody stands; on none who only reads it.
fn side(me: &User, complaint: &Complaint) -> Option<Side> {
    if complaint.complainant.id == Some(me.id) {
        return Some(Side::Complainant);
    }
    let handles = match scope(&me.role, Right::HandleComplaint) {
        Scope::All => true,
        Scope::Assigned => complaint
            .customer
            .is_some_and(|id| me.assigned_customers.contains(&id)),
        Scope::Nothing | Scope::Own | Scope::Organisation => false,
    };
    // Nobody handles what is complained about himself.
    (handles && complaint.about.id != Some(me.id)).then_some(Side::Handler)
}

fn key(id: ComplaintId) -> RecordKey {
    RecordKey {
        kind: Kind::Complaint,
        id: id.0,
    }
}

/// The page of a complaint.
#[component]
pub fn ComplaintPage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<ComplaintId>().ok()));
    move || match id.get() {
        Some(id) => view! { <ComplaintOf id/> }.into_any(),
        None => view! { <Missing id=None/> }.into_any(),
    }
}

#[component]
fn ComplaintOf(id: ComplaintId) -> impl IntoView {
    let (complaint, loaded) = use_portal().one::<Complaint>(id.0);
    let is_known = memo(move || complaint.with(Option::is_some));
    move || {
        if is_known.get() {
            return view! { <ComplaintView id complaint/> }.into_any();
        }
        match loaded.get() {
            Loaded::Loading => ().into_any(),
            Loaded::Failed(fault) => {
                let fault = derived(move || Some(explain::unreadable(&fault)));
                view! { <FaultNote fault/> }.into_any()
            }
            Loaded::Missing | Loaded::Ready(_) => view! { <Missing id=Some(id)/> }.into_any(),
        }
    }
}

#[component]
fn ComplaintView(id: ComplaintId, complaint: Known) -> impl IntoView {
    let me = use_portal().me();
    let reader = me.clone();
    let side = memo(move || complaint.with(|c| c.as_ref().and_then(|c| side(&reader, c))));
    view! {
        <div class="two">
            <div class="stack">
                <Head id complaint side=side.into()/>
                <Moves id complaint side=side.into()/>
                <Said complaint/>
                <Plan complaint/>
                <History id complaint/>
                <NoteBox id complaint side=side.into()/>
            </div>
            <aside class="stack" aria-label=move || t(Msg::ticket_details)>
                <ComplaintFacts complaint/>
                {move || {
                    (side.get() == Some(Side::Complainant))
                        .then(|| view! { <MakeConfidential complaint/> })
                }}
                {move || {
                    (side.get() == Some(Side::Handler)).then(|| view! { <Handle id complaint/> })
                }}
            </aside>
        </div>
    }
}

/// The top: subject, stage, and what is expected of whom.
#[component]
fn Head(id: ComplaintId, complaint: Known, side: Signal<Option<Side>>) -> impl IntoView {
    let sync = use_portal().sync_of(move || key(id));
    let names = derived(move || {
        let receipt = tf(
            Msg::reference,
            &[("reference", &Reference::of(id.0).to_string())],
        );
        match of(complaint, |c| c.number.clone()) {
            Some(number) => format!("{number} · {receipt}"),
            None => receipt,
        }
    });
    let stage = derived(move || {
        complaint.with(|c| {
            c.as_ref()
                .map_or(ComplaintStage::Received, |c| c.stage.clone())
        })
    });
    let expected = move || {
        let unsent = of(complaint, |c| c.stamp.received_at.is_none());
        (!unsent)
            .then(|| expectation(&stage.get(), side.get()))
            .flatten()
    };
    view! {
        <div class="ticket-head">
            <Places href=paths::feedback() label=move || t(Msg::feedback_title) rest=names/>
            <Heading title=derived(move || of(complaint, |c| c.subject.clone()))/>
            <p class="head">
                <StageBadge
                    stage
                    due=derived(move || of(complaint, |c| c.due_at))
                    mine=derived(move || side.get() == Some(Side::Complainant))
                />
                {move || {
                    (sync.get() != RecordSync::Received)
                        .then(|| view! { <SyncMark sync long=true/> })
                }}
            </p>
            {move || expected().map(|message| view! { <p class="expected">{t(message)}</p> })}
        </div>
    }
}

/// What is expected of whom.
const fn expectation(stage: &ComplaintStage, side: Option<Side>) -> Option<Msg> {
    use ComplaintStage as S;
    let complains = matches!(side, Some(Side::Complainant));
    Some(match stage {
        S::ResponseProposed | S::DecisionCommunicated if complains => Msg::complaint_turn_you_judge,
        S::ResponseProposed | S::DecisionCommunicated => Msg::complaint_turn_he_judges,
        S::RejectedByComplainant | S::Escalated if complains => Msg::complaint_turn_looked_again,
        S::Received | S::Acknowledged | S::Assessed | S::Investigating if complains => {
            Msg::complaint_turn_we_look
        }
        S::Accepted if complains => Msg::complaint_turn_we_close,
        _ => return None,
    })
}

/// What was complained about, what would put it right, and what was decided.
#[component]
fn Said(complaint: Known) -> impl IntoView {
    let part = move |label: Msg, read: fn(&Complaint) -> String| {
        let words = memo(move || of(complaint, read));
        move || {
            (!words.with(String::is_empty)).then(|| {
                view! {
                    <section>
                        <h2>{t(label)}</h2>
                        <p class="say" dir="auto">{words}</p>
                    </section>
                }
            })
        }
    };
    view! {
        {part(Msg::complaint_decision, |c| c.decision.clone())}
        {part(Msg::complaint_remedy_given, |c| c.remedy_given.clone())}
        {part(Msg::complaint_description, |c| c.description.clone())}
        {part(Msg::complaint_remedy_sought, |c| c.remedy_sought.clone())}
    }
}

#[component]
fn Missing(id: Option<ComplaintId>) -> impl IntoView {
    view! {
        <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
        <Heading title=move || t(Msg::complaint_missing_title)/>
        <p>{move || t(Msg::ticket_missing_text)}</p>
        <LinkButton href=paths::feedback() label=move || t(Msg::feedback_title)/>
        {id
            .map(|id| {
                let moves = ComplaintStage::KNOWN.iter();
                let moves = moves.map(|stage| DraftKey::Move(key(id), stage.to_string()));
                let others = [
                    DraftKey::New(Kind::ComplaintNote, Some(id.0)),
                    DraftKey::Change(key(id)),
                ];
                let places = others.into_iter().chain(moves);
                places.map(|place| view! { <LeftDraft place/> }).collect_view()
            })}
        <OfflineNote/>
    }
}
