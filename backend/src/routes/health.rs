//! Whether the server works.

use crate::app::App;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health))
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
