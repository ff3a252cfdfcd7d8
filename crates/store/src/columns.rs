//! The list columns of every kind: what a list, a filter or a search needs without reading a body.
//!
//! A column is a constant such as [`ticket::STATE`]. Its place in the row follows from the order of
//! declaration; [`LAYOUT`] is a hash of all names in order, written with every page, so that a build
//! with other columns notices and computes them from the bodies again.

use crate::folding;
use crate::plain;
use crate::row::{Row, Scalar};
use rapport_domain::{
    Announcement, Attachment, Comment, Customer, Entity, Kind, RecordKey, Reference, RequestForm,
    Service, Ticket, TicketChange, User,
};
use uuid::Uuid;

/// A list column of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The kind whose records have it.
    pub kind: Kind,
    /// Its name, for messages.
    pub name: &'static str,
    pub(crate) place: u8,
}

macro_rules! columns {
    ($(#[$doc:meta])* $module:ident: $kind:ident, $record:ident: $type:ty {
        $($(#[$cdoc:meta])* $name:ident = $value:expr;)+
    } searched by |$search:ident| $fill:block) => {
        $(#[$doc])*
        pub mod $module {
            use super::*;

            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "named like the columns")]
            enum Place { SAID_AT, RECEIVED_AT, UPDATED_AT, VERSION, $($name),+ }

            const fn column(name: &'static str, place: Place) -> Column {
                Column { kind: Kind::$kind, name, place: place as u8 }
            }

            /// When its author said it.
            pub const SAID_AT: Column = column("said_at", Place::SAID_AT);
            /// When the server got it; null until then.
            pub const RECEIVED_AT: Column = column("received_at", Place::RECEIVED_AT);
            /// When it last changed.
            pub const UPDATED_AT: Column = column("updated_at", Place::UPDATED_AT);
            /// The backend's version; null until it is received.
            pub const VERSION: Column = column("version", Place::VERSION);
            $($(#[$cdoc])* pub const $name: Column = column(stringify!($name), Place::$name);)+

            pub(super) const NAMES: &[&str] = &["4 of the stamp", $(stringify!($name)),+];

            pub(super) fn row($record: &$type) -> Row {
                let stamp = &$record.stamp;
                let values: Box<[Scalar]> = Box::new([
                    stamp.said_at.into(),
                    stamp.received_at.into(),
                    stamp.updated_at.into(),
                    stamp.version.as_ref().into(),
                    $(Scalar::from($value)),+
                ]);
                let mut haystack = folding::Haystack::default();
                let $search = &mut haystack;
                $fill
                Row {
                    key: RecordKey { kind: Kind::$kind, id: $record.id.0 },
                    values,
                    search: haystack.finish(),
                }
            }
        }
    };
}

/// Raised when a column of the same name, or a search, is made of a record differently than before; part
/// of [`LAYOUT`].
const MEANING: u8 = 2;

columns! {
    /// Columns of customer organisations.
    customer: Customer, r: Customer {
        /// Its name.
        NAME = &r.name;
    } searched by |s| { s.add(&r.name); }
}

columns! {
    /// Columns of people.
    user: User, r: User {
        /// His name.
        NAME = &r.name;
        /// The organisation he belongs to.
        CUSTOMER = r.customer.map(|id| id.0);
        /// What he may do.
        ROLE = r.role.as_str();
    } searched by |s| {
        s.add(&r.name);
        s.add_all(r.email.as_deref());
    }
}

columns! {
    /// Columns of services.
    service: Service, r: Service {
        /// What it is called, in all languages.
        NAME = &r.name;
        /// One sentence about it, in all languages.
        SUMMARY = &r.summary;
        /// Where it stands in the catalogue, in all languages.
        CATEGORY = &r.category;
        /// Where it stands in its life.
        LIFECYCLE = r.lifecycle.as_str();
        /// Whether it can be asked for now.
        OFFERED = r.is_offered();
    } searched by |s| {
        for text in [
            &r.name,
            &r.summary,
            &r.category,
            &r.intended_outcome,
            &r.description,
        ] {
            s.add_text(text);
        }
    }
}

columns! {
    /// Columns of request forms.
    form: Form, r: RequestForm {
        /// The service it belongs to.
        SERVICE = r.service.map(|id| id.0);
        /// What it is called, in all languages.
        TITLE = &r.title;
        /// The kind of ticket it makes.
        TICKET_KIND = r.ticket_kind.as_str();
    } searched by |s| { s.add_text(&r.title); }
}

/// How much of a description a list search looks at, in characters.
const SEARCHED_BODY: usize = 400;

columns! {
    /// Columns of tickets.
    ticket: Ticket, r: Ticket {
        /// The number by which the service desk calls it; null until it is received.
        NUMBER = r.number.as_ref();
        /// What it is.
        KIND = r.kind.as_str();
        /// Where it stands.
        STATE = r.state.as_str();
        /// Whether nobody has to do anything about it any more; what is solved waits for consent.
        OVER = r.state.is_over() && !r.state.waits_for_customer();
        /// Whether it waits for its customer.
        WAITS = r.state.waits_for_customer();
        /// What it is about.
        SUBJECT = &r.subject;
        /// The organisation it belongs to.
        CUSTOMER = r.customer.map(|id| id.0);
        /// For whom it was filed, where the account is known.
        REQUESTER = r.requester.id.map(|id| id.0);
        /// For whom it was filed.
        REQUESTER_NAME = &r.requester.name;
        /// Who works on it, where the account is known.
        ASSIGNEE = r.assignee.as_ref().and_then(|person| person.id).map(|id| id.0);
        /// Who works on it.
        ASSIGNEE_NAME = r.assignee.as_ref().map(|person| &person.name);
        /// The service it is about.
        SERVICE = r.service.map(|id| id.0);
        /// Whom it hinders.
        IMPACT = r.impact.as_ref().map(|word| word.as_str());
        /// How long it can wait.
        URGENCY = r.urgency.as_ref().map(|word| word.as_str());
        /// In which order it is worked on.
        PRIORITY = r.priority.as_ref().map(|word| word.as_str());
        /// When the newest comment was said.
        LAST_COMMENT_AT = r.last_comment.as_ref().map(|last| last.at);
        /// By whom, where the account is known.
        LAST_COMMENT_BY = r.last_comment.as_ref().and_then(|last| last.by.id).map(|id| id.0);
        /// By whom.
        LAST_COMMENT_BY_NAME = r.last_comment.as_ref().map(|last| &last.by.name);
        /// Its beginning.
        LAST_COMMENT_TEXT = r.last_comment.as_ref().map(|last| &last.text);
        /// When something last happened: a change, or the newest comment.
        ACTIVE_AT = r.last_comment.as_ref().map_or(r.stamp.updated_at, |last| last.at.max(r.stamp.updated_at));
        /// The receipt number.
        REFERENCE = Reference::of(r.id.0).to_string();
    } searched by |s| {
        let reference = Reference::of(r.id.0).to_string();
        s.add_all(r.number.as_deref());
        s.add(&r.subject);
        s.add(&r.requester.name);
        s.add(&reference);
        s.add(&reference.replace('-', ""));
        s.add_all(r.assignee.as_ref().map(|person| person.name.as_str()));
        s.add_all(r.last_comment.as_ref().map(|last| last.text.as_str()));
        let beginning: String = r.description.chars().take(SEARCHED_BODY).collect();
        s.add(&beginning);
    }
}

columns! {
    /// Columns of comments.
    comment: Comment, r: Comment {
        /// The ticket it belongs to.
        TICKET = r.ticket.0;
        /// When it was said.
        AT = r.stamp.said_at;
        /// Who said it, where the account is known.
        AUTHOR = r.author.id.map(|id| id.0);
        /// Who said it.
        AUTHOR_NAME = &r.author.name;
    } searched by |_s| {}
}

columns! {
    /// Columns of files on tickets.
    attachment: Attachment, r: Attachment {
        /// The ticket it belongs to.
        TICKET = r.ticket.0;
        /// When it was added.
        AT = r.stamp.said_at;
        /// The comment it came with.
        COMMENT = r.comment.map(|id| id.0);
        /// The file's name.
        NAME = &r.name;
    } searched by |s| { s.add(&r.name); }
}

columns! {
    /// Columns of changes in the history of tickets.
    ticket_change: TicketChange, r: TicketChange {
        /// The ticket it belongs to.
        TICKET = r.ticket.0;
        /// When it happened.
        AT = r.at;
        /// Which field was changed.
        FIELD = &r.field;
    } searched by |_s| {}
}

columns! {
    /// Columns of announcements.
    announcement: Announcement, r: Announcement {
        /// Its headline, in all languages.
        TITLE = &r.title;
        /// How much it matters.
        SEVERITY = r.severity.as_str();
        /// When it begins to hold.
        STARTS_AT = r.starts_at;
        /// When it ceases to hold; null while that is not known.
        ENDS_AT = r.ends_at;
    } searched by |s| {
        s.add_text(&r.title);
        s.add_text(&r.body);
    }
}

/// The row of a record.
#[must_use]
pub fn row(entity: &Entity) -> Row {
    match entity {
        Entity::Customer(record) => customer::row(record),
        Entity::User(record) => user::row(record),
        Entity::Service(record) => service::row(record),
        Entity::Form(record) => form::row(record),
        Entity::Ticket(record) => ticket::row(record),
        Entity::Comment(record) => comment::row(record),
        Entity::Attachment(record) => attachment::row(record),
        Entity::TicketChange(record) => ticket_change::row(record),
        Entity::Announcement(record) => announcement::row(record),
        Entity::Record(record) => plain::row(record),
    }
}

/// The ticket of a comment, file or change.
pub(crate) fn ticket_of(row: &Row) -> Option<Uuid> {
    row.id_in(match row.key.kind {
        Kind::Comment => comment::TICKET,
        Kind::Attachment => attachment::TICKET,
        Kind::TicketChange => ticket_change::TICKET,
        _ => return None,
    })
}

/// When a record was said: the first column of every kind.
pub(crate) fn said_at(row: &Row) -> i64 {
    match row.values.first() {
        Some(Scalar::Int(at)) => *at,
        _ => 0,
    }
}

/// Changes whenever the columns of any kind do, or what a search looks at.
pub const LAYOUT: u32 = {
    let kinds = [
        customer::NAMES,
        user::NAMES,
        service::NAMES,
        form::NAMES,
        ticket::NAMES,
        comment::NAMES,
        attachment::NAMES,
        ticket_change::NAMES,
        announcement::NAMES,
    ];
    let mut hash = plain::layout(fnv(0x811c_9dc5, &[folding::VERSION, MEANING]));
    let mut kind = 0;
    while kind < kinds.len() {
        let mut name = 0;
        while name < kinds[kind].len() {
            hash = fnv(hash, kinds[kind][name].as_bytes());
            name += 1;
        }
        hash = fnv(hash, &[0]);
        kind += 1;
    }
    hash
};

/// FNV-1a.
pub(crate) const fn fnv(mut hash: u32, bytes: &[u8]) -> u32 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}
