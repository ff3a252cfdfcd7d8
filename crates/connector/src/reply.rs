//! What a reply is: an answer, an error of the backend, or no answer of it at all.

use crate::codec::scalar;
use crate::http::HttpReply;
use crate::outcome::Refusal;
use crate::pointer::Pointer;
use crate::profile::{Class, ErrorRule, ErrorTable, FieldErrors, Limits, Statuses};
use crate::when::retry_after;
use rapport_domain::Entity;
use serde_json::Value;

/// Longest text of an error that is kept, in characters.
const MAX_WORDS: usize = 2_000;
/// Most words on single fields that are kept.
const MAX_FIELDS: usize = 100;

/// What a reply to a call may be.
pub struct Expectation<'a> {
    /// Statuses that mean success.
    pub success: &'a [Statuses],
    /// What errors of this call mean.
    pub rules: &'a [ErrorRule],
    /// What errors mean otherwise.
    pub table: &'a ErrorTable,
    /// What a reply may have at most.
    pub limits: Limits,
}

fn not_an_answer(what: impl Into<String>) -> Refusal {
    Refusal::NotAnAnswer { what: what.into() }
}

/// The body of a successful reply; `None` where it is empty.
///
/// # Errors
/// The reply is an error, or no answer. `current` reads the record that a stale write was told.
pub fn open(
    reply: &HttpReply,
    expected: &Expectation<'_>,
    current: &dyn Fn(&Value) -> Option<Entity>,
) -> Result<Option<Value>, Refusal> {
    let size = u64::try_from(reply.body.len()).unwrap_or(u64::MAX);
    if size > expected.limits.reply_bytes {
        return Err(not_an_answer(format!(
            "{size} bytes, more than the {} allowed",
            expected.limits.reply_bytes
        )));
    }
    if !expected.success.iter().any(|s| s.has(reply.status)) {
        return Err(refusal(reply, expected, current));
    }
    if reply.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let media_type = media_type(reply);
    if !is_json(&media_type) {
        return Err(not_an_answer(match media_type.as_str() {
            "" => "a reply without a content type".to_owned(),
            other => format!("{other} instead of JSON"),
        }));
    }
    serde_json::from_slice(&reply.body)
        .map(Some)
        .map_err(|error| not_an_answer(format!("JSON that cannot be read: {error}")))
}

fn media_type(reply: &HttpReply) -> String {
    let header = reply.header("content-type").unwrap_or_default();
    let essence = header.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn is_json(media_type: &str) -> bool {
    let sub = media_type.split_once('/').map_or("", |(_, sub)| sub);
    sub == "json" || sub.ends_with("+json")
}

fn refusal(
    reply: &HttpReply,
    expected: &Expectation<'_>,
    current: &dyn Fn(&Value) -> Option<Entity>,
) -> Refusal {
    let status = reply.status;
    let table = expected.table;
    let retry = || Refusal::Retry {
        status,
        after_ms: reply
            .header("retry-after")
            .and_then(|header| retry_after(header, reply.header("date"))),
    };
    let media_type = media_type(reply);
    let foreign = !reply.body.is_empty()
        && !table.media_types.is_empty()
        && !table.media_types.contains(&media_type);
    let body = match is_json(&media_type) && !reply.body.is_empty() {
        true => serde_json::from_slice(&reply.body),
        false => Ok(Value::Null),
    };
    // A gateway speaks for a backend that is away, and about the size of a request.
    let known_anyway = status >= 500 || matches!(status, 408 | 413 | 414 | 425 | 429 | 431);
    if foreign && !known_anyway {
        let what = if media_type.is_empty() {
            "no content type"
        } else {
            &media_type
        };
        return not_an_answer(format!("status {status} with {what}"));
    }
    // The class of an error may stand in its body: of one that was cut off, nothing is known.
    let body = match body {
        Ok(body) => body,
        Err(_) if known_anyway => Value::Null,
        Err(error) => {
            return not_an_answer(format!(
                "status {status}, JSON that cannot be read: {error}"
            ));
        }
    };
    if (300..400).contains(&status) || status < 200 {
        return not_an_answer(format!("status {status}"));
    }
    let mut rules = expected.rules.iter().chain(&table.rules);
    let class = rules
        .find(|rule| fits(rule, status, &body))
        .map_or_else(|| usual(status), |rule| rule.class);
    match class {
        Class::Retry => retry(),
        Class::SignIn => Refusal::SignIn,
        Class::Stale => Refusal::Stale {
            current: table
                .current
                .as_ref()
                .and_then(|place| place.find(&body))
                .and_then(current)
                .map(Box::new),
        },
        Class::Gone => Refusal::Gone { status },
        Class::AlreadyThere => Refusal::AlreadyThere,
        Class::CursorLost => Refusal::CursorLost,
        Class::Rejected => Refusal::Rejected {
            status,
            title: words(table.title.as_ref(), &body),
            detail: words(table.detail.as_ref(), &body),
            fields: table
                .fields
                .as_ref()
                .map(|places| field_errors(places, &body))
                .unwrap_or_default(),
        },
    }
}

/// What a status means where no rule says otherwise.
const fn usual(status: u16) -> Class {
    match status {
        401 => Class::SignIn,
        404 | 410 => Class::Gone,
        412 => Class::Stale,
        408 | 425 | 429 => Class::Retry,
        400..500 => Class::Rejected,
        _ => Class::Retry,
    }
}

fn fits(rule: &ErrorRule, status: u16, body: &Value) -> bool {
    if !rule.status.is_empty() && !rule.status.iter().any(|s| s.has(status)) {
        return false;
    }
    let Some(place) = &rule.at else { return true };
    let Some(found) = place.find(body).and_then(scalar) else {
        return false;
    };
    let is = rule.is.is_empty() || rule.is.contains(&found);
    let contains =
        rule.contains.is_empty() || rule.contains.iter().any(|part| found.contains(part));
    is && contains
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_WORDS).collect()
}

fn words(place: Option<&Pointer>, body: &Value) -> String {
    let found = place.and_then(|place| place.find(body)).and_then(scalar);
    found.as_deref().map(shortened).unwrap_or_default()
}

fn field_errors(places: &FieldErrors, body: &Value) -> Vec<(String, String)> {
    let list = places.items.find(body).and_then(Value::as_array);
    let elements = list.into_iter().flatten().take(MAX_FIELDS);
    elements
        .map(|element| {
            let message = words(Some(&places.message), element);
            let remedy = words(places.remedy.as_ref(), element);
            let both = !message.is_empty() && !remedy.is_empty();
            let between = if both { ": " } else { "" };
            (
                words(Some(&places.field), element),
                format!("{message}{between}{remedy}"),
            )
        })
        .filter(|(field, message)| !(field.is_empty() && message.is_empty()))
        .collect()
}
