//! Which object stores a database has, and the number of its schema.
//!
//! The number is major × 100 + minor. A minor only adds stores, so an older build of the same major
//! goes on working beside a newer one. Upgrades only create whole stores; what is in them changes
//! afterwards, in ordinary transactions. No store is ever deleted.

use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use rapport_store::Space;

/// The shape of a database.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schema {
    /// Major × 100 + minor.
    pub version: u32,
    /// The stores, each named by its space.
    pub spaces: &'static [Space],
}

/// The database of one account.
pub(super) const ACCOUNT: Schema = Schema {
    version: 100,
    spaces: &Space::ALL,
};

/// The database that lists the accounts.
pub(super) const REGISTRY: Schema = Schema {
    version: 100,
    spaces: &[Space::Meta],
};

impl Schema {
    /// Whether this build can work on a database of that version, which is newer than its own.
    pub fn reads(self, version: f64) -> bool {
        version >= f64::from(self.version) && version < f64::from((self.version / 100 + 1) * 100)
    }

    /// Creates the stores that are missing.
    pub fn create(self, database: &Database) -> indexed_db_futures::Result<()> {
        let present: Vec<String> = database.object_store_names().collect();
        for space in self.spaces {
            if !present.iter().any(|name| name == space.as_str()) {
                database
                    .create_object_store(space.as_str())
                    .with_auto_increment(true)
                    .build()?;
            }
        }
        Ok(())
    }
}
