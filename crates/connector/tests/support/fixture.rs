//! Recorded exchanges: what was sent, and what came back.

#![allow(dead_code, reason = "each test file uses a part of it")]

use rapport_connector::{Body, HttpCall, HttpReply};
use serde_json::Value;

/// One exchange of `profiles/fixtures/rapport/`.
pub struct Fixture {
    value: Value,
}

impl Fixture {
    /// The exchange of that name.
    pub fn load(name: &str) -> Self {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../profiles/fixtures/rapport"
        );
        let path = format!("{folder}/{name}.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
        Self { value }
    }

    /// What came back.
    pub fn reply(&self) -> HttpReply {
        let reply = &self.value["reply"];
        let headers = reply["headers"].as_object().into_iter().flatten();
        HttpReply {
            status: u16::try_from(reply["status"].as_u64().expect("status")).expect("status"),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
                .collect(),
            body: match reply.get("body") {
                Some(body) => body.to_string().into_bytes(),
                None => Vec::new(),
            },
        }
    }

    /// What came back, as JSON.
    pub fn body(&self) -> &Value {
        &self.value["reply"]["body"]
    }

    /// What was sent is exactly `call`.
    pub fn assert_sent(&self, call: &HttpCall) {
        let sent = &self.value["request"];
        assert_eq!(sent["method"], call.method.as_str());
        assert_eq!(sent["url"], call.url.as_str());
        let mut headers = call.headers.clone();
        headers.sort();
        let mut recorded: Vec<(String, String)> = sent["headers"]
            .as_object()
            .expect("headers")
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
            .collect();
        recorded.sort();
        assert_eq!(headers, recorded);
        match &call.body {
            Body::Empty => assert!(sent.get("body").is_none()),
            Body::Text(text) => {
                let body: Value = serde_json::from_str(text).expect("JSON");
                assert_eq!(sent["body"], body);
            }
            Body::Blob(_) => assert!(sent["body"].as_str().expect("a length").ends_with("bytes")),
        }
    }
}
