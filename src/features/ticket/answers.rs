//! What was answered in a form, in the words in which it was asked. Pure.

use rapport_domain::{Answer, AnswerValue, FieldKind, RequestForm};

/// How the reader writes what has no words of its own.
pub struct Manner<'a> {
    /// The language of the form's words.
    pub language: &'a str,
    /// Yes.
    pub yes: &'a str,
    /// No.
    pub no: &'a str,
    /// A number.
    pub number: fn(f64) -> String,
    /// A calendar day.
    pub day: fn(&str) -> String,
}

/// What was answered. `form` words the choices, where it is still known.
#[must_use]
pub fn answer_words(answer: &Answer, form: Option<&RequestForm>, manner: &Manner<'_>) -> String {
    let field = form.and_then(|form| form.fields.iter().find(|field| field.key == answer.field));
    let choice = |value: &String| match field.map(|field| &field.kind) {
        Some(FieldKind::Choice { options } | FieldKind::MultiChoice { options, .. }) => {
            let option = options.iter().find(|option| option.value == *value);
            option.map_or_else(
                || value.clone(),
                |o| o.label.in_language(manner.language).to_owned(),
            )
        }
        _ => value.clone(),
    };
    match &answer.value {
        AnswerValue::Text(text) => match field.map(|field| &field.kind) {
            Some(FieldKind::Date { .. }) => (manner.day)(text),
            _ => choice(text),
        },
        AnswerValue::Number(number) => (manner.number)(*number),
        AnswerValue::Flag(true) => manner.yes.to_owned(),
        AnswerValue::Flag(false) => manner.no.to_owned(),
        AnswerValue::Many(values) => values.iter().map(choice).collect::<Vec<_>>().join(", "),
    }
}

/// Answers that the ticket does not show elsewhere: subject and description stand at its top.
pub fn further(answers: &[Answer]) -> impl Iterator<Item = &Answer> {
    answers
        .iter()
        .filter(|answer| !matches!(answer.field.as_str(), "subject" | "description"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::form::Choice;
    use rapport_domain::{Field, FormId, Stamp, Text, TicketKind};

    #[test]
    fn choices_are_worded_by_the_form_and_shown_raw_without_it() {
        let option = |value: &str, label: &str| Choice {
            value: value.into(),
            label: Text::plain(label),
        };
        let form = RequestForm {
            id: FormId(uuid::Uuid::nil()),
            stamp: Stamp::default(),
            service: None,
            title: Text::default(),
            intro: None,
            ticket_kind: TicketKind::ServiceRequest,
            edition: "1".into(),
            approval: false,
            fields: vec![Field {
                key: "size".into(),
                label: Text::plain("Size"),
                help: None,
                kind: FieldKind::MultiChoice {
                    options: vec![option("s", "Small"), option("l", "Large")],
                    min: None,
                    max: None,
                },
                required: true,
                visible_when: None,
            }],
        };
        let answer = |field: &str, value| Answer {
            field: field.into(),
            label: "Size".into(),
            value,
        };
        let manner = Manner {
            language: "en",
            yes: "Yes",
            no: "No",
            number: |number| format!("{number:.1}"),
            day: |day| format!("on {day}"),
        };
        let sizes = answer("size", AnswerValue::Many(vec!["l".into(), "xl".into()]));
        assert_eq!(answer_words(&sizes, Some(&form), &manner), "Large, xl");
        assert_eq!(answer_words(&sizes, None, &manner), "l, xl");
        let flag = answer("sure", AnswerValue::Flag(false));
        assert_eq!(answer_words(&flag, None, &manner), "No");
        let seats = answer("seats", AnswerValue::Number(1.25));
        assert_eq!(answer_words(&seats, None, &manner), "1.2");
        let all = [answer("subject", AnswerValue::Text("x".into())), sizes];
        assert_eq!(further(&all).count(), 1);
    }
}
