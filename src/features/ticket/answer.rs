//! The answer box: always open, with one button. What is typed is a draft of this ticket until it is
//! sent.

use super::steps::{AnswerBox as Does, moved, steps};
use super::{Known, of};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{
    AddFiles, DraftKey, DraftMark, FaultNote, Intake, LeftDraft, Limits, OvertakenNote,
    PickedFiles, connection, lost_files, sync_words,
};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::{self, Draft, DraftState, PickedFile, RecordSync, use_portal};
use crate::signals::{derived, memo};
use crate::ui::a11y::next_id;
use crate::ui::{Button, ButtonKind, Note, Tone, announce};
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
        let (says, edits) = (can.can(Kind::Comment, Verb::Create), can.edits("state"));
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
            {move || ready.get().then(|| view! { <LeftDraft place/> })}
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
    let (files, intake) = (RwSignal::new(Vec::<PickedFile>::new()), Intake::new());
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    let empty = RwSignal::new(false);
    let connection = connection();
    let limits = Limits {
        max_size: portal.capabilities().max_attachment(),
        ..Limits::default()
    };
    let takes_files = portal.capabilities().can(Kind::Attachment, Verb::Create);
    let field = next_id();
    let sender = draft.clone();
    let focus = field.clone();
    let send = Callback::new(move |()| {
        let (Some(ticket), does) = (ticket.get_untracked(), does.get_untracked()) else {
            return;
        };
        let picked = files.get_untracked();
        let text = words(&untrack(|| sender.text(TEXT)), &picked);
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
            let sent = picked.len();
            let done = portal
                .add_comment(&ticket, first, text, picked, Some(&key))
                .await;
            // Whoever has gone elsewhere meanwhile stays there.
            let still_here = busy.try_set(false).is_none();
            match done {
                Ok(()) => {
                    let now = connection.try_get_untracked().unwrap_or_default();
                    announce(untrack(|| sync_words(RecordSync::SavedHere, now, true)));
                    files.try_update(|files| files.drain(..sent.min(files.len())).count());
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
        Callback::new(move |()| {
            let names = files.with_untracked(|files| {
                files
                    .iter()
                    .map(|file| Value::from(file.name.clone()))
                    .collect::<Vec<_>>()
            });
            draft.title(untrack(title));
            draft.set(FILES, Value::Array(names));
        })
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
    let (lost, note) = (draft.clone(), draft.clone());
    view! {
        <form
            class="answer"
            on:submit=move |event| {
                event.prevent_default();
                if !busy.get_untracked() && takes_words.get_untracked() {
                    let pressed = does.get_untracked();
                    intake.then(Callback::new(move |()| {
                        if does.get_untracked() == pressed {
                            send.run(());
                        } else {
                            // The ticket has moved on while files were read: the button says
                            // something else now, and is to be pressed again.
                            fault.set(Some(explain::fault(&Fault::Guard)));
                        }
                    }));
                }
            }
        >
            {move || {
                reopens
                    .get()
                    .then(|| view! { <p class="quiet">{move || t(Msg::ticket_answer_reopen)}</p> })
            }}
            <Closed ticket does/>
            <LostFiles draft=lost files/>
            <OvertakenNote draft=note/>
            <div class="box">
                <AnswerText field draft title=derived(title) empty busy/>
                // What is being sent is told from what is added meanwhile by its place in the list.
                <div inert=move || busy.get()>
                    <PickedFiles files on_change=remember/>
                </div>
                <div class="answer-foot">
                    {takes_files.then(|| view! { <AddFiles files intake limits on_change=remember/> })}
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
            on:input=input
        ></textarea>
        {move || {
            let id = error_id.clone();
            empty.get().then(|| view! { <span class="err" id=id>{t(Msg::ticket_answer_empty)}</span> })
        }}
    }
}

/// Files that a restored draft remembers and whose bytes are gone.
#[component]
fn LostFiles(draft: Draft, files: RwSignal<Vec<PickedFile>>) -> impl IntoView {
    let (ready, state) = (draft.ready(), draft.state());
    move || {
        if !ready.get() || state.get() == DraftState::Empty {
            return None;
        }
        let remembered = live::texts(draft.value(FILES).as_ref());
        let lost = files.with(|files| lost_files(&remembered, files));
        (!lost.is_empty()).then(|| {
            let names = fmt::list(&lost);
            view! { <Note title=tf(Msg::files_again, &[("names", &names)]) tone=Tone::Warn/> }
        })
    }
}

/// What is said: the words, or the files' names where there are only files.
fn words(typed: &str, files: &[PickedFile]) -> String {
    let typed = typed.trim();
    if !typed.is_empty() {
        return typed.to_owned();
    }
    files
        .iter()
        .map(|file| file.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_words_are_named() {
        let file = |name: &str| PickedFile {
            name: name.into(),
            media_type: String::new(),
            bytes: vec![],
        };
        assert_eq!(words("  ", &[file("a.png"), file("b.png")]), "a.png, b.png");
        assert_eq!(words(" so ", &[file("a.png")]), "so");
        assert_eq!(words(" \n", &[]), "");
    }
}
