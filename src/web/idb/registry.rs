//! The small database that lists the accounts of this browser, so that an offline start knows whose
//! data to open.

use super::deadline::Limits;
use super::{IdbStore, connection, database_of, schema};
use rapport_domain::{Timestamp, User};
use rapport_store::{Batch, Fault, Key, Read, Space, Store};
use serde::{Deserialize, Serialize};

/// The registry's own name; accounts have `rapport:` before theirs.
const NAME: &str = "rapport";

/// Somebody who has signed in on this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Names his database.
    pub id: String,
    /// Who he is, as last known.
    pub user: User,
    /// The connector profile he signed in with.
    pub profile: String,
    /// Whether a start opens this account: it is signed in, or was last time.
    pub active: bool,
    /// When he first signed in on this device.
    pub since: Timestamp,
}

/// The row of an account: JSON with a version, decodable for ever.
#[derive(Serialize, Deserialize)]
struct Row {
    v: u32,
    account: Account,
}

/// All accounts that can be read, in the order of ids.
///
/// # Errors
/// What keeps the registry from being opened or read.
pub async fn list() -> Result<Vec<Account>, Fault> {
    let rows = rows(&open().await?).await?;
    Ok(rows.into_iter().map(|(account, _)| account).collect())
}

/// Notes an account, new or changed. If it is the active one, no other is.
///
/// # Errors
/// What the store says.
pub async fn remember(account: &Account) -> Result<(), Fault> {
    let store = open().await?;
    let mut batch = Batch::strict().put(Space::Meta, account.id.as_str(), encode(account)?);
    for (other, bytes) in rows(&store).await? {
        if account.active && other.active && other.id != account.id {
            batch = batch.and(inactive(other, bytes)?);
        }
    }
    store.commit(batch).await.map(|_| ())
}

/// A start no longer opens this account. Its data stays.
///
/// # Errors
/// What the store says.
pub async fn deactivate(id: &str) -> Result<(), Fault> {
    let store = open().await?;
    for (account, bytes) in rows(&store).await? {
        if account.id == id && account.active {
            store.commit(inactive(account, bytes)?).await?;
        }
    }
    Ok(())
}

/// Removes an account and everything that this device keeps for it, unsent things included.
///
/// # Errors
/// What the store says. The account is then inactive, and this can be done again.
pub async fn forget(id: &str, store: IdbStore) -> Result<(), Fault> {
    deactivate(id).await?;
    store.close();
    connection::delete(&database_of(id), Limits::default()).await?;
    let registry = open().await?;
    let batch = Batch::strict().delete(Space::Meta, id);
    registry.commit(batch).await.map(|_| ())
}

async fn open() -> Result<IdbStore, Fault> {
    IdbStore::open_database(NAME, schema::REGISTRY, Limits::default()).await
}

/// The accounts, each with its exact row.
async fn rows(store: &IdbStore) -> Result<Vec<(Account, Vec<u8>)>, Fault> {
    let rows = store.read(&[Read::All(Space::Meta)]).await?;
    let readable = |(key, bytes): (Key, Vec<u8>)| match serde_json::from_slice::<Row>(&bytes) {
        Ok(row) => Some((row.account, bytes)),
        Err(error) => {
            log::error!("account {key:?} cannot be read: {error}");
            None
        }
    };
    Ok(rows.into_iter().flatten().filter_map(readable).collect())
}

/// Takes the mark from an account, unless another tab has changed it meanwhile.
fn inactive(mut account: Account, bytes: Vec<u8>) -> Result<Batch, Fault> {
    account.active = false;
    let id = account.id.clone();
    Ok(Batch::strict()
        .expect(Space::Meta, id.as_str(), Some(bytes))
        .put(Space::Meta, id, encode(&account)?))
}

fn encode(account: &Account) -> Result<Vec<u8>, Fault> {
    let row = Row {
        v: 1,
        account: account.clone(),
    };
    serde_json::to_vec(&row).map_err(|error| Fault::Other(error.to_string()))
}
