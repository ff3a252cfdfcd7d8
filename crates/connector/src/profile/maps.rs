//! Reading the maps between a backend's JSON and our records, both ways.

use super::codecs::Codecs;
use super::document::{Checker, Node, choose};
use super::{
    Form, Missing, ReadMap, ReadRule, ReadSource, WriteForm, WriteRule, WriteSource, keys,
};
use crate::codec::{Codec, Shape, wrong};
use crate::pointer::Pointer;
use crate::target::{Sendable, Target};

/// Reads a map that fills `targets`.
pub fn read_map(
    check: &mut Checker,
    node: &Node<'_>,
    targets: &'static [Target],
    codecs: &Codecs,
) -> ReadMap {
    let mut map = ReadMap::default();
    if !node.value.is_object() {
        check.error(
            node,
            &wrong("an object", node.value),
            "write { \"field\": \"/place/in/the/row\", … }",
        );
        return map;
    }
    for (name, rule) in node.members() {
        match targets.iter().find(|target| target.name == name) {
            Some(target) => {
                if let Some(rule) = read_rule(check, &rule, target.shape, codecs) {
                    map.add(target.name, rule);
                }
            }
            None => unknown_field(check, &rule, name, targets.iter()),
        }
    }
    let missing = |target: &&Target| target.needed && node.get(target.name).is_none();
    for target in targets.iter().filter(missing) {
        check.error(
            node,
            &format!("the field “{}” has no rule", target.name),
            &format!("add \"{}\": \"/its/place/in/the/row\"", target.name),
        );
    }
    map
}

fn unknown_field<'t>(
    check: &mut Checker,
    node: &Node<'_>,
    name: &str,
    targets: impl Iterator<Item = &'t Target>,
) {
    let names: Vec<&str> = targets.map(|target| target.name).collect();
    check.error(
        node,
        &format!("there is no field “{name}” here"),
        &choose(name, &names),
    );
}

fn read_rule(
    check: &mut Checker,
    node: &Node<'_>,
    shape: Shape,
    codecs: &Codecs,
) -> Option<ReadRule> {
    if node.value.is_string() {
        let source = ReadSource::At(check.pointer(node)?);
        let form = read_form(check, node, shape, codecs)?;
        return Some(ReadRule {
            source,
            default: None,
            form,
        });
    }
    check.object(node, &keys::READ_RULE)?;
    let source = match (node.get("at"), node.get("constant")) {
        (Some(at), None) => ReadSource::At(check.pointer(&at)?),
        (None, Some(constant)) => ReadSource::Constant(constant.value.clone()),
        _ => {
            check.error(
                node,
                "a rule has either “at” or “constant”",
                "say where the value is, or what it always is",
            );
            return None;
        }
    };
    let form = read_form(check, node, shape, codecs)?;
    if let Form::One(codec) = &form {
        for key in ["constant", "default"] {
            if let Some(fixed) = node.get(key)
                && let Err(message) = codec.decode(shape, fixed.value)
            {
                check.error(&fixed, &message, "write it as the backend would");
            }
        }
    }
    let default = node.get("default").map(|default| default.value.clone());
    Some(ReadRule {
        source,
        default,
        form,
    })
}

fn read_form(check: &mut Checker, node: &Node<'_>, shape: Shape, codecs: &Codecs) -> Option<Form> {
    // A rule that is only a pointer has no keys.
    let key = |name: &str| node.value.is_object().then(|| node.get(name)).flatten();
    if let Shape::Rows(targets) = shape {
        refuse(
            check,
            key("codec"),
            "a list of objects has no codec",
            "write \"each\"",
        );
        refuse(
            check,
            key("item"),
            "“item” is for lists of values",
            "write \"each\"",
        );
        let Some(each) = key("each") else {
            check.error(
                node,
                "the elements of this list are objects",
                "add \"each\": { \"field\": \"/place/in/the/element\", … }",
            );
            return None;
        };
        return Some(Form::Rows(read_map(check, &each, targets, codecs)));
    }
    refuse(
        check,
        key("each"),
        "“each” is for lists of objects",
        "leave it out",
    );
    let element = if let Shape::List(element) = shape {
        *element
    } else {
        shape
    };
    let codec = match key("codec") {
        Some(codec) => codecs.codec_for(check, &codec, element)?,
        None => codecs.usual(element),
    };
    let item = key("item");
    if let Shape::List(_) = shape {
        let place = match item {
            Some(item) => check.pointer(&item)?,
            None => Pointer::default(),
        };
        return Some(Form::List(place, codec));
    }
    refuse(check, item, "“item” is for lists of values", "leave it out");
    Some(Form::One(codec))
}

fn refuse(check: &mut Checker, node: Option<Node<'_>>, message: &str, remedy: &str) {
    if let Some(node) = node {
        check.error(&node, message, remedy);
    }
}

/// Reads a map that fills a JSON body from `fields`. Codecs that a rule does not name are those with
/// which the same field is read.
pub fn write_map(
    check: &mut Checker,
    node: &Node<'_>,
    fields: Sendable,
    read: Option<&ReadMap>,
    codecs: &Codecs,
) -> Vec<WriteRule> {
    let mut rules: Vec<WriteRule> = Vec::new();
    if !node.value.is_object() {
        check.error(
            node,
            &wrong("an object", node.value),
            "write { \"/place/in/the/body\": \"field\", … }",
        );
        return rules;
    }
    for (place, rule) in node.members() {
        let place = match Pointer::parse(place) {
            Ok(place) => place,
            Err(message) => {
                check.error(
                    &rule,
                    &message,
                    "write a JSON Pointer such as /data/subject",
                );
                continue;
            }
        };
        if let Some(other) = rules.iter().find(|other| other.place.overlaps(&place)) {
            check.error(
                &rule,
                &format!("“{place}” and “{}” are the same place", other.place),
                "fill each place once",
            );
            continue;
        }
        if let Some(source) = write_source(check, &rule, fields, read, codecs) {
            rules.push(WriteRule { place, source });
        }
    }
    rules
}

/// Reads what one place is filled with.
pub fn write_source(
    check: &mut Checker,
    node: &Node<'_>,
    fields: Sendable,
    read: Option<&ReadMap>,
    codecs: &Codecs,
) -> Option<WriteSource> {
    let mut named = node.clone();
    if !node.value.is_string() {
        check.object(node, &keys::WRITE_RULE)?;
        match (node.get("field"), node.get("constant")) {
            (Some(field), None) => named = field,
            (None, Some(constant)) => return Some(WriteSource::Constant(constant.value.clone())),
            _ => {
                check.error(
                    node,
                    "a rule has either “field” or “constant”",
                    "say which field is sent, or what always is",
                );
                return None;
            }
        }
    }
    let name = check.text(&named)?;
    let Some(field) = fields.iter().find(|field| field.name == name) else {
        unknown_field(check, &named, name, fields.iter());
        return None;
    };
    let key = |name: &str| node.value.is_object().then(|| node.get(name)).flatten();
    let missing = match key("missing") {
        Some(node) if check.choice(&node, &["omit", "null"])? == 1 => Missing::Null,
        _ => Missing::Omit,
    };
    let read = read
        .and_then(|map| map.get(field.name))
        .map(|rule| &rule.form);
    let form = if let Shape::Rows(targets) = field.shape {
        let Some(each) = key("each") else {
            check.error(
                node,
                "the elements of this list are objects",
                "add \"each\": { \"/place/in/the/element\": \"field\", … }",
            );
            return None;
        };
        let inner = match read {
            Some(Form::Rows(map)) => Some(map),
            _ => None,
        };
        WriteForm::Rows(write_map(
            check,
            &each,
            Sendable::all(targets),
            inner,
            codecs,
        ))
    } else {
        let element = match field.shape {
            Shape::List(element) => *element,
            shape => shape,
        };
        let codec = match (key("codec"), read) {
            (Some(codec), _) => codecs.codec_for(check, &codec, element)?,
            (None, Some(Form::One(codec) | Form::List(_, codec))) => codec.clone(),
            _ => codecs.usual(element),
        };
        match (field.shape, read) {
            (Shape::List(_), Some(Form::List(place, _))) => WriteForm::List(place.clone(), codec),
            (Shape::List(_), _) => WriteForm::List(Pointer::default(), codec),
            (shape, _) => WriteForm::One(codec, known_words(shape)),
        }
    };
    Some(WriteSource::Field {
        name: field.name,
        form,
        missing,
    })
}

fn known_words(shape: Shape) -> Vec<String> {
    match shape {
        Shape::Word(words) => words(),
        _ => Vec::new(),
    }
}

/// Whether a value of this codec can stand in a URL or header.
#[must_use]
pub const fn is_scalar(codec: &Codec) -> bool {
    !matches!(
        codec,
        Codec::TextMap { .. } | Codec::Person { .. } | Codec::Answer
    )
}
