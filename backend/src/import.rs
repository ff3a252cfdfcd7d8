//! x
use crate::db::Db;
use std::path::Path;
/// x
pub async fn run(_db: &Db, _file: &Path) -> Result<String, String> {
    Ok(String::new())
}
