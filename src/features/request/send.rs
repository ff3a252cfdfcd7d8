//! Below a form: sending, the draft's state, giving the draft up.

use super::errors::SUMMARY;
use super::extras::{chosen_person, people};
use super::filing::{FOR_WHOM, filing, is_blank};
use super::sheet::Sheet;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{DraftMark, FaultNote, OvertakenNote, connection, sync_words};
use crate::i18n::{Msg, t, tag};
use crate::live::{self, NewTicket, RecordSync, use_portal};
use crate::paths;
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, ConfirmDialog, announce};
use crate::web::dom;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_domain::{FormId, ServiceId, TicketKind};

/// What a sheet is filed as, beyond its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct FiledAs {
    /// What it is.
    pub kind: TicketKind,
    /// The service it is about.
    pub service: Option<ServiceId>,
    /// The form it is filed with; without one the answers are only subject and description.
    pub form: Option<FormId>,
}

/// Makes the callback that sends a sheet. However often it is called, one sheet is sent once: while it
/// is under way further calls do nothing, and with the sent ticket its draft is gone, in one
/// transaction, so that another tab with the same draft cannot send it either.
pub fn sender(
    sheet: &Sheet,
    filed_as: Signal<FiledAs>,
    busy: RwSignal<bool>,
    shown: RwSignal<bool>,
    fault: RwSignal<Option<Explained>>,
) -> Callback<()> {
    let (portal, sheet, people) = (use_portal(), sheet.clone(), people());
    let navigate = use_navigate();
    let connection = connection();
    Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        if !sheet.check_all() {
            shown.set(true);
            live::task(async { dom::focus(SUMMARY) });
            return;
        }
        busy.set(true);
        fault.set(None);
        let values = untrack(|| sheet.values());
        let filed = filing(&sheet.form.get_untracked(), &values, &untrack(tag));
        let FiledAs {
            kind,
            service,
            form,
        } = filed_as.get_untracked();
        let word = untrack(|| sheet.draft.text(FOR_WHOM));
        let new = NewTicket {
            kind,
            subject: filed.subject,
            description: filed.description,
            service,
            answers: if form.is_some() {
                filed.answers
            } else {
                Vec::new()
            },
            form,
            impact: filed.impact,
            urgency: filed.urgency,
            files: sheet.all_files(),
            on_behalf_of: people.with_untracked(|people| chosen_person(people, &word)),
        };
        let (portal, key, navigate) = (portal.clone(), sheet.key.clone(), navigate.clone());
        live::durable(async move {
            let done = portal.create_ticket(new, Some(&key)).await;
            // Whoever has gone elsewhere meanwhile stays there.
            let still_here = busy.try_set(false).is_none();
            match done {
                Ok(id) if still_here => {
                    let now = connection.try_get_untracked().unwrap_or_default();
                    announce(untrack(|| sync_words(RecordSync::SavedHere, now, true)));
                    let options = NavigateOptions {
                        replace: true,
                        ..paths::go()
                    };
                    navigate(&paths::ticket(id), options);
                }
                Ok(_) => {}
                Err(failed) => {
                    fault.try_set(Some(explain::fault(&failed)));
                }
            }
        });
    })
}

/// The end of a form.
#[component]
pub fn Foot(
    sheet: Sheet,
    busy: RwSignal<bool>,
    shown: RwSignal<bool>,
    fault: RwSignal<Option<Explained>>,
) -> impl IntoView {
    let asks = RwSignal::new(false);
    let state = sheet.draft.state();
    let (draft, note, emptied) = (sheet.draft.clone(), sheet.draft.clone(), sheet);
    let has_draft = memo(move || !is_blank(&draft.get()));
    let discard = Callback::new(move |()| {
        emptied.draft.discard();
        emptied.forgive();
        shown.set(false);
    });
    view! {
        <OvertakenNote draft=note/>
        <FaultNote fault/>
        <div class="head form-foot">
            <Button
                label=move || t(Msg::request_send)
                kind=ButtonKind::Main
                submit=true
                busy
                icon="send"
            />
            <DraftMark state/>
            <span class="end"></span>
            {move || {
                has_draft
                    .get()
                    .then(|| {
                        view! {
                            <Button
                                label=move || t(Msg::draft_discard)
                                on_press=Callback::new(move |()| asks.set(true))
                                kind=ButtonKind::Plain
                            />
                        }
                    })
            }}
        </div>
        <ConfirmDialog
            title=move || t(Msg::draft_discard_title)
            text=move || t(Msg::draft_discard_text)
            confirm=move || t(Msg::discard_now)
            cancel=move || t(Msg::keep_it)
            open=asks
            on_confirm=discard
        />
    }
}
