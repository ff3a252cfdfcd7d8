//! Who is calling: the session behind a cookie or a bearer token, and the checks that keep other
//! sites from using somebody's cookie.

use crate::app::App;
use crate::db::sessions;
use crate::problem::Problem;
use crate::time::{DAY, Time};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Name of the session cookie.
pub const COOKIE: &str = "rapport_session";

/// A signed-in user.
#[derive(Clone, Debug)]
pub struct Caller {
    /// His id.
    pub user_id: String,
    /// His role.
    pub role: String,
    /// The hash of his session's token.
    pub token_hash: Vec<u8>,
    /// When his session ends if it is not used.
    pub expires_at: Time,
}

impl Caller {
    /// Whether he is one of a customer's people.
    #[must_use]
    pub fn is_customer(&self) -> bool {
        self.role.starts_with("customer_")
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Some(token) = token_of(&parts.headers) else {
            return Err(unauthorized());
        };
        let hash = hash_of(token.text);
        let now = Time::now();
        let mut tx = app.db().read().await?;
        let holder = sessions::holder(&mut tx, &hash, now).await?;
        drop(tx);
        // A token is good only for the way it was handed out for: a cookie's token in a header
        // would go round the checks below.
        let holder = holder
            .filter(|holder| holder.bearer == token.bearer)
            .ok_or_else(unauthorized)?;
        if !token.bearer && !parts.method.is_safe() {
            same_origin(app, &parts.headers, true)?;
        }
        let expires_at = slide(app, &hash, holder.expires_at, now).await?;
        Ok(Self {
            user_id: holder.user_id,
            role: holder.role,
            token_hash: hash,
            expires_at,
        })
    }
}

/// Lets the session last longer, but writes only once in a while.
async fn slide(app: &App, hash: &[u8], expires_at: Time, now: Time) -> Result<Time, Problem> {
    let whole = i64::from(app.config().session_days) * DAY;
    if expires_at.0 - now.0 > whole - DAY / 4 {
        return Ok(expires_at);
    }
    let later = now.plus(whole);
    let mut tx = app.db().write().await?;
    sessions::extend(&mut tx, hash, later).await?;
    tx.commit().await?;
    Ok(later)
}

/// The answer to somebody who is not signed in.
#[must_use]
pub fn unauthorized() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "You are not signed in",
    )
    .detail("Sign in and send the request again.")
    .header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"rapport\""),
    )
}

/// A new session token: 256 random bits.
///
/// # Errors
/// When the system gives no random numbers.
pub fn new_token() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Problem::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token. It is random through and through, so a plain digest will do.
#[must_use]
pub fn hash_of(token: &str) -> Vec<u8> {
    crate::text::digest(&[token.as_bytes()])
}

/// The cookie that carries a token, or takes it away.
#[must_use]
pub fn cookie(app: &App, token: Option<&str>) -> String {
    let path = &app.config().base;
    let secure = app
        .config()
        .public_origin
        .as_deref()
        .is_some_and(|origin| origin.starts_with("https://"));
    let secure = if secure { "; Secure" } else { "" };
    // The cookie outlives the session: how long a session lasts is decided here, not by the browser.
    let (value, age) = token.map_or(("", 0), |token| (token, 34_560_000));
    format!("{COOKIE}={value}; Path={path}; HttpOnly; SameSite=Strict; Max-Age={age}{secure}")
}

struct Token<'a> {
    text: &'a str,
    bearer: bool,
}

fn token_of(headers: &HeaderMap) -> Option<Token<'_>> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| Token {
            text: text.trim(),
            bearer: true,
        });
    }
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, text)| Token {
            text,
            bearer: false,
        })
}

/// Refuses a request that another site made the browser send. A browser names the origin of every
/// unsafe request; `required` refuses one that names none.
///
/// # Errors
/// When the request comes from elsewhere.
pub fn same_origin(app: &App, headers: &HeaderMap, required: bool) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let refuse = |what: &str| {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "cross-site",
            "The request does not come from this site",
        )
        .detail(format!(
            "{what} Programs sign in with \"bearer\": true and send the token in the \
             Authorization header."
        )))
    };
    let site = text("sec-fetch-site");
    if let Some(site) = site
        && site != "same-origin"
        && site != "none"
    {
        return refuse("Sec-Fetch-Site names another site.");
    }
    let Some(origin) = text("origin") else {
        if required && site.is_none() {
            return refuse(
                "The request has a session cookie but neither Origin nor Sec-Fetch-Site.",
            );
        }
        return Ok(());
    };
    let expected = match &app.config().public_origin {
        Some(public) => origin.eq_ignore_ascii_case(public),
        None => {
            let host = text("host").unwrap_or_default();
            let named = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            !host.is_empty() && named.is_some_and(|named| named.eq_ignore_ascii_case(host))
        }
    };
    if expected {
        Ok(())
    } else {
        refuse("Origin names another site.")
    }
}
