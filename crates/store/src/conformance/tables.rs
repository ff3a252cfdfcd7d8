//! Cases of the tables above the store: what is shown of base and local changes, and that folding,
//! wiping and restarting change nothing of it.

use super::Fixture;
use super::rows::{all, value};
use super::samples::{
    attachment, comment, create, id, key, op, rename, say, service, ticket, tickets,
};
use crate::columns;
use crate::fault::Fault;
use crate::fold::{self, Folded, Sizes};
use crate::kv::{Batch, Key, Read, Space, Store};
use crate::log;
use crate::meta;
use crate::query::{Filter, Query, QueryResult};
use crate::replica::Replica;
use crate::writes::{self, Draft, Extra, UsedDraft};
use rapport_domain::{Entity, Intent, Kind, RecordKey, TicketId, Timestamp};

const SMALL: Sizes = Sizes {
    first: 3,
    full: 8,
    entries: 64,
};

async fn pull<S: Store>(store: &S, records: &[Entity], gone: &[RecordKey]) -> Result<(), Fault> {
    let rows = store.read(&[meta::read(meta::SEQUENCE)]).await?;
    let sequence = meta::decode(meta::SEQUENCE, rows.first().and_then(meta::value))?;
    store
        .commit(log::append(sequence + 1, records, gone)?)
        .await?;
    Ok(())
}

async fn save<S: Store>(store: &S, number: u32, intent: &Intent) -> Result<u64, Fault> {
    let batch = writes::submit(op(number), intent, vec![number as u8], Extra::default())?;
    let receipt = store.commit(batch).await?;
    receipt
        .appended
        .first()
        .copied()
        .ok_or_else(|| Fault::Other("no outbox row".into()))
}

async fn fold_all<S: Store>(store: &S) -> Result<Folded, Fault> {
    let generation = writes::take_over(store).await?;
    fold::fold(store, &generation, SMALL).await
}

fn subjects(result: &QueryResult) -> Vec<&str> {
    let rows = result.rows.iter();
    rows.map(|shown| shown.row.text(columns::ticket::SUBJECT))
        .collect()
}

fn numbers(result: &QueryResult) -> Vec<u32> {
    let rows = result.rows.iter();
    rows.map(|shown| shown.row.key.id.as_u128() as u32)
        .collect()
}

/// What was saved is in the list, in the outbox and among the blobs, also after a restart; the draft
/// it came from is gone.
pub async fn a_submitted_change_is_shown_and_survives<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let replica = Replica::open(store.clone()).await?;
    let draft = Draft::new(Timestamp(5), serde_json::json!({"subject": "Printer"}));
    store.commit(writes::save_draft("new", &draft)?).await?;

    let file = attachment(4, 1);
    let extra = Extra {
        blobs: vec![(file.id, vec![1, 2, 3])],
        draft: Some(UsedDraft {
            key: "new".into(),
            expected: Some(draft.encode()?),
        }),
    };
    let with_file = Intent::AddAttachment {
        attachment: file.clone(),
    };
    let batch = writes::submit(op(1), &create(1), vec![1], Extra::default())?.and(writes::submit(
        op(2),
        &with_file,
        vec![2],
        extra,
    )?);
    store.commit(batch).await?;

    let changes = replica.refresh().await?;
    assert!(changes.contains(&key(Kind::Ticket, 1)) && changes.contains(&file_key(4)));
    assert!(changes.touches(&Query::all(Kind::Ticket)));
    assert!(!changes.touches(&Query::all(Kind::Service)));
    assert_eq!(replica.refresh().await?.keys.len(), 0, "nothing new");

    drop(replica);
    let store = fixture.reopen(store).await?;
    let replica = Replica::open(store.clone()).await?;
    let shown = replica.query(&Query::all(Kind::Ticket));
    assert_eq!((shown.total, numbers(&shown)), (1, vec![1]));
    assert_eq!(shown.rows[0].local.created, Some(op(1)));
    assert_eq!(shown.rows[0].local.thread, [op(2)]);
    let loaded = replica.load(key(Kind::Ticket, 1)).await?;
    assert_eq!(loaded, Some(Entity::Ticket(ticket(1, 0))));
    let loaded = replica.load(file_key(4)).await?;
    assert_eq!(loaded, Some(Entity::Attachment(file.clone())));
    assert_eq!(writes::drafts(&store).await?, []);
    let outbox = all(&store, Space::Outbox).await?;
    let rows: Vec<Vec<u8>> = outbox.into_iter().map(|(_, row)| row).collect();
    assert_eq!(rows, [vec![1], vec![2]]);
    let bytes = writes::blob(&store, &file.id.to_string()).await?;
    assert_eq!(bytes, Some(vec![1, 2, 3]));
    assert_eq!(replica.keys(), []);
    Ok(())
}

fn file_key(number: u32) -> RecordKey {
    key(Kind::Attachment, number)
}

/// The same operation, pressed twice, is there once.
pub async fn a_change_is_submitted_once<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    save(&store, 1, &create(1)).await?;
    assert_eq!(save(&store, 1, &create(1)).await, Err(Fault::Guard));
    assert_eq!(all(&store, Space::Outbox).await?.len(), 1);
    Ok(())
}

/// Two tabs with the same draft: one makes a ticket of it, the other is refused.
pub async fn a_draft_becomes_one_change<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let other = fixture.open().await?;
    let draft = Draft::new(Timestamp(5), serde_json::json!("words"));
    store.commit(writes::save_draft("new", &draft)?).await?;
    let found = writes::draft(&other, "new").await?;
    assert_eq!(found, Some((draft.clone(), draft.encode()?)));
    let from_draft = |number: u32| -> Result<Batch, Fault> {
        let extra = Extra {
            blobs: Vec::new(),
            draft: Some(UsedDraft {
                key: "new".into(),
                expected: Some(draft.encode()?),
            }),
        };
        writes::submit(op(number), &create(number), vec![0], extra)
    };
    store.commit(from_draft(1)?).await?;
    assert_eq!(other.commit(from_draft(2)?).await, Err(Fault::Guard));
    assert_eq!(all(&store, Space::Outbox).await?.len(), 1);
    assert_eq!(all(&store, Space::Overlay).await?.len(), 1);
    Ok(())
}

/// Outbox row, overlay row and bytes go together, and only if the row is as it was read.
pub async fn a_discard_takes_everything_of_an_operation<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let file = attachment(4, 1);
    let intent = Intent::AddAttachment {
        attachment: file.clone(),
    };
    let extra = Extra {
        blobs: vec![(file.id, vec![1])],
        draft: None,
    };
    let receipt = store
        .commit(writes::submit(op(1), &intent, vec![7], extra)?)
        .await?;
    let sequence = receipt.appended[0];
    store
        .commit(writes::replace_outbox(sequence, vec![7], vec![8]))
        .await?;
    let stale = writes::discard(op(1), sequence, vec![7], &intent);
    assert_eq!(store.commit(stale).await, Err(Fault::Guard));
    assert_eq!(all(&store, Space::Overlay).await?.len(), 1);
    assert_eq!(all(&store, Space::Blobs).await?.len(), 1);
    store
        .commit(writes::discard(op(1), sequence, vec![8], &intent))
        .await?;
    for space in [Space::Outbox, Space::Overlay, Space::Blobs] {
        assert_eq!(all(&store, space).await?, [], "{space:?}");
    }
    Ok(())
}

/// The edited field stays as the user wants it while the others follow the base; the acknowledgement
/// takes the edit away in the commit that brings the new base.
pub async fn an_edit_lies_over_the_base_until_it_is_acknowledged<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(1..=2, 1), &[]).await?;
    let replica = Replica::open(store.clone()).await?;
    let intent = rename(1, "Mine");
    let sequence = save(&store, 3, &intent).await?;
    let changes = replica.refresh().await?;
    assert!(changes.contains(&key(Kind::Ticket, 1)) && !changes.contains(&key(Kind::Ticket, 2)));
    let state = |replica: &Replica<F::Store>| {
        let shown = replica.row(&key(Kind::Ticket, 1));
        shown.map(|shown| {
            (
                shown.row.text(columns::ticket::SUBJECT).to_owned(),
                shown.row.text(columns::ticket::STATE).to_owned(),
                shown.local.edits,
            )
        })
    };
    let expected = |subject: &str, state: &str, edits: &[u32]| {
        let edits = edits.iter().map(|edit| op(*edit)).collect();
        Some((subject.to_owned(), state.to_owned(), edits))
    };
    assert_eq!(state(&replica), expected("Mine", "pending", &[3]));

    pull(&store, &tickets(1..=1, 3), &[]).await?;
    replica.refresh().await?;
    assert_eq!(state(&replica), expected("Mine", "acknowledged", &[3]));
    let base = replica.load_base(key(Kind::Ticket, 1)).await?;
    assert_eq!(base, Some(Entity::Ticket(ticket(1, 3))));

    let mut received = ticket(1, 4);
    received.subject = "Mine".into();
    let acknowledged = writes::discard(op(3), sequence, vec![3], &intent).and(log::append(
        3,
        &[Entity::Ticket(received.clone())],
        &[],
    )?);
    store.commit(acknowledged).await?;
    replica.refresh().await?;
    assert_eq!(state(&replica), expected("Mine", "pending", &[]));
    assert!(replica.local(&key(Kind::Ticket, 1)).is_clean());
    let loaded = replica.load(key(Kind::Ticket, 1)).await?;
    assert_eq!(loaded, Some(Entity::Ticket(received)));
    Ok(())
}

/// A pull may bring the record before the acknowledgement does: it is shown once, as the base has it.
pub async fn a_created_record_yields_to_the_base<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let replica = Replica::open(store.clone()).await?;
    save(&store, 1, &create(1)).await?;
    save(&store, 2, &say(9, 1)).await?;
    replica.refresh().await?;
    assert_eq!(replica.local(&key(Kind::Ticket, 1)).created, Some(op(1)));
    let records = [
        Entity::Ticket(ticket(1, 2)),
        Entity::Comment(comment(9, 1, 1)),
    ];
    pull(&store, &records, &[]).await?;
    let changes = replica.refresh().await?;
    assert!(changes.contains(&key(Kind::Ticket, 1)));
    for record in records {
        let shown = replica.query(&Query::all(record.key().kind));
        assert_eq!(shown.total, 1);
        assert!(shown.rows[0].local.is_clean(), "{:?}", shown.rows[0].local);
        assert_eq!(replica.load(record.key()).await?, Some(record));
    }
    assert_eq!(all(&store, Space::Overlay).await?.len(), 2, "kept");
    Ok(())
}

/// A record that went away under an edit is not shown half; the edit waits.
pub async fn an_edit_without_a_base_is_kept_but_not_shown<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(1..=1, 1), &[]).await?;
    save(&store, 1, &rename(1, "Mine")).await?;
    let replica = Replica::open(store.clone()).await?;
    pull(&store, &[], &[key(Kind::Ticket, 1)]).await?;
    let changes = replica.refresh().await?;
    assert!(changes.contains(&key(Kind::Ticket, 1)));
    assert_eq!(replica.query(&Query::all(Kind::Ticket)).total, 0);
    assert_eq!(replica.load(key(Kind::Ticket, 1)).await?, None);
    assert_eq!(replica.overlay(&key(Kind::Ticket, 1)).len(), 1);
    pull(&store, &tickets(1..=1, 2), &[]).await?;
    replica.refresh().await?;
    let shown = replica.query(&Query::all(Kind::Ticket));
    assert_eq!(subjects(&shown), ["Mine"]);
    Ok(())
}

/// A row that no build of ours wrote is told, not thrown away.
pub async fn an_unreadable_change_is_kept_and_hides_nothing<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    save(&store, 1, &create(1)).await?;
    let odd = Batch::strict().put(Space::Overlay, "odd", b"{\"v\":9}".to_vec());
    store.commit(odd).await?;
    let replica = Replica::open(store.clone()).await?;
    assert_eq!(replica.query(&Query::all(Kind::Ticket)).total, 1);
    assert_eq!(replica.unreadable(), [Key::from("odd")]);
    assert_eq!(all(&store, Space::Overlay).await?.len(), 2);
    Ok(())
}

/// A comment that is not sent yet is the last one in the list of tickets, at its time.
pub async fn words_of_ones_own_come_first_in_the_list<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(1..=3, 1), &[]).await?;
    save(&store, 1, &say(50, 1)).await?;
    let replica = Replica::open(store.clone()).await?;
    let newest = Query::all(Kind::Ticket).descending(columns::ticket::ACTIVE_AT);
    let shown = replica.query(&newest);
    assert_eq!(numbers(&shown), [1, 3, 2]);
    let row = &shown.rows[0].row;
    assert_eq!(row.text(columns::ticket::LAST_COMMENT_TEXT), "Word 50 on 1");
    assert_eq!(shown.rows[0].local.thread, [op(1)]);
    let thread =
        Query::all(Kind::Comment).filter(Filter::eq(columns::comment::TICKET, id(Kind::Ticket, 1)));
    assert_eq!(replica.query(&thread).total, 1);
    Ok(())
}

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

/// Pages, log and cursor go; everything else is there byte for byte, and other tabs notice.
pub async fn a_wipe_leaves_what_the_user_wrote<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let stale = writes::take_over(&store).await?;
    pull(&store, &tickets(0..20, 1), &[]).await?;
    fold::fold(&store, &stale, SMALL).await?;
    pull(&store, &tickets(20..23, 1), &[]).await?;
    let extra = Extra {
        blobs: vec![(attachment(1, 1).id, vec![9; 100])],
        draft: None,
    };
    let draft = Draft::new(Timestamp(5), serde_json::json!([1, 2]));
    let batch = writes::submit(op(1), &create(500), vec![1], extra)?
        .and(writes::submit(
            op(2),
            &rename(1, "Mine"),
            vec![2],
            Extra::default(),
        )?)
        .and(writes::save_draft("d", &draft)?)
        .and(writes::mark_read(
            TicketId(id(Kind::Ticket, 1)),
            Timestamp(3),
        ))
        .put(Space::Meta, meta::CURSOR, b"cursor".to_vec())
        .put(Space::Meta, meta::PROFILE, b"profile".to_vec());
    store.commit(batch).await?;
    let replica = Replica::open(store.clone()).await?;
    let kept = [
        Space::Overlay,
        Space::Outbox,
        Space::Drafts,
        Space::Blobs,
        Space::Marks,
    ];
    let reads: Vec<Read> = kept.into_iter().map(Read::All).collect();
    let before = store.read(&reads).await?;
    let generation = writes::wipe(&store).await?;
    assert_ne!(generation, stale, "the writer until now is stopped");
    assert_eq!(store.read(&reads).await?, before);
    assert_eq!(all(&store, Space::Pages).await?, []);
    assert_eq!(all(&store, Space::Log).await?, []);
    assert_eq!(value(&store, Space::Meta, meta::CURSOR).await?, None);
    let profile = value(&store, Space::Meta, meta::PROFILE).await?;
    assert_eq!(profile, Some(b"profile".to_vec()));
    let changes = replica.refresh().await?;
    assert!(changes.contains(&key(Kind::Ticket, 3)));
    assert_eq!(numbers(&replica.query(&Query::all(Kind::Ticket))), [500]);
    pull(&store, &tickets(0..3, 5), &[]).await?;
    replica.refresh().await?;
    assert_eq!(replica.query(&Query::all(Kind::Ticket)).total, 4);
    Ok(())
}

/// Damage is named, never shown as “nothing there”, and a wipe mends it.
pub async fn a_damaged_page_is_reported_and_wiped<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    save(&store, 1, &create(500)).await?;
    pull(&store, &tickets(0..20, 1), &[]).await?;
    fold_all(&store).await?;
    let whole = all(&store, Space::Pages).await?;
    for (key, bytes) in &whole {
        let half = bytes[..bytes.len() / 2].to_vec();
        let damage = Batch::strict().put(Space::Pages, key.clone(), half);
        store.commit(damage).await?;
        let result = match Replica::open(store.clone()).await {
            Ok(replica) => replica.load_many(&replica.keys()).await.map(|_| ()),
            Err(fault) => Err(fault),
        };
        assert!(
            matches!(result, Err(Fault::Corrupt(_))),
            "{key:?}: {result:?}"
        );
        let mend = Batch::strict().put(Space::Pages, key.clone(), bytes.clone());
        store.commit(mend).await?;
    }
    let sequence = value(&store, Space::Meta, meta::SEQUENCE).await?;
    let number = meta::decode(meta::SEQUENCE, sequence.as_deref())?;
    let damage = Batch::strict()
        .put(Space::Log, number + 1, vec![1, 0, 0, 0, 255])
        .put(Space::Meta, meta::SEQUENCE, meta::encode(number + 1));
    store.commit(damage).await?;
    let opened = Replica::open(store.clone()).await;
    assert!(matches!(opened, Err(Fault::Corrupt(_))));
    writes::wipe(&store).await?;
    let replica = Replica::open(store.clone()).await?;
    assert_eq!(numbers(&replica.query(&Query::all(Kind::Ticket))), [500]);
    assert_eq!(all(&store, Space::Outbox).await?.len(), 1);
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

/// A mark that is older than the present one changes nothing.
pub async fn read_marks_only_go_forward<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    pull(&store, &tickets(1..=2, 1), &[]).await?;
    let replica = Replica::open(store.clone()).await?;
    let ticket = TicketId(id(Kind::Ticket, 1));
    let changes = replica.mark_read(ticket, Timestamp(10)).await?;
    assert!(changes.contains(&key(Kind::Ticket, 1)));
    assert!(replica.mark_read(ticket, Timestamp(5)).await?.is_empty());
    assert_eq!(replica.seen(ticket), Some(Timestamp(10)));
    let other = Replica::open(fixture.open().await?).await?;
    let seen = other
        .row(&key(Kind::Ticket, 1))
        .and_then(|shown| shown.seen);
    assert_eq!(seen, Some(Timestamp(10)));
    other.mark_read(ticket, Timestamp(20)).await?;
    let changes = replica.refresh_marks().await?;
    assert_eq!(changes.keys.len(), 1);
    assert_eq!(replica.seen(ticket), Some(Timestamp(20)));
    Ok(())
}

/// Filters, searches, orders and windows, over base and local records alike.
pub async fn queries_filter_sort_and_cut<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut records = tickets(0..6, 1);
    records.extend(tickets(6..10, 3));
    records.push(Entity::Service(service(1, "Printing", "Drucken")));
    records.push(Entity::Service(service(2, "E-mail", "Zustellung")));
    records.push(Entity::Service(service(3, "networks", "Äther")));
    pull(&store, &records, &[]).await?;
    save(&store, 1, &create(10)).await?;
    let replica = Replica::open(store).await?;
    let ask = |query: Query| {
        let result = replica.query(&query);
        assert_eq!(replica.count(&query), result.total);
        (numbers(&result), result.total)
    };
    use columns::ticket::{NUMBER, OVER, SAID_AT, STATE, SUBJECT, WAITS};
    let all = || Query::all(Kind::Ticket);
    let newest = || all().descending(SAID_AT);

    assert_eq!(ask(newest().window(0, 3)), (vec![10, 9, 8], 11));
    assert_eq!(ask(newest().window(9, 5)), (vec![1, 0], 11));
    assert_eq!(ask(newest().window(50, 5)), (vec![], 11));
    assert_eq!(ask(newest().window(2, 0)), (vec![], 11));
    let state = Filter::eq(STATE, "acknowledged");
    let found = ask(all().filter(state.clone()).descending(SAID_AT));
    assert_eq!(found, (vec![10, 9, 8, 7, 6], 5));
    let not_sent = Filter::IsNull(NUMBER);
    assert_eq!(ask(all().filter(not_sent.clone())), (vec![10], 1));
    let both = state.clone().and(not_sent.clone().negated());
    assert_eq!(ask(all().filter(both)), (vec![6, 7, 8, 9], 4));
    let either = Filter::eq(WAITS, true).or(not_sent);
    assert_eq!(ask(all().filter(either)).1, 7);
    assert_eq!(ask(all().filter(Filter::eq(OVER, true))).1, 0);
    let at = |number: i64| Some((1_700_000_000_000 + number * 1000).into());
    let range = Filter::Range {
        column: SAID_AT,
        from: at(3),
        to: at(5),
    };
    assert_eq!(ask(all().filter(range)), (vec![3, 4, 5], 3));
    let ids = Filter::Ids(vec![id(Kind::Ticket, 4), id(Kind::Ticket, 2)]);
    assert_eq!(ask(all().filter(ids)), (vec![2, 4], 2));
    let words = Filter::any_of(STATE, ["pending", "held"]);
    assert_eq!(ask(all().filter(words)).1, 6);
    let search = |words: &str| ask(all().filter(Filter::Search(words.into())));
    assert_eq!(search("inc-00004"), (vec![4], 1));
    assert_eq!(search("JAMS muller 4").0, [4]);
    assert_eq!(search("tray").1, 11);
    assert_eq!(search("nothing").1, 0);
    let by_state = all().ascending(STATE).descending(SAID_AT).window(4, 3);
    assert_eq!(ask(by_state).0, [6, 5, 4]);
    let by_subject = all().descending(SUBJECT).window(0, 2);
    assert_eq!(ask(by_subject).0, [9, 8]);

    let services = || Query::all(Kind::Service).ascending(columns::service::NAME);
    assert_eq!(ask(services()).0, [2, 3, 1], "case does not matter");
    assert_eq!(ask(services().in_language("de")).0, [3, 1, 2]);
    let found = Query::all(Kind::Service).filter(Filter::Search("ather".into()));
    assert_eq!(ask(found).0, [3], "found in every language");
    Ok(())
}
