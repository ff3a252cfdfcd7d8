//! The receipt number that a person can read out: made on the device, the same before and after the
//! server has the record.

use uuid::Uuid;

/// Crockford's base 32: no I, L, O, U, so that nothing is misread.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Seven digits of base 32 and a check digit, written `XXXX-XXXX`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference([u8; 8]);

impl Reference {
    /// The receipt number of the record with this id, from the random tail of the UUIDv7 (its head is
    /// the time, which neighbours share).
    #[must_use]
    pub fn of(id: Uuid) -> Self {
        let tail = id.as_u128() & ((1 << 35) - 1);
        let mut digits = [0_u8; 8];
        for (place, digit) in digits.iter_mut().take(7).enumerate() {
            *digit = ((tail >> (30 - 5 * place)) & 31) as u8;
        }
        digits[7] = check_digit(&digits);
        Self(digits)
    }

    /// The reference that somebody typed, whatever case, blanks and dashes he used; `None` where the
    /// check digit does not fit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = [0_u8; 8];
        let mut count = 0;
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = DIGITS.iter().position(|d| char::from(*d) == c)?;
            *digits.get_mut(count)? = u8::try_from(digit).ok()?;
            count += 1;
        }
        (count == 8 && digits[7] == check_digit(&digits)).then_some(Self(digits))
    }
}

/// A weighted sum modulo 31 finds every single wrong digit but a pair 31 apart, and neighbours that
/// changed places (ISO/IEC 7064 uses the same idea with its own moduli).
fn check_digit(digits: &[u8; 8]) -> u8 {
    let sum: u32 = (2_u32..)
        .zip(digits.iter().take(7))
        .map(|(w, d)| w * u32::from(*d))
        .sum();
    (sum % 31) as u8
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, digit) in self.0.iter().enumerate() {
            if place == 4 {
                f.write_str("-")?;
            }
            let digit = DIGITS.get(usize::from(*digit)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(digit))?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reference({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_reference_is_read_back_as_it_was_shown(id: u128) {
            let reference = Reference::of(Uuid::from_u128(id));
            prop_assert_eq!(Reference::parse(&reference.to_string()), Some(reference));
            prop_assert_eq!(Reference::parse(&reference.to_string().to_lowercase().replace('-', " ")), Some(reference));
        }

        #[test]
        fn neighbours_that_changed_places_are_noticed(id: u128, place in 0_usize..6) {
            let shown = Reference::of(Uuid::from_u128(id)).to_string().replace('-', "");
            let mut swapped: Vec<char> = shown.chars().collect();
            swapped.swap(place, place + 1);
            let swapped: String = swapped.into_iter().collect();
            let far = |s: &str| DIGITS.iter().position(|d| s.as_bytes()[place] == *d);
            // 0 and Z are 31 apart, so the sum cannot tell them.
            prop_assume!(swapped != shown && far(&shown).is_some());
            let (a, b) = (far(&shown).unwrap_or(0), far(&swapped).unwrap_or(0));
            prop_assume!(a.abs_diff(b) != 31);
            prop_assert_eq!(Reference::parse(&swapped), None);
        }
    }
}
