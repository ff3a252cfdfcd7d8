//! The proxy against a small real server: each fault does what it says, and nothing else.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::*;
use crate::proxy::record::sha256;

const PATIENCE: Duration = Duration::from_secs(10);

/// A server that counts what it does and echoes bodies; `/events` never ends.
struct Server {
    address: SocketAddr,
    hits: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let hits = Arc::new(AtomicUsize::new(0));
        let counted = hits.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let counted = counted.clone();
                let service = service_fn(move |request| reply(request, counted.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, hits }
    }

    fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

type Body = http_body_util::combinators::BoxBody<Bytes, Infallible>;

async fn reply(
    request: Request<Incoming>,
    hits: Arc<AtomicUsize>,
) -> Result<Response<Body>, Infallible> {
    hits.fetch_add(1, Ordering::SeqCst);
    if request.uri().path() == "/events" {
        let (sender, receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
        tokio::spawn(async move {
            let _ = sender.send(Bytes::from_static(b"event: changed\n\n")).await;
            // The stream stays open until its reader goes.
            sender.closed().await;
        });
        let stream = futures_of(receiver);
        return Ok(Response::new(BodyExt::boxed(StreamBody::new(stream))));
    }
    let host = request.headers().get("host").cloned();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let mut response = Response::new(Full::new(body).boxed());
    *response.status_mut() = StatusCode::CREATED;
    response.headers_mut().insert("x-host", host.unwrap());
    Ok(response)
}

fn futures_of(
    receiver: tokio::sync::mpsc::Receiver<Bytes>,
) -> impl futures::Stream<Item = Result<Frame<Bytes>, Infallible>> {
    futures::stream::unfold(receiver, |mut receiver| async {
        let bytes = receiver.recv().await?;
        Some((Ok(Frame::data(bytes)), receiver))
    })
}

struct Browser(Client<HttpConnector, Full<Bytes>>);

impl Browser {
    fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    async fn post(
        &self,
        proxy: &Proxy,
        path: &str,
    ) -> Result<(StatusCode, Bytes), hyper_util::client::legacy::Error> {
        let request = Request::post(format!("{}{path}", proxy.origin()))
            .header("idempotency-key", "k1")
            .body(Full::new(Bytes::from_static(b"hello")))
            .unwrap();
        let response = self.0.request(request).await?;
        let status = response.status();
        Ok((
            status,
            response.into_body().collect().await.unwrap().to_bytes(),
        ))
    }
}

async fn both() -> (Server, Proxy, Browser) {
    let server = Server::start().await;
    let proxy = Proxy::start(server.address).await.unwrap();
    (server, proxy, Browser::new())
}

fn tickets() -> Matcher {
    on(&Method::POST, "/tickets")
}

#[tokio::test]
async fn passes_requests_on_and_records_them() {
    let (server, proxy, browser) = both().await;
    let (status, body) = browser.post(&proxy, "/tickets?a=b").await.unwrap();
    assert_eq!((status, &body[..]), (StatusCode::CREATED, &b"hello"[..]));
    assert_eq!(server.hits(), 1);
    let seen = proxy.until_seen(1, &tickets(), PATIENCE).await.unwrap();
    assert_eq!(seen[0].status, Some(201));
    assert_eq!(seen[0].backend_status, Some(201));
    assert_eq!(seen[0].query.as_deref(), Some("a=b"));
    assert_eq!(seen[0].header("idempotency-key"), Some("k1"));
    assert_eq!(seen[0].body_sha256, sha256(b"hello"));
    assert_eq!(
        seen[0].header("host").map(|host| format!("http://{host}")),
        Some(proxy.origin()),
        "the backend compares Host and Origin, so Host goes through as it is"
    );
}

#[tokio::test]
async fn a_cut_network_answers_nothing_until_it_is_healed() {
    let (server, proxy, browser) = both().await;
    browser.post(&proxy, "/tickets").await.unwrap();
    proxy.cut();
    browser.post(&proxy, "/tickets").await.unwrap_err();
    assert_eq!(server.hits(), 1);
    proxy.heal();
    browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn a_cut_ends_requests_under_way() {
    let (_server, proxy, browser) = both().await;
    let gate = Gate::closed();
    proxy.always(tickets(), Fault::HoldAnswer(gate));
    let (answer, ()) = tokio::join!(browser.post(&proxy, "/tickets"), async {
        let mut changed = proxy.shared.record.changed();
        while proxy.exchanges().iter().all(|e| e.backend_status.is_none()) {
            changed.changed().await.unwrap();
        }
        proxy.cut();
    });
    answer.unwrap_err();
    assert_eq!(proxy.exchanges()[0].status, None);
}

#[tokio::test]
async fn a_dropped_answer_has_still_taken_effect() {
    let (server, proxy, browser) = both().await;
    proxy.next(1, tickets(), Fault::DropAnswer);
    browser.post(&proxy, "/tickets").await.unwrap_err();
    assert_eq!(server.hits(), 1);
    browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(server.hits(), 2, "only the next one was hit");
    let seen = proxy.seen(&tickets());
    assert_eq!(
        (seen[0].backend_status, seen[0].status),
        (Some(201), None),
        "what the browser did not get is told apart from what the backend did"
    );
}

#[tokio::test]
async fn twice_reaches_the_backend_two_times() {
    let (server, proxy, browser) = both().await;
    proxy.next(1, tickets(), Fault::Twice);
    browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn a_cut_request_never_reaches_the_backend() {
    let (server, proxy, browser) = both().await;
    let rule = proxy.always(tickets(), Fault::Cut);
    browser.post(&proxy, "/tickets").await.unwrap_err();
    browser.post(&proxy, "/other").await.unwrap();
    proxy.lift(rule);
    browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn somebody_else_answers() {
    let (server, proxy, browser) = both().await;
    proxy.always(on_any(), Fault::Answer(Canned::captive_portal()));
    let (status, body) = browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(status, StatusCode::OK);
    assert!(body.starts_with(b"<!doctype html>"));
    proxy.always(tickets(), Fault::Answer(Canned::signed_out()));
    let (status, _) = browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the newest rule wins");
    proxy.lift_all();
    proxy.always(tickets(), Fault::Answer(Canned::unavailable(1)));
    let (status, _) = browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_held_request_waits_for_its_gate() {
    let (server, proxy, browser) = both().await;
    let gate = Gate::closed();
    proxy.next(1, tickets(), Fault::Hold(gate.clone()));
    let (answer, ()) = tokio::join!(browser.post(&proxy, "/tickets"), async {
        while proxy.exchanges().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.hits(), 0);
        gate.open();
    });
    answer.unwrap();
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn a_delay_delays() {
    let (_server, proxy, browser) = both().await;
    let delay = Duration::from_millis(120);
    proxy.next(1, tickets(), Fault::Delay(delay));
    let started = std::time::Instant::now();
    browser.post(&proxy, "/tickets").await.unwrap();
    assert!(started.elapsed() >= delay);
}

#[tokio::test]
async fn events_stream_through_and_end_with_the_network() {
    let (_server, proxy, browser) = both().await;
    let uri = format!("{}/events", proxy.origin()).parse().unwrap();
    let mut events = browser.0.get(uri).await.unwrap().into_body();
    let first = events.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&first[..], b"event: changed\n\n");
    proxy.cut();
    let next = events.frame().await;
    assert!(!matches!(next, Some(Ok(_))), "{next:?}");
}

#[tokio::test]
async fn the_backend_may_go_and_come_back_elsewhere() {
    let (server, proxy, browser) = both().await;
    proxy.set_upstream(None);
    browser.post(&proxy, "/tickets").await.unwrap_err();
    let other = Server::start().await;
    proxy.set_upstream(Some(other.address));
    browser.post(&proxy, "/tickets").await.unwrap();
    assert_eq!((server.hits(), other.hits()), (0, 1));
}

#[tokio::test]
async fn waiting_for_what_does_not_come_names_what_came() {
    let (_server, proxy, browser) = both().await;
    browser.post(&proxy, "/other").await.unwrap();
    let error = proxy
        .until_seen(1, &tickets(), Duration::from_millis(50))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("/other"), "{error}");
}
