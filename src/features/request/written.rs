//! A request that was written already, as a form to be filled in again. Pure.

use super::filing::{FOR_WHOM, Filing, IMPACT, URGENCY, Values, is_file, slot, text};
use super::general_form::{KIND, SERVICE, kind};
use rapport_domain::form::Choice;
use rapport_domain::{
    Answer, AnswerValue, Field, FieldKind, FormId, PersonRef, Priority, RequestForm, ServiceId,
    Stamp, Text, Ticket, UserId,
};
use serde_json::Value;
use uuid::Uuid;

/// What stands in the form of a request. `attached` are the names of the files that are with it; they
/// answer the questions for which they were picked.
#[must_use]
pub fn given(form: &RequestForm, ticket: &Ticket, me: UserId, attached: &[String]) -> Values {
    let mut values = Values::new();
    let mut put = |slot: &str, word: Option<String>| {
        if let Some(word) = word {
            values.insert(slot.to_owned(), Value::from(word));
        }
    };
    put(&slot("subject"), Some(ticket.subject.clone()));
    put(&slot("description"), Some(ticket.description.clone()));
    put(KIND, Some(ticket.kind.to_string()));
    put(SERVICE, ticket.service.map(|service| service.to_string()));
    put(IMPACT, ticket.impact.as_ref().map(ToString::to_string));
    put(URGENCY, ticket.urgency.as_ref().map(ToString::to_string));
    let other = ticket.requester.id.filter(|requester| *requester != me);
    put(FOR_WHOM, other.map(|requester| requester.to_string()));
    for answer in &ticket.answers {
        values.insert(slot(&answer.field), typed(&answer.value));
    }
    for field in form.fields.iter().filter(|field| is_file(field)) {
        let named = ticket.answers.iter().find(|a| a.field == field.key);
        let is_here = |name: &&String| match named.map(|answer| &answer.value) {
            Some(AnswerValue::Many(names)) => names.contains(name),
            _ => ticket.form.is_none(),
        };
        let here: Vec<String> = attached.iter().filter(is_here).cloned().collect();
        values.insert(slot(&field.key), Value::from(here));
    }
    values
}

/// An answer as it stands in a form.
fn typed(value: &AnswerValue) -> Value {
    match value {
        AnswerValue::Text(text) => Value::from(text.as_str()),
        AnswerValue::Number(number) => Value::from(*number),
        AnswerValue::Flag(flag) => Value::from(*flag),
        AnswerValue::Many(values) => Value::from(values.clone()),
    }
}

/// The request with what stands in its form now: answers, and whatever follows from them.
#[must_use]
pub fn rewritten(ticket: &Ticket, filed: Filing, values: &Values, requester: PersonRef) -> Ticket {
    let free = ticket.form.is_none();
    let priority = filed
        .impact
        .as_ref()
        .zip(filed.urgency.as_ref())
        .and_then(|(impact, urgency)| Priority::of(impact, urgency));
    let said = ticket.clone();
    Ticket {
        kind: kind(&text(values, KIND))
            .filter(|_| free)
            .unwrap_or(said.kind),
        service: if free {
            text(values, SERVICE).parse::<ServiceId>().ok()
        } else {
            said.service
        },
        subject: filed.subject.trim().to_owned(),
        description: filed.description,
        answers: if free { Vec::new() } else { filed.answers },
        impact: filed.impact,
        urgency: filed.urgency,
        priority,
        requester,
        ..said
    }
}

/// A form that asks again what was answered, for a request whose form is gone.
#[must_use]
pub fn form_of(ticket: &Ticket, attached: &[String]) -> RequestForm {
    RequestForm {
        id: ticket.form.unwrap_or(FormId(Uuid::nil())),
        stamp: Stamp::default(),
        service: ticket.service,
        // A form without a question for the subject gave its title.
        title: Text::plain(&ticket.subject),
        intro: None,
        ticket_kind: ticket.kind.clone(),
        edition: String::new(),
        approval: false,
        fields: ticket
            .answers
            .iter()
            .map(|answer| question(answer, attached))
            .collect(),
    }
}

fn question(answer: &Answer, attached: &[String]) -> Field {
    let kind = match &answer.value {
        AnswerValue::Text(text) if text.contains('\n') || answer.field == "description" => {
            FieldKind::LongText {
                min_length: None,
                max_length: None,
            }
        }
        AnswerValue::Text(_) => FieldKind::Text {
            min_length: None,
            max_length: None,
            pattern: None,
            pattern_hint: None,
        },
        AnswerValue::Number(_) => FieldKind::Number {
            min: None,
            max: None,
            whole: false,
            unit: None,
        },
        AnswerValue::Flag(_) => FieldKind::YesNo,
        AnswerValue::Many(names) if names.iter().all(|name| attached.contains(name)) => {
            FieldKind::File {
                max_size: None,
                accept: vec![],
                max_count: None,
            }
        }
        AnswerValue::Many(values) => FieldKind::MultiChoice {
            options: values.iter().map(offered).collect(),
            min: None,
            max: None,
        },
    };
    Field {
        key: answer.field.clone(),
        label: Text::plain(&answer.label),
        help: None,
        kind,
        required: answer.field == "subject",
        visible_when: None,
    }
}

fn offered(value: &String) -> Choice {
    Choice {
        value: value.clone(),
        label: Text::plain(value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::filing::{Reading, answers, filing};
    use super::*;
    use crate::i18n::number::Signs;
    use rapport_domain::{Impact, TicketId, TicketKind, TicketState, Urgency};

    const ME: UserId = UserId(Uuid::from_u128(1));

    fn answer(field: &str, value: AnswerValue) -> Answer {
        Answer {
            field: field.into(),
            label: field.to_uppercase(),
            value,
        }
    }

    fn ticket(answers: Vec<Answer>, form: bool) -> Ticket {
        Ticket {
            id: TicketId(Uuid::from_u128(10)),
            stamp: Stamp::default(),
            number: None,
            kind: TicketKind::Incident,
            state: TicketState::Acknowledged,
            subject: "VPN drops".into(),
            description: "every 20 minutes".into(),
            customer: None,
            requester: PersonRef {
                id: Some(UserId(Uuid::from_u128(2))),
                name: "Ben".into(),
            },
            assignee: None,
            service: None,
            form: form.then_some(FormId(Uuid::from_u128(3))),
            answers,
            impact: Some(Impact::Team),
            urgency: Some(Urgency::High),
            priority: None,
            last_comment: None,
        }
    }

    fn reading() -> Reading {
        Reading {
            language: "de".into(),
            signs: Signs::of_sample("12.345,6"),
        }
    }

    #[test]
    fn a_request_whose_form_is_gone_is_asked_again_and_says_the_same() {
        let said = vec![
            answer("subject", AnswerValue::Text("VPN drops".into())),
            answer("description", AnswerValue::Text("every 20 minutes".into())),
            answer("seats", AnswerValue::Number(1000.5)),
            answer("sure", AnswerValue::Flag(true)),
            answer("which", AnswerValue::Many(vec!["a".into(), "b".into()])),
            answer("papers", AnswerValue::Many(vec!["a.pdf".into()])),
        ];
        let (ticket, attached) = (ticket(said.clone(), true), ["a.pdf".to_owned()]);
        let form = form_of(&ticket, &attached);
        let values = given(&form, &ticket, ME, &attached);
        assert_eq!(answers(&form, &values, &reading()), said);
        let filed = filing(&form, &values, &reading());
        assert_eq!(filed.subject, "VPN drops");
        assert_eq!(filed.description, "every 20 minutes");
        assert_eq!(
            (filed.impact, filed.urgency),
            (ticket.impact, ticket.urgency)
        );
        assert_eq!(
            values.get(FOR_WHOM),
            Some(&Value::from(Uuid::from_u128(2).to_string()))
        );
    }

    #[test]
    fn a_subject_that_no_question_gave_stays() {
        let ticket = ticket(vec![answer("room", AnswerValue::Text("3.O4".into()))], true);
        let form = form_of(&ticket, &[]);
        let values = given(&form, &ticket, ME, &[]);
        assert_eq!(filing(&form, &values, &reading()).subject, "VPN drops");
    }

    #[test]
    fn changed_answers_change_what_they_fill() {
        let said = vec![
            answer("subject", AnswerValue::Text("VPN drops".into())),
            answer("room", AnswerValue::Text("3.O4".into())),
        ];
        let ticket = ticket(said, true);
        let form = form_of(&ticket, &[]);
        let mut values = given(&form, &ticket, ME, &[]);
        values.insert("answer.subject".into(), Value::from("VPN drops daily"));
        values.insert("answer.room".into(), Value::from("3.04"));
        let filed = filing(&form, &values, &reading());
        let changed = rewritten(&ticket, filed, &values, PersonRef::default());
        assert_eq!(changed.subject, "VPN drops daily");
        let room = answer("room", AnswerValue::Text("3.04".into()));
        assert_eq!(changed.answers[1], room);
        assert_eq!(
            (changed.id, changed.kind, changed.form),
            (ticket.id, ticket.kind, ticket.form)
        );
    }

    #[test]
    fn files_that_are_gone_answer_nothing() {
        let said = vec![answer(
            "papers",
            AnswerValue::Many(vec!["a.pdf".into(), "b.pdf".into()]),
        )];
        let ticket = ticket(said, true);
        let mut form = form_of(&ticket, &["a.pdf".to_owned(), "b.pdf".to_owned()]);
        let values = given(&form, &ticket, ME, &["b.pdf".to_owned()]);
        assert_eq!(
            values.get("answer.papers"),
            Some(&Value::from(vec!["b.pdf".to_owned()]))
        );
        // Files that are with the request for another question do not answer this one.
        "more".clone_into(&mut form.fields[0].key);
        let values = given(&form, &ticket, ME, &["b.pdf".to_owned()]);
        assert_eq!(
            values.get("answer.more"),
            Some(&Value::from(Vec::<String>::new()))
        );
    }
}
