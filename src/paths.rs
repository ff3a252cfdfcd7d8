//! Every address of the portal, with the base that it is deployed under. Links take them as they are;
//! [`go`] tells `navigate` to do the same.

use leptos_router::NavigateOptions;
use rapport_domain::{Kind, RecordKey};
use std::sync::OnceLock;

static BASE: OnceLock<String> = OnceLock::new();

/// Sets the path of the deployment's base, without a slash at its end. Once, before the first page.
pub fn set_base(base: String) {
    if BASE.set(base).is_err() {
        log::error!("the base was set twice");
    }
}

fn at(path: &str) -> String {
    format!("{}{path}", BASE.get().map_or("", String::as_str))
}

/// How to navigate to one of these addresses: as it is.
#[must_use]
pub fn go() -> NavigateOptions {
    NavigateOptions {
        resolve: false,
        ..NavigateOptions::default()
    }
}

/// The home page.
#[must_use]
pub fn home() -> String {
    at("/")
}

/// Signing in.
#[must_use]
pub fn sign_in() -> String {
    at("/sign-in")
}

/// The catalogue.
#[must_use]
pub fn services() -> String {
    at("/services")
}

/// An entry of the catalogue.
#[must_use]
pub fn service(id: impl std::fmt::Display) -> String {
    at(&format!("/services/{id}"))
}

/// A request form of a service.
#[must_use]
pub fn form(service: impl std::fmt::Display, form: impl std::fmt::Display) -> String {
    at(&format!("/services/{service}/request/{form}"))
}

/// Asking without a form; `kind` is a ticket kind's word.
#[must_use]
pub fn request(kind: &str) -> String {
    at(&format!("/request?kind={kind}"))
}

/// The tickets.
#[must_use]
pub fn tickets() -> String {
    at("/tickets")
}

/// A ticket.
#[must_use]
pub fn ticket(id: impl std::fmt::Display) -> String {
    at(&format!("/tickets/{id}"))
}

/// The page of a record, where its kind has one.
#[must_use]
pub fn record(key: RecordKey) -> Option<String> {
    match key.kind {
        Kind::Ticket => Some(ticket(key.id)),
        Kind::Service => Some(service(key.id)),
        Kind::Complaint => Some(complaint(key.id)),
        Kind::Article => Some(article(key.id)),
        Kind::Customer => Some(customer(key.id)),
        Kind::Review => Some(review(key.id)),
        Kind::Survey => Some(survey(key.id)),
        Kind::Invitation => Some(invitation(key.id)),
        _ => None,
    }
}

/// Complaints and surveys.
#[must_use]
pub fn feedback() -> String {
    at("/feedback")
}

/// Filing a complaint.
#[must_use]
pub fn new_complaint() -> String {
    at("/complaints/new")
}

/// Filing a complaint about a ticket.
#[must_use]
pub fn new_complaint_about(ticket: impl std::fmt::Display) -> String {
    at(&format!("/complaints/new?ticket={ticket}"))
}

/// A complaint.
#[must_use]
pub fn complaint(id: impl std::fmt::Display) -> String {
    at(&format!("/complaints/{id}"))
}

/// The register of complaints.
#[must_use]
pub fn complaints() -> String {
    at("/complaints")
}

/// Knowledge.
#[must_use]
pub fn articles() -> String {
    at("/articles")
}

/// A knowledge article.
#[must_use]
pub fn article(id: impl std::fmt::Display) -> String {
    at(&format!("/articles/{id}"))
}

/// The customers whom somebody looks after.
#[must_use]
pub fn customers() -> String {
    at("/customers")
}

/// A customer.
#[must_use]
pub fn customer(id: impl std::fmt::Display) -> String {
    at(&format!("/customers/{id}"))
}

/// A service review.
#[must_use]
pub fn review(id: impl std::fmt::Display) -> String {
    at(&format!("/reviews/{id}"))
}

/// The surveys.
#[must_use]
pub fn surveys() -> String {
    at("/surveys")
}

/// Making a survey.
#[must_use]
pub fn new_survey() -> String {
    at("/surveys/new")
}

/// A survey, for who makes it.
#[must_use]
pub fn survey(id: impl std::fmt::Display) -> String {
    at(&format!("/surveys/{id}"))
}

/// Writing the questions of a survey.
#[must_use]
pub fn edit_survey(id: impl std::fmt::Display) -> String {
    at(&format!("/surveys/{id}/edit"))
}

/// A survey as the invited will see it.
#[must_use]
pub fn preview_survey(id: impl std::fmt::Display) -> String {
    at(&format!("/surveys/{id}/preview"))
}

/// Taking answers to a survey for others.
#[must_use]
pub fn take_answers(id: impl std::fmt::Display) -> String {
    at(&format!("/surveys/{id}/take"))
}

/// What came of a survey.
#[must_use]
pub fn survey_results(id: impl std::fmt::Display) -> String {
    at(&format!("/surveys/{id}/results"))
}

/// Answering an invitation.
#[must_use]
pub fn invitation(id: impl std::fmt::Display) -> String {
    at(&format!("/invitations/{id}"))
}

/// What is not sent yet.
#[must_use]
pub fn unsent() -> String {
    at("/unsent")
}

/// An unsent item, to be changed.
#[must_use]
pub fn unsent_item(op: impl std::fmt::Display) -> String {
    at(&format!("/unsent/{op}"))
}

/// Settings.
#[must_use]
pub fn settings() -> String {
    at("/settings")
}

/// Asking without a form.
#[must_use]
pub fn general() -> String {
    at("/request")
}

/// Asking about a service without a form.
#[must_use]
pub fn general_about(service: impl std::fmt::Display) -> String {
    at(&format!("/request?service={service}"))
}
