//! Between the store and the views: live queries as signals, and commands that commit locally.
//!
//! A view never awaits the network. What it shows is read from memory and re-read when the store
//! changes, in this tab, another tab or the worker; what the user does is committed to the store in
//! one transaction and sent by the engine in its own time.

mod commands;
mod draft_fields;
mod draft_files;
mod draft_shelf;
mod drafts;
mod export;
mod portal;
mod queries;
pub mod session;
pub mod settings;
mod task;
mod unreadable;

pub use commands::NewTicket;
pub use draft_fields::{DraftValue, SEEN, is_blank, texts};
pub use draft_files::{DraftFile, DraftFiles};
pub use draft_shelf::DraftInfo;
pub use drafts::{Draft, DraftState};
pub use portal::Portal;
pub use queries::{Loaded, RecordSync};
pub use session::{AppState, OnlyHere, Session, SignInError, sign_in};
pub use settings::{Branding, Settings, Theme, branding, settings};
pub use task::{durable, task};

pub use crate::web::files::PickedFile;
pub use crate::web::storage::StorageInfo;

/// The portal of the signed-in account, from context. Only inside the signed-in part of the app.
#[must_use]
pub fn use_portal() -> Portal {
    crate::context::portal()
}
