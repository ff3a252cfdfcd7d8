//! The connector: a checked profile and everything that can be asked of it.

use crate::auth::Auth;
use crate::capabilities::Capabilities;
use crate::codec::{Item, Shape};
use crate::http::{Body, HttpCall, HttpReply};
use crate::map::record::{read, read_one};
use crate::map::row::{Path, Problems};
use crate::map::source::{Given, Remote, Written as What, references};
use crate::map::write::{check_url, make, set};
use crate::outcome::{LookedUp, Problem, Pulled, Refusal, Written};
use crate::profile::error::ProfileError;
use crate::profile::{
    Call, DedupeRule, Feed, Find, Profile, Pull, ResultMap, ResultSource, ResultValue, Write, check,
};
use crate::reply::{Expectation, open};
use rapport_domain::id::from_remote;
use rapport_domain::{Attachment, Entity, Intent, Kind, OperationId, RecordKey, User};
use serde_json::Value;

/// Longest cursor that is kept, in bytes: it has to fit into a URL.
const MAX_CURSOR: usize = 2_000;

/// A checked, compiled profile.
#[derive(Clone, Debug)]
pub struct Connector {
    profile: Profile,
    capabilities: Capabilities,
}

/// A successful sign-in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedIn {
    /// Who it is.
    pub user: User,
    /// The token, where the backend is spoken to with one.
    pub token: Option<String>,
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

    /// The request that signs in.
    #[must_use]
    pub fn sign_in(&self, login: &str, password: &str) -> HttpCall {
        let fields = |name: &str| {
            let text = if name == "login" { login } else { password };
            Ok(Given::One(Item::Text(text.to_owned())))
        };
        let call = &self.profile.session.sign_in;
        let made = make(&self.profile.connection, call, &|_| None, &fields, None);
        made.unwrap_or_else(|_| bare(call))
    }

    /// Who has signed in.
    ///
    /// # Errors
    /// Nobody has, and why.
    pub fn read_sign_in(&self, reply: &HttpReply) -> Result<SignedIn, Refusal> {
        let session = &self.profile.session;
        let body = self.body(reply, &session.sign_in)?;
        let token = match &session.sign_in_token {
            None => None,
            Some(place) => {
                let found = place.find(&body).and_then(Value::as_str);
                let token = found.filter(|token| !token.is_empty());
                Some(token.ok_or_else(|| missing("token"))?.to_owned())
            }
        };
        let user = session.sign_in_user.find(&body);
        Ok(SignedIn {
            user: self.user(user)?,
            token,
        })
    }

    /// The request that asks who is signed in.
    #[must_use]
    pub fn who_am_i(&self) -> HttpCall {
        self.plain(&self.profile.session.who_am_i)
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Nobody is, or it cannot be told.
    pub fn read_who_am_i(&self, reply: &HttpReply) -> Result<User, Refusal> {
        let session = &self.profile.session;
        let body = self.body(reply, &session.who_am_i)?;
        self.user(session.who_am_i_user.find(&body))
    }

    /// The request that signs out, where there is one.
    #[must_use]
    pub fn sign_out(&self) -> Option<HttpCall> {
        let call = self.profile.session.sign_out.as_ref()?;
        Some(self.plain(call))
    }

    /// The request for the changes after `cursor`; without one, for everything.
    #[must_use]
    pub fn pull(&self, cursor: Option<&str>) -> HttpCall {
        let Pull::Feed(feed) = &self.profile.pull;
        let since = |name: &str| cursor.filter(|_| name == "since").map(str::to_owned);
        let made = make(&self.profile.connection, &feed.call, &since, &absent, None);
        made.unwrap_or_else(|_| self.plain(&feed.call))
    }

    /// The changes that a reply holds.
    ///
    /// # Errors
    /// It holds none, and why.
    pub fn read_pull(&self, reply: &HttpReply) -> Result<Pulled, Refusal> {
        let Pull::Feed(feed) = &self.profile.pull;
        let body = self.body(reply, &feed.call)?;
        let items = feed.items.find(&body).and_then(Value::as_array);
        let items = items.ok_or_else(|| missing("list of changes"))?;
        if items.len() as u64 > self.profile.limits.rows {
            return Err(Refusal::NotAnAnswer {
                what: format!("{} rows, more than allowed", items.len()),
            });
        }
        let cursor = feed.cursor.find(&body).and_then(crate::codec::scalar);
        let cursor = cursor.filter(|c| !c.is_empty() && c.len() <= MAX_CURSOR);
        let cursor = cursor.ok_or_else(|| missing("cursor"))?;
        let mut problems = Problems::default();
        let more = match feed.more.as_ref().and_then(|place| place.find(&body)) {
            Some(Value::Bool(more)) => *more,
            None | Some(Value::Null) => false,
            Some(_) => return Err(missing("word whether there is more")),
        };
        let mut pulled = Pulled {
            cursor: Some(cursor),
            more,
            ..Pulled::default()
        };
        let list = feed.items.to_string();
        let root = Path::At("");
        for (index, item) in items.iter().enumerate() {
            let path = Path::Element(&root, &list, index);
            self.change(feed, item, path, &mut pulled, &mut problems);
        }
        pulled.problems = problems.list;
        Ok(pulled)
    }

    fn change(
        &self,
        feed: &Feed,
        item: &Value,
        path: Path<'_>,
        pulled: &mut Pulled,
        problems: &mut Problems,
    ) {
        let word = feed.kind.find(item).and_then(crate::codec::scalar);
        let Some(kind) = word.as_ref().and_then(|word| feed.kinds.get(word)) else {
            let message = match word {
                Some(word) => format!("“{word}” is no type of the profile"),
                None => "the type is missing".to_owned(),
            };
            problems.note(format!("{path}{}", feed.kind), message);
            return;
        };
        let deleted = match feed.deleted.as_ref().and_then(|place| place.find(item)) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(deleted)) => *deleted,
            Some(other) => {
                problems.note(
                    path.to_string(),
                    crate::codec::wrong("true or false", other),
                );
                return;
            }
        };
        if !deleted {
            let record = feed.record.find(item).unwrap_or(&Value::Null);
            let place = format!("{path}{}", feed.record);
            let found = read(&self.profile, *kind, record, Path::At(&place), problems);
            pulled.records.extend(found);
            return;
        }
        let id = feed.id.as_ref().and_then(|place| place.find(item));
        match id.map(|id| crate::codec::Codec::Id.decode(Shape::Id(*kind), id)) {
            Some(Ok(Item::Id(remote))) => pulled.gone.push(RecordKey {
                kind: *kind,
                id: from_remote(kind.as_str(), &remote),
            }),
            Some(Err(message)) => problems.note(path.to_string(), message),
            _ => problems.note(path.to_string(), "the id is missing".to_owned()),
        }
    }

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
        let mut call = self.make(&write.call, Some(op), intent, remote)?;
        if let DedupeRule::Key { header } = &self.profile.dedupe {
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
            let any = [crate::profile::Statuses::One(reply.status)];
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
                    let theirs = reference.find(item).and_then(crate::codec::scalar);
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

    /// The request for the bytes of an attachment, where they can be had.
    #[must_use]
    pub fn download(&self, attachment: &Attachment) -> Option<HttpCall> {
        let resource = self.profile.resources.get(&Kind::Attachment)?;
        let template = resource.download.as_ref()?;
        let id = attachment.stamp.remote_id.clone();
        let url = template.expand(|name| match name {
            "id" => Some(id.clone().unwrap_or_else(|| attachment.id.to_string())),
            "ticket" => Some(attachment.ticket.to_string()),
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
            method: crate::http::Method::Get,
            url,
            headers,
            body: Body::Empty,
        })
    }

    /// The record that a row of the backend stands for, and what could not be read in it.
    #[must_use]
    pub fn read_record(&self, kind: Kind, json: &Value) -> (Option<Entity>, Vec<Problem>) {
        read_one(&self.profile, kind, json)
    }

    /// The rule for an intent.
    fn rule(&self, intent: &Intent) -> Option<&Write> {
        let (kind, update) = match intent {
            Intent::CreateTicket { .. } => (Kind::Ticket, false),
            Intent::AddComment { .. } => (Kind::Comment, false),
            Intent::AddAttachment { .. } => (Kind::Attachment, false),
            Intent::EditTicket { .. } => (Kind::Ticket, true),
        };
        let resource = self.profile.resources.get(&kind)?;
        let rule = if update {
            &resource.update
        } else {
            &resource.create
        };
        rule.as_ref()
    }

    fn make(
        &self,
        call: &Call,
        op: Option<OperationId>,
        intent: &Intent,
        remote: &Remote,
    ) -> Result<HttpCall, Problem> {
        let what = What {
            intent,
            remote,
            uuids: self.profile.uuids,
        };
        let variables = |name: &str| match name {
            "id" => Some(intent.target().id.to_string()),
            "ticket" => what.ticket_id(),
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

    fn user(&self, json: Option<&Value>) -> Result<User, Refusal> {
        let json = json.ok_or_else(|| missing("user"))?;
        match self.read_record(Kind::User, json) {
            (Some(Entity::User(user)), _) => Ok(user),
            _ => Err(missing("user that can be read")),
        }
    }

    /// The ticket as it is now, which the reply to a stale change holds.
    fn current(&self, intent: &Intent, json: &Value) -> Option<Entity> {
        let entity = self.read_record(intent.target().kind, json).0?;
        (entity.key().kind == intent.target().kind).then_some(entity)
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
