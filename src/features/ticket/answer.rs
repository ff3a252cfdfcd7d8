//! The answer box: always open, with one button. What is typed is a draft of this ticket until it is
//! sent.

use super::steps::{AnswerBox as Does, moved, steps};
use super::{Known, of};
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{
    AddFiles, DraftKey, DraftMark, FaultNote, Limits, PickedFiles, connection, lost_files,
    sync_words,
};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::{self, Draft, DraftState, PickedFile, Portal, RecordSync, use_portal};
use crate::signals::{derived, effect, memo};
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
        ticket.with(|t| t.as_ref().map(|t| steps(&me, t, says, edits).answer))
    });
    // A sent draft is done with: the next answer is a new one.
    let sent = RwSignal::new(0_u32);
    move || match does.get() {
        Some(does @ (Does::Adds | Does::Reopens)) => {
            let first = sent.get() == 0;
            view! { <AnswerForm id ticket does sent first/> }.into_any()
        }
        Some(Does::Absent) if of(ticket, |t| t.state.is_over()) => view! {
            <p class="quiet">{move || t(Msg::ticket_answer_closed)}</p>
        }
        .into_any(),
        Some(Does::Absent) | None => ().into_any(),
    }
}

#[component]
fn AnswerForm(
    id: TicketId,
    ticket: Known,
    does: Does,
    sent: RwSignal<u32>,
    /// Whether nothing has been sent from here yet; after that the box keeps the focus.
    first: bool,
) -> impl IntoView {
    let portal = use_portal();
    let key = DraftKey::Answer(id).to_string();
    let draft = portal.draft(key.clone());
    let files = RwSignal::new(Vec::<PickedFile>::new());
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    let empty = RwSignal::new(false);
    let connection = connection();
    let limits = Limits {
        max_size: portal.capabilities().max_attachment(),
        ..Limits::default()
    };
    let takes_files = portal.capabilities().can(Kind::Attachment, Verb::Create);
    let field = next_id();
    if !first {
        let field = field.clone();
        effect(move || dom::focus(&field));
    }
    let sender = draft.clone();
    let focus = field.clone();
    let send = Callback::new(move |()| {
        let Some(ticket) = ticket.get_untracked() else {
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
        let (portal, key) = (portal.clone(), key.clone());
        live::durable(async move {
            let done = submit(&portal, &ticket, does, text, picked, &key).await;
            busy.try_set(false);
            match done {
                Ok(()) => {
                    let now = connection.try_get_untracked().unwrap_or_default();
                    announce(untrack(|| sync_words(RecordSync::SavedHere, now, true)));
                    sent.try_update(|count| *count += 1);
                }
                Err(failed) => {
                    fault.try_set(Some(explain::fault(&failed)));
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
    let (label, icon) = match does {
        Does::Reopens => (Msg::ticket_reopen_with, None),
        _ => (Msg::ticket_send, Some("send")),
    };
    let state = draft.state();
    let lost = draft.clone();
    view! {
        <form
            class="answer"
            on:submit=move |event| {
                event.prevent_default();
                if !busy.get_untracked() {
                    send.run(());
                }
            }
        >
            {(does == Does::Reopens)
                .then(|| view! { <p class="quiet">{move || t(Msg::ticket_answer_reopen)}</p> })}
            <LostFiles draft=lost files/>
            <div class="box">
                <AnswerText field draft title=derived(title) empty busy/>
                <PickedFiles files on_change=remember/>
                <div class="answer-foot">
                    {takes_files.then(|| view! { <AddFiles files limits on_change=remember/> })}
                    <DraftMark state/>
                    {match icon {
                        Some(icon) => view! {
                            <Button label=move || t(label) kind=ButtonKind::Main submit=true busy icon/>
                        }
                        .into_any(),
                        None => view! {
                            <Button label=move || t(label) kind=ButtonKind::Main submit=true busy/>
                        }
                        .into_any(),
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
        let remembered: Vec<String> = match draft.value(FILES) {
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
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

async fn submit(
    portal: &Portal,
    ticket: &Ticket,
    does: Does,
    text: String,
    files: Vec<PickedFile>,
    key: &str,
) -> Result<(), Fault> {
    if does == Does::Reopens {
        // First, so that the answer waits for it. Should this page end in between, the ticket is
        // reopened and the words are still a draft.
        portal
            .edit_ticket(ticket, moved(ticket, TicketState::Acknowledged, ""))
            .await?;
    }
    portal
        .add_comment(ticket.id, text, files, Some(key))
        .await
        .map(|_| ())
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
