//! `profiles`: writes the part of the profiles' JSON Schema that follows from the schemas of the domain.

use anyhow::Result;
use rapport_domain::Kind;
use rapport_domain::plain::schema;
use rapport_domain::schema::{Field, Shape, Uses};
use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::workspace;

/// The generated file, relative to the workspace.
pub const FILE: &str = "profiles/records.schema.json";

/// `cargo xtask profiles`.
pub fn run(words: Vec<String>) -> Result<()> {
    Args::new(words).finish()?;
    std::fs::write(workspace::root().join(FILE), document())?;
    println!("{FILE} is written");
    Ok(())
}

/// The whole file.
pub fn document() -> String {
    let mut definitions = Map::new();
    for kind in Kind::ALL {
        if !schema(kind).is_empty() {
            define(kind, &mut definitions);
        }
    }
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Written by `cargo xtask profiles` from the schemas of crates/domain.",
        "$defs": definitions,
    });
    format!("{document:#}\n")
}

fn define(kind: Kind, definitions: &mut Map<String, Value>) {
    let word = kind.as_str();
    let fields = schema(kind);
    let read = read_fields(word, fields, definitions);
    definitions.insert(format!("{word}_fields"), read);
    let note = Field::new("note", Shape::Text, false).says("Why; goes into the history.");
    let given = fields.iter().filter(|field| field.uses.has(Uses::GIVEN));
    let edited: Vec<&Field> = fields
        .iter()
        .filter(|field| field.uses.has(Uses::EDITED))
        .collect();
    let mut verb = |verb: &str, fields: Vec<&Field>| {
        if !fields
            .iter()
            .any(|field| !OF_EVERY_RECORD.contains(&field.name))
        {
            return Value::Bool(false);
        }
        let one =
            |field: &&Field| json!({ "const": field.name, "description": field.about.trim() });
        let list: Vec<Value> = fields.iter().map(one).collect();
        let (field, value) = (
            format!("{verb}_{word}_field"),
            format!("{verb}_{word}_value"),
        );
        definitions.insert(
            field.clone(),
            json!({ "description": "One of our fields.", "oneOf": list }),
        );
        let field = format!("#/$defs/{field}");
        definitions.insert(
            value.clone(),
            json!({
                "description": "The name of a field, or a rule.",
                "anyOf": [
                    { "$ref": field },
                    { "allOf": [
                        { "$ref": "profile.schema.json#/$defs/write_rule" },
                        { "properties": { "field": { "$ref": field } } },
                    ] },
                ],
            }),
        );
        let values = json!({ "additionalProperties": { "$ref": format!("#/$defs/{value}") } });
        json!({ "properties": { "variables": values, "json": values } })
    };
    let create = verb("create", given.collect());
    let update = match edited.is_empty() {
        true => Value::Bool(false),
        false => verb("update", edited.into_iter().chain([&note]).collect()),
    };
    definitions.insert(
        word.to_owned(),
        json!({
            "description": format!("Records of the kind {word}."),
            "allOf": [
                { "$ref": "profile.schema.json#/$defs/resource" },
                { "properties": {
                    "read": { "$ref": format!("#/$defs/{word}_fields") },
                    "create": create,
                    "update": update,
                    "download": false,
                    "max_bytes": false,
                } },
            ],
        }),
    );
}

const OF_EVERY_RECORD: [&str; 5] = ["id", "version", "said_at", "received_at", "updated_at"];

/// The map that reads rows of these fields; lists of objects get a definition of their own.
fn read_fields(name: &str, fields: &[Field], definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let about = field.about.trim();
        let mut property = json!({
            "description": about,
            "$ref": "profile.schema.json#/$defs/read_value",
        });
        if let Shape::Rows(inner) = field.shape {
            let inner_name = format!("{name}_{}", field.name);
            let map = read_fields(&inner_name, inner, definitions);
            definitions.insert(format!("{inner_name}_fields"), map);
            property = json!({
                "description": about,
                "allOf": [
                    { "$ref": "profile.schema.json#/$defs/read_rule" },
                    { "properties": { "each": { "$ref": format!("#/$defs/{inner_name}_fields") } } },
                ],
            });
        }
        properties.insert(field.name.to_owned(), property);
        if field.needed {
            required.push(field.name);
        }
    }
    json!({
        "description": "On the left our field, on the right its place in the row.",
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}
