//! Bodies of write requests: read up to a limit, and understood with a word about each field that does
//! not fit.

use crate::app::App;
use crate::problem::{FieldError, Problem};
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Largest JSON body in bytes.
pub const JSON_LIMIT: usize = 1_000_000;

/// A write request with its whole JSON body.
#[derive(Debug)]
pub struct WriteRequest {
    /// Method and target, as they count for the key.
    pub target: Target,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// Method, path and query of a request.
#[derive(Clone, Debug)]
pub struct Target {
    /// The method.
    pub method: Method,
    /// Path and query as sent.
    pub path: String,
}

impl Target {
    /// The target of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let uri = request
            .extensions()
            .get::<OriginalUri>()
            .map_or(request.uri(), |original| &original.0);
        Self {
            method: request.method().clone(),
            path: uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
        }
    }
}

impl FromRequest<App> for WriteRequest {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let target = Target::of(&request);
        let (parts, body) = request.into_parts();
        let body = read_body(body, app.config().idle()).await?;
        Ok(Self {
            target,
            headers: parts.headers,
            body,
        })
    }
}

async fn read_body(body: Body, idle: Duration) -> Result<Vec<u8>, Problem> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(chunk) = next_chunk(&mut stream, idle).await? {
        if read.len() + chunk.len() > JSON_LIMIT {
            return Err(too_large(JSON_LIMIT as u64));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read)
}

/// The next bytes of a body. A client that went away without a word keeps its connection open for
/// ever, and with it the key of its request; so one that is silent for `idle` counts as gone.
///
/// # Errors
/// 400 when the body breaks off.
pub async fn next_chunk(
    stream: &mut BodyDataStream,
    idle: Duration,
) -> Result<Option<Bytes>, Problem> {
    match tokio::time::timeout(idle, stream.next()).await {
        Ok(chunk) => chunk.transpose().map_err(|_| incomplete()),
        Err(_) => Err(incomplete()),
    }
}

/// The body broke off.
#[must_use]
pub fn incomplete() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "incomplete",
        "The request did not arrive whole",
    )
    .detail("Send it again.")
}

/// The body is larger than allowed.
#[must_use]
pub fn too_large(limit: u64) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "The content is too large",
    )
    .detail(format!(
        "At most {limit} bytes are accepted. Send a smaller one."
    ))
}

impl WriteRequest {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// 415 for another media type, 400 for what is no JSON, 422 naming the field for what does not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let media = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = media.split(';').next().unwrap_or_default().trim();
        let json = essence.eq_ignore_ascii_case("application/json")
            || essence.eq_ignore_ascii_case("application/merge-patch+json");
        if !json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "The media type is not understood",
            )
            .detail("Send Content-Type: application/json."));
        }
        read_json(&self.body)
    }
}

/// Reads JSON, naming the field that does not fit.
///
/// # Errors
/// 400 for what is no JSON, 422 for what does not fit.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_data() {
            Problem::invalid(vec![field_error(&path, &cause.to_string())])
        } else {
            not_json(&cause)
        }
    })?;
    deserializer.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

/// Reads a JSON value, naming the field that does not fit.
///
/// # Errors
/// The field at fault.
pub fn read_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, FieldError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        field_error(&path, &error.into_inner().to_string())
    })
}

fn not_json(cause: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "not-json", "The body is not JSON")
        .detail(format!("{cause}. Send one JSON object."))
}

/// Words serde's message for the field it is about.
fn field_error(path: &str, cause: &str) -> FieldError {
    let message = cause
        .rsplit_once(" at line ")
        .map_or(cause, |(message, _)| message);
    let quoted = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        rest.split('`').nth(1)
    };
    let parent = |name: &str| {
        let inside = path.trim_start_matches('.');
        match inside {
            "" => name.to_owned(),
            _ if inside == name || inside.ends_with(&format!(".{name}")) => inside.to_owned(),
            _ => format!("{inside}.{name}"),
        }
    };
    if let Some(name) = quoted("unknown field") {
        return FieldError::new(
            parent(name),
            "is not a field here",
            "remove it, or correct its spelling",
        );
    }
    if let Some(name) = quoted("missing field") {
        return FieldError::new(parent(name), "is required", "give a value");
    }
    let path = if path == "." { "" } else { path };
    FieldError::new(path, message, "send a value of the expected kind")
}
