//! Making a complaint confidential after it was filed.

use super::{Known, of};
use crate::features::shared::FaultNote;
use crate::features::shared::explain::{self, Explained};
use crate::i18n::{Msg, t};
use crate::live::{self, use_portal};
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, ConfirmDialog};
use leptos::prelude::*;
use rapport_domain::{Entity, RecordEdit, Typed};

/// Keeping it from all but who handles it; nothing once that is so, or once it is over.
#[component]
pub fn MakeConfidential(complaint: Known) -> impl IntoView {
    let may = memo(move || of(complaint, |c| !c.confidential && !c.stage.is_over()));
    let asks = RwSignal::new(false);
    let fault = RwSignal::new(None::<Explained>);
    let make = Callback::new(move |()| {
        let Some(before) = complaint.get_untracked() else {
            return;
        };
        let portal = use_portal();
        let edit = RecordEdit::of(&before, |c| c.confidential = true);
        let entity = Entity::Record(before.to_record());
        live::durable(async move {
            if let Err(failed) = portal.edit(&entity, edit, None).await {
                fault.try_set(Some(untrack(|| explain::fault(&failed))));
            }
        });
    });
    view! {
        {move || {
            may.get().then(|| {
                view! {
                    <p>
                        <Button
                            label=move || t(Msg::complaint_make_confidential)
                            kind=ButtonKind::Plain
                            on_press=Callback::new(move |()| asks.set(true))
                        />
                    </p>
                }
            })
        }}
        <FaultNote fault/>
        <ConfirmDialog
            title=move || t(Msg::complaint_make_confidential)
            text=move || t(Msg::complaint_confidential_hint)
            confirm=move || t(Msg::complaint_make_confidential)
            cancel=move || t(Msg::cancel)
            open=asks
            on_confirm=make
        />
    }
}
