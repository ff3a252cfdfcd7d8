//! How old what is shown is, and what a missing connection means for the reader.

use crate::features::shared::now::{ago, now};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::use_portal;
use crate::signals::memo;
use crate::ui::{EmptyState, Note, Tone};
use leptos::prelude::*;
use rapport_domain::Timestamp;
use rapport_sync::Status;

/// Within this time a time of day says more than how long ago it was.
const SAME_DAY_MS: i64 = 12 * 3_600_000;

/// Whether anything can be sent or fetched now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// As far as is known, yes.
    #[default]
    Good,
    /// The device is offline.
    Offline,
    /// The device is online, the service desk's system does not answer.
    Unreachable,
    /// It answers, and wants a sign-in.
    NeedsSignIn,
}

/// What `status` and the device's word make of it. Before the first call ended nothing is known, and
/// nothing is said.
const fn judge(online: bool, status: &Status) -> Connection {
    if !online {
        Connection::Offline
    } else if status.needs_sign_in {
        Connection::NeedsSignIn
    } else if status.reachable || !has_tried(status) {
        Connection::Good
    } else {
        Connection::Unreachable
    }
}

/// A status that says nothing at all was never told by an engine.
const fn has_tried(status: &Status) -> bool {
    status.complete || status.waiting > 0 || status.parked > 0 || status.sending > 0
}

/// Whether anything can be sent or fetched now, followed.
#[must_use]
pub fn connection() -> Signal<Connection> {
    let portal = use_portal();
    let (online, status) = (portal.online(), portal.status());
    memo(move || status.with(|status| judge(online.get(), status))).into()
}

/// “As of 14:05”, and that one is offline where one is. It always takes its line.
#[component]
pub fn AsOf(
    /// Whether something else on the page says that one is offline.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let as_of = use_portal().as_of();
    let connection = connection();
    let words = move || {
        let said = match connection.get() {
            _ if brief => None,
            Connection::Good | Connection::NeedsSignIn => None,
            Connection::Offline => Some(t(Msg::offline_title)),
            Connection::Unreachable => Some(t(Msg::unreachable_title)),
        };
        let since = as_of.get().map(|at| tf(Msg::as_of, &[("time", &time(at))]));
        said.into_iter()
            .chain(since)
            .collect::<Vec<_>>()
            .join(" · ")
    };
    view! { <span class="quiet as-of">{words}</span> }
}

fn time(at: Timestamp) -> String {
    if now().millis_since(at) < SAME_DAY_MS {
        fmt::time(at)
    } else {
        ago(at)
    }
}

/// What being offline means, where there is room to say it.
#[component]
pub fn OfflineNote() -> impl IntoView {
    let connection = connection();
    move || match connection.get() {
        // Above the page it is said that the session has ended.
        Connection::Good | Connection::NeedsSignIn => ().into_any(),
        Connection::Offline => view! {
            <Note
                title=move || t(Msg::offline_title)
                text=move || t(Msg::offline_text)
                tone=Tone::Warn
                icon="offline"
            />
        }
        .into_any(),
        Connection::Unreachable => view! {
            <Note
                title=move || t(Msg::unreachable_title)
                text=move || t(Msg::unreachable_text)
                tone=Tone::Warn
                icon="offline"
            />
        }
        .into_any(),
    }
}

/// What stands where data will be, before any has ever come in.
#[component]
pub fn FirstLoad() -> impl IntoView {
    let connection = connection();
    let (title, text) = (
        move || match connection.get() {
            Connection::Good | Connection::NeedsSignIn => t(Msg::first_load_title),
            Connection::Offline | Connection::Unreachable => t(Msg::first_load_offline_title),
        },
        move || match connection.get() {
            Connection::Good | Connection::NeedsSignIn => t(Msg::first_load_text),
            Connection::Offline | Connection::Unreachable => t(Msg::first_load_offline_text),
        },
    );
    view! { <EmptyState title text/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_claimed_before_the_first_call_ended() {
        let silent = Status::default();
        assert_eq!(judge(true, &silent), Connection::Good);
        assert_eq!(judge(false, &silent), Connection::Offline);
    }

    #[test]
    fn without_a_session_nothing_goes_out_however_good_the_line() {
        let ended = Status {
            reachable: true,
            complete: true,
            needs_sign_in: true,
            ..Status::default()
        };
        assert_eq!(judge(true, &ended), Connection::NeedsSignIn);
        assert_eq!(judge(false, &ended), Connection::Offline);
    }

    #[test]
    fn a_device_that_is_online_may_still_not_reach_the_desk() {
        let cut = Status {
            complete: true,
            ..Status::default()
        };
        assert_eq!(judge(true, &cut), Connection::Unreachable);
        // That it is being asked again is no answer yet.
        let asking = Status {
            pulling: true,
            ..cut.clone()
        };
        assert_eq!(judge(true, &asking), Connection::Unreachable);
        assert_eq!(
            judge(
                true,
                &Status {
                    reachable: true,
                    ..cut
                }
            ),
            Connection::Good
        );
    }
}
