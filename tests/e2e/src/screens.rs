//! Pictures of pages for people to look at.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::page::Page;
use crate::places;

/// Where pictures go.
#[must_use]
pub fn folder() -> PathBuf {
    places::target().join("screens")
}

/// Takes a picture as `target/screens/NAME.png`.
///
/// # Errors
/// When the browser gives none, or the disk takes none.
pub async fn shoot(page: &Page, name: &str) -> Result<()> {
    let path = folder().join(format!("{name}.png"));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, page.screenshot().await?)?;
    Ok(())
}
