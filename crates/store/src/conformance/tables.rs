//! Cases of the tables above the store: what is shown of base and local changes, and that folding,
//! wiping and restarting change nothing of it.

use super::Fixture;
use super::common::{SMALL, fold_all, numbers, pull, save, subjects};
use super::rows::{all, value};
use super::samples::{attachment, comment, create, id, key, op, rename, say, ticket, tickets};
use crate::columns;
use crate::fault::Fault;
use crate::fold;
use crate::kv::{Batch, Key, Read, Space, Store};
use crate::log;
use crate::meta;
use crate::query::{Filter, Query};
use crate::replica::Replica;
use crate::writes::{self, Draft};
use rapport_domain::{Entity, Intent, Kind, RecordKey, TicketId, Timestamp};

/// What was saved is in the list, in the outbox and among the blobs, also after a restart; the draft
/// it came from is gone.
pub async fn a_submitted_change_is_shown_and_survives<F: Fixture>(
    fixture: &F,
) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let replica = Replica::open(store.clone()).await?;
    let draft = Draft::new(Timestamp(5), serde_json::json!({"subject": "Printer"}));
    let row = draft.encode()?;
    let saved = writes::put_draft("new", None, row.clone());
    store.commit(saved).await?;

    let file = attachment(4, 1);
    let with_file = Intent::AddAttachment {
        attachment: file.clone(),
    };
    let bytes = vec![(file.id, vec![1, 2, 3])];
    let batch = writes::submit(op(1), &create(1), vec![1], Vec::new())?
        .and(writes::submit(op(2), &with_file, vec![2], bytes)?)
        .and(writes::end_draft("new", Some(row)));
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
    assert_eq!(all(&store, Space::Drafts).await?, []);
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
    let row = draft.encode()?;
    let put = |known| writes::put_draft("new", known, row.clone());
    store.commit(put(None)).await?;
    assert_eq!(other.commit(put(None)).await, Err(Fault::Guard));
    let found = all(&other, Space::Drafts).await?;
    assert_eq!(Draft::decode("new", &found[0].1)?, draft);
    let from_draft = |number: u32| -> Result<Batch, Fault> {
        let made = writes::submit(op(number), &create(number), vec![0], Vec::new())?;
        Ok(made.and(writes::end_draft("new", Some(row.clone()))))
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
    let bytes = vec![(file.id, vec![1])];
    let receipt = store
        .commit(writes::submit(op(1), &intent, vec![7], bytes)?)
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

/// Pages, log and cursor go; everything else is there byte for byte, and other tabs notice.
pub async fn a_wipe_leaves_what_the_user_wrote<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let stale = writes::take_over(&store).await?;
    pull(&store, &tickets(0..20, 1), &[]).await?;
    fold::fold(&store, &stale, SMALL).await?;
    pull(&store, &tickets(20..23, 1), &[]).await?;
    let bytes = vec![(attachment(1, 1).id, vec![9; 100])];
    let draft = Draft::new(Timestamp(5), serde_json::json!([1, 2]));
    let batch = writes::submit(op(1), &create(500), vec![1], bytes)?
        .and(writes::submit(
            op(2),
            &rename(1, "Mine"),
            vec![2],
            Vec::new(),
        )?)
        .and(writes::put_draft("d", None, draft.encode()?))
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
