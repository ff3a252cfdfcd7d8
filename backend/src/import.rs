//! Import of customers, users, services, forms, tickets and records under a schema from NDJSON: one JSON object a line, with
//! its `type` and the fields that the API has. Everything is checked first, each fault told with its
//! line, field and remedy; then all of it is written in one transaction, or nothing. What is there
//! already is changed to what the file says, so importing a file again makes no duplicates.

mod apply;
mod check;
mod lines;
mod plain;

use crate::db::Db;
use crate::problem::FieldError;
use std::path::{Path, PathBuf};

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Records that were not there.
    pub new: usize,
    /// Records that were there and are other now.
    pub changed: usize,
    /// Records that were there just so.
    pub unchanged: usize,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "imported: {} new, {} changed, {} unchanged",
            self.new, self.changed, self.unchanged
        )
    }
}

/// A fault in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub error: FieldError,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file has faults.
    #[error("{}", worded(path, faults))]
    Faults {
        /// Which file.
        path: PathBuf,
        /// Its faults, by line.
        faults: Vec<Fault>,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random,
    /// A record could not be written as JSON.
    #[error("a record cannot be stored: {0}")]
    Json(#[from] serde_json::Error),
}

fn worded(path: &Path, faults: &[Fault]) -> String {
    let file = path.display();
    let mut text = format!("nothing was imported; {} to mend:", faults.len());
    for Fault { line, error } in faults {
        let FieldError {
            field,
            message,
            remedy,
        } = error;
        text.push_str(&format!("\n{file}:{line}: {field}: {message} ({remedy})"));
    }
    text
}

/// Imports the file.
///
/// # Errors
/// When the file cannot be read or has faults, or the database fails; then nothing was imported.
pub async fn run(db: &Db, path: &Path) -> Result<Outcome, ImportError> {
    let read = std::fs::read(path).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })?;
    let mut faults = Vec::new();
    let records = lines::parse(&read, &mut faults);
    let mut tx = db.write().await?;
    check::check(&mut tx, &records, &mut faults).await?;
    let mut outcome = Outcome::default();
    if faults.is_empty() {
        outcome = apply::apply(&mut tx, records, &mut faults).await?;
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.line);
        return Err(ImportError::Faults {
            path: path.to_owned(),
            faults,
        });
    }
    tx.commit().await?;
    Ok(outcome)
}
