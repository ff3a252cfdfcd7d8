//! Asking in one's own words, as a form: what is asked follows from what it is. Pure but for the
//! wording.

use super::filing::Values;
use crate::i18n::{Msg, t};
use rapport_domain::ticket::SUBJECT_MAX;
use rapport_domain::{Field, FieldKind, FormId, RequestForm, ServiceId, Stamp, Text, TicketKind};
use serde_json::Value;
use uuid::Uuid;

/// The slot of what it is.
pub const KIND: &str = "kind";
/// The slot of the service it is about.
pub const SERVICE: &str = "service";

/// What can be asked without a form, with its words.
pub const KINDS: [(TicketKind, Msg); 4] = [
    (TicketKind::Incident, Msg::general_kind_incident),
    (TicketKind::ServiceRequest, Msg::general_kind_request),
    (TicketKind::Question, Msg::general_kind_question),
    (TicketKind::Complaint, Msg::general_kind_complaint),
];

/// The kind of that word; `None` while nothing was chosen.
#[must_use]
pub fn kind(word: &str) -> Option<TicketKind> {
    let known = |kind: &&TicketKind| kind.as_str() == word;
    TicketKind::KNOWN.iter().find(known).cloned()
}

/// What an address gives, as far as it says anything.
#[must_use]
pub fn given(of_kind: &str, service: &str) -> Values {
    let of_kind = kind(of_kind).map(|kind| (KIND, kind.to_string()));
    let service = service.parse::<ServiceId>().ok();
    let service = service.map(|service| (SERVICE, service.to_string()));
    let each = of_kind.into_iter().chain(service);
    each.map(|(slot, word)| (slot.to_owned(), Value::from(word)))
        .collect()
}

/// The form in the present language.
#[must_use]
pub fn form(kind: TicketKind, files: bool) -> RequestForm {
    let question =
        |key: &str, label: Msg, help: Option<Msg>, kind: FieldKind, required: bool| Field {
            key: key.to_owned(),
            label: Text::plain(t(label)),
            help: help.map(|help| Text::plain(t(help))),
            kind,
            required,
            visible_when: None,
        };
    let line = FieldKind::Text {
        min_length: None,
        max_length: Some(SUBJECT_MAX),
        pattern: None,
        pattern_hint: None,
    };
    let prose = FieldKind::LongText {
        min_length: None,
        max_length: None,
    };
    let papers = FieldKind::File {
        max_size: None,
        accept: vec![],
        max_count: None,
    };
    let (subject, hint) = (Msg::general_subject, Msg::general_subject_hint);
    let mut fields = vec![
        question("subject", subject, Some(hint), line, true),
        question(
            "description",
            Msg::general_description,
            Some(Msg::general_description_hint),
            prose,
            false,
        ),
    ];
    if files {
        fields.push(question(
            "files",
            Msg::files_add,
            Some(Msg::files_hint),
            papers,
            false,
        ));
    }
    RequestForm {
        id: FormId(Uuid::nil()),
        stamp: Stamp::default(),
        service: None,
        title: Text::plain(t(Msg::general_title)),
        intro: None,
        ticket_kind: kind,
        edition: crate::i18n::tag(),
        approval: false,
        fields,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_only_what_can_be_chosen() {
        let service = Uuid::from_u128(7).to_string();
        let both = given("incident", &service);
        assert_eq!(both.get(KIND), Some(&Value::from("incident")));
        assert_eq!(both.get(SERVICE), Some(&Value::from(service)));
        assert!(given("nonsense", "nowhere").is_empty());
        assert!(given("", "").is_empty());
    }
}
