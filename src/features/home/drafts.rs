//! What the reader has begun and not sent: to go on with, or to give up.

use crate::features::shared::{DiscardDraft, DraftKey, ago};
use crate::i18n::{Msg, t, tf};
use crate::live::{DraftInfo, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::IconButton;
use crate::ui::each;
use leptos::prelude::*;
use leptos_router::components::A;
use rapport_domain::Kind;

/// What the reader has begun; nothing where there is nothing.
#[component]
pub fn Drafts() -> impl IntoView {
    let portal = use_portal();
    let drafts = portal.drafts();
    let begun = memo(move || {
        drafts.with(|drafts| {
            let known = drafts
                .iter()
                .filter(|draft| DraftKey::parse(&draft.key).is_some());
            known.cloned().collect::<Vec<_>>()
        })
    });
    let giving_up = RwSignal::new(None::<DraftInfo>);
    let asks = RwSignal::new(false);
    let ask = Callback::new(move |draft: DraftInfo| {
        giving_up.set(Some(draft));
        asks.set(true);
    });
    let discard = Callback::new(move |()| {
        if let Some(draft) = giving_up.get_untracked() {
            portal.draft(draft.key).discard();
        }
    });
    let one = move |draft: DraftInfo| view! { <Begun draft ask/> }.into_any();
    let key = |draft: &DraftInfo| (draft.key.clone(), draft.title.clone(), draft.saved_at);
    view! {
        {move || {
            (!begun.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <section class="stack">
                            <h2>{move || t(Msg::home_drafts)}</h2>
                            <ul class="rows">
                                {each(move || begun.get(), key, one)}
                            </ul>
                        </section>
                    }
                })
        }}
        <DiscardDraft open=asks on_confirm=discard/>
    }
}

#[component]
fn Begun(draft: DraftInfo, ask: Callback<DraftInfo>) -> impl IntoView {
    let (href, kind) = match DraftKey::parse(&draft.key) {
        Some(DraftKey::Form(service, form)) => {
            (paths::form(service, form), Msg::home_draft_request)
        }
        Some(DraftKey::Answer(ticket)) => (paths::ticket(ticket), Msg::home_draft_answer),
        Some(DraftKey::Reopen(ticket)) => (paths::ticket(ticket), Msg::home_draft_reopen),
        Some(DraftKey::Reword(ticket)) => (paths::ticket(ticket), Msg::home_draft_reword),
        Some(DraftKey::Unsent(op)) => (paths::unsent_item(op), Msg::home_draft_reword),
        Some(DraftKey::General(Some(service))) => {
            (paths::general_about(service), Msg::home_draft_request)
        }
        Some(DraftKey::New(Kind::Complaint, None)) => {
            (paths::new_complaint(), Msg::home_draft_complaint)
        }
        Some(DraftKey::New(Kind::Complaint, Some(ticket))) => (
            paths::new_complaint_about(ticket),
            Msg::home_draft_complaint,
        ),
        Some(DraftKey::New(Kind::ComplaintNote, Some(of))) => {
            (paths::complaint(of), Msg::home_draft_note)
        }
        Some(DraftKey::Change(key)) if key.kind == Kind::Invitation => {
            (paths::invitation(key.id), Msg::home_draft_survey)
        }
        Some(DraftKey::New(Kind::Response, Some(survey))) => {
            (paths::take_answers(survey), Msg::home_draft_survey)
        }
        Some(DraftKey::New(
            Kind::Contact | Kind::Interaction | Kind::Action | Kind::Review,
            Some(customer),
        )) => (paths::customer(customer), Msg::home_draft_change),
        Some(DraftKey::Change(key)) if key.kind == Kind::Survey => {
            (paths::edit_survey(key.id), Msg::home_draft_change)
        }
        // What they belong to is told by the record alone.
        Some(DraftKey::Change(key)) if matches!(key.kind, Kind::Contact | Kind::Action) => {
            (paths::customers(), Msg::home_draft_change)
        }
        Some(DraftKey::New(Kind::Survey, Some(survey))) => {
            (paths::preview_survey(survey), Msg::home_draft_survey)
        }
        Some(DraftKey::New(Kind::Survey, None)) => (paths::new_survey(), Msg::home_draft_change),
        Some(DraftKey::Change(key) | DraftKey::Move(key, _)) => (
            paths::record(key).unwrap_or_else(paths::home),
            Msg::home_draft_change,
        ),
        Some(DraftKey::General(None) | DraftKey::New(..)) | None => {
            (paths::general(), Msg::home_draft_request)
        }
    };
    let (title, saved_at) = (draft.title.trim().to_owned(), draft.saved_at);
    let name = move || {
        if title.is_empty() {
            t(Msg::home_draft_untitled)
        } else {
            title.clone()
        }
    };
    let label = {
        let name = name.clone();
        derived(move || tf(Msg::home_draft_discard, &[("title", &name())]))
    };
    view! {
        <li class="begun">
            <A href=href attr:class="row">
                <span class="t">{name}</span>
                <span class="m quiet">
                    {move || t(kind)} " · "
                    {move || tf(Msg::home_draft_saved, &[("time", &ago(saved_at))])}
                </span>
            </A>
            <IconButton
                label
                icon="close"
                on_press=Callback::new(move |()| ask.run(draft.clone()))
            />
        </li>
    }
}
