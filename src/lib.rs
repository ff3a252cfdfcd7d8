//! The client: an interface over a local store, and a worker that syncs it.
//!
//! `web` is the only room that names the browser; `live` ties the store to signals; `ui` is the
//! design system; `features` are the pages; `boot` puts it together.

pub mod app;
pub mod boot;
pub mod context;
pub mod features;
pub mod i18n;
pub mod live;
pub mod paths;
pub mod signals;
pub mod ui;
pub mod web;
