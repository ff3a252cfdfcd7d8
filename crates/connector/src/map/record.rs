//! From a row to a record of any kind.

use super::row::{Path, Problems, Row};
use super::{catalogue, form, plain, ticket};
use crate::codec::wrong;
use crate::outcome::Problem;
use crate::profile::Profile;
use rapport_domain::id::from_remote;
use rapport_domain::{Entity, Kind, Stamp};
use serde_json::Value;
use uuid::Uuid;

/// The record that `json` stands for; `None` where it is none, and why.
pub fn read(
    profile: &Profile,
    kind: Kind,
    json: &Value,
    path: Path<'_>,
    problems: &mut Problems,
) -> Option<Entity> {
    let Some(resource) = profile.resources.get(&kind) else {
        problems.note(
            path.to_string(),
            format!("the profile does not say how a {} is read", kind.as_str()),
        );
        return None;
    };
    if !json.is_object() {
        problems.note(path.to_string(), wrong("an object", json));
        return None;
    }
    let mut row = Row::new(&resource.read, json, path, problems);
    let row = &mut row;
    Some(match kind {
        Kind::Customer => Entity::Customer(catalogue::customer(row)?),
        Kind::User => Entity::User(catalogue::user(row)?),
        Kind::Service => Entity::Service(catalogue::service(row)?),
        Kind::Form => Entity::Form(form::form(row)?),
        Kind::Ticket => Entity::Ticket(ticket::ticket(row)?),
        Kind::Comment => Entity::Comment(ticket::comment(row)?),
        Kind::Attachment => Entity::Attachment(ticket::attachment(row)?),
        Kind::TicketChange => Entity::TicketChange(ticket::change(row)?),
        Kind::Announcement => Entity::Announcement(catalogue::announcement(row)?),
        _ => Entity::Record(plain::record(row, kind)?),
    })
}

/// The id and stamp of the record of a row; without an id it is no record.
pub fn identity<I: From<Uuid>>(row: &mut Row<'_>, kind: Kind) -> Option<(I, Stamp)> {
    let remote = row.remote_id("id", kind);
    let remote = row.needed("id", remote)?;
    let id = I::from(from_remote(kind.as_str(), &remote));
    Some((id, row.stamp(remote)))
}

/// As [`read`], with the problems as a list.
#[must_use]
pub fn read_one(profile: &Profile, kind: Kind, json: &Value) -> (Option<Entity>, Vec<Problem>) {
    let mut problems = Problems::default();
    let entity = read(profile, kind, json, Path::At(""), &mut problems);
    (entity, problems.list)
}
