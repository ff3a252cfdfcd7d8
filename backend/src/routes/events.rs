//! Hints by server-sent events.

use super::answers::SignedIn;
use crate::app::App;
use crate::auth::Caller;
use crate::db::sessions;
use crate::db::sight::Touched;
use crate::problem::Problem;
use crate::time::Time;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often a comment line shows that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// The routes of this module.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// A stream with an event `changed` whenever something in the caller's feed may have changed. It holds
/// no data; ask the feed, once after connecting as well. A comment line comes every 20 seconds.
#[utoipa::path(get, path = "/api/v1/events", tag = "sync",
    responses(SignedIn,
        (status = 200, description = "The stream", body = String,
            content_type = "text/event-stream")))]
async fn events(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    // Listen first: what is committed from here on is not missed.
    let hints = app.hints().listen();
    let listener = Listener {
        keys: keys(&app, &caller.user_id).await?,
        app,
        caller,
        hints,
        greeted: false,
    };
    let lines = stream::unfold(listener, |mut listener| async move {
        let line = listener.next().await?;
        Some((Ok::<_, Infallible>(line), listener))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // nginx would hold the lines back until they fill a buffer.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

struct Listener {
    app: App,
    caller: Caller,
    hints: Receiver<Arc<Touched>>,
    keys: BTreeSet<i64>,
    greeted: bool,
}

impl Listener {
    async fn next(&mut self) -> Option<&'static str> {
        if !self.greeted {
            self.greeted = true;
            return Some(": connected\nretry: 2000\n\n");
        }
        let ending = self.app.ending().clone();
        loop {
            let hint = tokio::select! {
                () = ending.cancelled() => return None,
                () = tokio::time::sleep(HEARTBEAT) => {
                    return self.still_signed_in().await.then_some(":\n\n");
                }
                hint = self.hints.recv() => hint,
            };
            let concerns = match hint {
                Ok(touched) => self.concerns(&touched).await,
                // Too many to follow: something surely was for this listener, perhaps his rights.
                Err(RecvError::Lagged(_)) => {
                    self.reload_keys().await;
                    true
                }
                Err(RecvError::Closed) => return None,
            };
            if concerns {
                // An event without a data line would not be dispatched by browsers.
                return self
                    .still_signed_in()
                    .await
                    .then_some("event: changed\ndata:\n\n");
            }
        }
    }

    async fn concerns(&mut self, touched: &Touched) -> bool {
        let mut concerns = touched.keys.iter().any(|key| self.keys.contains(key));
        if touched.rights {
            concerns |= self.reload_keys().await;
        }
        concerns
    }

    /// Asks anew which keys the caller holds; returns whether they are others now.
    async fn reload_keys(&mut self) -> bool {
        let Ok(keys) = keys(&self.app, &self.caller.user_id).await else {
            return false;
        };
        let changed = keys != self.keys;
        self.keys = keys;
        changed
    }

    async fn still_signed_in(&self) -> bool {
        let Ok(mut tx) = self.app.db().read().await else {
            return false;
        };
        sessions::holder(&mut tx, &self.caller.token_hash, Time::now())
            .await
            .is_ok_and(|holder| holder.is_some())
    }
}

async fn keys(app: &App, user_id: &str) -> Result<BTreeSet<i64>, sqlx::Error> {
    let mut tx = app.db().read().await?;
    let keys: Vec<i64> = sqlx::query_scalar("SELECT key FROM user_key WHERE user_id = ?")
        .bind(user_id)
        .fetch_all(&mut *tx)
        .await?;
    Ok(keys.into_iter().collect())
}
