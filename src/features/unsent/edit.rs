//! Changing the words of something that is not sent yet. It becomes a new change; the old one goes.

use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{DraftKey, FaultNote, Heading, Places, say};
use crate::i18n::{Msg, t};
use crate::live::{self, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, EmptyState, LinkButton, Note, TextAreaField, TextField, Tone};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_domain::thread::COMMENT_MAX;
use rapport_domain::ticket::check_length;
use rapport_domain::{Intent, Invalid, OperationId};
use rapport_store::Fault;
use rapport_sync::State;
use rapport_sync::actions::NotNow;
use serde_json::Value;

const SUBJECT: &str = "subject";
const WORDS: &str = "description";
/// So much of the words names a draft.
const TITLE_LENGTH: usize = 80;

/// The words of a change, to be changed.
#[derive(Clone, Debug, PartialEq)]
struct Words {
    /// Of a request.
    subject: Option<String>,
    words: String,
}

/// The words of a change that has any.
fn words_of(intent: &Intent) -> Option<Words> {
    match intent {
        Intent::CreateTicket { ticket } => Some(Words {
            subject: Some(ticket.subject.clone()),
            words: ticket.description.clone(),
        }),
        Intent::AddComment { comment } => Some(Words {
            subject: None,
            words: comment.text.clone(),
        }),
        Intent::AddAttachment { .. } | Intent::EditTicket { .. } => None,
    }
}

/// The same change with other words.
fn with_words(intent: &Intent, words: &Words) -> Intent {
    let mut intent = intent.clone();
    match &mut intent {
        Intent::CreateTicket { ticket } => {
            ticket.subject = words.subject.clone().unwrap_or_default().trim().to_owned();
            ticket.description.clone_from(&words.words);
        }
        Intent::AddComment { comment } => words.words.trim().clone_into(&mut comment.text),
        Intent::AddAttachment { .. } | Intent::EditTicket { .. } => {}
    }
    intent
}

fn problems(intent: &Intent) -> Vec<Invalid> {
    match intent {
        Intent::CreateTicket { ticket } => ticket.problems(),
        Intent::AddComment { comment } => {
            let mut found = Vec::new();
            check_length(&mut found, WORDS, &comment.text, 1, COMMENT_MAX);
            found
        }
        Intent::AddAttachment { .. } | Intent::EditTicket { .. } => Vec::new(),
    }
}

/// What there is to show.
#[derive(Clone, PartialEq)]
enum Shows {
    Gone,
    OnItsWay,
    Words(Words),
}

/// The page for changing an unsent item.
#[component]
pub fn EditPage() -> impl IntoView {
    let params = use_params_map();
    let op = memo(move || params.with(|p| p.get("op")?.parse::<OperationId>().ok()));
    let outbox = use_portal().outbox();
    let shows = memo(move || {
        let found = outbox.with(|rows| {
            let row = rows.iter().find(|row| Some(row.item.op) == op.get())?;
            Some((words_of(&row.item.intent)?, row.item.state.clone()))
        });
        match found {
            None => Shows::Gone,
            Some((_, State::Sending | State::Unknown { .. })) => Shows::OnItsWay,
            Some((words, _)) => Shows::Words(words),
        }
    });
    view! {
        <div class="page-top">
            <Places href=paths::unsent() label=move || t(Msg::unsent_title)/>
            <Heading title=move || t(Msg::unsent_edit_title)/>
        </div>
        // What was opened to be changed stays open, even when it is sent meanwhile.
        {move || match (op.get(), shows.get_untracked()) {
            (Some(op), Shows::Words(words)) => view! { <EditForm op words shows/> }.into_any(),
            (_, Shows::OnItsWay) => view! { <Locked/> }.into_any(),
            (op, _) => view! { <Gone op/> }.into_any(),
        }}
    }
}

/// It is not waiting any more; what was typed about it is shown as long as its draft is kept.
#[component]
fn Gone(op: Option<OperationId>) -> impl IntoView {
    let portal = use_portal();
    let draft = op.map(|op| portal.draft(DraftKey::Unsent(op).to_string()));
    let typed = move || {
        let draft = draft.as_ref()?;
        let parts = [draft.text(SUBJECT), draft.text(WORDS)];
        let words = parts.into_iter().filter(|part| !part.trim().is_empty());
        Some(words.collect::<Vec<_>>().join("\n")).filter(|words| !words.is_empty())
    };
    view! {
        <EmptyState
            title=move || t(Msg::unsent_edit_gone_title)
            text=move || t(Msg::unsent_edit_gone_text)
        >
            <LinkButton href=paths::unsent() label=move || t(Msg::unsent_title)/>
        </EmptyState>
        {move || typed().map(|words| view! { <p class="said" dir="auto">{words}</p> })}
    }
}

#[component]
fn Locked() -> impl IntoView {
    view! {
        <EmptyState
            title=move || t(Msg::unsent_edit_locked_title)
            text=move || t(Msg::unsent_edit_locked_text)
        >
            <LinkButton href=paths::unsent() label=move || t(Msg::unsent_title)/>
        </EmptyState>
    }
}

/// That it went out while it was being changed.
#[component]
fn Overtaken(shows: Memo<Shows>, busy: RwSignal<bool>) -> impl IntoView {
    move || {
        if busy.get() {
            return None;
        }
        let (title, text) = match shows.get() {
            Shows::Words(_) => return None,
            Shows::OnItsWay => (Msg::unsent_edit_locked_title, Msg::unsent_edit_locked_text),
            Shows::Gone => (Msg::unsent_edit_gone_title, Msg::unsent_edit_gone_text),
        };
        Some(view! {
            <Note title=move || t(title) text=move || t(text) tone=Tone::Warn urgent=true/>
        })
    }
}

#[component]
fn EditForm(op: OperationId, words: Words, shows: Memo<Shows>) -> impl IntoView {
    let portal = use_portal();
    let navigate = use_navigate();
    let has_subject = words.subject.is_some();
    // What the draft does not say yet is as it was written.
    let draft = portal.draft(DraftKey::Unsent(op).to_string());
    let field = |name: &'static str, written: String| {
        let draft = draft.clone();
        derived(move || match draft.value(name) {
            Some(Value::String(typed)) => typed,
            _ => written.clone(),
        })
    };
    let subject = field(SUBJECT, words.subject.unwrap_or_default());
    let text = field(WORDS, words.words);
    let on = |name: &'static str| {
        let draft = draft.clone();
        Callback::new(move |typed: String| {
            draft.title(typed.chars().take(TITLE_LENGTH).collect::<String>());
            draft.set(name, Value::from(typed));
        })
    };
    let (on_subject, on_text, edited) = (on(SUBJECT), on(WORDS), draft.clone());
    let wrong = RwSignal::new(Vec::<Invalid>::new());
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Explained>));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let rows = portal.outbox().get_untracked();
        let row = rows.into_iter().find(|row| row.item.op == op);
        let Some(row) = row.filter(|_| !busy.get_untracked()) else {
            return;
        };
        let words = Words {
            subject: has_subject.then(|| subject.get_untracked()),
            words: text.get_untracked(),
        };
        let intent = with_words(&row.item.intent, &words);
        let found = problems(&intent);
        wrong.set(found.clone());
        if !found.is_empty() {
            return;
        }
        busy.set(true);
        let (portal, navigate, edited) = (portal.clone(), navigate.clone(), edited.clone());
        live::durable(async move {
            match portal.replace(op, intent).await {
                Ok(()) => {
                    edited.discard();
                    say(Msg::ticket_saved);
                    // Whoever has gone elsewhere meanwhile stays there.
                    if busy.try_get_untracked().is_some() {
                        navigate(&paths::unsent(), paths::go());
                    }
                }
                Err(error) => {
                    busy.try_set(false);
                    let failed = match error {
                        NotNow::Fault(fault) => fault,
                        _ => Fault::Guard,
                    };
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    };
    let error = move |field: &'static str| {
        derived(move || {
            let found = wrong.with(|wrong| wrong.iter().find(|i| i.field == field).cloned());
            found
                .map(|invalid| explain::reason(&invalid.reason, false))
                .unwrap_or_default()
        })
    };
    view! {
        <form class="stack narrow" novalidate=true on:submit=save>
            <Overtaken shows busy/>
            {has_subject
                .then(|| {
                    view! {
                        <TextField
                            label=move || t(Msg::ticket_subject)
                            value=subject
                            on_input=on_subject
                            error=error(SUBJECT)
                            required=true
                        />
                    }
                })}
            <TextAreaField
                label=move || t(if has_subject { Msg::ticket_description } else { Msg::unsent_edit_text })
                value=text
                on_input=on_text
                error=error(WORDS)
                required=!has_subject
            />
            <FaultNote fault/>
            <div class="head">
                <Button
                    label=move || t(Msg::unsent_edit_save)
                    kind=ButtonKind::Main
                    submit=true
                    busy
                />
                <LinkButton
                    href=paths::unsent()
                    label=move || t(Msg::cancel)
                    kind=ButtonKind::Plain
                />
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Comment, CommentId, PersonRef, Reason, Stamp, TicketId};
    use uuid::Uuid;

    #[test]
    fn only_the_words_change() {
        let comment = Comment {
            id: CommentId(Uuid::from_u128(2)),
            stamp: Stamp::default(),
            ticket: TicketId(Uuid::from_u128(1)),
            author: PersonRef::default(),
            author_role: None,
            text: "before".into(),
        };
        let intent = Intent::AddComment {
            comment: comment.clone(),
        };
        let words = Words {
            subject: None,
            words: " after ".into(),
        };
        let changed = with_words(&intent, &words);
        let expected = Comment {
            text: "after".into(),
            ..comment
        };
        assert_eq!(changed, Intent::AddComment { comment: expected });
        let emptied = with_words(
            &intent,
            &Words {
                subject: None,
                words: " ".into(),
            },
        );
        assert_eq!(problems(&emptied), [Invalid::new(WORDS, Reason::Required)]);
    }
}
