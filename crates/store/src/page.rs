//! The format of what lies on disk as bytes: a header {format version, codec, key id}, then postcard.
//!
//! A build reads the version it writes and the one before it; anything else is [`Fault::Corrupt`],
//! upon which the caches are dropped and fetched again (see [`crate::writes::wipe`]).

use crate::fault::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The codec of everything written now: postcard, neither compressed nor encrypted.
const POSTCARD: u8 = 0;
/// The key id of what is not encrypted.
const PLAIN: u16 = 0;
const HEADER: usize = 4;

/// A value that is written as a page.
pub trait Stored: Serialize + DeserializeOwned {
    /// Version of the format, raised with every change of shape.
    const VERSION: u8;
    /// How this value looked in the version before, to be brought up by [`Into`]; [`Nothing`] when
    /// there was none.
    type Previous: DeserializeOwned + Into<Self>;
}

/// The previous form of a first version: no bytes are one.
#[derive(Debug)]
pub enum Nothing {}

impl<'de> serde::Deserialize<'de> for Nothing {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("there is no earlier version"))
    }
}

/// Writes a page.
///
/// # Errors
/// Only when the value cannot be serialized at all.
pub fn encode<T: Stored>(value: &T) -> Result<Vec<u8>, Fault> {
    let key = PLAIN.to_be_bytes();
    let header = vec![T::VERSION, POSTCARD, key[0], key[1]];
    postcard::to_extend(value, header).map_err(|error| Fault::Other(error.to_string()))
}

/// Reads a page. `name` is what the fault calls it.
///
/// # Errors
/// [`Fault::Corrupt`] for an unknown version, codec or key, and for bytes that do not fit.
pub fn decode<T: Stored>(name: &str, bytes: &[u8]) -> Result<T, Fault> {
    let corrupt = |why: &str| Fault::Corrupt(format!("{name}: {why}"));
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        return Err(corrupt("too short"));
    };
    if header[1] != POSTCARD || header[2..] != PLAIN.to_be_bytes() {
        return Err(corrupt("unknown codec or key"));
    }
    let version = header[0];
    if version == T::VERSION {
        whole(payload).map_err(|why| corrupt(&why))
    } else if version.checked_add(1) == Some(T::VERSION) {
        whole::<T::Previous>(payload)
            .map(Into::into)
            .map_err(|why| corrupt(&why))
    } else {
        Err(corrupt("unknown version"))
    }
}

/// Decodes a value that takes all bytes: left-over bytes mean another shape.
pub(crate) fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok(_) => Err("bytes are left over".into()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Old {
        name: String,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct New {
        name: String,
        count: u32,
    }
    impl Stored for Old {
        const VERSION: u8 = 1;
        type Previous = Nothing;
    }
    impl From<Nothing> for Old {
        fn from(nothing: Nothing) -> Self {
            match nothing {}
        }
    }
    impl Stored for New {
        const VERSION: u8 = 2;
        type Previous = Old;
    }
    impl From<Old> for New {
        fn from(old: Old) -> Self {
            Self {
                name: old.name,
                count: 0,
            }
        }
    }

    #[test]
    fn own_and_previous_version_are_read_and_nothing_else() {
        let name = || "a".to_owned();
        let old = encode(&Old { name: name() }).expect("encodes");
        let new = encode(&New {
            name: name(),
            count: 3,
        })
        .expect("encodes");
        assert_eq!(
            decode::<New>("n", &new),
            Ok(New {
                name: name(),
                count: 3
            })
        );
        assert_eq!(
            decode::<New>("n", &old),
            Ok(New {
                name: name(),
                count: 0
            })
        );
        let corrupt = |bytes: &[u8]| matches!(decode::<New>("n", bytes), Err(Fault::Corrupt(_)));
        assert!(matches!(decode::<Old>("n", &new), Err(Fault::Corrupt(_))));
        assert!(corrupt(&[]));
        assert!(corrupt(&new[..new.len() - 1]), "cut off");
        assert!(corrupt(&[&new[..], &[0]].concat()), "left-over");
        for byte in 0..HEADER {
            let mut foreign = new.clone();
            foreign[byte] = 9;
            assert!(corrupt(&foreign), "header byte {byte}");
        }
    }
}
