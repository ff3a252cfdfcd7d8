//! Writing services, forms and announcements; for administrators.

use super::answers::{JsonBody, Record, SignedIn, Versioned, Writing};
use super::{Id, check_match};
use crate::app::App;
use crate::auth::Caller;
use crate::body::WriteRequest;
use crate::db::{catalogue, records};
use crate::forms;
use crate::idempotency::{self, Answer, Begun, Write};
use crate::problem::{FieldError, Problem};
use crate::wire::catalogue::{AnnouncementBody, Audience, FormBody, ServiceBody};
use crate::wire::records::{Announcement, Form, Service};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use rapport_domain::{Date, Kind, Lifecycle, Role, Severity};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

macro_rules! writable {
    ($($kind:ident $record:ident $body:ident $words:literal $path:literal: $put:ident $delete:ident $faults:expr;)+) => {
        /// The routes of this module.
        pub fn routes() -> OpenApiRouter<App> {
            OpenApiRouter::new()$(.routes(routes!($put, $delete)))+
        }

        $(
            #[utoipa::path(put, path = $path, tag = $words,
                summary = concat!("Writes one ", $words, ": a new one with If-None-Match: *, else with If-Match."), request_body = $body,
                params(("id" = uuid::Uuid, Path, description = "Its id"),
                    ("If-Match" = Option<String>, Header, description = "The version that is changed"),
                    ("If-None-Match" = Option<String>, Header, description = "`*` for a new one"),
                    ("Idempotency-Key" = Option<String>, Header,
                        description = "The same key with the same request gets the same answer")),
                responses(SignedIn, Record, Writing, JsonBody, Versioned,
                    (status = 200, description = "Changed", body = $record),
                    (status = 201, description = "Made", body = $record)))]
            async fn $put(
                State(app): State<App>,
                caller: Caller,
                Id(id): Id,
                request: WriteRequest,
            ) -> Result<Response, Problem> {
                put::<$body>(&app, &caller, Kind::$kind, id, request, $faults).await
            }

            #[utoipa::path(delete, path = $path, tag = $words, summary = concat!("Deletes one ", $words, "."),
                params(("id" = uuid::Uuid, Path, description = "Its id"),
                    ("If-Match" = String, Header, description = "The version that is deleted"),
                    ("Idempotency-Key" = Option<String>, Header,
                        description = "The same key with the same request gets the same answer")),
                responses(SignedIn, Record, Writing, Versioned,
                    (status = 204, description = "Deleted")))]
            async fn $delete(
                State(app): State<App>,
                caller: Caller,
                Id(id): Id,
                request: WriteRequest,
            ) -> Result<Response, Problem> {
                delete(&app, &caller, Kind::$kind, id, request).await
            }
        )+
    };
}

writable! {
    Service Service ServiceBody "service" "/api/v1/services/{id}":
        put_service delete_service service_faults;
    Form Form FormBody "form" "/api/v1/forms/{id}": put_form delete_form forms::faults;
    Announcement Announcement AnnouncementBody "announcement" "/api/v1/announcements/{id}":
        put_announcement delete_announcement announcement_faults;
}

async fn put<T: DeserializeOwned + Serialize + Send>(
    app: &App,
    caller: &Caller,
    kind: Kind,
    id: String,
    request: WriteRequest,
    faults: fn(&T) -> Vec<FieldError>,
) -> Result<Response, Problem> {
    may_write(app, caller).await?;
    let body: T = request.json()?;
    let wrong = faults(&body);
    let mut write = match idempotency::begin(app, caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    let current = records::one(&mut write.tx, &caller.user_id, kind, &id).await?;
    let wants_new = request
        .headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value == "*");
    let status = match &current {
        Some(current) if wants_new => {
            return Err(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "The record is there already",
            )
            .detail("Merge your change into `current` and send it with that version.")
            .current(current.clone()));
        }
        Some(current) => {
            check_match(&request.headers, current)?;
            StatusCode::OK
        }
        None if wants_new => StatusCode::CREATED,
        None if request.headers.contains_key(header::IF_MATCH) => {
            return Err(Problem::not_found()
                .detail("It may have been deleted. Send If-None-Match: * to make it anew."));
        }
        None => {
            check_match(&request.headers, &serde_json::Value::Null)?;
            StatusCode::CREATED
        }
    };
    let json = serde_json::to_string(&body)?;
    let Write {
        tx, touched, now, ..
    } = &mut *write;
    catalogue::put(tx, touched, kind, &id, &json, *now).await?;
    let record = records::one(tx, &caller.user_id, kind, &id)
        .await?
        .ok_or_else(|| Problem::internal("an administrator cannot see what he wrote"))?;
    write.finish(Answer::record(status, &record)).await
}

async fn delete(
    app: &App,
    caller: &Caller,
    kind: Kind,
    id: String,
    request: WriteRequest,
) -> Result<Response, Problem> {
    may_write(app, caller).await?;
    let mut write = match idempotency::begin(app, caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let current = records::one(&mut write.tx, &caller.user_id, kind, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    check_match(&request.headers, &current)?;
    let Write {
        tx, touched, now, ..
    } = &mut *write;
    catalogue::delete(tx, touched, kind, &id, *now).await?;
    write.finish(Answer::empty()).await
}

async fn may_write(app: &App, caller: &Caller) -> Result<(), Problem> {
    let mut tx = app.db().read().await?;
    if catalogue::may_write(&mut tx, &caller.user_id).await? {
        return Ok(());
    }
    Err(Problem::forbidden(
        "Only administrators change the catalogue and announcements.",
    ))
}

/// What is wrong with a service somebody wants to save.
pub(crate) fn service_faults(body: &ServiceBody) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if body.name.default.trim().is_empty() {
        faults.push(FieldError::new(
            "name.default",
            "is required",
            "give a name",
        ));
    }
    if matches!(
        Lifecycle::from(body.lifecycle.as_str()),
        Lifecycle::Other(_)
    ) {
        faults.push(FieldError::new(
            "lifecycle",
            format!("“{}” is not known here", body.lifecycle),
            "give one of: pipeline, live, retiring, retired",
        ));
    }
    for (index, audience) in body.audience.iter().enumerate() {
        if let Audience::Role(role) = audience
            && matches!(Role::from(role.as_str()), Role::Other(_))
        {
            faults.push(FieldError::new(
                format!("audience[{index}].role"),
                format!("“{role}” is not known here"),
                "give one of: customer_user, customer_manager, brm, agent, administrator",
            ));
        }
    }
    if let Some(day) = &body.reviewed_on
        && Date::parse(day).is_none()
    {
        faults.push(FieldError::new(
            "reviewed_on",
            "is not a date",
            "write YYYY-MM-DD",
        ));
    }
    faults
}

fn announcement_faults(body: &AnnouncementBody) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if body.title.default.trim().is_empty() {
        faults.push(FieldError::new(
            "title.default",
            "is required",
            "give a title",
        ));
    }
    if matches!(Severity::from(body.severity.as_str()), Severity::Other(_)) {
        faults.push(FieldError::new(
            "severity",
            format!("“{}” is not known here", body.severity),
            "give one of: info, warning, outage",
        ));
    }
    if body.ends_at.is_some_and(|end| end < body.starts_at) {
        faults.push(FieldError::new(
            "ends_at",
            "lies before the beginning",
            "give a later time, or null",
        ));
    }
    faults
}
