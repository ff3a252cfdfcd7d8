//! Cases of folding: nothing that is shown changes by it, and little is rewritten.

use super::Fixture;
use super::common::{SMALL, fold_all, numbers, pull, save};
use super::rows::all;
use super::samples::{comment, key, rename, ticket, tickets};
use crate::columns;
use crate::fault::Fault;
use crate::fold::{self, Folded};
use crate::kv::{Batch, Space, Store};
use crate::query::{Query, QueryResult};
use crate::replica::Replica;
use crate::writes;
use futures::FutureExt;
use rapport_domain::{Entity, Kind, RecordKey};

/// Before and after, here and in a tab that is opened later: the same rows and the same bodies.
pub async fn a_fold_changes_nothing_that_is_shown<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let replica = Replica::open(store.clone()).await?;
    for batch in 0..5 {
        let mut records = tickets(batch * 7..batch * 7 + 9, 1 + batch);
        records.extend((0..6).map(|n| Entity::Comment(comment(batch * 6 + n, n * 3, 1))));
        pull(&store, &records, &[key(Kind::Ticket, batch * 5)]).await?;
    }
    replica.refresh().await?;
    assert_eq!(replica.unfolded(), 5);
    let before = snapshot(&replica).await?;
    let folded = fold_all(&store).await?;
    assert!(
        folded.entries == 5 && folded.written > 4 && !folded.more,
        "{folded:?}"
    );
    assert_eq!(all(&store, Space::Log).await?, []);
    let changes = replica.refresh().await?;
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(replica.unfolded(), 0);
    assert!(
        snapshot(&replica).await? == before,
        "shown before: {before:?}"
    );
    let store = fixture.reopen(store).await?;
    let later = Replica::open(store.clone()).await?;
    assert!(snapshot(&later).await? == before);
    assert_eq!(fold_all(&store).await?, Folded::default(), "nothing to do");
    Ok(())
}

async fn snapshot<S: Store>(
    replica: &Replica<S>,
) -> Result<(Vec<QueryResult>, Vec<Option<Entity>>), Fault> {
    let query = |kind| replica.query(&Query::all(kind));
    let bodies = replica.load_many(&replica.keys()).await?;
    Ok((Kind::ALL.into_iter().map(query).collect(), bodies))
}

/// New records go into the newest page; a change in the middle replaces one page.
pub async fn a_fold_replaces_only_what_changed<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(0..67, 1), &[]).await?;
    let folded = fold_all(&store).await?;
    assert_eq!((folded.written, folded.kept), (9, 0), "3 and 8 times 8");
    pull(&store, &tickets([30], 2), &[]).await?;
    let folded = fold_all(&store).await?;
    assert_eq!((folded.written, folded.kept), (1, 8));
    pull(&store, &tickets([67], 1), &[]).await?;
    let folded = fold_all(&store).await?;
    assert_eq!(
        (folded.written, folded.kept),
        (2, 8),
        "3 and the one pushed out"
    );
    for number in 68..90 {
        pull(&store, &tickets([number], 1), &[]).await?;
        let folded = fold_all(&store).await?;
        assert!(folded.written <= 3, "{number}: {folded:?}");
        assert!(folded.written + folded.kept <= 14, "no crumbs: {folded:?}");
    }
    let gone: Vec<RecordKey> = (0..88).map(|number| key(Kind::Ticket, number)).collect();
    pull(&store, &[], &gone).await?;
    let folded = fold_all(&store).await?;
    assert_eq!((folded.written, folded.kept), (1, 0));
    assert_eq!(
        all(&store, Space::Pages).await?.len(),
        2,
        "columns and bodies"
    );
    let replica = Replica::open(store).await?;
    assert_eq!(numbers(&replica.query(&Query::all(Kind::Ticket))), [88, 89]);
    Ok(())
}

/// A tab that has not heard of a fold asks for a body whose page is gone, and gets it.
pub async fn a_tab_with_old_pages_reads_on<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let other = fixture.open().await?;
    pull(&store, &tickets(0..20, 1), &[]).await?;
    fold_all(&store).await?;
    let behind = Replica::open(other).await?;
    pull(&store, &tickets(0..20, 2), &[]).await?;
    fold_all(&store).await?;
    let loaded = behind.load(key(Kind::Ticket, 7)).await?;
    assert_eq!(loaded, Some(Entity::Ticket(ticket(7, 2))));
    let row = behind.base_row(&key(Kind::Ticket, 9));
    let version = row.map(|row| row.text(columns::ticket::VERSION).to_owned());
    assert_eq!(version.as_deref(), Some("2"), "the tables came along");
    Ok(())
}

/// Whoever took over before the last one may not fold any more.
pub async fn a_stale_writer_folds_nothing<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let stale = writes::take_over(&store).await?;
    let current = writes::take_over(&store).await?;
    assert_ne!(stale, current);
    pull(&store, &tickets(0..3, 1), &[]).await?;
    let refused = fold::fold(&store, &stale, SMALL).await;
    assert_eq!(refused, Err(Fault::Guard));
    assert_eq!(all(&store, Space::Pages).await?, []);
    assert_eq!(all(&store, Space::Log).await?.len(), 1);
    fold::fold(&store, &current, SMALL).await?;
    assert_eq!(all(&store, Space::Log).await?, []);
    Ok(())
}

/// A page whose columns another build wrote shows the same as before.
pub async fn columns_of_another_build_are_made_anew<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(0..20, 1), &[]).await?;
    fold_all(&store).await?;
    let before = Replica::open(store.clone()).await?;
    let pages = store.read(&[crate::pages::read_columns(None)]).await?;
    let mut batch = Batch::strict();
    for (key, _) in pages.into_iter().flatten() {
        let foreign = crate::pages::Columns {
            layout: columns::LAYOUT ^ 1,
            rows: Vec::new(),
        };
        batch = batch.put(Space::Pages, key, crate::page::encode(&foreign)?);
    }
    store.commit(batch).await?;
    let after = Replica::open(store.clone()).await?;
    assert_eq!(snapshot(&after).await?, snapshot(&before).await?);
    pull(&store, &tickets(0..1, 2), &[]).await?;
    let folded = fold_all(&store).await?;
    assert_eq!(folded.kept, 0, "a fold writes them as this build does");
    Ok(())
}

/// A tab that slept through pulls and folds is told what came, what changed and what went.
pub async fn a_tab_that_was_away_learns_what_changed<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(0..20, 1), &[]).await?;
    fold_all(&store).await?;
    let away = Replica::open(fixture.open().await?).await?;
    pull(&store, &tickets([4, 30], 2), &[key(Kind::Ticket, 9)]).await?;
    fold_all(&store).await?;
    let changes = away.refresh().await?;
    let expected = [4, 9, 30].map(|number| key(Kind::Ticket, number));
    assert_eq!(changes, expected.into_iter().collect());
    Ok(())
}

/// Of a record that a batch names twice the last form counts; one that it also removes is gone.
pub async fn the_last_word_of_a_batch_counts<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let replica = Replica::open(store.clone()).await?;
    let records = [
        tickets(1..=2, 1),
        tickets(1..=1, 3),
        tickets(1..=1, 2),
        tickets(3..=3, 1),
    ]
    .concat();
    pull(&store, &records, &[key(Kind::Ticket, 3)]).await?;
    for fold in [false, true] {
        if fold {
            fold_all(&store).await?;
        }
        replica.refresh().await?;
        assert_eq!(numbers(&replica.query(&Query::all(Kind::Ticket))), [1, 2]);
        let row = replica.base_row(&key(Kind::Ticket, 1));
        let version = row.map(|row| row.text(columns::ticket::VERSION).to_owned());
        assert_eq!(version.as_deref(), Some("2"));
        let loaded = replica.load(key(Kind::Ticket, 1)).await?;
        assert_eq!(loaded, Some(Entity::Ticket(ticket(1, 2))));
    }
    Ok(())
}

/// However far a refresh has come when others pull, fold and refresh: what it shows is whole, and never
/// older than what was shown before.
pub async fn a_refresh_that_is_overtaken_shows_the_newest<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(0..12, 1), &[]).await?;
    fold_all(&store).await?;
    let replica = Replica::open(store.clone()).await?;
    for round in 0..56_u32 {
        let [folded, overtaken_by_fold, refreshed] = [1, 2, 4].map(|bit| round & bit != 0);
        pull(&store, &tickets([11], 2 * round + 2), &[]).await?;
        if folded {
            fold_all(&store).await?;
        }
        save(&store, round, &rename(round % 12, "Mine")).await?;
        let mut overtaken = Box::pin(replica.refresh());
        let mut done = false;
        for _ in 0..round / 8 {
            done |= (&mut overtaken).now_or_never().is_some();
            if done {
                break;
            }
            // Lets a real store get on.
            all(&store, Space::Drafts).await?;
        }
        pull(&store, &tickets([11], 2 * round + 3), &[]).await?;
        if overtaken_by_fold {
            fold_all(&store).await?;
        }
        if refreshed {
            replica.refresh().await?;
        }
        if !done {
            overtaken.await?;
        }
        let total = replica.query(&Query::all(Kind::Ticket)).total;
        assert_eq!(total, 12, "round {round}: old or new, but whole");
        if !refreshed {
            replica.refresh().await?;
        }
        let fresh = Replica::open(store.clone()).await?;
        let expected = snapshot(&fresh).await?;
        assert!(snapshot(&replica).await? == expected, "round {round}");
    }
    Ok(())
}
