//! A store that fails: before or after the effect, at any commit and any read, and after a power cut.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

use futures::executor::block_on;
use rapport_domain::{Entity, Kind};
use rapport_store::conformance::samples::{create, key, op, rename, tickets};
use rapport_store::fold::{self, Sizes};
use rapport_store::writes;
use rapport_store::{
    Fault, Loss, Memory, Query, QueryResult, Replica, Space, Store, When, log, meta,
};

const SMALL: Sizes = Sizes {
    first: 3,
    full: 8,
    entries: 2,
};

fn broken() -> Fault {
    Fault::Other("planned".into())
}

async fn shown(store: &Memory) -> (Vec<QueryResult>, Vec<Option<Entity>>) {
    let replica = Replica::open(store.clone()).await.expect("opens");
    let all = |kind| replica.query(&Query::all(kind));
    let keys = replica.keys();
    let bodies = replica.load_many(&keys).await.expect("loads");
    (Kind::ALL.into_iter().map(all).collect(), bodies)
}

async fn filled() -> Memory {
    let store = Memory::new();
    for batch in 0..6_u32 {
        let records = tickets(batch * 4..batch * 4 + 6, batch + 1);
        let entry = log::append(u64::from(batch) + 1, &records, &[key(Kind::Ticket, batch)]);
        store.commit(entry.expect("encodes")).await.expect("writes");
    }
    let batch = writes::submit(op(1), &rename(7, "Mine"), vec![1], Vec::new());
    store.commit(batch.expect("encodes")).await.expect("writes");
    store
}

/// Folds until nothing is left, beginning again after every fault.
async fn fold_stubbornly(store: &Memory, generation: &[u8]) {
    for _ in 0..50 {
        match fold::fold(store, generation, SMALL).await {
            Ok(folded) if folded.entries == 0 => return,
            Ok(_) => {}
            Err(fault) => assert_eq!(fault, broken()),
        }
    }
    panic!("the log does not become empty");
}

#[test]
fn a_fold_that_fails_anywhere_changes_nothing_that_is_shown() {
    block_on(async {
        let expected = shown(&filled().await).await;
        for skip in 0..3 {
            for when in [When::Before, When::After] {
                let store = filled().await;
                let generation = writes::take_over(&store).await.expect("takes over");
                store.fail_commit(skip, broken(), when);
                fold_stubbornly(&store, &generation).await;
                let left = store.crash(Loss::Nothing);
                assert!(shown(&left).await == expected, "commit {skip} {when:?}");
            }
        }
        for skip in 0..12 {
            let store = filled().await;
            let generation = writes::take_over(&store).await.expect("takes over");
            store.fail_read(skip, broken());
            fold_stubbornly(&store, &generation).await;
            // Without the faults that the fold did not come to.
            let left = store.crash(Loss::Nothing);
            assert!(shown(&left).await == expected, "read {skip}");
        }
    });
}

#[test]
fn a_read_that_fails_is_an_error_and_the_tables_stay() {
    block_on(async {
        let store = filled().await;
        let replica = Replica::open(store.clone()).await.expect("opens");
        let before = replica.query(&Query::all(Kind::Ticket));
        let records = tickets(50..60, 1);
        let entry = log::append(7, &records, &[]).expect("encodes");
        store.commit(entry).await.expect("writes");
        store.fail_read(0, broken());
        assert_eq!(replica.refresh().await, Err(broken()));
        assert_eq!(replica.query(&Query::all(Kind::Ticket)), before);
        let changes = replica.refresh().await.expect("reads");
        assert_eq!(changes.keys.len(), 10, "nothing was missed");
        for skip in 0..2 {
            store.fail_read(skip, broken());
            assert_eq!(Replica::open(store.clone()).await.err(), Some(broken()));
        }
    });
}

/// Whatever the answer said, doing it again leaves one operation.
#[test]
fn a_submit_whose_answer_is_lost_is_not_saved_twice() {
    block_on(async {
        for when in [When::Before, When::After] {
            let store = Memory::new();
            let submit = || writes::submit(op(1), &create(1), vec![1], Vec::new());
            store.fail_commit(0, broken(), when);
            let first = store.commit(submit().expect("encodes")).await;
            assert_eq!(first, Err(broken()));
            let again = store.commit(submit().expect("encodes")).await;
            match when {
                When::Before => assert!(again.is_ok()),
                When::After => assert_eq!(again, Err(Fault::Guard)),
            }
            for space in [Space::Outbox, Space::Overlay] {
                let rows = store.read(&[rapport_store::Read::All(space)]).await;
                assert_eq!(rows.expect("reads")[0].len(), 1, "{space:?} {when:?}");
            }
        }
    });
}

/// A power cut takes relaxed commits since the last strict one: caches may go back, what the user
/// wrote may not, and what is left is whole.
#[test]
fn a_power_cut_takes_caches_back_and_nothing_else() {
    block_on(async {
        let store = filled().await;
        let strict = shown(&store).await;
        let generation = writes::take_over(&store).await.expect("takes over");
        fold::fold(&store, &generation, SMALL).await.expect("folds");
        let records = tickets(50..60, 1);
        let entry = log::append(7, &records, &[]).expect("encodes");
        store.commit(entry).await.expect("writes");
        let after = store.crash(Loss::Relaxed);
        assert!(shown(&after).await == strict);
        let sequence = after
            .read(&[meta::read(meta::SEQUENCE)])
            .await
            .expect("reads");
        assert_eq!(meta::number(meta::SEQUENCE, &sequence[0]), Ok(6));

        let batch = writes::submit(op(2), &create(99), vec![2], Vec::new());
        store.commit(batch.expect("encodes")).await.expect("writes");
        let now = shown(&store).await;
        assert!(shown(&store.crash(Loss::Relaxed)).await == now);
        assert!(shown(&store.crash(Loss::Nothing)).await == now);
    });
}
