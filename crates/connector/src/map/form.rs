//! Rows of request forms.

use super::record::identity;
use super::row::Row;
use rapport_domain::form::Choice;
use rapport_domain::{Field, FieldKind, Kind, RequestForm, TicketKind, VisibleWhen};

/// A form.
pub fn form(row: &mut Row<'_>) -> Option<RequestForm> {
    let (id, stamp) = identity(row, Kind::Form)?;
    Some(RequestForm {
        id,
        stamp,
        service: row.id("service", Kind::Service),
        title: row.localized("title").unwrap_or_default(),
        intro: row.localized("intro"),
        ticket_kind: row
            .word("ticket_kind")
            .unwrap_or(TicketKind::ServiceRequest),
        edition: row.text("edition").unwrap_or_default(),
        approval: row.flag("approval").unwrap_or_default(),
        fields: row.rows("fields", field),
    })
}

fn field(row: &mut Row<'_>) -> Option<Field> {
    let key = row.text("key");
    let key = row.needed("key", key)?;
    Some(Field {
        label: row
            .localized("label")
            .unwrap_or_else(|| key.as_str().into()),
        help: row.localized("help"),
        kind: kind(row),
        required: row.flag("required").unwrap_or_default(),
        visible_when: row.text("visible_when_field").map(|field| VisibleWhen {
            field,
            is: row.texts("visible_when_is"),
        }),
        key,
    })
}

fn kind(row: &mut Row<'_>) -> FieldKind {
    let word = row.text("type").unwrap_or_else(|| "text".to_owned());
    match word.as_str() {
        "text" => FieldKind::Text {
            min_length: row.small("min_length"),
            max_length: row.small("max_length"),
            pattern: row.text("pattern"),
            pattern_hint: row.localized("pattern_hint"),
        },
        "long_text" => FieldKind::LongText {
            min_length: row.small("min_length"),
            max_length: row.small("max_length"),
        },
        "number" => FieldKind::Number {
            min: row.number("min"),
            max: row.number("max"),
            whole: row.flag("whole").unwrap_or_default(),
            unit: row.text("unit"),
        },
        "date" => FieldKind::Date {
            earliest: row.text("earliest"),
            latest: row.text("latest"),
        },
        "choice" => FieldKind::Choice {
            options: row.rows("options", option),
        },
        "multi_choice" => FieldKind::MultiChoice {
            options: row.rows("options", option),
            min: row.small("min"),
            max: row.small("max"),
        },
        "yes_no" => FieldKind::YesNo,
        "file" => FieldKind::File {
            max_size: row.count("max_size"),
            accept: row.texts("accept"),
            max_count: row.small("max_count"),
        },
        other => FieldKind::Other(other.to_owned()),
    }
}

fn option(row: &mut Row<'_>) -> Option<Choice> {
    let value = row.text("value");
    let value = row.needed("value", value)?;
    Some(Choice {
        label: row
            .localized("label")
            .unwrap_or_else(|| value.as_str().into()),
        value,
    })
}
