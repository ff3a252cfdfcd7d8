//! Where a record stands between this device and the server, in words.

use crate::features::shared::freshness::{Connection, connection};
use crate::i18n::{Msg, t};
use crate::live::RecordSync;
use crate::signals::derived;
use crate::ui::SyncBadge;
use leptos::prelude::*;

/// The words for a state; none where the server has the record. `long` says what will happen.
#[must_use]
pub fn sync_words(sync: RecordSync, connection: Connection, long: bool) -> String {
    t(match sync {
        RecordSync::Received => return String::new(),
        RecordSync::SavedHere if !long => Msg::sync_saved_here,
        RecordSync::SavedHere if connection == Connection::Good => Msg::sync_saved_soon,
        RecordSync::SavedHere if connection == Connection::NeedsSignIn => Msg::sync_saved_sign_in,
        RecordSync::SavedHere => Msg::sync_saved_here_long,
        RecordSync::Sending => Msg::sync_sending,
        RecordSync::Unknown if connection == Connection::Good => Msg::sync_checking,
        RecordSync::Unknown if long => Msg::sync_check_later_long,
        RecordSync::Unknown => Msg::sync_check_later,
        RecordSync::NeedsYou => Msg::sync_needs_you,
    })
}

/// Where a record stands; nothing once the server has it.
#[component]
pub fn SyncMark(
    /// Where it stands.
    #[prop(into)]
    sync: Signal<RecordSync>,
    /// Whether there is room to say what will happen.
    #[prop(optional)]
    long: bool,
) -> impl IntoView {
    let connection = connection();
    let tone = derived(move || match sync.get() {
        RecordSync::Received => "ok",
        RecordSync::SavedHere => "here",
        RecordSync::Sending | RecordSync::Unknown => "sending",
        RecordSync::NeedsYou => "need",
    });
    let label = derived(move || sync_words(sync.get(), connection.get(), long));
    view! { <SyncBadge tone label/> }
}
