//! The fields of our records that a profile can fill and read: their names and shapes. A profile's
//! maps name these; the same tables check the profile and the JSON Schema.

use rapport_domain::plain::schema;
pub use rapport_domain::schema::Field as Target;
use rapport_domain::schema::{Shape, Uses};
use rapport_domain::{
    Impact, Kind, Lifecycle, Priority, Role, Severity, TicketKind, TicketState, Urgency,
};

const fn field(name: &'static str, shape: Shape) -> Target {
    Target::new(name, shape, false)
}

const fn needed(name: &'static str, shape: Shape) -> Target {
    Target::new(name, shape, true)
}

macro_rules! words {
    ($kind:ty) => {
        Shape::Word(|| <$kind>::KNOWN.iter().map(ToString::to_string).collect())
    };
}

/// The words for kinds of form fields.
pub const FIELD_KINDS: [&str; 8] = [
    "text",
    "long_text",
    "number",
    "date",
    "choice",
    "multi_choice",
    "yes_no",
    "file",
];

/// Fields that every record has, and its own.
macro_rules! record {
    ($kind:ident, $($own:expr),* $(,)?) => {
        &[
            needed("id", Shape::Id(Kind::$kind)),
            field("version", Shape::Text),
            field("said_at", Shape::Time),
            field("received_at", Shape::Time),
            field("updated_at", Shape::Time),
            $($own,)*
        ]
    };
}

const CUSTOMER: &[Target] = record![
    Customer,
    field("name", Shape::Text),
    field("card", Shape::Text),
];

const USER: &[Target] = record![
    User,
    field("customer", Shape::Id(Kind::Customer)),
    field("name", Shape::Text),
    field("login", Shape::Text),
    field("email", Shape::Text),
    field("phone", Shape::Text),
    field("role", words!(Role)),
    field(
        "assigned_customers",
        Shape::List(&Shape::Id(Kind::Customer))
    ),
];

const SERVICE: &[Target] = record![
    Service,
    field("name", Shape::Localized),
    field("summary", Shape::Localized),
    field("description", Shape::Localized),
    field("category", Shape::Localized),
    field("audience", Shape::Rows(AUDIENCE)),
    field("intended_outcome", Shape::Localized),
    field("owner_name", Shape::Text),
    field("owner_email", Shape::Text),
    field("hours", Shape::Localized),
    field("service_levels", Shape::Rows(SERVICE_LEVEL)),
    field("dependencies", Shape::List(&Shape::Id(Kind::Service))),
    field("lifecycle", words!(Lifecycle)),
    field("edition", Shape::Text),
    field("reviewed_on", Shape::Text),
    field("forms", Shape::List(&Shape::Id(Kind::Form))),
];

const AUDIENCE: &[Target] = &[
    field("customer", Shape::Id(Kind::Customer)),
    field("role", words!(Role)),
];

const SERVICE_LEVEL: &[Target] = &[
    field("name", Shape::Localized),
    field("target", Shape::Localized),
    field("workload_limit", Shape::Localized),
    field("exceptions", Shape::Localized),
];

const FORM: &[Target] = record![
    Form,
    field("service", Shape::Id(Kind::Service)),
    field("title", Shape::Localized),
    field("intro", Shape::Localized),
    field("ticket_kind", words!(TicketKind)),
    field("edition", Shape::Text),
    field("approval", Shape::Flag),
    field("fields", Shape::Rows(FORM_FIELD)),
];

const FORM_FIELD: &[Target] = &[
    needed("key", Shape::Text),
    field("label", Shape::Localized),
    field("help", Shape::Localized),
    field(
        "type",
        Shape::Word(|| FIELD_KINDS.iter().map(ToString::to_string).collect()),
    ),
    field("required", Shape::Flag),
    field("visible_when_field", Shape::Text),
    field("visible_when_is", Shape::List(&Shape::Text)),
    field("min_length", Shape::Number),
    field("max_length", Shape::Number),
    field("pattern", Shape::Text),
    field("pattern_hint", Shape::Localized),
    field("min", Shape::Number),
    field("max", Shape::Number),
    field("whole", Shape::Flag),
    field("unit", Shape::Text),
    field("earliest", Shape::Text),
    field("latest", Shape::Text),
    field("options", Shape::Rows(OPTION)),
    field("max_size", Shape::Number),
    field("accept", Shape::List(&Shape::Text)),
    field("max_count", Shape::Number),
];

const OPTION: &[Target] = &[
    needed("value", Shape::Text),
    field("label", Shape::Localized),
];

const TICKET: &[Target] = record![
    Ticket,
    field("number", Shape::Text),
    field("kind", words!(TicketKind)),
    field("state", words!(TicketState)),
    field("subject", Shape::Text),
    field("description", Shape::Text),
    field("customer", Shape::Id(Kind::Customer)),
    field("requester", Shape::Person),
    field("assignee", Shape::Person),
    field("service", Shape::Id(Kind::Service)),
    field("form", Shape::Id(Kind::Form)),
    field("answers", Shape::Rows(ANSWER)),
    field("impact", words!(Impact)),
    field("urgency", words!(Urgency)),
    field("priority", words!(Priority)),
    field("last_comment_at", Shape::Time),
    field("last_comment_by", Shape::Person),
    field("last_comment_text", Shape::Text),
];

const ANSWER: &[Target] = &[
    needed("field", Shape::Text),
    field("label", Shape::Text),
    needed("value", Shape::Answer),
];

const COMMENT: &[Target] = record![
    Comment,
    needed("ticket", Shape::Id(Kind::Ticket)),
    field("author", Shape::Person),
    field("author_role", words!(Role)),
    field("text", Shape::Text),
];

const ATTACHMENT: &[Target] = record![
    Attachment,
    needed("ticket", Shape::Id(Kind::Ticket)),
    field("comment", Shape::Id(Kind::Comment)),
    field("name", Shape::Text),
    field("media_type", Shape::Text),
    field("size", Shape::Number),
    field("sha256", Shape::Text),
    field("by", Shape::Person),
];

const TICKET_CHANGE: &[Target] = record![
    TicketChange,
    needed("ticket", Shape::Id(Kind::Ticket)),
    field("by", Shape::Person),
    field("at", Shape::Time),
    field("field", Shape::Text),
    field("from", Shape::Text),
    field("to", Shape::Text),
    field("note", Shape::Text),
];

const ANNOUNCEMENT: &[Target] = record![
    Announcement,
    field("title", Shape::Localized),
    field("body", Shape::Localized),
    field("severity", words!(Severity)),
    field("services", Shape::List(&Shape::Id(Kind::Service))),
    field("starts_at", Shape::Time),
    field("ends_at", Shape::Time),
];

/// The fields of records of a kind.
#[must_use]
pub const fn of(kind: Kind) -> &'static [Target] {
    match kind {
        Kind::Customer => CUSTOMER,
        Kind::User => USER,
        Kind::Service => SERVICE,
        Kind::Form => FORM,
        Kind::Ticket => TICKET,
        Kind::Comment => COMMENT,
        Kind::Attachment => ATTACHMENT,
        Kind::TicketChange => TICKET_CHANGE,
        Kind::Announcement => ANNOUNCEMENT,
        _ => schema(kind),
    }
}

const CREATE_TICKET: &[Target] = &[
    field("id", Shape::Id(Kind::Ticket)),
    field("kind", words!(TicketKind)),
    field("state", words!(TicketState)),
    field("subject", Shape::Text),
    field("description", Shape::Text),
    field("customer", Shape::Id(Kind::Customer)),
    field("requester", Shape::Person),
    field("on_behalf_of", Shape::Id(Kind::User)),
    field("service", Shape::Id(Kind::Service)),
    field("form", Shape::Id(Kind::Form)),
    field("answers", Shape::Rows(ANSWER)),
    field("impact", words!(Impact)),
    field("urgency", words!(Urgency)),
    field("priority", words!(Priority)),
    field("said_at", Shape::Time),
];

const EDIT_TICKET: &[Target] = &[
    field("state", words!(TicketState)),
    field("subject", Shape::Text),
    field("description", Shape::Text),
    field("impact", words!(Impact)),
    field("urgency", words!(Urgency)),
    field("note", Shape::Text),
];

const ADD_COMMENT: &[Target] = &[
    field("id", Shape::Id(Kind::Comment)),
    field("ticket", Shape::Id(Kind::Ticket)),
    field("author", Shape::Person),
    field("text", Shape::Text),
    field("said_at", Shape::Time),
];

const ADD_ATTACHMENT: &[Target] = &[
    field("id", Shape::Id(Kind::Attachment)),
    field("ticket", Shape::Id(Kind::Ticket)),
    field("comment", Shape::Id(Kind::Comment)),
    field("name", Shape::Text),
    field("media_type", Shape::Text),
    field("size", Shape::Number),
    field("sha256", Shape::Text),
    field("by", Shape::Person),
    field("said_at", Shape::Time),
];

/// Fields that can be sent.
#[derive(Clone, Copy, Debug)]
pub struct Sendable {
    fields: &'static [Target],
    uses: Uses,
    extra: &'static [Target],
}

impl Sendable {
    /// All of a table.
    #[must_use]
    pub const fn all(fields: &'static [Target]) -> Self {
        Self {
            fields,
            uses: Uses::NONE,
            extra: &[],
        }
    }

    /// The fields.
    pub fn iter(self) -> impl Iterator<Item = &'static Target> {
        let fields = self.fields.iter().filter(move |f| f.uses.has(self.uses));
        fields.chain(self.extra)
    }
}

const NOTE: &[Target] = &[field("note", Shape::Text)];

/// The fields that can be sent when a record of this kind is created; none where it cannot be.
#[must_use]
pub fn created(kind: Kind) -> Option<Sendable> {
    let fields = match kind {
        Kind::Ticket => CREATE_TICKET,
        Kind::Comment => ADD_COMMENT,
        Kind::Attachment => ADD_ATTACHMENT,
        _ => return by_use(kind, Uses::GIVEN, &[]),
    };
    Some(Sendable::all(fields))
}

/// The fields that can be sent when a record of this kind is changed; none where it cannot be.
#[must_use]
pub fn updated(kind: Kind) -> Option<Sendable> {
    match kind {
        Kind::Ticket => Some(Sendable::all(EDIT_TICKET)),
        _ => by_use(kind, Uses::EDITED, NOTE),
    }
}

fn by_use(kind: Kind, uses: Uses, extra: &'static [Target]) -> Option<Sendable> {
    let fields = schema(kind);
    let own = fields.iter().skip(STAMP).any(|field| field.uses.has(uses));
    own.then_some(Sendable {
        fields,
        uses,
        extra,
    })
}

/// How many fields of a schema are those of every record.
pub const STAMP: usize = 5;

/// What a sign-in sends.
pub const SIGN_IN: &[Target] = &[field("login", Shape::Text), field("password", Shape::Text)];

/// Every table of fields that are read, by the name of its definition in the JSON Schema.
#[cfg(test)]
pub fn tables() -> Vec<(String, &'static [Target])> {
    let kinds = Kind::ALL.map(|kind| (format!("{}_fields", kind.as_str()), of(kind)));
    let inner = [
        ("audience_fields", AUDIENCE),
        ("service_level_fields", SERVICE_LEVEL),
        ("form_field_fields", FORM_FIELD),
        ("option_fields", OPTION),
        ("answer_fields", ANSWER),
    ];
    let inner = inner.map(|(name, table)| (name.to_owned(), table));
    let mut tables: Vec<_> = kinds.into_iter().chain(inner).collect();
    for kind in Kind::ALL {
        for field in schema(kind) {
            if let Shape::Rows(table) = field.shape {
                tables.push((format!("{}_{}_fields", kind.as_str(), field.name), table));
            }
        }
    }
    tables
}
