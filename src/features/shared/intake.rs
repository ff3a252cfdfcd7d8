//! Files on their way into a page: what is sent waits for them.

use crate::i18n::{Msg, t};
use crate::ui::announce;
use leptos::prelude::*;

/// What is being read at present, and what waits for it.
#[derive(Clone, Copy)]
pub struct Intake {
    under_way: RwSignal<u32>,
    /// How often everything was given up.
    given_up: RwSignal<u32>,
    waiting: RwSignal<Option<Callback<()>>>,
}

impl Intake {
    /// Nothing is being read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            under_way: RwSignal::new(0),
            given_up: RwSignal::new(0),
            waiting: RwSignal::new(None),
        }
    }

    /// Does something now or, while files are being read, once they are: nothing is sent without a file
    /// that was chosen for it. When one of them is refused it is not done at all: its reason stands
    /// there now, and what to do without it is the user's decision.
    pub fn then(self, what: Callback<()>) {
        if self.under_way.get_untracked() == 0 {
            what.run(());
        } else {
            self.waiting.set(Some(what));
            announce(untrack(|| t(Msg::files_awaited)));
        }
    }

    /// Whether something waits, followed.
    #[must_use]
    pub fn waits(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Gives everything up: what waits is not done, and what is being read is not wanted any more.
    pub fn give_up(self) {
        self.waiting.set(None);
        self.given_up.update(|n| *n += 1);
    }

    /// Files were chosen. Tells whether they are still wanted when they have been read; a page that was
    /// left has not given them up.
    pub(super) fn begin(self) -> impl Fn() -> bool {
        let before = self.given_up.try_get_untracked();
        self.under_way.try_update(|n| *n += 1);
        move || {
            let now = self.given_up.try_get_untracked();
            before.is_some() && (now.is_none() || now == before)
        }
    }

    /// They are listed, or one of them is refused. Whether something waited that is not done now.
    pub(super) fn end(self, all_taken: bool) -> bool {
        let waited = self.waiting.try_with_untracked(Option::is_some);
        let stopped = !all_taken && waited == Some(true);
        if stopped {
            self.waiting.try_set(None);
        }
        let left = self.under_way.try_update(|n| {
            *n = n.saturating_sub(1);
            *n
        });
        if left == Some(0)
            && let Some(Some(what)) = self.waiting.try_update(Option::take)
        {
            what.run(());
        }
        stopped
    }
}

impl Default for Intake {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> (RwSignal<u32>, Callback<()>) {
        let done = RwSignal::new(0);
        (done, Callback::new(move |()| done.update(|n| *n += 1)))
    }

    #[test]
    fn what_is_sent_waits_for_every_file() {
        let owner = Owner::new();
        owner.with(|| {
            let (intake, (done, send)) = (Intake::new(), counting());
            intake.then(send);
            assert_eq!(done.get(), 1, "nothing is being read");
            let _ = intake.begin();
            let _ = intake.begin();
            intake.then(send);
            intake.then(send);
            assert!(!intake.end(true));
            assert!(done.get() == 1 && intake.waits());
            assert!(!intake.end(true));
            assert_eq!(done.get(), 2, "once, however often it was pressed");
            assert!(!intake.waits());
        });
    }

    #[test]
    fn what_was_given_up_is_not_sent_and_takes_no_file() {
        let owner = Owner::new();
        owner.with(|| {
            let (intake, (done, send)) = (Intake::new(), counting());
            let wanted = intake.begin();
            intake.then(send);
            assert!(wanted());
            intake.give_up();
            assert!(!wanted() && !intake.waits());
            assert!(!intake.end(true));
            assert_eq!(done.get(), 0);
        });
    }

    #[test]
    fn what_is_read_when_the_page_is_left_is_still_wanted() {
        let owner = Owner::new();
        let (intake, wanted) = owner.with(|| {
            let intake = Intake::new();
            (intake, intake.begin())
        });
        owner.cleanup();
        assert!(wanted());
        assert!(!intake.end(true));
    }

    #[test]
    fn nothing_is_sent_without_a_file_that_was_refused() {
        let owner = Owner::new();
        owner.with(|| {
            let (intake, (done, send)) = (Intake::new(), counting());
            let _ = intake.begin();
            let _ = intake.begin();
            intake.then(send);
            assert!(intake.end(false), "what waited is not done");
            assert!(!intake.end(true));
            assert!(done.get() == 0 && !intake.waits());
            intake.then(send);
            assert_eq!(done.get(), 1);
        });
    }
}
