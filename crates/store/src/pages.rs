//! Base records in pages: list columns in one row, bodies in another, so that a table is opened
//! without reading a body. A page is never changed, only replaced under a new name, so whatever was
//! read from one stays true for as long as the page exists.

use crate::columns::LAYOUT;
use crate::fault::Fault;
use crate::kv::{Key, Read, Space};
use crate::page::{self, Nothing, Stored};
use crate::row::Row;
use crate::{columns, kv::Rows};
use rapport_domain::{Entity, Kind, RecordKey};
use serde::{Deserialize, Serialize};

/// The name of a page: unique for ever, because the epoch only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PageId {
    pub kind: Kind,
    pub epoch: u64,
    pub number: u32,
}

impl PageId {
    /// The key of its columns.
    pub fn columns(self) -> Key {
        self.key('c')
    }

    /// The key of its bodies.
    pub fn bodies(self) -> Key {
        self.key('b')
    }

    fn key(self, part: char) -> Key {
        let Self {
            kind,
            epoch,
            number,
        } = self;
        Key::Text(format!("{part}/{}/{epoch:012}/{number:05}", kind.as_str()))
    }

    /// The page whose columns have this key.
    pub fn of_columns(key: &Key) -> Option<Self> {
        let Key::Text(text) = key else { return None };
        let mut parts = text.strip_prefix("c/")?.split('/');
        let page = Self {
            kind: Kind::parse(parts.next()?)?,
            epoch: parts.next()?.parse().ok()?,
            number: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(page)
    }
}

/// Reads the columns of all pages; those of one kind, where one is given.
pub(crate) fn read_columns(kind: Option<Kind>) -> Read {
    let (from, to) = match kind {
        // '0' is the character after '/'.
        Some(kind) => (
            format!("c/{}/", kind.as_str()),
            format!("c/{}0", kind.as_str()),
        ),
        None => ("c/".to_owned(), "c0".to_owned()),
    };
    Read::Range {
        space: Space::Pages,
        from: from.into(),
        to: Some(to.into()),
        limit: None,
    }
}

/// The columns of a page, newest record first.
#[derive(Serialize, Deserialize)]
pub(crate) struct Columns {
    /// [`LAYOUT`] of the build that wrote it.
    pub layout: u32,
    pub rows: Vec<Row>,
}

impl Columns {
    pub fn new(rows: Vec<Row>) -> Self {
        Self {
            layout: LAYOUT,
            rows,
        }
    }
}

impl Stored for Columns {
    const VERSION: u8 = 1;
    type Previous = Nothing;
}

impl From<Nothing> for Columns {
    fn from(nothing: Nothing) -> Self {
        match nothing {}
    }
}

/// Encoded records side by side: one of them is read without decoding the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bodies {
    /// Each record with the length of its bytes.
    pub index: Vec<(RecordKey, u32)>,
    #[serde(with = "bytes")]
    pub bytes: Vec<u8>,
}

impl Stored for Bodies {
    const VERSION: u8 = 1;
    type Previous = Nothing;
}

impl From<Nothing> for Bodies {
    fn from(nothing: Nothing) -> Self {
        match nothing {}
    }
}

impl Bodies {
    /// Adds an encoded record.
    pub fn push(&mut self, key: RecordKey, body: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(body.len()).map_err(|_| too_large())?;
        self.index.push((key, length));
        self.bytes.extend_from_slice(body);
        Ok(())
    }

    /// The encoded record of a key.
    pub fn raw(&self, key: &RecordKey) -> Option<&[u8]> {
        let mut start = 0_usize;
        for (each, length) in &self.index {
            let end = start.checked_add(*length as usize)?;
            if each == key {
                return self.bytes.get(start..end);
            }
            start = end;
        }
        None
    }

    /// The record of a key.
    pub fn get(&self, key: &RecordKey) -> Result<Option<Entity>, Fault> {
        self.raw(key).map(|raw| decode_body(key, raw)).transpose()
    }
}

fn too_large() -> Fault {
    Fault::Other("a record is larger than 4 GiB".into())
}

/// Encodes a record.
pub(crate) fn encode_body(entity: &Entity) -> Result<Vec<u8>, Fault> {
    postcard::to_stdvec(entity).map_err(|error| Fault::Other(error.to_string()))
}

/// A record as earlier builds wrote it: forms ended before they said whether they need an approval.
fn before(kind: Kind, raw: &[u8]) -> Option<Entity> {
    const NO: u8 = 0;
    match kind {
        Kind::Form => page::whole(&[raw, &[NO]].concat()).ok(),
        _ => None,
    }
}

/// Decodes a record.
pub(crate) fn decode_body(key: &RecordKey, raw: &[u8]) -> Result<Entity, Fault> {
    let name = || format!("body of {} {}", key.kind.as_str(), key.id);
    let entity: Entity = page::whole(raw)
        .or_else(|why| before(key.kind, raw).ok_or(why))
        .map_err(|why| Fault::Corrupt(format!("{}: {why}", name())))?;
    if entity.key() == *key {
        Ok(entity)
    } else {
        Err(Fault::Corrupt(format!("{}: another record", name())))
    }
}

/// Decodes the columns of a page; `None` when another build wrote other columns, which are then to be
/// made from the bodies by [`columns_of`].
pub(crate) fn decode_columns(page: PageId, bytes: &[u8]) -> Result<Option<Vec<Row>>, Fault> {
    let columns: Columns = page::decode(&format!("{:?}", page.columns()), bytes)?;
    Ok((columns.layout == LAYOUT).then_some(columns.rows))
}

/// Makes the columns of a page from its bodies.
pub(crate) fn columns_of(bodies: &Bodies) -> Result<Vec<Row>, Fault> {
    let keys = bodies.index.iter().map(|(key, _)| key);
    keys.filter_map(|key| bodies.get(key).transpose())
        .map(|entity| entity.map(|entity| columns::row(&entity)))
        .collect()
}

/// Decodes the bodies of a page.
pub(crate) fn decode_bodies(page: PageId, bytes: &[u8]) -> Result<Bodies, Fault> {
    page::decode(&format!("{:?}", page.bodies()), bytes)
}

/// The pages named by the keys of the whole space.
pub(crate) fn ids(rows: &Rows) -> impl Iterator<Item = PageId> {
    rows.iter().filter_map(|(key, _)| PageId::of_columns(key))
}

/// Serde writes `Vec<u8>` number by number; this writes it as one run of bytes.
mod bytes {
    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    #[expect(clippy::ptr_arg, reason = "the signature that serde asks for")]
    pub fn serialize<S: Serializer>(bytes: &Vec<u8>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}
