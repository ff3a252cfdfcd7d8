//! The change feed.

use super::Params;
use super::answers::{Query, SignedIn};
use crate::app::App;
use crate::auth::Caller;
use crate::feed;
use crate::problem::Problem;
use crate::wire::requests::Changes;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(changes))
}

/// Where to go on and how far.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ChangesParams {
    /// The cursor of the last page; from the beginning when absent.
    since: Option<String>,
    /// Most changes on the page (1 to 1000).
    #[param(default = 500, minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// What changed since the cursor: each record at most once, as it is now; what went out of sight as a
/// tombstone. Without a cursor, all there is.
#[utoipa::path(get, path = "/api/v1/changes", tag = "sync", params(ChangesParams),
    responses(SignedIn, Query,
        (status = 200, description = "A page of changes", body = Changes),
        (status = 410, description = "The cursor cannot be continued; begin anew", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/cursor-lost",
                "title": "The cursor is not of this database", "status": 410,
                "detail": "Fetch everything again: leave out `since`."}))))]
async fn changes(
    State(app): State<App>,
    caller: Caller,
    Params(params): Params<ChangesParams>,
) -> Result<Json<Changes>, Problem> {
    let mut tx = app.db().read().await?;
    let limit = params.limit.unwrap_or(500).clamp(1, 1000);
    let page = feed::page(
        &mut tx,
        app.db().identity(),
        &caller.user_id,
        params.since.as_deref(),
        limit,
    )
    .await?;
    Ok(Json(page))
}
