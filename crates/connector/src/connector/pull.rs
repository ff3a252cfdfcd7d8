//! Fetching changes.

use super::{Connector, absent, missing};
use crate::codec::{Codec, Item, Shape, scalar, wrong};
use crate::http::{HttpCall, HttpReply};
use crate::map::record::read;
use crate::map::row::{Path, Problems};
use crate::map::write::make;
use crate::outcome::{Pulled, Refusal};
use crate::profile::{Feed, Pull};
use rapport_domain::RecordKey;
use rapport_domain::id::from_remote;
use serde_json::Value;

/// Longest cursor that is kept, in bytes: it has to fit into a URL.
const MAX_CURSOR: usize = 2_000;

impl Connector {
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
        let cursor = feed.cursor.find(&body).and_then(scalar);
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
        let word = feed.kind.find(item).and_then(scalar);
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
                problems.note(path.to_string(), wrong("true or false", other));
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
        match id.map(|id| Codec::Id.decode(Shape::Id(*kind), id)) {
            Some(Ok(Item::Id(remote))) => pulled.gone.push(RecordKey {
                kind: *kind,
                id: from_remote(kind.as_str(), &remote),
            }),
            Some(Err(message)) => problems.note(path.to_string(), message),
            _ => problems.note(path.to_string(), "the id is missing".to_owned()),
        }
    }
}
