//! The application: what all requests share, and the router with the layers around it.

use crate::config::ServeConfig;
use crate::db::Db;
use crate::files::FileStore;
use crate::hints::Hints;
use crate::idempotency::InFlight;
use crate::password::Passwords;
use crate::problem::{Problem, REQUEST_ID};
use crate::throttle::Throttle;
use crate::{routes, static_files};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _};

/// What all requests share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    config: ServeConfig,
    db: Db,
    files: FileStore,
    hints: Hints,
    in_flight: InFlight,
    passwords: Passwords,
    throttle: Throttle,
    ending: CancellationToken,
    document: OnceLock<String>,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        config: ServeConfig,
        db: Db,
        files: FileStore,
        passwords: Passwords,
        ending: CancellationToken,
    ) -> Self {
        Self(Arc::new(Parts {
            config,
            db,
            files,
            hints: Hints::default(),
            in_flight: InFlight::default(),
            passwords,
            throttle: Throttle::default(),
            ending,
            document: OnceLock::new(),
        }))
    }

    /// The options of `serve`.
    #[must_use]
    pub fn config(&self) -> &ServeConfig {
        &self.0.config
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The bytes of attachments.
    #[must_use]
    pub fn files(&self) -> &FileStore {
        &self.0.files
    }

    /// Hints to connected clients.
    #[must_use]
    pub fn hints(&self) -> &Hints {
        &self.0.hints
    }

    /// Keys whose write is being carried out.
    #[must_use]
    pub fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }

    /// Checks passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Remembers wrong passwords.
    #[must_use]
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// The description of the API, as JSON.
    #[must_use]
    pub fn document(&self) -> &str {
        self.0.document.get().map_or("{}", String::as_str)
    }

    /// Cancelled when the server ends: what lasts has to end then.
    #[must_use]
    pub fn ending(&self) -> &CancellationToken {
        &self.0.ending
    }

    /// The path of an API resource, as clients see it.
    #[must_use]
    pub fn path(&self, below_base: &str) -> String {
        format!("{}{below_base}", self.0.config.base)
    }
}

/// The router with all its layers.
pub fn router(app: App) -> Router {
    let (api, document) = routes::described(&app.config().base);
    let _ = app.0.document.set(document.to_json().unwrap_or_default());
    let api = api
        .route("/api/{*rest}", axum::routing::any(no_such_path))
        .method_not_allowed_fallback(no_such_method)
        .fallback(static_files::serve);
    let base = app.config().base.clone();
    let whole = match base.trim_end_matches('/') {
        "" => api,
        prefix => {
            let home = base.clone();
            let to_base = move || async move { Redirect::temporary(&home) };
            Router::new()
                .route("/", get(to_base.clone()))
                .route(prefix, get(to_base))
                // `nest` leaves out the prefix with its slash, which is the front page.
                .route(&base, get(static_files::index))
                .nest(prefix, api)
                .fallback(no_such_path)
        }
    };
    whole
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_no_download)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), around))
        .with_state(app)
}

/// Files go out byte for byte, with their length: their entity tag is the digest of their bytes.
fn is_no_download(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::CONTENT_DISPOSITION)
}

async fn no_such_path() -> Problem {
    Problem::not_found().detail("The API has no such path; see /api/openapi.json.")
}

async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "The path does not take this method",
    )
    .detail("See /api/openapi.json.")
}

fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let words = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    Problem::internal(format_args!("panic: {words}")).into_response()
}

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives each request its id, its line in the log, and the headers that every answer carries.
async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let begun = Instant::now();
    let mut response = REQUEST_ID.scope(id.clone(), next.run(request)).await;
    let status = response.status();
    let ms = begun.elapsed().as_millis();
    if status.is_server_error() {
        tracing::warn!(request_id = %id, %method, path, status = status.as_u16(), ms, "request");
    } else {
        tracing::info!(request_id = %id, %method, path, status = status.as_u16(), ms, "request");
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    if path.starts_with(&app.path("api/")) {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// The caller's request id, if it is a plain short word, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let fits = |text: &&str| {
        (8..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    headers
        .get(REQUEST_ID_HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(fits)
        .map_or_else(
            || uuid::Uuid::now_v7().simple().to_string(),
            ToOwned::to_owned,
        )
}
