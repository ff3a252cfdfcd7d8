//! The server's truth: its REST API used directly, as one of the demonstration's people.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::proxy::sha256;
use crate::wait;

/// The password of everybody in the demonstration.
pub const PASSWORD: &str = "demo";

/// A signed-in user of the API.
#[derive(Clone)]
pub struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    root: String,
    token: String,
    /// Who it is.
    pub user: Value,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Reply {
    /// Status.
    pub status: StatusCode,
    /// The `ETag`, if there is one.
    pub etag: Option<String>,
    /// The `Link` to the next page, if there is one.
    next: Option<String>,
    /// The body.
    pub bytes: Bytes,
}

impl Reply {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.bytes)
            .with_context(|| format!("no JSON: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The body as JSON, if the request succeeded.
    ///
    /// # Errors
    /// When it did not; the message holds the answer.
    pub fn done(self) -> Result<Value> {
        ensure!(
            self.status.is_success(),
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.bytes)
        );
        if self.bytes.is_empty() {
            return Ok(Value::Null);
        }
        self.json()
    }
}

impl Api {
    pub(crate) async fn sign_in(address: SocketAddr, base: &str, login: &str) -> Result<Self> {
        let mut api = Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            root: format!("http://{address}{base}api/v1"),
            token: String::new(),
            user: Value::Null,
        };
        let body = json!({"login": login, "password": PASSWORD, "bearer": true});
        let session = api
            .send(Method::POST, "/session", &[], Some(&body))
            .await?
            .done()?;
        api.token = text(&session, "token")?;
        api.user = session["user"].clone();
        Ok(api)
    }

    /// The bearer token of the session.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a request with further headers and a JSON body.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply> {
        let uri = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.root)
        };
        let mut request = Request::builder().method(method).uri(uri);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let is_patch = request.method_ref() == Some(&Method::PATCH);
        if body.is_some() {
            let media = if is_patch {
                "application/merge-patch+json"
            } else {
                "application/json"
            };
            request = request.header("content-type", media);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = body
            .map(|value| Bytes::from(value.to_string()))
            .unwrap_or_default();
        let response = self.client.request(request.body(Full::new(bytes))?).await?;
        let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        Ok(Reply {
            status: response.status(),
            etag: header("etag"),
            next: header("link").and_then(|link| next_of(&link)),
            bytes: response.into_body().collect().await?.to_bytes(),
        })
    }

    /// Reads one thing.
    ///
    /// # Errors
    /// When it is not to be had.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, &[], None).await?.done()
    }

    /// Reads a list with all its pages.
    ///
    /// # Errors
    /// When it is not to be had.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut next = Some(format!("{path}?limit=200"));
        while let Some(page) = next {
            let reply = self.send(Method::GET, &page, &[], None).await?;
            next = reply.next.clone().map(|link| self.absolute(&link));
            let body = reply.done()?;
            let items = body.as_array().or_else(|| body["items"].as_array());
            rows.extend(items.context("no list")?.iter().cloned());
        }
        Ok(rows)
    }

    fn absolute(&self, link: &str) -> String {
        let Some((_, below)) = link.split_once("/api/v1") else {
            return link.to_owned();
        };
        below.to_owned()
    }

    /// Tickets with exactly this subject.
    ///
    /// # Errors
    /// When they are not to be had.
    pub async fn tickets_with_subject(&self, subject: &str) -> Result<Vec<Value>> {
        let mut tickets = self.list("/tickets").await?;
        tickets.retain(|ticket| ticket["subject"] == subject);
        Ok(tickets)
    }

    /// Waits until there is a ticket of this subject, and makes sure that it is the only one.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub async fn the_ticket(&self, subject: &str) -> Result<Value> {
        let mut found = wait::until(format!("a ticket {subject:?} on the server"), || async {
            let found = self.tickets_with_subject(subject).await?;
            ensure!(!found.is_empty(), "there is none");
            Ok(found)
        })
        .await?;
        ensure!(
            found.len() == 1,
            "{} tickets {subject:?}: {found:#?}",
            found.len()
        );
        found.pop().context("one ticket")
    }

    /// The comments of a ticket, oldest first.
    ///
    /// # Errors
    /// When they are not to be had.
    pub async fn comments(&self, ticket: &str) -> Result<Vec<Value>> {
        self.list(&format!("/tickets/{ticket}/comments")).await
    }

    /// How many comments of a ticket have exactly this text.
    ///
    /// # Errors
    /// When they are not to be had.
    pub async fn count_comments(&self, ticket: &str, words: &str) -> Result<usize> {
        let comments = self.comments(ticket).await?;
        Ok(comments
            .iter()
            .filter(|comment| comment["text"] == words)
            .count())
    }

    /// Waits until a ticket has this comment, and makes sure that it has it once.
    ///
    /// # Errors
    /// When it has it not, or more than once.
    pub async fn the_comment(&self, ticket: &str, words: &str) -> Result<()> {
        let count = wait::until(format!("the comment {words:?} on the server"), || async {
            let count = self.count_comments(ticket, words).await?;
            ensure!(count > 0, "it is not there");
            Ok(count)
        })
        .await?;
        ensure!(count == 1, "the comment {words:?} is there {count} times");
        Ok(())
    }

    /// Answers a ticket.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn comment(&self, ticket: &str, words: &str) -> Result<Value> {
        let body = json!({"id": new_id()?, "text": words, "said_at": now()});
        let path = format!("/tickets/{ticket}/comments");
        self.send(Method::POST, &path, &[], Some(&body))
            .await?
            .done()
    }

    /// Files a ticket.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn file(&self, subject: &str, description: &str) -> Result<Value> {
        let body = json!({
            "id": new_id()?, "kind": "incident", "subject": subject, "description": description,
            "answers": [], "said_at": now(),
        });
        self.send(Method::POST, "/tickets", &[], Some(&body))
            .await?
            .done()
    }

    /// Changes a ticket on top of its present version.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn change(&self, ticket: &str, patch: &Value) -> Result<Value> {
        let path = format!("/tickets/{ticket}");
        let present = self.send(Method::GET, &path, &[], None).await?;
        let etag = present.etag.clone().context("no ETag")?;
        present.done()?;
        self.send(Method::PATCH, &path, &[("if-match", &etag)], Some(patch))
            .await?
            .done()
    }

    /// SHA-256 and size of an attachment's content, as it comes out of the server.
    ///
    /// # Errors
    /// When it is not to be had.
    pub async fn content_of(&self, attachment: &str) -> Result<(String, usize)> {
        let path = format!("/attachments/{attachment}/content");
        let reply = self.send(Method::GET, &path, &[], None).await?;
        ensure!(reply.status.is_success(), "{}", reply.status);
        Ok((sha256(&reply.bytes), reply.bytes.len()))
    }
}

/// The time, as the API writes it.
#[must_use]
pub fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// A text member of a record.
///
/// # Errors
/// When it is not there.
pub fn text(record: &Value, name: &str) -> Result<String> {
    match record[name].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("no {name} in {record:#}"),
    }
}

/// A random version 4 UUID from the system.
///
/// # Errors
/// When the system gives none.
pub fn new_id() -> Result<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/uuid")?;
    Ok(id.trim().to_owned())
}

fn next_of(link: &str) -> Option<String> {
    link.split(',').find_map(|part| {
        let (url, rest) = part.split_once(';')?;
        rest.contains("rel=\"next\"")
            .then(|| url.trim().trim_matches(['<', '>']).to_owned())
    })
}
