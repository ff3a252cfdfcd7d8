//! Sending what the user wrote, and finding out whether it arrived.

use super::{Connector, missing};
use crate::codec::{Item, Shape, scalar};
use crate::http::{HttpCall, HttpReply};
use crate::map::source::{Remote, Written as What, references};
use crate::map::write::{make, set};
use crate::outcome::{LookedUp, Problem, Refusal, Written};
use crate::profile::{
    Call, DedupeRule, Find, ResultMap, ResultSource, ResultValue, Statuses, Write,
};
use crate::reply::open;
use rapport_domain::{Entity, Intent, Kind, OperationId, RecordKey};
use serde_json::Value;

impl Connector {
    /// The records besides its ticket whose ids at the backend a request for `intent` needs. Tell
    /// them in [`Remote::references`]; there are none where the backend's ids are UUIDs.
    #[must_use]
    pub fn references(&self, intent: &Intent) -> Vec<RecordKey> {
        if self.profile.uuids {
            return Vec::new();
        }
        references(intent)
    }

    /// The request for `intent`, to be kept and sent unchanged at every attempt.
    ///
    /// # Errors
    /// The profile has no spelling for it, or something is not known yet.
    pub fn write(
        &self,
        op: OperationId,
        intent: &Intent,
        remote: &Remote,
    ) -> Result<HttpCall, Problem> {
        let write = self.rule(intent).ok_or_else(|| Problem {
            path: "resources".to_owned(),
            message: "the profile does not say how this is sent".to_owned(),
        })?;
        let guarded = write.call.headers.iter().any(|(_, value)| {
            let mut names = value.variables();
            names.any(|name| name == "version")
        });
        if guarded && self.what(intent, remote).version().is_none() {
            // Without it the backend could not tell that somebody else was faster.
            return Err(Problem {
                path: "headers".to_owned(),
                message: "the version that the change stands on is not known".to_owned(),
            });
        }
        let mut call = self.make(&write.call, Some(op), intent, remote)?;
        call.anonymous = write.anonymous;
        // A key is an id of its own, from which the writer could be told.
        if let DedupeRule::Key { header } = &self.profile.dedupe
            && !write.anonymous
        {
            set(&mut call.headers, header, op.to_string());
        }
        Ok(call)
    }

    /// What a reply to a write says.
    ///
    /// # Errors
    /// It was not done, or it is not known.
    pub fn read_write(&self, intent: &Intent, reply: &HttpReply) -> Result<Written, Refusal> {
        let Some(write) = self.rule(intent) else {
            return Err(Refusal::NotAnAnswer {
                what: "nothing that the profile asks for".to_owned(),
            });
        };
        let expected = self.expectation(&write.call);
        let body = open(reply, &expected, &|json| self.current(intent, json))?;
        let Some(body) = body else {
            let promised = write.result.record.is_some() || write.result.id.is_some();
            return match reply.status {
                202 | 204 | 205 => Ok(Written::default()),
                _ if promised => Err(missing("content")),
                _ => Ok(Written::default()),
            };
        };
        self.written(intent, &write.result, reply, &body)
    }

    /// The request that asks whether a write arrived, where the profile has one.
    #[must_use]
    pub fn look_up(&self, intent: &Intent, remote: &Remote) -> Option<HttpCall> {
        let look_up = self.rule(intent)?.look_up.as_ref()?;
        self.make(&look_up.call, None, intent, remote).ok()
    }

    /// Whether a write arrived.
    ///
    /// # Errors
    /// It cannot be told from this reply.
    pub fn read_look_up(&self, intent: &Intent, reply: &HttpReply) -> Result<LookedUp, Refusal> {
        let look_up = self.rule(intent).and_then(|rule| rule.look_up.as_ref());
        let look_up = look_up.ok_or_else(|| missing("look-up in the profile"))?;
        let mut expected = self.expectation(&look_up.call);
        let absent = look_up.absent.iter().any(|s| s.has(reply.status));
        if absent {
            // Only the backend itself may say that it is not there, not a page of somebody else.
            let any = [Statuses::One(reply.status)];
            expected.success = &any;
            let media_types = &self.profile.errors.media_types;
            let content_type = reply.header("content-type").unwrap_or_default();
            let own = |own: &String| content_type.trim_start().starts_with(own.as_str());
            if !media_types.is_empty() && !media_types.iter().any(own) {
                return Err(missing("answer of the backend"));
            }
            open(reply, &expected, &|_| None)?;
            return Ok(LookedUp::Absent);
        }
        let body = open(reply, &expected, &|_| None)?.unwrap_or_default();
        let found = match &look_up.find {
            Find::One => &body,
            Find::Among { items, reference } => {
                let items = items.find(&body).and_then(Value::as_array);
                let items = items.ok_or_else(|| missing("list to look in"))?;
                let ours = intent.target().id.to_string();
                let is_ours = |item: &&Value| {
                    let theirs = reference.find(item).and_then(scalar);
                    theirs.is_some_and(|theirs| theirs == ours)
                };
                match items.iter().find(is_ours) {
                    Some(item) => item,
                    None if items.is_empty() => return Ok(LookedUp::Absent),
                    None => {
                        // Others were found: the backend did not look for ours, so it may be there.
                        return Err(missing("record that was asked for, but others,"));
                    }
                }
            }
        };
        if found.is_null() {
            return Err(missing("record"));
        }
        let written = self.written(intent, &look_up.result, reply, found)?;
        Ok(LookedUp::Found(written))
    }

    /// The rule for an intent.
    fn rule(&self, intent: &Intent) -> Option<&Write> {
        let (kind, update) = match intent {
            Intent::CreateTicket { .. } => (Kind::Ticket, false),
            Intent::AddComment { .. } => (Kind::Comment, false),
            Intent::AddAttachment { .. } => (Kind::Attachment, false),
            Intent::Create { record } => (record.kind, false),
            Intent::Edit { target, .. } => (target.kind, true),
        };
        let resource = self.profile.resources.get(&kind)?;
        let rule = if update {
            &resource.update
        } else {
            &resource.create
        };
        rule.as_ref()
    }

    fn what<'a>(&self, intent: &'a Intent, remote: &'a Remote) -> What<'a> {
        What {
            intent,
            remote,
            uuids: self.profile.uuids,
        }
    }

    fn make(
        &self,
        call: &Call,
        op: Option<OperationId>,
        intent: &Intent,
        remote: &Remote,
    ) -> Result<HttpCall, Problem> {
        let what = self.what(intent, remote);
        let variables = |name: &str| match name {
            "id" => Some(intent.target().id.to_string()),
            "record" | "ticket" => what.subject_id(),
            "version" => what.version(),
            "operation" => op.map(|op| op.to_string()),
            _ => None,
        };
        let file = match intent {
            Intent::AddAttachment { attachment } => Some(attachment.id.to_string()),
            _ => None,
        };
        let fields = |name: &str| what.field(name);
        make(&self.profile.connection, call, &variables, &fields, file)
    }

    /// The record as it is now, which the reply to a stale change holds.
    fn current(&self, intent: &Intent, json: &Value) -> Option<Entity> {
        self.read_record(intent.target().kind, json).0
    }

    /// What a reply holds of the written record. One that says where the record is must hold it:
    /// only then is it sure that the backend itself has answered.
    fn written(
        &self,
        intent: &Intent,
        result: &ResultMap,
        reply: &HttpReply,
        body: &Value,
    ) -> Result<Written, Refusal> {
        let target = intent.target();
        let mut record = None;
        if let Some(place) = &result.record {
            let found = place
                .find(body)
                .and_then(|json| self.read_record(target.kind, json).0);
            let found = found.ok_or_else(|| missing("record"))?;
            if self.profile.uuids && found.key() != target {
                return Err(missing("record that was meant"));
            }
            record = Some(found);
        }
        let version = result.version.as_ref();
        let version = version.and_then(|value| single(value, Shape::Text, reply, body));
        if let (Some(record), Some(version)) = (&mut record, version) {
            record.stamp_mut().version.get_or_insert(version);
        }
        let id = result.id.as_ref();
        let id = id.and_then(|value| single(value, Shape::Id(target.kind), reply, body));
        if id.is_none() && result.id.is_some() {
            return Err(missing("id"));
        }
        let id = id.or_else(|| record.as_ref()?.stamp().remote_id.clone());
        Ok(Written {
            records: record.into_iter().collect(),
            remote_id: id,
        })
    }
}

/// A single value of a reply. What cannot be read is left to the next pull.
fn single(value: &ResultValue, shape: Shape, reply: &HttpReply, body: &Value) -> Option<String> {
    let item = match &value.source {
        ResultSource::At(place) => value.codec.decode(shape, place.find(body)?),
        ResultSource::Header(name) => {
            let text = Value::String(reply.header(name)?.to_owned());
            value.codec.decode(shape, &text)
        }
    };
    match item.ok()? {
        Item::Text(text) | Item::Id(text) => Some(text),
        _ => None,
    }
}
