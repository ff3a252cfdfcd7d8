//! The answer box: always open, with one button. What is typed is a draft of this ticket until it is
//! sent.

use super::steps::{AnswerBox as Does, moved, steps};
use super::{Known, of};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{
    AddFiles, DraftKey, DraftMark, FaultNote, Intake, LeftDraft, Limits, LostFiles, OvertakenNote,
    PickedFiles, connection, sync_words,
};
use crate::i18n::{Msg, t};
use crate::live::{self, Draft, DraftState, RecordSync, use_portal};
use crate::signals::{derived, memo};
use crate::ui::a11y::next_id;
use crate::ui::{Button, ButtonKind, announce};
use crate::web::dom;
use leptos::prelude::*;
use rapport_connector::Verb;
use rapport_domain::{Kind, Ticket, TicketId, TicketState};
use rapport_store::Fault;
use serde_json::Value;

const TEXT: &str = "text";
const FILES: &str = "files";

/// The answer box of a ticket, or why there is none.
#[component]
pub fn AnswerBox(id: TicketId, ticket: Known) -> impl IntoView {
    let portal = use_portal();
    let can = portal.capabilities();
    let me = portal.me();
    let does = memo(move || {
        let (says, edits) = (
            can.can(Kind::Comment, Verb::Create),
            can.edits(Kind::Ticket, "state"),
        );
        let answer = |t: &Ticket| steps(&me, t, says, edits).answer;
        ticket.with(|t| t.as_ref().map_or(Does::Absent, answer))
    });
    let draft = portal.draft(DraftKey::Answer(id).to_string());
    let (ready, state) = (draft.ready(), draft.state());
    // Under somebody's typing the box stays where it is, whatever becomes of the ticket.
    let is_there = Memo::new(move |before: Option<&bool>| {
        let typed = before.is_some_and(|before| *before) && state.get() != DraftState::Empty;
        ready.get() && (does.get() != Does::Absent || typed)
    });
    move || {
        if is_there.get() {
            let draft = draft.clone();
            return view! { <AnswerForm id ticket does draft/> }.into_any();
        }
        let place = DraftKey::Answer(id);
        view! {
            <Closed ticket does/>
            {move || ready.get().then(|| view! { <LeftDraft place=place.clone()/> })}
        }
        .into_any()
    }
}

/// That the ticket takes no answers, where that is because it is over.
#[component]
fn Closed(ticket: Known, does: Memo<Does>) -> impl IntoView {
    move || {
        let is_over = does.get() == Does::Absent && of(ticket, |t| t.state.is_over());
        is_over.then(|| view! { <p class="quiet">{move || t(Msg::ticket_answer_closed)}</p> })
    }
}

#[component]
fn AnswerForm(id: TicketId, ticket: Known, does: Memo<Does>, draft: Draft) -> impl IntoView {
    let portal = use_portal();
    let (files, intake) = (draft.files(FILES), Intake::new());
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    let empty = RwSignal::new(false);
    let connection = connection();
    let limits = Limits {
        max_size: portal.capabilities().max_attachment(),
        ..Limits::default()
    };
    let takes_files = portal.capabilities().can(Kind::Attachment, Verb::Create);
    let field = next_id();
    let (sender, picked) = (draft.clone(), files.clone());
    let focus = field.clone();
    let send = Callback::new(move |()| {
        let (Some(ticket), does) = (ticket.get_untracked(), does.get_untracked()) else {
            return;
        };
        let files = picked.clone();
        let names: Vec<_> = untrack(|| files.get())
            .into_iter()
            .map(|f| f.name)
            .collect();
        let text = words(&untrack(|| sender.text(TEXT)), &names);
        if text.is_empty() {
            empty.set(true);
            dom::focus(&focus);
            return;
        }
        busy.set(true);
        fault.set(None);
        let first = (does == Does::Reopens).then(|| moved(&ticket, TicketState::Acknowledged, ""));
        let (portal, focus) = (portal.clone(), focus.clone());
        live::durable(async move {
            let key = DraftKey::Answer(id).to_string();
            let done = portal
                .add_comment(&ticket, first, text, &files, Some(&key))
                .await;
            // Whoever has gone elsewhere meanwhile stays there.
            let still_here = busy.try_set(false).is_none();
            match done {
                Ok(()) => {
                    let now = connection.try_get_untracked().unwrap_or_default();
                    announce(untrack(|| sync_words(RecordSync::SavedHere, now, true)));
                    if still_here {
                        dom::focus(&focus);
                    }
                }
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let title = move || of(ticket, |ticket| ticket.subject.clone());
    let remember = {
        let draft = draft.clone();
        Callback::new(move |()| draft.title(untrack(title)))
    };
    let label = move || {
        t(if does.get() == Does::Reopens {
            Msg::ticket_reopen_with
        } else {
            Msg::ticket_send
        })
    };
    let reopens = memo(move || does.get() == Does::Reopens);
    let takes_words = memo(move || does.get() != Does::Absent);
    let state = draft.state();
    let note = draft.clone();
    let (lost, listed) = (files.clone(), files.clone());
    let press = Callback::new(move |()| {
        if busy.get_untracked() || !takes_words.get_untracked() {
            return;
        }
        let pressed = does.get_untracked();
        intake.then(Callback::new(move |()| {
            if does.get_untracked() == pressed {
                send.run(());
            } else {
                // The ticket has moved on while files were read: the button says something else now,
                // and is to be pressed again.
                fault.set(Some(untrack(|| explain::fault(&Fault::Guard))));
            }
        }));
    });
    view! {
        <form
            class="answer"
            on:submit=move |event| {
                event.prevent_default();
                press.run(());
            }
        >
            {move || {
                reopens
                    .get()
                    .then(|| view! { <p class="quiet">{move || t(Msg::ticket_answer_reopen)}</p> })
            }}
            <Closed ticket does/>
            <LostFiles files=lost/>
            <OvertakenNote draft=note/>
            <div class="box">
                <AnswerText field draft title=derived(title) empty busy on_send=press/>
                // What is being sent stays what it is.
                <div inert=move || busy.get()>
                    <PickedFiles files=listed on_change=remember/>
                </div>
                <div class="answer-foot">
                    {takes_files
                        .then(|| {
                            view! {
                                <div inert=move || busy.get()>
                                    <AddFiles files intake limits on_change=remember/>
                                </div>
                            }
                        })}
                    <DraftMark state/>
                    {move || {
                        takes_words
                            .get()
                            .then(|| {
                                view! {
                                    <Button
                                        label
                                        kind=ButtonKind::Main
                                        submit=true
                                        busy=derived(move || busy.get() || intake.waits())
                                        icon="send"
                                    />
                                }
                            })
                    }}
                </div>
            </div>
            <FaultNote fault/>
        </form>
    }
}

#[component]
fn AnswerText(
    field: String,
    draft: Draft,
    title: Signal<String>,
    empty: RwSignal<bool>,
    busy: RwSignal<bool>,
    /// Called when it is to be sent from the keyboard.
    on_send: Callback<()>,
) -> impl IntoView {
    let error_id = format!("{field}-e");
    let described = error_id.clone();
    // Words typed between the press and the commit would go with those that are sent.
    let state = draft.state();
    let going = memo(move || busy.get() && state.get() != DraftState::Empty);
    let (shown, typed) = (draft.clone(), draft);
    let input = move |event| {
        let text = event_target_value(&event);
        empty.set(false);
        typed.title(title.get_untracked());
        typed.set(TEXT, Value::from(text));
    };
    view! {
        <textarea
            id=field
            rows="2"
            dir="auto"
            readonly=move || going.get()
            aria-label=move || t(Msg::ticket_answer)
            placeholder=move || t(Msg::ticket_answer_placeholder)
            aria-invalid=move || empty.get().then_some("true")
            aria-describedby=move || empty.get().then(|| described.clone())
            prop:value=move || shown.text(TEXT)
            aria-keyshortcuts="Control+Enter"
            on:input=input
            on:keydown=move |event| {
                let asks = event.ctrl_key() || event.meta_key();
                if asks && event.key() == "Enter" && !event.repeat() {
                    event.prevent_default();
                    on_send.run(());
                }
            }
        ></textarea>
        {move || {
            let id = error_id.clone();
            empty.get().then(|| view! { <span class="err" id=id>{t(Msg::ticket_answer_empty)}</span> })
        }}
    }
}

/// What is said: the words, or the files' names where there are only files.
fn words(typed: &str, files: &[String]) -> String {
    let typed = typed.trim();
    if !typed.is_empty() {
        return typed.to_owned();
    }
    files.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_words_are_named() {
        let files = ["a.png".to_owned(), "b.png".to_owned()];
        assert_eq!(words("  ", &files), "a.png, b.png");
        assert_eq!(words(" so ", &files), "so");
        assert_eq!(words(" \n", &[]), "");
    }
}
