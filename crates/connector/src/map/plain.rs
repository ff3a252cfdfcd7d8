//! Rows of kinds that have a schema: one reader for all of them.

use super::record::identity;
use super::row::Row;
use crate::codec::Shape;
use crate::target::{self, Target};
use rapport_domain::plain::Fields;
use rapport_domain::{Kind, Plain, Record};
use serde_json::Value;
use uuid::Uuid;

/// A record of that kind.
pub fn record(row: &mut Row<'_>, kind: Kind) -> Option<Record> {
    let (id, stamp) = identity(row, kind)?;
    let own = target::of(kind).iter().skip(target::STAMP);
    Some(Record {
        kind,
        id,
        stamp,
        fields: fields(row, own)?,
    })
}

fn fields(row: &mut Row<'_>, of: impl Iterator<Item = &'static Target>) -> Option<Fields> {
    let mut fields = Fields::new();
    for field in of {
        let value = value(row, field.name, field.shape);
        let value = value.filter(|value| !value.is_null());
        if field.needed {
            row.needed(field.name, value.as_ref())?;
        }
        if let Some(value) = value {
            fields.insert(field.name.to_owned(), value);
        }
    }
    Some(fields)
}

fn value(row: &mut Row<'_>, name: &str, shape: Shape) -> Option<Value> {
    Some(match shape {
        Shape::Text | Shape::Word(_) | Shape::Day => row.text_of(name, shape)?.put(),
        Shape::Localized => row.localized(name)?.put(),
        Shape::Id(kind) => row.id::<Uuid>(name, kind)?.put(),
        Shape::Person => row.person(name)?.put(),
        Shape::Time => row.time(name)?.put(),
        Shape::Number => row.number(name)?.put(),
        Shape::Flag => row.flag(name)?.put(),
        Shape::Answer => row.answer(name)?.put(),
        Shape::List(Shape::Id(kind)) => row.ids::<Uuid>(name, *kind).put(),
        Shape::List(_) => row.texts(name).put(),
        Shape::Rows(table) => {
            let rows = row.rows(name, |row| fields(row, table.iter()).map(Value::Object));
            if rows.is_empty() {
                return None;
            }
            Value::Array(rows)
        }
    })
}
