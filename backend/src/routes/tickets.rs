//! Filing and changing tickets.

use super::answers::{JsonBody, Record, SignedIn, Versioned, Writing};
use super::{Id, check_match};
use crate::app::App;
use crate::auth::Caller;
use crate::body::WriteRequest;
use crate::db::records;
use crate::idempotency::{self, Answer, Begun};
use crate::problem::Problem;
use crate::ticket_rules::{change, create};
use crate::wire::records::Ticket;
use crate::wire::requests::{NewTicket, TicketPatch};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use rapport_domain::Kind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(file))
        .routes(routes!(patch))
}

/// Files a ticket under the id that the client made.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "ticket", request_body = NewTicket,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request gets the same answer")),
    responses(SignedIn, Writing, JsonBody,
        (status = 201, description = "Filed", body = Ticket),
        (status = 200, description = "The same ticket was filed before", body = Ticket),
        (status = 409, description = "The id is another ticket's, or the key is in use", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/id-taken", "title": "This id is taken",
                "status": 409, "detail": "Make a new id and send the ticket again."}))))]
async fn file(
    State(app): State<App>,
    caller: Caller,
    request: WriteRequest,
) -> Result<Response, Problem> {
    let wish: NewTicket = request.json()?;
    let mut write = match idempotency::begin(&app, &caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let id = wish.id.to_string();
    let made = create::file(&mut write, &caller, wish).await?;
    let record = records::one(&mut write.tx, &caller.user_id, Kind::Ticket, &id)
        .await?
        .ok_or_else(create::id_taken)?;
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let place = app.path(&format!("api/v1/tickets/{id}"));
    write
        .finish(Answer::record(status, &record).at(place))
        .await
}

/// Changes a ticket: a JSON merge patch. Customers close, reopen and reword their own; the service
/// desk moves and assigns.
#[utoipa::path(patch, path = "/api/v1/tickets/{id}", tag = "ticket",
    request_body(content((TicketPatch = "application/json"),
        (TicketPatch = "application/merge-patch+json"))),
    params(("id" = uuid::Uuid, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "The version that is changed"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same request gets the same answer")),
    responses(SignedIn, Record, Writing, JsonBody, Versioned,
        (status = 200, description = "Changed", body = Ticket),
        (status = 409, description = "The ticket is over, or the key is in use", body = Problem,
            content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile; `current` is how it is now", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/stale", "title": "The record has changed meanwhile",
                "status": 412, "detail": "Merge your change into `current` and send it with that version.",
                "current": {"id": "0198f3a2-7c11-7d3e-9f00-000000000001", "version": "8"}}))))]
async fn patch(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    request: WriteRequest,
) -> Result<Response, Problem> {
    let wish: TicketPatch = request.json()?;
    let mut write = match idempotency::begin(&app, &caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let viewer = &caller.user_id;
    let current = records::one(&mut write.tx, viewer, Kind::Ticket, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    check_match(&request.headers, &current)?;
    change::apply(&mut write, &caller, &id, wish).await?;
    let record = records::one(&mut write.tx, viewer, Kind::Ticket, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    write.finish(Answer::record(StatusCode::OK, &record)).await
}
