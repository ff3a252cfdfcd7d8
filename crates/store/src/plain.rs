//! The list columns of kinds that have a schema: the four of the stamp, then each field that the schema
//! lists, in its order. Of a person there are two, his account and his name.

use crate::columns::{Column, fnv};
use crate::folding::Haystack;
use crate::row::{Row, Scalar};
use rapport_domain::plain::schema;
use rapport_domain::schema::{Field, Shape, Uses};
use rapport_domain::{Kind, PersonRef, Plain, Record, Reference, Text};
use serde_json::Value;
use uuid::Uuid;

/// How many columns come before those of the schema.
const STAMP: u8 = 4;

/// When its author said it.
#[must_use]
pub const fn said_at(kind: Kind) -> Column {
    of_stamp(kind, "said_at", 0)
}

/// When the server got it; null until then.
#[must_use]
pub const fn received_at(kind: Kind) -> Column {
    of_stamp(kind, "received_at", 1)
}

/// When it last changed.
#[must_use]
pub const fn updated_at(kind: Kind) -> Column {
    of_stamp(kind, "updated_at", 2)
}

const fn of_stamp(kind: Kind, name: &'static str, place: u8) -> Column {
    Column { kind, name, place }
}

/// The column of a field; of a person his name. Made at compile time, it is an error there when the
/// schema does not list such a field.
#[must_use]
pub const fn column(kind: Kind, name: &'static str) -> Column {
    find(kind, name, false)
}

/// The column of a person's account.
#[must_use]
pub const fn account(kind: Kind, name: &'static str) -> Column {
    find(kind, name, true)
}

const fn find(kind: Kind, name: &'static str, account: bool) -> Column {
    let fields = schema(kind);
    let mut place = STAMP;
    let mut at = 0;
    loop {
        assert!(at < fields.len(), "the schema lists no field of this name");
        let field = &fields[at];
        let is_person = matches!(field.shape, Shape::Person);
        if field.uses.has(Uses::LISTED) {
            if same(field.name, name) {
                assert!(is_person || !account, "only a person has an account");
                if is_person && !account {
                    place += 1;
                }
                return Column { kind, name, place };
            }
            place += if is_person { 2 } else { 1 };
        }
        at += 1;
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The row of a record. A search also finds it by its receipt number.
pub(crate) fn row(record: &Record) -> Row {
    let stamp = &record.stamp;
    let mut values: Vec<Scalar> = vec![
        stamp.said_at.into(),
        stamp.received_at.into(),
        stamp.updated_at.into(),
        stamp.version.as_ref().into(),
    ];
    let mut search = Haystack::default();
    let reference = Reference::of(record.id).to_string();
    search.add(&reference);
    search.add(&reference.replace('-', ""));
    for field in schema(record.kind) {
        let value = record.get(field.name);
        if field.uses.has(Uses::LISTED) {
            if let Shape::Person = field.shape {
                let person = PersonRef::take(Some(value)).unwrap_or_default();
                values.push(person.id.map(|id| id.0).into());
                values.push((!person.name.is_empty()).then_some(&person.name).into());
            } else {
                values.push(scalar(field, value));
            }
        }
        if field.uses.has(Uses::SEARCHED) {
            match field.shape {
                Shape::Localized => search.add_text(&Text::take(Some(value)).unwrap_or_default()),
                _ => search.add_all(value.as_str()),
            }
        }
    }
    Row {
        key: record.key(),
        values: values.into(),
        search: search.finish(),
    }
}

fn scalar(field: &Field, value: &Value) -> Scalar {
    if let (Shape::Localized, Some(text)) = (field.shape, Text::take(Some(value))) {
        return Scalar::from(&text);
    }
    if matches!(field.shape, Shape::Flag) {
        return Scalar::Bool(value == &Value::Bool(true));
    }
    match value {
        Value::String(text) => match (field.shape, Uuid::try_parse(text)) {
            (Shape::Id(_), Ok(id)) => Scalar::Id(id),
            _ => Scalar::from(text),
        },
        Value::Number(number) => number.as_i64().into(),
        _ => Scalar::Null,
    }
}

/// A hash over what the columns are.
pub(crate) const fn layout(mut hash: u32) -> u32 {
    let mut kind = 0;
    while kind < Kind::ALL.len() {
        let fields = schema(Kind::ALL[kind]);
        let mut at = 0;
        while at < fields.len() {
            let uses = fields[at].uses;
            if uses.has(Uses::LISTED) || uses.has(Uses::SEARCHED) {
                let use_bits = uses.has(Uses::LISTED) as u8 | (uses.has(Uses::SEARCHED) as u8) << 1;
                hash = fnv(fnv(hash, fields[at].name.as_bytes()), &[use_bits]);
            }
            at += 1;
        }
        hash = fnv(hash, &[0]);
        kind += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Complaint, ComplaintStage, Timestamp, Typed};

    const SUBJECT: Column = column(Kind::Complaint, "subject");
    const WHO: Column = column(Kind::Complaint, "complainant");
    const WHOSE: Column = account(Kind::Complaint, "complainant");
    const STAGE: Column = column(Kind::Complaint, "stage");
    const CONFIDENTIAL: Column = column(Kind::Complaint, "confidential");
    const DUE: Column = column(Kind::Complaint, "due_at");

    #[test]
    fn every_column_holds_its_field() {
        let complaint = Complaint {
            subject: "Nobody told us".into(),
            complainant: PersonRef {
                id: Some(Uuid::from_u128(2).into()),
                name: "Anna".into(),
            },
            stage: ComplaintStage::Assessed,
            confidential: true,
            due_at: Some(Timestamp(9)),
            ..Complaint::new(Uuid::from_u128(9).into(), Timestamp(3))
        };
        let row = row(&complaint.to_record());
        assert_eq!(row.text(SUBJECT), "Nobody told us");
        assert_eq!(row.text(WHO), "Anna");
        assert_eq!(row.id_in(WHOSE), Some(Uuid::from_u128(2)));
        assert_eq!(row.text(STAGE), "assessed");
        assert!(row.flag(CONFIDENTIAL));
        assert_eq!(row.time(DUE), Some(Timestamp(9)));
        assert_eq!(row.time(said_at(Kind::Complaint)), Some(Timestamp(3)));
        assert_eq!(row.time(received_at(Kind::Complaint)), None);
    }
}
