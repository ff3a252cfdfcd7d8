//! The domain's words in the user's language. What a backend calls by a word of its own is shown as
//! it came.

use crate::i18n::{Msg, fmt, t};
use rapport_domain::complaint::{Channel, ComplaintSeverity};
use rapport_domain::service_level::Metric;
use rapport_domain::{
    ActionState, ApprovalState, ComplaintStage, Impact, Kind, Lifecycle, PersonRef, Priority,
    QuestionKind, ReviewState, Role, Severity, TicketKind, TicketState, Timestamp, Urgency, User,
};
use serde_json::{Map, Value};

/// Where a ticket stands, for a reader whom it may wait for.
#[must_use]
pub fn state(state: &TicketState, mine: bool) -> String {
    t(match state {
        TicketState::Acknowledged => Msg::state_new,
        TicketState::InProgress => Msg::state_in_progress,
        TicketState::Pending if mine => Msg::state_waits_for_you,
        TicketState::Pending => Msg::state_waits_for_answer,
        TicketState::Held => Msg::state_on_hold,
        TicketState::Resolved if mine => Msg::state_solved_confirm,
        TicketState::Resolved => Msg::state_solved,
        TicketState::Closed => Msg::state_closed,
        TicketState::Cancelled => Msg::state_cancelled,
        TicketState::Rejected => Msg::state_rejected,
        TicketState::Other(word) => return word.clone(),
    })
}

/// What a ticket is, in a word.
#[must_use]
pub fn kind(kind: &TicketKind) -> String {
    t(match kind {
        TicketKind::Incident => Msg::kind_incident,
        TicketKind::ServiceRequest => Msg::kind_service_request,
        TicketKind::Question => Msg::kind_question,
        TicketKind::Complaint => Msg::kind_complaint,
        TicketKind::Other(word) => return word.clone(),
    })
}

/// Whom something hinders.
#[must_use]
pub fn impact(impact: &Impact) -> String {
    t(match impact {
        Impact::OnePerson => Msg::impact_one_person,
        Impact::Team => Msg::impact_team,
        Impact::Site => Msg::impact_site,
        Impact::Organisation => Msg::impact_organisation,
        Impact::Other(word) => return word.clone(),
    })
}

/// How long something can wait.
#[must_use]
pub fn urgency(urgency: &Urgency) -> String {
    t(match urgency {
        Urgency::Low => Msg::urgency_low,
        Urgency::Medium => Msg::urgency_medium,
        Urgency::High => Msg::urgency_high,
        Urgency::Other(word) => return word.clone(),
    })
}

/// In which order something is worked on.
#[must_use]
pub fn priority(priority: &Priority) -> String {
    t(match priority {
        Priority::P1 => Msg::priority_p1,
        Priority::P2 => Msg::priority_p2,
        Priority::P3 => Msg::priority_p3,
        Priority::P4 => Msg::priority_p4,
        Priority::Other(word) => return word.clone(),
    })
}

/// Where a service stands in its life.
#[must_use]
pub fn lifecycle(lifecycle: &Lifecycle) -> String {
    t(match lifecycle {
        Lifecycle::Pipeline => Msg::lifecycle_pipeline,
        Lifecycle::Live => Msg::lifecycle_live,
        Lifecycle::Retiring => Msg::lifecycle_retiring,
        Lifecycle::Retired => Msg::lifecycle_retired,
        Lifecycle::Other(word) => return word.clone(),
    })
}

/// How much a piece of news matters.
#[must_use]
pub fn severity(severity: &Severity) -> String {
    t(match severity {
        Severity::Info => Msg::severity_info,
        Severity::Warning => Msg::severity_warning,
        Severity::Outage => Msg::severity_outage,
        Severity::Other(word) => return word.clone(),
    })
}

/// What somebody is here.
#[must_use]
pub fn role(role: &Role) -> String {
    t(match role {
        Role::CustomerUser => Msg::role_customer_user,
        Role::CustomerManager => Msg::role_customer_manager,
        Role::Brm => Msg::role_brm,
        Role::Agent => Msg::role_agent,
        Role::Administrator => Msg::role_administrator,
        Role::Other(word) => return word.clone(),
    })
}

/// Who somebody is to this reader: himself, somebody by name, or the system.
#[must_use]
pub fn person(person: Option<&PersonRef>, me: &User) -> String {
    match person {
        Some(person) if person.id == Some(me.id) => t(Msg::person_you),
        Some(person) if person.name.trim().is_empty() => t(Msg::person_unknown),
        Some(person) => person.name.clone(),
        None => t(Msg::person_system),
    }
}

/// Where a complaint stands.
#[must_use]
pub fn stage(stage: &ComplaintStage) -> String {
    t(match stage {
        ComplaintStage::Received => Msg::stage_received,
        ComplaintStage::Acknowledged => Msg::stage_acknowledged,
        ComplaintStage::Assessed => Msg::stage_assessed,
        ComplaintStage::Investigating => Msg::stage_investigating,
        ComplaintStage::ResponseProposed => Msg::stage_response_proposed,
        ComplaintStage::DecisionCommunicated => Msg::stage_decision_communicated,
        ComplaintStage::Accepted => Msg::stage_accepted,
        ComplaintStage::RejectedByComplainant => Msg::stage_rejected_by_complainant,
        ComplaintStage::Escalated => Msg::stage_escalated,
        ComplaintStage::Closed => Msg::stage_closed,
        ComplaintStage::Withdrawn => Msg::stage_withdrawn,
        ComplaintStage::Other(word) => return word.clone(),
    })
}

/// How much a complaint weighs.
#[must_use]
pub fn weight(severity: &ComplaintSeverity) -> String {
    t(match severity {
        ComplaintSeverity::Low => Msg::weight_low,
        ComplaintSeverity::Medium => Msg::weight_medium,
        ComplaintSeverity::High => Msg::weight_high,
        ComplaintSeverity::Critical => Msg::weight_critical,
        ComplaintSeverity::Other(word) => return word.clone(),
    })
}

/// What was decided about a request.
#[must_use]
pub fn approval(state: &ApprovalState) -> String {
    t(match state {
        ApprovalState::Requested => Msg::approval_requested,
        ApprovalState::Approved => Msg::approval_approved,
        ApprovalState::Refused => Msg::approval_refused,
        ApprovalState::Withdrawn => Msg::approval_withdrawn,
        ApprovalState::Other(word) => return word.clone(),
    })
}

/// What a clock measures.
#[must_use]
pub fn metric(metric: &Metric) -> String {
    t(match metric {
        Metric::Response => Msg::metric_response,
        Metric::Resolution => Msg::metric_resolution,
        Metric::Other(word) => return word.clone(),
    })
}

/// On which way something was said.
#[must_use]
pub fn channel(channel: &Channel) -> String {
    t(match channel {
        Channel::Portal => Msg::channel_portal,
        Channel::Phone => Msg::channel_phone,
        Channel::Meeting => Msg::channel_meeting,
        Channel::Letter => Msg::channel_letter,
        Channel::Email => Msg::channel_email,
        Channel::Other(word) => return word.clone(),
    })
}

/// A score, or an end of its interval, in the unit of its kind: a share in percent, else points.
#[must_use]
pub fn points(kind: &QuestionKind, value: f64) -> String {
    match kind {
        QuestionKind::Csat => fmt::percent(value),
        _ => fmt::tenth(value),
    }
}

/// A field's value in a word or two; nothing for what has no words.
#[must_use]
pub fn value(given: &Value) -> String {
    match given {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map(fmt::number).unwrap_or_default(),
        Value::Bool(true) => t(Msg::yes),
        Value::Bool(false) => t(Msg::no),
        Value::Object(map) => row(map),
        Value::Array(items) => {
            let lines = items.iter().map(value).filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        }
        Value::Null => String::new(),
    }
}

/// A row in a line: what it is called, and what is said of it. Words by language are all told.
fn row(map: &Map<String, Value>) -> String {
    let head = ["name", "title", "label", "stage"];
    let head = head.iter().find_map(|name| map.get(*name));
    let Some(head) = head else {
        let words = map.values().map(value).filter(|one| !one.is_empty());
        return words.collect::<Vec<_>>().join(" · ");
    };
    let due = map.get("due_at").and_then(Value::as_i64);
    let more = match due {
        Some(at) => fmt::date(Timestamp(at)),
        None => map.get("facts").map(value).unwrap_or_default(),
    };
    let head = field_value("stage", &value(head), false);
    if more.is_empty() {
        head
    } else {
        format!("{head}: {more}")
    }
}

/// What a record of a kind is called.
#[must_use]
pub fn record(kind: Kind) -> String {
    t(match kind {
        Kind::Complaint | Kind::ComplaintNote => Msg::kind_complaint,
        Kind::Contact => Msg::contact_title,
        Kind::Interaction => Msg::record_conversation,
        Kind::Action => Msg::record_action,
        Kind::Review => Msg::record_review,
        Kind::Survey => Msg::survey_one,
        Kind::Invitation => Msg::record_invitation,
        Kind::Response | Kind::AnonymousResponse => Msg::record_answers,
        Kind::Approval => Msg::record_approval,
        _ => Msg::unsent_a_ticket,
    })
}

/// A state of reviews and actions.
fn other_state(word: &str) -> String {
    match (ReviewState::from(word), ActionState::from(word)) {
        (ReviewState::Other(_), ActionState::Other(word)) => word,
        (ReviewState::Other(_), action) => super::actions::state(&action),
        (review, _) => super::review_state(&review),
    }
}

/// A word of a record's field, as it stands in a history or a conflict.
#[must_use]
pub fn field_value(field: &str, word: &str, mine: bool) -> String {
    match field {
        "state" => match TicketState::from(word) {
            TicketState::Other(word) => other_state(&word),
            known => state(&known, mine),
        },
        "impact" => impact(&Impact::from(word)),
        "urgency" => urgency(&Urgency::from(word)),
        "priority" => priority(&Priority::from(word)),
        "kind" => kind(&TicketKind::from(word)),
        "stage" => stage(&ComplaintStage::from(word)),
        "severity" => weight(&ComplaintSeverity::from(word)),
        _ => word.to_owned(),
    }
}

/// The name of a record's field; the backend's own word where it is not ours.
#[must_use]
pub fn field_name(field: &str) -> String {
    t(match field {
        "subject" => Msg::ticket_subject,
        "description" => Msg::ticket_description,
        "impact" => Msg::ticket_impact,
        "urgency" => Msg::ticket_urgency,
        "priority" => Msg::ticket_priority,
        "state" => Msg::ticket_state,
        "assignee" => Msg::ticket_assignee,
        "kind" => Msg::ticket_kind,
        "service" | "service_id" => Msg::ticket_service,
        "stage" => Msg::complaint_stage,
        "severity" => Msg::complaint_severity,
        "handler" => Msg::complaint_handler,
        "decision" => Msg::complaint_decision,
        "remedy_sought" => Msg::complaint_remedy_sought,
        "remedy_given" => Msg::complaint_remedy_given,
        "confidential" => Msg::complaint_confidential,
        "level" => Msg::complaint_level,
        "about" => Msg::complaint_about_person,
        "targets" => Msg::complaint_plan,
        "text" => Msg::unsent_edit_text,
        "title" => Msg::review_title,
        "agenda" => Msg::review_agenda,
        "attendance" => Msg::review_attendance,
        "minutes" => Msg::review_minutes,
        "decisions" => Msg::review_decisions,
        "planned_on" => Msg::review_planned,
        "held_on" => Msg::review_held,
        "owner" => Msg::action_owner,
        "side" => Msg::action_side,
        "due_on" => Msg::action_due,
        "shared" => Msg::action_shared,
        "result" => Msg::action_result,
        "name" => Msg::contact_name,
        "function" => Msg::contact_function,
        "phone" => Msg::contact_phone,
        "email" => Msg::contact_email,
        "remarks" => Msg::contact_remarks,
        "former" => Msg::contact_former,
        "reason" => Msg::move_reason,
        "intro" => Msg::survey_intro,
        "series" => Msg::survey_series,
        "wave" => Msg::survey_wave,
        "closes_on" => Msg::survey_closes,
        "anonymous" => Msg::survey_anonymous,
        "after_ticket" => Msg::survey_after_ticket,
        "questions" => Msg::survey_questions,
        other => return other.to_owned(),
    })
}
