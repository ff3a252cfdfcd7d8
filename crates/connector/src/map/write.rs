//! From what the user wrote to bodies, variables and headers.

use super::source::Given;
use crate::codec::scalar;
use crate::http::{Body, HttpCall};
use crate::outcome::Problem;
use crate::profile::origin::place;
use crate::profile::{Call, CallBody, Connection, Missing, WriteForm, WriteRule, WriteSource};
use serde_json::{Map, Value};

/// Longest URL that is made; servers and proxies refuse longer ones.
const MAX_URL: usize = 8_000;

/// Fields by name.
pub type Fields<'a> = dyn Fn(&str) -> Result<Given, Problem> + 'a;

/// Variables by name.
pub type Variables<'a> = dyn Fn(&str) -> Option<String> + 'a;

fn problem(path: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem {
        path: path.into(),
        message: message.into(),
    }
}

/// Fills a body.
fn body(rules: &[WriteRule], fields: &Fields<'_>) -> Result<Value, Problem> {
    let mut body = Value::Object(Map::new());
    for rule in rules {
        if let Some(value) = value(&rule.source, fields)? {
            rule.place.put(&mut body, value);
        }
    }
    Ok(body)
}

fn value(source: &WriteSource, fields: &Fields<'_>) -> Result<Option<Value>, Problem> {
    let (name, form, missing) = match source {
        WriteSource::Constant(value) => return Ok(Some(value.clone())),
        WriteSource::Field {
            name,
            form,
            missing,
        } => (*name, form, missing),
    };
    Ok(match (fields(name)?, form) {
        (Given::One(item), WriteForm::One(codec, known)) => {
            let encoded = codec.encode(&item, known);
            Some(encoded.map_err(|message| problem(name, message))?)
        }
        (Given::List(items), WriteForm::List(place, codec)) => {
            let mut list = Vec::with_capacity(items.len());
            for item in &items {
                let encoded = codec.encode(item, &[]);
                let mut element = Value::Null;
                place.put(
                    &mut element,
                    encoded.map_err(|message| problem(name, message))?,
                );
                list.push(element);
            }
            Some(Value::Array(list))
        }
        (Given::Rows(rows), WriteForm::Rows(rules)) => {
            let each = |row: &Vec<(&'static str, Given)>| {
                body(rules, &|name| {
                    let found = row.iter().find(|(field, _)| *field == name);
                    Ok(found.map_or(Given::Absent, |(_, given)| given.clone()))
                })
            };
            Some(Value::Array(
                rows.iter().map(each).collect::<Result<_, _>>()?,
            ))
        }
        (Given::Cleared, _) => Some(Value::Null),
        (Given::Absent, _) => match missing {
            Missing::Omit => None,
            Missing::Null => Some(Value::Null),
        },
        _ => return Err(problem(name, "cannot be written like this")),
    })
}

/// Makes a request. `file` is the key of the bytes to send, for calls that send bytes.
///
/// # Errors
/// A value has no spelling at the backend, or is not known.
pub fn make(
    connection: &Connection,
    call: &Call,
    variables: &Variables<'_>,
    fields: &Fields<'_>,
    file: Option<String>,
) -> Result<HttpCall, Problem> {
    let mut own = Vec::with_capacity(call.variables.len());
    for (name, source) in &call.variables {
        let value = value(source, fields)?;
        own.push((name, value.as_ref().and_then(scalar)));
    }
    let variable = |name: &str| match own.iter().find(|(own, _)| *own == name) {
        Some((_, value)) => value.clone(),
        None => variables(name),
    };
    for (name, optional) in call.url.variables() {
        if !optional && variable(name).is_none_or(|value| value.is_empty()) {
            return Err(problem("url", format!("“{name}” is not known yet")));
        }
    }
    let url = call.url.expand(variable);
    check_url(&url, call.url.head())?;
    let mut headers = vec![("Accept".to_owned(), "application/json".to_owned())];
    let body = match &call.body {
        CallBody::Empty => Body::Empty,
        CallBody::Json(rules) => {
            set(&mut headers, "Content-Type", "application/json".to_owned());
            Body::Text(body(rules, fields)?.to_string())
        }
        CallBody::File => Body::Blob(file.ok_or_else(|| problem("file", "there are no bytes"))?),
    };
    for (name, template) in connection.headers.iter().chain(&call.headers) {
        if let Some(value) = template.expand(variable) {
            set(&mut headers, name, value);
        }
    }
    Ok(HttpCall {
        method: call.method,
        url,
        headers,
        body,
        anonymous: false,
    })
}

/// Sets a header, replacing one of that name.
pub fn set(headers: &mut Vec<(String, String)>, name: &str, value: String) {
    headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    headers.push((name.to_owned(), value));
}

/// The values in a URL must not lead it to another place than its template does.
pub fn check_url(url: &str, head: &str) -> Result<(), Problem> {
    let target = place(url).map_err(|message| problem("url", message))?;
    if Ok(target) != place(head) {
        return Err(problem(
            "url",
            "leads to another place than the profile says",
        ));
    }
    if url.contains('#') {
        return Err(problem("url", "has a fragment, which is not sent"));
    }
    if url.len() > MAX_URL {
        return Err(problem(
            "url",
            format!("is longer than {MAX_URL} characters"),
        ));
    }
    Ok(())
}
