//! The bytes of attachments: files beside the database, named by their SHA-256. A file is written
//! under a passing name, flushed to the disk and renamed, so a name never stands for half a file.

use crate::body::{next_chunk, too_large};
use crate::problem::Problem;
use crate::text::hex;
use axum::body::Body;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;

/// The directory of the files.
#[derive(Clone, Debug)]
pub struct FileStore {
    root: PathBuf,
}

/// Bytes that were received whole but do not count yet; removed when dropped.
#[derive(Debug)]
pub struct Received {
    path: Option<PathBuf>,
    /// How many bytes.
    pub size: u64,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Drop for Received {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // Left over at worst until the next start, which sweeps.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl FileStore {
    /// The store beside this database file.
    ///
    /// # Errors
    /// When its directory cannot be made.
    pub fn beside(database: &Path) -> io::Result<Self> {
        let mut name = database.file_name().unwrap_or_default().to_owned();
        name.push(".files");
        let root = database.with_file_name(name);
        std::fs::create_dir_all(root.join("incoming"))?;
        Ok(Self { root })
    }

    /// Takes in a request's body, at most `limit` bytes of it, waiting at most `idle` for the next.
    ///
    /// # Errors
    /// 413 for too much, 400 when it breaks off, 500 when the disk fails.
    pub async fn receive(
        &self,
        body: Body,
        limit: u64,
        idle: Duration,
    ) -> Result<Received, Problem> {
        let path = self.incoming();
        let mut received = Received {
            path: Some(path.clone()),
            size: 0,
            sha256: String::new(),
        };
        let mut file = File::create_new(&path).await.map_err(Problem::internal)?;
        let mut hash = Sha256::new();
        let mut stream = body.into_data_stream();
        while let Some(chunk) = next_chunk(&mut stream, idle).await? {
            received.size += chunk.len() as u64;
            if received.size > limit {
                return Err(too_large(limit));
            }
            hash.update(&chunk);
            file.write_all(&chunk).await.map_err(Problem::internal)?;
        }
        settle(&mut file).await.map_err(Problem::internal)?;
        received.sha256 = hex(&hash.finalize());
        Ok(received)
    }

    /// Gives received bytes their lasting name.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn keep(&self, mut received: Received) -> io::Result<()> {
        let Some(from) = received.path.take() else {
            return Ok(());
        };
        let to = self.path(&received.sha256);
        let directory = to.parent().unwrap_or(&self.root).to_owned();
        fs::create_dir_all(&directory).await?;
        fs::rename(from, to).await?;
        // The names are on the disk only when their directories are.
        File::open(&directory).await?.sync_all().await?;
        File::open(&self.root).await?.sync_all().await
    }

    /// Writes bytes at once, for demonstration data.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn write(&self, bytes: &[u8]) -> io::Result<String> {
        let sha256 = hex(&Sha256::digest(bytes));
        let to = self.path(&sha256);
        std::fs::create_dir_all(to.parent().unwrap_or(&self.root))?;
        let passing = self.incoming();
        std::fs::write(&passing, bytes)?;
        std::fs::rename(passing, to)?;
        Ok(sha256)
    }

    /// Opens the bytes of this digest.
    ///
    /// # Errors
    /// When they are not there.
    pub async fn open(&self, sha256: &str) -> io::Result<File> {
        File::open(self.path(sha256)).await
    }

    /// Removes what a crash left: passing names, and files that no attachment names. Only before
    /// requests are served.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn sweep(&self, known: &HashSet<String>) -> io::Result<()> {
        for entry in std::fs::read_dir(self.root.join("incoming"))? {
            std::fs::remove_file(entry?.path())?;
        }
        for directory in std::fs::read_dir(&self.root)? {
            let directory = directory?;
            if directory.file_name() == "incoming" || !directory.file_type()?.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(directory.path())? {
                let file = file?;
                if !known.contains(&*file.file_name().to_string_lossy()) {
                    std::fs::remove_file(file.path())?;
                }
            }
        }
        Ok(())
    }

    fn incoming(&self) -> PathBuf {
        let name = uuid::Uuid::new_v4().simple().to_string();
        self.root.join("incoming").join(name)
    }

    fn path(&self, sha256: &str) -> PathBuf {
        let head = sha256.get(..2).unwrap_or("__");
        self.root.join(head).join(sha256)
    }
}

/// Waits until everything written is on the disk. A write of tokio's only hands its bytes over; that
/// the last one failed is told by `flush` and by nothing after it.
async fn settle(file: &mut File) -> io::Result<()> {
    file.flush().await?;
    file.sync_all().await
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_failure_of_the_last_write_is_told() {
        let mut full = File::options().write(true).open("/dev/full").await.unwrap();
        full.write_all(b"bytes").await.unwrap();
        let error = settle(&mut full).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
