//! Everything that is provided through the component tree, and the only place that provides it. Each
//! value has a type of its own, since context is found by type.

use crate::live::{AppState, Portal};
use leptos::prelude::*;

/// Provides the state of the app to everything below.
pub fn provide_app(state: AppState) {
    provide_context(state);
}

/// Provides the portal of the signed-in account to everything below.
pub fn provide_portal(portal: Portal) {
    provide_context(portal);
}

/// The state of the app.
#[must_use]
pub fn app() -> AppState {
    expect_context::<AppState>()
}

/// The portal of the signed-in account.
#[must_use]
pub fn portal() -> Portal {
    expect_context::<Portal>()
}
