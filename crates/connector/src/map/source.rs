//! What the user wrote, field by field, for a profile's body maps.

use crate::codec::Item;
use crate::outcome::Problem;
use rapport_domain::intent::{Edit, TicketEdit};
use rapport_domain::{
    Answer, Attachment, Comment, Intent, Kind, PersonRef, RecordKey, Ticket, UserId,
};
use uuid::Uuid;

/// What is known of a ticket and its neighbours when a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// The backend's id of the ticket.
    pub ticket_id: Option<String>,
    /// The backend's version of the ticket.
    pub ticket_version: Option<String>,
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
    /// A list of objects, each with its fields.
    Rows(Vec<Vec<(&'static str, Item)>>),
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
    /// The backend's id of the ticket that the intent is about.
    #[must_use]
    pub fn ticket_id(&self) -> Option<String> {
        let ours = || self.uuids.then(|| self.intent.ticket().to_string());
        self.remote.ticket_id.clone().or_else(ours)
    }

    /// The backend's version of the ticket that the user's change is based on.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        let seen = match self.intent {
            Intent::EditTicket { base_version, .. } => base_version.clone(),
            _ => None,
        };
        self.remote.ticket_version.clone().or(seen)
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
        match self.ticket_id() {
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
            Intent::EditTicket { edit, .. } => Ok(of_edit(edit, name)),
        }
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

fn of_answer(answer: &Answer) -> Vec<(&'static str, Item)> {
    vec![
        ("field", Item::Text(answer.field.clone())),
        ("label", Item::Text(answer.label.clone())),
        ("value", Item::Answer(answer.value.clone())),
    ]
}

fn of_edit(edit: &TicketEdit, name: &str) -> Given {
    fn touched<T: ToString>(edit: Option<&Edit<T>>) -> Given {
        word(edit.map(|edit| &edit.mine))
    }
    fn clearable<T: ToString>(edit: Option<&Edit<Option<T>>>) -> Given {
        match edit.map(|edit| &edit.mine) {
            Some(None) => Given::Cleared,
            touched => word(touched.and_then(Option::as_ref)),
        }
    }
    match name {
        "state" => touched(edit.state.as_ref()),
        "subject" => touched(edit.subject.as_ref()),
        "description" => touched(edit.description.as_ref()),
        "impact" => clearable(edit.impact.as_ref()),
        "urgency" => clearable(edit.urgency.as_ref()),
        "note" => one(edit.note.clone().map(Item::Text)),
        _ => Given::Absent,
    }
}

/// The records that an intent names besides its ticket.
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
        Intent::EditTicket { .. } => {}
    }
    keys
}
