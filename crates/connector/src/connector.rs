//! The connector: a checked profile and everything that can be asked of it.

pub mod pull;
pub mod session;
pub mod write;

use crate::auth::Auth;
use crate::capabilities::Capabilities;
use crate::http::{Body, HttpCall, HttpReply, Method};
use crate::map::record::read_one;
use crate::map::source::Given;
use crate::map::write::{check_url, make, set};
use crate::outcome::{Problem, Refusal};
use crate::profile::error::ProfileError;
use crate::profile::{Call, DedupeRule, Profile, check};
use crate::reply::{Expectation, open};
use rapport_domain::{Attachment, Entity, Kind};
use serde_json::Value;

/// A checked, compiled profile.
#[derive(Clone, Debug)]
pub struct Connector {
    profile: Profile,
    capabilities: Capabilities,
}

/// How a repeated write is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dedupe {
    /// The backend answers a repeated request with the first answer: send it again.
    Key,
    /// The backend keeps our id: look it up before sending again.
    ClientId,
    /// Not at all.
    None,
}

impl Connector {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place and remedy.
    pub fn parse(json: &str) -> Result<Self, Vec<ProfileError>> {
        let profile = check::parse(json)?;
        let capabilities = Capabilities::of(&profile);
        Ok(Self {
            profile,
            capabilities,
        })
    }

    /// A hash of what the profile means. It is part of the sync state: a changed profile makes the
    /// cursor void.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.profile.hash
    }

    /// What the backend can do.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// What the backend is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.profile.name
    }

    /// How its user is known.
    #[must_use]
    pub const fn auth(&self) -> &Auth {
        &self.profile.auth
    }

    /// How a repeated write is recognised.
    #[must_use]
    pub const fn dedupe(&self) -> Dedupe {
        match self.profile.dedupe {
            DedupeRule::Key { .. } => Dedupe::Key,
            DedupeRule::ClientId => Dedupe::ClientId,
            DedupeRule::None => Dedupe::None,
        }
    }

    /// The URL of the stream of hints at changes, if there is one.
    #[must_use]
    pub fn hints(&self) -> Option<String> {
        self.profile.hints.clone()
    }

    /// The request for the bytes of an attachment, where they can be had.
    #[must_use]
    pub fn download(&self, attachment: &Attachment) -> Option<HttpCall> {
        let resource = self.profile.resources.get(&Kind::Attachment)?;
        let template = resource.download.as_ref()?;
        let ours = || self.profile.uuids.then(|| attachment.id.to_string());
        let id = attachment.stamp.remote_id.clone().or_else(ours)?;
        let url = template.expand(|name| match name {
            "id" => Some(id.clone()),
            "name" => Some(attachment.name.clone()),
            _ => None,
        });
        check_url(&url, template.head()).ok()?;
        let mut headers = vec![("Accept".to_owned(), "*/*".to_owned())];
        for (name, value) in &self.profile.connection.headers {
            if let Some(value) = value.expand(|_| None) {
                set(&mut headers, name, value);
            }
        }
        Some(HttpCall {
            method: Method::Get,
            url,
            headers,
            body: Body::Empty,
            anonymous: false,
        })
    }

    /// The record that a row of the backend stands for, and what could not be read in it.
    #[must_use]
    pub fn read_record(&self, kind: Kind, json: &Value) -> (Option<Entity>, Vec<Problem>) {
        read_one(&self.profile, kind, json)
    }

    fn plain(&self, call: &Call) -> HttpCall {
        let made = make(&self.profile.connection, call, &|_| None, &absent, None);
        made.unwrap_or_else(|_| bare(call))
    }

    fn expectation<'a>(&'a self, call: &'a Call) -> Expectation<'a> {
        Expectation {
            success: &call.success,
            rules: &call.errors,
            table: &self.profile.errors,
            limits: self.profile.limits,
        }
    }

    fn body(&self, reply: &HttpReply, call: &Call) -> Result<Value, Refusal> {
        let body = open(reply, &self.expectation(call), &|_| None)?;
        body.ok_or_else(|| missing("content"))
    }
}

fn missing(what: &str) -> Refusal {
    Refusal::NotAnAnswer {
        what: format!("a reply without the {what}"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a look-up of fields")]
fn absent(_: &str) -> Result<Given, Problem> {
    Ok(Given::Absent)
}

/// A call with nothing but its method and URL; a checked profile never gets here.
fn bare(call: &Call) -> HttpCall {
    HttpCall {
        method: call.method,
        url: call.url.expand(|_| None),
        headers: Vec::new(),
        body: Body::Empty,
        anonymous: false,
    }
}
