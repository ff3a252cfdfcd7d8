//! How the whole device stands, in the header: what needs the user most comes first.

use crate::features::shared::freshness::{Connection, connection};
use crate::i18n::{Msg, t, tn};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Pill, announce};
use leptos::prelude::*;
use rapport_sync::{OutboxRow, State, Status};

/// What the pill says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    NeedsYou(usize),
    SignIn,
    /// Without a connection, with so many things saved here.
    Cut(Connection, usize),
    Sending(usize),
    Waiting(usize),
    Checking,
    UpToDate,
}

/// `unreadable` things are here that this build cannot read.
fn says(connection: Connection, status: &Status, outbox: &[OutboxRow], unreadable: usize) -> Says {
    let count =
        |wanted: fn(&State) -> bool| outbox.iter().filter(|row| wanted(&row.item.state)).count();
    let parked = count(|state| matches!(state, State::Parked { .. })) + unreadable;
    let sending = count(|state| matches!(state, State::Sending));
    match (connection, outbox.len()) {
        _ if parked > 0 => Says::NeedsYou(parked),
        _ if status.needs_sign_in => Says::SignIn,
        (Connection::Offline | Connection::Unreachable, unsent) => Says::Cut(connection, unsent),
        _ if sending > 0 => Says::Sending(sending),
        (Connection::Good, unsent) if unsent > 0 => Says::Waiting(unsent),
        // Nothing was heard from the service desk since this start.
        _ if !status.complete || status.pulls == 0 => Says::Checking,
        _ => Says::UpToDate,
    }
}

impl Says {
    const fn tone(self) -> &'static str {
        match self {
            Self::NeedsYou(_) | Self::SignIn => "need",
            Self::Cut(..) => "offline",
            Self::Sending(_) | Self::Checking => "sending",
            Self::Waiting(_) => "here",
            Self::UpToDate => "ok",
        }
    }

    fn words(self) -> String {
        match self {
            Self::NeedsYou(count) => tn(Msg::pill_needs_you, count as u64),
            Self::SignIn => t(Msg::pill_sign_in),
            Self::Cut(connection, unsent) => {
                let cut = if connection == Connection::Offline {
                    t(Msg::pill_offline)
                } else {
                    t(Msg::pill_unreachable)
                };
                if unsent == 0 {
                    cut
                } else {
                    format!("{cut} · {}", tn(Msg::pill_waiting, unsent as u64))
                }
            }
            Self::Sending(count) => tn(Msg::pill_sending, count as u64),
            Self::Waiting(count) => tn(Msg::pill_waiting, count as u64),
            Self::Checking => t(Msg::pill_checking),
            Self::UpToDate => t(Msg::pill_up_to_date),
        }
    }
}

/// How the whole device stands.
#[component]
pub fn SyncPill() -> impl IntoView {
    let portal = use_portal();
    let (status, outbox, connection) = (portal.status(), portal.outbox(), connection());
    let unreadable = portal.unreadable();
    let says = memo(move || {
        let (connection, unreadable) = (connection.get(), unreadable.get());
        status.with(|status| outbox.with(|outbox| says(connection, status, outbox, unreadable)))
    });
    // Whoever does not see the pill is told when the last of it has arrived.
    Effect::new(move |was_sending: Option<bool>| {
        let is_sent = outbox.with(Vec::is_empty) && unreadable.get() == 0;
        if is_sent && was_sending == Some(true) {
            announce(untrack(|| t(Msg::unsent_none_title)));
        }
        // What is discarded has not been sent.
        outbox.with(|rows| rows.iter().any(|row| row.item.state == State::Sending))
    });
    view! {
        <Pill
            tone=derived(move || says.get().tone())
            label=derived(move || says.get().words())
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Intent, Kind, OperationId, RecordEdit, RecordKey, Timestamp};
    use rapport_sync::{OutboxItem, Parked};
    use uuid::Uuid;

    fn row(state: State) -> OutboxRow {
        let intent = Intent::Edit {
            target: RecordKey {
                kind: Kind::Ticket,
                id: Uuid::from_u128(1),
            },
            base_version: None,
            edit: RecordEdit::default(),
        };
        let op = OperationId(Uuid::from_u128(2));
        let item = OutboxItem {
            state,
            ..OutboxItem::new(op, intent, Timestamp(0))
        };
        OutboxRow {
            sequence: 1,
            item,
            bytes: vec![],
        }
    }

    #[test]
    fn what_needs_the_user_comes_first_and_being_offline_before_what_waits_for_it() {
        let (good, off) = (Connection::Good, Connection::Offline);
        let up = Status {
            reachable: true,
            complete: true,
            pulls: 1,
            ..Status::default()
        };
        let signed_out = Status {
            needs_sign_in: true,
            ..up.clone()
        };
        let parked = row(State::Parked {
            why: Parked::FileMissing,
        });
        assert_eq!(
            says(off, &signed_out, &[parked, row(State::Queued)], 0),
            Says::NeedsYou(1)
        );
        assert_eq!(
            says(off, &signed_out, &[row(State::Queued)], 0),
            Says::SignIn
        );
        assert_eq!(says(off, &up, &[row(State::Queued)], 0), Says::Cut(off, 1));
        assert_eq!(
            says(good, &up, &[row(State::Sending), row(State::Queued)], 0),
            Says::Sending(1)
        );
        assert_eq!(says(good, &up, &[row(State::Queued)], 0), Says::Waiting(1));
        assert_eq!(says(good, &up, &[], 0), Says::UpToDate);
        assert_eq!(says(off, &up, &[], 1), Says::NeedsYou(1));
        let silent = Status {
            pulls: 0,
            ..up.clone()
        };
        assert_eq!(says(good, &silent, &[], 0), Says::Checking);
        assert_eq!(says(good, &Status::default(), &[], 0), Says::Checking);
    }
}
