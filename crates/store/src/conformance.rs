//! The conformance suite: what every adapter must do, and what the tables above must show on it.
//!
//! Each case is an async function over a [`Fixture`]. [`conformance_cases!`](crate::conformance_cases)
//! hands the names of all cases to a macro of the adapter's tests, so that a new case runs everywhere
//! at once:
//!
//! ```text
//! macro_rules! run { ($($case:ident)+) => {$(
//!     #[test]
//!     fn $case() -> Result<(), Fault> { block_on(conformance::$case(&MyFixture::new(stringify!($case)))) }
//! )+} }
//! rapport_store::conformance_cases!(run);
//! ```

mod common;
mod folding;
mod kv;
pub mod model;
mod queries;
mod rows;
pub mod samples;
mod tables;

pub use folding::*;
pub use kv::*;
pub use model::any_history_shows_what_the_model_shows;
pub use queries::*;
pub use rows::*;
pub use tables::*;

use crate::fault::Fault;
use crate::kv::Store;

/// A place where one case has a store of its own, empty at first.
#[expect(async_fn_in_trait, reason = "used on one thread only")]
pub trait Fixture {
    /// The adapter.
    type Store: Store;

    /// A connection to the case's store.
    ///
    /// # Errors
    /// What the adapter says.
    async fn open(&self) -> Result<Self::Store, Fault>;

    /// Closes a connection and opens the same store again, as after a restart.
    ///
    /// # Errors
    /// What the adapter says.
    async fn reopen(&self, store: Self::Store) -> Result<Self::Store, Fault>;
}

/// Hands the names of all cases to a macro.
#[macro_export]
macro_rules! conformance_cases {
    ($run:ident) => {
        $run! {
            a_batch_happens_whole_or_not_at_all
            guards_compare_exact_bytes_and_absence
            guards_see_the_state_before_the_batch
            steps_happen_in_order
            appended_keys_only_grow
            rows_are_appended_in_every_space
            keys_come_in_order
            ranges_are_half_open_and_limited
            values_are_any_bytes
            a_mebibyte_is_a_value
            deleting_a_range_takes_no_more
            spaces_are_apart
            what_is_committed_is_seen_by_every_connection
            one_read_sees_one_state
            parallel_commits_are_all_kept
            parallel_guarded_commits_count_right
            a_dropped_commit_is_whole_or_nothing
            everything_survives_reopening
            nothing_asked_nothing_done
            a_submitted_change_is_shown_and_survives
            a_change_is_submitted_once
            a_draft_becomes_one_change
            a_discard_takes_everything_of_an_operation
            an_edit_lies_over_the_base_until_it_is_acknowledged
            a_created_record_yields_to_the_base
            an_edit_without_a_base_is_kept_but_not_shown
            an_unreadable_change_is_kept_and_hides_nothing
            words_of_ones_own_come_first_in_the_list
            a_fold_changes_nothing_that_is_shown
            a_fold_replaces_only_what_changed
            a_tab_with_old_pages_reads_on
            a_tab_that_was_away_learns_what_changed
            the_last_word_of_a_batch_counts
            a_refresh_that_is_overtaken_shows_the_newest
            a_stale_writer_folds_nothing
            a_wipe_leaves_what_the_user_wrote
            a_damaged_page_is_reported_and_wiped
            columns_of_another_build_are_made_anew
            read_marks_only_go_forward
            queries_filter_sort_and_cut
            any_history_shows_what_the_model_shows
        }
    };
}
