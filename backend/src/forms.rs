//! Request forms as the domain knows them, and the check of answers with its rules.

use crate::problem::FieldError;
use crate::time::{DAY, Time};
use crate::wire::catalogue::{Choice, FieldKind, FormBody, Text};
use crate::wire::requests::Answer;
use rapport_domain as domain;
use rapport_domain::form::{Checking, Choice as DomainChoice};
use rapport_domain::{Date, FormId, Invalid, RequestForm, ServiceId, Stamp, Timestamp};
use regex_lite::Regex;
use uuid::Uuid;

/// The form as the domain knows it.
#[must_use]
pub fn to_domain(id: Uuid, body: &FormBody) -> RequestForm {
    RequestForm {
        id: FormId(id),
        stamp: Stamp::default(),
        service: body.service_id.map(ServiceId),
        title: text(&body.title),
        intro: body.intro.as_ref().map(text),
        ticket_kind: body.ticket_kind.as_str().into(),
        edition: body.edition.clone(),
        approval: body.approval,
        fields: body
            .fields
            .iter()
            .map(|field| domain::Field {
                key: field.key.clone(),
                label: text(&field.label),
                help: field.help.as_ref().map(text),
                kind: kind(&field.kind),
                required: field.required,
                visible_when: field.visible_when.as_ref().map(|when| domain::VisibleWhen {
                    field: when.field.clone(),
                    is: when.is.clone(),
                }),
            })
            .collect(),
    }
}

fn text(text: &Text) -> domain::Text {
    domain::Text {
        default: text.default.clone(),
        by_language: text.by_language.clone(),
    }
}

fn choices(options: &[Choice]) -> Vec<DomainChoice> {
    options
        .iter()
        .map(|option| DomainChoice {
            value: option.value.clone(),
            label: text(&option.label),
        })
        .collect()
}

fn kind(kind: &FieldKind) -> domain::FieldKind {
    use domain::FieldKind as Domain;
    match kind.clone() {
        FieldKind::Text {
            min_length,
            max_length,
            pattern,
            pattern_hint,
        } => Domain::Text {
            min_length,
            max_length,
            pattern,
            pattern_hint: pattern_hint.as_ref().map(text),
        },
        FieldKind::LongText {
            min_length,
            max_length,
        } => Domain::LongText {
            min_length,
            max_length,
        },
        FieldKind::Number {
            min,
            max,
            whole,
            unit,
        } => Domain::Number {
            min,
            max,
            whole,
            unit,
        },
        FieldKind::Date { earliest, latest } => Domain::Date { earliest, latest },
        FieldKind::Choice { options } => Domain::Choice {
            options: choices(&options),
        },
        FieldKind::MultiChoice { options, min, max } => Domain::MultiChoice {
            options: choices(&options),
            min,
            max,
        },
        FieldKind::YesNo {} => Domain::YesNo,
        FieldKind::File {
            max_size,
            accept,
            max_count,
        } => Domain::File {
            max_size,
            accept,
            max_count,
        },
    }
}

/// The answers that count, or what is wrong with them.
///
/// # Errors
/// Every field at fault.
pub fn check(
    form: &RequestForm,
    answers: &[Answer],
    said_at: Time,
) -> Result<Vec<Answer>, Vec<FieldError>> {
    let given: Vec<domain::Answer> = answers
        .iter()
        .map(|answer| domain::Answer {
            field: answer.field.clone(),
            label: answer.label.clone(),
            value: answer.value.clone().into(),
        })
        .collect();
    // "Today" was the day in the author's zone when he said it: one of three days here.
    let days = [said_at.0 - DAY, said_at.0, said_at.0 + DAY];
    let mut verdicts = days
        .into_iter()
        .map(|at| problems(form, &given, &Date::of(Timestamp(at))));
    let mut wrong = verdicts.next().unwrap_or_default();
    for verdict in verdicts {
        wrong.retain(|one| verdict.iter().any(|other| other.field == one.field));
    }
    if !wrong.is_empty() {
        return Err(wrong.into_iter().map(FieldError::from).collect());
    }
    let kept = form.kept(&given);
    Ok(answers
        .iter()
        .filter(|answer| kept.iter().any(|kept| kept.field == answer.field))
        .cloned()
        .collect())
}

fn problems(form: &RequestForm, answers: &[domain::Answer], today: &Date) -> Vec<Invalid> {
    let checking = Checking {
        today: today.clone(),
        matches: &matches_whole,
    };
    form.check(answers, &checking)
}

/// Whether the whole text matches. A pattern that only browsers understand refuses nothing here.
fn matches_whole(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).map_or(true, |pattern| pattern.is_match(text))
}

/// What is wrong with a form somebody wants to save.
#[must_use]
pub fn faults(body: &FormBody) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if matches!(
        domain::TicketKind::from(body.ticket_kind.as_str()),
        domain::TicketKind::Other(_)
    ) {
        faults.push(FieldError::new(
            "ticket_kind",
            format!("“{}” is not a kind of ticket", body.ticket_kind),
            "give incident, service_request, question or complaint",
        ));
    }
    for (index, field) in body.fields.iter().enumerate() {
        let path = |name: &str| format!("fields[{index}].{name}");
        if field.key.trim().is_empty() {
            faults.push(FieldError::new(path("key"), "is required", "give a key"));
        }
        if body.fields[..index]
            .iter()
            .any(|other| other.key == field.key)
        {
            faults.push(FieldError::new(
                path("key"),
                format!("“{}” is the key of another field", field.key),
                "give each field a key of its own",
            ));
        }
        if let Some(when) = &field.visible_when
            && !body.fields.iter().any(|other| other.key == when.field)
        {
            faults.push(FieldError::new(
                path("visible_when.field"),
                format!("there is no field “{}”", when.field),
                "name a field of this form",
            ));
        }
        if let FieldKind::Choice { options } | FieldKind::MultiChoice { options, .. } = &field.kind
            && options.is_empty()
        {
            faults.push(FieldError::new(
                path("kind.options"),
                "nothing is offered",
                "offer at least one choice",
            ));
        }
        if let FieldKind::Date { earliest, latest } = &field.kind {
            let today = Date::of(Timestamp(0));
            for (name, limit) in [("kind.earliest", earliest), ("kind.latest", latest)] {
                if let Some(limit) = limit
                    && domain::form::day_limit(limit, &today).is_none()
                {
                    faults.push(FieldError::new(
                        path(name),
                        format!("“{limit}” is not a day"),
                        "write YYYY-MM-DD, today, today+N or today-N",
                    ));
                }
            }
        }
    }
    faults
}
