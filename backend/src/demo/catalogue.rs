//! Services, forms and announcements.

use super::DemoError;
use super::ids::Ids;
use crate::db::Tx;
use crate::time::{DAY, Time};
use crate::wire::catalogue::{AnnouncementBody, FormBody, ServiceBody};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;

const SERVICES: &str = include_str!("services.json");
const FORMS: &str = include_str!("forms.json");
const ANNOUNCEMENTS: &str = include_str!("announcements.json");

/// Writes them.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    put::<ServiceBody>(tx, ids, "service", SERVICES, now).await?;
    put::<FormBody>(tx, ids, "form", FORMS, now).await?;
    put::<AnnouncementBody>(tx, ids, "announcement", ANNOUNCEMENTS, now).await
}

async fn put<T: DeserializeOwned + Serialize>(
    tx: &mut Tx,
    ids: &Ids,
    table: &str,
    json: &str,
    now: Time,
) -> Result<(), DemoError> {
    let items: Vec<Map<String, Value>> = serde_json::from_str(json)?;
    for mut item in items {
        let slug = item.remove("slug").unwrap_or_default();
        let slug = slug.as_str().unwrap_or_default();
        let mut at = now.plus(-380 * DAY);
        for key in ["starts_at", "ends_at"] {
            if let Some(offset) = item.get(key).and_then(Value::as_i64) {
                // People announce things for a full hour.
                let hour = Time(now.0 - now.0.rem_euclid(HOUR));
                let time = hour.plus(offset);
                at = at.max(now.plus(offset.min(-DAY / 24)));
                item.insert(key.to_owned(), json!(time));
            }
        }
        // Read as the API would read it, so that faulty data shows here.
        let body: T = serde_json::from_value(resolved(Value::Object(item), ids))?;
        let column = if table == "form" { "service_id, " } else { "" };
        let value = if table == "form" {
            "json_extract(?2, '$.service_id'), "
        } else {
            ""
        };
        let sql = format!(
            "INSERT INTO {table} (id, {column}body, version, said_at, received_at, updated_at)
             VALUES (?1, {value}?2, 1, ?3, ?3, ?3)"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(ids.of(table, slug))
            .bind(serde_json::to_string(&body)?)
            .bind(at.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Puts ids in the place of `@kind:slug`, and texts in the place of `{en, de}`.
fn resolved(value: Value, ids: &Ids) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('@').and_then(|name| name.split_once(':')) {
            Some((kind, slug)) => json!(ids.of(kind, slug)),
            None => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(|item| resolved(item, ids)).collect(),
        Value::Object(mut map) if map.len() == 2 && map.contains_key("en") => {
            json!({"default": map.remove("en"), "by_language": {"de": map.remove("de")}})
        }
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, resolved(value, ids)))
            .collect(),
        other => other,
    }
}
