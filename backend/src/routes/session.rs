//! Signing in and out.

use super::answers::{JsonBody, SignedIn};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::body::WriteRequest;
use crate::db::people::LOGIN_MAX;
use crate::db::{records, sessions};
use crate::forwarded;
use crate::problem::{FieldError, Problem};
use crate::time::{DAY, Time};
use crate::wire::records::User;
use crate::wire::requests::SignIn;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rapport_domain::Kind;
use serde::Serialize;
use serde_json::Value;
use std::net::SocketAddr;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, current, sign_out))
}

/// A session.
#[derive(Serialize, ToSchema)]
struct Session {
    /// Who is signed in.
    #[schema(value_type = User)]
    user: Value,
    /// When the session ends if it is not used.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
    /// The bearer token, when one was asked for.
    token: Option<String>,
}

/// Signs in. Sets the cookie `rapport_session`, or hands out a token with `"bearer": true`.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", security(()), request_body = SignIn,
    responses(SignedIn, JsonBody,
        (status = 200, description = "Signed in", body = Session),
        (status = 403, description = "Sent by another site", body = Problem,
            content_type = "application/problem+json"),
        (status = 401, description = "Login or password is wrong", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/wrong-password", "title": "Login or password is wrong",
                "status": 401, "detail": "Check both and try again."})),
        (status = 422, description = "Not a sign-in", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords; see Retry-After", body = Problem,
            content_type = "application/problem+json")))]
async fn sign_in(
    State(app): State<App>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    request: WriteRequest,
) -> Result<Response, Problem> {
    auth::same_origin(&app, &headers, false)?;
    let wish: SignIn = request.json()?;
    if wish.login.chars().count() > LOGIN_MAX {
        return Err(Problem::invalid(vec![FieldError::new(
            "login",
            format!("is longer than {LOGIN_MAX} characters"),
            "give the login of an account",
        )]));
    }
    let now = Time::now();
    let address = forwarded::client(address.ip(), &headers, &app.config().trusted_proxies);
    app.throttle()
        .enter(&wish.login, address, now)
        .map_err(|wait| {
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-tries",
                "Too many wrong passwords",
            )
            .detail(format!("Wait {wait} seconds and try again."))
            .retry_after(wait)
        })?;
    let mut read = app.db().read().await?;
    let found = sessions::credentials(&mut read, &wish.login).await?;
    drop(read);
    let (user_id, stored) = found.map_or((None, None), |(id, hash)| (Some(id), hash));
    let right = app.passwords().verify(wish.password, stored).await;
    let Some(user_id) = user_id.filter(|_| right) else {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong-password",
            "Login or password is wrong",
        )
        .detail("Check both and try again."));
    };
    app.throttle().succeeded(&wish.login, address);
    let token = auth::new_token()?;
    let expires_at = now.plus(i64::from(app.config().session_days) * DAY);
    let mut tx = app.db().write().await?;
    sessions::start(
        &mut tx,
        &auth::hash_of(&token),
        &user_id,
        wish.bearer,
        now,
        expires_at,
    )
    .await?;
    let user = himself(&mut tx, &user_id).await?;
    tx.commit().await?;
    let cookie = (!wish.bearer).then(|| auth::cookie(&app, Some(&token)));
    let body = Json(Session {
        user,
        expires_at,
        token: wish.bearer.then_some(token),
    });
    Ok(match cookie {
        Some(cookie) => ([(header::SET_COOKIE, cookie)], body).into_response(),
        None => body.into_response(),
    })
}

/// Tells who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses(SignedIn,
        (status = 200, description = "Signed in", body = Session),
        (status = 401, description = "Not signed in", body = Problem,
            content_type = "application/problem+json",
            example = json!({"type": "/problems/unauthorized", "title": "You are not signed in",
                "status": 401, "detail": "Sign in and send the request again."}))))]
async fn current(State(app): State<App>, caller: Caller) -> Result<Json<Session>, Problem> {
    let mut tx = app.db().read().await?;
    Ok(Json(Session {
        user: himself(&mut tx, &caller.user_id).await?,
        expires_at: caller.expires_at,
        token: None,
    }))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses(SignedIn, (status = 204, description = "Signed out"),
        (status = 403, description = "Sent by another site", body = Problem,
            content_type = "application/problem+json")))]
async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let mut tx = app.db().write().await?;
    sessions::end(&mut tx, &caller.token_hash).await?;
    tx.commit().await?;
    let cookie = auth::cookie(&app, None);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

async fn himself(tx: &mut crate::db::Tx, user_id: &str) -> Result<Value, Problem> {
    records::one(tx, user_id, Kind::User, user_id)
        .await?
        .ok_or_else(|| Problem::internal("a user cannot see himself"))
}
