//! Reading calls: where they go, what they carry, and what their replies mean.

use super::codecs::Codecs;
use super::document::{Checker, Node, choose};
use super::error_table::{rules, statuses};
use super::maps::{is_scalar, write_map, write_source};
use super::origin::{Place, place};
use super::{
    Call, CallBody, Find, LookUp, ReadMap, ResultMap, ResultSource, ResultValue, Statuses, Write,
    WriteForm, WriteSource, keys,
};
use crate::codec::{Codec, Shape};
use crate::http::Method;
use crate::target::Sendable;
use crate::template::{Plain, Template};
use rapport_domain::Kind;

const METHODS: [(&str, Method); 5] = [
    ("GET", Method::Get),
    ("POST", Method::Post),
    ("PUT", Method::Put),
    ("PATCH", Method::Patch),
    ("DELETE", Method::Delete),
];

/// What reading a call needs to know.
pub struct Scope<'a> {
    /// What relative URLs are appended to.
    pub base: &'a str,
    /// Where calls may go.
    pub places: &'a [Place],
    /// The profile's codecs.
    pub codecs: &'a Codecs,
    /// Variables that are always there.
    pub variables: &'a [&'a str],
    /// Fields that can be sent.
    pub fields: Sendable,
    /// How these fields are read.
    pub read: Option<&'a ReadMap>,
}

/// Reads a call, whose keys have been checked.
pub fn call(
    check: &mut Checker,
    node: &Node<'_>,
    method: Method,
    scope: &Scope<'_>,
) -> Option<Call> {
    let words: Vec<&str> = METHODS.iter().map(|(word, _)| *word).collect();
    let method = match node.get("method") {
        Some(node) => METHODS.get(check.choice(&node, &words)?)?.1,
        None => method,
    };
    let mut variables = Vec::new();
    if let Some(own) = node.get("variables") {
        for (name, node) in own.members() {
            if scope.variables.contains(&name.as_str()) {
                check.error(
                    &node,
                    &format!("“{name}” is always there"),
                    "choose another name",
                );
            }
            let Some(source) = write_source(check, &node, scope.fields, scope.read, scope.codecs)
            else {
                continue;
            };
            let scalar = match &source {
                WriteSource::Constant(value) => crate::codec::scalar(value).is_some(),
                WriteSource::Field { form, .. } => {
                    matches!(form, WriteForm::One(codec, _) if is_scalar(codec))
                }
            };
            if !scalar {
                check.error(&node, "a variable is a single value", "use another field");
            }
            variables.push((name.clone(), source));
        }
    }
    let own: Vec<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
    let names: Vec<&str> = scope.variables.iter().copied().chain(own).collect();
    let url = url(check, &node.get("url")?, scope, &names);
    let mut headers = Vec::new();
    if let Some(own) = node.get("headers") {
        headers = read_headers(check, &own, &names);
    }
    let body = match (node.get("json"), node.get("file")) {
        (Some(json), None) => CallBody::Json(write_map(
            check,
            &json,
            scope.fields,
            scope.read,
            scope.codecs,
        )),
        (None, Some(file)) => {
            check.choice(&file, &["raw"])?;
            CallBody::File
        }
        (None, None) => CallBody::Empty,
        (Some(_), Some(file)) => {
            check.error(&file, "a call has one body", "leave out “json” or “file”");
            CallBody::Empty
        }
    };
    if method == Method::Get && !matches!(body, CallBody::Empty) {
        check.error(node, "a GET has no body", "use another method, or no body");
    }
    let mut success = statuses(check, node.get("success"));
    if success.is_empty() {
        success.push(Statuses::Hundred(2));
    }
    Some(Call {
        method,
        url: url?,
        variables,
        headers,
        body,
        success,
        errors: rules(check, node.get("errors")),
    })
}

/// Reads a URL template: it must lead to an allowed place whatever the variables are.
pub fn url(
    check: &mut Checker,
    node: &Node<'_>,
    scope: &Scope<'_>,
    names: &[&str],
) -> Option<Template> {
    let text = check.text(node)?;
    let whole = match place(text) {
        Ok(Place::Portal) if !scope.base.is_empty() && text.starts_with('/') => {
            check.error(
                node,
                "begins with “/”, but is appended to the base",
                "leave out the first “/”",
            );
            return None;
        }
        Ok(Place::Portal) => format!("{}{text}", scope.base),
        Ok(Place::Origin(_)) => text.to_owned(),
        Err(message) => {
            check.error(node, &message, "write a URL relative to the base");
            return None;
        }
    };
    let template = match Template::parse(&whole) {
        Ok(template) => template,
        Err(message) => {
            check.error(node, &message, "write a template as of RFC 6570, level 3");
            return None;
        }
    };
    if text.contains('#') {
        check.error(
            node,
            "a URL for calls has no fragment",
            "leave out what follows “#”",
        );
        return None;
    }
    if text.is_empty() || text.starts_with('{') {
        check.error(
            node,
            "a URL begins with fixed text",
            "write the path before the first “{”",
        );
        return None;
    }
    match place(template.head()) {
        Ok(found) if scope.places.contains(&found) => {}
        Ok(Place::Origin(origin)) => {
            check.error(
                node,
                &format!("{origin} is not an allowed origin"),
                "add it to “origins” in “connection”",
            );
            return None;
        }
        Ok(Place::Portal) | Err(_) => {
            check.error(
                node,
                "does not lead to the backend",
                "write a URL relative to the base",
            );
            return None;
        }
    }
    for (name, _) in template.variables() {
        unknown_variable(check, node, name, names);
    }
    Some(template)
}

fn unknown_variable(check: &mut Checker, node: &Node<'_>, name: &str, names: &[&str]) {
    if names.contains(&name) {
        return;
    }
    let remedy = if names.is_empty() {
        "this call has no variables".to_owned()
    } else {
        choose(name, names)
    };
    check.error(
        node,
        &format!("there is no variable “{name}” here"),
        &remedy,
    );
}

/// Headers that the browser sets itself or that carry credentials.
const FORBIDDEN: [&str; 8] = [
    "authorization",
    "cookie",
    "host",
    "content-length",
    "origin",
    "referer",
    "connection",
    "transfer-encoding",
];

/// Reads headers.
pub fn read_headers(check: &mut Checker, node: &Node<'_>, names: &[&str]) -> Vec<(String, Plain)> {
    let mut headers = Vec::new();
    for (name, node) in node.members() {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            check.error(
                &node,
                &format!("“{name}” is not a header's name"),
                "write a name such as Accept",
            );
        }
        if FORBIDDEN.contains(&name.to_ascii_lowercase().as_str()) {
            check.error(
                &node,
                &format!("“{name}” cannot be set here"),
                "credentials belong to “auth”, the rest to the browser: leave it out",
            );
        }
        let Some(text) = check.text(&node) else {
            continue;
        };
        match Plain::parse(text) {
            Ok(value) => {
                for variable in value.variables() {
                    unknown_variable(check, &node, variable, names);
                }
                headers.push((name.clone(), value));
            }
            Err(message) => check.error(&node, &message, "write a text with {variables}"),
        }
    }
    headers
}

/// Reads a write with its result and look-up.
pub fn write(
    check: &mut Checker,
    node: &Node<'_>,
    method: Method,
    kind: Kind,
    scope: &Scope<'_>,
) -> Option<Write> {
    check.object(node, &keys::WRITE)?;
    let looking = Scope {
        variables: &["id", "record", "ticket", "version"],
        ..*scope
    };
    let look_up = node
        .get("look_up")
        .and_then(|node| look_up(check, &node, kind, &looking));
    let result = result(check, node.get("result"), kind, scope.codecs);
    let call = call(check, node, method, scope)?;
    if matches!(call.body, CallBody::File) && kind != Kind::Attachment {
        check.error(
            node,
            "only attachments have bytes",
            "write “json” instead of “file”",
        );
    }
    let anonymous = match node.get("anonymous") {
        Some(node) => check.flag(&node)?,
        None => false,
    };
    if anonymous && look_up.is_some() {
        check.error(
            node,
            "what is sent anonymously cannot be looked up by who sent it",
            "leave out “look_up”",
        );
    }
    Some(Write {
        call,
        result,
        look_up,
        anonymous,
    })
}

fn look_up(check: &mut Checker, node: &Node<'_>, kind: Kind, scope: &Scope<'_>) -> Option<LookUp> {
    check.object(node, &keys::LOOK_UP)?;
    let mut absent = statuses(check, node.get("absent"));
    if node.get("absent").is_none() {
        absent.push(Statuses::One(404));
    }
    let items = check.optional_pointer(node, "items");
    let reference = check.optional_pointer(node, "reference");
    let find = match (items, reference) {
        (Some(items), Some(reference)) => Find::Among { items, reference },
        (None, None) => Find::One,
        _ => {
            check.error(
                node,
                "“items” and “reference” belong together",
                "say where the list is and where its elements tell our id",
            );
            return None;
        }
    };
    Some(LookUp {
        result: result(check, node.get("result"), kind, scope.codecs),
        call: call(check, node, Method::Get, scope)?,
        absent,
        find,
    })
}

fn result(check: &mut Checker, node: Option<Node<'_>>, kind: Kind, codecs: &Codecs) -> ResultMap {
    let Some(node) = node else {
        return ResultMap::default();
    };
    if check.object(&node, &keys::RESULT).is_none() {
        return ResultMap::default();
    }
    ResultMap {
        record: check.optional_pointer(&node, "record"),
        id: node
            .get("id")
            .and_then(|id| result_value(check, &id, Shape::Id(kind), codecs)),
        version: node
            .get("version")
            .and_then(|version| result_value(check, &version, Shape::Text, codecs)),
    }
}

fn result_value(
    check: &mut Checker,
    node: &Node<'_>,
    shape: Shape,
    codecs: &Codecs,
) -> Option<ResultValue> {
    if node.value.is_string() {
        let source = ResultSource::At(check.pointer(node)?);
        let codec = codecs.usual(shape);
        return Some(ResultValue { source, codec });
    }
    check.object(node, &keys::RESULT_VALUE)?;
    let codec = match node.get("codec") {
        Some(codec) => codecs.codec_for(check, &codec, shape)?,
        None if node.get("header").is_some() => Codec::Text,
        None => codecs.usual(shape),
    };
    let source = match (node.get("at"), node.get("header")) {
        (Some(at), None) => ResultSource::At(check.pointer(&at)?),
        (None, Some(header)) => ResultSource::Header(check.text(&header)?.to_owned()),
        _ => {
            check.error(
                node,
                "a value is either in the body or in a header",
                "write “at” or “header”",
            );
            return None;
        }
    };
    Some(ResultValue { source, codec })
}
