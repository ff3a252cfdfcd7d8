//! A profile as it is after checking: everything parsed, every name resolved.

pub mod call;
pub mod check;
pub mod codecs;
pub mod document;
pub mod error;
pub mod error_table;
pub mod keys;
pub mod lines;
pub mod maps;
pub mod origin;
pub mod session;

use crate::auth::Auth;
use crate::codec::Codec;
use crate::http::Method;
use crate::pointer::Pointer;
use crate::table::Table;
use crate::template::{Plain, Template};
use rapport_domain::Kind;
use serde_json::Value;

/// A checked profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What the backend is called.
    pub name: String,
    /// Hash of the profile's meaning.
    pub hash: String,
    /// Where it is.
    pub connection: Connection,
    /// How its user is known.
    pub auth: Auth,
    /// The calls around signing in.
    pub session: Session,
    /// Whether the backend's ids are UUIDs, so that ours and theirs are the same.
    pub uuids: bool,
    /// How a repeated write is recognised.
    pub dedupe: DedupeRule,
    /// The kinds of record it has.
    pub resources: Table<Kind, Resource>,
    /// How changes are fetched.
    pub pull: Pull,
    /// Where it tells that there are changes.
    pub hints: Option<String>,
    /// What its errors mean.
    pub errors: ErrorTable,
    /// What a reply may have at most.
    pub limits: Limits,
}

/// Where a backend is.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// What every relative URL is appended to; empty for the portal's own base.
    pub base: String,
    /// Other origins to which calls may go.
    pub origins: Vec<String>,
    /// Headers of every call.
    pub headers: Vec<(String, Plain)>,
}

/// The calls around signing in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Signs in.
    pub sign_in: Call,
    /// Where the user is in the reply to it.
    pub sign_in_user: Pointer,
    /// Where the token is in the reply to it.
    pub sign_in_token: Option<Pointer>,
    /// Asks who is signed in.
    pub who_am_i: Call,
    /// Where the user is in the reply to it.
    pub who_am_i_user: Pointer,
    /// Signs out.
    pub sign_out: Option<Call>,
}

/// How a repeated write is recognised.
#[derive(Clone, Debug)]
pub enum DedupeRule {
    /// The backend answers a repeated key with the first answer.
    Key {
        /// The header that carries the key.
        header: String,
    },
    /// The backend keeps our own id or reference, which can be looked up.
    ClientId,
    /// Not at all.
    None,
}

/// One kind of record.
#[derive(Clone, Debug)]
pub struct Resource {
    /// From the backend's row to our record.
    pub read: ReadMap,
    /// How one is made.
    pub create: Option<Write>,
    /// How one is changed.
    pub update: Option<Write>,
    /// Where its bytes are.
    pub download: Option<Template>,
    /// Most bytes that one may have.
    pub max_bytes: Option<u64>,
}

/// Rules for the fields of a record, by name.
pub type ReadMap = Table<&'static str, ReadRule>;

/// Where a field's value comes from, and how it is spelled there.
#[derive(Clone, Debug)]
pub struct ReadRule {
    /// Where it comes from.
    pub source: ReadSource,
    /// What stands in where nothing is there.
    pub default: Option<Value>,
    /// What is made of it.
    pub form: Form,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum ReadSource {
    /// A place in the row.
    At(Pointer),
    /// The same for every row.
    Constant(Value),
}

/// What is made of a JSON value.
#[derive(Clone, Debug)]
pub enum Form {
    /// One value.
    One(Codec),
    /// A list of values: where each is within its element, and its codec.
    List(Pointer, Codec),
    /// A list of objects.
    Rows(ReadMap),
}

/// A request with places for variables.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Template,
    /// Variables beyond those that are always there.
    pub variables: Vec<(String, WriteSource)>,
    /// Headers.
    pub headers: Vec<(String, Plain)>,
    /// The body.
    pub body: CallBody,
    /// Statuses that mean it was done.
    pub success: Vec<Statuses>,
    /// What its errors mean, before the profile's table.
    pub errors: Vec<ErrorRule>,
}

/// The body of a call.
#[derive(Clone, Debug)]
pub enum CallBody {
    /// None.
    Empty,
    /// A JSON document.
    Json(Vec<WriteRule>),
    /// The bytes of the attachment.
    File,
}

/// One place of a body and what is written there.
#[derive(Clone, Debug)]
pub struct WriteRule {
    /// The place.
    pub place: Pointer,
    /// What is written.
    pub source: WriteSource,
}

/// What is written.
#[derive(Clone, Debug)]
pub enum WriteSource {
    /// Always the same.
    Constant(Value),
    /// A field of what the user wrote.
    Field {
        /// Its name.
        name: &'static str,
        /// Its spelling.
        form: WriteForm,
        /// What is written where the user wrote nothing.
        missing: Missing,
    },
}

/// How a field is spelled.
#[derive(Clone, Debug)]
pub enum WriteForm {
    /// One value; with our own words of the field, which must not go out untranslated.
    One(Codec, Vec<String>),
    /// A list of values, and where in each element the value stands.
    List(Pointer, Codec),
    /// A list of objects.
    Rows(Vec<WriteRule>),
}

/// What is written where the user wrote nothing.
#[derive(Clone, Debug)]
pub enum Missing {
    /// Nothing.
    Omit,
    /// `null`.
    Null,
}

/// A write with what belongs to it.
#[derive(Clone, Debug)]
pub struct Write {
    /// The call.
    pub call: Call,
    /// What its reply holds.
    pub result: ResultMap,
    /// How to find out whether it arrived.
    pub look_up: Option<LookUp>,
    /// Whether it is sent so that nothing says whose it is.
    pub anonymous: bool,
}

/// What a reply to a write holds.
#[derive(Clone, Debug, Default)]
pub struct ResultMap {
    /// Where the record is.
    pub record: Option<Pointer>,
    /// Where its id is.
    pub id: Option<ResultValue>,
    /// Where its version is.
    pub version: Option<ResultValue>,
}

/// A single value of a reply.
#[derive(Clone, Debug)]
pub struct ResultValue {
    /// Where it is.
    pub source: ResultSource,
    /// Its spelling.
    pub codec: Codec,
}

/// Where a single value of a reply is.
#[derive(Clone, Debug)]
pub enum ResultSource {
    /// In the body.
    At(Pointer),
    /// In a header.
    Header(String),
}

/// How to find out whether a write arrived.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// The call.
    pub call: Call,
    /// Statuses that mean it is not there.
    pub absent: Vec<Statuses>,
    /// Where to look in the reply.
    pub find: Find,
    /// What the record (or the matching element) holds.
    pub result: ResultMap,
}

/// Where a look-up finds what it looks for.
#[derive(Clone, Debug)]
pub enum Find {
    /// The reply is about this one record.
    One,
    /// The reply is a list.
    Among {
        /// Where the list is.
        items: Pointer,
        /// Where each element tells our reference.
        reference: Pointer,
    },
}

/// How changes are fetched.
#[derive(Clone, Debug)]
pub enum Pull {
    /// A feed of changes of all kinds with an opaque cursor.
    Feed(Feed),
}

/// A feed of changes.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The call; its variable `since` is the cursor.
    pub call: Call,
    /// Where the changes are.
    pub items: Pointer,
    /// Where a change says the kind of its record.
    pub kind: Pointer,
    /// The backend's words for kinds.
    pub kinds: Table<String, Kind>,
    /// Where a change has its record.
    pub record: Pointer,
    /// Where a change has the id of its record, for those that are gone.
    pub id: Option<Pointer>,
    /// Where a change says that its record is gone.
    pub deleted: Option<Pointer>,
    /// Where the next cursor is.
    pub cursor: Pointer,
    /// Where it says that there is more.
    pub more: Option<Pointer>,
}

/// What the backend's errors mean.
#[derive(Clone, Debug, Default)]
pub struct ErrorTable {
    /// Where the title is.
    pub title: Option<Pointer>,
    /// Where the details are.
    pub detail: Option<Pointer>,
    /// Where words on single fields are.
    pub fields: Option<FieldErrors>,
    /// Where the record as it is now is.
    pub current: Option<Pointer>,
    /// Content types of the backend's own errors; empty where any will do.
    pub media_types: Vec<String>,
    /// Rules, the first that fits holds.
    pub rules: Vec<ErrorRule>,
}

/// Where words on single fields are.
#[derive(Clone, Debug)]
pub struct FieldErrors {
    /// The list.
    pub items: Pointer,
    /// The field's name in an element.
    pub field: Pointer,
    /// The words in an element.
    pub message: Pointer,
    /// What to do about it, in an element; told after the words.
    pub remedy: Option<Pointer>,
}

/// One rule of an error table.
#[derive(Clone, Debug)]
pub struct ErrorRule {
    /// Statuses it is about; empty means any.
    pub status: Vec<Statuses>,
    /// A place of the body to look at.
    pub at: Option<Pointer>,
    /// Texts of which the place must be one; empty means any.
    pub is: Vec<String>,
    /// Texts of which the place must contain one; empty means any.
    pub contains: Vec<String>,
    /// What it means.
    pub class: Class,
}

/// What an error means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Try again later.
    Retry,
    /// Sign in first.
    SignIn,
    /// Never, as it is.
    Rejected,
    /// The record has moved on.
    Stale,
    /// The record or its parent is gone.
    Gone,
    /// It may be ours already.
    AlreadyThere,
    /// The cursor means nothing any more.
    CursorLost,
}

/// One status or a hundred of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    /// This one.
    One(u16),
    /// Those that begin with this digit.
    Hundred(u16),
}

impl Statuses {
    /// Whether `status` is among them.
    #[must_use]
    pub const fn has(self, status: u16) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Hundred(digit) => status / 100 == digit,
        }
    }
}

/// What a reply may have at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a reply.
    pub reply_bytes: u64,
    /// Rows of a page.
    pub rows: u64,
}
