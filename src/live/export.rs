//! Everything unsent as one document, for whom sending does not work.

use crate::live::portal::Portal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;
use rapport_store::{Fault, writes};
use rapport_sync::actions;
use serde_json::{Value, json};

impl Portal {
    /// Everything unsent as a JSON document: words, files (as base64) and, as it is stored, what cannot
    /// be read. Works with the engine stopped.
    ///
    /// # Errors
    /// What the store said.
    pub async fn export(&self) -> Result<String, Fault> {
        let outbox = rapport_sync::read_outbox(&self.store).await?;
        let mut document = actions::export(&outbox);
        if let Some(Value::Array(items)) = document.get_mut("items") {
            for item in items {
                let blob = item.get("file").and_then(Value::as_str).map(str::to_owned);
                let bytes = match blob {
                    Some(blob) => writes::blob(&self.store, &blob).await?,
                    None => None,
                };
                if let (Some(bytes), Value::Object(item)) = (bytes, item) {
                    item.insert("content".to_owned(), STANDARD.encode(bytes).into());
                }
            }
        }
        let drafts = self.drafts.unreadable().get_untracked();
        if let Some(Value::Array(listed)) = document.get_mut("unreadable") {
            let each = drafts.iter().map(
                |draft| json!({ "draft": draft.place, "stored": actions::as_text(&draft.bytes) }),
            );
            listed.extend(each);
        }
        serde_json::to_string_pretty(&document).map_err(|error| Fault::Other(error.to_string()))
    }
}
