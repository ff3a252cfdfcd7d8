//! What another app shared with this one: the service worker keeps it until it is in a draft.

use crate::web::fetch;
use crate::web::files::PickedFile;
use serde::Deserialize;

/// Words and files.
pub struct Shared {
    /// A title, words and an address, as far as the other app gave them.
    pub words: Vec<String>,
    /// The files.
    pub files: Vec<PickedFile>,
}

#[derive(Deserialize)]
struct Told {
    words: Vec<String>,
    files: Vec<ToldFile>,
}

#[derive(Deserialize)]
struct ToldFile {
    name: String,
    r#type: String,
}

/// What was shared under that name.
///
/// # Errors
/// Why it is not to be had: it was taken already, or the browser has removed it.
pub async fn read(base: &str, id: &str) -> Result<Shared, String> {
    let told = fetch::text(base, &format!("shared/{id}/words.json")).await?;
    let told: Told = serde_json::from_str(&told).map_err(|error| error.to_string())?;
    let mut files = Vec::with_capacity(told.files.len());
    for (at, file) in told.files.into_iter().enumerate() {
        files.push(PickedFile {
            name: file.name,
            media_type: file.r#type,
            bytes: fetch::bytes(base, &format!("shared/{id}/{at}")).await?,
            kept_at: None,
        });
    }
    Ok(Shared {
        words: told.words,
        files,
    })
}

/// Lets go of what was taken.
pub async fn forget(base: &str, id: &str) {
    if let Err(error) = fetch::remove(base, &format!("shared/{id}")).await {
        log::warn!("shared files not removed: {error}");
    }
}
