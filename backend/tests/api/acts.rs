//! What many tests do: make and change records, import lines, ask who holds what.

use crate::harness::{Api, Mirror, Reply, USERS, World};
use rapport_backend::import::{ImportError, Outcome, run};
use serde_json::{Value, json};
use uuid::Uuid;

/// When records were said.
pub const AT: &str = "2026-11-22T09:12:31.123Z";

/// A record with these fields beside its id and time.
pub fn new(fields: Value) -> Value {
    with(&json!({"id": Uuid::now_v7(), "said_at": AT}), fields)
}

/// The record with these fields beside or in place of its own.
pub fn with(record: &Value, fields: Value) -> Value {
    let mut record = record.clone();
    for (name, value) in fields.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

/// Makes a record.
pub async fn made(api: &Api, list: &str, record: &Value) -> Value {
    let made = api.post(&format!("api/v1/{list}"), record).await;
    made.expect(201).body
}

/// The record as it is now.
pub async fn now(api: &Api, list: &str, record: &Value) -> Value {
    let path = format!("api/v1/{list}/{}", record["id"].as_str().unwrap());
    api.get(&path).await.expect(200).body
}

/// Changes a record as it is now.
pub async fn change(api: &Api, list: &str, record: &Value, patch: Value) -> Reply {
    let path = format!("api/v1/{list}/{}", record["id"].as_str().unwrap());
    let now = api.get(&path).await.expect(200).body;
    let version = now["version"].as_str().unwrap();
    api.patch(&path, version, &patch).await
}

/// Who is sent the record.
pub async fn sees(world: &World, record: &Value) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for (login, ..) in USERS {
        let mut mirror = Mirror::default();
        mirror.pull(world.user(login), 50).await;
        if mirror.has(&record["id"]) {
            seen.push(login);
        }
    }
    seen
}

/// Imports these lines.
pub async fn import(world: &World, lines: &[Value]) -> Result<Outcome, ImportError> {
    let path = world.scratch.0.join("import.ndjson");
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    std::fs::write(&path, text.join("\n")).unwrap();
    run(world.db(), &path).await
}

/// The fields that an import refused, with their lines.
pub fn faults(refused: Result<Outcome, ImportError>) -> Vec<(usize, String)> {
    let Err(ImportError::Faults { faults, .. }) = refused else {
        panic!("not refused for what is in it: {refused:?}");
    };
    let each = faults.into_iter();
    each.map(|fault| (fault.line, fault.error.field)).collect()
}
