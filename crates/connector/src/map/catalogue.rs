//! Rows of customers, users, services and announcements.

use super::record::identity;
use super::row::Row;
use rapport_domain::{
    Announcement, Audience, Customer, Kind, Lifecycle, Owner, Service, ServiceLevel, Severity, User,
};

/// A customer.
pub fn customer(row: &mut Row<'_>) -> Option<Customer> {
    let (id, stamp) = identity(row, Kind::Customer)?;
    Some(Customer {
        id,
        stamp,
        name: row.text("name").unwrap_or_default(),
        card: row.text("card"),
    })
}

/// A user.
pub fn user(row: &mut Row<'_>) -> Option<User> {
    let (id, stamp) = identity(row, Kind::User)?;
    Some(User {
        id,
        stamp,
        customer: row.id("customer", Kind::Customer),
        name: row.text("name").unwrap_or_default(),
        login: row.text("login"),
        email: row.text("email"),
        phone: row.text("phone"),
        // A role that we do not know may write nothing; so may somebody without one.
        role: row.word("role").unwrap_or_else(|| "".into()),
        assigned_customers: row.ids("assigned_customers", Kind::Customer),
    })
}

/// A service.
pub fn service(row: &mut Row<'_>) -> Option<Service> {
    let (id, stamp) = identity(row, Kind::Service)?;
    let owner = row.text("owner_name").map(|name| Owner {
        name,
        email: row.text("owner_email"),
    });
    Some(Service {
        id,
        stamp,
        name: row.localized("name").unwrap_or_default(),
        summary: row.localized("summary").unwrap_or_default(),
        description: row.localized("description").unwrap_or_default(),
        category: row.localized("category").unwrap_or_default(),
        audience: row.rows("audience", audience),
        intended_outcome: row.localized("intended_outcome").unwrap_or_default(),
        owner,
        hours: row.localized("hours").unwrap_or_default(),
        service_levels: row.rows("service_levels", service_level),
        dependencies: row.ids("dependencies", Kind::Service),
        // A backend that knows no such thing lists what can be had.
        lifecycle: row.word("lifecycle").unwrap_or(Lifecycle::Live),
        edition: row.text("edition").unwrap_or_default(),
        reviewed_on: row.text("reviewed_on"),
        forms: row.ids("forms", Kind::Form),
    })
}

fn audience(row: &mut Row<'_>) -> Option<Audience> {
    let customer = row.id("customer", Kind::Customer).map(Audience::Customer);
    let audience = customer.or_else(|| row.word("role").map(Audience::Role));
    if audience.is_none() {
        row.unreadable("audience: is neither a customer nor a role");
    }
    audience
}

fn service_level(row: &mut Row<'_>) -> Option<ServiceLevel> {
    Some(ServiceLevel {
        name: row.localized("name").unwrap_or_default(),
        target: row.localized("target").unwrap_or_default(),
        workload_limit: row.localized("workload_limit"),
        exceptions: row.localized("exceptions"),
    })
}

/// An announcement.
pub fn announcement(row: &mut Row<'_>) -> Option<Announcement> {
    let (id, stamp) = identity(row, Kind::Announcement)?;
    Some(Announcement {
        id,
        title: row.localized("title").unwrap_or_default(),
        body: row.localized("body").unwrap_or_default(),
        severity: row.word("severity").unwrap_or(Severity::Info),
        services: row.ids("services", Kind::Service),
        starts_at: row.time("starts_at").unwrap_or(stamp.updated_at),
        ends_at: row.time("ends_at"),
        stamp,
    })
}
