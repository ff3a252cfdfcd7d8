//! Changing the words of something that is not sent yet. It becomes a new change; the old one goes. A
//! request is changed in its form, which the app brings in.

use crate::features::shared::explain::{self, Explained, Given};
use crate::features::shared::{
    DraftKey, FaultNote, Heading, KeptWords, Places, lead_to_wrong, say, words,
};
use crate::i18n::{Msg, t};
use crate::live::{self, Draft, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, EmptyState, LinkButton, Note, TextAreaField, TextField, Tone};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_domain::edit::editable;
use rapport_domain::plain::schema;
use rapport_domain::schema::{Shape, Uses};
use rapport_domain::thread::COMMENT_MAX;
use rapport_domain::ticket::{DESCRIPTION_MAX, NOTE_MAX, SUBJECT_MAX, check_length};
use rapport_domain::{Intent, Invalid, Kind, OperationId, Plain, Ticket};
use serde_json::Value;

const SUBJECT: &str = "subject";
const WORDS: &str = "description";
const NOTE: &str = "note";
/// So much of the words names a draft.
const TITLE_LENGTH: usize = 80;

/// The form of an unsent request; its last argument is true while the change is being saved.
pub type RequestForm = fn(OperationId, Ticket, RwSignal<bool>) -> AnyView;

/// A text of a change, by the name of its field.
type Written = (&'static str, String);

/// The texts that can be changed.
fn texts_of(intent: &Intent) -> Vec<Written> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match intent {
        Intent::AddComment { comment } => vec![(WORDS, comment.text.clone())],
        Intent::Create { record } => texts_given(record.kind)
            .filter_map(|field| Some((field, text(record.get(field))?)))
            .collect(),
        Intent::Edit { target, edit, .. } => texts_edited(target.kind)
            .filter_map(|field| {
                let edit = edit.fields.get(field)?;
                Some((field, text(&edit.mine).unwrap_or_default()))
            })
            .chain(edit.note.clone().map(|note| (NOTE, note)))
            .collect(),
        Intent::CreateTicket { .. } | Intent::AddAttachment { .. } => Vec::new(),
    }
}

fn texts_given(kind: Kind) -> impl Iterator<Item = &'static str> {
    let fields = schema(kind).iter();
    fields
        .filter(|field| field.uses.has(Uses::GIVEN) && matches!(field.shape, Shape::Text))
        .map(|field| field.name)
}

fn texts_edited(kind: Kind) -> impl Iterator<Item = &'static str> {
    let fields = editable(kind).into_iter();
    fields
        .filter(|(_, shape)| matches!(shape, Shape::Text))
        .map(|(name, _)| name)
}

/// The same change with other texts.
fn with_texts(intent: &Intent, texts: &[Written]) -> Intent {
    let mut intent = intent.clone();
    for (name, text) in texts {
        // A description keeps its author's white space.
        let text = match *name {
            WORDS if matches!(intent, Intent::Edit { .. }) => text.clone(),
            _ => text.trim().to_owned(),
        };
        match &mut intent {
            Intent::AddComment { comment } => comment.text = text,
            Intent::Create { record } => record.set(name, text.put()),
            Intent::Edit { edit, .. } if *name == NOTE => {
                edit.note = Some(text).filter(|note| !note.is_empty());
            }
            Intent::Edit { edit, .. } => edit.want(name, &text),
            Intent::CreateTicket { .. } | Intent::AddAttachment { .. } => {}
        }
    }
    intent
}

fn problems(intent: &Intent) -> Vec<Invalid> {
    let mut found = Vec::new();
    match intent {
        Intent::AddComment { comment } => {
            check_length(&mut found, WORDS, &comment.text, 1, COMMENT_MAX);
        }
        Intent::Create { record } => found = record.problems(),
        Intent::Edit { .. } => {
            for (name, text) in texts_of(intent) {
                let (min, max) = match name {
                    SUBJECT => (1, SUBJECT_MAX),
                    NOTE => (0, NOTE_MAX),
                    _ => (0, DESCRIPTION_MAX),
                };
                check_length(&mut found, name, &text, min, max);
            }
        }
        Intent::CreateTicket { .. } | Intent::AddAttachment { .. } => {}
    }
    found
}

/// What there is to show.
#[derive(Clone, PartialEq)]
enum Shows {
    Gone,
    OnItsWay,
    Request(Box<Ticket>),
    Words(Intent),
}

fn shown(intent: &Intent) -> Option<Shows> {
    match intent {
        Intent::CreateTicket { ticket } => Some(Shows::Request(Box::new(ticket.clone()))),
        other => (!texts_of(other).is_empty()).then(|| Shows::Words(other.clone())),
    }
}

/// The page for changing an unsent item.
#[component]
pub fn EditPage(
    /// How a request is changed.
    request: RequestForm,
) -> impl IntoView {
    let params = use_params_map();
    let op = memo(move || params.with(|p| p.get("op")?.parse::<OperationId>().ok()));
    let outbox = use_portal().outbox();
    let shows = memo(move || {
        let found = outbox.with(|rows| {
            let row = rows.iter().find(|row| Some(row.item.op) == op.get())?;
            Some((shown(&row.item.intent)?, row.item.may_have_arrived()))
        });
        match found {
            None => Shows::Gone,
            Some((_, true)) => Shows::OnItsWay,
            Some((shows, false)) => shows,
        }
    });
    view! {
        <div class="page-top">
            <Places href=paths::unsent() label=move || t(Msg::unsent_title)/>
            <Heading title=move || t(Msg::unsent_edit_title)/>
        </div>
        // What was opened to be changed stays open, even when it is sent meanwhile.
        {move || {
            let busy = RwSignal::new(false);
            match (op.get(), shows.get_untracked()) {
                (Some(op), Shows::Request(ticket)) => {
                    view! {
                        <Overtaken shows busy/>
                        {request(op, *ticket, busy)}
                    }
                        .into_any()
                }
                (Some(op), Shows::Words(intent)) => {
                    view! {
                        <Overtaken shows busy/>
                        <EditForm op intent busy/>
                    }
                        .into_any()
                }
                (_, Shows::OnItsWay) => view! { <Locked/> }.into_any(),
                (op, _) => view! { <Gone op/> }.into_any(),
            }
        }}
    }
}

/// It is not waiting any more; what was typed about it is shown as long as its draft is kept.
#[component]
fn Gone(op: Option<OperationId>) -> impl IntoView {
    let portal = use_portal();
    let kept = op.map(|op| {
        let draft = portal.draft(DraftKey::Unsent(op).to_string());
        view! { <KeptWords draft/> }
    });
    view! {
        <EmptyState
            title=move || t(Msg::unsent_edit_gone_title)
            text=move || t(Msg::unsent_edit_gone_text)
        >
            <LinkButton href=paths::unsent() label=move || t(Msg::unsent_title)/>
        </EmptyState>
        {kept}
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
            Shows::Words(_) | Shows::Request(_) => return None,
            Shows::OnItsWay => (Msg::unsent_edit_locked_title, Msg::unsent_edit_locked_text),
            Shows::Gone => (Msg::unsent_edit_gone_title, Msg::unsent_edit_gone_text),
        };
        Some(view! {
            <Note title=move || t(title) text=move || t(text) tone=Tone::Warn urgent=true/>
        })
    }
}

#[component]
fn EditForm(op: OperationId, intent: Intent, busy: RwSignal<bool>) -> impl IntoView {
    let portal = use_portal();
    let navigate = use_navigate();
    let draft = portal.draft(DraftKey::Unsent(op).to_string());
    let says = matches!(intent, Intent::AddComment { .. });
    let wrong = RwSignal::new(Vec::<Invalid>::new());
    let fault = RwSignal::new(None::<Explained>);
    let written = texts_of(&intent);
    let fields = written
        .iter()
        .map(|text| one_field(&draft, text, says, wrong))
        .collect_view();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let text = |(name, written): &Written| (*name, untrack(|| present(&draft, name, written)));
        let texts: Vec<Written> = written.iter().map(text).collect();
        let intent = with_texts(&intent, &texts);
        let found = problems(&intent);
        wrong.set(found.clone());
        if !found.is_empty() {
            return lead_to_wrong();
        }
        busy.set(true);
        let (portal, navigate) = (portal.clone(), navigate.clone());
        live::durable(async move {
            let key = DraftKey::Unsent(op).to_string();
            match portal.replace(op, intent, &[], &key).await {
                Ok(()) => {
                    say(Msg::ticket_saved);
                    // Whoever has gone elsewhere meanwhile stays there.
                    if busy.try_get_untracked().is_some() {
                        navigate(&paths::unsent(), paths::go());
                    }
                }
                Err(error) => {
                    busy.try_set(false);
                    fault.try_set(Some(untrack(|| explain::fault(&error.into()))));
                }
            }
        });
    };
    view! {
        <form class="stack narrow" novalidate=true on:submit=save>
            // What is typed while it is being saved would be nowhere.
            <div class="stack" inert=move || busy.get()>
                {fields}
            </div>
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

/// A text as it stands now: what the draft does not say yet is as it was written.
fn present(draft: &Draft, name: &str, written: &str) -> String {
    match draft.value(name) {
        Some(Value::String(typed)) => typed,
        _ => written.to_owned(),
    }
}

fn one_field(
    draft: &Draft,
    (name, written): &Written,
    says: bool,
    wrong: RwSignal<Vec<Invalid>>,
) -> AnyView {
    let (name, written, shown, typed) = (*name, written.clone(), draft.clone(), draft.clone());
    let value = derived(move || present(&shown, name, &written));
    let on_input = Callback::new(move |text: String| {
        typed.title(text.chars().take(TITLE_LENGTH).collect::<String>());
        typed.set(name, Value::from(text));
    });
    let error = derived(move || {
        let found = wrong.with(|wrong| wrong.iter().find(|i| i.field == name).cloned());
        found
            .map(|invalid| explain::reason(&invalid.reason, Given::Written))
            .unwrap_or_default()
    });
    let label = move || {
        t(match name {
            SUBJECT => Msg::ticket_subject,
            WORDS if !says => Msg::ticket_description,
            WORDS | NOTE => Msg::unsent_edit_text,
            other => return words::field_name(other),
        })
    };
    if name == SUBJECT {
        view! { <TextField label value on_input error required=true/> }.into_any()
    } else {
        view! { <TextAreaField label value on_input error required=says/> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{
        Comment, CommentId, PersonRef, Reason, RecordEdit, RecordKey, Stamp, TicketId, TicketState,
    };
    use uuid::Uuid;

    fn comment(text: &str) -> Intent {
        Intent::AddComment {
            comment: Comment {
                id: CommentId(Uuid::from_u128(2)),
                stamp: Stamp::default(),
                ticket: TicketId(Uuid::from_u128(1)),
                author: PersonRef::default(),
                author_role: None,
                text: text.into(),
            },
        }
    }

    #[test]
    fn only_the_words_change() {
        let changed = with_texts(&comment("before"), &[(WORDS, " after ".into())]);
        assert_eq!(changed, comment("after"));
        let emptied = with_texts(&comment("before"), &[(WORDS, " ".into())]);
        assert_eq!(problems(&emptied), [Invalid::new(WORDS, Reason::Required)]);
    }

    #[test]
    fn of_a_rewording_only_what_was_changed_can_be_changed() {
        let edited = |subject: &str, note: Option<&str>| Intent::Edit {
            target: RecordKey {
                kind: Kind::Ticket,
                id: Uuid::from_u128(1),
            },
            base_version: Some("1".into()),
            edit: RecordEdit::default()
                .with("state", &TicketState::Closed, &TicketState::Acknowledged)
                .with("subject", &"VPN".to_owned(), &subject.to_owned())
                .because(note.unwrap_or_default()),
        };
        let intent = edited("VPN drops", Some("it is back"));
        let texts = texts_of(&intent);
        assert_eq!(
            texts,
            [(SUBJECT, "VPN drops".into()), (NOTE, "it is back".into())]
        );
        assert_eq!(with_texts(&intent, &texts), intent);
        let texts = [(SUBJECT, " VPN fails ".into()), (NOTE, String::new())];
        assert_eq!(with_texts(&intent, &texts), edited("VPN fails", None));
        let emptied = with_texts(&intent, &[(SUBJECT, " ".into())]);
        assert_eq!(
            problems(&emptied),
            [Invalid::new(SUBJECT, Reason::Required)]
        );
    }
}
