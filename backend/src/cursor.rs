//! The feed's cursor: what a client has been sent so far, sealed.
//!
//! It names the start of the server it was made in, the user, the keys he held and, for each, the
//! counter up to which he has seen its records. A cursor that this database cannot have made (another
//! database, one restored from an older copy, somebody's invention) does not open.

use crate::db::Identity;
use crate::text::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use uuid::Uuid;

const FORMAT: u8 = 1;
const SEAL: usize = 12;

/// How far a client has got under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The user holds the key. Records up to `seen` were sent. What had gone by `base`, when the key
    /// was new to the client, was never sent and needs no tombstone.
    Held {
        /// Counter up to which records were sent.
        seen: i64,
        /// Counter when the client began with this key.
        base: i64,
        /// Counter up to which records were sent when the user held the key before, was told of its
        /// loss, and got it back ere all had been taken back; else 0.
        before: i64,
    },
    /// The user lost the key having seen records up to `seen`; of those, the ones up to `told` have
    /// been taken back or sent anew.
    Lost {
        /// Counter up to which records had been sent.
        seen: i64,
        /// Counter up to which they have been gone through.
        told: i64,
    },
}

/// A cursor, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The server's start in which it was made.
    pub boot: i64,
    /// Random bytes of that start.
    pub token: Vec<u8>,
    /// The user.
    pub user: Uuid,
    /// Sum of all counters when it was made.
    pub total: i64,
    /// Positions by key.
    pub keys: BTreeMap<i64, Position>,
}

impl Cursor {
    /// The text for the client.
    #[must_use]
    pub fn seal(&self, identity: &Identity) -> String {
        let mut bytes = vec![FORMAT];
        put(&mut bytes, self.boot);
        bytes.extend_from_slice(&self.token);
        bytes.extend_from_slice(self.user.as_bytes());
        put(&mut bytes, self.total);
        let mut last = 0;
        for (key, position) in &self.keys {
            let (tag, first, second) = match *position {
                Position::Held { seen, base, .. } if seen >= base => (0, seen, None),
                Position::Held {
                    seen,
                    base,
                    before: 0,
                } => (1, seen, Some(base)),
                Position::Held { seen, base, .. } => (3, seen, Some(base)),
                Position::Lost { seen, told } => (2, seen, Some(told)),
            };
            put(&mut bytes, (key - last) * 4 + tag);
            put(&mut bytes, first);
            if let Some(second) = second {
                put(&mut bytes, second);
            }
            if let (3, Position::Held { before, .. }) = (tag, *position) {
                put(&mut bytes, before);
            }
            last = *key;
        }
        let seal = digest(&[&identity.secret, &bytes]);
        bytes.extend_from_slice(&seal[..SEAL]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Opens a text; `None` when this database did not seal it.
    #[must_use]
    pub fn open(text: &str, identity: &Identity) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (bytes, seal) = sealed.split_at_checked(sealed.len().checked_sub(SEAL)?)?;
        if digest(&[&identity.secret, bytes]).get(..SEAL)? != seal {
            return None;
        }
        let mut rest = bytes.strip_prefix(&[FORMAT])?;
        let boot = take(&mut rest)?;
        let (token, after) = rest.split_at_checked(8)?;
        let (user, after) = after.split_at_checked(16)?;
        rest = after;
        let mut cursor = Self {
            boot,
            token: token.to_vec(),
            user: Uuid::from_slice(user).ok()?,
            total: take(&mut rest)?,
            keys: BTreeMap::new(),
        };
        let mut key = 0;
        while !rest.is_empty() {
            let head = take(&mut rest)?;
            key += head / 4;
            let seen = take(&mut rest)?;
            let position = match head % 4 {
                0 => Position::Held {
                    seen,
                    base: seen,
                    before: 0,
                },
                1 => Position::Held {
                    seen,
                    base: take(&mut rest)?,
                    before: 0,
                },
                3 => Position::Held {
                    seen,
                    base: take(&mut rest)?,
                    before: take(&mut rest)?,
                },
                2 => Position::Lost {
                    seen,
                    told: take(&mut rest)?,
                },
                _ => return None,
            };
            cursor.keys.insert(key, position);
        }
        Some(cursor)
    }
}

/// LEB128, as counters and distances are small and never negative.
fn put(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = number.unsigned_abs();
    loop {
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn take(bytes: &mut &[u8]) -> Option<i64> {
    let mut number: u64 = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return i64::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(secret: &str) -> Identity {
        Identity {
            boot: 3,
            token: vec![7; 8],
            secret: secret.into(),
        }
    }

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        let mut cursor = Cursor {
            boot: 300,
            token: vec![7; 8],
            user: Uuid::from_u128(77),
            total: 1 << 40,
            keys: BTreeMap::new(),
        };
        let held = |seen, base, before| Position::Held { seen, base, before };
        cursor.keys.insert(1, held(5, 5, 0));
        cursor.keys.insert(200, held(3, 9000, 0));
        cursor.keys.insert(202, held(3, 9000, 70));
        let lost = Position::Lost { seen: 44, told: 0 };
        cursor.keys.insert(201, lost);
        let ours = identity("a");
        let text = cursor.seal(&ours);
        assert_eq!(Cursor::open(&text, &ours), Some(cursor));
        assert_eq!(Cursor::open(&text, &identity("b")), None);
        assert_eq!(Cursor::open("", &ours), None);
        assert_eq!(Cursor::open("garbage!", &ours), None);
        for cut in 0..text.len() {
            assert_eq!(Cursor::open(&text[..cut], &ours), None);
        }
    }
}
