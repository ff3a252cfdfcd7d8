//! The conformance suite on the memory adapter, and random histories with shrinking.

use futures::executor::block_on;
use proptest::prelude::*;
use rapport_store::conformance::{self, Fixture, model};
use rapport_store::{Fault, Loss, Memory};

/// A store that is reopened as a crash leaves it.
#[derive(Default)]
struct InMemory {
    store: std::cell::RefCell<Memory>,
    slow: bool,
}

impl Fixture for InMemory {
    type Store = Memory;

    async fn open(&self) -> Result<Memory, Fault> {
        let store = self.store.borrow().clone();
        if self.slow {
            store.be_slow();
        }
        Ok(store)
    }

    async fn reopen(&self, store: Memory) -> Result<Memory, Fault> {
        self.store.replace(store.crash(Loss::Nothing));
        self.open().await
    }
}

macro_rules! quick {
    ($($case:ident)+) => {
        mod quick {
            use super::*;
            $(#[test]
            fn $case() -> Result<(), Fault> {
                block_on(conformance::$case(&InMemory::default()))
            })+
        }
    };
}

/// The same with a store that lets others go first at every call.
macro_rules! slow {
    ($($case:ident)+) => {
        mod slow {
            use super::*;
            $(#[test]
            fn $case() -> Result<(), Fault> {
                let fixture = InMemory { slow: true, ..InMemory::default() };
                block_on(conformance::$case(&fixture))
            })+
        }
    };
}

rapport_store::conformance_cases!(quick);
rapport_store::conformance_cases!(slow);

fn action() -> impl Strategy<Value = model::Action> {
    use model::Action;
    let some = |most: usize| prop::collection::vec(any::<u8>(), 0..=most);
    prop_oneof![
        4 => (some(8), some(5), some(2)).prop_map(|(tickets, comments, gone)| Action::Pull { tickets, comments, gone }),
        1 => any::<u8>().prop_map(Action::Create),
        2 => any::<u8>().prop_map(Action::Rename),
        2 => any::<u8>().prop_map(Action::Say),
        2 => any::<u8>().prop_map(Action::Acknowledge),
        1 => any::<u8>().prop_map(Action::Discard),
        2 => any::<u8>().prop_map(Action::Fold),
        1 => Just(Action::SecondTabLooks),
        1 => Just(Action::Reopen),
        1 => Just(Action::Wipe),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn any_history_shows_what_the_model_shows(actions in prop::collection::vec(action(), 0..40)) {
        block_on(model::play(&InMemory::default(), &actions)).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
    }
}
