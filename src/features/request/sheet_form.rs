//! A sheet on the screen: what is wrong, the questions, and below them how to send it.

use super::errors::ErrorSummary;
use super::extras::{ForWhom, PriorityQuestions};
use super::field::Question;
use super::filing::answers;
use super::general::{KindQuestion, ServiceQuestion};
use super::send::{Foot, Going};
use super::sheet::{Sheet, reading};
use super::suggested::Suggested;
use crate::features::shared::ago;
use crate::i18n::{Msg, t, tf};
use crate::live::{DraftInfo, is_blank, use_portal};
use crate::signals::memo;
use crate::ui::each;
use crate::ui::{Button, ButtonKind};
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
    let [
        begun,
        summary,
        whom,
        kind,
        fields,
        suggested,
        priority,
        service,
    ] = [(); 8].map(|()| sheet.clone());
    let asks = RwSignal::new(false);
    view! {
        <form
            class="stack narrow"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                intake.then(send);
            }
        >
            <BegunEarlier sheet=begun asks/>
            <ErrorSummary sheet=summary shown/>
            <div class="stack" inert=move || busy.get()>
                <ForWhom sheet=whom/>
                {free.then(|| view! { <KindQuestion sheet=kind/> })}
                <Fields sheet=fields/>
                <Suggested sheet=suggested/>
                <PriorityQuestions sheet=priority/>
                {free.then(|| view! { <ServiceQuestion sheet=service/> })}
            </div>
            <Foot sheet going label back asks/>
        </form>
    }
}

/// That what stands here was begun another time, and the way to begin anew; nothing where it was not.
#[component]
fn BegunEarlier(
    sheet: Sheet,
    /// Whether it is being asked if the draft is to go.
    asks: RwSignal<bool>,
) -> impl IntoView {
    let drafts = use_portal().drafts();
    let own = |drafts: &Vec<DraftInfo>| drafts.iter().find(|draft| draft.key == sheet.key).cloned();
    let since = drafts.with_untracked(own).map(|draft| draft.saved_at);
    let draft = sheet.draft.clone();
    // What is begun after that one was given up is not it.
    let is_there = Memo::new(move |before| before != Some(&false) && !is_blank(&draft.get()));
    since.map(|since| {
        move || {
            is_there.get().then(|| {
                view! {
                    <div class="head begun-earlier">
                        <span class="quiet">
                            {move || tf(Msg::draft_begun, &[("time", &ago(since))])}
                        </span>
                        <Button
                            label=move || t(Msg::draft_discard)
                            on_press=Callback::new(move |()| asks.set(true))
                            kind=ButtonKind::Plain
                        />
                    </div>
                }
            })
        }
    })
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
