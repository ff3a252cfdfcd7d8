//! The design system: looks, focus and keys. It knows no word of the domain.
//!
//! Native elements first. A name is a required property wherever a screen reader needs one. Each
//! component has its stylesheet of the same name in `style/components/`.

pub mod a11y;
pub mod button;
pub mod card;
pub mod chips;
pub mod dialog;
mod each;
pub mod facts;
pub mod field;
pub mod files;
pub mod icon;
pub mod note;
pub mod options;
pub mod rows;
pub mod shell;
pub mod state;
pub mod timeline;

pub use a11y::{Announcer, HeadingElement, PageTitle, announce};
pub use button::{Button, ButtonKind, IconButton, IconLink, LinkButton};
pub use card::Card;
pub use chips::{Chip, FilterChips, SearchInput};
pub use dialog::{ConfirmDialog, Dialog};
pub use each::each;
pub use facts::{Fact, Facts};
pub use field::{DateField, NumberField, TextArea, TextAreaField, TextField, Wiring};
pub use files::{FileField, FileInputElement};
pub use icon::Icon;
pub use note::{EmptyState, Note, Tone};
pub use options::{CheckboxesField, Choice, RadioField, SelectField, SwitchField};
pub use rows::{Row, Rows};
pub use state::{Pill, State, SyncBadge};
pub use timeline::{ChangeLine, Message, Timeline};
