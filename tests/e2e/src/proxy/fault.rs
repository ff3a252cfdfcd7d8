//! What can go wrong with a request, and which requests it happens to.

use std::fmt;
use std::time::Duration;

use hyper::Method;
use tokio::sync::watch;

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing: it reaches the backend and its answer comes back.
    Pass,
    /// The connection ends before the backend hears of it.
    Cut,
    /// It reaches the backend late.
    Delay(Duration),
    /// It waits before the gate, then reaches the backend.
    Hold(Gate),
    /// It reaches the backend, and the answer waits before the gate.
    HoldAnswer(Gate),
    /// The backend does what it is asked to, and its answer is lost.
    DropAnswer,
    /// The backend gets it two times; the second answer comes back.
    Twice,
    /// Somebody else answers in the backend's place.
    Answer(Canned),
}

/// An answer the backend never gave.
#[derive(Clone, Debug)]
pub struct Canned {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: String,
}

impl Canned {
    /// The sign-in page of a hotel's network.
    #[must_use]
    pub fn captive_portal() -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
            body: "<!doctype html><title>Welcome</title><h1>Welcome to our network</h1>\
                   <form action=\"/login\" method=\"post\"><button>Accept the terms</button></form>"
                .to_owned(),
        }
    }

    /// The session has ended.
    #[must_use]
    pub fn signed_out() -> Self {
        Self {
            status: 401,
            headers: vec![("content-type", "application/problem+json".to_owned())],
            body: r#"{"type":"/problems/signed-out","title":"You are not signed in","status":401}"#
                .to_owned(),
        }
    }

    /// A server that does not take it as it is.
    #[must_use]
    pub fn refused() -> Self {
        Self {
            status: 422,
            headers: vec![("content-type", "application/problem+json".to_owned())],
            body: r#"{"type":"/problems/invalid","title":"This cannot be taken","status":422,
                "detail":"Requests are not taken today.","errors":[]}"#
                .to_owned(),
        }
    }

    /// A server that is being restarted.
    #[must_use]
    pub fn unavailable(retry_after_seconds: u32) -> Self {
        Self {
            status: 503,
            headers: vec![
                ("content-type", "text/plain".to_owned()),
                ("retry-after", retry_after_seconds.to_string()),
            ],
            body: "Service Unavailable".to_owned(),
        }
    }
}

/// A gate requests wait at until the test opens it.
#[derive(Clone)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn closed() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Lets everything through from now on.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    pub(super) async fn passed(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate(open: {})", *self.0.borrow())
    }
}

/// Which requests a rule is about: a method, and how the path ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Matcher {
    method: Option<Method>,
    /// The last segments of the path; `*` stands for any one of them.
    ending: Vec<String>,
}

/// Requests with this method whose path ends so; a segment `*` stands for any. The deploy base in
/// front does not matter.
#[must_use]
pub fn on(method: &Method, path: &str) -> Matcher {
    Matcher {
        method: Some(method.clone()),
        ending: segments(path),
    }
}

/// All requests.
#[must_use]
pub const fn on_any() -> Matcher {
    Matcher {
        method: None,
        ending: Vec::new(),
    }
}

impl Matcher {
    /// Whether a request is meant.
    #[must_use]
    pub fn hits(&self, method: &Method, path: &str) -> bool {
        if self.method.as_ref().is_some_and(|wanted| wanted != method) {
            return false;
        }
        let path = segments(path);
        let Some(start) = path.len().checked_sub(self.ending.len()) else {
            return false;
        };
        let ends = path.iter().skip(start);
        ends.zip(&self.ending)
            .all(|(found, wanted)| wanted == "*" || found == wanted)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method.as_ref().map_or("any", Method::as_str);
        write!(f, "{method} …/{}", self.ending.join("/"))
    }
}

fn segments(path: &str) -> Vec<String> {
    let filled = path.split('/').filter(|segment| !segment.is_empty());
    filled.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_knows_method_end_of_path_and_wildcard() {
        let comments = on(&Method::POST, "/api/v1/tickets/*/comments");
        assert!(comments.hits(&Method::POST, "/help/api/v1/tickets/17/comments"));
        assert!(!comments.hits(&Method::GET, "/api/v1/tickets/17/comments"));
        assert!(!comments.hits(&Method::POST, "/api/v1/tickets/17"));
        assert!(!comments.hits(&Method::POST, "/comments"));
        let tickets = on(&Method::POST, "/api/v1/tickets");
        assert!(tickets.hits(&Method::POST, "/api/v1/tickets"));
        assert!(!tickets.hits(&Method::POST, "/api/v1/tickets/17"));
        assert!(on_any().hits(&Method::PUT, "/"));
    }
}
