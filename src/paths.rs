//! Every address of the portal, relative to its base.

/// The home page.
#[must_use]
pub fn home() -> String {
    "/".to_owned()
}

/// Signing in.
#[must_use]
pub fn sign_in() -> String {
    "/sign-in".to_owned()
}

/// The catalogue.
#[must_use]
pub fn services() -> String {
    "/services".to_owned()
}

/// An entry of the catalogue.
#[must_use]
pub fn service(id: impl std::fmt::Display) -> String {
    format!("/services/{id}")
}

/// A request form of a service.
#[must_use]
pub fn form(service: impl std::fmt::Display, form: impl std::fmt::Display) -> String {
    format!("/services/{service}/request/{form}")
}

/// Asking without a form; `kind` is a ticket kind's word.
#[must_use]
pub fn request(kind: &str) -> String {
    format!("/request?kind={kind}")
}

/// The tickets.
#[must_use]
pub fn tickets() -> String {
    "/tickets".to_owned()
}

/// A ticket.
#[must_use]
pub fn ticket(id: impl std::fmt::Display) -> String {
    format!("/tickets/{id}")
}

/// What is not sent yet.
#[must_use]
pub fn unsent() -> String {
    "/unsent".to_owned()
}

/// An unsent item, to be changed.
#[must_use]
pub fn unsent_item(op: impl std::fmt::Display) -> String {
    format!("/unsent/{op}")
}

/// Settings.
#[must_use]
pub fn settings() -> String {
    "/settings".to_owned()
}

/// Asking without a form.
#[must_use]
pub fn general() -> String {
    "/request".to_owned()
}

/// Asking about a service without a form.
#[must_use]
pub fn general_about(service: impl std::fmt::Display) -> String {
    format!("/request?service={service}")
}
