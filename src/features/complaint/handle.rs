//! What only the handler does: weighs a complaint, names who leads it, sets the days of its plan.

use super::{Known, key};
use crate::features::shared::{DraftForm, DraftKey, words};
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::derived;
use crate::ui::{Card, Choice};
use leptos::prelude::*;
use rapport_domain::complaint::ComplaintSeverity;
use rapport_domain::plain::Fields;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{
    Complaint, ComplaintId, Date, Entity, Invalid, Kind, PersonRef, Plain, Reason, RecordEdit,
    Role, Typed, UserId,
};
use rapport_store::Query;
use rapport_store::columns::user;
use serde_json::Value;

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
    let due = complaint.due_at.map(|at| Date::of(at).to_string());
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
    complaint.confidential = typed.confidential;
    let next = complaint.next_target().map(|target| target.stage.clone());
    if let (Some(stage), Some(day)) = (next, Date::parse(&typed.due)) {
        for target in &mut complaint.targets {
            if target.stage == stage && Date::of(target.due_at) != day {
                // The day is over when the stage has to be reached.
                target.due_at = day.plus_days(1).starts_at().plus_millis(-1);
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
    due: String,
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
    if complaint.next_target().is_some() && Date::parse(&typed.due).is_none() {
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
    let handlers = derived(move || {
        let about = complaint.with(|c| c.as_ref().and_then(|c| c.about.id));
        let none = Choice {
            value: String::new(),
            label: t(Msg::complaint_handler_none),
        };
        let found = people.get().unwrap_or_default().rows;
        let each = found.into_iter().filter_map(|shown| {
            let role = Role::from(shown.row.text(user::ROLE));
            let handles = scope(&role, Right::HandleComplaint) != Scope::Nothing;
            let is_object = about == Some(UserId(shown.row.key.id));
            (handles && !is_object).then(|| Choice {
                value: shown.row.key.id.to_string(),
                label: shown.row.text(user::NAME).to_owned(),
            })
        });
        std::iter::once(none).chain(each).collect::<Vec<_>>()
    });
    let has_plan = complaint.with_untracked(|c| c.as_ref().is_some_and(|c| c.due_at.is_some()));
    let fields = view! {
        {form.select(SEVERITY, Msg::complaint_severity, None, weights)}
        {form.select(HANDLER, Msg::complaint_handler, None, handlers)}
        {has_plan.then(|| form.day(DUE, Msg::complaint_due_next, Some(Msg::complaint_due_next_hint), true))}
        {form.switch(CONFIDENTIAL, Msg::complaint_confidential, Some(Msg::complaint_confidential_hint))}
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
            due: sending.text(DUE),
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
    use rapport_domain::Timestamp;
    use uuid::Uuid;

    fn typing(due: &str) -> Typing {
        Typing {
            severity: "high".into(),
            handler: PersonRef {
                id: Some(UserId(Uuid::from_u128(5))),
                name: "Ruth".into(),
            },
            confidential: false,
            due: due.into(),
        }
    }

    #[test]
    fn the_form_changes_what_it_says_and_the_next_day_only() {
        let before = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        let edit = RecordEdit::of(&before, |c| wanted(c, &typing("1970-01-09")));
        let touched: Vec<&str> = edit.fields.keys().map(String::as_str).collect();
        assert_eq!(touched, [HANDLER, SEVERITY, "targets"]);
        let mut after = before.clone();
        wanted(&mut after, &typing("1970-01-09"));
        assert_eq!(after.targets[1..], before.targets[1..]);
        let kept = Date::of(before.targets[0].due_at).to_string();
        let edit = RecordEdit::of(&before, |c| wanted(c, &typing(&kept)));
        assert!(
            !edit.fields.contains_key("targets"),
            "the same day is no change"
        );
    }

    #[test]
    fn nobody_is_made_the_judge_of_himself() {
        let mut complaint = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        complaint.about = typing("").handler;
        let found = problems(&complaint, &typing("1970-01-09"));
        assert_eq!(found, [Invalid::new(HANDLER, Reason::NotAllowed)]);
    }
}
