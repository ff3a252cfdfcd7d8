//! Cases of commits: atomicity, guards, keys, parallel writers.

use super::Fixture;
use super::rows::{all, value};
use crate::fault::Fault;
use crate::kv::{Batch, Key, Read, Space, Store};
use futures::FutureExt;
use futures::future::{join, join_all, try_join_all};

const META: Space = Space::Meta;

/// A guard that does not hold stops every step, also those of other spaces and appended rows.
pub async fn a_batch_happens_whole_or_not_at_all<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let batch = Batch::strict()
        .put(META, "a", vec![1])
        .put(Space::Pages, "p", vec![2])
        .append(Space::Outbox, vec![3]);
    let receipt = store.commit(batch).await?;
    assert_eq!(receipt.appended.len(), 1);

    for durable in [Batch::strict(), Batch::relaxed()] {
        let refused = durable
            .expect(META, "a", Some(vec![1]))
            .expect(Space::Pages, "p", Some(vec![9]))
            .put(META, "a", vec![7])
            .delete(Space::Pages, "p")
            .clear(Space::Outbox)
            .append(Space::Outbox, vec![8]);
        assert_eq!(store.commit(refused).await, Err(Fault::Guard));
    }
    assert_eq!(value(&store, META, "a").await?, Some(vec![1]));
    assert_eq!(value(&store, Space::Pages, "p").await?, Some(vec![2]));
    let outbox = all(&store, Space::Outbox).await?;
    assert_eq!(outbox, [(Key::Int(receipt.appended[0]), vec![3])]);
    Ok(())
}

/// Equal means equal byte for byte; an empty value is not an absent one.
pub async fn guards_compare_exact_bytes_and_absence<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let first = Batch::strict()
        .expect(META, "a", None)
        .put(META, "a", vec![1, 2, 3])
        .put(META, "empty", Vec::new());
    store.commit(first).await?;
    let refused = [
        ("a", None),
        ("a", Some(vec![1, 2])),
        ("a", Some(vec![1, 2, 3, 4])),
        ("a", Some(vec![1, 2, 4])),
        ("a", Some(Vec::new())),
        ("empty", None),
        ("none", Some(Vec::new())),
    ];
    for (key, expected) in refused {
        let batch = Batch::strict()
            .expect(META, key, expected.clone())
            .put(META, "done", vec![1]);
        assert_eq!(
            store.commit(batch).await,
            Err(Fault::Guard),
            "{key} {expected:?}"
        );
    }
    assert_eq!(value(&store, META, "done").await?, None);
    let held = Batch::strict()
        .expect(META, "a", Some(vec![1, 2, 3]))
        .expect(META, "empty", Some(Vec::new()))
        .expect(META, "none", None)
        .expect(Space::Outbox, 1, None)
        .put(META, "done", vec![1]);
    store.commit(held).await?;
    assert_eq!(value(&store, META, "done").await?, Some(vec![1]));
    Ok(())
}

/// Guards are checked before the first step of their own batch.
pub async fn guards_see_the_state_before_the_batch<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let batch = Batch::strict()
        .put(META, "a", vec![1])
        .expect(META, "a", None);
    store.commit(batch).await?;
    let guard_only = Batch::strict().expect(META, "a", Some(vec![1]));
    store.commit(guard_only).await?;
    let guard_only = Batch::strict().expect(META, "a", None);
    assert_eq!(store.commit(guard_only).await, Err(Fault::Guard));
    Ok(())
}

/// A later step sees what an earlier one did.
pub async fn steps_happen_in_order<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let batch = Batch::strict()
        .put(META, "a", vec![1])
        .delete(META, "a")
        .put(META, "a", vec![2])
        .put(META, "a", vec![3])
        .put(META, "b", vec![1])
        .clear(META)
        .put(META, "c", vec![4])
        .append(Space::Outbox, vec![1])
        .append(Space::Outbox, vec![2])
        .put(Space::Log, 1, vec![1])
        .delete_range(Space::Log, Key::FIRST, 2)
        .put(Space::Log, 2, vec![2]);
    let receipt = store.commit(batch).await?;
    assert_eq!(all(&store, META).await?, [(Key::from("c"), vec![4])]);
    assert_eq!(all(&store, Space::Log).await?, [(Key::Int(2), vec![2])]);
    let [first, second] = receipt.appended[..] else {
        return Err(Fault::Other(format!("{receipt:?}")));
    };
    assert!(first < second);
    let outbox = all(&store, Space::Outbox).await?;
    assert_eq!(
        outbox,
        [(Key::Int(first), vec![1]), (Key::Int(second), vec![2])]
    );
    Ok(())
}

/// A key is never given twice: not after the last row is deleted, not after all are, not after the
/// store was opened again, and not below a key that was written by hand.
pub async fn appended_keys_only_grow<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    async fn append<S: Store>(store: &S) -> Result<u64, Fault> {
        let receipt = store
            .commit(Batch::strict().append(Space::Outbox, vec![1]))
            .await?;
        receipt
            .appended
            .first()
            .copied()
            .ok_or(Fault::Other("no key".into()))
    }
    let mut store = fixture.open().await?;
    let mut last = 0;
    for round in 0..4 {
        let key = append(&store).await?;
        assert!(key > last, "round {round}: {key} after {last}");
        last = append(&store).await?;
        assert!(last > key);
        let shrink = match round {
            0 => Batch::strict().delete(Space::Outbox, last),
            1 => Batch::strict().clear(Space::Outbox),
            2 => Batch::strict().delete_range(Space::Outbox, 0, last + 1),
            _ => Batch::strict().put(Space::Outbox, last + 10, vec![2]),
        };
        store.commit(shrink).await?;
        store = fixture.reopen(store).await?;
    }
    let key = append(&store).await?;
    assert!(
        key > last + 10,
        "{key} after {} was written by hand",
        last + 10
    );
    Ok(())
}

/// Every space gives keys of its own.
pub async fn rows_are_appended_in_every_space<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut batch = Batch::relaxed();
    for space in Space::ALL {
        batch = batch.append(space, vec![1]).append(space, vec![2]);
    }
    let appended = store.commit(batch).await?.appended;
    for (keys, space) in appended.chunks(2).zip(Space::ALL) {
        let rows = all(&store, space).await?;
        let expected = [(Key::Int(keys[0]), vec![1]), (Key::Int(keys[1]), vec![2])];
        assert_eq!(rows, expected, "{space:?}");
    }
    Ok(())
}

/// A commit is seen by other handles and by other connections as soon as it is reported.
pub async fn what_is_committed_is_seen_by_every_connection<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let other = fixture.open().await?;
    for round in 0..10_u8 {
        let (writer, reader) = if round % 2 == 0 {
            (&store, &other)
        } else {
            (&other, &store)
        };
        let batch = Batch::relaxed().put(META, "a", vec![round]);
        writer.commit(batch).await?;
        assert_eq!(value(writer, META, "a").await?, Some(vec![round]));
        assert_eq!(value(&writer.clone(), META, "a").await?, Some(vec![round]));
        assert_eq!(value(reader, META, "a").await?, Some(vec![round]));
    }
    Ok(())
}

/// Two rows that are always written together are never read apart.
pub async fn one_read_sees_one_state<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let other = fixture.open().await?;
    let write = async {
        for round in 1..=40_u8 {
            let batch =
                Batch::relaxed()
                    .put(META, "a", vec![round])
                    .put(Space::Pages, "b", vec![round]);
            store.commit(batch).await?;
        }
        Ok::<(), Fault>(())
    };
    let read = async {
        let reads = [
            Read::One(META, "a".into()),
            Read::All(Space::Pages),
            Read::One(META, "a".into()),
        ];
        for _ in 0..40 {
            let rows = other.read(&reads).await?;
            let seen: Vec<Option<&Vec<u8>>> = rows
                .iter()
                .map(|rows| rows.first().map(|(_, value)| value))
                .collect();
            assert!(seen.iter().all(|value| *value == seen[0]), "{seen:?}");
        }
        Ok::<(), Fault>(())
    };
    let (written, read) = join(write, read).await;
    written.and(read)
}

/// Rows appended at once by two connections are all there, each under its own key.
pub async fn parallel_commits_are_all_kept<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let connections = [fixture.open().await?, fixture.open().await?];
    let commits = (0..40_u8).map(|number| {
        let store = &connections[usize::from(number % 2)];
        store.commit(Batch::strict().append(Space::Outbox, vec![number]).put(
            Space::Overlay,
            format!("{number:03}"),
            vec![number],
        ))
    });
    let receipts = try_join_all(commits).await?;
    let mut keys: Vec<u64> = receipts.into_iter().flat_map(|r| r.appended).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 40);
    let rows = all(&connections[0], Space::Outbox).await?;
    let mut values: Vec<u8> = rows.into_iter().flat_map(|(_, value)| value).collect();
    values.sort_unstable();
    assert_eq!(values, (0..40).collect::<Vec<u8>>());
    assert_eq!(all(&connections[1], Space::Overlay).await?.len(), 40);
    Ok(())
}

/// Of several who change the same row from the same state, one succeeds; whoever tries again until it
/// works is counted exactly once.
pub async fn parallel_guarded_commits_count_right<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let connections = [fixture.open().await?, fixture.open().await?];
    let one = |number: usize| {
        let store = connections[number % 2].clone();
        async move {
            loop {
                let before = value(&store, META, "count").await?;
                let next = before.as_ref().map_or(0, |bytes| bytes[0]) + 1;
                let batch =
                    Batch::strict()
                        .expect(META, "count", before)
                        .put(META, "count", vec![next]);
                match store.commit(batch).await {
                    Err(Fault::Guard) => {}
                    other => return other.map(|_| ()),
                }
            }
        }
    };
    for done in join_all((0..12).map(one)).await {
        done?;
    }
    assert_eq!(value(&connections[0], META, "count").await?, Some(vec![12]));
    Ok(())
}

/// A commit whose future is dropped while it is under way has happened, or has not; never in part.
pub async fn a_dropped_commit_is_whole_or_nothing<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    for round in 0..6_u8 {
        let batch = Batch::strict()
            .expect(META, "never", None)
            .put(META, "a", vec![round])
            .put(Space::Pages, "b", vec![round]);
        let mut commit = Box::pin(store.commit(batch));
        for _ in 0..round {
            // Each look lets the store get a little further.
            if (&mut commit).now_or_never().is_some() {
                break;
            }
            value(&store, Space::Drafts, "none").await?;
        }
        drop(commit);
        let a = value(&store, META, "a").await?;
        let b = value(&store, Space::Pages, "b").await?;
        assert_eq!(a, b, "round {round}");
        store
            .commit(
                Batch::strict()
                    .put(META, "a", vec![99])
                    .put(Space::Pages, "b", vec![99]),
            )
            .await?;
    }
    Ok(())
}
