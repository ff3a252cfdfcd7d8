//! Writes that may be sent again. The answer to a write with an `Idempotency-Key` is kept in the
//! transaction of its effect: both are there or neither, whatever crashes. Refusals change nothing and
//! are not kept, so a mended request may use its key again.

use crate::app::App;
use crate::auth::Caller;
use crate::body::{Target, WriteRequest};
use crate::db::Tx;
use crate::db::sight::Touched;
use crate::problem::Problem;
use crate::text::digest;
use crate::time::{DAY, Time};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use sqlx::Row;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// How long answers are kept, in milliseconds.
pub const KEEP: i64 = 35 * DAY;

/// Tells that an answer was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Carries the key.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Keys whose write is being carried out.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

/// One entry of [`InFlight`]; leaves when dropped.
#[derive(Debug)]
pub struct Flight {
    all: InFlight,
    entry: (String, String),
}

impl InFlight {
    fn enter(&self, user: &str, key: &str) -> Option<Flight> {
        let entry = (user.to_owned(), key.to_owned());
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        set.insert(entry.clone()).then(|| Flight {
            all: self.clone(),
            entry,
        })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut set = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        set.remove(&self.entry);
    }
}

/// The answer to a write, before it is sent.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its own headers.
    pub headers: Vec<(HeaderName, String)>,
    /// Its body: JSON, or nothing.
    pub body: Vec<u8>,
}

impl Answer {
    /// A record with its entity tag.
    #[must_use]
    pub fn record(status: StatusCode, record: &serde_json::Value) -> Self {
        let version = record["version"].as_str().unwrap_or_default();
        Self {
            status,
            headers: vec![(header::ETAG, format!("\"{version}\""))],
            body: record.to_string().into_bytes(),
        }
    }

    /// With the place of the record.
    #[must_use]
    pub fn at(mut self, location: String) -> Self {
        self.headers.push((header::LOCATION, location));
        self
    }

    /// Done, nothing to say.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    fn into_response(self, replayed: bool) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NO_CONTENT {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        if replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// A write of one user: a transaction that ends with its answer.
#[derive(Debug)]
pub struct Write {
    /// The transaction.
    pub tx: Tx,
    /// What it touched.
    pub touched: Touched,
    /// The server's time of it.
    pub now: Time,
    app: App,
    user_id: String,
    key: Option<(String, Vec<u8>)>,
    _flight: Option<Flight>,
}

/// How a write begins.
#[derive(Debug)]
pub enum Begun {
    /// It was carried out before; this is the answer of then.
    Replay(Response),
    /// It is to be carried out.
    Fresh(Box<Write>),
}

/// A key that was claimed for a request whose body is not there yet.
#[derive(Debug, Default)]
pub struct Claim {
    key: Option<String>,
    flight: Option<Flight>,
}

/// Claims the request's key, if it has one.
///
/// # Errors
/// 409 while another request with the key is being carried out, 400 for an unusable key.
pub fn claim(app: &App, caller: &Caller, headers: &HeaderMap) -> Result<Claim, Problem> {
    let Some(value) = headers.get(&KEY) else {
        return Ok(Claim::default());
    };
    let key = value.to_str().unwrap_or_default().trim().trim_matches('"');
    if key.is_empty() || key.len() > 255 {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-key",
            "The Idempotency-Key cannot be used",
        )
        .detail("Send 1 to 255 visible ASCII characters, such as a UUID."));
    }
    let Some(flight) = app.in_flight().enter(&caller.user_id, key) else {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "in-progress",
            "A request with this Idempotency-Key is being carried out",
        )
        .detail("Wait a moment and send the same request again.")
        .retry_after(1));
    };
    Ok(Claim {
        key: Some(key.to_owned()),
        flight: Some(flight),
    })
}

/// Begins the write of a request with a JSON body.
///
/// # Errors
/// As [`claim`] and [`begin_claimed`].
pub async fn begin(app: &App, caller: &Caller, request: &WriteRequest) -> Result<Begun, Problem> {
    let claim = claim(app, caller, &request.headers)?;
    begin_claimed(
        app,
        caller,
        claim,
        &request.target,
        &digest(&[&request.body]),
    )
    .await
}

/// Begins the write of a request whose body has this digest.
///
/// # Errors
/// 422 when the key was used for another request.
pub async fn begin_claimed(
    app: &App,
    caller: &Caller,
    claim: Claim,
    target: &Target,
    body_digest: &[u8],
) -> Result<Begun, Problem> {
    let mut tx = app.db().write().await?;
    let mut kept = None;
    if let Some(key) = claim.key {
        let fingerprint = digest(&[
            target.method.as_str().as_bytes(),
            target.path.as_bytes(),
            body_digest,
        ]);
        if let Some(replay) = replay(&mut tx, &caller.user_id, &key, &fingerprint).await? {
            return Ok(Begun::Replay(replay));
        }
        kept = Some((key, fingerprint));
    }
    Ok(Begun::Fresh(Box::new(Write {
        tx,
        touched: Touched::default(),
        now: Time::now(),
        app: app.clone(),
        user_id: caller.user_id.clone(),
        key: kept,
        _flight: claim.flight,
    })))
}

async fn replay(
    tx: &mut Tx,
    user_id: &str,
    key: &str,
    fingerprint: &[u8],
) -> Result<Option<Response>, Problem> {
    let row = sqlx::query(
        "SELECT fingerprint, status, headers, body FROM idempotency WHERE user_id = ? AND key = ?",
    )
    .bind(user_id)
    .bind(key)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    if row.get::<&[u8], _>(0) != fingerprint {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-reused",
            "This Idempotency-Key belongs to another request",
        )
        .detail("Send a new key for a new request, or the same request again."));
    }
    let headers: Vec<(String, String)> = serde_json::from_str(row.get(2))?;
    let answer = Answer {
        status: u16::try_from(row.get::<i64, _>(1))
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok())
            .unwrap_or(StatusCode::OK),
        headers: headers
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, value)))
            .collect(),
        body: row.get(3),
    };
    Ok(Some(answer.into_response(true)))
}

impl Write {
    /// A write of the server itself in the name of a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn internal(app: &App, user_id: &str) -> Result<Self, Problem> {
        Ok(Self {
            tx: app.db().write().await?,
            touched: Touched::default(),
            now: Time::now(),
            app: app.clone(),
            user_id: user_id.to_owned(),
            key: None,
            _flight: None,
        })
    }

    /// Commits and tells the hints.
    ///
    /// # Errors
    /// When the database fails; then nothing was done.
    pub async fn commit(self) -> Result<(), Problem> {
        self.tx.commit().await?;
        self.app.hints().tell(self.touched);
        Ok(())
    }

    /// Keeps the answer, commits, tells the hints, and hands the answer out.
    ///
    /// # Errors
    /// When the database fails; then nothing was done.
    pub async fn finish(mut self, answer: Answer) -> Result<Response, Problem> {
        if let Some((key, fingerprint)) = &self.key {
            let headers: Vec<(&str, &str)> = answer
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            sqlx::query(
                "INSERT INTO idempotency
                 (user_id, key, fingerprint, status, headers, body, created_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(&self.user_id)
            .bind(key)
            .bind(fingerprint)
            .bind(i64::from(answer.status.as_u16()))
            .bind(serde_json::to_string(&headers)?)
            .bind(&answer.body)
            .bind(self.now.0)
            .execute(&mut *self.tx)
            .await?;
        }
        self.tx.commit().await?;
        self.app.hints().tell(self.touched);
        Ok(answer.into_response(false))
    }
}
