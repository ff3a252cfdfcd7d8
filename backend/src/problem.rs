//! What went wrong, as RFC 9457 `application/problem+json`. A fault of ours is logged with its cause
//! and told without it; a fault of the request names the field, what is wrong and what to do.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rapport_domain::{Invalid, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

tokio::task_local! {
    /// The id of the request that this task answers.
    pub static REQUEST_ID: String;
}

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refused request.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/invalid",
    "title": "The request has fields that cannot be accepted",
    "status": 422,
    "detail": "1 field needs attention.",
    "errors": [{"field": "subject", "message": "is required", "remedy": "give a value"}],
    "request_id": "0198f3a27c117d3e9f00000000000001"
}))]
pub struct Problem {
    /// Names the kind of problem, relative to the API's origin.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What happened in this case and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The record that the problem is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `/problems/stale`: the record as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Value>,
    /// The id under which the log tells more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field, by its path (`fields[2].key`) or the key of a form's field.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl FieldError {
    /// `field` is wrong as `message` says and `remedy` mends it.
    pub fn new(
        field: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl From<Invalid> for FieldError {
    fn from(invalid: Invalid) -> Self {
        // The domain words a reason as "what is wrong: what to do" where both differ.
        let words = invalid.reason.to_string();
        let (message, remedy) = match words.split_once(": ") {
            Some((message, remedy)) => (message.to_owned(), remedy.to_owned()),
            None => (words.clone(), remedy_of(&invalid.reason).to_owned()),
        };
        Self::new(invalid.field, message, remedy)
    }
}

fn remedy_of(reason: &Reason) -> &'static str {
    match reason {
        Reason::NotWhole => "leave out the fraction",
        Reason::NotAChoice { .. } => "choose one of the offered values",
        Reason::TooFew { .. } => "add some",
        Reason::TooMany { .. } => "remove some",
        Reason::PatternMismatch { .. } => "write it in the expected form",
        Reason::WrongKind => "send a value of the field's kind",
        Reason::IllegalTransition { .. } => "read the ticket again and choose a possible state",
        Reason::NotAllowed => "leave it as it is",
        _ => "correct the value",
    }
}

impl Problem {
    /// A problem of kind `/problems/{slug}`.
    #[must_use]
    pub fn new(status: StatusCode, slug: &str, title: &str) -> Self {
        Self {
            kind: format!("/problems/{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
            instance: None,
            errors: Vec::new(),
            current: None,
            request_id: None,
            headers: Vec::new(),
        }
    }

    /// With this explanation.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// About the record at this path.
    #[must_use]
    pub fn instance(mut self, path: impl Into<String>) -> Self {
        self.instance = Some(path.into());
        self
    }

    /// With this field at fault.
    #[must_use]
    pub fn error(mut self, error: FieldError) -> Self {
        self.errors.push(error);
        self
    }

    /// With the record as it is now.
    #[must_use]
    pub fn current(mut self, record: Value) -> Self {
        self.current = Some(record);
        self
    }

    /// With a header of its own.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Tells the client to come again in so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Nothing is there, or nothing that the caller may know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is no such thing here",
        )
    }

    /// The caller may see the record but not do this to it.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "You are not allowed to do this",
        )
        .detail(detail)
    }

    /// Fields cannot be accepted.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let count = errors.len();
        let detail = if count == 1 {
            "1 field needs attention.".to_owned()
        } else {
            format!("{count} fields need attention.")
        };
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "The request has fields that cannot be accepted",
        )
        .detail(detail);
        problem.errors = errors;
        problem
    }

    /// Something broke here. The cause goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let request_id = REQUEST_ID.try_with(Clone::clone).unwrap_or_default();
        tracing::error!(request_id, %cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server",
        )
        .detail("Try again; if it stays, tell the administrator the request id.")
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            tracing::warn!("no database connection became free in time");
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "The server is too busy right now",
            )
            .detail("Try again in a few seconds.")
            .retry_after(3);
        }
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.request_id.is_none() {
            self.request_id = REQUEST_ID.try_with(Clone::clone).ok();
        }
        let headers = std::mem::take(&mut self.headers);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        for (name, value) in headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
