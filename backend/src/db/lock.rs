//! One server at a time. The sign of it is a lock on a file beside the database, which the system
//! takes away from whoever ends, however that happens.

use super::OpenError;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

/// How long a server waits for a command that begins, or for its predecessor to end.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes the lock, unless a server holds it.
pub fn take(database: &Path) -> Result<Option<File>, OpenError> {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let path = database.with_file_name(name);
    let failed = |source| OpenError::File {
        path: path.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Takes the lock to serve.
pub async fn to_serve(database: &Path) -> Result<File, OpenError> {
    let taken = async {
        loop {
            match take(database)? {
                Some(lock) => return Ok(lock),
                None => tokio::time::sleep(PATIENCE / 50).await,
            }
        }
    };
    let in_use = || OpenError::InUse(database.to_owned());
    tokio::time::timeout(PATIENCE, taken)
        .await
        .unwrap_or_else(|_| Err(in_use()))
}
