//! What only the handler does: weighs a complaint, names who leads it, sets the days of its plan.

use super::{Known, key};
use crate::features::shared::{DraftForm, DraftKey, words};
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Card, Choice};
use crate::web::clock;
use leptos::prelude::*;
use rapport_domain::complaint::ComplaintSeverity;
use rapport_domain::plain::Fields;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{
    Complaint, ComplaintId, Date, Entity, Invalid, Kind, PersonRef, Plain, Reason, RecordEdit,
    RelationshipManager, Role, Timestamp, Typed, UserId,
};
use rapport_store::Query;
use rapport_store::columns::user;
use serde_json::Value;
use uuid::Uuid;

const SEVERITY: &str = "severity";
const HANDLER: &str = "handler";
const CONFIDENTIAL: &str = "confidential";
const DUE: &str = "due";

/// The handler's card.
#[component]
pub fn Handle(id: ComplaintId, complaint: Known) -> impl IntoView {
    view! {
        <Card title=move || t(Msg::complaint_handle)>
            <HandleForm id complaint/>
        </Card>
    }
}

/// What stands in the form before anything is typed.
fn given(complaint: &Complaint) -> Fields {
    let mut fields = Fields::new();
    fields.insert(SEVERITY.to_owned(), complaint.severity.put());
    let handler = complaint.handler.id.map(|id| id.to_string());
    fields.insert(HANDLER.to_owned(), Value::from(handler.unwrap_or_default()));
    fields.insert(CONFIDENTIAL.to_owned(), Value::Bool(complaint.confidential));
    let due = complaint.due_at.map(|at| clock::day_of(at).to_string());
    fields.insert(DUE.to_owned(), Value::from(due.unwrap_or_default()));
    fields
}

/// The complaint as the form wants it.
fn wanted(complaint: &mut Complaint, typed: &Typing) {
    complaint.severity = match typed.severity.as_str() {
        "" => None,
        word => Some(ComplaintSeverity::from(word)),
    };
    if complaint.handler.id != typed.handler.id {
        complaint.handler = typed.handler.clone();
    }
    // Only its complainant makes it known again.
    complaint.confidential |= typed.confidential;
    let next = complaint.next_target().map(|target| target.stage.clone());
    if let (Some(stage), Due::At(at)) = (next, typed.due) {
        for target in &mut complaint.targets {
            if target.stage == stage {
                target.due_at = at;
            }
        }
    }
    complaint.derive();
}

/// What was typed.
struct Typing {
    severity: String,
    handler: PersonRef,
    confidential: bool,
    due: Due,
}

/// When the next stage is to be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    /// As it was.
    Same,
    /// Then.
    At(Timestamp),
    /// No day was given.
    Missing,
}

/// The day is over when the stage has to be reached.
fn due(before: &Complaint, typed: &str) -> Due {
    match Date::parse(typed) {
        None => Due::Missing,
        Some(day) if before.due_at.map(clock::day_of).as_ref() == Some(&day) => Due::Same,
        Some(day) => Due::At(clock::starts_at(&day.plus_days(1)).plus_millis(-1)),
    }
}

fn problems(complaint: &Complaint, typed: &Typing) -> Vec<Invalid> {
    let mut found = Vec::new();
    let after = Complaint {
        handler: typed.handler.clone(),
        ..complaint.clone()
    };
    if after.is_judged_by_its_object() {
        found.push(Invalid::new(HANDLER, Reason::NotAllowed));
    }
    if complaint.next_target().is_some() && typed.due == Due::Missing {
        found.push(Invalid::new(DUE, Reason::NotADate));
    }
    found
}

#[component]
fn HandleForm(id: ComplaintId, complaint: Known) -> impl IntoView {
    let portal = use_portal();
    let form = DraftForm::of(DraftKey::Change(key(id)), complaint, given, SEVERITY);
    let weights = derived(|| {
        let none = Choice {
            value: String::new(),
            label: t(Msg::weight_none),
        };
        let each = ComplaintSeverity::KNOWN.iter().map(|weight| Choice {
            value: weight.to_string(),
            label: words::weight(weight),
        });
        std::iter::once(none).chain(each).collect::<Vec<_>>()
    });
    let people = portal.rows(|| Query::all(Kind::User).ascending(user::NAME));
    let terms = portal.all::<RelationshipManager>(|| Query::all(Kind::RelationshipManager));
    let handlers = derived(move || {
        let about = complaint.with(|c| c.as_ref().and_then(|c| c.about.id));
        let customer = complaint.with(|c| c.as_ref().and_then(|c| c.customer));
        let none = Choice {
            value: String::new(),
            label: t(Msg::complaint_handler_none),
        };
        let found = people.get().unwrap_or_default().rows;
        let looks_after = |person: Uuid| {
            terms.with(|terms| {
                let mut terms = terms.iter().flatten();
                terms.any(|term| {
                    term.until.is_none()
                        && Some(term.customer) == customer
                        && term.person.id == Some(UserId(person))
                })
            })
        };
        let each = found.into_iter().filter_map(|shown| {
            let role = Role::from(shown.row.text(user::ROLE));
            let handles = match scope(&role, Right::HandleComplaint) {
                Scope::Nothing => false,
                Scope::Assigned => looks_after(shown.row.key.id),
                _ => true,
            };
            let is_object = about == Some(UserId(shown.row.key.id));
            (handles && !is_object).then(|| Choice {
                value: shown.row.key.id.to_string(),
                label: shown.row.text(user::NAME).to_owned(),
            })
        });
        std::iter::once(none).chain(each).collect::<Vec<_>>()
    });
    let has_plan = memo(move || complaint.with(|c| c.as_ref().is_some_and(|c| c.due_at.is_some())));
    let is_kept = memo(move || complaint.with(|c| c.as_ref().is_some_and(|c| c.confidential)));
    let (day, secret) = (form.clone(), form.clone());
    let fields = view! {
        {form.select(SEVERITY, Msg::complaint_severity, None, weights)}
        {form.select(HANDLER, Msg::complaint_handler, None, handlers)}
        {move || {
            let hint = Some(Msg::complaint_due_next_hint);
            has_plan.get().then(|| day.day(DUE, Msg::complaint_due_next, hint, true))
        }}
        {move || {
            let hint = Some(Msg::complaint_handle_confidential_hint);
            (!is_kept.get())
                .then(|| secret.switch(CONFIDENTIAL, Msg::complaint_confidential, hint))
        }}
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let Some(before) = complaint.get_untracked() else {
            return;
        };
        let before = sending.base(before);
        let chosen = untrack(|| sending.text(HANDLER));
        let name = untrack(|| {
            let found = handlers
                .get()
                .into_iter()
                .find(|choice| choice.value == chosen);
            found.map(|choice| choice.label).unwrap_or_default()
        });
        let handler = chosen.parse::<UserId>().ok();
        let typed = untrack(|| Typing {
            severity: sending.text(SEVERITY),
            handler: PersonRef {
                id: handler,
                name: handler.map(|_| name).unwrap_or_default(),
            },
            confidential: sending.flag(CONFIDENTIAL),
            due: due(&before, &sending.text(DUE)),
        });
        let problems = problems(&before, &typed);
        let edit = RecordEdit::of(&before, |complaint| wanted(complaint, &typed));
        let entity = Entity::Record(before.to_record());
        sending.send(
            problems,
            move |portal, draft| async move { portal.edit(&entity, edit, Some(&draft)).await },
            Msg::ticket_saved,
            Callback::new(|()| {}),
        );
    });
    form.frame(fields.into_any(), form.end(Msg::save, None), send)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing(due: Due) -> Typing {
        Typing {
            severity: "high".into(),
            handler: PersonRef {
                id: Some(UserId(Uuid::from_u128(5))),
                name: "Ruth".into(),
            },
            confidential: false,
            due,
        }
    }

    #[test]
    fn the_form_changes_what_it_says_and_the_next_day_only() {
        let before = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        let later = typing(Due::At(Timestamp(7)));
        let edit = RecordEdit::of(&before, |c| wanted(c, &later));
        let touched: Vec<&str> = edit.fields.keys().map(String::as_str).collect();
        assert_eq!(touched, [HANDLER, SEVERITY, "targets"]);
        let mut after = before.clone();
        wanted(&mut after, &later);
        assert_eq!(after.targets[0].due_at, Timestamp(7));
        assert_eq!(after.targets[1..], before.targets[1..]);
        let edit = RecordEdit::of(&before, |c| wanted(c, &typing(Due::Same)));
        assert!(
            !edit.fields.contains_key("targets"),
            "the same day is no change"
        );
    }

    #[test]
    fn the_form_does_not_make_known_what_is_confidential() {
        let mut kept = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        kept.confidential = true;
        wanted(&mut kept, &typing(Due::Same));
        assert!(kept.confidential);
    }

    #[test]
    fn nobody_is_made_the_judge_of_himself() {
        let mut complaint = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        complaint.about = typing(Due::Same).handler;
        let found = problems(&complaint, &typing(Due::Same));
        assert_eq!(found, [Invalid::new(HANDLER, Reason::NotAllowed)]);
    }
}
