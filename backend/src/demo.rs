//! Demonstration data, the same for the same seed, and a service desk that answers by itself.
//!
//! What people and services say lies as JSON beside this module; times are counted back from the
//! moment of filling, so that the portal looks lived in whenever it is started.

mod agreements;
mod approvals;
mod catalogue;
mod complaints;
mod ids;
mod knowledge;
mod people;
mod phrases;
mod pictures;
mod relationship;
pub mod responder;
mod surveys;
mod tickets;

use crate::db::{self, Db, sight};
use crate::files::FileStore;
use crate::time::Time;

/// Why the demonstration could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// There is real data in the database.
    #[error("the database holds data that is not the demonstration's: use --demo with a new file")]
    NotEmpty,
    /// The disk failed.
    #[error("cannot write an attachment: {0}")]
    Disk(#[from] std::io::Error),
    /// The data does not fit together.
    #[error("the demonstration data is faulty: {0}")]
    Faulty(#[from] serde_json::Error),
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] crate::password::HashError),
}

/// Where the moment of filling is noted; what came later is answered by the responder.
const FILLED_AT: &str = "demo_filled_at";

/// Fills an empty database; one that was filled before is left as it is.
///
/// # Errors
/// When there is other data, or database or disk fail.
pub async fn fill(db: &Db, files: &FileStore, seed: u64) -> Result<(), DemoError> {
    let mut tx = db.write().await?;
    if db::meta(&mut tx, FILLED_AT).await?.is_some() {
        return Ok(());
    }
    let somebody: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM user) OR EXISTS (SELECT 1 FROM customer)")
            .fetch_one(&mut *tx)
            .await?;
    if somebody {
        return Err(DemoError::NotEmpty);
    }
    let now = Time::now();
    let ids = ids::Ids(seed);
    people::fill(&mut tx, &ids, now).await?;
    catalogue::fill(&mut tx, &ids, now).await?;
    tickets::fill(&mut tx, files, &ids, seed, now).await?;
    complaints::fill(&mut tx, &ids, now).await?;
    relationship::fill(&mut tx, &ids, now).await?;
    knowledge::fill(&mut tx, &ids, now).await?;
    approvals::fill(&mut tx, &ids, now).await?;
    agreements::fill(&mut tx, &ids, now).await?;
    surveys::fill(&mut tx, &ids, seed, now).await?;
    sight::rebuild(&mut tx).await?;
    db::set_meta(&mut tx, FILLED_AT, &now.0.to_string()).await?;
    tx.commit().await?;
    tracing::info!("filled in the demonstration data");
    Ok(())
}
