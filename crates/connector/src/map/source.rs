//! What the user wrote, field by field, for a profile's body maps.

use crate::codec::{Item, Shape};
use crate::outcome::Problem;
use crate::target::{self, Target};
use rapport_domain::edit::editable;
use rapport_domain::plain::Fields;
use rapport_domain::schema::Uses;
use rapport_domain::{
    Answer, AnswerValue, Attachment, Comment, Intent, Kind, PersonRef, Plain, Record, RecordEdit,
    RecordKey, Text, Ticket, Timestamp, UserId,
};
use serde_json::Value;
use uuid::Uuid;

/// What is known of a record and its neighbours when a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// The backend's id of the record within which the intent keeps its order: the ticket of a comment,
    /// the record that is changed.
    pub subject_id: Option<String>,
    /// The backend's version of it.
    pub subject_version: Option<String>,
    /// The backend's ids of other records that the intent names; see
    /// [`Connector::references`](crate::Connector::references).
    pub references: Vec<(RecordKey, String)>,
    /// Who is signed in. A ticket in somebody else's name is one on his behalf.
    pub me: Option<UserId>,
}

/// A field of what the user wrote.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Not given.
    Absent,
    /// Taken away.
    Cleared,
    /// A value.
    One(Item),
    /// A list of values.
    List(Vec<Item>),
    /// A list of objects, each with its fields.
    Rows(Vec<Vec<(&'static str, Given)>>),
}

/// An intent with what is known around it.
pub struct Written<'a> {
    /// The intent.
    pub intent: &'a Intent,
    /// What is known.
    pub remote: &'a Remote,
    /// Whether the backend's ids are UUIDs.
    pub uuids: bool,
}

fn one(item: Option<Item>) -> Given {
    item.map_or(Given::Absent, Given::One)
}

fn unknown(kind: Kind) -> Problem {
    Problem {
        path: kind.as_str().to_owned(),
        message: "the backend's id of this record is not known yet".to_owned(),
    }
}

fn text(text: &str) -> Given {
    Given::One(Item::Text(text.to_owned()))
}

fn word<W: ToString>(word: Option<&W>) -> Given {
    one(word.map(|word| Item::Text(word.to_string())))
}

impl Written<'_> {
    /// The backend's id of the record within which the intent keeps its order.
    #[must_use]
    pub fn subject_id(&self) -> Option<String> {
        let ours = || self.uuids.then(|| self.intent.subject().id.to_string());
        self.remote.subject_id.clone().or_else(ours)
    }

    /// The backend's version of the record that the user's change is based on.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        let seen = match self.intent {
            Intent::Edit { base_version, .. } => base_version.clone(),
            _ => None,
        };
        self.remote.subject_version.clone().or(seen)
    }

    /// The backend's id of another record.
    fn reference(&self, kind: Kind, id: Uuid) -> Result<Item, Problem> {
        let known = self
            .remote
            .references
            .iter()
            .find(|(key, _)| key.kind == kind && key.id == id);
        match known {
            Some((_, remote)) => Ok(Item::Id(remote.clone())),
            None if self.uuids => Ok(Item::Id(id.to_string())),
            None => Err(unknown(kind)),
        }
    }

    fn other<I: Into<Uuid>>(&self, kind: Kind, id: Option<I>) -> Result<Given, Problem> {
        let item = id.map(|id| self.reference(kind, id.into())).transpose()?;
        Ok(one(item))
    }

    /// A comment or file without its ticket would belong to nothing.
    fn own_ticket(&self) -> Result<Given, Problem> {
        match self.subject_id() {
            Some(id) => Ok(Given::One(Item::Id(id))),
            None => Err(unknown(Kind::Ticket)),
        }
    }

    fn person(&self, person: &PersonRef) -> Result<Given, Problem> {
        let id = match person
            .id
            .map(|id| self.reference(Kind::User, id.0))
            .transpose()
        {
            Ok(Some(Item::Id(id))) => Some(id),
            // A person is also known by his name.
            _ => None,
        };
        if id.is_none() && person.name.is_empty() {
            return Ok(Given::Absent);
        }
        Ok(Given::One(Item::Person(id, person.name.clone())))
    }

    /// The field of that name.
    ///
    /// # Errors
    /// It names a record whose id at the backend is not known.
    pub fn field(&self, name: &str) -> Result<Given, Problem> {
        match self.intent {
            Intent::CreateTicket { ticket } => self.of_ticket(ticket, name),
            Intent::AddComment { comment } => self.of_comment(comment, name),
            Intent::AddAttachment { attachment } => self.of_attachment(attachment, name),
            Intent::Create { record } => self.of_record(record, name),
            Intent::Edit { target, edit, .. } => self.of_edit(target.kind, edit, name),
        }
    }

    fn of_record(&self, record: &Record, name: &str) -> Result<Given, Problem> {
        match name {
            "id" => return Ok(Given::One(Item::Id(record.id.to_string()))),
            "said_at" => return Ok(Given::One(Item::Time(record.stamp.said_at))),
            _ => {}
        }
        let given = |field: &&Target| field.name == name && field.uses.has(Uses::GIVEN);
        match target::of(record.kind).iter().find(given) {
            Some(field) if field.uses.has(Uses::PARENT) => Ok(match self.subject_id() {
                Some(id) => Given::One(Item::Id(id)),
                None => return Err(unknown(record.kind)),
            }),
            Some(field) => self.of_value(field.shape, record.get(name)),
            None => Ok(Given::Absent),
        }
    }

    fn of_edit(&self, kind: Kind, edit: &RecordEdit, name: &str) -> Result<Given, Problem> {
        if name == "note" {
            return Ok(one(edit.note.clone().map(Item::Text)));
        }
        let fields = editable(kind);
        let shape = fields.iter().find(|(field, _)| *field == name);
        match (shape, edit.fields.get(name)) {
            (Some(_), Some(edit)) if !edit.is_wanted() => Ok(Given::Absent),
            // An empty text and a flag that is down are values, though the domain stores them as nothing.
            (Some((_, Shape::Text)), Some(edit)) if edit.mine.is_null() && kind == Kind::Ticket => {
                Ok(one(Some(Item::Text(String::new()))))
            }
            (Some((_, Shape::Flag)), Some(edit)) if edit.mine.is_null() => {
                Ok(one(Some(Item::Flag(false))))
            }
            (Some(_), Some(edit)) if edit.mine.is_null() => Ok(Given::Cleared),
            (Some((_, shape)), Some(edit)) => self.of_value(*shape, &edit.mine),
            _ => Ok(Given::Absent),
        }
    }

    /// A field of a record whose values are plain.
    fn of_value(&self, shape: Shape, value: &Value) -> Result<Given, Problem> {
        if value.is_null() {
            return Ok(Given::Absent);
        }
        if let Shape::Rows(fields) = shape {
            let rows = value.as_array().into_iter().flatten();
            let rows = rows.filter_map(Value::as_object);
            let rows = rows.map(|row| self.of_row(fields, row));
            return Ok(Given::Rows(rows.collect::<Result<_, _>>()?));
        }
        if let Shape::List(element) = shape {
            let mut items = Vec::new();
            for value in value.as_array().into_iter().flatten() {
                if let Given::One(item) = self.of_value(*element, value)? {
                    items.push(item);
                }
            }
            return Ok(Given::List(items));
        }
        let value = Some(value);
        let item = match shape {
            Shape::Id(kind) => return self.other(kind, Uuid::take(value)),
            Shape::Person => return self.person(&PersonRef::take(value).unwrap_or_default()),
            Shape::Text | Shape::Word(_) | Shape::Day => String::take(value).map(Item::Text),
            Shape::Localized => Text::take(value).map(Item::Localized),
            Shape::Time => Timestamp::take(value).map(Item::Time),
            Shape::Number => f64::take(value).map(Item::Number),
            Shape::Flag => bool::take(value).map(Item::Flag),
            Shape::Answer => AnswerValue::take(value).map(Item::Answer),
            Shape::List(_) | Shape::Rows(_) => None,
        };
        Ok(one(item))
    }

    fn of_row(
        &self,
        fields: &'static [Target],
        row: &Fields,
    ) -> Result<Vec<(&'static str, Given)>, Problem> {
        let value = |field: &Target| {
            let value = row.get(field.name).unwrap_or(&Value::Null);
            Ok((field.name, self.of_value(field.shape, value)?))
        };
        fields.iter().map(value).collect()
    }

    fn of_ticket(&self, ticket: &Ticket, name: &str) -> Result<Given, Problem> {
        Ok(match name {
            "id" => Given::One(Item::Id(ticket.id.to_string())),
            "kind" => text(ticket.kind.as_str()),
            "state" => text(ticket.state.as_str()),
            "subject" => text(&ticket.subject),
            "description" => text(&ticket.description),
            "customer" => self.other(Kind::Customer, ticket.customer)?,
            "requester" => self.person(&ticket.requester)?,
            "on_behalf_of" => match (self.remote.me, ticket.requester.id) {
                (Some(me), Some(requester)) if me != requester => {
                    self.other(Kind::User, Some(requester))?
                }
                _ => Given::Absent,
            },
            "service" => self.other(Kind::Service, ticket.service)?,
            "form" => self.other(Kind::Form, ticket.form)?,
            "answers" => Given::Rows(ticket.answers.iter().map(of_answer).collect()),
            "impact" => word(ticket.impact.as_ref()),
            "urgency" => word(ticket.urgency.as_ref()),
            "priority" => word(ticket.priority.as_ref()),
            "said_at" => Given::One(Item::Time(ticket.stamp.said_at)),
            _ => Given::Absent,
        })
    }

    fn of_comment(&self, comment: &Comment, name: &str) -> Result<Given, Problem> {
        Ok(match name {
            "id" => Given::One(Item::Id(comment.id.to_string())),
            "ticket" => self.own_ticket()?,
            "author" => self.person(&comment.author)?,
            "text" => text(&comment.text),
            "said_at" => Given::One(Item::Time(comment.stamp.said_at)),
            _ => Given::Absent,
        })
    }

    fn of_attachment(&self, attachment: &Attachment, name: &str) -> Result<Given, Problem> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "files are smaller than 2^53 bytes"
        )]
        let size = attachment.size as f64;
        Ok(match name {
            "id" => Given::One(Item::Id(attachment.id.to_string())),
            "ticket" => self.own_ticket()?,
            "comment" => self.other(Kind::Comment, attachment.comment)?,
            "name" => text(&attachment.name),
            "media_type" => text(&attachment.media_type),
            "size" => Given::One(Item::Number(size)),
            "sha256" => one(attachment.sha256.clone().map(Item::Text)),
            "by" => self.person(&attachment.by)?,
            "said_at" => Given::One(Item::Time(attachment.stamp.said_at)),
            _ => Given::Absent,
        })
    }
}

fn of_answer(answer: &Answer) -> Vec<(&'static str, Given)> {
    vec![
        ("field", text(&answer.field)),
        ("label", text(&answer.label)),
        ("value", Given::One(Item::Answer(answer.value.clone()))),
    ]
}

/// The records that an intent names besides the one within which it keeps its order.
#[must_use]
pub fn references(intent: &Intent) -> Vec<RecordKey> {
    let key = |kind, id: Uuid| RecordKey { kind, id };
    let mut keys = Vec::new();
    match intent {
        Intent::CreateTicket { ticket } => {
            keys.extend(ticket.service.map(|id| key(Kind::Service, id.0)));
            keys.extend(ticket.form.map(|id| key(Kind::Form, id.0)));
            keys.extend(ticket.customer.map(|id| key(Kind::Customer, id.0)));
            keys.extend(ticket.requester.id.map(|id| key(Kind::User, id.0)));
        }
        Intent::AddComment { comment } => {
            keys.extend(comment.author.id.map(|id| key(Kind::User, id.0)));
        }
        Intent::AddAttachment { attachment } => {
            keys.extend(attachment.comment.map(|id| key(Kind::Comment, id.0)));
            keys.extend(attachment.by.id.map(|id| key(Kind::User, id.0)));
        }
        Intent::Create { record } => keys.extend(record.references()),
        Intent::Edit { edit, target, .. } => {
            for (field, shape) in editable(target.kind) {
                if let (Shape::Person, Some(person)) = (shape, edit.mine::<PersonRef>(field)) {
                    keys.extend(person.id.map(|id| key(Kind::User, id.0)));
                }
            }
        }
    }
    keys
}
