//! Asking for something: with a form of the catalogue, or in one's own words. What is typed is a draft
//! until it is sent.

mod again;
mod errors;
mod extras;
mod field;
mod filing;
mod form_page;
mod general;
mod general_form;
mod send;
mod shared_in;
mod sheet;
mod sheet_form;
mod suggested;
mod written;

pub use again::again;
pub use form_page::FormPage;
pub use general::GeneralPage;
