//! The store's conformance suite on the IndexedDB adapter.

use crate::harness::fresh_name;
use rapport::web::idb::IdbStore;
use rapport_store::conformance::{self, Fixture};
use rapport_store::{Fault, conformance_cases};
use wasm_bindgen_test::wasm_bindgen_test;

struct InBrowser(String);

impl Fixture for InBrowser {
    type Store = IdbStore;

    async fn open(&self) -> Result<IdbStore, Fault> {
        IdbStore::open(&self.0).await
    }

    async fn reopen(&self, store: IdbStore) -> Result<IdbStore, Fault> {
        store.close();
        self.open().await
    }
}

macro_rules! cases {
    ($($case:ident)+) => {$(
        #[wasm_bindgen_test]
        async fn $case() {
            let fixture = InBrowser(fresh_name(stringify!($case)));
            conformance::$case(&fixture).await.expect("the store answers");
        }
    )+};
}

conformance_cases!(cases);
