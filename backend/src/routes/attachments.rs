//! Adding and fetching files.

use super::answers::{Record, SignedIn, Writing};
use super::{Id, Params, is_known};
use crate::app::App;
use crate::auth::Caller;
use crate::body::{Target, too_large};
use crate::db::thread::{self, AttachmentRow};
use crate::db::{records, sight};
use crate::files::Received;
use crate::idempotency::{self, Answer, Begun, Write};
use crate::problem::{FieldError, Problem};
use crate::ticket_rules::{create, say};
use crate::time::Time;
use crate::wire::records::Attachment;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rapport_domain::Kind;
use rapport_domain::ticket::check_length;
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(content))
}

/// What is said about the file; the body is its bytes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AttachmentParams {
    /// Its id, made by the client.
    id: Uuid,
    /// Its name.
    name: String,
    /// When it was said, by the client's clock.
    #[param(value_type = String, format = DateTime)]
    said_at: Time,
    /// The comment it comes with.
    comment_id: Option<Uuid>,
}

/// Adds a file. The body is its bytes, Content-Type its media type.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/attachments", tag = "ticket",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("id" = Uuid, Path, description = "The ticket's id"), AttachmentParams,
        ("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same request gets the same answer")),
    responses(SignedIn, Record, Writing,
        (status = 201, description = "Added", body = Attachment),
        (status = 200, description = "The same file was added before", body = Attachment),
        (status = 400, description = "The query cannot be read, the request broke off, or its key cannot \
                be used", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The ticket is closed, the id is taken, or the key is in use",
            body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/too-large", "title": "The content is too large",
                "status": 413, "detail": "At most 10000000 bytes are accepted. Send a smaller one."}))))]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Id(ticket): Id,
    Params(params): Params<AttachmentParams>,
    request: Request,
) -> Result<Response, Problem> {
    let claim = idempotency::claim(&app, &caller, request.headers())?;
    let target = Target::of(&request);
    let media_type = media_type(request.headers());
    let limit = app.config().max_attachment;
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    // Before the bytes come in; the transaction asks again.
    let mut read = app.db().read().await?;
    if !sight::visible(&mut read, &caller.user_id, Kind::Ticket, &ticket).await? {
        return Err(Problem::not_found());
    }
    drop(read);
    let idle = app.config().idle();
    let received = app
        .files()
        .receive(request.into_body(), limit, idle)
        .await?;
    let digest = received.sha256.as_bytes();
    let mut write = match idempotency::begin_claimed(&app, &caller, claim, &target, digest).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let id = params.id.to_string();
    let made = attach(&mut write, &caller, &ticket, params, media_type, &received).await?;
    let record = records::one(&mut write.tx, &caller.user_id, Kind::Attachment, &id)
        .await?
        .ok_or_else(create::id_taken)?;
    let status = if made {
        // The bytes are in place before the row counts.
        app.files()
            .keep(received)
            .await
            .map_err(Problem::internal)?;
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let place = app.path(&format!("api/v1/attachments/{id}"));
    write
        .finish(Answer::record(status, &record).at(place))
        .await
}

async fn attach(
    write: &mut Write,
    caller: &Caller,
    ticket: &str,
    params: AttachmentParams,
    media_type: String,
    received: &Received,
) -> Result<bool, Problem> {
    if !sight::visible(&mut write.tx, &caller.user_id, Kind::Ticket, ticket).await? {
        return Err(Problem::not_found());
    }
    let row = AttachmentRow {
        id: params.id.to_string(),
        ticket_id: ticket.to_owned(),
        comment_id: params.comment_id.map(|id| id.to_string()),
        name: params.name.trim().to_owned(),
        media_type,
        size: i64::try_from(received.size).map_err(Problem::internal)?,
        sha256: received.sha256.clone(),
        by_id: caller.user_id.clone(),
        said_at: params.said_at.0,
        received_at: write.now.0,
    };
    if let Some(before) = thread::find_attachment(&mut write.tx, &row.id).await? {
        let same = AttachmentRow {
            received_at: row.received_at,
            ..before
        };
        return if same == row {
            Ok(false)
        } else {
            Err(create::id_taken())
        };
    }
    say::may_add(write, caller, ticket).await?;
    let mut faults = Vec::new();
    check_length(&mut faults, "name", &row.name, 1, 255);
    let mut faults: Vec<FieldError> = faults.into_iter().map(FieldError::from).collect();
    if row
        .name
        .chars()
        .any(|c| c.is_control() || "/\\".contains(c))
    {
        faults.push(FieldError::new(
            "name",
            "holds characters that no file name has",
            "give the name without its directory",
        ));
    }
    if let Some(comment) = &row.comment_id {
        let found = thread::find_comment(&mut write.tx, comment).await?;
        let fits = found
            .is_some_and(|found| found.ticket_id == ticket && found.author_id == caller.user_id);
        if !fits {
            faults.push(FieldError::new(
                "comment_id",
                "is no comment of yours on this ticket",
                "send the comment first, or leave it out",
            ));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    thread::add_attachment(&mut write.tx, &mut write.touched, &row).await?;
    Ok(true)
}

/// The file's media type as the client says it; it is only ever handed out as a download.
fn media_type(headers: &HeaderMap) -> String {
    let fits = |text: &&str| {
        text.len() <= 127
            && text.split_once('/').is_some_and(|(kind, sub)| {
                let token = |part: &str| {
                    !part.is_empty()
                        && part
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
                };
                token(kind) && token(sub)
            })
    };
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .map(str::trim)
        .filter(fits)
        .unwrap_or("application/octet-stream")
        .to_ascii_lowercase()
}

/// The bytes of a file, as a download.
#[utoipa::path(get, path = "/api/v1/attachments/{id}/content", tag = "attachment",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(SignedIn, Record,
        (status = 200, description = "The bytes, as the media type that they were sent as",
            body = Vec<u8>, content_type = "*/*"),
        (status = 304, description = "As If-None-Match says")))]
async fn content(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = app.db().read().await?;
    if !sight::visible(&mut tx, &caller.user_id, Kind::Attachment, &id).await? {
        return Err(Problem::not_found());
    }
    let row = thread::find_attachment(&mut tx, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    drop(tx);
    let tag = (header::ETAG, format!("\"{}\"", row.sha256));
    // A file never changes, but who may see it does: ask every time.
    let cache = (header::CACHE_CONTROL, "private, no-cache".to_owned());
    if is_known(&headers, &row.sha256) {
        return Ok((StatusCode::NOT_MODIFIED, [tag, cache]).into_response());
    }
    let file = app
        .files()
        .open(&row.sha256)
        .await
        .map_err(Problem::internal)?;
    let headers = [
        tag,
        cache,
        (header::CONTENT_TYPE, row.media_type),
        (header::CONTENT_LENGTH, row.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&row.name)),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

/// `Content-Disposition` (RFC 6266): a plain name for old readers, the true one in UTF-8.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("Größe \"1\".pdf"),
            "attachment; filename=\"Gr__e _1_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.pdf"
        );
        assert!(!disposition("a\r\nSet-Cookie: x").contains('\n'));
    }
}
