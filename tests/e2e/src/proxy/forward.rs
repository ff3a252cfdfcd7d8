//! One request: noted, spoiled or passed on, and its answer streamed back.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING, UPGRADE};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::fault::{Canned, Fault};
use super::{Rule, Shared};
use crate::locked;

type Answer = Response<BoxBody<Bytes, io::Error>>;

/// Hyper ends the connection without an answer when this is returned.
fn lost() -> io::Error {
    io::Error::other("the network lost it")
}

pub(super) async fn answer(
    request: Request<Incoming>,
    shared: &Arc<Shared>,
) -> Result<Answer, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let number = shared.record.begin(
        head.method.clone(),
        &head.uri,
        head.headers.clone(),
        body.clone(),
    );
    // A connection that is cut drops this future, and the exchange has ended all the same.
    let mut ending = Ending {
        shared,
        number,
        status: None,
    };
    let fault = fault_for(&head, shared);
    let result = spoiled(fault, &head, body, shared, number).await;
    ending.status = result.as_ref().ok().map(|answer| answer.status().as_u16());
    result
}

struct Ending<'a> {
    shared: &'a Shared,
    number: usize,
    status: Option<u16>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.shared.record.end(self.number, self.status);
    }
}

fn fault_for(head: &Parts, shared: &Shared) -> Fault {
    let mut rules = locked(&shared.rules);
    let hit =
        |rule: &&mut Rule| rule.left != Some(0) && rule.matcher.hits(&head.method, head.uri.path());
    let Some(rule) = rules.iter_mut().rev().find(hit) else {
        return Fault::Pass;
    };
    rule.left = rule.left.map(|left| left - 1);
    rule.fault.clone()
}

async fn spoiled(
    fault: Fault,
    head: &Parts,
    body: Bytes,
    shared: &Shared,
    number: usize,
) -> Result<Answer, io::Error> {
    match fault {
        Fault::Pass => passed(head, body, shared, number).await,
        Fault::Cut => Err(lost()),
        Fault::Delay(time) => {
            tokio::time::sleep(time).await;
            passed(head, body, shared, number).await
        }
        Fault::Hold(gate) => {
            gate.passed().await;
            passed(head, body, shared, number).await
        }
        Fault::HoldAnswer(gate) => {
            let answer = passed(head, body, shared, number).await?;
            gate.passed().await;
            Ok(answer)
        }
        Fault::DropAnswer => {
            let answer = passed(head, body, shared, number).await?;
            // The backend is through with it only when its answer has come whole.
            answer.into_body().collect().await?;
            Err(lost())
        }
        Fault::Twice => {
            let first = passed(head, body.clone(), shared, number).await?;
            first.into_body().collect().await?;
            passed(head, body, shared, number).await
        }
        Fault::Answer(canned) => spoken(canned),
    }
}

fn spoken(canned: Canned) -> Result<Answer, io::Error> {
    let mut response = Response::builder().status(canned.status);
    for (name, value) in canned.headers {
        response = response.header(name, value);
    }
    let body = Full::new(Bytes::from(canned.body)).map_err(|never| match never {});
    response.body(body.boxed()).map_err(io::Error::other)
}

async fn passed(
    head: &Parts,
    body: Bytes,
    shared: &Shared,
    number: usize,
) -> Result<Answer, io::Error> {
    let upstream = *locked(&shared.upstream);
    let response = send(upstream.ok_or_else(lost)?, head, body).await?;
    shared.record.answered(number, response.status().as_u16());
    Ok(response)
}

async fn send(upstream: SocketAddr, head: &Parts, body: Bytes) -> Result<Answer, io::Error> {
    let stream = TcpStream::connect(upstream).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(connection);
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = head.uri.clone();
    *request.headers_mut() = end_to_end(&head.headers);
    let response = sender
        .send_request(request)
        .await
        .map_err(io::Error::other)?;
    let (mut head, body) = response.into_parts();
    head.headers = end_to_end(&head.headers);
    Ok(Response::from_parts(
        head,
        body.map_err(io::Error::other).boxed(),
    ))
}

/// Headers without those that are about one connection only.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let keep_alive = HeaderName::from_static("keep-alive");
    let mut kept = headers.clone();
    for name in [
        &CONNECTION,
        &keep_alive,
        &TRANSFER_ENCODING,
        &UPGRADE,
        &CONTENT_LENGTH,
    ] {
        kept.remove(name);
    }
    kept
}
