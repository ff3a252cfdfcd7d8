//! Adding words to a complaint.

use super::{Known, of};
use crate::features::shared::{DraftForm, DraftKey, LeftDraft};
use crate::i18n::Msg;
use crate::live::use_portal;
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::complaint::Side;
use rapport_domain::plain::Fields;
use rapport_domain::{ComplaintId, ComplaintNote, Kind};

const TEXT: &str = "text";
const INTERNAL: &str = "internal";

/// The box for new words; nothing once the complaint is over, or for a reader who may only read.
#[component]
pub fn NoteBox(id: ComplaintId, complaint: Known, side: Signal<Option<Side>>) -> impl IntoView {
    let me = use_portal().me();
    let may = crate::signals::memo(move || {
        let organisation = of(complaint, |c| {
            c.customer.is_some() && c.customer == me.customer
        });
        let open = of(complaint, |c| !c.stage.is_over());
        open && (side.get().is_some() || organisation)
    });
    move || {
        if may.get() {
            let handles = side.get_untracked() == Some(Side::Handler);
            return view! { <NoteForm id handles/> }.into_any();
        }
        let place = DraftKey::New(Kind::ComplaintNote, Some(id.0));
        view! { <LeftDraft place/> }.into_any()
    }
}

#[component]
fn NoteForm(id: ComplaintId, handles: bool) -> impl IntoView {
    let portal = use_portal();
    let place = DraftKey::New(Kind::ComplaintNote, Some(id.0));
    let form = DraftForm::new(place, Fields::new(), TEXT);
    let fields = view! {
        {form.lines(TEXT, Msg::note_text, None, true)}
        {handles.then(|| form.switch(INTERNAL, Msg::note_internal, Some(Msg::note_internal_hint)))}
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let note = untrack(|| ComplaintNote {
            author: portal.myself(),
            author_role: Some(portal.me().role),
            text: sending.text(TEXT).trim().to_owned(),
            internal: handles && sending.flag(INTERNAL),
            ..ComplaintNote::new(random::new_id().into(), id, clock::now())
        });
        sending.send(
            note.problems(),
            move |portal, draft| async move { portal.create(&note, Some(&draft)).await },
            Msg::note_added,
            Callback::new(|()| {}),
        );
    });
    form.frame(fields.into_any(), form.end(Msg::note_send, None), send)
}
