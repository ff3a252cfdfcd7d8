//! What more than one page shows: states, people, times, rows of tickets, files, and how the device
//! stands.

mod banners;
mod discard_draft;
pub mod draft_key;
mod draft_mark;
pub mod explain;
mod fault_note;
mod files;
mod freshness;
mod heading;
mod intake;
mod kept_words;
mod left_draft;
mod now;
mod outside;
mod pill;
mod places;
mod save_unsent;
mod search_words;
mod standing;
mod sync;
mod ticket_row;
pub mod words;
mod wrong;

pub use banners::Banners;
pub use discard_draft::DiscardDraft;
pub use draft_key::DraftKey;
pub use draft_mark::{DraftMark, OvertakenNote};
pub use fault_note::FaultNote;
pub use files::{AddFiles, FilesField, Limits, LostFiles, PickedFiles};
pub use freshness::{AsOf, Connection, FirstLoad, OfflineNote, connection};
pub use heading::{Heading, say};
pub use intake::Intake;
pub use kept_words::KeptWords;
pub use left_draft::LeftDraft;
pub use now::{ago, moment, now};
pub use outside::Outside;
pub use pill::SyncPill;
pub use places::Places;
pub use save_unsent::save_unsent;
pub use search_words::SearchWords;
pub use standing::{StateBadge, tone};
pub use sync::{SyncMark, sync_words};
pub use ticket_row::{TicketRows, is_news, sees_several};
pub use wrong::lead_to_wrong;
