//! Adding comments.

use super::Id;
use super::answers::{JsonBody, Record, SignedIn, Writing};
use crate::app::App;
use crate::auth::Caller;
use crate::body::WriteRequest;
use crate::db::records;
use crate::idempotency::{self, Answer, Begun};
use crate::problem::Problem;
use crate::ticket_rules::{create, say};
use crate::wire::records::Comment;
use crate::wire::requests::NewComment;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use rapport_domain::Kind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add))
}

/// Adds a comment under the id that the client made. A customer's comment on a pending ticket sets the
/// ticket to work again.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/comments", tag = "ticket",
    request_body = NewComment,
    params(("id" = uuid::Uuid, Path, description = "The ticket's id"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same request gets the same answer")),
    responses(SignedIn, Record, Writing, JsonBody,
        (status = 201, description = "Added", body = Comment),
        (status = 200, description = "The same comment was added before", body = Comment),
        (status = 409, description = "The ticket is closed, the id is taken, or the key is in use",
            body = Problem, content_type = "application/problem+json",
            example = json!({"type": "/problems/ticket-closed", "title": "The ticket is closed",
                "status": 409, "detail": "Reopen it first, or file a new one."}))))]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Id(ticket): Id,
    request: WriteRequest,
) -> Result<Response, Problem> {
    let wish: NewComment = request.json()?;
    let mut write = match idempotency::begin(&app, &caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let id = wish.id.to_string();
    let made = say::say(&mut write, &caller, &ticket, wish).await?;
    let record = records::one(&mut write.tx, &caller.user_id, Kind::Comment, &id)
        .await?
        .ok_or_else(create::id_taken)?;
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    write.finish(Answer::record(status, &record)).await
}
