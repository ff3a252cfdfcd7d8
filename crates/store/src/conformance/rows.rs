//! Cases of rows: keys, values, ranges, spaces.

use super::Fixture;
use crate::fault::Fault;
use crate::kv::{Batch, Key, Read, Receipt, Rows, Space, Store};

const PAGES: Space = Space::Pages;

/// The value of a row.
pub(crate) async fn value<S: Store>(
    store: &S,
    space: Space,
    key: impl Into<Key>,
) -> Result<Option<Vec<u8>>, Fault> {
    let rows = store.read(&[Read::One(space, key.into())]).await?;
    Ok(rows.into_iter().flatten().next().map(|(_, value)| value))
}

/// The rows of a space.
pub(crate) async fn all<S: Store>(store: &S, space: Space) -> Result<Rows, Fault> {
    let rows = store.read(&[Read::All(space)]).await?;
    Ok(rows.into_iter().flatten().collect())
}

fn keys(rows: &Rows) -> Vec<Key> {
    rows.iter().map(|(key, _)| key.clone()).collect()
}

fn numbers(numbers: impl IntoIterator<Item = u64>) -> Vec<Key> {
    numbers.into_iter().map(Key::Int).collect()
}

/// Whole numbers come first, by size; then texts.
pub async fn keys_come_in_order<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let order: Vec<Key> = vec![
        Key::Int(0),
        Key::Int(2),
        Key::Int(10),
        Key::Int(1 << 53),
        "".into(),
        "10".into(),
        "2".into(),
        "A".into(),
        "a".into(),
        "a/b".into(),
        "a0".into(),
        "ab".into(),
        "b".into(),
    ];
    let mut batch = Batch::relaxed();
    for (place, key) in order.iter().enumerate().rev() {
        batch = batch.put(PAGES, key.clone(), vec![place as u8]);
    }
    store.commit(batch).await?;
    let reads = [Read::All(PAGES), Read::Keys(PAGES)];
    let mut answers = store.read(&reads).await?;
    let names = answers.pop().unwrap_or_default();
    let rows = answers.pop().unwrap_or_default();
    assert_eq!(keys(&rows), order);
    assert_eq!(keys(&names), order);
    assert!(names.iter().all(|(_, value)| value.is_empty()));
    let values: Vec<u8> = rows.into_iter().flat_map(|(_, value)| value).collect();
    assert_eq!(values, (0..order.len() as u8).collect::<Vec<u8>>());
    Ok(())
}

/// From the first key on, the last one left out, no more than asked for.
pub async fn ranges_are_half_open_and_limited<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut batch = Batch::relaxed();
    for number in [1, 2, 3, 5, 8] {
        batch = batch.put(Space::Log, number, vec![number as u8]);
    }
    batch = batch.put(Space::Log, "text", vec![99]);
    store.commit(batch).await?;
    let range = |from: u64, to: Option<u64>, limit: Option<u32>| Read::Range {
        space: Space::Log,
        from: from.into(),
        to: to.map(Key::Int),
        limit,
    };
    let reads = [
        range(2, Some(5), None),
        range(2, Some(6), None),
        range(0, Some(100), Some(2)),
        range(3, Some(3), None),
        range(5, Some(2), None),
        range(6, Some(8), None),
        range(0, Some(9), Some(0)),
        range(4, None, None),
        range(4, None, Some(1)),
        range(9, None, Some(5)),
    ];
    let answers = store.read(&reads).await?;
    let found: Vec<Vec<Key>> = answers.iter().map(keys).collect();
    let text = Key::from("text");
    assert_eq!(found[0], numbers([2, 3]));
    assert_eq!(found[1], numbers([2, 3, 5]));
    assert_eq!(found[2], numbers([1, 2]));
    for (place, what) in [(3, "empty"), (4, "inverted"), (5, "gap"), (6, "limit 0")] {
        assert_eq!(found[place], [], "{what}");
    }
    assert_eq!(found[7], [numbers([5, 8]), vec![text.clone()]].concat());
    assert_eq!(found[8], numbers([5]));
    assert_eq!(found[9], [text]);
    assert_eq!(answers[0][0].1, [2]);
    Ok(())
}

/// No byte is special, and no byte is a value too.
pub async fn values_are_any_bytes<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let every: Vec<u8> = (0..=255).collect();
    let batch = Batch::strict().put(Space::Blobs, "empty", Vec::new()).put(
        Space::Blobs,
        "every",
        every.clone(),
    );
    store.commit(batch).await?;
    assert_eq!(
        value(&store, Space::Blobs, "empty").await?,
        Some(Vec::new())
    );
    assert_eq!(value(&store, Space::Blobs, "every").await?, Some(every));
    assert_eq!(value(&store, Space::Blobs, "none").await?, None);
    assert_eq!(all(&store, Space::Blobs).await?.len(), 2);
    Ok(())
}

/// A large value comes back byte for byte, by itself and among others.
pub async fn a_mebibyte_is_a_value<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut state = 7_u32;
    let large: Vec<u8> = (0..1 << 20)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let batch = Batch::strict()
        .put(Space::Blobs, "large", large.clone())
        .put(Space::Blobs, "other", large.clone())
        .put(Space::Blobs, "small", vec![1]);
    store.commit(batch).await?;
    let found = value(&store, Space::Blobs, "large").await?;
    assert!(found == Some(large.clone()), "a MiB came back changed");
    let rows = all(&store, Space::Blobs).await?;
    assert!(rows.len() == 3 && rows[0].1 == large && rows[1].1 == large);
    let guarded = Batch::strict()
        .expect(Space::Blobs, "large", Some(large))
        .delete(Space::Blobs, "large");
    store.commit(guarded).await?;
    Ok(())
}

/// The range's end stays, and so do the keys of the other type.
pub async fn deleting_a_range_takes_no_more<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut batch = Batch::relaxed();
    for number in 1..=6 {
        batch = batch.put(PAGES, number, vec![1]);
    }
    batch = batch.put(PAGES, "a", vec![1]).put(PAGES, "b", vec![1]);
    store.commit(batch).await?;
    let batch = Batch::relaxed()
        .delete_range(PAGES, 2, 4)
        .delete_range(PAGES, 5, 5)
        .delete_range(PAGES, 6, 1)
        .delete_range(PAGES, "a", "b")
        .delete_range(PAGES, 90, 99)
        .delete(PAGES, "none");
    store.commit(batch).await?;
    let left = keys(&all(&store, PAGES).await?);
    assert_eq!(left, [numbers([1, 4, 5, 6]), vec!["b".into()]].concat());
    store.commit(Batch::relaxed().clear(PAGES)).await?;
    assert_eq!(all(&store, PAGES).await?, []);
    Ok(())
}

/// One key in every space: eight rows.
pub async fn spaces_are_apart<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut batch = Batch::strict();
    for (number, space) in Space::ALL.into_iter().enumerate() {
        batch = batch.put(space, "same", vec![number as u8]);
    }
    store.commit(batch).await?;
    store.commit(Batch::strict().clear(Space::Log)).await?;
    for (number, space) in Space::ALL.into_iter().enumerate() {
        let expected = (space != Space::Log).then(|| vec![number as u8]);
        assert_eq!(value(&store, space, "same").await?, expected, "{space:?}");
    }
    Ok(())
}

/// Strict or relaxed, it is there when the store is opened again.
pub async fn everything_survives_reopening<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let mut store = fixture.open().await?;
    for round in 0..4_u8 {
        let batch = if round % 2 == 0 {
            Batch::strict()
        } else {
            Batch::relaxed()
        };
        store
            .commit(
                batch
                    .put(PAGES, u64::from(round), vec![round])
                    .append(Space::Outbox, vec![round]),
            )
            .await?;
        store = fixture.reopen(store).await?;
        let rows = all(&store, PAGES).await?;
        assert_eq!(keys(&rows), numbers(0..=u64::from(round)));
        assert_eq!(
            all(&store, Space::Outbox).await?.len(),
            usize::from(round) + 1
        );
    }
    Ok(())
}

/// Empty reads and batches are answered.
pub async fn nothing_asked_nothing_done<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    assert_eq!(store.read(&[]).await?, Vec::<Rows>::new());
    assert_eq!(store.commit(Batch::strict()).await?, Receipt::default());
    for space in Space::ALL {
        assert_eq!(all(&store, space).await?, []);
    }
    Ok(())
}
