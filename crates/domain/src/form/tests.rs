//! Each limit refuses what lies beyond it and names the field; nothing else is refused.

use super::*;

fn field(key: &str, kind: FieldKind, required: bool) -> Field {
    Field {
        key: key.into(),
        label: key.into(),
        help: None,
        kind,
        required,
        visible_when: None,
    }
}

fn form(fields: Vec<Field>) -> RequestForm {
    RequestForm {
        id: FormId(uuid::Uuid::from_u128(1)),
        stamp: Stamp::default(),
        service: None,
        title: "Access".into(),
        intro: None,
        ticket_kind: TicketKind::ServiceRequest,
        edition: "1".into(),
        approval: false,
        fields,
    }
}

fn answer(field: &str, value: AnswerValue) -> Answer {
    Answer {
        field: field.into(),
        label: field.into(),
        value,
    }
}

fn text(value: &str) -> AnswerValue {
    AnswerValue::Text(value.into())
}

fn check(form: &RequestForm, answers: &[Answer]) -> Vec<(String, Reason)> {
    let checking = Checking {
        today: Date::parse("2026-11-22").expect("a day"),
        matches: &|pattern, text| pattern != "[0-9]+" || text.bytes().all(|b| b.is_ascii_digit()),
    };
    form.check(answers, &checking)
        .into_iter()
        .map(|i| (i.field, i.reason))
        .collect()
}

fn one(kind: FieldKind, value: AnswerValue) -> Option<Reason> {
    let form = form(vec![field("f", kind, true)]);
    let mut problems = check(&form, &[answer("f", value)]);
    assert!(problems.len() <= 1, "{problems:?}");
    problems.pop().map(|(field, reason)| {
        assert_eq!(field, "f");
        reason
    })
}

#[test]
fn text_keeps_its_length_and_pattern() {
    let hint = Text {
        default: "digits only".into(),
        by_language: [("de".into(), "nur Ziffern".into())].into(),
    };
    let kind = || FieldKind::Text {
        min_length: Some(2),
        max_length: Some(4),
        pattern: Some("[0-9]+".into()),
        pattern_hint: Some(hint.clone()),
    };
    assert_eq!(one(kind(), text("1")), Some(Reason::TooShort { min: 2 }));
    assert_eq!(one(kind(), text("12345")), Some(Reason::TooLong { max: 4 }));
    assert_eq!(
        one(kind(), text("12a")),
        Some(Reason::PatternMismatch { hint: hint.clone() })
    );
    assert_eq!(one(kind(), text("123")), None);
    assert_eq!(one(kind(), text("  ")), Some(Reason::Required));
    assert_eq!(
        one(kind(), AnswerValue::Flag(true)),
        Some(Reason::WrongKind)
    );
}

#[test]
fn length_counts_characters_not_bytes() {
    let kind = FieldKind::LongText {
        min_length: None,
        max_length: Some(4),
    };
    assert_eq!(one(kind, text("äöüß")), None);
}

#[test]
fn numbers_keep_their_range() {
    let kind = || FieldKind::Number {
        min: Some(1.0),
        max: Some(5.0),
        whole: true,
        unit: None,
    };
    let n = AnswerValue::Number;
    assert_eq!(one(kind(), n(0.0)), Some(Reason::BelowMinimum { min: 1.0 }));
    assert_eq!(one(kind(), n(6.0)), Some(Reason::AboveMaximum { max: 5.0 }));
    assert_eq!(one(kind(), n(2.5)), Some(Reason::NotWhole));
    assert_eq!(one(kind(), n(f64::NAN)), Some(Reason::NotANumber));
    assert_eq!(one(kind(), text("three")), Some(Reason::NotANumber));
    assert_eq!(one(kind(), n(5.0)), None);
}

#[test]
fn dates_keep_their_limits_also_relative_to_today() {
    let kind = || FieldKind::Date {
        earliest: Some("today+1".into()),
        latest: Some("2026-12-31".into()),
    };
    assert_eq!(
        one(kind(), text("2026-11-22")),
        Some(Reason::TooEarly {
            earliest: "2026-11-23".into()
        })
    );
    assert_eq!(
        one(kind(), text("2027-01-01")),
        Some(Reason::TooLate {
            latest: "2026-12-31".into()
        })
    );
    assert_eq!(one(kind(), text("2026-02-30")), Some(Reason::NotADate));
    assert_eq!(one(kind(), text("2026-11-23")), None);
}

#[test]
fn choices_are_those_offered_and_as_many_as_allowed() {
    let options = || {
        ["a", "b", "c"]
            .map(|v| Choice {
                value: v.into(),
                label: v.into(),
            })
            .to_vec()
    };
    let choice = || FieldKind::Choice { options: options() };
    assert_eq!(
        one(choice(), text("x")),
        Some(Reason::NotAChoice { given: "x".into() })
    );
    assert_eq!(one(choice(), text("b")), None);
    let multi = || FieldKind::MultiChoice {
        options: options(),
        min: Some(2),
        max: Some(2),
    };
    let many = |v: &[&str]| AnswerValue::Many(v.iter().map(|s| (*s).to_owned()).collect());
    assert_eq!(one(multi(), many(&["a"])), Some(Reason::TooFew { min: 2 }));
    assert_eq!(
        one(multi(), many(&["a", "b", "c"])),
        Some(Reason::TooMany { max: 2 })
    );
    assert_eq!(
        one(multi(), many(&["a", "z"])),
        Some(Reason::NotAChoice { given: "z".into() })
    );
    assert_eq!(one(multi(), many(&["a", "c"])), None);
}

#[test]
fn a_hidden_field_is_neither_asked_nor_kept_and_hides_what_depends_on_it() {
    let mut other = field("which", FieldKind::YesNo, true);
    other.visible_when = Some(VisibleWhen {
        field: "kind".into(),
        is: vec!["special".into()],
    });
    let mut deeper = field("why", text_kind(), true);
    deeper.visible_when = Some(VisibleWhen {
        field: "which".into(),
        is: vec!["true".into()],
    });
    let form = form(vec![field("kind", text_kind(), true), other, deeper]);

    let plain = [
        answer("kind", text("usual")),
        answer("which", AnswerValue::Flag(true)),
    ];
    assert_eq!(check(&form, &plain), vec![]);
    assert_eq!(form.kept(&plain), vec![answer("kind", text("usual"))]);

    let special = [
        answer("kind", text("special")),
        answer("which", AnswerValue::Flag(true)),
    ];
    assert_eq!(
        check(&form, &special),
        vec![("why".to_owned(), Reason::Required)]
    );
}

#[test]
fn a_circle_of_conditions_hides_nothing_for_ever() {
    let mut a = field("a", text_kind(), false);
    a.visible_when = Some(VisibleWhen {
        field: "b".into(),
        is: vec!["1".into()],
    });
    let mut b = field("b", text_kind(), false);
    b.visible_when = Some(VisibleWhen {
        field: "a".into(),
        is: vec!["1".into()],
    });
    let form = form(vec![a, b]);
    let answers = [answer("a", text("1")), answer("b", text("1"))];
    assert_eq!(form.visible(&answers).count(), 2);
}

#[test]
fn an_answer_to_no_field_is_named() {
    let form = form(vec![]);
    assert_eq!(
        check(&form, &[answer("ghost", text("x"))]),
        vec![("ghost".to_owned(), Reason::UnknownField)]
    );
}

fn text_kind() -> FieldKind {
    FieldKind::Text {
        min_length: None,
        max_length: None,
        pattern: None,
        pattern_hint: None,
    }
}
