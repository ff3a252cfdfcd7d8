//! What only a browser does: durability, upgrades between tabs, closing, hanging, full disks.

use crate::harness::{fresh_name, js, texts, unpatch, watch};
use rapport::web::idb::registry::{self, Account};
use rapport::web::idb::{IdbStore, StoreLimits};
use rapport_domain::{Role, Stamp, Timestamp, User, UserId};
use rapport_store::{Batch, Fault, Read, Space, Store};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const META: Space = Space::Meta;

/// Patience for what must come, however busy the machine is.
const LONG: StoreLimits = StoreLimits {
    open_ms: 60_000,
    blocked_ms: 60_000,
    transaction_ms: 60_000,
};

async fn value(store: &IdbStore, key: &str) -> Result<Option<Vec<u8>>, Fault> {
    let rows = store.read(&[Read::One(META, key.into())]).await?;
    Ok(rows.into_iter().flatten().next().map(|(_, value)| value))
}

async fn put(store: &IdbStore, key: &str, value: u8) -> Result<(), Fault> {
    let batch = Batch::strict().put(META, key, vec![value]);
    store.commit(batch).await.map(|_| ())
}

fn database(name: &str) -> JsValue {
    format!("rapport:{name}").into()
}

#[wasm_bindgen_test]
async fn durability_is_what_the_batch_asks_for() {
    let store = IdbStore::open(&fresh_name("durability"))
        .await
        .expect("opens");
    watch().await;
    put(&store, "a", 1).await.expect("strict");
    let relaxed = Batch::relaxed().put(META, "a", vec![2]);
    store.commit(relaxed).await.expect("relaxed");
    let mixed = Batch::relaxed()
        .put(META, "a", vec![2])
        .and(Batch::strict());
    store.commit(mixed).await.expect("mixed");
    let asked = js(
        "return seen.transactions.map(each => each.durability);",
        &[],
    )
    .await;
    assert_eq!(texts(&asked), ["strict", "relaxed", "strict"]);
}

#[wasm_bindgen_test]
async fn one_batch_is_one_transaction_and_so_is_one_read() {
    let store = IdbStore::open(&fresh_name("one")).await.expect("opens");
    watch().await;
    let batch = Batch::strict()
        .expect(META, "a", None)
        .put(META, "a", vec![1])
        .put(Space::Pages, "b", vec![2])
        .append(Space::Outbox, vec![3])
        .clear(Space::Log);
    store.commit(batch).await.expect("commits");
    let reads = [
        Read::All(META),
        Read::All(Space::Pages),
        Read::Keys(Space::Outbox),
    ];
    store.read(&reads).await.expect("reads");
    let made = js("return seen.transactions.map(each => each.mode);", &[]).await;
    assert_eq!(texts(&made), ["readwrite", "readonly"]);
}

#[wasm_bindgen_test]
async fn a_newer_schema_is_refused_without_a_write_and_a_newer_minor_is_not() {
    let name = fresh_name("newer");
    let store = IdbStore::open(&name).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    store.close();
    js("(await openRaw(a, 107)).close();", &[database(&name)]).await;
    let minor = IdbStore::open(&name)
        .await
        .expect("a minor only adds stores");
    assert_eq!(value(&minor, "a").await, Ok(Some(vec![1])));
    put(&minor, "a", 2).await.expect("writes");
    minor.close();
    js("(await openRaw(a, 200)).close();", &[database(&name)]).await;
    watch().await;
    let refused = IdbStore::open(&name).await.map(|_| ());
    assert_eq!(refused, Err(Fault::TooNew));
    let left = js(
        "if (seen.transactions.length) throw 'it wrote';
         const raw = await openRaw(a);
         const version = raw.version;
         raw.close();
         return version;",
        &[database(&name)],
    )
    .await;
    assert_eq!(left.as_f64(), Some(200.0));
}

#[wasm_bindgen_test]
async fn an_open_store_gives_way_to_a_newer_build_at_once() {
    let name = fresh_name("gives-way");
    let store = IdbStore::open(&name).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    // Resolves only when our connection has closed.
    js("(await openRaw(a, 200)).close();", &[database(&name)]).await;
    assert_eq!(value(&store, "a").await, Err(Fault::TooNew));
    assert_eq!(put(&store, "a", 2).await, Err(Fault::TooNew));
    assert_eq!(value(&store, "a").await, Err(Fault::TooNew), "it stays so");
}

#[wasm_bindgen_test]
async fn an_upgrade_that_an_old_tab_blocks_is_told_and_leaves_nothing_behind() {
    let name = fresh_name("blocked");
    js(
        "globalThis.held = await openRaw(a, 1, true);",
        &[database(&name)],
    )
    .await;
    let impatient = StoreLimits {
        blocked_ms: 300,
        ..LONG
    };
    let refused = IdbStore::open_within(&name, impatient).await.map(|_| ());
    assert!(
        matches!(&refused, Err(Fault::Unavailable(said)) if said.contains("another tab")),
        "{refused:?}"
    );
    js("held.close();", &[]).await;
    let store = IdbStore::open_within(&name, LONG).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    store.close();
    // The connection that came too late must not hold the database.
    let version = js(
        "const raw = await Promise.race([openRaw(a, 200), new Promise(late => setTimeout(late, 30000))]);
         if (!raw) throw 'somebody holds it';
         raw.close();
         return raw.version;",
        &[database(&name)],
    )
    .await;
    assert_eq!(version.as_f64(), Some(200.0));
}

#[wasm_bindgen_test]
async fn a_store_that_is_removed_is_not_made_again() {
    let name = fresh_name("removed");
    let store = IdbStore::open(&name).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    js(
        "await result(indexedDB.deleteDatabase(a));",
        &[database(&name)],
    )
    .await;
    assert!(matches!(put(&store, "a", 2).await, Err(Fault::Closed(_))));
    assert!(matches!(value(&store, "a").await, Err(Fault::Closed(_))));
    let version = js(
        "const raw = await openRaw(a, 1); raw.close(); return raw.version;",
        &[database(&name)],
    )
    .await;
    assert_eq!(version.as_f64(), Some(1.0), "it was gone");
}

#[wasm_bindgen_test]
async fn a_store_that_the_browser_closes_is_opened_again_at_the_next_use() {
    let store = IdbStore::open(&fresh_name("forced")).await;
    drop(store);
    watch().await;
    let store = IdbStore::open(&fresh_name("forced")).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    let forced =
        "const raw = seen.connections.at(-1); raw.close(); raw.dispatchEvent(new Event('close'));";
    js(forced, &[]).await;
    assert_eq!(value(&store, "a").await, Ok(Some(vec![1])));
    js(forced, &[]).await;
    put(&store, "a", 2).await.expect("writes");
    // Also when the browser does not say so.
    js("seen.connections.at(-1).close();", &[]).await;
    put(&store, "b", 3).await.expect("writes");
    js("seen.connections.at(-1).close();", &[]).await;
    assert_eq!(value(&store, "a").await, Ok(Some(vec![2])));
    assert_eq!(value(&store, "b").await, Ok(Some(vec![3])));
    let opened = js("return seen.connections.length;", &[]).await;
    assert_eq!(opened.as_f64(), Some(5.0));
}

#[wasm_bindgen_test]
async fn a_commit_that_is_under_way_when_the_browser_closes_is_never_told_as_done() {
    watch().await;
    let store = IdbStore::open(&fresh_name("under-way"))
        .await
        .expect("opens");
    put(&store, "a", 1).await.expect("writes");
    // As a forced close does it: the transaction is aborted, then the connection says so.
    js(
        "globalThis.commits = 0;
         patch(IDBTransaction.prototype, 'commit', () => ({ configurable: true, writable: true, value() {
            globalThis.commits += 1;
            this.abort();
            this.db.close();
            this.db.dispatchEvent(new Event('close'));
         } }));",
        &[],
    )
    .await;
    let outcome = put(&store, "a", 2).await;
    unpatch().await;
    assert!(matches!(outcome, Err(Fault::Closed(_))), "{outcome:?}");
    let commits = js("return globalThis.commits;", &[]).await;
    assert_eq!(
        commits.as_f64(),
        Some(1.0),
        "nothing is tried twice unasked"
    );
    assert_eq!(value(&store, "a").await, Ok(Some(vec![1])));
}

#[wasm_bindgen_test]
async fn an_open_that_hangs_becomes_a_fault() {
    js(
        "patch(IDBFactory.prototype, 'open', () => ({ configurable: true, writable: true, value() {
            return { readyState: 'pending', addEventListener() {} };
         } }));",
        &[],
    )
    .await;
    let impatient = StoreLimits {
        open_ms: 300,
        ..LONG
    };
    let outcome = IdbStore::open_within(&fresh_name("hangs"), impatient)
        .await
        .map(|_| ());
    unpatch().await;
    assert_eq!(outcome, Err(Fault::Timeout));
}

#[wasm_bindgen_test]
async fn a_transaction_that_a_frozen_tab_holds_up_becomes_a_fault() {
    let name = fresh_name("frozen");
    let store = IdbStore::open_within(&name, LONG).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    let impatient = StoreLimits {
        transaction_ms: 300,
        ..LONG
    };
    let waiting = IdbStore::open_within(&name, impatient)
        .await
        .expect("opens");
    // Another connection that keeps a transaction busy for ever, as a frozen tab does.
    js(
        "globalThis.frozen = true;
         globalThis.held = await openRaw(a);
         const held = globalThis.held.transaction('meta', 'readwrite');
         const meta = held.objectStore('meta');
         const spin = () => { if (globalThis.frozen) meta.get('a').onsuccess = spin; };
         spin();
         globalThis.thawed = new Promise(done => held.oncomplete = done);",
        &[database(&name)],
    )
    .await;
    assert_eq!(value(&waiting, "a").await, Err(Fault::Timeout));
    let guarded = Batch::strict()
        .expect(META, "a", Some(vec![1]))
        .put(META, "a", vec![2]);
    assert_eq!(waiting.commit(guarded).await, Err(Fault::Timeout));
    js(
        "globalThis.frozen = false; await thawed; held.close();",
        &[],
    )
    .await;
    assert_eq!(
        value(&store, "a").await,
        Ok(Some(vec![1])),
        "given up before it asked to commit"
    );
    put(&store, "a", 3).await.expect("writes again");
}

#[wasm_bindgen_test]
async fn a_full_disk_at_the_commit_is_told_and_nothing_is_stored() {
    let store = IdbStore::open(&fresh_name("quota")).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    // The usual shape of it: no request fails; the transaction is aborted and only its `error` tells.
    js(
        "patch(IDBTransaction.prototype, 'commit', () => ({ configurable: true, writable: true, value() {
            const error = new DOMException('no room', 'QuotaExceededError');
            Object.defineProperty(this, 'error', { get: () => error });
            this.abort();
         } }));",
        &[],
    )
    .await;
    let outcome = put(&store, "a", 2).await;
    unpatch().await;
    assert!(
        matches!(&outcome, Err(Fault::Quota(said)) if said.contains("no room")),
        "{outcome:?}"
    );
    assert_eq!(value(&store, "a").await, Ok(Some(vec![1])));
}

#[wasm_bindgen_test]
async fn a_full_disk_at_a_request_is_told_and_nothing_is_stored() {
    let store = IdbStore::open(&fresh_name("quota")).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    js(
        "patch(IDBObjectStore.prototype, 'add', () => ({ configurable: true, writable: true, value() {
            throw new DOMException('no room', 'QuotaExceededError');
         } }));",
        &[],
    )
    .await;
    let batch = Batch::strict()
        .put(META, "a", vec![2])
        .append(Space::Outbox, vec![1]);
    let outcome = store.commit(batch).await;
    unpatch().await;
    assert!(matches!(outcome, Err(Fault::Quota(_))), "{outcome:?}");
    assert_eq!(value(&store, "a").await, Ok(Some(vec![1])));
}

#[wasm_bindgen_test]
async fn a_request_that_fails_takes_the_whole_batch_back() {
    let store = IdbStore::open(&fresh_name("constraint"))
        .await
        .expect("opens");
    // The browser gives no key beyond 2^53: the last request of the second batch fails.
    let last = Batch::strict().put(Space::Outbox, 1 << 53, vec![1]);
    store.commit(last).await.expect("writes");
    let batch = Batch::strict()
        .put(META, "a", vec![1])
        .append(Space::Outbox, vec![2]);
    let outcome = store.commit(batch).await;
    assert!(matches!(outcome, Err(Fault::Other(_))), "{outcome:?}");
    assert_eq!(value(&store, "a").await, Ok(None));
    put(&store, "a", 2)
        .await
        .expect("the connection is still good");
}

#[wasm_bindgen_test]
async fn a_browser_without_databases_is_told() {
    let global = "const [prototype, name] = [Object.getPrototypeOf(globalThis), 'indexedDB'];
        const owner = Object.getOwnPropertyDescriptor(globalThis, name) ? globalThis
            : Object.getOwnPropertyDescriptor(prototype, name) ? prototype
            : Object.getPrototypeOf(prototype);";
    js(
        &format!("{global} patch(owner, name, () => ({{ configurable: true, get: () => null }}));"),
        &[],
    )
    .await;
    let outcome = IdbStore::open(&fresh_name("none")).await.map(|_| ());
    unpatch().await;
    assert!(matches!(outcome, Err(Fault::Unavailable(_))), "{outcome:?}");
    js(
        "patch(IDBFactory.prototype, 'open', () => ({ configurable: true, writable: true, value() {
            throw new DOMException('not here', 'SecurityError');
         } }));",
        &[],
    )
    .await;
    let outcome = IdbStore::open(&fresh_name("none")).await.map(|_| ());
    unpatch().await;
    assert!(matches!(outcome, Err(Fault::Unavailable(_))), "{outcome:?}");
}

#[wasm_bindgen_test]
async fn a_commit_that_has_begun_runs_to_its_end_though_nobody_waits() {
    let store = IdbStore::open(&fresh_name("nobody")).await.expect("opens");
    for round in 1..=5 {
        let begun = put(&store, "a", round);
        // One look is enough to begin it.
        let first = futures::future::poll_immediate(begun).await;
        assert!(first.is_none(), "it takes a while");
        assert_eq!(value(&store, "a").await, Ok(Some(vec![round])));
    }
}

#[wasm_bindgen_test]
async fn an_attachment_of_ten_megabytes_is_a_value() {
    let store = IdbStore::open(&fresh_name("large")).await.expect("opens");
    let large: Vec<u8> = (0..10_000_000_u32).map(|byte| (byte % 251) as u8).collect();
    let batch = Batch::strict().put(Space::Blobs, "file", large.clone());
    store.commit(batch).await.expect("writes");
    let read = Read::One(Space::Blobs, "file".into());
    let rows = store.read(&[read]).await.expect("reads");
    assert!(rows[0][0].1 == large);
}

fn account(id: &str) -> Account {
    Account {
        id: id.to_owned(),
        user: User {
            id: UserId(uuid::Uuid::from_u128(1)),
            stamp: Stamp::default(),
            customer: None,
            name: "Anna Müller".into(),
            login: None,
            email: None,
            phone: None,
            role: Role::CustomerUser,
            assigned_customers: Vec::new(),
        },
        profile: "{}".into(),
        active: true,
        since: Timestamp(5),
    }
}

#[wasm_bindgen_test]
async fn accounts_are_listed_one_is_active_and_a_forgotten_one_is_gone() {
    async fn ours(names: [&str; 2]) -> Vec<(String, bool)> {
        let listed = registry::list().await.expect("lists").into_iter();
        listed
            .filter(|account| names.contains(&account.id.as_str()))
            .map(|account| (account.id, account.active))
            .collect()
    }
    let (anna, ben) = (fresh_name("anna"), fresh_name("ben"));
    let names = [anna.as_str(), ben.as_str()];
    registry::remember(&account(&anna))
        .await
        .expect("remembers");
    registry::remember(&account(&ben)).await.expect("remembers");
    assert_eq!(
        ours(names).await,
        [(anna.clone(), false), (ben.clone(), true)]
    );
    registry::deactivate(&ben).await.expect("deactivates");
    assert_eq!(
        ours(names).await,
        [(anna.clone(), false), (ben.clone(), false)]
    );
    registry::remember(&account(&anna))
        .await
        .expect("remembers");
    let listed = registry::list().await.expect("lists");
    assert!(listed.contains(&account(&anna)));

    let store = IdbStore::open(&anna).await.expect("opens");
    let other_tab = IdbStore::open(&anna).await.expect("opens");
    put(&store, "a", 1).await.expect("writes");
    registry::forget(&anna, store).await.expect("forgets");
    assert_eq!(ours(names).await, [(ben.clone(), false)]);
    assert!(matches!(
        value(&other_tab, "a").await,
        Err(Fault::Closed(_))
    ));
    let again = IdbStore::open(&anna).await.expect("opens");
    assert_eq!(value(&again, "a").await, Ok(None), "nothing is left");
}
