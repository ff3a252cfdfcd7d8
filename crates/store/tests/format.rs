//! What lies on devices must stay readable: bytes and JSON that an earlier build has written.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use futures::executor::block_on;
use rapport_domain::{Entity, Intent};
use rapport_store::conformance::samples::{create, one_of_each, op, rename, say};
use rapport_store::writes::Draft;
use rapport_store::{Batch, Memory, OverlayRow, Replica, Space, Step, Store, log, meta};

const LOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/log-v1.bin");

/// Changing the shape of a record, a row or a page makes this red: raise the version of the page and
/// give it its previous form (`page::Stored`), then add a fixture for the new version.
#[test]
fn a_page_of_version_1_is_read_as_it_was_written() {
    let bytes = std::fs::read(LOG).expect("the fixture is there");
    block_on(async {
        let store = Memory::new();
        let batch = Batch::strict().put(Space::Log, 1, bytes).put(
            Space::Meta,
            meta::SEQUENCE,
            meta::encode(1),
        );
        store.commit(batch).await.expect("writes");
        let replica = Replica::open(store).await.expect("the page is readable");
        for record in one_of_each() {
            let loaded = replica.load(record.key()).await.expect("loads");
            assert_eq!(loaded, Some(record));
        }
    });
}

/// Writes the fixture above; run it by name after raising the version, under a new file name.
#[test]
#[ignore = "writes a fixture"]
fn write_fixture() {
    let records: Vec<Entity> = one_of_each();
    let batch = log::append(1, &records, &[]).expect("encodes");
    let bytes = batch.steps.into_iter().find_map(|step| match step {
        Step::Put(Space::Log, _, bytes) => Some(bytes),
        _ => None,
    });
    std::fs::write(LOG, bytes.expect("one entry")).expect("writes");
}

/// Rows of the overlay and drafts are JSON that every later build must read.
#[test]
fn what_the_user_wrote_with_version_1_is_read() {
    let rows = include_str!("fixtures/overlay-v1.jsonl");
    let read: Vec<OverlayRow> = rows
        .lines()
        .map(|line| serde_json::from_str(line).expect("readable for ever"))
        .collect();
    let expected: Vec<OverlayRow> = written()
        .into_iter()
        .map(|(n, i)| OverlayRow::new(op(n), i))
        .collect();
    assert_eq!(read, expected);

    let draft = br#"{"v":1,"saved_at":1763800000000,"data":{"subject":"Printer"}}"#;
    let draft = Draft::decode("new", draft).expect("readable for ever");
    assert_eq!(draft.data["subject"], "Printer");
    assert_eq!(draft.saved_at.0, 1_763_800_000_000);
}

fn written() -> Vec<(u32, Intent)> {
    vec![(1, create(1)), (2, say(2, 1)), (3, rename(1, "Mine"))]
}

/// Writes the lines above.
#[test]
#[ignore = "writes a fixture"]
fn write_overlay_fixture() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/overlay-v1.jsonl"
    );
    let line = |(n, intent)| serde_json::to_string(&OverlayRow::new(op(n), intent)).expect("JSON");
    let lines: Vec<String> = written().into_iter().map(line).collect();
    std::fs::write(path, lines.join("\n") + "\n").expect("writes");
}
