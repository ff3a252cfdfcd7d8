//! The API's description as pages for people: Swagger UI, from the program itself and from nowhere else.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, serve};

/// What the pages may load; they set styles of their own.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The routes of this module. They are no part of the API, and so not of its description.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/api/docs", get(enter))
        .route("/api/docs/", get(index))
        .route("/api/docs/{file}", get(file))
}

/// The pages name their files relative to the folder.
async fn enter(State(app): State<App>) -> Redirect {
    Redirect::permanent(&app.path("api/docs/"))
}

async fn index(State(app): State<App>) -> Result<Response, Problem> {
    page(&app, "")
}

async fn file(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Problem> {
    page(&app, &file)
}

fn page(app: &App, file: &str) -> Result<Response, Problem> {
    // Trying requests out would write into a database that is in use.
    let config = Config::new([app.path("api/openapi.json")])
        .use_base_layout()
        .supported_submit_methods(Vec::<String>::new())
        .doc_expansion("none")
        .default_models_expand_depth(-1);
    let found =
        serve(file, Arc::new(config)).map_err(|error| Problem::internal(error.to_string()))?;
    let found = found.ok_or_else(Problem::not_found)?;
    let mut response = found.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(media) = HeaderValue::try_from(found.content_type) {
        headers.insert(header::CONTENT_TYPE, media);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}
