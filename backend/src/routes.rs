//! The API: one module per area, and what their handlers share.

pub mod anonymous;
pub mod answers;
pub mod attachments;
pub mod catalogue;
pub mod changes;
pub mod comments;
pub mod docs;
pub mod events;
pub mod health;
pub mod plain;
pub mod read;
pub mod session;
pub mod tickets;

use crate::app::App;
use crate::problem::Problem;
use axum::Router;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, Server};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

/// All routes of the API.
fn all() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(docs::routes())
        .merge(health::routes())
        .merge(session::routes())
        .merge(changes::routes())
        .merge(events::routes())
        .merge(read::routes())
        .merge(tickets::routes())
        .merge(comments::routes())
        .merge(attachments::routes())
        .merge(catalogue::routes())
        .merge(plain::routes())
        .merge(anonymous::routes())
}

/// The routes of the API with its description, for a server under this base path.
pub fn described(base: &str) -> (Router<App>, utoipa::openapi::OpenApi) {
    let mut frame = Document::openapi();
    // Paths begin with a slash, so the address before them ends without one.
    let address = match base.trim_end_matches('/') {
        "" => "/",
        prefix => prefix,
    };
    frame.servers = Some(vec![Server::new(address)]);
    let (router, mut document) = OpenApiRouter::with_openapi(frame)
        .merge(all())
        .split_for_parts();
    open_bodies(&mut document);
    (router, document)
}

/// A record is a body and what every record has: a body that allows nothing beside itself would forbid
/// the rest.
fn open_bodies(document: &mut utoipa::openapi::OpenApi) {
    let components = document.components.as_mut();
    for (name, schema) in components.into_iter().flat_map(|all| &mut all.schemas) {
        if name.ends_with("Body")
            && let RefOr::T(Schema::Object(object)) = schema
        {
            object.additional_properties = None;
        }
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rapport reference backend",
        description = "Times are RFC 3339 in UTC with milliseconds, ids are UUIDs. Errors are RFC 9457 \
            problems. Every answer carries X-Request-Id. Writes take an Idempotency-Key: the same \
            request with the same key gets the same answer for at least 30 days."
    ),
    components(schemas(Problem)),
    security(("bearer" = []), ("cookie" = [])),
    modifiers(&Schemes),
)]
struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = document.components.as_mut() {
            components.add_security_scheme(
                "bearer",
                SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
            );
            components.add_security_scheme(
                "cookie",
                SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::auth::COOKIE))),
            );
        }
    }
}

/// The id in the path. What is no UUID names nothing.
#[derive(Clone, Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found())?;
        let id = Uuid::try_parse(&text).map_err(|_| Problem::not_found())?;
        Ok(Self(id.to_string()))
    }
}

/// The query, with a problem where it does not fit.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri)
            .map(|Query(params)| Self(params))
            .map_err(|error| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "bad-query",
                    "The query cannot be read",
                )
                .detail(format!("{error}. Correct the named parameter."))
            })
    }
}

/// Whether a list of entity tags (RFC 9110, 13.1) holds this version.
fn names_version(
    headers: &HeaderMap,
    name: &header::HeaderName,
    version: &str,
    weak: bool,
) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| {
            let tag = if weak {
                tag.strip_prefix("W/").unwrap_or(tag)
            } else {
                tag
            };
            tag == "*" || tag.strip_prefix('"').and_then(|t| t.strip_suffix('"')) == Some(version)
        })
}

/// Whether the client has this version already.
#[must_use]
pub fn is_known(headers: &HeaderMap, version: &str) -> bool {
    names_version(headers, &header::IF_NONE_MATCH, version, true)
}

/// Checks `If-Match` against the record as it is now.
///
/// # Errors
/// 428 when there is none, 412 with the record when it names other versions.
pub fn check_match(headers: &HeaderMap, current: &serde_json::Value) -> Result<(), Problem> {
    if !headers.contains_key(header::IF_MATCH) {
        return Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "precondition-required",
            "The request must say which version it changes",
        )
        .detail("Send If-Match with the version that you read."));
    }
    let version = current["version"].as_str().unwrap_or_default();
    if names_version(headers, &header::IF_MATCH, version, false) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "stale",
        "The record has changed meanwhile",
    )
    .detail("Merge your change into `current` and send it with that version.")
    .current(current.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn weak_tags_do_not_allow_writing() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, HeaderValue::from_static("W/\"7\""));
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_static("\"6\", W/\"7\""),
        );
        let current = serde_json::json!({"version": "7"});
        assert_eq!(check_match(&headers, &current).unwrap_err().status, 412);
        assert!(is_known(&headers, "7"));
        headers.insert(header::IF_MATCH, HeaderValue::from_static("\"6\", \"7\""));
        assert!(check_match(&headers, &current).is_ok());
        headers.remove(header::IF_MATCH);
        assert_eq!(check_match(&headers, &current).unwrap_err().status, 428);
    }
}
