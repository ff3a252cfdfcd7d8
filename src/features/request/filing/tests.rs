use super::*;
use rapport_domain::{Date, FormId, Stamp, Text, VisibleWhen};
use serde_json::json;

fn field(key: &str, kind: FieldKind, required: bool) -> Field {
    Field {
        key: key.into(),
        label: Text::plain(key),
        help: None,
        kind,
        required,
        visible_when: None,
    }
}

fn line() -> FieldKind {
    FieldKind::Text {
        min_length: None,
        max_length: None,
        pattern: None,
        pattern_hint: None,
    }
}

fn options(values: &[&str]) -> Vec<Choice> {
    values
        .iter()
        .map(|v| Choice {
            value: (*v).into(),
            label: Text::plain(*v),
        })
        .collect()
}

fn form(kind: TicketKind, fields: Vec<Field>) -> RequestForm {
    RequestForm {
        id: FormId(uuid::Uuid::from_u128(1)),
        stamp: Stamp::default(),
        service: None,
        title: Text {
            default: "Access".into(),
            by_language: [("de".into(), "Zugang".into())].into(),
        },
        intro: None,
        ticket_kind: kind,
        edition: "1".into(),
        approval: false,
        fields,
    }
}

fn values(json: Value) -> Values {
    json.as_object().cloned().unwrap_or_default()
}

fn reading(language: &str) -> Reading {
    let sample = if language == "de" {
        "12.345,6"
    } else {
        "12,345.6"
    };
    Reading {
        language: language.into(),
        signs: Signs::of_sample(sample),
    }
}

fn check(form: &RequestForm, values: &Values) -> Vec<(String, Reason)> {
    let today = Date::parse("2026-11-22").expect("a day");
    let checking = Checking {
        today,
        matches: &|_, _| true,
    };
    let found = problems(form, values, &reading("en"), &checking);
    found
        .into_iter()
        .map(|problem| (problem.field, problem.reason))
        .collect()
}

#[test]
fn every_kind_of_field_becomes_its_kind_of_answer() {
    let number = FieldKind::Number {
        min: None,
        max: None,
        whole: false,
        unit: None,
    };
    let multi = FieldKind::MultiChoice {
        options: options(&["a", "b"]),
        min: None,
        max: None,
    };
    let file = FieldKind::File {
        max_size: None,
        accept: vec![],
        max_count: None,
    };
    let form = form(
        TicketKind::ServiceRequest,
        vec![
            field("who", line(), true),
            field("count", number, true),
            field("which", multi, true),
            field("sure", FieldKind::YesNo, true),
            field("papers", file, true),
            field("odd", FieldKind::Other("colour".into()), false),
        ],
    );
    let values = values(json!({
        "answer.who": " Ana ", "answer.count": "1.5", "answer.which": ["b"], "answer.sure": false,
        "answer.papers": ["a.pdf"], "answer.odd": "red", "answer.gone": "kept on disk, not asked for",
    }));
    let given: Vec<_> = answers(&form, &values, &reading("en"))
        .into_iter()
        .map(|a| a.value)
        .collect();
    assert_eq!(
        given,
        [
            AnswerValue::Text("Ana".into()),
            AnswerValue::Number(1.5),
            AnswerValue::Many(vec!["b".into()]),
            AnswerValue::Flag(false),
            AnswerValue::Many(vec!["a.pdf".into()]),
            AnswerValue::Text("red".into()),
        ]
    );
    assert_eq!(check(&form, &values), []);
}

#[test]
fn what_is_not_a_number_is_kept_as_typed_and_named() {
    let number = FieldKind::Number {
        min: None,
        max: None,
        whole: true,
        unit: None,
    };
    let form = form(
        TicketKind::ServiceRequest,
        vec![field("count", number, true)],
    );
    let wrong = values(json!({"answer.count": "two"}));
    assert_eq!(
        check(&form, &wrong),
        [("count".to_owned(), Reason::NotANumber)]
    );
    let ambiguous = values(json!({"answer.count": "1.000"}));
    assert_eq!(
        check(&form, &ambiguous),
        [("count".to_owned(), Reason::NotANumber)]
    );
    let broken = values(json!({"answer.count": "2.5"}));
    assert_eq!(
        check(&form, &broken),
        [("count".to_owned(), Reason::NotWhole)]
    );
}

#[test]
fn numbers_are_read_by_the_signs_of_the_language() {
    let number = FieldKind::Number {
        min: None,
        max: None,
        whole: true,
        unit: None,
    };
    let form = form(
        TicketKind::ServiceRequest,
        vec![field("seats", number, true)],
    );
    let seats = |typed: &str, language: &str| {
        let values = values(json!({"answer.seats": typed}));
        filing(&form, &values, &reading(language)).answers[0]
            .value
            .clone()
    };
    assert_eq!(seats("1,000", "en"), AnswerValue::Number(1000.0));
    assert_eq!(seats("1.000", "de"), AnswerValue::Number(1000.0));
    assert_eq!(seats("1,000", "de"), AnswerValue::Text("1,000".into()));
    // Once it is a number it is the same one in every language.
    let read = super::number(&json!("1.500"), true, reading("de").signs);
    let kept = values(json!({ "answer.seats": read }));
    let filed = filing(&form, &kept, &reading("en"));
    assert_eq!(filed.answers[0].value, AnswerValue::Number(1500.0));
}

#[test]
fn a_remembered_name_is_no_file() {
    let papers = FieldKind::File {
        max_size: None,
        accept: vec![],
        max_count: None,
    };
    let form = form(
        TicketKind::ServiceRequest,
        vec![field("papers", papers, true)],
    );
    let draft = values(json!({"answer.papers": ["lost.pdf"]}));
    let lost = with_files(&form, draft.clone(), |_| vec![]);
    assert_eq!(
        check(&form, &lost),
        [("papers".to_owned(), Reason::Required)]
    );
    assert_eq!(filing(&form, &lost, &reading("en")).answers, []);
    let here = with_files(&form, draft, |_| vec!["here.pdf".into()]);
    assert_eq!(check(&form, &here), []);
    assert_eq!(
        filing(&form, &here, &reading("en")).answers[0].value,
        AnswerValue::Many(vec!["here.pdf".into()])
    );
}

#[test]
fn a_hidden_question_is_neither_checked_nor_sent_but_its_draft_stays() {
    let mut detail = field("detail", line(), true);
    detail.visible_when = Some(VisibleWhen {
        field: "kind".into(),
        is: vec!["new".into()],
    });
    let choice = FieldKind::Choice {
        options: options(&["new", "old"]),
    };
    let form = form(
        TicketKind::ServiceRequest,
        vec![field("kind", choice, true), detail],
    );
    let values = values(json!({"answer.kind": "old", "answer.detail": "typed before"}));
    assert_eq!(check(&form, &values), []);
    let kept: Vec<_> = filing(&form, &values, &reading("en"))
        .answers
        .into_iter()
        .map(|a| a.field)
        .collect();
    assert_eq!(kept, ["kind"]);
    assert_eq!(text(&values, "answer.detail"), "typed before");
}

#[test]
fn the_subject_is_the_field_of_that_name_else_the_title_in_the_users_language() {
    let with = form(TicketKind::Question, vec![field("subject", line(), true)]);
    let said = values(json!({"answer.subject": "Why?"}));
    assert_eq!(filing(&with, &said, &reading("de")).subject, "Why?");
    let without = form(TicketKind::Question, vec![]);
    assert_eq!(
        filing(&without, &Values::new(), &reading("de")).subject,
        "Zugang"
    );
}

#[test]
fn an_incident_asks_whom_it_hinders_unless_its_form_does() {
    let plain = form(TicketKind::Incident, vec![]);
    let missing = [
        (IMPACT.to_owned(), Reason::Required),
        (URGENCY.to_owned(), Reason::Required),
    ];
    assert_eq!(check(&plain, &Values::new()), missing);
    let filled = values(json!({"impact": "team", "urgency": "high"}));
    assert_eq!(check(&plain, &filled), []);
    let filed = filing(&plain, &filled, &reading("en"));
    assert_eq!(
        (filed.impact, filed.urgency),
        (Some(Impact::Team), Some(Urgency::High))
    );

    let own = FieldKind::Choice {
        options: options(&["site"]),
    };
    let asking = form(TicketKind::Incident, vec![field(IMPACT, own, true)]);
    let said = values(json!({"answer.impact": "site", "urgency": "low"}));
    assert_eq!(check(&asking, &said), []);
    assert_eq!(
        filing(&asking, &said, &reading("en")).impact,
        Some(Impact::Site)
    );
}

#[test]
fn choices_keep_the_order_in_which_they_are_offered() {
    let offered = options(&["a", "b", "c"]);
    let chosen = toggled(&["c".into()], "a", true, &offered);
    assert_eq!(chosen, ["a", "c"]);
    assert_eq!(toggled(&chosen, "c", false, &offered), ["a"]);
}

#[test]
fn requests_of_a_form_without_a_subject_can_be_told_apart() {
    let line = FieldKind::Text {
        min_length: None,
        max_length: None,
        pattern: None,
        pattern_hint: None,
    };
    let size = FieldKind::Choice {
        options: options(&["s"]),
    };
    let fields = vec![field("size", size, true), field("person", line, true)];
    let form = form(TicketKind::ServiceRequest, fields);
    let subject = |said: Value| filing(&form, &values(said), &reading("de")).subject;
    let said = json!({"answer.size": "s", "answer.person": "Nele Brandt"});
    assert_eq!(subject(said), "Zugang: Nele Brandt");
    assert_eq!(subject(json!({"answer.size": "s"})), "Zugang");
    let long = json!({"answer.person": "é".repeat(500)});
    assert_eq!(subject(long).chars().count(), 200);
}
