//! What the server says about itself: whether it works, its API, and the profile for its client.

use crate::app::App;
use crate::problem::Problem;
use crate::static_files;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(document))
        .routes(routes!(profile))
}

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok` when requests can be answered.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Says whether the server and its database answer.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()),
    responses((status = 200, description = "All is well", body = Health),
        (status = 503, description = "The database does not answer", body = Problem,
            content_type = "application/problem+json")))]
async fn health(State(app): State<App>) -> Result<Json<Health>, Problem> {
    let mut tx = app.db().read().await?;
    sqlx::query("SELECT 1 FROM meta LIMIT 1")
        .fetch_optional(&mut *tx)
        .await?;
    Ok(Json(Health { status: "ok" }))
}

/// This description of the API.
#[utoipa::path(get, path = "/api/openapi.json", tag = "health", security(()),
    responses((status = 200, description = "The description", body = Object)))]
async fn document(State(app): State<App>) -> impl IntoResponse {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, app.document().to_owned())
}

/// The connector profile for the client.
#[utoipa::path(get, path = "/profile.json", tag = "health", security(()),
    responses((status = 200, description = "The profile", body = Object),
        (status = 304, description = "As If-None-Match says"),
        (status = 404, description = "None is served", body = Problem,
            content_type = "application/problem+json")))]
async fn profile(State(app): State<App>, headers: HeaderMap) -> Response {
    static_files::profile(&app, &headers).await
}
