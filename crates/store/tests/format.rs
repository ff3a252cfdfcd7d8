//! What lies on devices must stay readable: bytes and JSON that an earlier build has written.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use futures::executor::block_on;
use rapport_store::conformance::samples::{one_of_each, overlay_rows};
use rapport_store::writes::Draft;
use rapport_store::{Batch, Memory, OverlayRow, Replica, Space, Store, meta};

const LOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/log-v1.bin");

/// Changing the shape of a record, a row or a page makes this red: raise the version of the page and
/// give it its previous form (`page::Stored`), then add a fixture for the new version with
/// `cargo run -p rapport-store --example fixtures`.
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

/// Rows of the overlay and drafts are JSON that every later build must read.
#[test]
fn what_the_user_wrote_with_version_1_is_read() {
    let rows = include_str!("fixtures/overlay-v1.jsonl");
    let read: Vec<OverlayRow> = rows
        .lines()
        .map(|line| serde_json::from_str(line).expect("readable for ever"))
        .collect();
    let expected = overlay_rows();
    assert_eq!(read, expected);

    let draft = br#"{"v":1,"saved_at":1763800000000,"data":{"subject":"Printer"}}"#;
    let draft = Draft::decode("new", draft).expect("readable for ever");
    assert_eq!(draft.data["subject"], "Printer");
    assert_eq!(draft.saved_at.0, 1_763_800_000_000);
}
