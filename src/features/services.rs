//! The service catalogue: the list and the page of one service.

mod detail;
mod levels;
mod list;
mod shelf;

pub use detail::ServicePage;
pub use list::ServicesPage;
