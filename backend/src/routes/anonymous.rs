//! Answers to anonymous surveys: taken from nobody in particular.

use super::answers::JsonBody;
use crate::app::App;
use crate::auth;
use crate::body::WriteRequest;
use crate::idempotency::{Answer, Write};
use crate::problem::Problem;
use crate::record_rules::anonymous;
use crate::text::digest;
use crate::time::Time;
use crate::wire::plain::{self, Form, NewAnonymousResponse};
use crate::wire::records::Meta;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use rapport_domain::{AnonymousResponse, Kind, Record, Stamp, Timestamp, Typed};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(cast))
}

/// Takes answers to an anonymous survey. Sent without a session: a request that carries one is refused,
/// so that no client names its user by mistake. The id is what makes it safe to send again.
#[utoipa::path(post, path = "/api/v1/anonymous-responses", tag = "anonymous response", security(()),
    request_body = NewAnonymousResponse,
    responses(JsonBody,
        (status = 201, description = "Taken", body = plain::AnonymousResponse),
        (status = 200, description = "The same was taken before", body = plain::AnonymousResponse),
        (status = 403, description = "Sent with a session, or by another site", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "The id is taken, or the survey is closed", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "Fields need attention", body = Problem,
            content_type = "application/problem+json"),
        (status = "5XX", description = "The server is at fault or too busy", body = Problem,
            content_type = "application/problem+json")))]
async fn cast(State(app): State<App>, request: WriteRequest) -> Result<Response, Problem> {
    const KIND: Kind = Kind::AnonymousResponse;
    auth::same_origin(&app, &request.headers, false)?;
    let body = request.json()?;
    let named = [header::COOKIE, header::AUTHORIZATION];
    if named.iter().any(|name| request.headers.contains_key(name)) {
        return Err(Problem::forbidden(
            "The request says who sends it. Send it without cookie and Authorization header.",
        ));
    }
    let said = plain::read(KIND, Form::New, &body).map_err(Problem::invalid)?;
    let mut record = Record {
        kind: KIND,
        id: said.id,
        stamp: Stamp::said_now(Timestamp(said.said_at.unwrap_or_else(Time::now).0)),
        fields: said.fields,
    };
    record.fields.retain(|_, value| !value.is_null());
    let response = AnonymousResponse::of(&record).ok_or_else(Problem::not_found)?;
    // Nobody takes the writer's turn who has no ballot.
    anonymous::opened(&mut *app.db().read().await?, &response).await?;
    let hash = digest(&[
        KIND.as_str().as_bytes(),
        &serde_json::to_vec(&record.fields)?,
    ]);
    let mut write = Write::internal(&app, "").await?;
    let made = anonymous::cast(&mut write, &mut record, hash).await?;
    let at = Time(record.stamp.said_at.0);
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let meta = Meta {
        id: record.id,
        version: "1".to_owned(),
        updated_at: at,
        said_at: at,
        received_at: at,
    };
    let answer = plain::write(KIND, &meta, &record.fields);
    write.finish(Answer::record(status, &answer)).await
}
