//! A sheet on the screen: what is wrong, the questions, and below them how to send it.

use super::errors::ErrorSummary;
use super::extras::{ForWhom, PriorityQuestions};
use super::field::Question;
use super::filing::answers;
use super::general::{KindQuestion, ServiceQuestion};
use super::send::{Foot, Going};
use super::sheet::{Sheet, reading};
use crate::i18n::Msg;
use crate::signals::memo;
use crate::ui::each;
use leptos::prelude::*;
use rapport_domain::Field;

/// The form of a sheet. While it is being sent nothing in it can be changed: what is typed between the
/// press and the commit would go with what is sent, and be nowhere.
#[component]
pub fn SheetForm(
    sheet: Sheet,
    /// Sends it.
    send: Callback<()>,
    /// How that goes.
    going: Going,
    /// What sending is called.
    label: Msg,
    /// Where to go without sending, where there is such a place.
    #[prop(optional)]
    back: Option<String>,
) -> impl IntoView {
    let Going { busy, shown, .. } = going;
    let (free, intake) = (sheet.free, sheet.intake);
    let [summary, whom, kind, fields, priority, service] = [(); 6].map(|()| sheet.clone());
    view! {
        <form
            class="stack narrow"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                intake.then(send);
            }
        >
            <ErrorSummary sheet=summary shown/>
            <div class="stack" inert=move || busy.get()>
                <ForWhom sheet=whom/>
                {free.then(|| view! { <KindQuestion sheet=kind/> })}
                <Fields sheet=fields/>
                <PriorityQuestions sheet=priority/>
                {free.then(|| view! { <ServiceQuestion sheet=service/> })}
            </div>
            <Foot sheet going label back/>
        </form>
    }
}

/// The questions that are asked, given the answers so far.
#[component]
fn Fields(sheet: Sheet) -> impl IntoView {
    let asking = sheet.clone();
    let visible = memo(move || {
        asking.form.with(|form| {
            let answers = answers(form, &asking.values(), &reading());
            form.visible(&answers).cloned().collect::<Vec<Field>>()
        })
    });
    // A question that another edition asks differently is another question; one that it asks as before
    // keeps its field, and the focus in it.
    let key = |field: &Field| serde_json::to_string(field).unwrap_or_default();
    let one = move |field: Field| {
        let sheet = sheet.clone();
        view! { <Question sheet field/> }.into_any()
    };
    view! { {each(move || visible.get(), key, one)} }
}
