//! Ids and choices that depend on the seed alone.

use crate::text::digest;
use uuid::{Builder, Uuid};

/// Makes ids from names.
#[derive(Clone, Copy, Debug)]
pub struct Ids(pub u64);

impl Ids {
    /// The id of the thing with this name.
    pub fn uuid(self, kind: &str, name: &str) -> Uuid {
        let bytes = digest(&[&self.0.to_le_bytes(), kind.as_bytes(), name.as_bytes()]);
        let mut head = [0; 16];
        head.copy_from_slice(&bytes[..16]);
        Builder::from_custom_bytes(head).into_uuid()
    }

    /// The same as text.
    pub fn of(self, kind: &str, name: &str) -> String {
        self.uuid(kind, name).to_string()
    }
}

/// A sequence of numbers that look random (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A sequence of its own for each name.
    pub fn new(seed: u64, name: &str) -> Self {
        let bytes = digest(&[&seed.to_le_bytes(), name.as_bytes()]);
        let mut state = [0; 8];
        state.copy_from_slice(&bytes[..8]);
        Self(u64::from_le_bytes(state))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.next() % span)
    }

    /// Whether something of this probability in percent happens.
    pub fn percent(&mut self, chance: i64) -> bool {
        self.between(1, 100) <= chance
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(from.len()).ok()? - 1;
        let index = usize::try_from(self.between(0, last.max(0))).ok()?;
        from.get(index)
    }
}
