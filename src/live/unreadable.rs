//! What the user wrote and this build cannot read: rows of a later build, or damaged ones. They stay
//! as they are for a build that can read them, until their user gives them up.

use crate::live::draft_shelf::UnreadableDraft;
use crate::live::portal::Portal;
use leptos::prelude::*;
use rapport_store::{Batch, Fault, Space};
use rapport_sync::actions;

impl Portal {
    /// How many entries there are that this build cannot read, followed.
    #[must_use]
    pub fn unreadable(&self) -> Signal<usize> {
        let (outbox, drafts) = (self.outbox_unreadable.clone(), self.drafts.unreadable());
        Signal::derive(move || outbox.with(Vec::len) + drafts.with(Vec::len))
    }

    /// Gives all of them up that are shown.
    ///
    /// # Errors
    /// What the store said; nothing is removed then.
    pub async fn discard_unreadable(&self) -> Result<(), Fault> {
        let outbox = self.outbox_unreadable.get_untracked();
        let drafts = self.drafts.unreadable().get_untracked();
        let batch = outbox.iter().fold(Batch::strict(), |batch, row| {
            batch.and(actions::discard_unreadable(row))
        });
        let batch = drafts.into_iter().fold(batch, |batch, draft| {
            let UnreadableDraft { place, bytes } = draft;
            batch
                .expect(Space::Drafts, place.as_str(), Some(bytes))
                .delete(Space::Drafts, place)
        });
        let gone = self.commit(batch).await;
        // Also when somebody was first: then it shows what is there now.
        self.refresh().await;
        self.drafts.catch_up().await;
        gone
    }
}
