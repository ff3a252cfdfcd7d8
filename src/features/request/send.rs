//! Below a form: sending, the draft's state, giving the draft up.

use super::errors::SUMMARY;
use super::extras::chosen_person;
use super::filing::{FOR_WHOM, filing};
use super::sheet::{Sheet, reading};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{
    DiscardDraft, DraftMark, FaultNote, OvertakenNote, connection, sync_words,
};
use crate::i18n::{Msg, t};
use crate::live::{self, NewTicket, RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, LinkButton, announce};
use crate::web::dom;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_domain::{FormId, PersonRef, ServiceId, TicketKind};
use rapport_store::Fault;
use serde_json::Value;

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

/// How the sending of a sheet goes.
#[derive(Clone, Copy)]
pub struct Going {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Whether everything that is wrong is listed.
    pub shown: RwSignal<bool>,
    /// What went wrong.
    pub fault: RwSignal<Option<Explained>>,
}

impl Going {
    /// Nothing is sent yet. Whoever watches it gives `busy`.
    #[must_use]
    pub fn new(busy: RwSignal<bool>) -> Self {
        Self {
            busy,
            shown: RwSignal::new(false),
            fault: RwSignal::new(None),
        }
    }

    /// Begins, unless it is under way or something in the sheet is wrong, which is then shown. What
    /// comes back ends it.
    #[must_use]
    pub fn begin(self, sheet: &Sheet) -> Option<Begun> {
        if self.busy.get_untracked() {
            return None;
        }
        if !sheet.check_all() {
            self.shown.set(true);
            live::task(async { dom::focus(SUMMARY) });
            return None;
        }
        // The fields cannot be used meanwhile, and so lose the focus.
        let focused = dom::focused();
        self.busy.set(true);
        self.fault.set(None);
        Some(Begun {
            going: self,
            focused,
        })
    }
}

/// A sending under way.
pub struct Begun {
    going: Going,
    focused: Option<String>,
}

impl Begun {
    /// It went well; whether the page is still there. Whoever has gone elsewhere meanwhile stays there.
    #[must_use]
    pub fn done(self) -> bool {
        self.going.busy.try_get_untracked().is_some()
    }

    /// It failed: what was typed is still there, and so is the place in it.
    pub fn failed(self, fault: &Fault) {
        self.going
            .fault
            .try_set(Some(untrack(|| explain::fault(fault))));
        self.stopped();
    }

    /// It was not done, and why stands there already.
    pub fn stopped(self) {
        self.going.busy.try_set(false);
        if let Some(focused) = self.focused {
            live::task(async move { dom::focus(&focused) });
        }
    }
}

/// Makes the callback that sends a sheet. However often it is called, one sheet is sent once: while it
/// is under way further calls do nothing, and with the sent ticket its draft is gone, in one
/// transaction, so that another tab with the same draft cannot send it either.
pub fn sender(sheet: &Sheet, filed_as: Signal<FiledAs>, going: Going) -> Callback<()> {
    let (portal, sheet) = (use_portal(), sheet.clone());
    let navigate = use_navigate();
    let connection = connection();
    Callback::new(move |()| {
        let Some(begun) = going.begin(&sheet) else {
            return;
        };
        let values = untrack(|| sheet.values());
        let filed = filing(&sheet.form.get_untracked(), &values, &untrack(reading));
        let FiledAs {
            kind,
            service,
            form,
        } = filed_as.get_untracked();
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
            on_behalf_of: in_whose_name(&sheet),
        };
        let draft = sheet.draft.clone();
        let (portal, key, navigate) = (portal.clone(), sheet.key.clone(), navigate.clone());
        live::durable(async move {
            match portal.create_ticket(new, Some(&key)).await {
                Ok(id) => {
                    if begun.done() {
                        let now = connection.try_get_untracked().unwrap_or_default();
                        announce(untrack(|| sync_words(RecordSync::SavedHere, now, true)));
                        let options = NavigateOptions {
                            replace: true,
                            ..paths::go()
                        };
                        navigate(&paths::ticket(id), options);
                    }
                }
                // That it was sent or discarded elsewhere stands in the form already.
                Err(Fault::Guard) if draft.overtaken().get_untracked() => begun.stopped(),
                Err(failed) => begun.failed(&failed),
            }
        });
    })
}

/// In whose name a sheet is filed; `None` for the reader's own.
pub fn in_whose_name(sheet: &Sheet) -> Option<PersonRef> {
    let word = match untrack(|| sheet.value(FOR_WHOM)) {
        Some(Value::String(word)) => word,
        _ => return None,
    };
    sheet
        .people
        .with_untracked(|people| chosen_person(people, &word))
}

/// The end of a form.
#[component]
pub fn Foot(
    sheet: Sheet,
    going: Going,
    /// What sending is called.
    label: Msg,
    /// Where to go without sending, where there is such a place.
    back: Option<String>,
    /// Whether it is being asked if the draft is to go.
    asks: RwSignal<bool>,
) -> impl IntoView {
    let Going { busy, shown, fault } = going;
    let intake = sheet.intake;
    let state = sheet.draft.state();
    let (draft, note) = (sheet.draft.clone(), sheet.draft.clone());
    // What is on its way is not a draft any more that could be given up.
    let overtaken = draft.overtaken();
    // Where it was sent already, it is given up where that is said.
    let has_draft = memo(move || !busy.get() && !overtaken.get() && !live::is_blank(&draft.get()));
    let discard = Callback::new(move |()| {
        if !busy.get_untracked() {
            sheet.discard();
            shown.set(false);
        }
    });
    view! {
        <OvertakenNote draft=note on_discard=discard/>
        <FaultNote fault/>
        <div class="head form-foot">
            <Button
                label=move || t(label)
                kind=ButtonKind::Main
                submit=true
                busy=derived(move || busy.get() || intake.waits())
                icon="send"
            />
            {back
                .map(|href| {
                    view! {
                        <LinkButton href label=move || t(Msg::cancel) kind=ButtonKind::Plain/>
                    }
                })}
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
        <DiscardDraft open=asks on_confirm=discard/>
    }
}
