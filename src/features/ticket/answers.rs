//! What was answered in a form, in the words in which it was asked. Pure.

use rapport_domain::{Answer, AnswerValue, FieldKind, RequestForm};

/// What was answered. `form` words the choices, where it is still known; `yes` and `no` are the
/// reader's.
#[must_use]
pub fn answer_words(
    answer: &Answer,
    form: Option<&RequestForm>,
    language: &str,
    (yes, no): (&str, &str),
) -> String {
    let field = form.and_then(|form| form.fields.iter().find(|field| field.key == answer.field));
    let choice = |value: &String| match field.map(|field| &field.kind) {
        Some(FieldKind::Choice { options } | FieldKind::MultiChoice { options, .. }) => {
            let option = options.iter().find(|option| option.value == *value);
            option.map_or_else(
                || value.clone(),
                |o| o.label.in_language(language).to_owned(),
            )
        }
        _ => value.clone(),
    };
    match &answer.value {
        AnswerValue::Text(text) => choice(text),
        AnswerValue::Number(number) => number.to_string(),
        AnswerValue::Flag(true) => yes.to_owned(),
        AnswerValue::Flag(false) => no.to_owned(),
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
        let sizes = answer("size", AnswerValue::Many(vec!["l".into(), "xl".into()]));
        assert_eq!(
            answer_words(&sizes, Some(&form), "en", ("Yes", "No")),
            "Large, xl"
        );
        assert_eq!(answer_words(&sizes, None, "en", ("Yes", "No")), "l, xl");
        let flag = answer("sure", AnswerValue::Flag(false));
        assert_eq!(answer_words(&flag, None, "en", ("Yes", "No")), "No");
        let all = [answer("subject", AnswerValue::Text("x".into())), sizes];
        assert_eq!(further(&all).count(), 1);
    }
}
